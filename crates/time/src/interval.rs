//! One stretch of time.

use serde::{Deserialize, Serialize};

use crate::instant::{Instant, instant_of, seconds_of};

/// The half-open interval `[start, end)`: it holds `start` and does not hold `end`, so intervals that touch
/// never overlap (metrics 1.1). An interval whose end is not after its start is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The first instant inside.
    pub start: Instant,
    /// The first instant after it.
    pub end: Instant,
}

/// An end that lies before its start: refused on entry; in an import a data error (metrics E30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the end {end} lies before the start {start}")]
pub struct NegativeDuration {
    /// The start as entered.
    pub start: Instant,
    /// The end as entered.
    pub end: Instant,
}

impl Interval {
    /// The interval from `start` to `end`, both taken to whole seconds.
    ///
    /// # Errors
    /// [`NegativeDuration`] if `end` lies before `start`. Equal ends give an empty interval.
    pub fn new(start: Instant, end: Instant) -> Result<Interval, NegativeDuration> {
        if end < start {
            return Err(NegativeDuration { start, end });
        }
        Ok(Interval::of_seconds(seconds_of(start), seconds_of(end)))
    }

    /// Length in seconds, 0 for an empty interval and never negative.
    pub fn seconds(&self) -> i64 {
        (seconds_of(self.end) - seconds_of(self.start)).max(0)
    }

    /// Whether no instant lies inside.
    pub fn is_empty(&self) -> bool {
        self.seconds() == 0
    }

    /// Whether `instant` lies inside.
    pub fn contains(&self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    pub(crate) fn of_seconds(start: i64, end: i64) -> Interval {
        Interval { start: instant_of(start), end: instant_of(end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn an_interval_holds_its_start_and_not_its_end() {
        let interval = Interval::new(at("2025-05-02T08:00:00Z"), at("2025-05-02T09:00:00Z")).unwrap();
        assert!(interval.contains(interval.start));
        assert!(!interval.contains(interval.end));
        assert_eq!(interval.seconds(), 3600);
    }

    #[test]
    fn an_end_before_its_start_is_refused_and_counts_nothing() {
        let (late, early) = (at("2025-05-02T09:00:00Z"), at("2025-05-02T08:00:00Z"));
        let refused = Interval::new(late, early).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the end 2025-05-02T08:00:00Z lies before the start 2025-05-02T09:00:00Z"
        );
        assert_eq!(Interval { start: late, end: early }.seconds(), 0);
    }
}
