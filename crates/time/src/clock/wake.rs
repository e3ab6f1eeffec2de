//! When to look at a clock again, and which thresholds it has passed: for warnings and escalations.

use super::progress::Run;
use super::timeline::Timeline;
use super::{ClockInput, Phase};
use crate::instant::{Instant, instant_of};

/// The next instant strictly after `now` at which the elapsed time reaches one of `percents` of the target in
/// force if nothing else changes, with that percentage. 100 is the due time: one working second later the
/// clock is breached. If several fall on the same instant, the highest is given; [`reached`] then names all.
///
/// None while paused or stopped, and if nothing is reached within the calendar's horizon.
pub fn next_wake(input: &ClockInput, now: Instant, percents: &[u32]) -> Option<(Instant, u32)> {
    let timeline = Timeline::new(input, now);
    if timeline.phase() != Phase::Running {
        return None;
    }
    let run = Run::current(&timeline);
    let reign = run.reign();
    let elapsed = run.elapsed(&reign, timeline.end);
    let wakes = percents.iter().filter_map(|percent| {
        let missing = share(*percent, reign.term.target_seconds).checked_sub(elapsed)?;
        let wake = reign.calendar().due_second(timeline.end, missing).filter(|_| missing > 0)?;
        Some((wake, *percent))
    });
    let (wake, percent) = wakes.min_by_key(|(wake, percent)| (*wake, u32::MAX - percent))?;
    Some((instant_of(wake), percent))
}

/// Which of `percents` the clock has reached by `now`, and when, in order of the instant and the percentage.
///
/// Each term is looked at only while it is in force, so a warning that was due stays due when the target is
/// changed to a longer one. Only the current run counts. 100 is reached at the due time; whether the clock is
/// breached is for [`super::read`] to say, since equality is met.
pub fn reached(input: &ClockInput, now: Instant, percents: &[u32]) -> Vec<(u32, Instant)> {
    let timeline = Timeline::new(input, now);
    let run = Run::current(&timeline);
    let mut reached: Vec<(u32, Instant)> = percents
        .iter()
        .filter_map(|percent| {
            let instant = run.first_reached(|target| share(*percent, target))?;
            Some((*percent, instant_of(instant)))
        })
        .collect();
    reached.sort_by_key(|(percent, instant)| (*instant, *percent));
    reached
}

/// The least whole number of seconds that is at least `percent` of `target`.
fn share(percent: u32, target: i64) -> i64 {
    let hundredths = i128::from(percent) * i128::from(target.max(0));
    i64::try_from((hundredths + 99) / 100).unwrap_or(i64::MAX)
}
