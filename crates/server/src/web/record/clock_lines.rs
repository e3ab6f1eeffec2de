//! The clocks of a record in a line each, or why none runs.

use mainstay_app::{
    explain::Clock,
    query::{Query, RecordView},
};
use mainstay_core::Result;
use mainstay_pages::{ClockStand, ClockView, list::NewLink};
use mainstay_time::{Phase, Verdict};

use super::moves::may_edit;
use crate::web::{list::open_states, show::Show};

pub(super) fn clocks(
    ask: &Query<'_>,
    record: &RecordView,
    show: &Show<'_>,
    path: &str,
) -> Result<Vec<ClockView>> {
    if record.kind.def.clocks.is_empty() {
        return Ok(Vec::new());
    }
    let explained = ask.clocks(record)?;
    let href = show.then(&format!("{path}/clocks"));
    Ok(explained.clocks.iter().map(|clock| clock_view(clock, show).explained_at(href.clone())).collect())
}

/// Why nothing is counted for an open record: what is promised follows from its priority and its agreement.
pub(super) fn no_clock(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Option<NewLink> {
    let kind = record.kind;
    let counts = kind.def.field("agreement").is_some() && kind.def.field("priority").is_some();
    if !counts || !record.internal || !open_states(kind).contains(&record.state()) {
        return None;
    }
    let edit = || if may_edit(ask, record) { format!("{path}/edit") } else { String::new() };
    if record.value("agreement").is_null() {
        return Some(NewLink { label: show.words.say("no-clock-agreement").to_owned(), href: String::new() });
    }
    let has_no_priority = record.value("priority").is_null();
    has_no_priority.then(|| NewLink { label: show.words.say("no-clock-priority").to_owned(), href: edit() })
}

/// A clock as a reading shows it.
pub(in crate::web) fn clock_view(clock: &Clock, show: &Show<'_>) -> ClockView {
    let reading = &clock.reading;
    let (took_seconds, left_seconds) = (reading.elapsed_seconds, reading.remaining_seconds);
    let stopped = reading.phase == Phase::Stopped;
    let stand = match (reading.verdict, reading.breached_at) {
        (Verdict::Breached, _) if stopped => ClockStand::Missed { took_seconds },
        (Verdict::Breached, Some(breached_at)) => ClockStand::Breached { breached_at },
        (Verdict::Breached, None) => ClockStand::Missed { took_seconds },
        (Verdict::Met, _) => ClockStand::Met { took_seconds },
        (Verdict::Paused, _) => ClockStand::Paused { left_seconds },
        (Verdict::Running, _) => ClockStand::Running { due_at: reading.due, left_seconds },
    };
    let times = (reading.elapsed_seconds, reading.target_seconds);
    ClockView::new(&show.words.goal(clock.goal), stand, times, show.now, &show.zone, show.words)
}
