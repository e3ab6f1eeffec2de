//! What surrounds every page, for who asks.

use axum::http::{HeaderMap, header};
use mainstay_core::Choice;
use mainstay_pages::{
    Frame, Language,
    frame::{Me, THEME_COOKIE, Theme},
};

use crate::{call::Call, gate::cookie_of};

/// The frame of a page for who asks.
pub(super) fn frame(call: &Call, title: &str) -> Frame {
    let mut frame = plain(&call.headers, &call.path, title);
    if let Some(who) = &call.who {
        let roles: Vec<_> = who.roles.iter().map(|held| frame.words().choice(held.role.name())).collect();
        frame.me = Some(Me { name: who.name.clone(), detail: roles.join(", "), sessions_href: "/me".into() });
    }
    frame
}

/// The frame of a page for nobody in particular.
pub(super) fn plain(headers: &HeaderMap, path: &str, title: &str) -> Frame {
    let mut frame = Frame::new(language(headers), title);
    frame.theme = Theme::parse(cookie_of(headers, THEME_COOKIE).unwrap_or_default());
    frame.here = path.to_owned();
    frame
}

/// German for browsers that prefer it, else English.
fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let first = wanted.split(',').next().unwrap_or_default().trim();
    if first.starts_with("de") { Language::German } else { Language::English }
}
