//! Values for any field of any kind, and the context in which tests act.

use mainstay_core::{
    Actor, Changes, Channel, Cx, FieldDef, Instant, KindDef, Record, Type, Value, registry::Entry,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// The id of the record under test; some samples refer to it.
pub const OWN_ID: Uuid = Uuid::from_u128(100);

/// A person acts at a fixed time.
pub fn cx() -> Cx {
    let now: Instant = "2026-01-05T09:00:00Z".parse().expect("an instant");
    Cx::new(now, Actor::Person(Uuid::from_u128(1)), Channel::Api)
}

/// A reference for the record under test.
pub fn reference(def: &KindDef) -> String {
    format!("{}-000001", def.prefix)
}

/// Input that makes a record: a title, what is required, and a structured value that the rules take.
pub fn complete(def: &KindDef) -> Changes {
    let needed =
        |field: &&FieldDef| !field.system && (field.required || matches!(field.ty, Type::Structured(_)));
    let value = |field: &FieldDef| (field.name.to_owned(), candidates(field).swap_remove(1));
    Changes { title: Some("A record".into()), values: def.fields.iter().filter(needed).map(value).collect() }
}

/// A new record of the kind.
pub fn created(entry: &Entry) -> Record {
    let outcome = entry.kind.create(OWN_ID, reference(&entry.def), complete(&entry.def), &cx());
    outcome.unwrap_or_else(|error| panic!("{}: {error}", entry.def.name))
}

/// The record as history would have it in `state`.
pub fn in_state(entry: &Entry, state: &str) -> Record {
    Record { state: state.into(), ..created(entry) }
}

/// Values to try in a field: first nothing, then a sound one, then odd ones.
pub fn candidates(field: &FieldDef) -> Vec<Value> {
    let mut values = vec![Value::Null];
    match field.ty {
        Type::Text => {
            let long = "long ".repeat(2_000);
            values.extend(["ann@example.org", "Ünïcödé \u{202e} text", long.as_str()].map(Value::from));
        }
        Type::Bool => values.extend([Value::Bool(true), Value::Bool(false)]),
        Type::Int => values.extend([1, 4, 0, 5, -1, i64::MIN, i64::MAX].map(Value::Int)),
        Type::Instant => values.extend(
            ["2026-01-05T09:00:00Z", "2026-01-05T08:00:00Z", "2026-01-06T09:00:00Z", "1969-12-31T23:59:59Z"]
                .map(|text| Value::Instant(text.parse().expect("an instant"))),
        ),
        Type::Date => values.extend(
            ["2026-01-05", "2026-01-04", "9999-12-31", "-009999-01-01"]
                .map(|text| Value::Date(text.parse().expect("a date"))),
        ),
        Type::Choice(choice) => values.extend(choice.words.iter().map(|word| Value::from(*word))),
        Type::Reference(_) => values.extend(
            [200, 300].map(|id| Value::Id(Uuid::from_u128(id))).into_iter().chain([Value::Id(OWN_ID)]),
        ),
        Type::Structured(check) => {
            values.extend(structured().into_iter().filter_map(|json| check(json).ok()).map(Value::Json));
        }
        Type::Bytes => {}
    }
    values
}

/// Structured values of all kinds; a field takes those that are of its type.
fn structured() -> Vec<Json> {
    let target = json!({"goal": "resolution", "priority": 1, "seconds": 14_400});
    vec![
        json!([{"targets": [target]}]),
        json!([{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"]}}]),
        json!([{"targets": [target, target], "warn_percent": [0]}]),
        json!([{"valid_from": "2026-02-01T00:00:00Z", "targets": [target]}, {}]),
        json!([{"zone": "nowhere"}]),
        json!([{"zone": "UTC", "always_open": true, "valid_from": "2026-02-01T00:00:00Z"}]),
        json!([]),
    ]
}
