//! What people typed into a form, as the door takes it.

use jiff::civil::DateTime;
use mainstay_app::query::Query;
use mainstay_core::{Error, FieldDef, Result, Type, registry::Entry};
use mainstay_pages::field::reference_of;
use serde_json::{Map, Value as Json};

use super::Sent;
use crate::call::Call;

/// The values of the fields that the form has sent, as the door takes them.
pub(in crate::web) fn values(
    call: &Call,
    kind: &'static Entry,
    sent: &Sent,
    wanted: impl Fn(&str) -> bool,
) -> Result<Map<String, Json>> {
    let mut values = Map::new();
    let mut problems = Vec::new();
    if let Some(title) = sent.get("title").filter(|_| wanted("title")) {
        values.insert("title".into(), Json::String(title.trim().to_owned()));
    }
    for def in &kind.def.fields {
        let Some(typed) = sent.get(def.name).filter(|_| wanted(def.name)) else { continue };
        match value(call, def, typed) {
            Ok(value) => {
                values.insert(def.name.into(), value);
            }
            Err(error) => problems.extend(error.fields().to_vec()),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Error::invalid(problems)) }
}

fn value(call: &Call, def: &FieldDef, typed: &str) -> Result<Json> {
    let text = typed.trim();
    if text.is_empty() {
        return Ok(Json::Null);
    }
    Ok(match def.ty {
        Type::Int => text.parse::<i64>().map_or_else(|_| Json::String(text.into()), Json::from),
        Type::Bool => Json::Bool(text == "true"),
        Type::Instant => {
            let instant = local_instant(call, text)
                .map_err(|_| Error::field(def.name, "is no date and time; write it like 2026-01-31T14:05"))?;
            Json::String(instant.to_string())
        }
        Type::Reference(target) => Json::String(reference(call, target, text)?),
        Type::Structured(_) => serde_json::from_str(text)
            .map_err(|error| Error::field(def.name, format!("is no JSON: {error}")))?,
        _ => Json::String(typed.replace("\r\n", "\n").trim().to_owned()),
    })
}

/// The ref that was chosen, or of the one record that is called so.
fn reference(call: &Call, target: &'static str, typed: &str) -> Result<String> {
    let named = reference_of(typed);
    let context = call.app().context();
    if context.registry.kind_of_ref(named).is_some() {
        return Ok(named.to_owned());
    }
    let ask = Query::now(call.app(), call.who()?.clone());
    let found = ask.suggest(context.kind(target)?, named)?;
    let mut exact = found.iter().filter(|name| name.title.eq_ignore_ascii_case(named));
    match (exact.next(), exact.next()) {
        (Some(one), None) => Ok(one.reference.clone()),
        _ => Ok(named.to_owned()),
    }
}

/// A local date and time of the pages' zone as an instant. In the hour that does not exist the later reading, in the
/// hour that is there twice the earlier.
pub(super) fn local_instant(call: &Call, typed: &str) -> Result<jiff::Timestamp> {
    let wrong = || Error::field("due_at", "is no date and time; write it like 2026-01-31T14:05");
    let local: DateTime = typed.parse().map_err(|_| wrong())?;
    let zoned = local.to_zoned(call.settings().zone.clone()).map_err(|_| wrong())?;
    Ok(zoned.timestamp())
}
