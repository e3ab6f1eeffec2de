//! Reports and the journal's checkpoints.

use axum::http::StatusCode;
use mainstay_app::{ledger::Ledger, report::sla::Question};
use mainstay_core::{Error, Result};
use serde_json::json;

use super::records::record;
use crate::call::{Call, Reply};

pub(super) fn sla(call: &Call) -> Result<Reply> {
    let text = |name: &str| call.asked(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let question = Question {
        targets: text("targets"),
        calendar: text("calendar"),
        agreement: text("agreement"),
        from: text("from"),
        to: text("to"),
        zone: Some(call.settings().zone.clone()),
        incidents: match call.asked("incidents") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Error::field("incidents", "is true or false")),
        },
    };
    let format = call.asked("format").unwrap_or("json");
    if !matches!(format, "json" | "csv") {
        return Err(Error::field("format", format!("\"{format}\" is not one of: json, csv")));
    }
    let report = call.ask()?.sla_report(&question)?;
    match format {
        "csv" => Ok(Reply::of(StatusCode::OK, "text/csv; charset=utf-8", report.to_csv().into_bytes())),
        _ => Reply::json(&report),
    }
}

pub(super) fn proof(call: &Call) -> Result<Reply> {
    let after = match call.asked("after") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Error::field("after", "is a position of the journal"))?),
    };
    Reply::json(&call.ask()?.proof(&Ledger::of(call.app()), &record(call)?, after)?)
}

pub(super) fn checkpoint(call: &Call) -> Result<Reply> {
    let (signed, keys) = Ledger::of(call.app()).newest_checkpoint()?;
    let head = signed.checkpoint();
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    Reply::json(&json!({"origin": head.origin.to_string(), "size": head.size,
        "checkpoint": signed.text(), "keys": keys}))
}

pub(super) fn consistency(call: &Call) -> Result<Reply> {
    let from = call.asked("from").and_then(|text| text.parse().ok());
    let from = from.ok_or_else(|| Error::field("from", "is how many entries the older checkpoint covers"))?;
    let shown = Ledger::of(call.app()).prove_consistency(from)?;
    Reply::json(&json!({"from": shown.old, "size": shown.checkpoint.checkpoint().size,
        "old_root": shown.old_root_text(), "hashes": shown.hashes_text(), "checkpoint": shown.checkpoint.text()}))
}
