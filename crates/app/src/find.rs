//! Records as people name them: by ref, by id, by their key in a foreign system, by title.

use mainstay_core::{Error, ErrorKind, Record, Result, Value, registry};
use mainstay_store::{Conn, rows};
use uuid::Uuid;

use crate::context::{Context, to_record};

/// The record with this ref, id, or key of a foreign system.
///
/// # Errors
/// Not found.
pub fn record(
    context: &Context,
    conn: &mut dyn Conn,
    name: &str,
) -> Result<(&'static registry::Entry, Record)> {
    let candidates: Vec<(&'static registry::Entry, &str, Value)> = match name.parse::<Uuid>() {
        Ok(id) => context.registry.kinds().iter().map(|kind| (kind, "id", Value::Id(id))).collect(),
        Err(_) => match context.registry.kind_of_ref(name) {
            Some(kind) => vec![(kind, "ref", Value::from(name))],
            None => context
                .registry
                .kinds()
                .iter()
                .filter(|kind| kind.def.field("external_key").is_some())
                .map(|kind| (kind, "external_key", Value::from(name)))
                .collect(),
        },
    };
    for (kind, column, value) in candidates {
        let table = context.table(kind.def.name)?.clone();
        if let Some(found) = rows::find(conn, &table, column, &value)? {
            return Ok((kind, to_record(kind.def.name, found.row)?));
        }
    }
    Err(Error::not_found(format!("\"{name}\"")).hint(
        "Name a record by its ref, like INC-000123, by its id, or by its key in the system it came from.",
    ))
}

/// The record of a kind with this title, ref or id.
///
/// # Errors
/// Not found; conflict when several have the title.
pub fn titled(context: &Context, conn: &mut dyn Conn, kind: &'static str, name: &str) -> Result<Record> {
    let entry = context.kind(kind)?;
    let table = context.table(kind)?.clone();
    let sql = conn.dialect().sql(&format!("{} where title = ?1 order by \"key\"", rows::select(&table)));
    let found = conn.query(&sql, &[Value::from(name)], &rows::cells(&table))?;
    let mut records = Vec::new();
    for row in found {
        records.push(to_record(entry.def.name, rows::keyed(row).row)?);
    }
    if records.len() > 1 {
        let refs: Vec<_> = records.iter().map(|record| record.reference.as_str()).collect();
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("{} records are called \"{name}\": {}", records.len(), refs.join(", ")),
        )
        .hint("Name the one that is meant by its ref."));
    }
    if let Some(record) = records.pop() {
        return Ok(record);
    }
    let of_kind = record(context, conn, name).ok().filter(|(found, _)| found.def.name == kind);
    if let Some((_, record)) = of_kind {
        return Ok(record);
    }
    let sql =
        format!("select title from \"{}\" where title is not null order by \"key\" limit 20", table.name);
    let titles: Vec<String> = conn
        .query(&sql, &[], &[mainstay_store::Cell::Text])?
        .iter()
        .filter_map(|row| row[0].as_text().map(str::to_owned))
        .collect();
    let hint = match titles.as_slice() {
        [] => "There is none yet.".to_owned(),
        some => format!("There are: {}.", some.join(", ")),
    };
    Err(Error::not_found(format!("the {} \"{name}\"", kind.replace('_', " "))).hint(hint))
}
