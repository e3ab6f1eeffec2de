//! Journal entries of an act: resulting values of the changed columns, personal ones as commitments.

use std::{collections::BTreeMap, sync::Arc};

use mainstay_core::{
    Error, Record, Result, Subject, Type, Value,
    table::{Column, Table},
};
use mainstay_journal::{Entry, Json, Op};
use mainstay_store::{engine::Row, writer::Personal};
use uuid::Uuid;

use super::{Act, Step};
use crate::context::to_row;

/// A value as the journal has it: instants, dates and ids as text.
pub fn to_journal(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(int) => Json::Int(*int),
        Value::Json(json) => structured(json),
        other => Json::Text(other.to_string()),
    }
}

fn structured(json: &serde_json::Value) -> Json {
    match json {
        serde_json::Value::Null => Json::Null,
        serde_json::Value::Bool(flag) => Json::Bool(*flag),
        // Structured fields hold whole numbers only; another number is kept as its text.
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Json::Text(number.to_string()), Json::Int)
        }
        serde_json::Value::String(text) => Json::Text(text.clone()),
        serde_json::Value::Array(items) => Json::List(items.iter().map(structured).collect()),
        serde_json::Value::Object(map) => {
            Json::Map(map.iter().map(|(name, value)| (name.clone(), structured(value))).collect())
        }
    }
}

fn plain(json: &Json) -> serde_json::Value {
    match json {
        Json::Null => serde_json::Value::Null,
        Json::Bool(flag) => serde_json::Value::Bool(*flag),
        Json::Int(int) => serde_json::Value::from(*int),
        Json::Text(text) => serde_json::Value::String(text.clone()),
        Json::List(items) => serde_json::Value::Array(items.iter().map(plain).collect()),
        Json::Map(map) => {
            serde_json::Value::Object(map.iter().map(|(name, value)| (name.clone(), plain(value))).collect())
        }
    }
}

/// A journal value as the column has it. Nothing is looked up and no rule is run.
///
/// # Errors
/// A problem for people when the value does not fit the column's type.
pub fn from_journal(column: &Column, json: &Json) -> Result<Value, String> {
    match (column.ty, json) {
        // What the journal says stays, also a word that the list has lost since.
        (Type::Choice(_) | Type::Text, Json::Text(text)) => Ok(Value::Text(text.clone())),
        (Type::Structured(_), Json::Null) => Ok(Value::Null),
        (Type::Structured(_), json) => Ok(Value::Json(plain(json))),
        (ty, json) => ty.parse_stored(&plain(json)),
    }
}

/// Columns that follow from the entry itself.
pub(crate) fn follows_from_entry(table: &Table, column: &str) -> bool {
    column == "id"
        || (table.is_kind && matches!(column, "version" | "created_at" | "updated_at"))
        || (!table.is_kind && column == "record")
}

impl Act<'_, '_> {
    /// The entry of a record's step.
    pub(super) fn journal_record(
        &mut self,
        table: &Arc<Table>,
        after: &Record,
        before: &Row,
        step: &Step,
    ) -> Result<u64> {
        let row = to_row(after);
        self.journal_row(table, after.id, after.id, after.version, &row, before, step, Op::Put)
    }

    /// The entry of a row: `before` is empty for a new one.
    #[expect(
        clippy::too_many_arguments,
        reason = "an entry has these parts, and each caller has them at hand"
    )]
    pub(super) fn journal_row(
        &mut self,
        table: &Arc<Table>,
        record: Uuid,
        row_id: Uuid,
        version: u64,
        row: &Row,
        before: &Row,
        step: &Step,
        op: Op,
    ) -> Result<u64> {
        let mut values = BTreeMap::new();
        let mut personal = Vec::new();
        for (at, column) in table.columns.iter().enumerate() {
            let value = &row[at];
            let old = before.get(at).unwrap_or(&Value::Null);
            if follows_from_entry(table, column.name) || value == old || op == Op::Delete {
                continue;
            }
            match column.personal {
                Some(subject) if !value.is_null() => {
                    let subject = match subject {
                        Subject::Itself => Some(record),
                        Subject::Named(field) => table.position(field).and_then(|at| row[at].as_id()),
                    };
                    let salt = self.ids.salt();
                    let content = to_journal(value);
                    personal.push(Personal { name: column.name.to_owned(), subject, salt, content });
                }
                _ => {
                    values.insert(column.name.to_owned(), to_journal(value));
                }
            }
        }
        let entry = self.entry(table, record, Some(row_id), version, values, step, op)?;
        Ok(self.tx.append(entry, personal))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "an entry has these parts, and each caller has them at hand"
    )]
    pub(super) fn entry(
        &mut self,
        table: &Table,
        record: Uuid,
        row: Option<Uuid>,
        version: u64,
        values: BTreeMap<String, Json>,
        step: &Step,
        op: Op,
    ) -> Result<Entry> {
        self.steps += 1;
        let entry = Entry {
            epoch: 1,
            index: 0,
            recorded_at_ms: 0,
            occurred_at: step.occurred_at.as_second(),
            actor: step.actor.to_text(),
            on_behalf_of: self.request.on_behalf_of.as_ref().map(mainstay_core::Actor::to_text),
            channel: self.request.channel.name().to_owned(),
            act: self.id.clone(),
            command: step.command.clone(),
            table: table.name.to_owned(),
            schema: table.schema,
            record: Some(record.to_string()),
            row: row.map(|row| row.to_string()),
            version,
            op,
            values,
            personal: BTreeMap::new(),
            waived: step.waived.clone(),
            reason: self.request.reason.clone(),
        };
        entry.check().map_err(|error| {
            Error::field("values", "is too large or too deep to be kept").caused_by(error)
        })?;
        Ok(entry)
    }
}
