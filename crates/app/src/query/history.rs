//! What happened to a record, out of the journal: who, when, what changed from what to what. What is for staff only
//! is left out for others, and an entry of which nothing remains is not there.

use std::collections::{BTreeMap, HashMap};

use mainstay_core::{Actor, Instant, Result, Table, Type, Value, parts, value::whole_second};
use mainstay_journal::{Entry, Json, Op};
use mainstay_store::journal;
use serde::{Serialize, Serializer, ser::SerializeStruct};
use uuid::Uuid;

use super::{
    Query, RecordView,
    names::{Name, Names, Wanted},
    record::Plain,
};

/// Entries that are looked through for one answer.
const MOST_ENTRIES: u32 = 5000;

/// A change of one field.
#[derive(Debug, Clone)]
pub struct Change {
    /// The field.
    pub field: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it was, with the name of the record it points to.
    pub from: (Value, Option<Name>),
    /// What it became.
    pub to: (Value, Option<Name>),
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Change", 3)?;
        map.serialize_field("field", self.field)?;
        for (name, (value, reference)) in [("from", &self.from), ("to", &self.to)] {
            match self.ty {
                Type::Reference(_) => map.serialize_field(name, reference)?,
                _ => map.serialize_field(name, &Plain(value))?,
            }
        }
        map.end()
    }
}

/// One entry of the history.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryItem {
    /// Position of its entry in the journal.
    pub position: u64,
    /// When it is said to have happened.
    pub occurred_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The person who did it, if it was one who is shown.
    pub actor: Option<Name>,
    /// Who did it in words: a name, `system`, `operator`, or a name from a foreign system.
    pub actor_name: String,
    /// Through which face.
    pub channel: String,
    /// `incident.resolve`, `comment.write`, …
    pub command: String,
    /// The table that was written: the kind, or what hangs on the record.
    pub table: String,
    /// The row was taken away.
    pub removed: bool,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why, in words.
    pub reason: Option<String>,
    /// What a note says that changes nothing: of a clock its goal and the percentage that was reached.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub noted: BTreeMap<String, serde_json::Value>,
    /// Rules that imported history did not have to obey.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<String>,
}

/// A record's history, oldest first.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryPage {
    /// The entries.
    pub items: Vec<HistoryItem>,
    /// True when there are more entries than one answer holds.
    pub is_cut: bool,
}

/// Entry with the values that are still held.
struct Read {
    position: u64,
    entry: Entry,
    values: BTreeMap<String, Json>,
}

impl Query<'_> {
    /// The history of a record as the person may see it.
    ///
    /// # Errors
    /// Unavailable.
    pub fn history(&self, record: &RecordView) -> Result<HistoryPage> {
        let entries = self.entries(record.id())?;
        let is_cut = entries.len() >= MOST_ENTRIES as usize;
        let mut wanted = Wanted::default();
        for read in &entries {
            if let Some(person) = Actor::parse(&read.entry.actor).and_then(|actor| actor.person()) {
                wanted.add("person", &Value::Id(person));
            }
        }
        let mut known: HashMap<String, BTreeMap<String, Value>> = HashMap::new();
        let mut drafts = Vec::new();
        for read in entries {
            let Ok(table) = self.view.context().table(&read.entry.table) else { continue };
            let row = known.entry(read.entry.row.clone().unwrap_or_default()).or_default();
            let mut changes = Vec::new();
            for (name, json) in &read.values {
                let Some(column) = table.columns.iter().find(|column| column.name == name) else { continue };
                let to = column.ty.parse_stored(&to_json(json)).unwrap_or(Value::Null);
                let from = row.insert(name.clone(), to.clone()).unwrap_or(Value::Null);
                if from != to {
                    changes.push((column.name, column.ty, from, to));
                }
            }
            let is_shown = self.is_shown(record, table, row);
            if !is_shown || matches!(read.entry.op, Op::Note) && !record.internal {
                continue;
            }
            changes.retain(|(name, ..)| record.internal || !is_for_staff(record, table, name));
            for (_, ty, from, to) in &changes {
                if let Type::Reference(kind) = ty {
                    wanted.add(kind, from);
                    wanted.add(kind, to);
                }
            }
            if record.internal || !changes.is_empty() {
                drafts.push((read.position, read.entry, changes));
            }
        }
        let names = self.view.read(|conn| self.names(conn, wanted))?;
        let items = drafts
            .into_iter()
            .map(|(position, entry, changes)| item(record, position, entry, changes, &names));
        Ok(HistoryPage { items: items.collect(), is_cut })
    }

    fn entries(&self, record: Uuid) -> Result<Vec<Read>> {
        let mut entries = Vec::new();
        let stored = self.view.history(record, -1, MOST_ENTRIES)?;
        for stored in stored {
            let entry = stored.entry()?;
            let values = entry.values.clone();
            entries.push(Read { position: stored.position, entry, values });
        }
        let positions: Vec<u64> =
            entries.iter().filter(|read| !read.entry.personal.is_empty()).map(|read| read.position).collect();
        let held = self.view.journal(|conn, _| journal::personal_at(conn, &positions))?;
        for value in held {
            if let Ok(at) = entries.binary_search_by_key(&value.position, |read| read.position) {
                entries[at].values.insert(value.name, value.content);
            }
        }
        Ok(entries)
    }

    /// Whether an entry's row is for the person at all.
    fn is_shown(&self, record: &RecordView, table: &Table, row: &BTreeMap<String, Value>) -> bool {
        match table.name {
            _ if table.is_kind || record.internal => true,
            parts::COMMENT | parts::ATTACHMENT => {
                row.get("visibility").and_then(Value::as_text) == Some("public")
            }
            _ => false,
        }
    }
}

fn is_for_staff(record: &RecordView, table: &Table, column: &str) -> bool {
    if table.is_kind {
        return record.kind.def.field(column).is_some_and(|field| field.staff_only);
    }
    matches!(column, "stored_as" | "sha256" | "author_name")
}

fn item(
    record: &RecordView,
    position: u64,
    entry: Entry,
    changes: Vec<(&'static str, Type, Value, Value)>,
    names: &Names,
) -> HistoryItem {
    let name = |value: &Value| value.as_id().and_then(|id| names.get(id)).cloned();
    let actor = Actor::parse(&entry.actor);
    let person = actor.as_ref().and_then(Actor::person).and_then(|id| names.get(id)).cloned();
    let actor_name = match (&actor, &person) {
        (_, Some(person)) => person.title.clone(),
        (Some(Actor::Foreign(name)), _) if record.internal => name.clone(),
        (Some(Actor::System), _) => "system".to_owned(),
        (Some(Actor::Operator), _) if record.internal => "operator".to_owned(),
        _ => String::new(),
    };
    HistoryItem {
        position,
        occurred_at: Instant::from_second(entry.occurred_at).unwrap_or_default(),
        recorded_at: Instant::from_millisecond(entry.recorded_at_ms).map(whole_second).unwrap_or_default(),
        actor: person,
        actor_name,
        channel: entry.channel,
        command: entry.command,
        table: entry.table,
        removed: entry.op == Op::Delete,
        changes: changes
            .into_iter()
            .map(|(field, ty, from, to)| Change {
                field,
                ty,
                from: (from.clone(), name(&from)),
                to: (to.clone(), name(&to)),
            })
            .collect(),
        reason: entry.reason.filter(|_| record.internal),
        noted: match entry.op {
            Op::Note => entry.values.iter().map(|(name, json)| (name.clone(), to_json(json))).collect(),
            _ => BTreeMap::new(),
        },
        waived: entry.waived,
    }
}

fn to_json(json: &Json) -> serde_json::Value {
    serde_json::from_slice(&json.encode()).unwrap_or_default()
}
