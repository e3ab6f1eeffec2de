//! What a replay derives for the clocks: the timeline, and for each act that touched a clock the wake-up row as the
//! door wrote it then.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use mainstay_core::{Choice, Error, Instant, Result, Value, parts, parts::Visibility, table::Table};
use mainstay_journal::{Entry, Json};
use mainstay_store::{
    Conn,
    engine::Row,
    outbox,
    timeline::{Point, Reply},
    writer::ClockRow,
};
use uuid::Uuid;

use super::{Projection, id, kind_of};
use crate::{
    clocks::{Agreements, Running, of_record},
    context::to_record,
    door::{clock_row, highest},
};

/// Kinds that clocks are computed with.
const TERMS: [&str; 2] = ["service_level_agreement", "calendar"];

/// The columns whose change makes a point of the timeline.
const LOOKED_AT: [&str; 4] = ["state", "waiting_reason", "priority", "agreement"];

/// The act whose entries are being taken.
pub(super) struct ActSoFar {
    pub id: String,
    recorded_at: Instant,
    /// What passed before it was recorded is not announced.
    past: bool,
    /// Records whose clocks may read differently, with the names of their tables.
    touched: BTreeMap<Uuid, Arc<Table>>,
    /// Percentages that were announced, by record and goal.
    announced: BTreeMap<(Uuid, String), (Arc<Table>, i64)>,
    /// An agreement or calendar was changed.
    terms_changed: bool,
}

impl ActSoFar {
    pub(super) fn new(entry: &Entry, recorded_at: Instant) -> Result<Self> {
        let occurred_at = Instant::from_second(entry.occurred_at)
            .map_err(|error| Error::bug("its claimed time is none").caused_by(error))?;
        Ok(Self {
            id: entry.act.clone(),
            recorded_at,
            past: entry.command.ends_with(".record_history") || occurred_at < recorded_at,
            touched: BTreeMap::new(),
            announced: BTreeMap::new(),
            terms_changed: false,
        })
    }
}

fn value<'r>(table: &Table, row: &'r Row, column: &str) -> &'r Value {
    table.position(column).and_then(|at| row.get(at)).unwrap_or(&Value::Null)
}

impl Projection<'_> {
    /// Takes a note: the announcements of clocks; every other note touches no row.
    pub(super) fn note(&mut self, entry: &Entry) -> Result<()> {
        if !matches!(entry.command.as_str(), "clock.warned" | "clock.breached") {
            return Ok(());
        }
        let goal = entry.values.get("goal").and_then(Json::as_text).unwrap_or_default().to_owned();
        let percent = entry.values.get("percent").and_then(Json::as_int).unwrap_or_default();
        let table = self.context.table(&entry.table)?.clone();
        let record = id(entry.record.as_deref())?;
        if let Some(act) = &mut self.act {
            let announced = act.announced.entry((record, goal)).or_insert((table, percent));
            announced.1 = announced.1.max(percent);
        }
        Ok(())
    }

    /// Looks at a row before it is taken: points of the timeline, clocks that are touched, terms that change.
    pub(super) fn mark(
        &mut self,
        position: u64,
        entry: &Entry,
        table: &Arc<Table>,
        new: bool,
        changed: &[&str],
        row: &Row,
    ) -> Result<()> {
        if table.name == parts::COMMENT && new {
            return self.mark_reply(position, entry, table, row);
        }
        if TERMS.contains(&table.name)
            && let Some(act) = &mut self.act
        {
            act.terms_changed = true;
        }
        let Some(kind) = kind_of(&self.context, table).filter(|kind| !kind.def.clocks.is_empty()) else {
            return Ok(());
        };
        let differs = |column: &str| new || changed.contains(&column);
        let adds_point = LOOKED_AT.into_iter().any(differs);
        let starts = kind.def.clocks.iter().any(|clock| differs(clock.start));
        let record = id(entry.record.as_deref())?;
        if adds_point {
            self.point(position, entry, record, table, row, None)?;
        }
        if (adds_point || starts)
            && let Some(act) = &mut self.act
        {
            act.touched.insert(record, table.clone());
        }
        Ok(())
    }

    fn mark_reply(&mut self, position: u64, entry: &Entry, table: &Arc<Table>, row: &Row) -> Result<()> {
        if value(table, row, "visibility").as_text() != Some(Visibility::Public.name()) {
            return Ok(());
        }
        let record = id(entry.record.as_deref())?;
        let Some(of) = self.table_of(record)? else { return Ok(()) };
        if kind_of(&self.context, &of).is_none_or(|kind| kind.def.clocks.is_empty()) {
            return Ok(());
        }
        let customer = value(table, row, "from_customer").as_bool() == Some(true);
        let reply = if customer { Reply::Customer } else { Reply::Staff };
        let Some(now) = self.rows.read(self.target, &of, record)? else { return Ok(()) };
        self.point(position, entry, record, &of, &now, Some(reply))?;
        if let Some(act) = &mut self.act {
            act.touched.insert(record, of);
        }
        Ok(())
    }

    /// The table in which a record stands.
    fn table_of(&mut self, record: Uuid) -> Result<Option<Arc<Table>>> {
        let clocked: Vec<_> = self
            .context
            .registry
            .kinds()
            .iter()
            .filter(|kind| !kind.def.clocks.is_empty())
            .map(|kind| kind.def.name)
            .collect();
        for name in clocked {
            let table = self.context.table(name)?.clone();
            if self.rows.read(self.target, &table, record)?.is_some() {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }

    fn point(
        &mut self,
        position: u64,
        entry: &Entry,
        record: Uuid,
        table: &Table,
        row: &Row,
        reply: Option<Reply>,
    ) -> Result<()> {
        let occurred_at = Instant::from_second(entry.occurred_at)
            .map_err(|error| Error::bug("its claimed time is none").caused_by(error))?;
        self.rows.add_point(Point {
            position,
            record,
            occurred_at,
            state: value(table, row, "state").as_text().unwrap_or_default().to_owned(),
            waiting_reason: value(table, row, "waiting_reason").as_text().map(str::to_owned),
            priority: value(table, row, "priority").as_int(),
            agreement: value(table, row, "agreement").as_id(),
            reply,
        });
        Ok(())
    }

    /// Ends an act: the wake-up rows of the clocks that it touched.
    pub(super) fn end_act(&mut self) -> Result<()> {
        let Some(act) = self.act.take() else { return Ok(()) };
        for (record, table) in &act.touched {
            let (running, locked) = self.running(*record, table)?;
            let mut done = BTreeSet::new();
            for clock in running.iter().rev().filter(|clock| done.insert(clock.goal)) {
                let warned = match self.clock(*record, clock.goal.name())? {
                    Some(known) => known.warned_percent,
                    None if act.past => highest(clock, act.recorded_at),
                    None => 0,
                };
                let row = clock_row(clock, act.recorded_at, warned, locked);
                self.clocks.insert((*record, clock.goal.name().to_owned()), row);
            }
        }
        for ((record, goal), (table, percent)) in act.announced {
            let (running, locked) = self.running(record, &table)?;
            let Some(clock) = running.iter().rev().find(|clock| clock.goal.name() == goal) else { continue };
            let known = self.clock(record, &goal)?.map_or(0, |known| known.warned_percent);
            let row = clock_row(clock, act.recorded_at, known.max(percent), locked);
            self.clocks.insert((record, goal), row);
        }
        if act.terms_changed {
            // Agreements are read from the tables, which must say what the act made of them.
            self.rows.flush(self.target)?;
            self.agreements = Agreements::default();
        }
        Ok(())
    }

    fn clock(&mut self, record: Uuid, goal: &str) -> Result<Option<ClockRow>> {
        match self.clocks.get(&(record, goal.to_owned())) {
            Some(known) => Ok(Some(known.clone())),
            None => outbox::clock(self.target, record, goal),
        }
    }

    fn running(&mut self, record: Uuid, table: &Arc<Table>) -> Result<(Vec<Running>, bool)> {
        let none = (Vec::new(), false);
        let Some(kind) = kind_of(&self.context, table) else { return Ok(none) };
        let Some(row) = self.rows.read(self.target, table, record)? else { return Ok(none) };
        let record = to_record(kind.def.name, row)?;
        let points = self.rows.take_timeline(self.target, record.id)?;
        let locked = kind.def.locked_in.contains(&record.state.as_str());
        let (context, agreements) = (&self.context, &mut self.agreements);
        let target: &mut dyn Conn = &mut *self.target;
        let running = of_record(&kind.def, &record, &points, &mut |id| agreements.get(context, target, id));
        self.rows.put_timeline_back(record.id, points);
        Ok((running?, locked))
    }
}
