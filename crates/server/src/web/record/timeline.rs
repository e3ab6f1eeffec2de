//! What happened to a record: the timeline with what was said, and the history with every field.

use mainstay_app::{
    query::{HistoryItem, Query, RecordView},
    rights::Deed,
};
use mainstay_core::{Error, Result};
use mainstay_pages::{
    field::Choice,
    history::HistoryEntry,
    list::Empty,
    record::{Body, Change, Composer, Entry, What},
};

use crate::web::{form::hidden, sentence, show::Show};

/// Entries of a timeline on one page.
const MOST_ENTRIES: usize = 100;

pub(super) fn timeline(
    ask: &Query<'_>,
    record: &RecordView,
    show: &Show<'_>,
    path: &str,
    refused: Option<(&Error, &str, &str)>,
) -> Result<Body> {
    let mut entries: Vec<(mainstay_core::Instant, Entry)> = Vec::new();
    let mut description = record.value("description").as_text().map(str::to_owned);
    for item in ask.history(record)?.items.into_iter().filter(|item| item.table == record.kind.def.name) {
        let changes = changes(&item, record, show);
        let text = act(&item, show);
        let who = Some(item.actor_name.clone()).filter(|name| !name.is_empty() && name != "system");
        entries.push((
            item.occurred_at,
            Entry {
                at: show.at(item.occurred_at),
                who,
                what: What::Change,
                text,
                // What it is about stands with the entry that made the record.
                body: description.take().unwrap_or_default(),
                changes,
            },
        ));
    }
    for comment in ask.comments(record)? {
        let Some(at) = comment.written_at else { continue };
        let what = match (comment.visibility.as_str(), comment.from_customer) {
            (_, true) => What::FromCustomer,
            ("public", false) => What::Public,
            _ => What::Internal,
        };
        let who = comment.author.map(|name| name.title).or(comment.author_name);
        let body = comment.body.unwrap_or_else(|| show.words.say("erased").to_owned());
        entries
            .push((at, Entry { at: show.at(at), who, what, text: String::new(), body, changes: Vec::new() }));
    }
    for file in ask.attachments(record)? {
        let Some(at) = file.added_at else { continue };
        let name = file.name.unwrap_or_else(|| show.words.say("erased").to_owned());
        let text = show.words.say_of("entry-file", "name", name);
        let who = file.author.map(|name| name.title);
        entries.push((at, Entry { at: show.at(at), who, text, ..Entry::default() }));
    }
    // The newest first; of what happened in the same second, what was said about a change stands above it.
    entries.sort_by_key(|(at, _)| *at);
    entries.reverse();
    let is_cut = entries.len() > MOST_ENTRIES && show.call.asked("all").is_none();
    if is_cut {
        entries.truncate(MOST_ENTRIES);
    }
    let entries = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(Body::Timeline {
        composer: composer(ask, record, show, path, refused),
        entries,
        older_href: is_cut.then(|| show.then(&format!("{path}?all=1"))),
        empty: Empty::default(),
    })
}

fn composer(
    ask: &Query<'_>,
    record: &RecordView,
    show: &Show<'_>,
    path: &str,
    refused: Option<(&Error, &str, &str)>,
) -> Option<Composer> {
    let (may_write, may_note) = (ask.may(record, Deed::Comment), ask.may(record, Deed::Note));
    let chosen = refused.map_or("public", |(_, _, visibility)| visibility);
    let choice = |value: &str, key: &'static str| Choice {
        value: value.into(),
        label: show.words.say(key).into(),
        chosen: value == chosen,
    };
    let mut visibilities = Vec::new();
    if may_write {
        visibilities.push(choice("public", "comment-public"));
    }
    if may_note {
        visibilities.push(choice("internal", "comment-internal"));
    }
    (!visibilities.is_empty()).then(|| Composer {
        action: format!("{path}/comments"),
        hidden: hidden(record.version()),
        visibilities,
        body: refused.map_or_else(String::new, |(_, body, _)| body.to_owned()),
        error: refused.map(|(error, ..)| sentence(error.message())),
    })
}

/// What was done, in a word or two.
fn act(item: &HistoryItem, show: &Show<'_>) -> String {
    let name = item.command.rsplit_once('.').map_or(item.command.as_str(), |(_, name)| name);
    let noted = |name: &str| item.noted.get(name);
    let goal = noted("goal").and_then(|goal| goal.as_str()).map(|goal| show.words.goal(goal));
    match name {
        "breached" if let Some(goal) = goal => show.words.say_of("act-breached", "goal", goal),
        "warned" if let Some(goal) = goal => {
            let percent = noted("percent").and_then(serde_json::Value::as_i64).unwrap_or_default();
            show.words.say_with("act-warned", &[("goal", goal.into()), ("percent", percent.into())])
        }
        _ if item.command.contains("record_history") => show.words.say("act-history").to_owned(),
        "create" => show.words.say("act-create").to_owned(),
        "edit" => show.words.say("act-edit").to_owned(),
        name => show.words.a_move(name),
    }
}

fn changes(item: &HistoryItem, record: &RecordView, show: &Show<'_>) -> Vec<Change> {
    // What it began with stands in the fields; only what became of it is told.
    if item.changes.iter().any(|change| change.field == "ref") {
        return Vec::new();
    }
    item.changes
        .iter()
        .filter(|change| !matches!(change.field, "ref" | "id" | "record" | "version"))
        .map(|change| Change {
            label: show.label(record.kind, change.field),
            before: show.text(change.ty, &change.from.0, change.from.1.as_ref()),
            after: show.text(change.ty, &change.to.0, change.to.1.as_ref()),
        })
        // Names that are not for who asks leave nothing to tell.
        .filter(|change| !(change.before.is_empty() && change.after.is_empty()))
        .collect()
}

pub(super) fn history(ask: &Query<'_>, record: &RecordView, show: &Show<'_>) -> Result<Body> {
    let page = ask.history(record)?;
    let entries = page
        .items
        .iter()
        .rev()
        .map(|item| HistoryEntry {
            position: item.position.to_string(),
            at: show.at(item.occurred_at),
            recorded_at: (item.recorded_at != item.occurred_at).then(|| show.at(item.recorded_at)),
            who: if item.actor_name.is_empty() { "–".to_owned() } else { item.actor_name.clone() },
            channel: show.words.say_of("history-channel", "channel", item.channel.clone()),
            act: if item.table == record.kind.def.name {
                act(item, show)
            } else {
                show.words.kind(&item.table)
            },
            record: None,
            changes: changes(item, record, show),
        })
        .collect();
    Ok(Body::History { entries, older_href: None })
}
