//! Records of every kind.

use axum::http::{StatusCode, header};
use mainstay_app::{Command, Outcome, query::RecordView};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::call::{Call, Reply};

/// The record that the path names: of the kind that the path names, and readable.
pub(super) fn record(call: &Call) -> Result<RecordView> {
    let (kind, name) = (call.kind()?, call.param("ref"));
    let view = call.ask()?.record(name)?;
    if view.kind.def.name == kind.def.name { Ok(view) } else { Err(Error::not_found(name)) }
}

/// The ref of the record that the path names, for a command: the door checks what may be done with it.
pub(super) fn name(call: &Call) -> Result<String> {
    Ok(record_now(call)?.reference().to_owned())
}

/// The record as it is now.
fn record_now(call: &Call) -> Result<RecordView> {
    named(call, call.param("ref"))
}

/// A record of the kind that the path names, as it is now, by a name from elsewhere.
pub(super) fn named(call: &Call, name: &str) -> Result<RecordView> {
    let view = mainstay_app::query::Query::now(call.app(), call.who()?.clone()).record(name)?;
    if view.kind.def.name == call.kind()?.def.name { Ok(view) } else { Err(Error::not_found(name)) }
}

pub(super) fn list(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let query = ask.list_query(call.kind()?, &call.query)?;
    Reply::json(&ask.list(&query)?)
}

pub(super) fn suggest(call: &Call) -> Result<Reply> {
    let items = call.ask()?.suggest(call.kind()?, call.asked("q").unwrap_or_default())?;
    Reply::json(&json!({ "items": items }))
}

pub(super) fn search(call: &Call) -> Result<Reply> {
    let ranked = match call.asked("order") {
        None | Some("newest") => false,
        Some("relevance") => true,
        Some(_) => return Err(Error::field("order", "is one of: newest, relevance")),
    };
    let limit = match call.asked("limit") {
        None => 20,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=50).contains(limit))
            .ok_or_else(|| Error::field("limit", "is a number from 1 to 50"))?,
    };
    Reply::json(&call.ask()?.search(call.asked("q").unwrap_or_default(), ranked, limit)?)
}

pub(super) fn read(call: &Call) -> Result<Reply> {
    let view = record(call)?;
    let etag = etag(view.version());
    if call.header(header::IF_NONE_MATCH) == Some(etag.as_str()) {
        return Ok(Reply {
            status: StatusCode::NOT_MODIFIED,
            headers: vec![(header::ETAG, etag)],
            body: Vec::new(),
            file: None,
        });
    }
    Ok(Reply::json(&view)?.header(header::ETAG, etag))
}

pub(super) fn moves(call: &Call) -> Result<Reply> {
    let view = record(call)?;
    Reply::json(&json!({ "items": call.ask()?.moves(&view) }))
}

pub(super) fn create(call: &Call) -> Result<Reply> {
    let kind = call.kind()?;
    let outcome = call.act(Command::Create { kind: kind.def.name.into(), values: call.object()? })?;
    let location = format!("/api/v1/{}/{}", kind.def.plural, outcome.reference);
    Ok(after(call, &outcome)?.status(StatusCode::CREATED).header(header::LOCATION, location))
}

pub(super) fn edit(call: &Call) -> Result<Reply> {
    let (record, version) = (name(call)?, call.seen_version()?);
    let outcome = call.act(Command::Edit { record, version: Some(version), values: call.object()? })?;
    after(call, &outcome)
}

pub(super) fn perform(call: &Call) -> Result<Reply> {
    let (record, version) = (name(call)?, call.seen_version()?);
    let name = call.param("move").to_owned();
    let outcome = call.act(Command::Move { record, name, version: Some(version), values: call.object()? })?;
    after(call, &outcome)
}

pub(super) fn history(call: &Call) -> Result<Reply> {
    Reply::json(&call.ask()?.history(&record(call)?)?)
}

pub(super) fn clocks(call: &Call) -> Result<Reply> {
    let view = record(call)?;
    Reply::json(&call.ask()?.clocks(&view)?)
}

/// The record after a command, as the person sees it. Who may make a record but not read it gets its ref.
pub(super) fn after(call: &Call, outcome: &Outcome) -> Result<Reply> {
    let ask = mainstay_app::query::Query::now(call.app(), call.who()?.clone());
    match ask.record(&outcome.reference) {
        Ok(view) => Ok(Reply::json(&view)?.header(header::ETAG, etag(view.version()))),
        Err(_) => Reply::json(outcome),
    }
}

pub(super) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}
