//! What every act and every query needs: the kinds and their tables.

use std::sync::Arc;

use mainstay_core::{Error, Record, Registry, Result, Value, record::text_or_null, registry, table::Table};
use mainstay_store::engine::Row;

/// The registry with shared tables.
#[derive(Clone)]
pub struct Context {
    /// All kinds.
    pub registry: &'static Registry,
    tables: Arc<Vec<Arc<Table>>>,
}

/// How many head columns stand before the fields in a kind's row.
const HEAD: usize = mainstay_core::table::HEAD_COLUMNS.len();

impl Context {
    /// The context of a registry.
    pub fn new(registry: &'static Registry) -> Self {
        Self { registry, tables: Arc::new(registry.tables().cloned().map(Arc::new).collect()) }
    }

    /// A table by name.
    ///
    /// # Errors
    /// A bug for an unknown name.
    pub fn table(&self, name: &str) -> Result<&Arc<Table>> {
        self.tables
            .iter()
            .find(|table| table.name == name)
            .ok_or_else(|| Error::bug(format!("there is no table \"{name}\"")))
    }

    /// All tables that the journal writes.
    pub fn tables(&self) -> &[Arc<Table>] {
        &self.tables
    }

    /// A kind by name or plural.
    ///
    /// # Errors
    /// Not found.
    pub fn kind(&self, name: &str) -> Result<&'static registry::Entry> {
        self.registry.kind(name)
    }
}

/// A record as a row of its table.
pub fn to_row(record: &Record) -> Row {
    let mut row = vec![
        Value::Id(record.id),
        Value::Text(record.reference.clone()),
        text_or_null(&record.title),
        Value::Text(record.state.clone()),
        Value::from(record.version),
        Value::Instant(record.created_at),
        Value::Instant(record.updated_at),
    ];
    row.extend(record.values.iter().cloned());
    row
}

/// A row of a kind's table as a record.
///
/// # Errors
/// A bug when the row lacks what every record has.
pub fn to_record(kind: &'static str, row: Row) -> Result<Record> {
    let damaged =
        || Error::bug(format!("a row of {kind} is damaged")).hint("Run `mainstay rebuild --check`.");
    let mut row = row.into_iter();
    let mut head = || row.next().unwrap_or(Value::Null);
    let (Value::Id(id), Value::Text(reference)) = (head(), head()) else { return Err(damaged()) };
    let title = head().as_text().unwrap_or_default().to_owned();
    let (Value::Text(state), Value::Int(version), Value::Instant(created_at), Value::Instant(updated_at)) =
        (head(), head(), head(), head())
    else {
        return Err(damaged());
    };
    let version = u64::try_from(version).map_err(|_| damaged())?;
    Ok(Record { kind, id, reference, title, state, version, created_at, updated_at, values: row.collect() })
}

/// The column position of a field.
pub const fn column_of_field(position: usize) -> usize {
    HEAD + position
}
