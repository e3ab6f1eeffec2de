//! The derivation of a record's clocks, to the second: what was counted when, by which version of which agreement,
//! on which calendar; and the result that was frozen when the record was closed.

use jiff::tz::TimeZone;
use mainstay_core::{Instant, Record, Result, parts};
use mainstay_store::{Conn, rows, timeline};
use mainstay_time::{Interval, Phase, Reading, Verdict, read};
use serde::Serialize;

use crate::{
    View,
    clocks::{Agreements, Running, of_record},
    context::Context,
    find,
    judge::{Measure, zone_of},
    report::sla::hours,
};

/// Working hours of a clock whose whole span is longer are not listed, seconds.
const MOST_SPAN_SECONDS: i64 = 120 * 24 * 3600;
/// Percentages of a target that are marked.
const MARKS: [i64; 3] = [50, 75, 100];

/// A record with its clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Its ref.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// The instant of evaluation.
    pub now: Instant,
    /// The clocks; none when nothing is promised.
    pub clocks: Vec<Clock>,
}

/// One clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// What it measures.
    pub goal: &'static str,
    /// Counts the clocks of this goal on the record, from 1.
    pub number: usize,
    /// What it shows and how that came about.
    #[serde(flatten)]
    pub reading: Reading,
    /// Whether the segments tile the time and what they count adds up to the elapsed time.
    pub adds_up: bool,
    /// What was promised, and from when.
    pub terms: Vec<Term>,
    /// The zone in which the calendar reads dates.
    pub zone: String,
    /// Ends of the segments as the calendar's zone reads them.
    pub local: Vec<Local>,
    /// The result that was kept when the record was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen: Option<Frozen>,
    /// Working hours of the calendar in force, from the start to the end of the reading or the due time; empty when
    /// that is longer than four months.
    #[serde(skip)]
    pub working: Vec<Interval>,
    /// When 50, 75 and 100 % of the target were used, or will be if nothing changes.
    #[serde(skip)]
    pub marks: Vec<(i64, Instant)>,
}

/// A promised target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// When it begins to apply.
    pub from: Instant,
    /// The target.
    pub target_seconds: i64,
    /// Ref and version of the agreement.
    pub agreement: String,
    /// The calendar.
    pub calendar: String,
}

/// A segment's ends in local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Local {
    /// Its first instant.
    pub from: String,
    /// The first instant after it.
    pub to: String,
}

/// What was kept at closure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Frozen {
    /// Ref and version of the agreement.
    pub agreement: Option<String>,
    /// The calendar.
    pub calendar: Option<String>,
    /// The target.
    pub target_seconds: Option<i64>,
    /// Working time counted.
    pub elapsed_seconds: i64,
    /// Working time in pauses.
    pub paused_seconds: i64,
    /// The verdict.
    pub verdict: String,
    /// The instant that decides in which period it counts.
    pub decided_at: Option<Instant>,
    /// Whether the reading of today says the same.
    pub agrees: bool,
}

/// Explains the clocks of a record: by its own agreement, or by named targets on a named calendar.
///
/// # Errors
/// Not found.
pub fn explain(
    view: &View<'_>,
    name: &str,
    targets: Option<&str>,
    calendar: Option<&str>,
) -> Result<Explanation> {
    let context = view.context();
    let now = view.now()?;
    view.snapshot(|conn| {
        let (kind, record) = find::record(context, conn, name)?;
        let points = timeline::of_record(conn, record.id)?;
        let own = match targets {
            Some(targets) => {
                let measure = Measure::named(context, conn, targets, calendar)?;
                let clocks = measure.clocks(&kind.def, &record, &points)?;
                return Ok(explanation(&record, now, clocks, &[]));
            }
            None => {
                let mut agreements = Agreements::default();
                of_record(&kind.def, &record, &points, &mut |id| agreements.get(context, conn, id))?
            }
        };
        let frozen = frozen(context, conn, &record)?;
        Ok(explanation(&record, now, own, &frozen))
    })
}

fn explanation(
    record: &Record,
    now: Instant,
    clocks: Vec<Running>,
    frozen: &[(String, Frozen)],
) -> Explanation {
    Explanation {
        reference: record.reference.clone(),
        id: record.id.to_string(),
        title: record.title.clone(),
        state: record.state.clone(),
        now,
        clocks: clocks.into_iter().map(|running| clock(&running, now, frozen)).collect(),
    }
}

fn clock(running: &Running, now: Instant, frozen: &[(String, Frozen)]) -> Clock {
    let reading = read(&running.input, now);
    let zone = running
        .input
        .terms
        .get(reading.term)
        .map_or(TimeZone::UTC, |term| zone_of(&term.calendar, reading.start));
    let local =
        |instant: Instant| instant.to_zoned(zone.clone()).strftime("%a %Y-%m-%d %H:%M:%S").to_string();
    let local =
        reading.segments.iter().map(|each| Local { from: local(each.from), to: local(each.to) }).collect();
    let terms = running
        .input
        .terms
        .iter()
        .enumerate()
        .map(|(at, term)| Term {
            from: if at == 0 { reading.start } else { term.from },
            target_seconds: term.target_seconds,
            agreement: term.agreement.clone(),
            calendar: term.calendar_name.clone(),
        })
        .collect();
    // The results of one goal were kept in the order of its clocks, the latest closure last.
    let mut mine = frozen.iter().rev().filter(|(goal, _)| goal == running.goal.name()).map(|(_, kept)| kept);
    let frozen = mine.nth(running.number - 1).cloned().map(|kept| Frozen {
        agrees: kept.elapsed_seconds == reading.elapsed_seconds
            && kept.verdict == verdict(reading.verdict)
            && kept.target_seconds == Some(reading.target_seconds)
            && kept.decided_at == reading.decided_at,
        ..kept
    });
    Clock {
        goal: running.goal.name(),
        number: running.number,
        working: working_hours(running, &reading),
        marks: marks(running, &reading),
        adds_up: reading.adds_up(),
        terms,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        local,
        frozen,
        reading,
    }
}

fn working_hours(running: &Running, reading: &Reading) -> Vec<Interval> {
    let Some(term) = running.input.terms.get(reading.term) else { return Vec::new() };
    let end = reading.due.map_or(reading.read_to, |due| due.max(reading.read_to));
    match Interval::new(reading.start, end) {
        Ok(span) if span.seconds() <= MOST_SPAN_SECONDS => term.calendar.working(span).iter().collect(),
        _ => Vec::new(),
    }
}

/// Where the count passes each mark: within a stretch that counted, or after the last while the clock runs.
fn marks(running: &Running, reading: &Reading) -> Vec<(i64, Instant)> {
    let calendar = |term: usize| running.input.terms.get(term).map(|term| &term.calendar);
    let mut marks = Vec::new();
    for percent in MARKS {
        let mut left = reading.target_seconds / 100 * percent + reading.target_seconds % 100 * percent / 100;
        let mut at = None;
        for segment in reading.segments.iter().filter(|segment| segment.counts && segment.counted_seconds > 0)
        {
            if segment.counted_seconds >= left {
                at = calendar(segment.measured_by).and_then(|calendar| calendar.due(segment.from, left));
                left = 0;
                break;
            }
            left -= segment.counted_seconds;
        }
        if left > 0 && reading.phase == Phase::Running {
            at = calendar(reading.term).and_then(|calendar| calendar.due(reading.read_to, left));
        }
        marks.extend(at.map(|at| (percent, at)));
    }
    marks
}

fn verdict(verdict: Verdict) -> &'static str {
    crate::door::verdict_word(verdict)
}

/// The results that were kept, in the order of keeping, with their goals.
fn frozen(context: &Context, conn: &mut dyn Conn, record: &Record) -> Result<Vec<(String, Frozen)>> {
    let table = context.table(parts::CLOCK_RESULT)?.clone();
    let mut all = Vec::new();
    for part in rows::parts_of(conn, &table, record.id)? {
        let get = |name: &str| table.position(name).map_or(&mainstay_core::Value::Null, |at| &part.row[at]);
        let text = |name: &str| get(name).as_text().map(str::to_owned);
        let kept = Frozen {
            agreement: text("agreement"),
            calendar: text("calendar"),
            target_seconds: get("target_seconds").as_int(),
            elapsed_seconds: get("elapsed_seconds").as_int().unwrap_or_default(),
            paused_seconds: get("paused_seconds").as_int().unwrap_or_default(),
            verdict: text("verdict").unwrap_or_default(),
            decided_at: get("decided_at").as_instant(),
            agrees: false,
        };
        all.push((text("goal").unwrap_or_default(), kept));
    }
    Ok(all)
}

impl Explanation {
    /// For people: a table of stretches for each clock.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}  {}  ({})\n", self.reference, self.title, self.state);
        if self.clocks.is_empty() {
            text.push_str("No clock: nothing is promised for it.\n");
        }
        for clock in &self.clocks {
            text.push_str(&clock.to_text());
        }
        text
    }
}

impl Clock {
    /// For people: the stretches as a table with their sum.
    pub fn to_text(&self) -> String {
        let reading = &self.reading;
        let mut text = format!("\n{} clock", self.goal.replace('_', " "));
        if self.number > 1 {
            text.push_str(&format!(" {}", self.number));
        }
        text.push_str(&format!(
            ": {}, {} of {} h:mm",
            verdict(reading.verdict),
            hours(reading.elapsed_seconds),
            hours(reading.target_seconds)
        ));
        for (what, at) in
            [("due", reading.due), ("breached", reading.breached_at), ("decided", reading.decided_at)]
        {
            if let Some(at) = at {
                text.push_str(&format!(", {what} {at}"));
            }
        }
        text.push('\n');
        for term in &self.terms {
            text.push_str(&format!(
                "  promised: {} by {}, calendar {}, from {}\n",
                hours(term.target_seconds),
                term.agreement,
                term.calendar,
                term.from
            ));
        }
        text.push_str(&format!(
            "\n  {:<24} {:<24} {:<26} {:>12}  ({})\n",
            "from", "to", "state", "counted", self.zone
        ));
        for (segment, local) in reading.segments.iter().zip(&self.local) {
            let counted = if segment.counts { segment.counted_seconds } else { 0 };
            text.push_str(&format!(
                "  {:<24} {:<24} {:<26} {:>12}  {}\n",
                local.from,
                local.to,
                segment.label,
                hours(counted),
                segment.note
            ));
        }
        let paused = reading.segments.iter().any(|segment| segment.phase == Phase::Paused);
        text.push_str(&format!("  {:<76} {:>12}", "sum", hours(reading.elapsed_seconds)));
        text.push_str(if self.adds_up { "\n" } else { "  THE STRETCHES DO NOT ADD UP TO IT\n" });
        if paused {
            text.push_str(&format!("  {:<76} {:>12}\n", "in pauses", hours(reading.paused_seconds)));
        }
        if let Some(kept) = &self.frozen {
            text.push_str(&format!(
                "  kept at closure: {}, {}; {}\n",
                kept.verdict,
                hours(kept.elapsed_seconds),
                if kept.agrees { "the same" } else { "DIFFERS from the reading of today" }
            ));
        }
        text
    }
}
