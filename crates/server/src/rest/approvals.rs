//! Approvals of records and the votes in them.

use axum::http::StatusCode;
use mainstay_app::Command;
use mainstay_core::Result;
use serde::Deserialize;
use serde_json::json;

use super::records::{name, record};
use crate::call::{Call, Reply};

pub(super) fn approvals(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.ask()?.approvals(&record(call)?)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VoteInput {
    verdict: String,
    comment: Option<String>,
}

pub(super) fn vote(call: &Call) -> Result<Reply> {
    let (record, version) = (name(call)?, call.seen_version()?);
    let VoteInput { verdict, comment } = call.typed()?;
    let outcome = call.act(Command::Vote { record, version: Some(version), verdict, comment })?;
    Ok(super::parts::made(&outcome)?.status(StatusCode::CREATED))
}
