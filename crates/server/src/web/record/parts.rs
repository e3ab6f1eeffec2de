//! What hangs on a record in tables of its own: links and tasks.

use mainstay_app::{
    query::{Query, RecordView},
    rights::Deed,
};
use mainstay_core::Result;
use mainstay_pages::{
    list::{Cell, Empty},
    record::{Body, MoveLink, TabRow, Way},
};

use super::moves::form_link;
use crate::web::show::Show;

pub(super) fn links(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
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

pub(super) fn tasks(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
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
