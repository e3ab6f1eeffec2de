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
    reached_in(&Run::current(&Timeline::new(input, now)), percents)
}

fn reached_in(run: &Run<'_, '_>, percents: &[u32]) -> Vec<(u32, Instant)> {
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

/// When the clock, which runs at `now`, will have exceeded the target in force if nothing else changes: one working
/// second after its due time. None while it does not run, if it has exceeded it, and beyond the calendar's horizon.
pub fn next_exceeded(input: &ClockInput, now: Instant) -> Option<Instant> {
    let timeline = Timeline::new(input, now);
    if timeline.phase() != Phase::Running {
        return None;
    }
    let run = Run::current(&timeline);
    let reign = run.reign();
    let missing =
        reign.term.target_seconds.saturating_add(1).checked_sub(run.elapsed(&reign, timeline.end))?;
    reign.calendar().due_second(timeline.end, missing).filter(|_| missing > 0).map(instant_of)
}

/// What a scheduler needs of a clock: as [`super::read`] and [`reached`] say it, without a derivation for people, in a
/// fraction of the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// As [`super::Reading::phase`].
    pub phase: Phase,
    /// As [`super::Reading::due`].
    pub due: Option<Instant>,
    /// As [`super::Reading::breached_at`].
    pub breached_at: Option<Instant>,
    /// How many earlier runs a reopening has ended.
    pub resets: usize,
    /// As [`reached`].
    pub reached: Vec<(u32, Instant)>,
}

/// Looks at a clock as it stands at `now`, and at which of `percents` it has reached.
pub fn glance(input: &ClockInput, now: Instant, percents: &[u32]) -> Glance {
    let timeline = Timeline::new(input, now);
    let run = Run::current(&timeline);
    Glance {
        phase: timeline.phase(),
        due: run.due(&run.reign()).map(instant_of),
        breached_at: run.breached().map(instant_of),
        resets: timeline.run_starts().len() - 1,
        reached: reached_in(&run, percents),
    }
}

/// The least whole number of seconds that is at least `percent` of `target`.
fn share(percent: u32, target: i64) -> i64 {
    let hundredths = i128::from(percent) * i128::from(target.max(0));
    i64::try_from((hundredths + 99) / 100).unwrap_or(i64::MAX)
}
