//! Records in the hands of an act: loaded or made once, journalled step by step, written once at the end.

use std::sync::Arc;

use mainstay_core::{
    Changes, Error, Facts, Record, Result, Value, kind::Effect, registry::Entry, table::Table,
};
use mainstay_store::{engine::Row, rows};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    Act, Step,
    clocks::{look_again, moves_open_records},
};
use crate::{
    command::Outcome,
    context::{column_of_field, to_record, to_row},
};

/// A record that the act works on.
pub(super) struct Working {
    pub kind: &'static Entry,
    /// Key and row as they stand in the database; none while the record is new.
    pub stored: Option<(i64, Row)>,
    /// The record as it is now in the act.
    pub record: Record,
    /// Position of the entry that made the record, while it is new.
    pub made_at: Option<u64>,
    /// True when a clock may read differently afterwards.
    pub clocks_touched: bool,
}

impl Working {
    /// A record that the act makes.
    pub(super) fn new(kind: &'static Entry, record: Record) -> Self {
        Self { kind, stored: None, record, made_at: None, clocks_touched: false }
    }
}

impl Act<'_, '_> {
    /// Makes a record with what the input says.
    pub(super) fn create(&mut self, kind: &str, values: &Map<String, Json>) -> Result<Outcome> {
        let kind = self.context.kind(kind)?;
        let values = &self.as_theirs(kind, values)?;
        let changes = self.parse(kind, values)?;
        let id = self.new_id();
        let reference = self.tx.head().next_reference(kind.def.prefix);
        let blank = kind.kind.blank(id, reference.clone(), &self.cx(Facts::default()));
        let facts = self.facts(kind, &blank, &changes)?;
        let record = kind.kind.create(id, reference, changes, &self.cx(facts))?;
        self.admit_made(kind, &record, values)?;
        let step = self.step(format!("{}.create", kind.def.name));
        self.working.insert(id, Working::new(kind, blank));
        self.advance(id, record, step)?;
        self.keep_approval(id)?;
        self.outcome(id, None, true)
    }

    /// Changes fields.
    pub(super) fn edit(
        &mut self,
        record: &str,
        version: Option<u64>,
        values: &Map<String, Json>,
    ) -> Result<Outcome> {
        let id = self.load(record)?;
        self.check_version(id, version)?;
        let (kind, before) = self.current(id)?;
        let changes = self.parse(kind, values)?;
        let facts = self.facts(kind, &before, &changes)?;
        let after = kind.kind.edit(&before, changes, &self.cx(facts))?;
        let changed = after != before;
        if changed {
            let step = self.step(format!("{}.edit", kind.def.name));
            self.advance(id, after, step)?;
            self.keep_approval(id)?;
        }
        self.outcome(id, None, changed)
    }

    /// Runs a move.
    pub(super) fn perform(
        &mut self,
        record: &str,
        name: &str,
        version: Option<u64>,
        values: &Map<String, Json>,
    ) -> Result<Outcome> {
        let id = self.load(record)?;
        self.check_version(id, version)?;
        let (kind, before) = self.current(id)?;
        self.check_not_by_hand(kind, &before, name)?;
        let changes = self.parse(kind, values)?;
        let facts = self.facts(kind, &before, &changes)?;
        let after = kind.kind.perform(&before, name, changes, &self.cx(facts))?;
        let step = self.step(format!("{}.{name}", kind.def.name));
        self.advance(id, after, step)?;
        self.keep_approval(id)?;
        self.outcome(id, None, true)
    }

    pub(super) fn check_version(&self, id: Uuid, version: Option<u64>) -> Result<()> {
        let now = self.working.get(&id).map_or(0, |working| working.record.version);
        match version {
            Some(seen) if seen != now => Err(Error::stale(seen, now)),
            _ => Ok(()),
        }
    }

    /// Loads a record by ref or id into the act.
    pub(super) fn load(&mut self, name: &str) -> Result<Uuid> {
        let (kind, column, value) = self.place_of(name)?;
        if let Value::Id(id) = value
            && self.working.contains_key(&id)
        {
            return Ok(id);
        }
        let table = self.context.table(kind.def.name)?.clone();
        let found = rows::find(self.tx.conn(), &table, column, &value)?;
        let Some(found) = found else { return Err(Error::not_found(name)) };
        let record = to_record(kind.def.name, found.row.clone())?;
        if self.is_hidden(kind, &record) {
            return Err(Error::not_found(name));
        }
        let id = record.id;
        self.working.entry(id).or_insert(Working {
            kind,
            stored: Some((found.key, found.row)),
            record,
            made_at: None,
            clocks_touched: false,
        });
        Ok(id)
    }

    /// The record as it is now in the act.
    pub(super) fn current(&self, id: Uuid) -> Result<(&'static Entry, Record)> {
        let working = self.working.get(&id).ok_or_else(|| Error::bug("an act lost its record"))?;
        Ok((working.kind, working.record.clone()))
    }

    /// Takes the record one step further: journal entry, timeline, effects on other records.
    pub(super) fn advance(&mut self, id: Uuid, after: Record, step: Step) -> Result<()> {
        let working = self.working.get_mut(&id).ok_or_else(|| Error::bug("an act lost its record"))?;
        let kind = working.kind;
        let before = std::mem::replace(&mut working.record, after.clone());
        let new = before.version == 0;
        let table = self.context.table(kind.def.name)?.clone();
        let old_row = if new { Vec::new() } else { to_row(&before) };
        let position = self.journal_record(&table, &after, &old_row, &step)?;
        if let Some(working) = self.working.get_mut(&id) {
            working.made_at.get_or_insert(position);
        }
        self.mark_clocks(kind, (!new).then_some(&before), &after, position, step.occurred_at, None)?;
        self.check_unique(&table, &after, &old_row)?;
        for effect in kind.kind.effects(&after, (!new).then_some(&before))? {
            self.carry_out(effect)?;
        }
        Ok(())
    }

    /// A change on another record, caused by this one: journalled as its own entry.
    fn carry_out(&mut self, effect: Effect) -> Result<()> {
        match effect {
            Effect::TakeEarlier { record, field, instant } => {
                let id = self.load(&record.to_string())?;
                let (kind, mut other) = self.current(id)?;
                let at = kind.def.position(field).ok_or_else(|| Error::bug(format!("no field {field}")))?;
                if other.values[at].as_instant().is_some_and(|known| known <= instant) {
                    return Ok(());
                }
                other.values[at] = Value::Instant(instant);
                other.version += 1;
                other.updated_at = self.recorded_at;
                let step = self.step(format!("{}.take_earlier", kind.def.name));
                self.advance(id, other, step)?;
                self.keep_approval(id)
            }
        }
    }

    /// A value that must be unique gives a field error here rather than a refusal by the database later.
    fn check_unique(&mut self, table: &Arc<Table>, record: &Record, old: &Row) -> Result<()> {
        let row = to_row(record);
        for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| column.unique) {
            if row[at].is_null() || old.get(at) == Some(&row[at]) {
                continue;
            }
            let other = rows::find(self.tx.conn(), table, column.name, &row[at])?;
            if other.is_some_and(|other| other.row[0] != Value::Id(record.id)) {
                return Err(Error::field(column.name, format!("\"{}\" is taken by another record", row[at])));
            }
        }
        Ok(())
    }

    /// Writes every record of the act once, with its words and its clocks.
    pub(super) fn finish(&mut self) -> Result<()> {
        let ids: Vec<Uuid> = self.working.keys().copied().collect();
        for id in ids {
            let Some(working) = self.working.remove(&id) else { continue };
            let table = self.context.table(working.kind.def.name)?.clone();
            let def = &working.kind.def;
            let row = to_row(&working.record);
            let words = mainstay_store::search::words(def, &table, &row);
            let moved =
                working.stored.as_ref().is_some_and(|(_, before)| moves_open_records(&table, before, &row));
            match &working.stored {
                None => {
                    let position =
                        working.made_at.ok_or_else(|| Error::bug("a new record has no journal entry"))?;
                    let key = self.tx.insert(&table, position, row);
                    let record = &working.record;
                    self.tx.register(key, id, def.name, &record.reference, &record.title);
                    self.tx.index_words(key, words.0, words.1, false);
                }
                Some((key, before)) if *before != row => {
                    let old_words = mainstay_store::search::words(def, &table, before);
                    self.tx.update(&table, *key, before.clone(), row.clone());
                    if before[2] != row[2] {
                        let record = &working.record;
                        self.tx.register(*key, id, def.name, &record.reference, &record.title);
                    }
                    if old_words != words {
                        self.tx.index_words(*key, words.0, words.1, true);
                    }
                }
                Some(_) => {}
            }
            if working.clocks_touched {
                let stored_state =
                    working.stored.as_ref().map(|(_, row)| row[3].as_text().unwrap_or_default());
                self.set_clocks(working.kind, &working.record, stored_state)?;
            }
            if moved {
                // Clocks that acts of the same group have just set are among those that are looked at anew.
                self.tx.settle()?;
                for sql in look_again(self.context, def.name) {
                    self.tx.execute_later(&sql, vec![Value::Id(id), Value::Instant(self.recorded_at)]);
                }
            }
        }
        Ok(())
    }

    /// The value that a field will have once the changes are taken.
    pub(super) fn coming(kind: &Entry, record: &Record, changes: &Changes, field: &str) -> Value {
        let given = changes.values.iter().rev().find(|(name, _)| name == field);
        match given {
            Some((_, value)) => value.clone(),
            None => kind.def.position(field).map_or(Value::Null, |at| record.values[at].clone()),
        }
    }

    /// Replaces values of a stored row without a journal entry of the record: for erasure, whose entry says it all.
    pub(super) fn blank_fields(&mut self, id: Uuid, columns: &[usize]) -> Result<()> {
        let working = self.working.get_mut(&id).ok_or_else(|| Error::bug("an act lost its record"))?;
        for column in columns {
            match column.checked_sub(column_of_field(0)) {
                Some(field) => working.record.values[field] = Value::Null,
                None => working.record.title.clear(),
            }
        }
        Ok(())
    }
}
