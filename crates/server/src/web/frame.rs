//! What surrounds every page, for who asks.

use axum::http::{HeaderMap, header};
use mainstay_app::rights::{Deed, Duty};
use mainstay_core::{Choice, registry::Entry};
use mainstay_pages::{
    At, Frame, Language, Words,
    frame::{Activity, AsOf, Crumb, Me, Place, THEME_COOKIE, Theme},
    when,
};

use super::{
    desk::has_desk,
    list::work_list,
    show::{Show, encoded},
};
use crate::call::{Call, cookie};

/// The frame of a page for who asks.
pub(super) fn frame(call: &Call, title: &str) -> Frame {
    let mut frame = plain(&call.headers, &call.path, title);
    let Some(who) = &call.who else { return frame };
    let words = frame.words();
    let roles: Vec<_> = who.roles.iter().map(|held| words.choice(held.role.name())).collect();
    frame.me = Some(Me { name: who.name.clone(), detail: roles.join(", "), sessions_href: "/me".into() });
    let show = Show::new(call, words);
    let then = |path: &str| show.as_ref().map_or_else(|_| path.to_owned(), |show| show.then(path));
    let kinds = call.app().context().registry.kinds();
    let is_read = |kind: &&'static Entry| who.may_ever(&kind.def, Deed::Read);
    let mut named = Vec::new();
    if has_desk(call, who) {
        frame.navigation.push(Place::of(Activity::Desk, then("/"), call.path == "/", frame.language));
    }
    for (activity, plural) in [
        (Activity::Incidents, "incidents"),
        (Activity::Services, "services"),
        (Activity::Changes, "changes"),
        (Activity::Knowledge, "knowledge_articles"),
    ] {
        if let Some(kind) = kinds.iter().find(|kind| kind.def.plural == plural && is_read(kind)) {
            let path = format!("/{plural}");
            let current = call.path == path || call.path.starts_with(&format!("{path}/"));
            let href = then(&work_list(kind, who));
            frame.navigation.push(Place::of(activity, href, current, frame.language));
            named.push(plural);
        }
    }
    for (activity, path, duty) in [
        (Activity::Conformity, "/conformity", Duty::Conformity),
        (Activity::Reports, "/reports/sla", Duty::Report),
    ] {
        if who.has(duty) {
            let current = call.path.starts_with(path);
            frame.navigation.push(Place::of(activity, then(path), current, frame.language));
        }
    }
    frame.more = kinds
        .iter()
        .filter(|kind| is_read(kind) && !named.contains(&kind.def.plural))
        .map(|kind| {
            let current = call.path == format!("/{}", kind.def.plural);
            Place::new(words.kinds(kind.def.plural), then(&work_list(kind, who)), current)
        })
        .collect();
    if who.has(Duty::Accounts) {
        frame.more.push(Place::new(words.say("accounts"), "/accounts", call.path.starts_with("/accounts")));
    }
    frame.as_of = Some(as_of(call, words));
    frame
}

fn as_of(call: &Call, words: &'static Words) -> AsOf {
    let kept: Vec<(String, String)> = call
        .query
        .iter()
        .filter(|(name, value)| !matches!(name.as_str(), "as_of" | "cursor" | "did") && !value.is_empty())
        .cloned()
        .collect();
    let query: Vec<String> =
        kept.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let now_href =
        if query.is_empty() { call.path.clone() } else { format!("{}?{}", call.path, query.join("&")) };
    let instant = call.as_of().ok().flatten();
    let zone = &call.settings().zone;
    let now = call.app().now().unwrap_or_default();
    AsOf {
        action: call.path.clone(),
        hidden: kept,
        value: instant.map(|instant| when::for_input(instant, zone)).unwrap_or_default(),
        shown: instant.map(|instant| At::new(instant, now, zone, words).exact),
        now_href,
    }
}

/// Where a page stands: names with addresses, the last one is the page itself.
pub(super) fn crumbs(steps: &[(&str, Option<&str>)]) -> Vec<Crumb> {
    let crumb = |(label, href): &(&str, Option<&str>)| Crumb {
        label: (*label).to_owned(),
        href: href.map(str::to_owned),
    };
    steps.iter().map(crumb).collect()
}

/// The frame of a page for nobody in particular.
pub(super) fn plain(headers: &HeaderMap, path: &str, title: &str) -> Frame {
    let mut frame = Frame::new(language(headers), title);
    frame.theme = Theme::parse(cookie(headers, THEME_COOKIE).unwrap_or_default());
    frame.here = path.to_owned();
    frame
}

/// The words in which the asker is answered.
pub(super) fn words(call: &Call) -> &'static Words {
    mainstay_pages::words(language(&call.headers))
}

/// The first language of the browser that we have.
fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    Language::accepted(wanted)
}
