//! The server itself: health, readiness, figures, the kinds.

use axum::http::StatusCode;
use mainstay_core::{FieldDef, KindDef, Result, Type};
use serde_json::{Value as Json, json};

use crate::call::{Call, Reply};

/// Says only that the server runs.
pub(super) fn health(_: &Call) -> Result<Reply> {
    Reply::json(&json!({"status": "up"}))
}

/// Says only whether the database answers.
pub(super) fn ready(call: &Call) -> Result<Reply> {
    match call.app().head() {
        Ok(_) => Reply::json(&json!({"status": "ready"})),
        Err(_) => Ok(Reply::json(&json!({"status": "not ready"}))?.status(StatusCode::SERVICE_UNAVAILABLE)),
    }
}

pub(super) fn metrics(call: &Call) -> Result<Reply> {
    let text = call.shared.metrics.text().into_bytes();
    Ok(Reply::of(StatusCode::OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", text))
}

/// The kinds that the person may read anything of, with the fields that they may see.
pub(super) fn kinds(call: &Call) -> Result<Reply> {
    use mainstay_app::rights::Deed;
    let who = call.who()?;
    let kinds = call.app().context().registry.kinds().iter().map(|entry| &entry.def);
    let seen: Vec<Json> = kinds
        .filter(|def| who.may_ever(def, Deed::Read))
        .map(|def| kind_json(def, who.may_ever(def, Deed::ReadInternal)))
        .collect();
    Reply::json(&json!({ "items": seen }))
}

/// The description of this interface: the same for everybody who has an account, for it tells of no record.
pub(super) fn openapi(call: &Call) -> Result<Reply> {
    Reply::json(&crate::openapi::document(&crate::all_routes(), call.app().context().registry))
}

fn kind_json(def: &KindDef, internal: bool) -> Json {
    let fields: Vec<Json> =
        def.fields.iter().filter(|field| internal || !field.staff_only).map(field_json).collect();
    let moves: Vec<Json> = def
        .moves
        .iter()
        .map(|mv| json!({"name": mv.name, "help": mv.help, "from": mv.from, "to": mv.to, "asks": mv.asks, "takes": mv.takes}))
        .collect();
    json!({
        "name": def.name, "plural": def.plural, "prefix": def.prefix, "clause": def.clause, "help": def.help,
        "states": def.states.words, "fields": fields, "moves": moves,
    })
}

fn field_json(field: &FieldDef) -> Json {
    let mut json = json!({
        "name": field.name, "help": field.help, "type": field.ty.name(), "required": field.required,
        "set_by_rules": field.system,
    });
    match field.ty {
        Type::Choice(choice) => json["words"] = json!(choice.words),
        Type::Reference(kind) => json["kind"] = json!(kind),
        _ => {}
    }
    json
}
