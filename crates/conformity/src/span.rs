//! The span of time that a run assesses.

use jiff::{ToSpan, tz::TimeZone};
use mainstay_core::Instant;
use serde::{Deserialize, Serialize};

/// Months that are assessed when nothing else is asked for.
pub const MONTHS: u32 = 12;

/// Most months that can be asked for.
pub const MOST_MONTHS: u32 = 1200;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// From the first instant inside to the instant of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First instant inside.
    pub from: Instant,
    /// The instant of evaluation: what comes later is not known.
    pub until: Instant,
}

impl Span {
    /// The given number of calendar months before `now`, counted in UTC.
    pub fn months_before(now: Instant, months: u32) -> Self {
        let months = i64::from(months.min(MOST_MONTHS));
        let from = now.to_zoned(TimeZone::UTC).checked_sub(months.months()).map(|zoned| zoned.timestamp());
        Self { from: from.unwrap_or(Instant::MIN), until: now }
    }

    /// True for an instant in the span, its end included.
    pub fn holds(&self, instant: Instant) -> bool {
        self.from <= instant && instant <= self.until
    }

    /// True for a given instant in the span.
    pub fn has(&self, instant: Option<Instant>) -> bool {
        instant.is_some_and(|instant| self.holds(instant))
    }

    /// Seconds from an instant to the evaluation; negative for one that comes later.
    pub fn seconds_since(&self, instant: Instant) -> i64 {
        self.until.as_second() - instant.as_second()
    }

    /// The day of evaluation in UTC.
    pub fn today(&self) -> jiff::civil::Date {
        self.until.to_zoned(TimeZone::UTC).date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn twelve_months_before_the_last_of_february_of_a_leap_year_begin_on_the_28th() {
        let span = Span::months_before(at("2024-02-29T12:00:00Z"), 12);
        assert_eq!(span.from, at("2023-02-28T12:00:00Z"));
        assert!(span.holds(span.from) && span.holds(span.until));
        assert!(!span.holds(at("2024-02-29T12:00:01Z")));
        assert!(!span.has(None));
    }

    #[test]
    fn a_span_longer_than_time_begins_with_time() {
        assert_eq!(Span::months_before(at("0050-01-01T00:00:00Z"), 1200).until, at("0050-01-01T00:00:00Z"));
    }
}
