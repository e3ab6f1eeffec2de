//! The inputs of a kind's fields: those that matter most at the top, the others folded away.

use mainstay_core::registry::Entry;
use mainstay_pages::{Field, Input};

use crate::web::show::Show;

/// Fields that stand at the top of a form, in their order; the others are folded away.
const FIRST: &[&str] = &[
    "description",
    "model",
    "change_model",
    "request_model",
    "service",
    "impact",
    "urgency",
    "customer",
    "caller",
    "requester",
    "category",
    "person",
    "role",
    "email",
    "owner",
    "risk",
    "planned_start",
    "planned_end",
    "assigned_team",
    "assignee",
];
/// Most fields at the top.
const MOST_FIRST: usize = 10;

/// The inputs of these fields with their content: those at the top, and those folded away.
pub(super) fn fields(
    show: &Show<'_>,
    kind: &'static Entry,
    names: &[&'static str],
    content: &dyn Fn(&str) -> String,
) -> (Vec<Field>, Vec<Field>) {
    let required =
        |name: &&&'static str| **name == "title" || kind.def.field(name).is_some_and(|field| field.required);
    let mut first: Vec<&'static str> = names.iter().filter(required).copied().collect();
    for name in FIRST {
        if first.len() < MOST_FIRST && names.contains(name) && !first.contains(name) {
            first.push(name);
        }
    }
    if names.len() <= MOST_FIRST {
        first = names.to_vec();
    }
    let make = |name: &&'static str| field(show, kind, name, &content(name));
    let more = names.iter().filter(|name| !first.contains(name)).map(make).collect();
    (first.iter().map(make).collect(), more)
}

/// The input of one field; every record's title is one too.
pub(in crate::web) fn field(
    show: &Show<'_>,
    kind: &'static Entry,
    name: &'static str,
    content: &str,
) -> Field {
    match kind.def.field(name) {
        Some(def) => {
            let zone = show.zone.iana_name().unwrap_or("UTC");
            Field::of(def, kind.def.name, content, zone, show.words)
        }
        None => Field::new(name, show.label(kind, name), Input::Text(content.to_owned())).required(),
    }
}
