//! Steps and terms brought into the form that the arithmetic needs: stretches and reigns in whole seconds.

use std::sync::LazyLock;

use super::{ClockInput, OnChange, Phase, Reopening, Term};
use crate::calendar::Calendar;
use crate::instant::{Instant, seconds_of};

/// What the derivation calls the time before the first step.
const BEFORE_FIRST_STEP: &str = "started";

/// Stands in where an input has no term: nothing is promised, so nothing can be breached.
static NOTHING_PROMISED: LazyLock<Term> = LazyLock::new(|| Term {
    from: Instant::MIN,
    target_seconds: i64::MAX,
    calendar: Calendar::always(),
    calendar_name: "24x7".to_owned(),
    agreement: "no agreement".to_owned(),
    on_change: OnChange::FromStart,
});

/// One phase from one instant to the next step. Stretches tile `[start, end)`; some have no length, since
/// two steps may share a second and a stop counts even then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) phase: Phase,
    pub(super) label: &'a str,
}

/// The time during which a term is in force: from `from` up to the `from` of the next reign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reign<'a> {
    pub(super) from: i64,
    /// Index of the term in the input.
    pub(super) index: usize,
    pub(super) term: &'a Term,
}

/// The life of a clock as far as it is known at the instant of evaluation.
#[derive(Debug)]
pub(super) struct Timeline<'a> {
    pub(super) start: i64,
    /// Where the reading ends: `now`, or the last step of a settled clock.
    pub(super) end: i64,
    /// Nothing can change the reading any more.
    pub(super) settled: bool,
    /// At least one; the last one holds at `end`.
    pub(super) stretches: Vec<Stretch<'a>>,
    /// In order, at least one; the last ones may begin after `end`.
    pub(super) reigns: Vec<Reign<'a>>,
    restarts: bool,
}

impl<'a> Timeline<'a> {
    /// The timeline of `input` as seen at `now`: later steps and terms have not happened yet.
    pub(super) fn new(input: &'a ClockInput, now: Instant) -> Timeline<'a> {
        let start = seconds_of(input.start);
        let now = seconds_of(now).max(start);
        let mut steps: Vec<(i64, Phase, &str)> =
            input.steps.iter().map(|step| (seconds_of(step.at), step.phase, step.label.as_str())).collect();
        steps.sort_by_key(|(at, ..)| *at);
        let known = steps.partition_point(|(at, ..)| *at <= now);
        let mut settled = input.final_ && known == steps.len();
        steps.truncate(known);
        if input.reopening == Reopening::FirstStopCounts
            && let Some(first) = steps.iter().position(|(_, phase, _)| *phase == Phase::Stopped)
        {
            steps.truncate(first + 1);
            settled = true;
        }
        settled &= steps.last().is_some_and(|(_, phase, _)| *phase == Phase::Stopped);
        let end = match steps.last() {
            Some((at, ..)) if settled => (*at).max(start),
            _ => now,
        };
        Timeline {
            start,
            end,
            settled,
            stretches: stretches(&steps, start, end),
            reigns: reigns(&input.terms, start),
            restarts: input.reopening == Reopening::Restart,
        }
    }

    /// The phase at the end of the reading.
    pub(super) fn phase(&self) -> Phase {
        self.stretches.last().map_or(Phase::Running, |stretch| stretch.phase)
    }

    /// When the clock stopped, each time: the starts of stopped time.
    pub(super) fn stops(&self) -> impl Iterator<Item = i64> + '_ {
        let before = std::iter::once(None).chain(self.stretches.iter().map(|stretch| Some(stretch.phase)));
        let stops = |(stretch, before): &(&Stretch<'_>, Option<Phase>)| {
            stretch.phase == Phase::Stopped && *before != Some(Phase::Stopped)
        };
        self.stretches.iter().zip(before).filter(stops).map(|(stretch, _)| stretch.from)
    }

    /// When the clock went on after a stop, each time.
    pub(super) fn reopenings(&self) -> impl Iterator<Item = i64> + '_ {
        let pairs = self.stretches.windows(2);
        pairs.filter_map(|pair| {
            (pair[0].phase == Phase::Stopped && pair[1].phase != Phase::Stopped).then_some(pair[1].from)
        })
    }

    /// The starts of the runs: the clock's start and, if a reopening starts anew, each reopening.
    pub(super) fn run_starts(&self) -> Vec<i64> {
        let reopenings = self.reopenings().filter(|_| self.restarts);
        std::iter::once(self.start).chain(reopenings).collect()
    }

    /// The reign that holds at `instant`; the first one before any.
    pub(super) fn reign_at(&self, instant: i64) -> Reign<'a> {
        let after = self.reigns.partition_point(|reign| reign.from <= instant);
        self.reigns[after.saturating_sub(1)]
    }
}

impl<'a> Reign<'a> {
    /// From where the term counts within a run that began at `run_start`.
    pub(super) fn base(&self, run_start: i64) -> i64 {
        match self.term.on_change {
            OnChange::FromChange => self.from.max(run_start),
            OnChange::FromStart => run_start,
        }
    }

    /// The term's calendar.
    pub(super) fn calendar(&self) -> &'a Calendar {
        &self.term.calendar
    }
}

fn stretches<'a>(steps: &[(i64, Phase, &'a str)], start: i64, end: i64) -> Vec<Stretch<'a>> {
    let mut stretches = Vec::with_capacity(steps.len() + 1);
    if steps.first().is_none_or(|(at, ..)| *at > start) {
        stretches.push(Stretch { from: start, to: end, phase: Phase::Running, label: BEFORE_FIRST_STEP });
    }
    for (at, phase, label) in steps {
        let from = (*at).max(start);
        if let Some(before) = stretches.last_mut() {
            before.to = from;
        }
        stretches.push(Stretch { from, to: end, phase: *phase, label });
    }
    stretches
}

fn reigns(terms: &[Term], start: i64) -> Vec<Reign<'_>> {
    if terms.is_empty() {
        return vec![Reign { from: start, index: 0, term: &NOTHING_PROMISED }];
    }
    let mut reigns: Vec<Reign<'_>> = terms
        .iter()
        .enumerate()
        .map(|(index, term)| {
            let from = if index == 0 { start } else { seconds_of(term.from).max(start) };
            Reign { from, index, term }
        })
        .collect();
    reigns.sort_by_key(|reign| reign.from);
    reigns
}
