//! Records whose clocks are due soon: what the desk shows first.

use std::sync::Arc;

use mainstay_core::{Instant, Record, Result, Value};
use mainstay_store::{Cell, rows};
use uuid::Uuid;

use super::{Query, RecordView};
use crate::{context::to_record, rights::Deed};

/// Most records of an answer.
const MOST: u32 = 200;

impl Query<'_> {
    /// Records that the person may read and whose running clock is due from `from` until `until`, the first due
    /// first; at most 200.
    ///
    /// # Errors
    /// Unavailable.
    pub fn due_between(&self, from: Instant, until: Instant) -> Result<Vec<RecordView>> {
        let context = self.view.context();
        self.view.read(|conn| {
            let sql = conn.dialect().sql(
                "select c.record, r.ref, min(c.due_at) from clock c join record r on r.id = c.record \
                 where c.due_at >= ?1 and c.due_at < ?2 group by c.record, r.ref order by min(c.due_at), r.ref limit ?3",
            );
            let params = [Value::Instant(from), Value::Instant(until), Value::Int(MOST.into())];
            let found = conn.query(&sql, &params, &[Cell::Id, Cell::Text, Cell::Instant])?;
            let mut views = Vec::new();
            for row in found {
                let (Some(id), Some(reference)) = (row[0].as_id(), row[1].as_text()) else { continue };
                let Some(kind) = context.registry.kind_of_ref(reference) else { continue };
                let table: Arc<mainstay_core::Table> = context.table(kind.def.name)?.clone();
                let Some(found) = rows::load(conn, &table, id)? else { continue };
                let record: Record = to_record(kind.def.name, found.row)?;
                if self.who.may(&kind.def, &record, Deed::Read) {
                    views.extend(self.views(conn, kind, vec![record], None)?);
                }
            }
            Ok(views)
        })
    }

    /// The instants at which the running clocks of records are due first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn first_due(&self, records: &[Uuid]) -> Result<std::collections::BTreeMap<Uuid, Instant>> {
        let mut first = std::collections::BTreeMap::new();
        for (record, _, due, _) in self.due(records)? {
            if let Some(due) = due {
                first.entry(record).or_insert(due);
            }
        }
        Ok(first)
    }
}
