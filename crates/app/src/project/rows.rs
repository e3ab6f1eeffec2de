//! Rows in the hands of a replay: held until they are written together, looked up when they are not held.

use std::{collections::HashMap, sync::Arc};

use mainstay_core::{Result, Value, table::Table};
use mainstay_store::{
    Conn,
    engine::Row,
    pages::Paged,
    rows::{self, Keyed},
    search,
    timeline::{self, Point},
};
use uuid::Uuid;

use crate::context::Context;

struct Held {
    table: Arc<Table>,
    key: i64,
    row: Row,
    /// The row as the target has it; none if it has not got it yet.
    written: Option<Row>,
}

/// The rows that are held.
#[derive(Default)]
pub(super) struct Rows {
    rows: HashMap<(&'static str, Uuid), Held>,
    /// Points of the timeline that are not written yet.
    points: Vec<Point>,
    /// Whole timelines of records.
    timelines: HashMap<Uuid, Vec<Point>>,
}

impl Rows {
    pub(super) fn held(&self) -> usize {
        self.rows.len() + self.points.len()
    }

    /// The row with its key; `look` says whether the target may have it.
    pub(super) fn load(
        &mut self,
        target: &mut dyn Conn,
        table: &Arc<Table>,
        id: Uuid,
        look: bool,
    ) -> Result<Option<(i64, Row)>> {
        if let Some(held) = self.rows.get(&(table.name, id)) {
            return Ok(Some((held.key, held.row.clone())));
        }
        if !look {
            return Ok(None);
        }
        let Some(found) = rows::load(target, table, id)? else { return Ok(None) };
        let held = Held {
            table: table.clone(),
            key: found.key,
            row: found.row.clone(),
            written: Some(found.row.clone()),
        };
        self.rows.insert((table.name, id), held);
        Ok(Some((found.key, found.row)))
    }

    pub(super) fn put(&mut self, table: &Arc<Table>, id: Uuid, key: i64, new: bool, row: Row) {
        match self.rows.get_mut(&(table.name, id)) {
            Some(held) => held.row = row,
            None => {
                if new && table.is_kind {
                    self.timelines.entry(id).or_default();
                }
                self.rows.insert((table.name, id), Held { table: table.clone(), key, row, written: None });
            }
        }
    }

    pub(super) fn delete(&mut self, target: &mut dyn Conn, table: &Arc<Table>, id: Uuid) -> Result<()> {
        let held = self.rows.remove(&(table.name, id));
        if held.is_some_and(|held| held.written.is_none()) {
            return Ok(());
        }
        let sql = target.dialect().sql(&format!("delete from \"{}\" where id = ?1", table.name));
        target.execute(&sql, &[Value::Id(id)]).map(|_| ())
    }

    pub(super) fn add_point(&mut self, point: Point) {
        if let Some(timeline) = self.timelines.get_mut(&point.record) {
            timeline.push(point.clone());
        }
        self.points.push(point);
    }

    pub(super) fn timeline(&mut self, target: &mut dyn Conn, record: Uuid) -> Result<Vec<Point>> {
        if let Some(timeline) = self.timelines.get(&record) {
            return Ok(timeline.clone());
        }
        self.flush_points(target)?;
        let timeline = timeline::of_record(target, record)?;
        self.timelines.insert(record, timeline.clone());
        Ok(timeline)
    }

    fn flush_points(&mut self, target: &mut dyn Conn) -> Result<()> {
        let points: Vec<Row> = std::mem::take(&mut self.points).iter().map(Point::to_row).collect();
        rows::insert_many(target, "timeline", timeline::COLUMNS, &points, "")
    }

    /// Writes everything that is held, in the order of creation.
    pub(super) fn flush(&mut self, target: &mut dyn Conn) -> Result<()> {
        self.flush_points(target)?;
        let mut changed: Vec<&mut Held> =
            self.rows.values_mut().filter(|held| held.written.as_ref() != Some(&held.row)).collect();
        changed.sort_by_key(|held| held.key);
        for held in changed {
            match &held.written {
                None => {
                    rows::insert(target, &held.table, &Keyed { key: held.key, row: held.row.clone() })?;
                }
                Some(before) => rows::update(target, &held.table, held.key, before, &held.row)?,
            }
            let named = held.written.as_ref().is_none_or(|before| before[2] != held.row[2]);
            if held.table.is_kind && named {
                register(target, held)?;
            }
            held.written = Some(held.row.clone());
        }
        Ok(())
    }

    /// Forgets what was written, to bound memory.
    pub(super) fn forget(&mut self) {
        self.rows.clear();
        self.timelines.clear();
    }
}

fn register(target: &mut dyn Conn, held: &Held) -> Result<()> {
    let row = vec![
        Value::Int(held.key),
        held.row[0].clone(),
        Value::from(held.table.name),
        held.row[1].clone(),
        held.row[2].clone(),
    ];
    let renamed = "on conflict (\"key\") do update set title = excluded.title";
    rows::insert_many(target, "record", &["key", "id", "kind", "ref", "title"], &[row], renamed)
}

/// Writes the search words of all records into an empty index: for a store that people search, as of an instant.
///
/// # Errors
/// Unavailable.
pub fn write_words(context: &Context, target: &mut dyn Conn) -> Result<()> {
    for entry in context.registry.kinds() {
        let table = context.table(entry.def.name)?.clone();
        let paged = Paged::from(&*table);
        let mut key = None;
        loop {
            let page = paged.after(target, key.as_deref())?;
            let Some(last) = page.last() else { break };
            key = Some(paged.key_of(last));
            for row in page {
                let Keyed { key, row } = rows::keyed(row);
                let (public, internal) = search::words(&entry.def, &table, &row);
                let params = [Value::Int(key), Value::Text(public), Value::Text(internal)];
                target.execute(target.dialect().write_search(false), &params)?;
            }
        }
    }
    Ok(())
}
