//! The embedded style sheet, scripts and icons, each under a name that changes with its content.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use rust_embed::RustEmbed;

/// The policy under which every page works.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Files;

/// An embedded file, as it is sent.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The bytes, compressed as `encoding` says.
    pub bytes: Cow<'static, [u8]>,
    /// For the header `Content-Type`.
    pub content_type: &'static str,
    /// For the header `Content-Encoding`.
    pub encoding: Option<&'static str>,
}

static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let file = Files::get("manifest.json").map(|file| file.data).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
});

/// The file with this hashed name, compressed in the best way that `accept_encoding` (the request's header, or an
/// empty text) allows. Send it with `Cache-Control: public, max-age=31536000, immutable` and `Vary: Accept-Encoding`.
pub fn find(name: &str, accept_encoding: &str) -> Option<Asset> {
    let content_type = content_type(name)?;
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, ending)| {
        let file = accepts(accept_encoding, encoding).then(|| Files::get(&format!("{name}.{ending}")))??;
        Some(Asset { bytes: file.data, content_type, encoding: Some(encoding) })
    });
    packed.or_else(|| Some(Asset { bytes: Files::get(name)?.data, content_type, encoding: None }))
}

/// Hashed names of all files, without their compressed twins.
pub fn names() -> Vec<String> {
    Files::iter().filter(|name| content_type(name).is_some()).map(|name| name.into_owned()).collect()
}

/// The address of the file that the build knows as `name`: `mainstay.css` is `/assets/mainstay-0a1b….css`.
pub(crate) fn href(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "txt" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named && !words.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_of_the_manifest_is_embedded_and_typed() {
        assert_eq!(MANIFEST.len(), 6);
        for hashed in MANIFEST.values() {
            assert!(find(hashed, "").is_some(), "{hashed}");
        }
        assert!(find("manifest.json", "").is_none());
        assert!(find("../manifest.json", "").is_none());
    }

    #[test]
    fn the_best_accepted_encoding_is_chosen_and_a_refused_one_is_not() {
        let css = MANIFEST["mainstay.css"].as_str();
        let encoding = |header| find(css, header).and_then(|asset| asset.encoding);
        assert_eq!(encoding("gzip, deflate, br"), Some("br"));
        assert_eq!(encoding("gzip, br;q=0"), Some("gzip"));
        assert_eq!(encoding("identity"), None);
    }

    #[test]
    fn a_first_visit_loads_at_most_150_kilobytes() {
        let sizes = |encoding| -> usize {
            let loaded = MANIFEST.iter().filter(|(name, _)| *name != "notices.txt");
            loaded.filter_map(|(_, name)| find(name, encoding)).map(|asset| asset.bytes.len()).sum()
        };
        assert!(sizes("br") <= 110_000, "{}", sizes("br"));
        assert!(sizes("gzip") <= 130_000, "{}", sizes("gzip"));
    }

    #[test]
    fn nothing_embedded_names_a_data_address_or_another_host() {
        for name in names().iter().filter(|name| name.ends_with(".css")) {
            let asset = find(name, "").expect("it is embedded");
            let text = String::from_utf8_lossy(&asset.bytes).into_owned();
            assert!(!text.contains("url(data:") && !text.contains("url(\"data:"), "{name}");
            assert!(!text.contains("url(http") && !text.contains("url(\"http"), "{name}");
        }
    }
}
