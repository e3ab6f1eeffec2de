//! Accounts, for who keeps them: who may sign in, links to set a password, what happened at the gate; and the
//! erasure of a person.

use axum::http::StatusCode;
use mainstay_app::{
    accounts::{By, Purpose},
    query::Query,
};
use mainstay_core::{Error, Result};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::call::{Call, Reply};

/// Events of an answer when nobody asks for another number.
const EVENTS: u32 = 100;
/// Most events of an answer.
const MOST_EVENTS: u32 = 1000;

pub(super) fn list(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.app().accounts().list()? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountInput {
    person: String,
}

pub(super) fn open(call: &Call) -> Result<Reply> {
    let input: AccountInput = call.typed()?;
    let person = person(call, &input.person)?;
    call.app().accounts().open(person, By::Person(call.who()?))?;
    Ok(account(call, person)?.status(StatusCode::CREATED))
}

pub(super) fn disable(call: &Call) -> Result<Reply> {
    let person = person(call, call.param("person"))?;
    if person == call.who()?.person {
        return Err(
            Error::conflict("nobody disables their own account").hint("Ask another administrator to do it.")
        );
    }
    set(call, person, false)
}

pub(super) fn enable(call: &Call) -> Result<Reply> {
    set(call, person(call, call.param("person"))?, true)
}

fn set(call: &Call, person: Uuid, enabled: bool) -> Result<Reply> {
    call.app().accounts().set_enabled(person, enabled, By::Person(call.who()?))?;
    account(call, person)
}

pub(super) fn link(call: &Call) -> Result<Reply> {
    let person = person(call, call.param("person"))?;
    let (secret, purpose) = call.app().accounts().link_for(person, By::Person(call.who()?))?;
    let purpose = match purpose {
        Purpose::Reset => "reset",
        _ => "invitation",
    };
    let link = format!("{}/welcome/{}", call.settings().origin(), secret.expose());
    Ok(Reply::json(&json!({"purpose": purpose, "link": link}))?.status(StatusCode::CREATED))
}

pub(super) fn events(call: &Call) -> Result<Reply> {
    let limit = match call.asked("limit") {
        None => EVENTS,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST_EVENTS).contains(limit))
            .ok_or_else(|| Error::field("limit", format!("is a number from 1 to {MOST_EVENTS}")))?,
    };
    Reply::json(&json!({ "items": call.app().accounts().events(limit)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erasure {
    person: String,
    reason: String,
}

pub(super) fn erase(call: &Call) -> Result<Reply> {
    let Erasure { person: name, reason } = call.typed()?;
    let id = person(call, &name)?.to_string();
    let outcome = call.app().erase_person_for(call.who()?.clone(), &id, &reason)?;
    Reply::json(&json!({"ref": outcome.reference, "id": outcome.id, "changed": outcome.changed}))
}

/// The id of a person whom the asker may read.
fn person(call: &Call, name: &str) -> Result<Uuid> {
    let found = Query::now(call.app(), call.who()?.clone()).record(name)?;
    if found.kind.def.name == "person" { Ok(found.id()) } else { Err(Error::not_found(name)) }
}

fn account(call: &Call, person: Uuid) -> Result<Reply> {
    let accounts = call.app().accounts().list()?;
    let found = accounts.into_iter().find(|account| account.person == person);
    Reply::json(&found.ok_or_else(|| Error::not_found("the account"))?)
}
