//! Who asks: roles, sessions, tokens.

use axum::http::StatusCode;
use mainstay_app::{
    accounts::{By, NewToken},
    rights::{Credential, Duty},
};
use mainstay_core::{Choice, Error, Result};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::call::{Call, Reply};

pub(super) fn me(call: &Call) -> Result<Reply> {
    let who = call.who()?;
    let roles: Vec<_> = who.roles.iter().map(|held| held.role.name()).collect();
    let duties: Vec<_> = Duty::ALL.iter().filter(|duty| who.has(**duty)).map(|duty| duty.name()).collect();
    let credential = match &who.credential {
        Credential::Session { .. } => "session",
        Credential::Token { .. } => "token",
    };
    Reply::json(&json!({
        "id": who.person, "ref": who.reference, "name": who.name, "staff": who.staff, "roles": roles,
        "duties": duties, "credential": credential,
    }))
}

pub(super) fn sessions(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.app().accounts().sessions(call.who()?.person)? }))
}

pub(super) fn end_session(call: &Call) -> Result<Reply> {
    call.app().accounts().end_session(call.who()?.person, id(call, "the session")?)?;
    Ok(Reply::nothing())
}

pub(super) fn tokens(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.app().accounts().tokens(call.who()?.person)? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenInput {
    name: String,
    #[serde(default)]
    read_only: bool,
    #[serde(default = "ninety")]
    days: u32,
}

fn ninety() -> u32 {
    90
}

pub(super) fn make_token(call: &Call) -> Result<Reply> {
    let input: TokenInput = call.typed()?;
    let new = NewToken { name: input.name, read_only: input.read_only, days: input.days };
    let who = call.who()?;
    let (secret, view) = call.app().accounts().make_token(who.person, &new, By::Person(who))?;
    let mut json = json!(view);
    json["token"] = json!(secret.expose());
    Ok(Reply::json(&json)?.status(StatusCode::CREATED))
}

pub(super) fn end_token(call: &Call) -> Result<Reply> {
    let who = call.who()?;
    call.app().accounts().end_token(who.person, id(call, "the token")?, By::Person(who))?;
    Ok(Reply::nothing())
}

fn id(call: &Call, what: &str) -> Result<Uuid> {
    call.param("id").parse().map_err(|_| Error::not_found(what))
}
