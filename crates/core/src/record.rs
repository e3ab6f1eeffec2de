//! A record without its kind: head and values in the order of the descriptor's fields.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{registry::KindDef, value::Value};

/// A record as the store, the journal and the faces see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Name of its kind.
    pub kind: &'static str,
    /// The record's id.
    pub id: Uuid,
    /// What people call it.
    pub reference: String,
    /// One line that names it; empty when it was erased.
    pub title: String,
    /// State, as stored.
    pub state: String,
    /// Counts the changes, from 1.
    pub version: u64,
    /// When it was recorded first.
    pub created_at: Timestamp,
    /// When it was recorded last.
    pub updated_at: Timestamp,
    /// One value a field, in the descriptor's order.
    pub values: Vec<Value>,
}

impl Record {
    /// The value of a field or of a head column; NULL when there is none of that name.
    pub fn get(&self, def: &KindDef, name: &str) -> Value {
        match name {
            "id" => Value::Id(self.id),
            "ref" => Value::Text(self.reference.clone()),
            "title" => text_or_null(&self.title),
            "state" => Value::Text(self.state.clone()),
            "version" => Value::from(self.version),
            "created_at" => Value::Instant(self.created_at),
            "updated_at" => Value::Instant(self.updated_at),
            field => def.position(field).map_or(Value::Null, |at| self.values[at].clone()),
        }
    }

    /// The JSON of the API. References are ids here; faces add `ref` and title.
    pub fn to_json(&self, def: &KindDef) -> serde_json::Value {
        let mut map = serde_json::Map::new();
        for name in crate::table::HEAD_COLUMNS {
            map.insert((*name).to_owned(), self.get(def, name).to_json());
        }
        for (field, value) in def.fields.iter().zip(&self.values) {
            map.insert(field.name.to_owned(), value.to_json());
        }
        serde_json::Value::Object(map)
    }
}

/// Text as a value; the empty text is NULL.
pub fn text_or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}
