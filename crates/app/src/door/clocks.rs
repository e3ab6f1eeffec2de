//! Clocks in the door: the timeline grows with the record, the wake-up table follows, results freeze at closure.

use std::{collections::BTreeMap, sync::Arc};

use mainstay_core::{
    Choice, Error, Goal, Instant, Kind, Record, Result, Value, parts, registry::Entry, table::Table,
};
use mainstay_journal::{Json, Op};
use mainstay_kinds::{Calendar, OpenRecords, ServiceLevelAgreement};
use mainstay_store::{
    engine::Row,
    outbox::Message,
    timeline::{Point, Reply},
    writer::ClockRow,
};
use mainstay_time::{Glance, Phase, Verdict, glance, next_exceeded, next_wake, read};
use uuid::Uuid;

use super::Act;
use crate::{
    clocks::{Agreement, Running, load_agreement, of_record},
    command::Outcome,
    context::Context,
};

/// What a loaded agreement was made from.
const AGREEMENT_TABLES: &[&str] = &["service_level_agreement", "calendar"];

/// The stored word of a verdict.
pub(crate) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Running => "running",
        Verdict::Paused => "paused",
        Verdict::Met => "met",
        Verdict::Breached => "breached",
    }
}

/// A clock looked at once, at an instant: all that the door and the replay ask of it.
pub(crate) struct Look<'r> {
    running: &'r Running,
    now: Instant,
    glance: Glance,
}

impl<'r> Look<'r> {
    /// Looks at a clock.
    pub(crate) fn at(running: &'r Running, now: Instant) -> Self {
        let (warnings, _) = split(&running.percents);
        Self { running, now, glance: glance(&running.input, now, &warnings) }
    }

    /// The percentages that have been reached, and when. 100 is reached when the target is exceeded: equality is met.
    fn passed(&self) -> impl Iterator<Item = (u32, Instant)> + '_ {
        let breach = self.glance.breached_at.map(|at| (100, at));
        self.glance.reached.iter().copied().chain(breach)
    }

    /// The highest percentage that has been reached.
    pub(crate) fn highest(&self) -> i64 {
        self.passed().map(|(percent, _)| i64::from(percent)).max().unwrap_or(0)
    }

    /// Which of several counts of the same goal this is: each may be announced anew.
    pub(crate) fn cycle(&self) -> usize {
        self.running.number + self.glance.resets
    }

    /// What the scheduler must know of the clock when this percentage was announced.
    pub(crate) fn row(&self, warned: i64) -> ClockRow {
        let (running, now) = (self.running, self.now);
        let pending: Vec<u32> =
            running.percents.iter().copied().filter(|percent| i64::from(*percent) > warned).collect();
        let stopped = self.glance.phase == Phase::Stopped;
        let overdue =
            self.passed().find(|(percent, _)| pending.contains(percent) && (*percent == 100 || !stopped));
        let wake = match (overdue, self.glance.phase) {
            (Some((percent, at)), _) => Some((at, Some(percent))),
            (None, Phase::Running) => next_look(running, now, &pending),
            (None, Phase::Paused | Phase::Stopped) => None,
        };
        ClockRow {
            due_at: self.glance.due,
            wake_at: wake.map(|(at, _)| at),
            wake_percent: wake.and_then(|(_, percent)| percent).map(i64::from),
            warned_percent: warned,
            breached_at: self.glance.breached_at,
        }
    }
}

/// The warnings, and whether the breach is announced too.
fn split(percents: &[u32]) -> (Vec<u32>, bool) {
    (percents.iter().copied().filter(|percent| *percent < 100).collect(), percents.contains(&100))
}

impl Act<'_, '_> {
    /// Adds a point to the timeline when the step changed something that a clock looks at.
    pub(super) fn mark_clocks(
        &mut self,
        kind: &'static Entry,
        before: Option<&Record>,
        after: &Record,
        position: u64,
        occurred_at: Instant,
        reply: Option<Reply>,
    ) -> Result<()> {
        if kind.def.clocks.is_empty() {
            return Ok(());
        }
        let def = &kind.def;
        let differs =
            |field: &str| before.is_none_or(|before| before.get(def, field) != after.get(def, field));
        let looked_at = ["state", "waiting_reason", "priority", "agreement"];
        let adds_point = reply.is_some() || looked_at.into_iter().any(differs);
        let starts = def.clocks.iter().any(|clock| differs(clock.start));
        if adds_point {
            self.tx.add_point(Point {
                position,
                record: after.id,
                occurred_at,
                state: after.state.clone(),
                waiting_reason: after.get(def, "waiting_reason").as_text().map(str::to_owned),
                priority: after.get(def, "priority").as_int(),
                agreement: after.get(def, "agreement").as_id(),
                reply,
            });
        }
        if (adds_point || starts)
            && let Some(working) = self.working.get_mut(&after.id)
        {
            working.clocks_touched = true;
        }
        Ok(())
    }

    fn running(&mut self, kind: &'static Entry, record: &Record, is_new: bool) -> Result<Vec<Running>> {
        let points = self.tx.timeline(record.id, is_new)?;
        self.fold(kind, record, &points)
    }

    fn fold(&mut self, kind: &'static Entry, record: &Record, points: &[Point]) -> Result<Vec<Running>> {
        let context = self.context;
        let tx = &mut *self.tx;
        of_record(&kind.def, record, points, &mut |id| {
            let name = id.to_string();
            if let Some(known) = tx.cache().get::<Agreement>("agreement", &name) {
                return Ok(Some(known));
            }
            let agreement = load_agreement(context, tx.conn(), id)?.map(Arc::new);
            if let Some(agreement) = &agreement {
                tx.cache().keep("agreement", &name, AGREEMENT_TABLES, agreement.clone());
            }
            Ok(agreement)
        })
    }

    /// True when this act began a count of the goal that did not exist before, like a second question.
    fn began_a_count(&mut self, kind: &'static Entry, record: &Record, look: &Look<'_>) -> Result<bool> {
        let (now, running, cycle_now) = (self.recorded_at, look.running, look.cycle());
        if cycle_now == 1 {
            return Ok(false);
        }
        let mut points = self.tx.timeline(record.id, false)?;
        points.retain(|point| point.position < self.first_position);
        let before = self.fold(kind, record, &points)?;
        let before = before.iter().filter(|before| before.goal == running.goal);
        Ok(before.map(|before| Look::at(before, now).cycle()).max().unwrap_or(0) < cycle_now)
    }

    /// Brings the wake-up table up to date, and freezes results when the record was closed just now.
    pub(super) fn set_clocks(
        &mut self,
        kind: &'static Entry,
        record: &Record,
        stored_state: Option<&str>,
    ) -> Result<()> {
        let is_new = stored_state.is_none();
        let now = self.recorded_at;
        let history = self.request.command.is_history();
        let locked = kind.def.locked_in.contains(&record.state.as_str());
        if locked && stored_state.is_some_and(|state| kind.def.locked_in.contains(&state)) {
            // Decided and frozen: a late comment, or what was agreed since, changes nothing.
            return Ok(());
        }
        let all = self.running(kind, record, is_new)?;
        let mut written: BTreeMap<Goal, ()> = BTreeMap::new();
        // Of several next-response clocks the latest is the one that can still wake.
        for running in all.iter().rev() {
            let first_of_goal = written.insert(running.goal, ()).is_none();
            if first_of_goal {
                let look = Look::at(running, now);
                let known = if is_new { None } else { self.tx.clock(record.id, running.goal.name())? };
                let warned = match known {
                    Some(known) if !self.began_a_count(kind, record, &look)? => known.warned_percent,
                    Some(_) => 0,
                    // What passed before it was recorded is not announced.
                    None if history || self.occurred_at < now => look.highest(),
                    None => 0,
                };
                self.tx.set_clock(record.id, running.goal.name(), look.row(warned));
            }
            if locked {
                self.freeze(record, running)?;
            }
        }
        Ok(())
    }

    /// Keeps the result with the versions used: what is agreed later does not change it.
    fn freeze(&mut self, record: &Record, running: &Running) -> Result<()> {
        let reading = read(&running.input, self.recorded_at);
        let table = self.context.table(parts::CLOCK_RESULT)?.clone();
        let id = self.new_id();
        let term = running.input.terms.get(reading.term);
        let values: [(&str, Value); 10] = [
            ("goal", Value::from(running.goal.name())),
            ("agreement", Value::from(term.map(|term| term.agreement.clone()))),
            ("calendar", Value::from(term.map(|term| term.calendar_name.clone()))),
            ("target_seconds", Value::Int(reading.target_seconds)),
            ("elapsed_seconds", Value::Int(reading.elapsed_seconds)),
            ("paused_seconds", Value::Int(reading.paused_seconds)),
            ("verdict", Value::from(verdict_word(reading.verdict))),
            ("breached_at", Value::from(reading.breached_at)),
            ("decided_at", Value::from(reading.decided_at)),
            ("stopped_at", Value::from(reading.stopped_at)),
        ];
        let mut row = vec![Value::Null; table.columns.len()];
        row[0] = Value::Id(id);
        row[1] = Value::Id(record.id);
        for (name, value) in values {
            let at = table.position(name).ok_or_else(|| Error::bug(format!("no column {name}")))?;
            row[at] = value;
        }
        let step = self.step("clock.freeze");
        let position = self.journal_row(&table, record.id, id, 1, &row, &Vec::new(), &step, Op::Put)?;
        self.tx.insert(&table, position, row);
        Ok(())
    }

    /// The clockwork found that a clock should have reached something: announces it once.
    pub(super) fn clock_reached(&mut self, record: &str, goal: &str) -> Result<Outcome> {
        let id = self.load(record)?;
        let (kind, record) = self.current(id)?;
        let goal = Goal::parse(goal)
            .ok_or_else(|| Error::field("goal", format!("\"{goal}\" is no goal of a clock")))?;
        let now = self.recorded_at;
        let Some(known) = self.tx.clock(id, goal.name())? else { return self.outcome(id, None, false) };
        let all = self.running(kind, &record, false)?;
        let Some(running) = all.into_iter().rev().find(|running| running.goal == goal) else {
            let nothing = ClockRow { due_at: None, wake_at: None, wake_percent: None, ..known };
            self.keep_look(id, &record, goal, &known, nothing, false)?;
            return self.outcome(id, None, false);
        };
        let mut warned = known.warned_percent;
        let mut announced = false;
        // Warnings are for those who can still do something; a breach is announced in any case.
        let look = Look::at(&running, now);
        let stopped = look.glance.phase == Phase::Stopped;
        for (percent, at) in look.passed() {
            if i64::from(percent) <= warned || (stopped && percent < 100) {
                continue;
            }
            warned = i64::from(percent);
            announced = true;
            self.announce(id, &record, &look, percent, at)?;
        }
        self.keep_look(id, &record, goal, &known, look.row(warned), announced)?;
        self.outcome(id, None, announced)
    }

    /// Keeps what a look at a clock has found. What it did not announce but changed is noted in the journal, so that
    /// the wake-up table follows from the journal alone.
    fn keep_look(
        &mut self,
        id: Uuid,
        record: &Record,
        goal: Goal,
        known: &ClockRow,
        found: ClockRow,
        announced: bool,
    ) -> Result<()> {
        if found == *known {
            return Ok(());
        }
        if !announced {
            let due = found.due_at.map_or(Json::Null, |due| Json::Text(due.to_string()));
            let values =
                [("goal".to_owned(), Json::Text(goal.name().into())), ("due_at".to_owned(), due)].into();
            let step = self.step("clock.moved");
            let table = self.context.table(record.kind)?.clone();
            let entry = self.entry(&table, id, None, record.version, values, &step, Op::Note)?;
            self.tx.append(entry, Vec::new());
        }
        self.tx.set_clock(id, goal.name(), found);
        Ok(())
    }

    fn announce(
        &mut self,
        id: Uuid,
        record: &Record,
        look: &Look<'_>,
        percent: u32,
        at: Instant,
    ) -> Result<()> {
        let topic = if percent >= 100 { "clock.breached" } else { "clock.warned" };
        let (goal, number) = (look.running.goal.name(), look.cycle());
        let values: BTreeMap<String, Json> = [
            ("goal".to_owned(), Json::Text(goal.into())),
            ("number".to_owned(), Json::Int(number as i64)),
            ("percent".to_owned(), Json::Int(percent.into())),
            ("reached_at".to_owned(), Json::Text(at.to_string())),
        ]
        .into();
        let mut step = self.step(topic);
        step.occurred_at = at;
        let table = self.context.table(record.kind)?.clone();
        let entry = self.entry(&table, id, None, record.version, values, &step, Op::Note)?;
        self.tx.append(entry, Vec::new());
        self.tx.enqueue(Message {
            topic: topic.into(),
            once: format!("{id}/{goal}/{number}/{percent}"),
            content: serde_json::json!({
                "record": id.to_string(), "ref": record.reference, "goal": goal, "percent": percent,
                "reached_at": at.to_string(),
            }),
            due_at_ms: self.tx.recorded_at_ms(),
        });
        Ok(())
    }
}

/// True when the change of an agreement or a calendar may move what clocks of open records reach.
pub(crate) fn moves_open_records(table: &Table, before: &Row, after: &Row) -> bool {
    let Some(at) = table.position("versions").filter(|at| before.get(*at) != after.get(*at)) else {
        return false;
    };
    let versions = |row: &Row| match row.get(at) {
        Some(Value::Json(serde_json::Value::Array(versions))) => versions.clone(),
        _ => Vec::new(),
    };
    let known = versions(before);
    match table.name {
        Calendar::NAME => true,
        ServiceLevelAgreement::NAME => versions(after)
            .iter()
            .any(|version| !known.contains(version) && version["open_records"] != OpenRecords::Keep.name()),
        _ => false,
    }
}

/// Statements that make the clockwork look anew at each clock of open records under an agreement or a calendar:
/// `?1` is its id, `?2` is now. Looked at there and not here, so that their number does not hold up the writer.
pub(crate) fn look_again(context: &Context, kind: &str) -> Vec<String> {
    let agreements = match kind {
        ServiceLevelAgreement::NAME => "= ?1",
        Calendar::NAME => "in (select id from service_level_agreement where calendar = ?1)",
        _ => return Vec::new(),
    };
    let clocked = context.registry.kinds().iter().filter(|entry| !entry.def.clocks.is_empty());
    clocked
        .map(|entry| {
            format!(
                "update clock set wake_at = ?2 where wake_at > ?2 and record in \
                 (select id from \"{}\" where agreement {agreements})",
                entry.def.name
            )
        })
        .collect()
}

/// When something is reached next if nothing else changes, or other terms begin that move what is reached.
fn next_look(running: &Running, now: Instant, pending: &[u32]) -> Option<(Instant, Option<u32>)> {
    let (warnings, breach) = split(pending);
    let warning = if warnings.is_empty() { None } else { next_wake(&running.input, now, &warnings) };
    let exceeded = if breach { next_exceeded(&running.input, now).map(|at| (at, 100)) } else { None };
    let terms = running.input.terms.iter().map(|term| term.from).filter(|from| *from > now).min();
    let wakes = [warning, exceeded].into_iter().flatten().map(|(at, percent)| (at, Some(percent)));
    wakes.chain(terms.filter(|_| !pending.is_empty()).map(|from| (from, None))).min()
}
