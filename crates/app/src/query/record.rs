//! One record as a person sees it: the fields they may see, references by name, the moves they may run now.

use std::sync::Arc;

use mainstay_core::{FieldDef, MoveDef, Record, Result, Type, Value, registry::Entry, table::HEAD_COLUMNS};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    Query,
    names::{Name, Names, Wanted},
};
use crate::rights::Deed;

/// A record with what a person may see of it. Serialises as the API's JSON.
#[derive(Debug, Clone)]
pub struct RecordView {
    /// The kind.
    pub kind: &'static Entry,
    /// The record. Use [`fields`](RecordView::fields) to read it: not everything in here is for the person.
    pub(crate) record: Record,
    /// Whether the person sees what is for staff.
    pub internal: bool,
    names: Arc<Names>,
    /// The only fields that are written; all when none is named.
    chosen: Option<Arc<Vec<String>>>,
}

/// A move that a person may run now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveView {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// The state after it.
    pub to: &'static str,
    /// Fields that must be given.
    pub asks: Vec<&'static str>,
    /// Fields that may be given.
    pub takes: Vec<&'static str>,
}

impl From<&MoveDef> for MoveView {
    fn from(def: &MoveDef) -> Self {
        Self {
            name: def.name,
            help: def.help,
            to: def.to,
            asks: def.asks.to_vec(),
            takes: def.takes.to_vec(),
        }
    }
}

impl RecordView {
    pub(super) fn new(
        kind: &'static Entry,
        record: Record,
        internal: bool,
        names: Arc<Names>,
        chosen: Option<Arc<Vec<String>>>,
    ) -> Self {
        Self { kind, record, internal, names, chosen }
    }

    /// The record's id.
    pub fn id(&self) -> uuid::Uuid {
        self.record.id
    }

    /// The record's ref.
    pub fn reference(&self) -> &str {
        &self.record.reference
    }

    /// The record's title; empty when it was erased.
    pub fn title(&self) -> &str {
        &self.record.title
    }

    /// The record's state.
    pub fn state(&self) -> &str {
        &self.record.state
    }

    /// The record's version, for `If-Match`.
    pub fn version(&self) -> u64 {
        self.record.version
    }

    /// How the record is called.
    pub fn name(&self) -> Name {
        let Record { id, reference, title, .. } = &self.record;
        Name { id: *id, reference: reference.clone(), title: title.clone() }
    }

    /// When it was recorded first.
    pub fn created_at(&self) -> mainstay_core::Instant {
        self.record.created_at
    }

    /// When it was recorded last.
    pub fn updated_at(&self) -> mainstay_core::Instant {
        self.record.updated_at
    }

    /// The fields that the person may see, with their values.
    pub fn fields(&self) -> impl Iterator<Item = (&'static FieldDef, &Value)> {
        let internal = self.internal;
        self.kind
            .def
            .fields
            .iter()
            .zip(&self.record.values)
            .filter(move |(field, _)| internal || !field.staff_only)
    }

    /// The value of a field or head column that the person may see; NULL for what they may not, and a reference to a
    /// record that they may not read is NULL too.
    pub fn value(&self, name: &str) -> Value {
        match self.kind.def.field(name) {
            Some(field) if field.staff_only && !self.internal => Value::Null,
            Some(field) if matches!(field.ty, Type::Reference(_)) => {
                let value = self.record.get(&self.kind.def, name);
                if self.name_of(&value).is_some() { value } else { Value::Null }
            }
            _ => self.record.get(&self.kind.def, name),
        }
    }

    /// How the record that a reference points to is called.
    pub fn name_of(&self, value: &Value) -> Option<&Name> {
        value.as_id().and_then(|id| self.names.get(id))
    }

    fn is_chosen(&self, name: &str) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.iter().any(|one| one == name))
    }
}

impl Serialize for RecordView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind.def.name)?;
        for name in HEAD_COLUMNS {
            if *name == "ref" || *name == "id" || self.is_chosen(name) {
                map.serialize_entry(name, &Plain(&self.record.get(&self.kind.def, name)))?;
            }
        }
        for (field, value) in self.fields().filter(|(field, _)| self.is_chosen(field.name)) {
            match field.ty {
                Type::Reference(_) => map.serialize_entry(field.name, &self.name_of(value))?,
                _ => map.serialize_entry(field.name, &Plain(value))?,
            }
        }
        map.end()
    }
}

/// A value as the API has it, without a detour over a JSON tree.
pub(super) struct Plain<'a>(pub(super) &'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Int(int) => serializer.serialize_i64(*int),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Instant(instant) => serializer.collect_str(instant),
            Value::Date(date) => serializer.collect_str(date),
            Value::Id(id) => serializer.collect_str(id),
            Value::Json(json) => json.serialize(serializer),
            bytes @ Value::Bytes(_) => bytes.to_json().serialize(serializer),
        }
    }
}

impl Query<'_> {
    /// A record by ref or id.
    ///
    /// # Errors
    /// Not found, also when the person may not read it.
    pub fn record(&self, name: &str) -> Result<RecordView> {
        self.view.read(|conn| {
            let (kind, record) = self.find(conn, name)?;
            let mut wanted = Wanted::default();
            wanted.add_fields(self.view.context(), &record);
            let names = Arc::new(self.names(conn, wanted)?);
            let internal = self.sees_internal(&kind.def, &record);
            Ok(RecordView::new(kind, record, internal, names, None))
        })
    }

    /// The moves that the person may run on the record now, in the order of buttons. None in the past.
    pub fn moves(&self, view: &RecordView) -> Vec<MoveView> {
        if self.view.as_of().is_some() {
            return Vec::new();
        }
        let def = &view.kind.def;
        def.moves
            .iter()
            .filter(|mv| mv.from.contains(&view.record.state.as_str()))
            .filter(|mv| self.who.may(def, &view.record, Deed::Move(mv.name)))
            .map(MoveView::from)
            .collect()
    }

    /// Whether the person may do this with the record now. Nothing is done in the past.
    pub fn may(&self, view: &RecordView, deed: Deed) -> bool {
        self.view.as_of().is_none() && self.who.may(&view.kind.def, &view.record, deed)
    }
}
