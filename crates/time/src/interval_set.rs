//! Sets of instants, kept as intervals. `|X|` of the metric definitions is [`IntervalSet::seconds`].

use serde::{Deserialize, Serialize};

use crate::instant::{Instant, instant_of, seconds_of};
use crate::interval::Interval;

/// A set of instants as sorted, disjoint intervals that do not touch and are not empty.
///
/// Because it is a set, overlapping pauses or outages count once (metrics E10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Interval>")]
pub struct IntervalSet(Vec<Interval>);

impl IntervalSet {
    /// The union of `intervals`, in any order. Empty and reversed intervals add nothing.
    pub fn from_intervals(intervals: impl IntoIterator<Item = Interval>) -> IntervalSet {
        let mut spans: Vec<(i64, i64)> =
            intervals.into_iter().map(|each| (seconds_of(each.start), seconds_of(each.end))).collect();
        spans.sort_unstable();
        let mut merged = Spans::default();
        for (start, end) in spans {
            merged.push(start, end);
        }
        merged.into_set()
    }

    /// The instants in `self`, in `other` or in both.
    #[must_use]
    pub fn union(&self, other: &IntervalSet) -> IntervalSet {
        IntervalSet::from_intervals(self.iter().chain(other.iter()))
    }

    /// The instants in both sets.
    #[must_use]
    pub fn intersection(&self, other: &IntervalSet) -> IntervalSet {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = Vec::new();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let shared = Interval { start: a.start.max(b.start), end: a.end.min(b.end) };
            if !shared.is_empty() {
                common.push(shared);
            }
            // The one that ends first can share nothing more.
            if a.end <= b.end {
                left.next()
            } else {
                right.next()
            };
        }
        IntervalSet(common)
    }

    /// The instants in `self` that are not in `other`.
    #[must_use]
    pub fn difference(&self, other: &IntervalSet) -> IntervalSet {
        let mut left_over = Vec::new();
        let mut next = 0;
        for interval in &self.0 {
            let mut start = interval.start;
            while let Some(hole) = other.0.get(next).filter(|hole| hole.start < interval.end) {
                if hole.start > start {
                    left_over.push(Interval { start, end: hole.start });
                }
                start = start.max(hole.end);
                if hole.end > interval.end {
                    break; // this hole may cut the next interval as well
                }
                next += 1;
            }
            if start < interval.end {
                left_over.push(Interval { start, end: interval.end });
            }
        }
        IntervalSet(left_over)
    }

    /// The total length in seconds.
    pub fn seconds(&self) -> i64 {
        self.0.iter().map(Interval::seconds).sum()
    }

    /// The intervals in order of time.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Interval> + '_ {
        self.0.iter().copied()
    }

    /// The number of connected pieces.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the set holds no instant.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `instant` is in the set.
    pub fn contains(&self, instant: Instant) -> bool {
        let after = self.0.partition_point(|each| each.start <= instant);
        after > 0 && self.0[after - 1].contains(instant)
    }
}

impl From<Vec<Interval>> for IntervalSet {
    fn from(intervals: Vec<Interval>) -> IntervalSet {
        IntervalSet::from_intervals(intervals)
    }
}

impl From<Interval> for IntervalSet {
    fn from(interval: Interval) -> IntervalSet {
        IntervalSet::from_intervals([interval])
    }
}

impl FromIterator<Interval> for IntervalSet {
    fn from_iter<T: IntoIterator<Item = Interval>>(intervals: T) -> IntervalSet {
        IntervalSet::from_intervals(intervals)
    }
}

/// Spans in seconds that arrive in order of their starts and are merged where they touch.
#[derive(Default)]
pub(crate) struct Spans(Vec<(i64, i64)>);

impl Spans {
    /// Adds `[start, end)`; `start` must not lie before an earlier start.
    pub(crate) fn push(&mut self, start: i64, end: i64) {
        if end <= start {
            return;
        }
        match self.0.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => self.0.push((start, end)),
        }
    }

    pub(crate) fn into_inner(self) -> Vec<(i64, i64)> {
        self.0
    }

    pub(crate) fn into_set(self) -> IntervalSet {
        let intervals = self.0.into_iter();
        IntervalSet(
            intervals
                .map(|(start, end)| Interval { start: instant_of(start), end: instant_of(end) })
                .collect(),
        )
    }
}
