//! Export: all records of a kind as CSV or as JSON lines, references as refs. Nothing is left out, personal data
//! too: the operator at the host asks.

use std::{
    collections::{BTreeSet, HashMap},
    io::Write,
};

use mainstay_core::{Error, Record, Result, Type, Value, registry, table::HEAD_COLUMNS};
use mainstay_store::{Cell, Conn, rows};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    View,
    context::to_record,
    csv_text::{line, safe},
};

/// Records in one step of the walk.
const CHUNK: u32 = 500;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, one header line. Text from people that a spreadsheet would compute gets an apostrophe.
    Csv,
    /// As [`Csv`](Format::Csv), with every text as it stands.
    CsvAsItStands,
    /// One JSON object a line, as the API has it, with references as refs.
    JsonLines,
}

/// Writes all records of a kind, in the order of their making, in one state of the database. Gives their number.
///
/// # Errors
/// Not found for the kind; unavailable when the writing fails.
pub fn export(
    view: &View<'_>,
    kind: &str,
    format: Format,
    out: &mut dyn Write,
    passed: &mut dyn FnMut(u64),
) -> Result<u64> {
    let context = view.context();
    let kind = context.kind(kind)?;
    let table = context.table(kind.def.name)?.clone();
    let written = |error: std::io::Error| Error::unavailable("the export cannot be written", error);
    let mut count = 0;
    view.snapshot(|conn| {
        if format != Format::JsonLines {
            out.write_all(line(&columns(kind)).as_bytes()).map_err(written)?;
        }
        let mut key = 0;
        loop {
            let chunk = rows::after(conn, &table, key, CHUNK)?;
            let Some(last) = chunk.last() else { break };
            key = last.key;
            let records: Vec<Record> =
                chunk.into_iter().map(|row| to_record(kind.def.name, row.row)).collect::<Result<_>>()?;
            let refs = refs_of(conn, &records)?;
            for record in &records {
                let text = match format {
                    Format::JsonLines => format!("{}\n", json(kind, record, &refs)),
                    Format::Csv => csv(kind, record, &refs, true),
                    Format::CsvAsItStands => csv(kind, record, &refs, false),
                };
                out.write_all(text.as_bytes()).map_err(written)?;
            }
            count += records.len() as u64;
            passed(records.len() as u64);
        }
        out.flush().map_err(written)
    })?;
    Ok(count)
}

fn columns(kind: &registry::Entry) -> Vec<&'static str> {
    HEAD_COLUMNS.iter().copied().chain(kind.def.fields.iter().map(|field| field.name)).collect()
}

/// The refs of all records that these refer to.
fn refs_of(conn: &mut dyn Conn, records: &[Record]) -> Result<HashMap<Uuid, String>> {
    let ids: BTreeSet<Uuid> =
        records.iter().flat_map(|record| &record.values).filter_map(Value::as_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut refs = HashMap::new();
    for chunk in ids.chunks(128) {
        let places: Vec<_> = (1..=chunk.len()).map(|at| format!("?{at}")).collect();
        let sql = format!("select id, ref from record where id in ({})", places.join(", "));
        let params: Vec<_> = chunk.iter().map(|id| Value::Id(*id)).collect();
        let sql = conn.dialect().sql(&sql);
        for row in conn.query(&sql, &params, &[Cell::Id, Cell::Text])? {
            if let (Some(id), Some(reference)) = (row[0].as_id(), row[1].as_text()) {
                refs.insert(id, reference.to_owned());
            }
        }
    }
    Ok(refs)
}

fn named(value: &Value, ty: Type, refs: &HashMap<Uuid, String>) -> Value {
    match (ty, value) {
        (Type::Reference(_), Value::Id(id)) => {
            refs.get(id).map_or_else(|| value.clone(), |reference| Value::from(reference.as_str()))
        }
        _ => value.clone(),
    }
}

fn json(kind: &registry::Entry, record: &Record, refs: &HashMap<Uuid, String>) -> Json {
    let mut map = Map::new();
    for name in HEAD_COLUMNS {
        map.insert((*name).to_owned(), record.get(&kind.def, name).to_json());
    }
    for (field, value) in kind.def.fields.iter().zip(&record.values) {
        map.insert(field.name.to_owned(), named(value, field.ty, refs).to_json());
    }
    Json::Object(map)
}

fn csv(kind: &registry::Entry, record: &Record, refs: &HashMap<Uuid, String>, safely: bool) -> String {
    let from_people = |text: String| if safely { safe(&text) } else { text };
    let head = HEAD_COLUMNS.iter().map(|name| from_people(record.get(&kind.def, name).to_string()));
    let fields = kind.def.fields.iter().zip(&record.values).map(|(field, value)| {
        let text = named(value, field.ty, refs).to_string();
        match field.ty {
            Type::Int => text,
            _ => from_people(text),
        }
    });
    line(&head.chain(fields).collect::<Vec<_>>())
}
