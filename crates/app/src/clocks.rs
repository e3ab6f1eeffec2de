//! Clocks of a record: the fold of its timeline, under its agreement, on its calendar (`metrics` section 2).

use std::{collections::BTreeMap, sync::Arc};

use mainstay_core::{
    ClockDef, Error, Goal, Instant, Kind, KindDef, Record, Result, choice::Choice, field::FieldType,
};
use mainstay_kinds::{
    AgreementVersion, OpenRecords, ServiceLevelAgreement, WaitingReason, agreement_version,
};
use mainstay_store::{
    Conn, rows,
    timeline::{Point, Reply},
};
use mainstay_time::{Calendar, CalendarVersion, ClockInput, OnChange, Phase, Reopening, Step, Term};
use uuid::Uuid;

use crate::context::{Context, to_record};

/// An agreement with its calendar, ready to count with.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Its ref.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Its versions.
    pub versions: Vec<AgreementVersion>,
    /// Its calendar.
    pub calendar: Calendar,
    /// The calendar's name.
    pub calendar_name: String,
}

/// Agreements that were loaded, so that a report over many records reads each once.
#[derive(Default)]
pub struct Agreements(BTreeMap<Uuid, Option<Arc<Agreement>>>);

impl Agreements {
    /// The agreement with this id.
    ///
    /// # Errors
    /// Unavailable; a bug when a stored agreement cannot be read.
    pub fn get(
        &mut self,
        context: &Context,
        conn: &mut dyn Conn,
        id: Uuid,
    ) -> Result<Option<Arc<Agreement>>> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let agreement = load_agreement(context, conn, id)?.map(Arc::new);
        self.0.insert(id, agreement.clone());
        Ok(agreement)
    }
}

fn load(context: &Context, conn: &mut dyn Conn, kind: &'static str, id: Uuid) -> Result<Option<Record>> {
    let table = context.table(kind)?.clone();
    rows::load(conn, &table, id)?.map(|found| to_record(kind, found.row)).transpose()
}

fn structured<T: FieldType>(def: &KindDef, record: &Record, field: &str) -> Result<T> {
    T::from_value(record.get(def, field)).map_err(|problem| {
        Error::bug(format!("{}: {field} cannot be read", record.reference)).caused_by(problem)
    })
}

/// A calendar ready to count with, by its record's id.
///
/// # Errors
/// Unavailable; a bug when a stored calendar cannot be read.
pub fn load_calendar(context: &Context, conn: &mut dyn Conn, id: Uuid) -> Result<Option<(String, Calendar)>> {
    let def = &context.kind(mainstay_kinds::Calendar::NAME)?.def;
    let Some(record) = load(context, conn, def.name, id)? else { return Ok(None) };
    let versions: mainstay_core::Structured<Vec<CalendarVersion>> = structured(def, &record, "versions")?;
    let calendar = Calendar::new(versions.0).map_err(|error| {
        Error::bug(format!("{} cannot be counted with", record.reference)).caused_by(error)
    })?;
    Ok(Some((record.title, calendar)))
}

/// An agreement with its calendar, by its record's id.
///
/// # Errors
/// Unavailable; a bug when a stored agreement cannot be read.
pub fn load_agreement(context: &Context, conn: &mut dyn Conn, id: Uuid) -> Result<Option<Agreement>> {
    let def = &context.kind(ServiceLevelAgreement::NAME)?.def;
    let Some(record) = load(context, conn, def.name, id)? else { return Ok(None) };
    let versions: mainstay_core::Structured<Vec<AgreementVersion>> = structured(def, &record, "versions")?;
    let calendar = match record.get(def, "calendar").as_id() {
        Some(id) => load_calendar(context, conn, id)?,
        None => None,
    };
    let Some((calendar_name, calendar)) = calendar else { return Ok(None) };
    Ok(Some(Agreement {
        reference: record.reference,
        name: record.title,
        versions: versions.0,
        calendar,
        calendar_name,
    }))
}

/// A clock of a record, ready to be read.
#[derive(Debug, Clone)]
pub struct Running {
    /// What it measures.
    pub goal: Goal,
    /// Counts the clocks of the same goal on a record, from 1; only next response has more than one.
    pub number: usize,
    /// What it is computed from.
    pub input: ClockInput,
    /// Percentages at which people are warned, ascending, then 100.
    pub percents: Vec<u32>,
}

/// The clocks of a record. A goal without a target in its agreement has none.
pub fn of_record(
    def: &KindDef,
    record: &Record,
    points: &[Point],
    agreement_of: &mut dyn FnMut(Uuid) -> Result<Option<Arc<Agreement>>>,
) -> Result<Vec<Running>> {
    let mut points: Vec<&Point> = points.iter().collect();
    points.sort_by_key(|point| (point.occurred_at, point.position));
    let mut all = Vec::new();
    for clock in &def.clocks {
        let Some(start) = record.get(def, clock.start).as_instant() else { continue };
        let locked = def.locked_in.contains(&record.state.as_str());
        match clock.goal {
            Goal::Resolution => {
                if let Some(mut running) = build(clock.goal, start, &points, agreement_of)? {
                    running.input.steps = state_steps(clock, &points, agreement_of)?;
                    running.input.final_ = locked;
                    all.push(running);
                }
            }
            Goal::Response => {
                if let Some(mut running) = build(clock.goal, start, &points, agreement_of)? {
                    running.input.steps = response_steps(clock, &points);
                    running.input.reopening = Reopening::FirstStopCounts;
                    running.input.final_ = locked;
                    all.push(running);
                }
            }
            Goal::NextResponse => {
                for (at, (asked, steps)) in questions(clock, &points).into_iter().enumerate() {
                    if let Some(mut running) = build(clock.goal, asked, &points, agreement_of)? {
                        running.input.steps = steps;
                        running.input.reopening = Reopening::FirstStopCounts;
                        running.input.final_ = locked;
                        running.number = at + 1;
                        all.push(running);
                    }
                }
            }
        }
    }
    Ok(all)
}

/// Terms and policy of a clock that starts at `start`; none when nothing is promised.
fn build(
    goal: Goal,
    start: Instant,
    points: &[&Point],
    agreement_of: &mut dyn FnMut(Uuid) -> Result<Option<Arc<Agreement>>>,
) -> Result<Option<Running>> {
    let mut terms: Vec<Term> = Vec::new();
    let mut policy: Option<AgreementVersion> = None;
    let last_only = match points.last() {
        Some(last) => match last.agreement {
            Some(id) => agreement_of(id)?.is_some_and(|agreement| {
                agreement_version::version_for(&agreement.versions, start)
                    .is_some_and(|version| version.judged_by == agreement_version::JudgedBy::LastPriority)
            }),
            None => false,
        },
        None => false,
    };
    let relevant: &[&Point] = if last_only { &points[points.len() - 1..] } else { points };
    for (at, point) in relevant.iter().enumerate() {
        let (Some(agreement), Some(priority)) = (point.agreement, point.priority) else { continue };
        let Some(agreement) = agreement_of(agreement)? else { continue };
        let until = relevant.get(at + 1).map(|next| next.occurred_at);
        for (from, version, on_change) in governing(&agreement.versions, start, point.occurred_at, until) {
            let Some(target_seconds) = version.target_seconds(goal, priority) else { continue };
            let number = agreement.versions.iter().position(|other| other == version).map_or(1, |at| at + 1);
            let term = Term {
                from,
                target_seconds,
                calendar: agreement.calendar.clone(),
                calendar_name: agreement.calendar_name.clone(),
                agreement: format!("{} version {number}", agreement.reference),
                on_change,
            };
            let same = |last: &Term| {
                last.target_seconds == term.target_seconds
                    && last.agreement == term.agreement
                    && last.calendar_name == term.calendar_name
            };
            policy = Some(version.clone());
            if !terms.last().is_some_and(same) {
                terms.push(term);
            }
        }
    }
    let Some(policy) = policy else { return Ok(None) };
    let mut percents = policy.warn_percent.clone();
    percents.push(100);
    let input = ClockInput { start, steps: Vec::new(), terms, reopening: policy.reopening, final_: false };
    Ok(Some(Running { goal, number: 1, input, percents }))
}

/// The versions that govern a clock started at `start` in the stretch from `from` until `until`: the one in force
/// at the start, then each later one that says what it means for open records (`metrics` 2.4).
fn governing(
    versions: &[AgreementVersion],
    start: Instant,
    from: Instant,
    until: Option<Instant>,
) -> Vec<(Instant, &AgreementVersion, OnChange)> {
    let mut later: Vec<_> = versions
        .iter()
        .filter(|version| version.open_records != OpenRecords::Keep)
        .filter_map(|version| Some((version.valid_from.filter(|begins| *begins > start)?, version)))
        .collect();
    later.sort_by_key(|(begins, _)| *begins);
    let at_start = agreement_version::version_for(versions, start);
    let begun = later.iter().rfind(|(begins, _)| *begins <= from).map(|(_, version)| *version);
    let mut all = Vec::new();
    if let Some(version) = begun.or(at_start) {
        all.push((from, version, version.on_change));
    }
    for (begins, version) in later {
        if begins > from && until.is_none_or(|until| begins < until) {
            let on_change = match version.open_records {
                OpenRecords::FromChange => OnChange::FromChange,
                OpenRecords::FromStart | OpenRecords::Keep => OnChange::FromStart,
            };
            all.push((begins, version, on_change));
        }
    }
    all
}

fn label(point: &Point) -> String {
    match &point.waiting_reason {
        Some(reason) => format!("{}: {}", point.state, reason),
        None => point.state.clone(),
    }
}

/// Resolution: runs and pauses by state and reason.
fn state_steps(
    clock: &ClockDef,
    points: &[&Point],
    agreement_of: &mut dyn FnMut(Uuid) -> Result<Option<Arc<Agreement>>>,
) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for point in points {
        let state = point.state.as_str();
        let phase = if clock.runs_in.contains(&state) {
            Phase::Running
        } else if clock.waits_in.contains(&state) {
            let pauses =
                match (point.agreement, point.waiting_reason.as_deref().and_then(WaitingReason::parse)) {
                    (Some(agreement), Some(reason)) => agreement_of(agreement)?.is_some_and(|agreement| {
                        agreement_version::version_for(&agreement.versions, point.occurred_at)
                            .or(agreement.versions.first())
                            .is_some_and(|version| version.pauses_for(reason))
                    }),
                    _ => false,
                };
            if pauses { Phase::Paused } else { Phase::Running }
        } else {
            Phase::Stopped
        };
        let label = label(point);
        if steps.last().is_none_or(|last| (last.phase, &last.label) != (phase, &label)) {
            steps.push(Step { at: point.occurred_at, phase, label });
        }
    }
    Ok(steps)
}

/// Response: runs until a person answers or takes the record up; never pauses.
fn response_steps(clock: &ClockDef, points: &[&Point]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (at, point) in points.iter().enumerate() {
        let answered = point.reply == Some(Reply::Staff);
        if answered || !clock.runs_in.contains(&point.state.as_str()) {
            let label = if answered { "answered".to_owned() } else { label(point) };
            steps.push(Step { at: point.occurred_at, phase: Phase::Stopped, label });
            break;
        }
        if at == 0 {
            steps.push(Step { at: point.occurred_at, phase: Phase::Running, label: label(point) });
        }
    }
    steps
}

/// Next response: each customer message that is not yet answered starts a clock, the next reply by staff stops it.
fn questions(clock: &ClockDef, points: &[&Point]) -> Vec<(Instant, Vec<Step>)> {
    let mut all: Vec<(Instant, Vec<Step>)> = Vec::new();
    let mut open = false;
    for point in points {
        let closes = point.reply == Some(Reply::Staff) || !clock.runs_in.contains(&point.state.as_str());
        if open && closes {
            let label = if point.reply == Some(Reply::Staff) { "answered".to_owned() } else { label(point) };
            if let Some((_, steps)) = all.last_mut() {
                steps.push(Step { at: point.occurred_at, phase: Phase::Stopped, label });
            }
            open = false;
        }
        if !open && point.reply == Some(Reply::Customer) && !closes {
            let step = Step { at: point.occurred_at, phase: Phase::Running, label: "customer wrote".into() };
            all.push((point.occurred_at, vec![step]));
            open = true;
        }
    }
    all
}
