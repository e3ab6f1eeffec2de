//! Style sheet, scripts, icons; the theme.

use axum::http::{HeaderName, StatusCode, header};
use mainstay_core::{Error, Result};
use mainstay_pages::{assets, frame::THEME_COOKIE};

use crate::call::{Call, Reply};

pub(super) fn asset(call: &Call) -> Result<Reply> {
    let accepts = call.header(header::ACCEPT_ENCODING).unwrap_or_default();
    let asset =
        assets::find(call.param("name"), accepts).ok_or_else(|| Error::not_found(call.path.as_str()))?;
    let mut reply = Reply::of(StatusCode::OK, asset.content_type, asset.bytes.into_owned())
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding");
    if let Some(encoding) = asset.encoding {
        reply = reply.header(header::CONTENT_ENCODING, encoding);
    }
    Ok(reply)
}

pub(super) fn theme(call: &Call) -> Result<Reply> {
    let form = call.form();
    let value =
        |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let theme = mainstay_pages::frame::Theme::parse(value("theme")).name();
    let cookie = format!("{THEME_COOKIE}={theme}; Path=/; Max-Age=31536000; SameSite=Lax{}", secure(call));
    Ok(Reply::see(local(value("back"))).header(HeaderName::from_static("set-cookie"), cookie))
}

/// `; Secure` where people come through TLS.
pub(super) fn secure(call: &Call) -> &'static str {
    if call.settings().is_https() { "; Secure" } else { "" }
}

/// A place on this site, or the start page.
pub(super) fn local(to: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(to).decode_utf8_lossy();
    let is_local = |text: &str| {
        text.starts_with('/')
            && !text.starts_with("//")
            && !text.contains(['\\', '@'])
            && !text.chars().any(char::is_control)
    };
    if is_local(to) && is_local(&decoded) { to.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn r50_a_redirect_stays_on_this_site() {
        for there in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%5cevil.example",
            "/%2f/evil.example\n",
            "javascript:alert(1)",
            "",
            "evil",
            "/a\r\nSet-Cookie: x=1",
            "/%0d%0aSet-Cookie:x",
            "%2f%2fevil.example",
            "/@evil.example",
            " /x",
            "///evil",
            "data:text/html,x",
        ] {
            assert_eq!(local(there), "/", "{there}");
        }
        assert_eq!(local("/incidents/INC-000001?tab=history"), "/incidents/INC-000001?tab=history");
    }
}
