//! The derivation of a reading: stretches of time, each with what it counted and by which calendar.

use serde::Serialize;

use super::Phase;
use super::timeline::{Reign, Stretch, Timeline};
use crate::instant::{Instant, instant_of};

/// A stretch in which phase, term and calendar version stay the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// The first instant inside.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
    /// What the clock did.
    pub phase: Phase,
    /// State and waiting reason, as the step says.
    pub label: String,
    /// Index of the term in force during the segment.
    pub term: usize,
    /// Index of the term whose calendar measures the segment. It differs from `term` where a later term
    /// counts from the original start.
    pub measured_by: usize,
    /// Index of the version of that calendar.
    pub calendar_version: usize,
    /// Working time in the segment.
    pub business_seconds: i64,
    /// Working time that the clock counted: `business_seconds` while running, else 0.
    pub counted_seconds: i64,
    /// Whether the segment belongs to the count in force. Segments before a restart, or before a change from
    /// which a new target counts, do not.
    pub counts: bool,
    /// What happened to the time of the segment, in words.
    pub note: String,
}

/// The segments of a timeline, for the term in force at its end and the run that began at `run_start`.
pub(super) fn segments(timeline: &Timeline<'_>, current: &Reign<'_>, run_start: i64) -> Vec<Segment> {
    let base = current.base(run_start);
    // The base needs no cut of its own: it is the start of a reign or, at a reopening, of a stretch.
    let cuts: Vec<i64> = timeline.reigns.iter().map(|reign| reign.from).collect();
    let mut segments = Vec::with_capacity(timeline.stretches.len() + cuts.len());
    for stretch in &timeline.stretches {
        for (from, to) in cut(stretch.from, stretch.to, cuts.iter().copied()) {
            let in_force = timeline.reign_at(from);
            let counts = from >= base;
            let measure = if counts { *current } else { in_force };
            for (from, to) in cut(from, to, measure.calendar().version_borders(from, to)) {
                segments.push(segment(stretch, from, to, &in_force, &measure, counts, run_start));
            }
        }
    }
    segments
}

fn segment(
    stretch: &Stretch<'_>,
    from: i64,
    to: i64,
    in_force: &Reign<'_>,
    measure: &Reign<'_>,
    counts: bool,
    run_start: i64,
) -> Segment {
    let business_seconds = measure.calendar().worked(from, to);
    let counted_seconds = if stretch.phase == Phase::Running { business_seconds } else { 0 };
    let mut note = match stretch.phase {
        Phase::Running if business_seconds == 0 => "outside working time".to_owned(),
        Phase::Running => "counted".to_owned(),
        Phase::Paused => "paused, not counted".to_owned(),
        Phase::Stopped => "stopped, not counted".to_owned(),
    };
    if from < run_start {
        note.push_str("; belongs to the run before the reopening");
    } else if !counts {
        note.push_str("; before the change from which the target in force counts");
    } else if measure.index != in_force.index {
        note.push_str(&format!(
            "; measured on {} since {} counts from the start",
            measure.term.calendar_name, measure.term.agreement
        ));
    }
    Segment {
        from: instant_of(from),
        to: instant_of(to),
        phase: stretch.phase,
        label: stretch.label.to_owned(),
        term: in_force.index,
        measured_by: measure.index,
        calendar_version: measure.calendar().version_at(instant_of(from)),
        business_seconds,
        counted_seconds,
        counts,
        note,
    }
}

/// `[from, to)` cut at those of `cuts` that lie inside; nothing if it is empty.
fn cut(from: i64, to: i64, cuts: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
    let mut borders: Vec<i64> = cuts.filter(|at| from < *at && *at < to).chain([from, to]).collect();
    borders.sort_unstable();
    borders.dedup();
    borders.windows(2).map(|pair| (pair[0], pair[1])).collect()
}
