//! Names of files as senders give them: brought into one form before anything looks at them, and written into
//! headers as RFC 6266 has it. They never become names of stored files.

use mainstay_core::{Error, Result, unseen::is_unseen};
use unicode_normalization::UnicodeNormalization;

/// Most bytes of a name.
const MOST_BYTES: usize = 255;

/// The name without folders, control and invisible characters, composed, at most 255 bytes.
///
/// # Errors
/// Bad input, field `name`, when nothing remains.
pub fn tidy(name: &str) -> Result<String> {
    let composed: String = name.nfc().filter(|character| !is_unseen(*character)).collect();
    let last = composed.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let mut end = last.len().min(MOST_BYTES);
    while !last.is_char_boundary(end) {
        end -= 1;
    }
    let tidy = last[..end].trim();
    if tidy.chars().all(|character| character == '.') {
        return Err(Error::field("name", "is no name of a file"));
    }
    Ok(tidy.to_owned())
}

/// The value of `Content-Disposition` for a download: never shown inside of the page.
pub fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' => '_',
            ' '..='~' => character,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The media type under which a file is given out: one of those that a browser does nothing with but save, or plain
/// bytes.
pub fn safe_media_type(given: Option<&str>) -> &'static str {
    const KNOWN: &[&str] = &[
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/pdf",
        "application/zip",
        "application/json",
        "text/plain",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    ];
    let given = given.and_then(|given| given.split(';').next()).unwrap_or_default().trim();
    let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(given));
    known.copied().unwrap_or("application/octet-stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r42_a_name_loses_folders_and_what_is_not_seen_before_it_is_looked_at() {
        for (given, kept) in [
            ("report.pdf", "report.pdf"),
            ("../../x", "x"),
            ("C:\\Users\\a\\b.txt", "b.txt"),
            ("\u{200b}.htaccess", ".htaccess"),
            ("a\r\nb", "ab"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("CON", "CON"),
            ("e\u{301}te\u{301}.txt", "été.txt"),
        ] {
            assert_eq!(tidy(given).unwrap(), kept);
        }
        for given in ["", "..", ".", "\u{200b}", "a/", "\0"] {
            assert!(tidy(given).is_err(), "{given:?}");
        }
        assert!(tidy(&"ä".repeat(4096)).unwrap().len() <= MOST_BYTES);
    }

    #[test]
    fn r42_a_header_holds_any_name_and_stays_one_header() {
        assert_eq!(
            disposition("été \"1\".txt"),
            "attachment; filename=\"_t_ _1_.txt\"; filename*=UTF-8''%C3%A9t%C3%A9%20%221%22.txt"
        );
        assert!(!disposition("a\r\nSet-Cookie: b").contains(['\r', '\n']));
    }

    #[test]
    fn r41_what_a_browser_would_run_is_given_out_as_bytes() {
        for given in ["text/html", "image/svg+xml", "application/javascript", "text/xml", "", "x"] {
            assert_eq!(safe_media_type(Some(given)), "application/octet-stream");
        }
        assert_eq!(safe_media_type(Some("Text/Plain; charset=utf-16")), "text/plain");
    }
}
