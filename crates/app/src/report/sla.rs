//! The service level report (`metrics` 2 and 3.3): which incidents were resolved within the target, each as its own
//! agreement promised it, or all by named targets on a named calendar.
//!
//! One walk over all incidents in the order of their keys; figures are folded as they pass.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Date, tz::TimeZone};
use mainstay_core::{Error, Goal, Instant, Kind, KindDef, Record, Result};
use mainstay_kinds::{Incident, ServiceLevelAgreement};
use mainstay_store::{
    Conn, rows,
    timeline::{self, Point},
};
use mainstay_time::{Reading, Verdict, read};
use serde::Serialize;

use crate::{
    View,
    clocks::{Agreements, Running, of_record},
    context::{Context, to_record},
    door::verdict_word,
    find,
    judge::Measure,
};

/// Records in one step of the walk.
const CHUNK: u32 = 500;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Name or ref of the agreement whose targets and rules count for all; when left out, each incident is judged as
    /// its own agreement promised.
    pub targets: Option<String>,
    /// Name or ref of the calendar for named targets; the agreement's own when left out.
    pub calendar: Option<String>,
    /// Name or ref of an agreement: only incidents that have it themselves; all when left out.
    pub agreement: Option<String>,
    /// Only clocks decided at or after this instant or local date.
    pub from: Option<String>,
    /// Only clocks decided before this instant or local date.
    pub to: Option<String>,
    /// The zone of local dates when no targets are named, UTC when left out; with named targets it is that of their
    /// calendar.
    pub zone: Option<TimeZone>,
    /// Also list every incident.
    pub incidents: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlaReport {
    /// What was measured.
    pub metric: &'static str,
    /// The instant of evaluation.
    pub now: Instant,
    /// The calendar; none when each incident has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Named>,
    /// The agreement whose targets and rules counted for all; none when each incident has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<Named>,
    /// The agreement whose incidents alone counted, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Named>,
    /// The period, if one was given.
    pub period: Option<Period>,
    /// One row a priority.
    pub priorities: Vec<Row>,
    /// All priorities together.
    pub total: Row,
    /// How many of the counted incidents are in each state.
    pub states: BTreeMap<String, u64>,
    /// Records that do not count, each with the reason.
    pub excluded: Vec<Excluded>,
    /// Every counted incident, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Vec<Item>>,
}

/// A record of which the report speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its ref.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its name.
    pub name: String,
}

/// A half-open period of decision instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First instant inside.
    pub from: Option<Instant>,
    /// First instant after it.
    pub to: Option<Instant>,
    /// What is asked to lie in it.
    pub counts_by: &'static str,
}

/// Figures of a priority or of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The priority; none in the total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// The target that the named agreement has for it today; without named targets, the one that all of these
    /// incidents were promised, and none when they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_seconds: Option<i64>,
    /// Incidents.
    pub incidents: u64,
    /// Resolved within the target.
    pub met: u64,
    /// Beyond the target.
    pub breached: u64,
    /// Open and within the target.
    pub undecided: u64,
    /// Working time counted, summed.
    pub elapsed_seconds: i64,
    /// The same in hours and minutes.
    pub elapsed: String,
    /// How often an incident came back to work after it was resolved or closed.
    pub returns: u64,
}

/// A record that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Its ref.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Why.
    pub reason: String,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its ref.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its key in the system it came from.
    pub external_key: Option<String>,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// Its priority.
    pub priority: Option<i64>,
    /// When it was reported.
    pub reported_at: Instant,
    /// Working time counted.
    pub elapsed_seconds: i64,
    /// Working time in pauses.
    pub paused_seconds: i64,
    /// The target.
    pub target_seconds: i64,
    /// Ref and version of the agreement that promised it.
    pub agreement: String,
    /// `met`, `breached`, `running`, `paused`.
    pub verdict: &'static str,
    /// The instant that decides in which period it counts.
    pub decided_at: Option<Instant>,
    /// How often it came back to work.
    pub returns: u64,
}

impl Row {
    fn add(&mut self, reading: &Reading) {
        self.incidents += 1;
        match reading.verdict {
            Verdict::Met => self.met += 1,
            Verdict::Breached => self.breached += 1,
            Verdict::Running | Verdict::Paused => self.undecided += 1,
        }
        self.elapsed_seconds += reading.elapsed_seconds;
        self.returns += reading.reopenings as u64;
    }
}

/// Seconds as hours and minutes: `34128:08`. Seconds that make no whole minute follow.
pub fn hours(seconds: i64) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let text = format!("{}:{:02}", minutes / 60, minutes % 60);
    if rest == 0 { text } else { format!("{text}:{rest:02}") }
}

/// Folds the report over all incidents, in one state of the database.
///
/// # Errors
/// Not found or conflict for the names; a field error for a period that is none, and for a calendar without targets.
pub fn report(view: &View<'_>, question: &Question, passed: &mut dyn FnMut(u64)) -> Result<SlaReport> {
    let context = view.context();
    let now = view.now()?;
    let def = &context.kind(Incident::NAME)?.def;
    let table = context.table(Incident::NAME)?.clone();
    view.snapshot(|conn| {
        let mut by = By::asked(context, conn, question)?;
        let period = period(question, by.zone(question, now))?;
        let only = question.agreement.as_deref();
        let only =
            only.map(|name| find::titled(context, conn, ServiceLevelAgreement::NAME, name)).transpose()?;
        let mut fold = Fold::new(&by, period, question.incidents, now);
        fold.report.agreement =
            only.as_ref().map(|only| Named { reference: only.reference.clone(), name: only.title.clone() });
        let mut key = 0;
        loop {
            let chunk = rows::after(conn, &table, key, CHUNK)?;
            let Some(last) = chunk.last() else { break };
            let points = timeline::of_keys(conn, &table, key, last.key)?;
            key = last.key;
            passed(chunk.len() as u64);
            let mut rest = points.as_slice();
            for row in chunk {
                let record = to_record(def.name, row.row)?;
                let mine = rest.iter().take_while(|point| point.record == record.id).count();
                let (points, later) = rest.split_at(mine);
                rest = later;
                let own = record.get(def, "agreement").as_id();
                if only.as_ref().is_some_and(|only| own != Some(only.id)) {
                    continue;
                }
                match not_eligible(def, &record) {
                    Some(reason) => fold.exclude(&record, reason),
                    None => match by.clock(context, conn, def, &record, points)? {
                        None => fold.exclude(&record, "nothing is promised for its priority"),
                        Some(clock) => fold.add(def, &record, &clock, &read(&clock.input, now)),
                    },
                }
            }
        }
        Ok(fold.finish())
    })
}

/// By what incidents are judged.
enum By {
    /// Each by its own agreement.
    Own(Agreements),
    /// All by one.
    Named(Box<Measure>),
}

impl By {
    fn asked(context: &Context, conn: &mut dyn Conn, question: &Question) -> Result<Self> {
        let calendar = question.calendar.as_deref();
        match (&question.targets, calendar) {
            (Some(targets), _) => {
                Ok(Self::Named(Box::new(Measure::named(context, conn, targets, calendar)?)))
            }
            (None, None) => Ok(Self::Own(Agreements::default())),
            (None, Some(_)) => Err(Error::field(
                "calendar",
                "goes with named targets; as agreed, each incident has the calendar of its own agreement",
            )),
        }
    }

    fn zone(&self, question: &Question, now: Instant) -> TimeZone {
        match self {
            Self::Own(_) => question.zone.clone().unwrap_or(TimeZone::UTC),
            Self::Named(measure) => measure.zone_at(now),
        }
    }

    /// The resolution clock; none when nothing is promised.
    fn clock(
        &mut self,
        context: &Context,
        conn: &mut dyn Conn,
        def: &KindDef,
        record: &Record,
        points: &[Point],
    ) -> Result<Option<Running>> {
        match self {
            Self::Named(measure) => measure.clock(def, record, points, Goal::Resolution),
            Self::Own(agreements) => {
                let all = of_record(def, record, points, &mut |id| agreements.get(context, conn, id))?;
                Ok(all.into_iter().find(|running| running.goal == Goal::Resolution))
            }
        }
    }
}

/// Why a record does not count (`metrics` 1.3, E43), if it does not.
fn not_eligible(def: &KindDef, record: &Record) -> Option<&'static str> {
    match record.state.as_str() {
        "merged" => Some("merged: the surviving incident counts"),
        "cancelled" => Some("cancelled"),
        _ if record.get(def, "reported_at").is_null() => Some("no reported time"),
        _ => None,
    }
}

fn period(question: &Question, zone: TimeZone) -> Result<Option<Period>> {
    let end = |field: &str, text: &Option<String>| -> Result<Option<Instant>> {
        let Some(text) = text else { return Ok(None) };
        if let Ok(instant) = text.parse::<Instant>() {
            return Ok(Some(instant));
        }
        let midnight = text
            .parse::<Date>()
            .ok()
            .and_then(|date| date.to_zoned(zone.clone()).ok().map(|midnight| midnight.timestamp()));
        midnight.map(Some).ok_or_else(|| {
            Error::field(field, format!("\"{text}\" is no date like 2026-01-31 and no instant"))
        })
    };
    let (from, to) = (end("from", &question.from)?, end("to", &question.to)?);
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        return Err(Error::field("to", "lies not after from"));
    }
    let given = from.is_some() || to.is_some();
    Ok(given.then_some(Period { from, to, counts_by: "decision instant" }))
}

struct Fold {
    report: SlaReport,
    rows: BTreeMap<i64, Row>,
    /// The targets that incidents of each priority were promised; kept when none are named.
    promised: Option<BTreeMap<i64, BTreeSet<i64>>>,
}

impl Fold {
    fn new(by: &By, period: Option<Period>, incidents: bool, now: Instant) -> Self {
        let measure = match by {
            By::Own(_) => None,
            By::Named(measure) => Some(measure),
        };
        let report = SlaReport {
            metric: "resolution clock of incidents",
            now,
            calendar: measure.map(|measure| Named {
                reference: measure.calendar_ref.clone(),
                name: measure.agreement.calendar_name.clone(),
            }),
            targets: measure.map(|measure| Named {
                reference: measure.agreement.reference.clone(),
                name: measure.agreement.name.clone(),
            }),
            agreement: None,
            period,
            priorities: Vec::new(),
            total: Row::default(),
            states: BTreeMap::new(),
            excluded: Vec::new(),
            incidents: incidents.then(Vec::new),
        };
        let today = measure.and_then(|measure| measure.agreement.versions.last());
        let rows = (1..=4)
            .map(|priority| {
                let target = today.and_then(|version| version.target_seconds(Goal::Resolution, priority));
                (priority, Row { priority: Some(priority), target_seconds: target, ..Row::default() })
            })
            .collect();
        Self { report, rows, promised: measure.is_none().then(BTreeMap::new) }
    }

    fn exclude(&mut self, record: &Record, reason: &str) {
        self.report
            .excluded
            .push(Excluded { reference: record.reference.clone(), reason: reason.to_owned() });
    }

    fn in_period(&self, reading: &Reading) -> bool {
        let Some(period) = &self.report.period else { return true };
        reading
            .decided_at
            .is_some_and(|at| period.from.is_none_or(|from| from <= at) && period.to.is_none_or(|to| at < to))
    }

    fn add(&mut self, def: &KindDef, record: &Record, clock: &Running, reading: &Reading) {
        if !self.in_period(reading) {
            return;
        }
        let priority = record.get(def, "priority").as_int();
        if let Some(row) = priority.and_then(|priority| self.rows.get_mut(&priority)) {
            row.add(reading);
        }
        if let (Some(promised), Some(priority)) = (&mut self.promised, priority) {
            promised.entry(priority).or_default().insert(reading.target_seconds);
        }
        self.report.total.add(reading);
        *self.report.states.entry(record.state.clone()).or_default() += 1;
        if let Some(incidents) = &mut self.report.incidents {
            incidents.push(Item {
                reference: record.reference.clone(),
                external_key: record.get(def, "external_key").as_text().map(str::to_owned),
                title: record.title.clone(),
                state: record.state.clone(),
                priority,
                reported_at: reading.start,
                elapsed_seconds: reading.elapsed_seconds,
                paused_seconds: reading.paused_seconds,
                target_seconds: reading.target_seconds,
                agreement: clock
                    .input
                    .terms
                    .get(reading.term)
                    .map_or_else(String::new, |term| term.agreement.clone()),
                verdict: verdict_word(reading.verdict),
                decided_at: reading.decided_at,
                returns: reading.reopenings as u64,
            });
        }
    }

    fn finish(mut self) -> SlaReport {
        for (priority, targets) in self.promised.take().unwrap_or_default() {
            let mut targets = targets.into_iter();
            if let (Some(row), Some(one), None) =
                (self.rows.get_mut(&priority), targets.next(), targets.next())
            {
                row.target_seconds = Some(one);
            }
        }
        let rows = std::mem::take(&mut self.rows).into_values();
        self.report.priorities = rows.map(|row| Row { elapsed: hours(row.elapsed_seconds), ..row }).collect();
        self.report.total.elapsed = hours(self.report.total.elapsed_seconds);
        self.report
    }
}

impl SlaReport {
    /// As a table for people.
    pub fn to_text(&self) -> String {
        let mut text = match (&self.targets, &self.calendar) {
            (Some(targets), Some(calendar)) => format!(
                "Resolution of incidents, targets {} ({}), calendar {} ({}), at {}\n",
                targets.name, targets.reference, calendar.name, calendar.reference, self.now
            ),
            _ => format!("Resolution of incidents, each as its own agreement promised, at {}\n", self.now),
        };
        if let Some(only) = &self.agreement {
            text.push_str(&format!("Only incidents under {} ({})\n", only.name, only.reference));
        }
        if let Some(period) = &self.period {
            let end = |end: &Option<Instant>| end.map_or("…".to_owned(), |end| end.to_string());
            text.push_str(&format!(
                "Clocks decided in [{}, {}): the stop of a met clock, the breach of a breached one\n",
                end(&period.from),
                end(&period.to)
            ));
        }
        text.push_str(&format!(
            "\n{:<9} {:>10} {:>10} {:>8} {:>9} {:>10} {:>13} {:>8}\n",
            "priority", "target", "incidents", "met", "breached", "undecided", "elapsed h:mm", "returns"
        ));
        let named =
            self.priorities.iter().map(|row| (row.priority.map_or_else(String::new, |p| p.to_string()), row));
        for (name, row) in named.chain([("total".to_owned(), &self.total)]) {
            text.push_str(&format!(
                "{name:<9} {:>10} {:>10} {:>8} {:>9} {:>10} {:>13} {:>8}\n",
                row.target_seconds.map_or_else(String::new, hours),
                row.incidents,
                row.met,
                row.breached,
                row.undecided,
                row.elapsed,
                row.returns
            ));
        }
        let states: Vec<_> = self.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        text.push_str(&format!(
            "\nStates: {}\n",
            if states.is_empty() { "none".into() } else { states.join(", ") }
        ));
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for excluded in &self.excluded {
            *reasons.entry(&excluded.reason).or_default() += 1;
        }
        for (reason, count) in reasons {
            text.push_str(&format!("Not counted: {count} ({reason})\n"));
        }
        for item in self.incidents.iter().flatten() {
            text.push_str(&format!(
                "{} P{} {:<8} {:>10} of {:>8}  {}\n",
                item.reference,
                item.priority.unwrap_or_default(),
                item.verdict,
                hours(item.elapsed_seconds),
                hours(item.target_seconds),
                item.title
            ));
        }
        text
    }

    /// As CSV: one row a priority and the total, or one row an incident when they were asked for.
    pub fn to_csv(&self) -> String {
        use crate::csv_text::{line, safe};
        let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
        let Some(incidents) = &self.incidents else {
            let mut text = line(&[
                "priority",
                "target_seconds",
                "incidents",
                "met",
                "breached",
                "undecided",
                "elapsed_seconds",
                "elapsed",
                "returns",
            ]);
            for row in self.priorities.iter().chain([&self.total]) {
                let name = row.priority.map_or("total".to_owned(), |priority| priority.to_string());
                text.push_str(&line(&[
                    name,
                    number(row.target_seconds),
                    row.incidents.to_string(),
                    row.met.to_string(),
                    row.breached.to_string(),
                    row.undecided.to_string(),
                    row.elapsed_seconds.to_string(),
                    row.elapsed.clone(),
                    row.returns.to_string(),
                ]));
            }
            return text;
        };
        let mut text = line(&[
            "ref",
            "external_key",
            "title",
            "state",
            "priority",
            "reported_at",
            "elapsed_seconds",
            "paused_seconds",
            "target_seconds",
            "agreement",
            "verdict",
            "decided_at",
            "returns",
        ]);
        for item in incidents {
            text.push_str(&line(&[
                item.reference.clone(),
                safe(item.external_key.as_deref().unwrap_or_default()),
                safe(&item.title),
                item.state.clone(),
                number(item.priority),
                item.reported_at.to_string(),
                item.elapsed_seconds.to_string(),
                item.paused_seconds.to_string(),
                item.target_seconds.to_string(),
                item.agreement.clone(),
                item.verdict.to_owned(),
                item.decided_at.map_or_else(String::new, |at| at.to_string()),
                item.returns.to_string(),
            ]));
        }
        text
    }
}
