//! What a clock shows at an instant.

use serde::Serialize;

use super::progress::Run;
use super::segments::{Segment, segments};
use super::timeline::Timeline;
use super::{ClockInput, Phase};
use crate::instant::{Instant, instant_of};

/// The verdict on a clock (metrics 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Counting, not beyond the target.
    Running,
    /// Waiting, not beyond the target.
    Paused,
    /// Stopped with `elapsed ≤ target`. Equality is met.
    Met,
    /// `elapsed > target` at some instant, whatever the phase is now.
    Breached,
}

/// An earlier run that a reopening with [`super::Reopening::Restart`] brought to an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reset {
    /// The reopening that started the count anew.
    pub at: Instant,
    /// What the run had counted.
    pub elapsed_seconds: i64,
    /// The target in force at its end.
    pub target_seconds: i64,
    /// Met or breached.
    pub verdict: Verdict,
    /// The decision instant of its verdict.
    pub decided_at: Instant,
}

/// What a clock shows at an instant, with its derivation. Seconds are working time unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The start of the clock.
    pub start: Instant,
    /// Where the reading ends: the instant of evaluation, or the last step of a clock that is settled.
    pub read_to: Instant,
    /// Nothing can change the reading any more: the ticket is closed, or its first stop counted.
    pub settled: bool,
    /// From where the count in force runs: the start, the last restart, or the change to the term in force.
    pub counted_from: Instant,
    /// Working time counted against the target.
    pub elapsed_seconds: i64,
    /// Working time in pauses, which the target does not count.
    pub paused_seconds: i64,
    /// Working time between a stop and the reopening after it. The *P* of metrics 2.2 is this and
    /// `paused_seconds` together.
    pub resolved_seconds: i64,
    /// Wall-clock time from `counted_from` to the stop, or to the end of the reading while not stopped;
    /// no pause is taken out.
    pub wall_seconds: i64,
    /// The target in force.
    pub target_seconds: i64,
    /// Index of the term in force.
    pub term: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// The phase at the end of the reading.
    pub phase: Phase,
    /// When the elapsed time reaches the target if nothing changes, or reached it. None while paused or
    /// stopped, where only the remaining time has a meaning, and if it lies beyond the calendar's horizon.
    pub due: Option<Instant>,
    /// Target less elapsed; negative beyond the target.
    pub remaining_seconds: i64,
    /// When the clock last stopped, if it is stopped.
    pub stopped_at: Option<Instant>,
    /// When the clock stopped for the first time, kept through reopenings.
    pub first_stopped_at: Option<Instant>,
    /// How often the clock went on after a stop.
    pub reopenings: usize,
    /// The decision instant of the breach.
    pub breached_at: Option<Instant>,
    /// The instant that decides in which period the clock counts (metrics 2.1): the stop of a met clock, the
    /// breach of a breached one; none while undecided.
    pub decided_at: Option<Instant>,
    /// The derivation: stretches that tile `[start, read_to)`.
    pub segments: Vec<Segment>,
    /// Earlier runs, where a reopening starts the count anew.
    pub resets: Vec<Reset>,
}

/// Reads a clock as it stands at `now`. Steps and terms after `now` have not happened yet; so a reading at an
/// earlier instant is what was known then, given the same history. A reading before the start is one at it.
///
/// Answers for any input; [`ClockInput::check`] says whether the input makes sense. Without a term nothing is
/// promised: the clock measures on 24x7, its target is `i64::MAX` and it is never breached.
pub fn read(input: &ClockInput, now: Instant) -> Reading {
    let timeline = Timeline::new(input, now);
    let current = Run::current(&timeline);
    let resets = Run::earlier(&timeline).iter().map(reset).collect();
    let reign = current.reign();
    let base = reign.base(current.start);
    let elapsed_seconds = current.elapsed(&reign, timeline.end);
    let remaining_seconds = reign.term.target_seconds.saturating_sub(elapsed_seconds);
    let phase = timeline.phase();
    let last_stop = timeline.stops().last().filter(|_| phase == Phase::Stopped);
    let counted_to = last_stop.unwrap_or(timeline.end);
    let breached_at = current.breached();
    let verdict = match (breached_at, phase) {
        (Some(_), _) => Verdict::Breached,
        (None, Phase::Stopped) => Verdict::Met,
        (None, Phase::Paused) => Verdict::Paused,
        (None, Phase::Running) => Verdict::Running,
    };
    let due = current.due(&reign);
    let segments = segments(&timeline, &reign, current.start);
    let business_in = |phase: Phase| {
        let counted = segments.iter().filter(move |segment| segment.counts && segment.phase == phase);
        counted
            .filter(|segment| segment.from < instant_of(counted_to))
            .map(|segment| segment.business_seconds)
            .sum()
    };
    Reading {
        start: instant_of(timeline.start),
        read_to: instant_of(timeline.end),
        settled: timeline.settled,
        counted_from: instant_of(base),
        elapsed_seconds,
        paused_seconds: business_in(Phase::Paused),
        resolved_seconds: business_in(Phase::Stopped),
        wall_seconds: (counted_to - base).max(0),
        target_seconds: reign.term.target_seconds,
        term: reign.index,
        verdict,
        phase,
        due: due.map(instant_of),
        remaining_seconds,
        stopped_at: last_stop.map(instant_of),
        first_stopped_at: timeline.stops().next().map(instant_of),
        reopenings: timeline.reopenings().count(),
        breached_at: breached_at.map(instant_of),
        decided_at: breached_at.or(last_stop).map(instant_of),
        segments,
        resets,
    }
}

fn reset(run: &Run<'_, '_>) -> Reset {
    let reign = run.reign();
    let breached_at = run.breached();
    let stop = run.timeline.stops().filter(|stop| *stop <= run.last).last().unwrap_or(run.last);
    Reset {
        at: instant_of(run.last),
        elapsed_seconds: run.elapsed(&reign, run.last),
        target_seconds: reign.term.target_seconds,
        verdict: if breached_at.is_some() { Verdict::Breached } else { Verdict::Met },
        decided_at: instant_of(breached_at.unwrap_or(stop)),
    }
}

impl Reading {
    /// Whether the derivation proves the reading: the segments tile `[start, read_to)` without gap or
    /// overlap, and what they count adds up to the elapsed and the paused time, to the second.
    pub fn adds_up(&self) -> bool {
        let mut at = self.start;
        for segment in &self.segments {
            if segment.from != at || segment.to <= segment.from {
                return false;
            }
            at = segment.to;
        }
        let counted = |phase: Phase| {
            let segments =
                self.segments.iter().filter(move |segment| segment.counts && segment.phase == phase);
            segments.map(|segment| segment.counted_seconds).sum::<i64>()
        };
        let paused = self.segments.iter().filter(|segment| segment.counts && segment.phase == Phase::Paused);
        at == self.read_to
            && counted(Phase::Running) == self.elapsed_seconds
            && counted(Phase::Paused) + counted(Phase::Stopped) == 0
            && paused.map(|segment| segment.business_seconds).sum::<i64>() == self.paused_seconds
    }

    /// Paused share (metrics 2.2) as numerator and denominator in seconds: the working time in which the clock
    /// stood still before its stop, of all working time from start to stop. Undefined if the second is 0.
    pub fn paused_share(&self) -> (i64, i64) {
        let still = self.paused_seconds + self.resolved_seconds;
        (still, still + self.elapsed_seconds)
    }
}
