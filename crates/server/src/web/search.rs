//! The search over all kinds, and suggestions while a reference is typed.

use mainstay_app::query::{RecordView, Search};
use mainstay_core::{Result, Search as Searched, Type, Value};
use mainstay_pages::{
    SearchPage, Suggestions,
    frame::Place,
    list::Empty,
    search::{Hit, highlight},
    suggest::Suggestion,
};

use super::{
    frame::{crumbs, frame},
    show::{Show, encoded},
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// Records of one page of results.
const MOST: u32 = 30;
/// Characters of a text around what was found.
const AROUND: usize = 160;

pub(super) fn page(call: &Call) -> Result<Reply> {
    let typed = call.asked("q").unwrap_or_default().trim().to_owned();
    let ask = call.ask()?;
    let found = ask.search(&typed, false, MOST)?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    // A ref was typed: there is one page that is meant.
    if let [one] = found.items.as_slice()
        && one.reference().eq_ignore_ascii_case(&typed)
    {
        return Ok(Reply::see(show.href(one.reference())));
    }
    frame.title = words.say("search").to_owned();
    frame.breadcrumbs = crumbs(&[(words.say("search"), None)]);
    frame.query.clone_from(&typed);
    let search = Search::parse(&typed)?;
    let terms: Vec<&str> = search.words.iter().map(String::as_str).collect();
    let count = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
    let page = SearchPage {
        summary: match (typed.is_empty(), found.more) {
            (true, _) => String::new(),
            (false, true) => words.say_of("search-more", "count", count),
            (false, false) => words.say_of("search-found", "count", count),
        },
        kinds: kinds(&show, &typed, &search, &found.items),
        hits: found.items.iter().map(|record| hit(record, &terms, &show)).collect(),
        next_href: None,
        empty: Empty {
            heading: words.say("search-nothing").to_owned(),
            text: match found.unknown.is_empty() {
                true => words.say("search-how").to_owned(),
                false => found.unknown.join("; "),
            },
            ..Empty::default()
        },
        frame,
    };
    Ok(Reply::page(rendered(page.render())?))
}

fn kinds(show: &Show<'_>, typed: &str, search: &Search, items: &[RecordView]) -> Vec<Place> {
    let plain: Vec<&str> = typed.split_whitespace().filter(|token| !token.starts_with("kind:")).collect();
    let plain = plain.join(" ");
    let href = |text: &str| show.then(&format!("/search?q={}", encoded(text)));
    let mut places = vec![Place::new(show.words.say("search-all"), href(&plain), search.kind.is_none())];
    let mut seen: Vec<&str> = Vec::new();
    for record in items {
        let def = &record.kind.def;
        if !seen.contains(&def.name) {
            seen.push(def.name);
            let current = search.kind.as_deref() == Some(def.name);
            places.push(Place::new(
                show.words.kinds(def.plural),
                href(&format!("kind:{} {plain}", def.name)),
                current,
            ));
        }
    }
    places
}

fn hit(record: &RecordView, terms: &[&str], show: &Show<'_>) -> Hit {
    let mut places = Vec::new();
    for (field, value) in record.fields() {
        let searched = field.search != Searched::No && matches!(field.ty, Type::Text);
        let Value::Text(text) = value else { continue };
        let pieces = highlight(text, terms, AROUND);
        if searched && pieces.iter().any(|piece| piece.found) {
            places.push((show.words.field(field.name), pieces));
        }
    }
    let mut badges = vec![show.state(record.state())];
    if let Value::Int(priority) = record.value("priority") {
        badges.push(Show::priority(priority));
    }
    Hit {
        reference: record.reference().to_owned(),
        href: show.href(record.reference()),
        title: highlight(record.title(), terms, AROUND),
        places,
        badges,
        at: show.at(record.updated_at()),
    }
}

pub(super) fn suggest(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let typed = call.asked("q").unwrap_or_default();
    let language = frame(call, "").language;
    let names = match call.asked("kind").filter(|kind| !kind.is_empty()) {
        Some(kind) => ask.suggest(call.app().context().kind(kind)?, typed)?,
        None => ask.search(typed, true, 8)?.items.iter().map(RecordView::name).collect(),
    };
    let items = names
        .into_iter()
        .map(|name| Suggestion { reference: name.reference, title: name.title, detail: String::new() })
        .collect();
    Ok(Reply::page(rendered(Suggestions { language, items }.render())?))
}
