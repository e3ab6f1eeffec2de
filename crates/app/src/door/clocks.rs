//! Clocks in the door: the timeline grows with the record, the wake-up table follows, results freeze at closure.

use std::{collections::BTreeMap, sync::Arc};

use mainstay_core::{Error, Goal, Instant, Record, Result, Value, parts, registry::Entry};
use mainstay_journal::{Json, Op};
use mainstay_store::{
    outbox::Message,
    timeline::{Point, Reply},
    writer::ClockRow,
};
use mainstay_time::{Phase, Verdict, next_wake, reached, read};
use uuid::Uuid;

use super::Act;
use crate::{
    clocks::{Agreement, Running, load_agreement, of_record},
    command::Outcome,
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

/// The highest percentage that has been reached.
pub(crate) fn highest(running: &Running, now: Instant) -> i64 {
    reached(&running.input, now, &running.percents)
        .iter()
        .map(|(percent, _)| i64::from(*percent))
        .max()
        .unwrap_or(0)
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
        let context = self.context;
        let tx = &mut *self.tx;
        of_record(&kind.def, record, &points, &mut |id| {
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

    /// Brings the wake-up table up to date and freezes results when the record is closed.
    pub(super) fn set_clocks(&mut self, kind: &'static Entry, record: &Record, is_new: bool) -> Result<()> {
        let now = self.recorded_at;
        let history = self.request.command.is_history();
        let locked = kind.def.locked_in.contains(&record.state.as_str());
        let all = self.running(kind, record, is_new)?;
        let mut written: BTreeMap<Goal, ()> = BTreeMap::new();
        // Of several next-response clocks the latest is the one that can still wake.
        for running in all.iter().rev() {
            let first_of_goal = written.insert(running.goal, ()).is_none();
            if first_of_goal {
                let known = if is_new { None } else { self.tx.clock(record.id, running.goal.name())? };
                let warned = match known {
                    Some(known) => known.warned_percent,
                    // What passed before it was recorded is not announced.
                    None if history || self.occurred_at < now => highest(running, now),
                    None => 0,
                };
                self.tx.set_clock(record.id, running.goal.name(), row(running, now, warned, locked));
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
        let locked = kind.def.locked_in.contains(&record.state.as_str());
        let all = self.running(kind, &record, false)?;
        let Some(running) = all.into_iter().rev().find(|running| running.goal == goal) else {
            let nothing = ClockRow { due_at: None, wake_at: None, wake_percent: None, ..known };
            self.tx.set_clock(id, goal.name(), nothing);
            return self.outcome(id, None, false);
        };
        let mut warned = known.warned_percent;
        let mut announced = false;
        for (percent, at) in reached(&running.input, now, &running.percents) {
            if i64::from(percent) <= warned {
                continue;
            }
            warned = i64::from(percent);
            announced = true;
            self.announce(id, &record, &running, percent, at)?;
        }
        self.tx.set_clock(id, goal.name(), row(&running, now, warned, locked));
        self.outcome(id, None, announced)
    }

    fn announce(
        &mut self,
        id: Uuid,
        record: &Record,
        running: &Running,
        percent: u32,
        at: Instant,
    ) -> Result<()> {
        let topic = if percent >= 100 { "clock.breached" } else { "clock.warned" };
        let goal = running.goal.name();
        let values: BTreeMap<String, Json> = [
            ("goal".to_owned(), Json::Text(goal.into())),
            ("number".to_owned(), Json::Int(running.number as i64)),
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
            once: format!("{id}/{goal}/{}/{percent}", running.number),
            content: serde_json::json!({
                "record": id.to_string(), "ref": record.reference, "goal": goal, "percent": percent,
                "reached_at": at.to_string(),
            }),
            due_at_ms: self.tx.recorded_at_ms(),
        });
        Ok(())
    }
}

/// What the scheduler must know of a clock, read at `now`.
pub(crate) fn row(running: &Running, now: Instant, warned: i64, locked: bool) -> ClockRow {
    let reading = read(&running.input, now);
    // A breach is announced after the target was passed, not when it is reached: equality is met.
    let pending: Vec<u32> =
        running.percents.iter().copied().filter(|percent| i64::from(*percent) > warned).collect();
    let overdue = reached(&running.input, now, &pending).first().map(|(percent, at)| (*at, *percent));
    let wake = if locked || !matches!(reading.phase, Phase::Running) {
        None
    } else {
        overdue.or_else(|| next_wake(&running.input, now, &pending))
    };
    ClockRow {
        due_at: reading.due,
        wake_at: wake.map(|(at, _)| at),
        wake_percent: wake.map(|(_, percent)| i64::from(percent)),
        warned_percent: warned,
        breached_at: reading.breached_at,
    }
}
