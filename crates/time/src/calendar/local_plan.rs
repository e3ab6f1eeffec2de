//! Working time on the local time line: a line of civil days of exactly 24 hours, without any zone.
//!
//! A reading of the local clock is a count of seconds since 1970-01-01 00:00 on that line. Which readings
//! work depends on the windows of the reading's date and, for windows over midnight, of the date before,
//! and on nothing else. So the plan of a date without exceptions follows from its weekday, whole weeks can
//! be multiplied, and exceptions are differences added on top: `before` costs two binary searches.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::definition::{CalendarVersion, WEEKDAYS};
use super::window::Window;
use crate::interval_set::Spans;

/// Seconds of a civil day.
pub(super) const DAY: i64 = 86_400;

/// Working seconds of one civil day, as sorted disjoint spans within `0..86400`.
type DayPlan = Vec<(i64, i64)>;

/// The working readings of one calendar version.
#[derive(Debug)]
pub(super) struct LocalPlan {
    /// Plans of Monday to Sunday without exceptions.
    weekdays: [DayPlan; 7],
    /// Working seconds of a week before each weekday; the last item is the whole week.
    week_before: [i64; 8],
    /// Dates whose plan differs from their weekday's, in order.
    special: Vec<SpecialDay>,
}

#[derive(Debug)]
struct SpecialDay {
    day: i64,
    plan: DayPlan,
    /// Sum over all earlier special days of (their own working seconds - their weekday's).
    excess_before: i64,
    /// This day's own such difference.
    excess: i64,
}

impl LocalPlan {
    /// The plan of the windows and exceptions of `version`.
    pub(super) fn new(version: &CalendarVersion) -> LocalPlan {
        let windows_of = |index: usize| version.week.on(WEEKDAYS[index % 7]);
        let weekdays: [DayPlan; 7] =
            std::array::from_fn(|index| day_plan(windows_of(index), windows_of(index + 6)));
        let mut week_before = [0; 8];
        for index in 0..7 {
            week_before[index + 1] = week_before[index] + total(&weekdays[index]);
        }
        let mut plan = LocalPlan { weekdays, week_before, special: Vec::new() };
        plan.special = special_days(version, &plan.weekdays);
        plan
    }

    /// Working readings before `reading`, counted from a fixed one; only differences have a meaning.
    pub(super) fn before(&self, reading: i64) -> i64 {
        let day = reading.div_euclid(DAY);
        let week = monday_based(day).div_euclid(7);
        let earlier = self.special.partition_point(|special| special.day < day);
        let excess = match (earlier.checked_sub(1)).map(|last| &self.special[last]) {
            Some(last) => last.excess_before + last.excess,
            None => 0,
        };
        let second = reading.rem_euclid(DAY);
        let in_day: i64 = self
            .plan_of(day, earlier)
            .iter()
            .take_while(|(start, _)| *start < second)
            .map(|(start, end)| second.min(*end) - start)
            .sum();
        week * self.week_before[7] + self.week_before[weekday_index(day)] + excess + in_day
    }

    /// The smallest reading in `(low, high]` before which `count` readings work, by the count of [`Self::before`].
    /// The caller knows that `before(low) < count <= before(high)`.
    pub(super) fn reading_of(&self, count: i64, low: i64, high: i64) -> i64 {
        // Find the last day that starts with less than `count`; the reading lies in it.
        let (mut first, mut last) = (low.div_euclid(DAY), high.div_euclid(DAY));
        while first < last {
            let middle = first + (last - first + 1) / 2;
            if self.before(middle * DAY) < count { first = middle } else { last = middle - 1 }
        }
        let mut missing = count - self.before(first * DAY);
        for (start, end) in self.plan(first) {
            if missing <= end - start {
                return first * DAY + start + missing;
            }
            missing -= end - start;
        }
        high
    }

    /// The working spans of a civil day.
    pub(super) fn plan(&self, day: i64) -> &[(i64, i64)] {
        self.plan_of(day, self.special.partition_point(|special| special.day < day))
    }

    fn plan_of(&self, day: i64, candidate: usize) -> &[(i64, i64)] {
        match self.special.get(candidate).filter(|special| special.day == day) {
            Some(special) => &special.plan,
            None => &self.weekdays[weekday_index(day)],
        }
    }
}

/// The days that an exception touches: its own and, through a window over midnight, the next.
fn special_days(version: &CalendarVersion, weekdays: &[DayPlan; 7]) -> Vec<SpecialDay> {
    let windows_by_day: BTreeMap<i64, &[Window]> =
        version.exceptions.iter().map(|(date, exception)| (day_number(*date), exception.windows())).collect();
    let windows_of = |day: i64| match windows_by_day.get(&day) {
        Some(windows) => windows,
        None => version.week.on(WEEKDAYS[weekday_index(day)]),
    };
    let mut days: Vec<i64> = windows_by_day.keys().flat_map(|day| [*day, day + 1]).collect();
    days.dedup();
    let mut excess_before = 0;
    let special = days.into_iter().map(|day| {
        let plan = day_plan(windows_of(day), windows_of(day - 1));
        let excess = total(&plan) - total(&weekdays[weekday_index(day)]);
        let special = SpecialDay { day, plan, excess_before, excess };
        excess_before += excess;
        special
    });
    special.collect()
}

/// The union of a day's own windows and what reaches into it from the day before.
fn day_plan(own: &[Window], day_before: &[Window]) -> DayPlan {
    let spill = day_before.iter().map(|window| window.on_the_next_day());
    let mut parts: Vec<(i64, i64)> = own.iter().map(|window| window.on_its_day()).chain(spill).collect();
    parts.sort_unstable();
    let mut spans = Spans::default();
    for (start, end) in parts {
        spans.push(start, end);
    }
    spans.into_inner()
}

fn total(plan: &[(i64, i64)]) -> i64 {
    plan.iter().map(|(start, end)| end - start).sum()
}

/// Days since 1970-01-01.
fn day_number(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_secs().div_euclid(DAY)
}

/// Days since Monday 1969-12-29.
fn monday_based(day: i64) -> i64 {
    day + 3
}

/// 0 for Monday to 6 for Sunday.
fn weekday_index(day: i64) -> usize {
    monday_based(day).rem_euclid(7) as usize
}
