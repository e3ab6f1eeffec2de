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
    door::{Look, look_again, moves_open_records},
};

/// Kinds that clocks are computed with.
const TERMS: [&str; 2] = ["service_level_agreement", "calendar"];

/// The columns whose change makes a point of the timeline.
const LOOKED_AT: [&str; 4] = ["state", "waiting_reason", "priority", "agreement"];

/// The act whose entries are being taken.
pub(super) struct ActSoFar {
    pub id: String,
    recorded_at: Instant,
    /// Position of its first entry.
    first_position: u64,
    /// What passed before it was recorded is not announced.
    past: bool,
    /// Records whose clocks may read differently, with their tables and their states before.
    touched: BTreeMap<Uuid, (Arc<Table>, Option<String>)>,
    /// Percentages that were announced, by record and goal.
    announced: BTreeMap<(Uuid, String), (Arc<Table>, i64)>,
    /// An agreement or calendar was changed.
    terms_changed: bool,
    /// Those whose change moves clocks of open records.
    moving: Vec<(&'static str, Uuid)>,
}

impl ActSoFar {
    pub(super) fn new(first_position: u64, entry: &Entry, recorded_at: Instant) -> Result<Self> {
        let occurred_at = Instant::from_second(entry.occurred_at)
            .map_err(|error| Error::bug("its claimed time is none").caused_by(error))?;
        Ok(Self {
            id: entry.act.clone(),
            recorded_at,
            first_position,
            past: entry.command.ends_with(".record_history") || occurred_at < recorded_at,
            touched: BTreeMap::new(),
            announced: BTreeMap::new(),
            terms_changed: false,
            moving: Vec::new(),
        })
    }
}

/// What a row was before an entry, as far as clocks need it.
pub(super) struct Before {
    state: Option<String>,
    /// The whole row, of an agreement or calendar.
    terms: Option<Row>,
}

impl Before {
    pub(super) fn of(table: &Table, row: &Row) -> Self {
        Self {
            state: value(table, row, "state").as_text().map(str::to_owned),
            terms: TERMS.contains(&table.name).then(|| row.clone()),
        }
    }
}

fn value<'r>(table: &Table, row: &'r Row, column: &str) -> &'r Value {
    table.position(column).and_then(|at| row.get(at)).unwrap_or(&Value::Null)
}

impl Projection<'_> {
    /// Takes a note: the announcements of clocks; every other note touches no row.
    pub(super) fn note(&mut self, entry: &Entry) -> Result<()> {
        if !matches!(entry.command.as_str(), "clock.warned" | "clock.breached" | "clock.moved") {
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
        before: Option<&Before>,
        changed: &[&str],
        row: &Row,
    ) -> Result<()> {
        if table.name == parts::COMMENT && before.is_none() {
            return self.mark_reply(position, entry, table, row);
        }
        if TERMS.contains(&table.name)
            && let Some(act) = &mut self.act
        {
            act.terms_changed = true;
            let terms = before.and_then(|before| before.terms.as_ref());
            if terms.is_some_and(|before| moves_open_records(table, before, row)) {
                act.moving.push((table.name, id(entry.record.as_deref())?));
            }
        }
        let Some(kind) = kind_of(&self.context, table).filter(|kind| !kind.def.clocks.is_empty()) else {
            return Ok(());
        };
        let differs = |column: &str| before.is_none() || changed.contains(&column);
        let adds_point = LOOKED_AT.into_iter().any(differs);
        let starts = kind.def.clocks.iter().any(|clock| differs(clock.start));
        let record = id(entry.record.as_deref())?;
        if adds_point {
            self.point(position, entry, record, table, row, None)?;
        }
        if (adds_point || starts)
            && let Some(act) = &mut self.act
        {
            let state = before.and_then(|before| before.state.clone());
            act.touched.entry(record).or_insert((table.clone(), state));
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
            let state = value(&of, &now, "state").as_text().map(str::to_owned);
            act.touched.entry(record).or_insert((of, state));
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
        for (record, (table, state_before)) in &act.touched {
            let (running, locked_in) = self.running(*record, table, None)?;
            if locked_in.is_some_and(|locked_in| {
                state_before.as_deref().is_some_and(|state| locked_in.contains(&state))
            }) {
                // Decided and frozen before this act.
                continue;
            }
            let mut done = BTreeSet::new();
            for clock in running.iter().rev().filter(|clock| done.insert(clock.goal)) {
                let look = Look::at(clock, act.recorded_at);
                // A record that this act has made has no clock yet.
                let known = match state_before {
                    Some(_) => self.clock(*record, clock.goal.name())?,
                    None => None,
                };
                let warned = match known {
                    Some(known) if !self.began_a_count(&act, *record, table, clock, &look)? => {
                        known.warned_percent
                    }
                    Some(_) => 0,
                    None if act.past => look.highest(),
                    None => 0,
                };
                self.clocks.insert((*record, clock.goal.name().to_owned()), look.row(warned));
            }
        }
        for ((record, goal), (table, percent)) in act.announced {
            let Some(known) = self.clock(record, &goal)? else { continue };
            let (running, _) = self.running(record, &table, None)?;
            let row = match running.iter().rev().find(|clock| clock.goal.name() == goal) {
                Some(clock) => Look::at(clock, act.recorded_at).row(known.warned_percent.max(percent)),
                None => ClockRow { due_at: None, wake_at: None, wake_percent: None, ..known },
            };
            self.clocks.insert((record, goal), row);
        }
        if act.terms_changed {
            // Agreements are read from the tables, which must say what the act made of them.
            self.rows.flush(self.target)?;
            self.agreements = Agreements::default();
        }
        for (kind, id) in act.moving {
            self.flush()?;
            for sql in look_again(&self.context, kind) {
                let sql = self.target.dialect().sql(&sql);
                self.target.execute(&sql, &[Value::Id(id), Value::Instant(act.recorded_at)])?;
            }
        }
        Ok(())
    }

    /// As the door decides it: the act began a count of the goal that did not exist before.
    fn began_a_count(
        &mut self,
        act: &ActSoFar,
        record: Uuid,
        table: &Arc<Table>,
        running: &Running,
        look: &Look<'_>,
    ) -> Result<bool> {
        let cycle_now = look.cycle();
        if cycle_now == 1 {
            return Ok(false);
        }
        let (before, _) = self.running(record, table, Some(act.first_position))?;
        let before = before.iter().filter(|before| before.goal == running.goal);
        Ok(before.map(|before| Look::at(before, act.recorded_at).cycle()).max().unwrap_or(0) < cycle_now)
    }

    fn clock(&mut self, record: Uuid, goal: &str) -> Result<Option<ClockRow>> {
        match self.clocks.get(&(record, goal.to_owned())) {
            Some(known) => Ok(Some(known.clone())),
            None => outbox::clock(self.target, record, goal),
        }
    }

    /// The clocks of a record by its timeline, up to a position if one is given; and where the record is locked, the
    /// states in which it is.
    fn running(
        &mut self,
        record: Uuid,
        table: &Arc<Table>,
        until: Option<u64>,
    ) -> Result<(Vec<Running>, Option<&'static [&'static str]>)> {
        let none = (Vec::new(), None);
        let Some(kind) = kind_of(&self.context, table) else { return Ok(none) };
        let Some(row) = self.rows.read(self.target, table, record)? else { return Ok(none) };
        let record = to_record(kind.def.name, row)?;
        let points = self.rows.take_timeline(self.target, record.id)?;
        let before: Option<Vec<_>> =
            until.map(|until| points.iter().filter(|point| point.position < until).cloned().collect());
        let locked_in: &'static [&'static str] = &kind.def.locked_in;
        let locked = locked_in.contains(&record.state.as_str());
        let (context, agreements) = (&self.context, &mut self.agreements);
        let target: &mut dyn Conn = &mut *self.target;
        let seen = before.as_deref().unwrap_or(&points);
        let running = of_record(&kind.def, &record, seen, &mut |id| agreements.get(context, target, id));
        self.rows.put_timeline_back(record.id, points);
        Ok((running?, locked.then_some(locked_in)))
    }
}
