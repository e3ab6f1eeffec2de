//! The page of a record: what is this, how does it stand, what can I do now.

pub(super) mod clock_lines;
pub(super) mod moves;
mod parts;
mod timeline;

use axum::http::StatusCode;
use mainstay_app::query::{Query, RecordView};
use mainstay_core::{Error, Result, Type, Value};
use mainstay_pages::{
    Frame, RecordPage, Tone,
    frame::Notice,
    list::Cell,
    record::{Group, Shown, Tab},
    tone::Badge,
};

use self::{
    clock_lines::{clocks, no_clock},
    moves::{may_edit, moves},
    parts::{links, tasks},
    timeline::{history, timeline},
};
use super::{
    approval, files,
    frame::{crumbs, frame},
    proof,
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// Fields that stand in the head, in their order.
const HEAD: &[&str] =
    &["service", "customer", "caller", "requester", "assigned_team", "assignee", "owner", "person"];

/// The record that the path names.
pub(in crate::web) fn named(call: &Call, ask: &Query<'_>) -> Result<RecordView> {
    let (kind, name) = (call.kind()?, call.param("ref"));
    let view = ask.record(name)?;
    if view.kind.def.name == kind.def.name { Ok(view) } else { Err(Error::not_found(name)) }
}

pub(in crate::web) fn page(call: &Call) -> Result<Reply> {
    show_page(call, None, StatusCode::OK)
}

/// The page, with a comment that could not be kept.
pub(in crate::web) fn show_page(
    call: &Call,
    refused: Option<(&Error, &str, &str)>,
    status: StatusCode,
) -> Result<Reply> {
    let ask = call.ask()?;
    let record = named(call, &ask)?;
    let mut frame = frame(call, record.reference());
    let words = frame.words();
    let show = Show::new(call, words)?;
    let kind = record.kind;
    let path = format!("/{}/{}", kind.def.plural, record.reference());
    let list = words.kinds(kind.def.plural);
    frame.breadcrumbs =
        crumbs(&[(&list, Some(&show.then(&format!("/{}", kind.def.plural)))), (record.reference(), None)]);
    frame.notice = notice(call, &record, &frame);
    frame.title = format!("{} {}", record.reference(), record.title());
    let (primary, moves, menu) = moves(&ask, &record, &show, &path)?;
    let (facts, groups) = fields(&ask, &record, &show, &path);
    let now = call.asked("tab").unwrap_or("timeline");
    let body = match now {
        "links" => links(&ask, &record, &show, &path)?,
        "tasks" if record.internal => tasks(&ask, &record, &show, &path)?,
        "approvals" if has_approvals(&record) => approval::tab(&ask, &record, &show, &path)?,
        "files" => files::tab(&ask, &record, &show, &path)?,
        "history" => history(&ask, &record, &show)?,
        "proof" if record.internal => proof::tab(&ask, &record, &show, &path)?,
        _ => timeline(&ask, &record, &show, &path, refused)?,
    };
    let page = RecordPage {
        kind: words.kind(kind.def.name),
        reference: record.reference().to_owned(),
        title: record.title().to_owned(),
        badges: badges(&record, &show),
        facts,
        primary,
        moves,
        menu,
        no_clock: no_clock(&ask, &record, &show, &path),
        clocks: clocks(&ask, &record, &show, &path)?,
        tabs: tabs(&record, &show, &path, now),
        body,
        groups,
        frame,
    };
    Ok(Reply::page(rendered(page.render())?).status(status))
}

/// What was just done, from the address to which the form led back.
fn notice(call: &Call, record: &RecordView, frame: &Frame) -> Option<Notice> {
    let did = call.asked("did")?;
    let words = frame.words();
    let text = match did {
        "create" => words.say_of("did-create", "ref", record.reference().to_owned()),
        "edit" => words.say_of("did-edit", "ref", record.reference().to_owned()),
        "comment" => words.say("did-comment").to_owned(),
        "vote" => words.say_of("did-vote", "state", words.choice(record.state())),
        name => {
            let mv = record.kind.def.find_move(name)?;
            let done =
                [("move", words.a_move(mv.name).into()), ("state", words.choice(record.state()).into())];
            words.say_with("did-move", &done)
        }
    };
    Some(Notice { tone: Tone::Done, text })
}

fn badges(record: &RecordView, show: &Show<'_>) -> Vec<Badge> {
    let mut badges = vec![show.state(record.state())];
    if let Value::Int(priority) = record.value("priority") {
        badges.push(Show::priority(priority));
    }
    if record.value("major") == Value::Bool(true) {
        badges.push(Badge::new(Tone::Failed, show.words.field("major")));
    }
    for name in ["model", "emergency"] {
        if let (Value::Text(word), Type::Choice(_)) =
            (record.value(name), super::show::type_of(record.kind, name))
        {
            badges.push(Badge::new(Tone::Plain, show.words.choice(&word)));
        }
    }
    badges
}

/// Facts of the head, and all other fields that have content.
fn fields(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> (Vec<Shown>, Vec<Group>) {
    let mut facts = Vec::new();
    for name in HEAD {
        let cell = show.field(record, name);
        if cell != Cell::Empty && record.kind.def.field(name).is_some() {
            facts.push(Shown { label: show.words.field(name), cell });
        }
    }
    let shown: Vec<Shown> = record
        .fields()
        .filter(|(field, _)| !HEAD.contains(&field.name) && !matches!(field.name, "priority" | "description"))
        .filter_map(|(field, value)| {
            let cell = show.cell(field.ty, value, record.name_of(value));
            (cell != Cell::Empty).then(|| Shown { label: show.words.field(field.name), cell })
        })
        .collect();
    let edit_href = may_edit(ask, record).then(|| format!("{path}/edit"));
    let recorded = |name: &'static str, at| Shown {
        label: show.words.say(name).to_owned(),
        cell: Cell::At(show.at(at)),
    };
    let groups = vec![
        Group { heading: show.words.say("group-details").to_owned(), edit_href, fields: shown },
        Group {
            heading: show.words.say("group-record").to_owned(),
            edit_href: None,
            fields: vec![
                recorded("recorded-first", record.created_at()),
                recorded("recorded-last", record.updated_at()),
            ],
        },
    ];
    (facts, groups)
}

fn has_approvals(record: &RecordView) -> bool {
    record.internal && record.kind.def.approval.is_some()
}

fn tabs(record: &RecordView, show: &Show<'_>, path: &str, now: &str) -> Vec<Tab> {
    let mut names = vec![("timeline", "tab-timeline"), ("links", "tab-links")];
    if record.internal {
        names.push(("tasks", "tab-tasks"));
    }
    if has_approvals(record) {
        names.push(("approvals", "tab-approvals"));
    }
    names.push(("files", "tab-files"));
    names.push(("history", "tab-history"));
    if record.internal {
        names.push(("proof", "tab-proof"));
    }
    names
        .into_iter()
        .map(|(name, key)| Tab {
            label: show.words.say(key).to_owned(),
            href: show.then(&if name == "timeline" { path.to_owned() } else { format!("{path}?tab={name}") }),
            count: None,
            current: now == name,
        })
        .collect()
}
