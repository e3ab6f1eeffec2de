//! What hangs on records: comments, links, tasks, tags.

use axum::http::StatusCode;
use jiff::Timestamp;
use mainstay_app::{Command, Outcome};
use mainstay_core::Result;
use serde::Deserialize;
use serde_json::json;

use super::records::{name, record};
use crate::call::{Call, Reply};

pub(super) fn made(outcome: &Outcome) -> Result<Reply> {
    let json = json!({"id": outcome.part, "ref": outcome.reference, "version": outcome.version, "changed": outcome.changed});
    Ok(Reply::json(&json)?.status(StatusCode::CREATED))
}

pub(super) fn comments(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.ask()?.comments(&record(call)?)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentInput {
    body: String,
    #[serde(default = "public")]
    visibility: String,
}

fn public() -> String {
    "public".into()
}

pub(super) fn comment(call: &Call) -> Result<Reply> {
    let input: CommentInput = call.typed()?;
    made(&call.act(Command::Comment {
        record: name(call)?,
        body: input.body,
        visibility: input.visibility,
    })?)
}

pub(super) fn links(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.ask()?.links(&record(call)?)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkInput {
    relation: String,
    target: String,
}

pub(super) fn link(call: &Call) -> Result<Reply> {
    let input: LinkInput = call.typed()?;
    made(&call.act(Command::Link { record: name(call)?, relation: input.relation, target: input.target })?)
}

pub(super) fn unlink(call: &Call) -> Result<Reply> {
    let (relation, target) = (call.param("relation").to_owned(), call.param("target").to_owned());
    call.act(Command::Unlink { record: name(call)?, relation, target })?;
    Ok(Reply::nothing())
}

pub(super) fn tasks(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.ask()?.tasks(&record(call)?)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskInput {
    title: String,
    assignee: Option<String>,
    due_at: Option<Timestamp>,
}

pub(super) fn add_task(call: &Call) -> Result<Reply> {
    let TaskInput { title, assignee, due_at } = call.typed()?;
    made(&call.act(Command::AddTask { record: name(call)?, title, assignee, due_at })?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskChange {
    state: Option<String>,
    assignee: Option<String>,
}

pub(super) fn change_task(call: &Call) -> Result<Reply> {
    let TaskChange { state, assignee } = call.typed()?;
    let task = call.param("id").to_owned();
    let outcome = call.act(Command::ChangeTask { record: name(call)?, task, state, assignee })?;
    Ok(made(&outcome)?.status(StatusCode::OK))
}

pub(super) fn tags(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.ask()?.tags(&record(call)?)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TagInput {
    word: String,
}

pub(super) fn tag(call: &Call) -> Result<Reply> {
    let input: TagInput = call.typed()?;
    made(&call.act(Command::Tag { record: name(call)?, word: input.word })?)
}

pub(super) fn untag(call: &Call) -> Result<Reply> {
    call.act(Command::Untag { record: name(call)?, word: call.param("word").to_owned() })?;
    Ok(Reply::nothing())
}
