//! Elapsed time of one run of a clock, and the instants at which it reached something.
//!
//! Two rules bind what was decided to the time in which it was decided:
//!
//! - Under a term the clock is looked at only while the term is in force. So a later, looser target cannot
//!   undo a breach (metrics 2.4, E7), and a later, shorter target that is already exceeded is breached when
//!   it begins to apply, not before: at that earlier time nobody had promised it, and the period in which it
//!   would fall may be reported and closed. A decision never moves into a closed past.
//! - A clock that stopped exactly on its target was met. If it is reopened and runs on, it is breached at the
//!   reopening, for the same reason (metrics 2.3: the correction is booked in the period of the breach).

use super::Phase;
use super::timeline::{Reign, Timeline};

/// One run of the clock: from its start, or from a reopening that starts the count anew, up to and with `last`.
pub(super) struct Run<'t, 'a> {
    pub(super) timeline: &'t Timeline<'a>,
    pub(super) start: i64,
    /// The last instant at which the run is looked at: the end of the reading, or the reopening that ends it.
    pub(super) last: i64,
    /// Terms that begin here or later are not this run's: a term that comes with the reopening is the next one's.
    terms_before: i64,
}

impl<'a> Run<'_, 'a> {
    /// The runs of a timeline that later ones have replaced, in order.
    pub(super) fn earlier<'t>(timeline: &'t Timeline<'a>) -> Vec<Run<'t, 'a>> {
        let starts = timeline.run_starts();
        let pairs = starts.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.map(|(start, last)| Run { timeline, start, last, terms_before: last }).collect()
    }

    /// The run that is in force at the end of a timeline.
    pub(super) fn current<'t>(timeline: &'t Timeline<'a>) -> Run<'t, 'a> {
        let start = timeline.run_starts().last().copied().unwrap_or(timeline.start);
        Run { timeline, start, last: timeline.end, terms_before: timeline.end + 1 }
    }

    /// The term in force at the end of the run.
    pub(super) fn reign(&self) -> Reign<'a> {
        self.timeline.reign_at(self.terms_before - 1)
    }

    /// `elapsed = |([base, to) \ not running) ∩ W|` by the term of `reign`, in seconds.
    pub(super) fn elapsed(&self, reign: &Reign<'_>, to: i64) -> i64 {
        let base = reign.base(self.start);
        self.running(base, to).map(|(from, to)| reign.calendar().worked(from, to)).sum()
    }

    /// The first instant at which the time elapsed by the term of `reign` is `seconds`, if the run gets there.
    fn reach(&self, reign: &Reign<'_>, seconds: i64) -> Option<i64> {
        let base = reign.base(self.start);
        let mut missing = seconds;
        if missing <= 0 {
            return Some(base);
        }
        for (from, to) in self.running(base, self.last) {
            let worked = reign.calendar().worked(from, to);
            if missing <= worked {
                return reign.calendar().due_second(from, missing);
            }
            missing -= worked;
        }
        None
    }

    /// When the elapsed time reaches the target of `reign` if nothing changes, or reached it. None while paused or
    /// stopped, and beyond the calendar's horizon.
    pub(super) fn due(&self, reign: &Reign<'_>) -> Option<i64> {
        if self.timeline.phase() != Phase::Running {
            return None;
        }
        let end = self.timeline.end;
        match reign.term.target_seconds.saturating_sub(self.elapsed(reign, end)) {
            remaining if remaining > 0 => reign.calendar().due_second(end, remaining),
            _ => self.target_reached(),
        }
    }

    /// The first instant at which the elapsed time was `seconds_of(target)` of the target in force then,
    /// looking at each term only while it is in force.
    pub(super) fn first_reached(&self, seconds_of: impl Fn(i64) -> i64) -> Option<i64> {
        self.reigns().find_map(|(reign, from, last)| {
            let seconds = seconds_of(reign.term.target_seconds);
            let reached = self.elapsed(&reign, last) >= seconds;
            reached.then(|| self.reach(&reign, seconds).map(|instant| instant.max(from))).flatten()
        })
    }

    /// The first instant at which the elapsed time was the target in force under the term of the run's end;
    /// it may lie before that term began to apply. None if it was not reached yet.
    pub(super) fn target_reached(&self) -> Option<i64> {
        let reign = self.reign();
        self.reach(&reign, reign.term.target_seconds)
    }

    /// The decision instant of the breach, once the elapsed time has exceeded the target in force.
    pub(super) fn breached(&self) -> Option<i64> {
        self.reigns().find_map(|(reign, from, last)| {
            let target = reign.term.target_seconds;
            if self.elapsed(&reign, last) <= target {
                return None;
            }
            let reached = self.reach(&reign, target)?;
            let exceeded = self.reach(&reign, target.saturating_add(1))?;
            let reopened = self.timeline.reopenings().filter(|at| self.start < *at && *at < exceeded).last();
            Some(reached.max(from).max(reopened.unwrap_or(reached)))
        })
    }

    /// The reigns within the run, with the first and the last instant of each.
    fn reigns(&self) -> impl Iterator<Item = (Reign<'a>, i64, i64)> + '_ {
        let reigns = &self.timeline.reigns;
        let known = reigns.partition_point(|reign| reign.from < self.terms_before).max(1);
        reigns[..known].iter().enumerate().filter_map(move |(index, reign)| {
            let from = reign.from.max(self.start);
            let next = reigns[..known].get(index + 1);
            let last = next.map_or(self.last, |next| self.last.min(next.from - 1));
            (from <= last).then_some((*reign, from, last))
        })
    }

    /// The running stretches of the run, cut to `[from, to)`.
    fn running(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let from = from.max(self.start);
        let running = self.timeline.stretches.iter().filter(|stretch| stretch.phase == Phase::Running);
        running
            .map(move |stretch| (stretch.from.max(from), stretch.to.min(to)))
            .filter(|(from, to)| from < to)
    }
}
