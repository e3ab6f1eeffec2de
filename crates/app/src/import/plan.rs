//! What stands in the database already, found by foreign keys and titles.

use std::collections::HashMap;

use mainstay_core::{Error, ErrorKind, Record, Result, Type, Value};
use mainstay_store::{Cell, Conn, rows};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::mapping::{Brought, Mapping, with_nulls};
use crate::context::{Context, to_record};

/// How many keys one statement asks for.
const KEYS_PER_STATEMENT: usize = 128;

/// Ids by key, from a table of the store.
///
/// # Errors
/// Unavailable.
pub fn ids_by_key(
    context: &Context,
    conn: &mut dyn Conn,
    kind: &str,
    keys: &[&str],
) -> Result<HashMap<String, Uuid>> {
    let table = context.table(kind)?.clone();
    let mut found = HashMap::new();
    for chunk in keys.chunks(KEYS_PER_STATEMENT) {
        let sql = format!(
            "select external_key, id from \"{}\" where external_key in ({})",
            table.name,
            places(1, chunk.len())
        );
        let params: Vec<_> = chunk.iter().map(|key| Value::from(*key)).collect();
        let sql = conn.dialect().sql(&sql);
        for row in conn.query(&sql, &params, &[Cell::Text, Cell::Id])? {
            if let (Some(key), Some(id)) = (row[0].as_text(), row[1].as_id()) {
                found.insert(key.to_owned(), id);
            }
        }
    }
    Ok(found)
}

/// Those of the idempotency keys that the operator has used.
///
/// # Errors
/// Unavailable.
pub fn used_keys(conn: &mut dyn Conn, keys: &[String]) -> Result<std::collections::HashSet<String>> {
    let mut used = std::collections::HashSet::new();
    for chunk in keys.chunks(KEYS_PER_STATEMENT) {
        let sql =
            format!("select name from idempotency where actor = ?1 and name in ({})", places(2, chunk.len()));
        let actor = Value::from(mainstay_core::Actor::Operator.to_text());
        let params: Vec<_> =
            std::iter::once(actor).chain(chunk.iter().map(|key| Value::from(key.as_str()))).collect();
        let sql = conn.dialect().sql(&sql);
        for row in conn.query(&sql, &params, &[Cell::Text])? {
            used.extend(row[0].as_text().map(str::to_owned));
        }
    }
    Ok(used)
}

fn places(first: usize, count: usize) -> String {
    let places: Vec<_> = (first..first + count).map(|at| format!("?{at}")).collect();
    places.join(", ")
}

/// The input that makes a brought record, with its references as ids.
///
/// # Errors
/// A bug when a record that it names was not brought before it.
pub fn brought_values(
    context: &Context,
    mapping: &Mapping,
    brought: &Brought,
    ids: &[Uuid],
) -> Result<Map<String, Json>> {
    let kind = context.kind(&brought.kind)?;
    let mut values: Map<String, Json> =
        brought.fields.iter().map(|(name, json)| (name.clone(), with_nulls(json))).collect();
    values.insert("title".into(), Json::String(brought.title.clone()));
    for (name, title) in &brought.named {
        let Some(Type::Reference(wanted)) = kind.def.field(name).map(|field| field.ty) else {
            return Err(Error::field(format!("brings.{name}"), "is no reference"));
        };
        let earlier = mapping.brings.iter().zip(ids);
        let mut found = earlier.filter(|(other, _)| other.kind == wanted && other.title == *title);
        let (_, id) = found.next_back().ok_or_else(|| {
            Error::field(format!("brings.{name}"), format!("no {wanted} \"{title}\" is brought before it"))
        })?;
        values.insert(name.clone(), Json::String(id.to_string()));
    }
    Ok(values)
}

/// The record of this kind and title, if it stands already and says the same.
///
/// # Errors
/// Conflict when one stands there that says something else.
pub fn standing(
    context: &Context,
    conn: &mut dyn Conn,
    brought: &Brought,
    values: &Map<String, Json>,
) -> Result<Option<Uuid>> {
    let kind = context.kind(&brought.kind)?;
    let table = context.table(&brought.kind)?.clone();
    let sql = format!("{} where title = ?1 order by \"key\"", rows::select(&table));
    let sql = conn.dialect().sql(&sql);
    let found = conn.query(&sql, &[Value::from(brought.title.as_str())], &rows::cells(&table))?;
    let mut other: Option<Record> = None;
    for row in found {
        let record = to_record(kind.def.name, rows::keyed(row).row)?;
        let same = values.iter().filter(|(name, _)| *name != "title").all(|(name, json)| {
            let wanted = kind.def.field(name).map(|field| field.ty.parse_stored(json));
            wanted == Some(Ok(record.get(&kind.def, name)))
        });
        if same {
            return Ok(Some(record.id));
        }
        other = other.or(Some(record));
    }
    match other {
        None => Ok(None),
        Some(record) => Err(Error::new(
            ErrorKind::Conflict,
            format!(
                "the {} \"{}\" ({}) is not the one that the mapping brings",
                brought.kind.replace('_', " "),
                brought.title,
                record.reference
            ),
        )
        .hint("Give it another name, or change the mapping.")),
    }
}
