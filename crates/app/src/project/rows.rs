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

/// A row that is held.
pub(super) struct Held {
    table: Arc<Table>,
    pub key: i64,
    pub row: Row,
    state: State,
}

/// How a held row stands to the target.
enum State {
    /// The target has not got it yet.
    New,
    /// The target has it as it is.
    Written,
    /// The target has it like this.
    Changed(Row),
}

/// The rows that are held.
#[derive(Default)]
pub(super) struct Rows {
    rows: HashMap<(&'static str, Uuid), Held>,
    /// Points of the timeline that are not written yet.
    points: Vec<Point>,
    /// Whole timelines of records.
    timelines: HashMap<Uuid, Vec<Point>>,
    /// The kinds whose search words are written with the rows.
    words: Option<Context>,
}

impl Rows {
    /// Rows whose search words are written as well.
    pub(super) fn with_words(context: &Context) -> Self {
        Self { words: Some(context.clone()), ..Self::default() }
    }

    pub(super) fn held(&self) -> usize {
        self.rows.len() + self.points.len()
    }

    /// Takes a row into hands to change it; `look` says whether the target may have it. To be put back.
    pub(super) fn take(
        &mut self,
        target: &mut dyn Conn,
        table: &Arc<Table>,
        id: Uuid,
        look: bool,
    ) -> Result<Option<Held>> {
        let held = match self.rows.remove(&(table.name, id)) {
            None if look => rows::load(target, table, id)?.map(|found| Held {
                table: table.clone(),
                key: found.key,
                row: found.row,
                state: State::Written,
            }),
            held => held,
        };
        Ok(held.map(|mut held| {
            if matches!(held.state, State::Written) {
                held.state = State::Changed(held.row.clone());
            }
            held
        }))
    }

    /// A new row.
    pub(super) fn make(&mut self, table: &Arc<Table>, id: Uuid, key: i64) -> Held {
        if table.is_kind {
            self.timelines.entry(id).or_default();
        }
        Held { table: table.clone(), key, row: vec![Value::Null; table.columns.len()], state: State::New }
    }

    pub(super) fn put_back(&mut self, id: Uuid, held: Held) {
        self.rows.insert((held.table.name, id), held);
    }

    /// A copy of a row.
    pub(super) fn read(
        &mut self,
        target: &mut dyn Conn,
        table: &Arc<Table>,
        id: Uuid,
    ) -> Result<Option<Row>> {
        match self.rows.get(&(table.name, id)) {
            Some(held) => Ok(Some(held.row.clone())),
            None => Ok(rows::load(target, table, id)?.map(|found| found.row)),
        }
    }

    pub(super) fn delete(&mut self, target: &mut dyn Conn, table: &Arc<Table>, id: Uuid) -> Result<()> {
        let held = self.rows.remove(&(table.name, id));
        if held.is_some_and(|held| matches!(held.state, State::New)) {
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

    /// Takes a record's timeline into hands. To be put back.
    pub(super) fn take_timeline(&mut self, target: &mut dyn Conn, record: Uuid) -> Result<Vec<Point>> {
        if let Some(timeline) = self.timelines.remove(&record) {
            return Ok(timeline);
        }
        self.flush_points(target)?;
        timeline::of_record(target, record)
    }

    pub(super) fn put_timeline_back(&mut self, record: Uuid, timeline: Vec<Point>) {
        self.timelines.insert(record, timeline);
    }

    fn flush_points(&mut self, target: &mut dyn Conn) -> Result<()> {
        let points: Vec<Row> = std::mem::take(&mut self.points).iter().map(Point::to_row).collect();
        rows::insert_many(target, "timeline", timeline::COLUMNS, &points, "")
    }

    /// Writes everything that is held, in the order of creation.
    pub(super) fn flush(&mut self, target: &mut dyn Conn) -> Result<()> {
        self.flush_points(target)?;
        let mut changed: Vec<&mut Held> =
            self.rows.values_mut().filter(|held| !matches!(held.state, State::Written)).collect();
        changed.sort_by_key(|held| held.key);
        for held in changed {
            let words = self.words.as_ref().filter(|_| held.table.is_kind);
            let kind = words.map(|context| context.kind(held.table.name)).transpose()?;
            let named = match std::mem::replace(&mut held.state, State::Written) {
                State::Written => continue,
                State::New => {
                    let keyed = Keyed { key: held.key, row: std::mem::take(&mut held.row) };
                    rows::insert(target, &held.table, &keyed)?;
                    held.row = keyed.row;
                    if let Some(kind) = kind {
                        index(target, held, search::words(&kind.def, &held.table, &held.row), false)?;
                    }
                    true
                }
                State::Changed(before) => {
                    rows::update(target, &held.table, held.key, &before, &held.row)?;
                    if let Some(kind) = kind {
                        let words = search::words(&kind.def, &held.table, &held.row);
                        if words != search::words(&kind.def, &held.table, &before) {
                            index(target, held, words, true)?;
                        }
                    }
                    before[2] != held.row[2]
                }
            };
            if held.table.is_kind && named {
                register(target, held)?;
            }
        }
        Ok(())
    }

    /// Forgets what was written, to bound memory.
    pub(super) fn forget(&mut self) {
        self.rows.clear();
        self.timelines.clear();
    }
}

fn index(
    target: &mut dyn Conn,
    held: &Held,
    (public, internal): (String, String),
    replace: bool,
) -> Result<()> {
    let params = [Value::Int(held.key), Value::Text(public), Value::Text(internal)];
    target.execute(target.dialect().write_search(replace), &params).map(|_| ())
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
    // One transaction: without it every row would be one.
    target.batch("begin")?;
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
    target.batch("commit")
}
