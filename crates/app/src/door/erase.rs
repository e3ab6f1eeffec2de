//! Erasing a person: content and salt leave the side table, rows lose what came from them, proofs stay valid.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::{Error, Result, Value};
use mainstay_journal::{Entry, Json, Op};
use mainstay_store::{journal, rows};
use uuid::Uuid;

use super::Act;
use crate::{command::Outcome, past::mark::LAST_ERASURE};

/// Most entries of one record that are looked through at a time.
const CHUNK: u32 = 500;

impl Act<'_, '_> {
    pub(super) fn erase_person(&mut self, person: &str) -> Result<Outcome> {
        let id = self.load(person)?;
        let (kind, record) = self.current(id)?;
        if kind.def.name != "person" {
            return Err(Error::field("person", format!("{} is no person", record.reference)));
        }
        // What acts of the same group have just written is erased too.
        self.tx.settle()?;
        let held = journal::personal_of(self.tx.conn(), id)?;
        let erased: BTreeSet<(u64, String)> =
            held.iter().map(|held| (held.position, held.name.clone())).collect();
        let records = self.records_of(&erased)?;
        for record in &records {
            self.blank_what_came_from(*record, &erased)?;
        }
        self.tx.execute_later("delete from journal_personal where subject = ?1", vec![Value::Id(id)]);
        let values = BTreeMap::from([
            ("erased_values".to_owned(), Json::Int(i64::try_from(erased.len()).unwrap_or(i64::MAX))),
            ("records".to_owned(), Json::Int(i64::try_from(records.len()).unwrap_or(i64::MAX))),
        ]);
        let step = self.step("person.erase");
        let table = self.context.table("person")?.clone();
        let entry = self.entry(&table, id, None, record.version, values, &step, Op::Note)?;
        let position = self.tx.append(entry, Vec::new());
        // Files of the past that were made before hold what is erased now; their names stop to fit.
        self.tx.execute_later(
            "insert into mainstay_meta(name, content) values (?1, ?2) \
             on conflict (name) do update set content = excluded.content",
            vec![Value::from(LAST_ERASURE), Value::from(position.to_string())],
        );
        self.outcome(id, None, !erased.is_empty())
    }

    fn records_of(&mut self, erased: &BTreeSet<(u64, String)>) -> Result<BTreeSet<Uuid>> {
        let mut records = BTreeSet::new();
        for (position, _) in erased {
            let found = journal::from(self.tx.conn(), *position, 1)?;
            let entry = found.first().ok_or_else(|| Error::bug("a personal value has no entry"))?.entry()?;
            records.extend(entry.record.as_deref().and_then(|id| id.parse::<Uuid>().ok()));
        }
        Ok(records)
    }

    /// Empties each column whose latest content in the journal is erased now: exactly what a rebuild gives.
    fn blank_what_came_from(&mut self, record: Uuid, erased: &BTreeSet<(u64, String)>) -> Result<()> {
        let mut latest: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        let mut after = -1;
        loop {
            let entries = journal::of_record(self.tx.conn(), record, after, CHUNK)?;
            let Some(last) = entries.last() else { break };
            after = i64::try_from(last.position).unwrap_or(i64::MAX);
            for stored in &entries {
                let Entry { table, row, op, values, personal, .. } = stored.entry()?;
                let Some(row) = row.filter(|_| op == Op::Put) else { continue };
                for name in values.into_keys().chain(personal.into_keys()) {
                    latest.insert((table.clone(), row.clone(), name), stored.position);
                }
            }
        }
        let mut blank: BTreeMap<(String, Uuid), Vec<String>> = BTreeMap::new();
        for ((table, row, name), position) in latest {
            if erased.contains(&(position, name.clone()))
                && let Ok(row) = row.parse()
            {
                blank.entry((table, row)).or_default().push(name);
            }
        }
        for ((table, row), names) in blank {
            let table = self.context.table(&table)?.clone();
            let columns: Vec<usize> = names.iter().filter_map(|name| table.position(name)).collect();
            if table.is_kind {
                let id = self.load(&row.to_string())?;
                self.blank_fields(id, &columns)?;
            } else if let Some(part) = rows::load(self.tx.conn(), &table, row)? {
                let mut after = part.row.clone();
                columns.iter().for_each(|at| after[*at] = Value::Null);
                self.tx.update(&table, part.key, part.row, after);
            }
        }
        Ok(())
    }
}
