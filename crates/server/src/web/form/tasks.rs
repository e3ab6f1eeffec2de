//! The form of a task, and its states.

use mainstay_app::{Command, query::Query};
use mainstay_core::{Error, Result};
use mainstay_pages::{Field, Input, field::reference_of};

use super::{Sent, act, is_for_the_form, small_form, values::local_instant};
use crate::{
    call::{Call, Reply},
    web::{frame::words, record::named},
};

pub(in crate::web) fn task_page(call: &Call) -> Result<Reply> {
    task_form(call, None, None)
}

fn task_form(call: &Call, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    let words = words(call);
    let zone = call.settings().zone.iana_name().unwrap_or("UTC").to_owned();
    let value = |name: &str| sent.and_then(|sent| sent.get(name)).unwrap_or_default().to_owned();
    let fields = vec![
        Field::new("title", words.say("column-task"), Input::Text(value("title"))).required(),
        Field::new(
            "assignee",
            words.field("assignee"),
            Input::Reference { value: value("assignee"), suggest_href: "/suggest?kind=person".into() },
        ),
        Field::new("due_at", words.say("column-due"), Input::Instant { value: value("due_at"), zone }),
    ];
    small_form(call, &record, words.say("task-add"), "task", fields, error)
}

pub(in crate::web) fn add_task(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let due_at = sent.text("due_at").map(|typed| local_instant(call, &typed)).transpose();
    let done = due_at.and_then(|due_at| {
        let command = Command::AddTask {
            record: call.param("ref").to_owned(),
            title: sent.text("title").unwrap_or_default(),
            assignee: sent.text("assignee").map(|typed| reference_of(&typed).to_owned()),
            due_at,
        };
        act(call, &sent, command)
    });
    match done {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?tab=tasks", call.param("kind"), outcome.reference))),
        Err(error) if is_for_the_form(&error) => task_form(call, Some(&sent), Some(&error)),
        Err(error) => Err(error),
    }
}

pub(in crate::web) fn change_task(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let command = Command::ChangeTask {
        record: call.param("ref").to_owned(),
        task: call.param("id").to_owned(),
        state: sent.get("state").map(str::to_owned),
        assignee: None,
    };
    let outcome = act(call, &sent, command)?;
    Ok(Reply::see(format!("/{}/{}?tab=tasks", call.param("kind"), outcome.reference)))
}
