//! The same change of many records: each its own act, each with its own answer.

use mainstay_app::{Command, Outcome};
use mainstay_core::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::records::named;
use crate::{
    call::{Call, Reply},
    problem::{document, status},
};

/// Most records of one request.
const MOST_RECORDS: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BulkInput {
    items: Vec<Item>,
    #[serde(rename = "move")]
    name: Option<String>,
    #[serde(default)]
    values: Map<String, Json>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    #[serde(rename = "ref")]
    reference: String,
    version: u64,
}

pub(super) fn bulk(call: &Call) -> Result<Reply> {
    call.kind()?;
    let input: BulkInput = call.typed()?;
    if input.items.is_empty() || input.items.len() > MOST_RECORDS {
        return Err(Error::field("items", format!("names from 1 to {MOST_RECORDS} records")));
    }
    let answers: Vec<Json> = input
        .items
        .iter()
        .map(|item| match change(call, &input, item) {
            Ok(done) => json!({"ref": done.reference, "status": 200, "version": done.version, "changed": done.changed}),
            Err(error) => {
                let code = status(&error, false);
                json!({"ref": item.reference, "status": code.as_u16(),
                    "problem": document(code, &error, &call.request_id)})
            }
        })
        .collect();
    Reply::json(&json!({ "items": answers }))
}

fn change(call: &Call, input: &BulkInput, item: &Item) -> Result<Outcome> {
    let record = named(call, &item.reference)?.reference().to_owned();
    let (version, values) = (Some(item.version), input.values.clone());
    let command = match &input.name {
        Some(name) => Command::Move { record, name: name.clone(), version, values },
        None => Command::Edit { record, version, values },
    };
    // One key of the caller's stands for as many acts as there are records.
    let key = call.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    call.act_once(command, key.map(|key| format!("{key}/{}", item.reference)))
}
