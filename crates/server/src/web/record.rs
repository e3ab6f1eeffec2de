//! The page of a record: what is this, how does it stand, what can I do now.

use axum::http::StatusCode;
use mainstay_app::{
    explain::Clock,
    query::{HistoryItem, MoveView, Query, RecordView},
    rights::Deed,
};
use mainstay_core::{Error, Result, Type, Value};
use mainstay_pages::{
    ClockStand, ClockView, Frame, RecordPage, Tone,
    field::Choice,
    frame::Notice,
    history::HistoryEntry,
    list::{Cell, Empty, NewLink},
    record::{Body, Change, Composer, Entry, Group, MoveLink, Shown, Tab, TabRow, Way, What},
    tone::Badge,
};
use mainstay_time::{Phase, Verdict};

use super::{
    approval, files,
    frame::{crumbs, frame},
    list::open_states,
    proof,
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// Entries of a timeline on one page.
const MOST_ENTRIES: usize = 100;
/// Fields that stand in the head, in their order.
const HEAD: &[&str] =
    &["service", "customer", "caller", "requester", "assigned_team", "assignee", "owner", "person"];
/// Moves that give something up or put it off: never the primary one.
const RARE: &[&str] = &[
    "cancel",
    "merge",
    "reject",
    "withdraw",
    "retire",
    "leave",
    "end",
    "void",
    "reverse",
    "supersede",
    "abandon",
];
const LESS_LIKELY: &[&str] = &["wait", "hold", "reopen", "return", "suspend", "renew"];

/// The record that the path names.
pub(super) fn named(call: &Call, ask: &Query<'_>) -> Result<RecordView> {
    let (kind, name) = (call.kind()?, call.param("ref"));
    let view = ask.record(name)?;
    if view.kind.def.name == kind.def.name { Ok(view) } else { Err(Error::not_found(name)) }
}

pub(super) fn page(call: &Call) -> Result<Reply> {
    show_page(call, None, StatusCode::OK)
}

/// The page, with a comment that could not be kept.
pub(super) fn show_page(
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

/// The primary move, the others, and the menu.
fn moves(
    ask: &Query<'_>,
    record: &RecordView,
    show: &Show<'_>,
    path: &str,
) -> Result<(Option<MoveLink>, Vec<MoveLink>, Vec<MoveLink>)> {
    // What votes decide is no button.
    let approval =
        record.kind.def.approval.as_ref().filter(|approval| approval.gate(record.state()).is_some());
    let by_votes = |mv: &MoveView| approval.is_some_and(|approval| approval.decides(mv.name));
    let all: Vec<MoveView> = ask.moves(record).into_iter().filter(|mv| !by_votes(mv)).collect();
    let vote = approval::may_vote(ask, record)?.then(|| approval::vote_link(show, path));
    let rank = |mv: &MoveView| {
        if RARE.contains(&mv.name) {
            3
        } else if LESS_LIKELY.contains(&mv.name) || mv.to == record.state() {
            2
        } else {
            1
        }
    };
    let likely = || all.iter().find(|mv| rank(mv) == 1).or_else(|| all.iter().find(|mv| rank(mv) == 2));
    // While a record waits for votes, nothing else is the most likely step.
    let primary = if approval.is_some() { None } else { likely() };
    let others = || all.iter().filter(|mv| Some(mv.name) != primary.map(|mv| mv.name));
    let plain: Vec<_> = others().filter(|mv| rank(mv) < 3).take(3).collect();
    let is_plain = |mv: &&MoveView| plain.iter().any(|one| one.name == mv.name);
    let mut menu: Vec<MoveLink> =
        others().filter(|mv| !is_plain(mv)).map(|mv| move_link(record, mv, show, path)).collect();
    if may_edit(ask, record) {
        menu.insert(
            0,
            MoveLink {
                label: show.words.say("edit").to_owned(),
                help: String::new(),
                href: format!("{path}/edit"),
                way: Way::Page,
                hidden: Vec::new(),
                key: Some('e'),
            },
        );
    }
    let primary = vote.or_else(|| primary.map(|mv| move_link(record, mv, show, path)));
    Ok((primary, plain.into_iter().map(|mv| move_link(record, mv, show, path)).collect(), menu))
}

fn move_link(record: &RecordView, mv: &MoveView, show: &Show<'_>, path: &str) -> MoveLink {
    let asks = !mv.asks.is_empty() || !mv.takes.is_empty();
    MoveLink {
        label: show.words.a_move(mv.name),
        help: show.words.about_move(record.kind.def.name, mv.name, mv.help),
        href: format!("{path}/moves/{}", mv.name),
        way: if asks { Way::Form } else { Way::AtOnce },
        hidden: if asks { Vec::new() } else { super::form::hidden(record.version()) },
        key: None,
    }
}

pub(super) fn may_edit(ask: &Query<'_>, record: &RecordView) -> bool {
    ask.may(record, Deed::Edit) && !record.kind.def.locked_in.contains(&record.state())
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

fn clocks(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Vec<ClockView>> {
    if record.kind.def.clocks.is_empty() {
        return Ok(Vec::new());
    }
    let explained = ask.clocks(record)?;
    let href = show.then(&format!("{path}/clocks"));
    Ok(explained.clocks.iter().map(|clock| clock_view(clock, show).explained_at(href.clone())).collect())
}

/// Why nothing is counted for an open record: what is promised follows from its priority and its agreement.
fn no_clock(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Option<NewLink> {
    let kind = record.kind;
    let counts = kind.def.field("agreement").is_some() && kind.def.field("priority").is_some();
    if !counts || !record.internal || !open_states(kind).contains(&record.state()) {
        return None;
    }
    let edit = || if may_edit(ask, record) { format!("{path}/edit") } else { String::new() };
    if record.value("agreement").is_null() {
        return Some(NewLink { label: show.words.say("no-clock-agreement").to_owned(), href: String::new() });
    }
    let has_no_priority = record.value("priority").is_null();
    has_no_priority.then(|| NewLink { label: show.words.say("no-clock-priority").to_owned(), href: edit() })
}

/// A clock as a reading shows it.
pub(super) fn clock_view(clock: &Clock, show: &Show<'_>) -> ClockView {
    let reading = &clock.reading;
    let (took_seconds, left_seconds) = (reading.elapsed_seconds, reading.remaining_seconds);
    let stopped = reading.phase == Phase::Stopped;
    let stand = match (reading.verdict, reading.breached_at) {
        (Verdict::Breached, _) if stopped => ClockStand::Missed { took_seconds },
        (Verdict::Breached, Some(breached_at)) => ClockStand::Breached { breached_at },
        (Verdict::Breached, None) => ClockStand::Missed { took_seconds },
        (Verdict::Met, _) => ClockStand::Met { took_seconds },
        (Verdict::Paused, _) => ClockStand::Paused { left_seconds },
        (Verdict::Running, _) => ClockStand::Running { due_at: reading.due, left_seconds },
    };
    let times = (reading.elapsed_seconds, reading.target_seconds);
    ClockView::new(&show.words.goal(clock.goal), stand, times, show.now, &show.zone, show.words)
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

fn timeline(
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
        hidden: super::form::hidden(record.version()),
        visibilities,
        body: refused.map_or_else(String::new, |(_, body, _)| body.to_owned()),
        error: refused.map(|(error, ..)| super::sentence(error.message())),
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

fn history(ask: &Query<'_>, record: &RecordView, show: &Show<'_>) -> Result<Body> {
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

fn links(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
    let may = ask.may(record, Deed::Link);
    let rows = ask
        .links(record)?
        .into_iter()
        .map(|link| {
            let remove = (may && link.outgoing).then(|| MoveLink {
                label: show.words.say("link-remove").to_owned(),
                help: String::new(),
                href: format!("{path}/unlink"),
                way: Way::AtOnce,
                hidden: vec![
                    ("relation".into(), link.relation.clone()),
                    ("target".into(), link.record.reference.clone()),
                ],
                key: None,
            });
            TabRow {
                cells: vec![
                    Cell::Text(show.words.relation(&link.relation)),
                    Cell::Text(show.words.kind(link.kind)),
                    Cell::Reference(link.record.reference.clone()),
                    show.link(&link.record),
                ],
                moves: remove.into_iter().collect(),
            }
        })
        .collect();
    Ok(Body::Rows {
        heading: show.words.say("tab-links").to_owned(),
        add: may.then(|| form_link(show.words.say("link-add"), &format!("{path}/link"))),
        columns: ["column-relation", "column-kind", "reference", "column-record"]
            .map(|key| show.words.say(key).to_owned())
            .to_vec(),
        rows,
        empty: Empty {
            heading: show.words.say("links-none").to_owned(),
            text: show.words.say("links-why").to_owned(),
            ..Empty::default()
        },
    })
}

fn tasks(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
    let may = ask.may(record, Deed::Task);
    let rows = ask
        .tasks(record)?
        .into_iter()
        .map(|task| {
            let turn = |state: &'static str, key: &'static str| MoveLink {
                label: show.words.say(key).to_owned(),
                help: String::new(),
                href: format!("{path}/tasks/{}", task.id),
                way: Way::AtOnce,
                hidden: vec![("state".into(), state.into())],
                key: None,
            };
            let moves = match task.state.as_str() {
                "open" if may => vec![turn("done", "task-done")],
                _ if may => vec![turn("open", "task-open")],
                _ => Vec::new(),
            };
            let due = task.due_at.map_or(Cell::Empty, |at| Cell::At(show.at(at)));
            let who = task.assignee.as_ref().map_or(Cell::Empty, |name| show.link(name));
            TabRow {
                cells: vec![Cell::Text(task.title.clone()), Cell::Badge(show.state(&task.state)), who, due],
                moves,
            }
        })
        .collect();
    Ok(Body::Rows {
        heading: show.words.say("tab-tasks").to_owned(),
        add: may.then(|| form_link(show.words.say("task-add"), &format!("{path}/task"))),
        columns: vec![
            show.words.say("column-task").to_owned(),
            show.words.field("state"),
            show.words.field("assignee"),
            show.words.say("column-due").to_owned(),
        ],
        rows,
        empty: Empty {
            heading: show.words.say("tasks-none").to_owned(),
            text: show.words.say("tasks-why").to_owned(),
            ..Empty::default()
        },
    })
}

pub(super) fn form_link(label: &str, href: &str) -> MoveLink {
    MoveLink { label: label.to_owned(), href: href.to_owned(), way: Way::Form, ..MoveLink::default() }
}
