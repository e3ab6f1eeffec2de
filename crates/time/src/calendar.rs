//! Calendars: which instants are working time (metrics 1.2).
//!
//! `W = { t : the local date of t works and the local reading of t lies in a window of that date }`, decided
//! for each instant by the calendar version that governs this instant.
//!
//! How this crate reads the definition where a window goes over midnight: the part after midnight belongs
//! to the day on which the window started. So it works if *that* day works; a holiday on the second day does
//! not cut it, and a holiday on the first day removes it whole. "The day before" is the civil date before,
//! also in the rare place where that date was skipped (Samoa, 30 December 2011).

mod check;
mod definition;
mod local_plan;
mod pieces;
mod text;
mod window;

use std::sync::{Arc, LazyLock};

pub use check::CalendarError;
pub use definition::{CalendarVersion, DayException, Week};
pub use pieces::zone_database;
pub use window::{Minute, Window, WindowProblem, WindowTextError};

use crate::instant::{Instant, instant_of, seconds_of};
use crate::interval::Interval;
use crate::interval_set::{IntervalSet, Spans};
use local_plan::{DAY, LocalPlan};
use pieces::{Pieces, Rule};

/// How far [`Calendar::due`] looks: 50 years of 365.25 days, in seconds.
pub const HORIZON_SECONDS: i64 = 50 * 31_557_600;

/// A checked calendar. Cheap to clone and to share between threads.
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    versions: Vec<CalendarVersion>,
    pieces: Pieces,
}

impl Calendar {
    /// The calendar of `versions`, which may come in any order; they are kept in order of `valid_from`.
    /// The earliest version also governs the time before its own `valid_from`, so no instant is without one.
    ///
    /// # Errors
    /// [`CalendarError`] names the version, the day and the window that cannot be used.
    pub fn new(mut versions: Vec<CalendarVersion>) -> Result<Calendar, CalendarError> {
        let start_of = |version: &CalendarVersion| version.valid_from.map_or(i64::MIN, seconds_of);
        versions.sort_by_key(start_of);
        if versions.is_empty() {
            return Err(CalendarError::NoVersion);
        }
        if let Some(pair) = versions.windows(2).find(|pair| start_of(&pair[0]) == start_of(&pair[1])) {
            return Err(CalendarError::SameStart { valid_from: pair[1].valid_from });
        }
        let rules = versions.iter().map(rule_of).collect::<Result<Vec<Rule>, CalendarError>>()?;
        let starts = versions.iter().map(start_of).collect();
        Ok(Calendar(Arc::new(Compiled { versions, pieces: Pieces::new(rules, starts) })))
    }

    /// The calendar 24x7: the whole time line.
    pub fn always() -> Calendar {
        static ALWAYS: LazyLock<Calendar> = LazyLock::new(|| {
            let pieces = Pieces::new(vec![Rule::Always], vec![i64::MIN]);
            Calendar(Arc::new(Compiled { versions: vec![CalendarVersion::always_open()], pieces }))
        });
        ALWAYS.clone()
    }

    /// `[within) ∩ W`: the working time inside an interval.
    pub fn working(&self, within: Interval) -> IntervalSet {
        let (from, to) = (seconds_of(within.start), seconds_of(within.end));
        let mut spans = Spans::default();
        for (piece, end) in self.pieces().from(from).take_while(|(piece, _)| piece.start < to) {
            let (from, to) = (from.max(piece.start), end.map_or(to, |end| to.min(end)));
            match self.pieces().rule(piece.version) {
                Rule::Always => spans.push(from, to),
                Rule::Local(_, plan) => {
                    let (first, last) = (from + piece.offset, to + piece.offset);
                    for day in first.div_euclid(DAY)..=last.div_euclid(DAY) {
                        for (start, end) in plan.plan(day) {
                            let (start, end) = ((day * DAY + start).max(first), (day * DAY + end).min(last));
                            spans.push(start - piece.offset, end - piece.offset);
                        }
                    }
                }
            }
        }
        spans.into_set()
    }

    /// `bt(from, to) = |[from, to) ∩ W|` in seconds; 0 if `to` is not after `from`.
    pub fn business_seconds(&self, from: Instant, to: Instant) -> i64 {
        self.worked(seconds_of(from), seconds_of(to))
    }

    /// `due(from, n) = min { t ≥ from : bt(from, t) = n }`. A target that is used up exactly at the end of a
    /// window is due at that end, not at the start of the next window; for `n = 0` it is `from`.
    ///
    /// None if the working time is not reached within [`HORIZON_SECONDS`], or if `seconds` is negative.
    pub fn due(&self, from: Instant, seconds: i64) -> Option<Instant> {
        self.due_second(seconds_of(from), seconds).map(instant_of)
    }

    /// The index in [`Calendar::versions`] of the version that governs `instant`.
    pub fn version_at(&self, instant: Instant) -> usize {
        self.pieces().version_at(seconds_of(instant))
    }

    /// The versions in order of `valid_from`.
    pub fn versions(&self) -> &[CalendarVersion] {
        &self.0.versions
    }

    pub(crate) fn worked(&self, from: i64, to: i64) -> i64 {
        if to <= from {
            return 0;
        }
        let first = self.pieces().at(from);
        let last = self.pieces().at(to);
        self.pieces().worked(&last, to) - self.pieces().worked(&first, from)
    }

    pub(crate) fn due_second(&self, from: i64, seconds: i64) -> Option<i64> {
        if seconds <= 0 {
            return (seconds == 0).then_some(from);
        }
        let pieces = self.pieces();
        let count = pieces.worked(&pieces.at(from), from).checked_add(seconds)?;
        let horizon = from.saturating_add(HORIZON_SECONDS).min(Instant::MAX.as_second());
        let mut piece = pieces.before_count(count);
        loop {
            let next = pieces.after(&piece);
            let end = next.map_or(horizon.max(piece.start), |next| next.start);
            if pieces.worked(&piece, end) >= count {
                let due = pieces.instant_worked(&piece, end, count);
                return (due <= horizon).then_some(due);
            }
            piece = next.filter(|next| next.start < horizon)?;
        }
    }

    /// The borders of versions strictly inside `[from, to)`.
    pub(crate) fn version_borders(&self, from: i64, to: i64) -> impl Iterator<Item = i64> + '_ {
        self.pieces().version_borders(from, to)
    }

    fn pieces(&self) -> &Pieces {
        &self.0.pieces
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Calendar) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.versions() == other.versions()
    }
}

impl Eq for Calendar {}

fn rule_of(version: &CalendarVersion) -> Result<Rule, CalendarError> {
    check::check_version(version)?;
    let Some(zone) = pieces::zone_named(&version.zone) else {
        return Err(CalendarError::UnknownZone {
            valid_from: version.valid_from,
            zone: version.zone.clone(),
        });
    };
    if version.always_open {
        return Ok(Rule::Always);
    }
    Ok(Rule::Local(zone, Box::new(LocalPlan::new(version))))
}
