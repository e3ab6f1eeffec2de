//! A ticket's clock (metrics section 2): pure functions of the steps of the ticket, the terms of its
//! agreement, their calendars, and an instant of evaluation. Nothing is stored that could drift.

mod check;
mod progress;
mod reading;
mod segments;
mod timeline;
mod wake;

use serde::{Deserialize, Serialize};

pub use check::ClockInputError;
pub use reading::{Reading, Reset, Verdict, read};
pub use segments::Segment;
pub use wake::{Glance, glance, next_exceeded, next_wake, reached};

use crate::calendar::Calendar;
use crate::instant::Instant;

/// What a ticket's state means for a clock, as the kind of the ticket says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The clock counts working time.
    Running,
    /// The ticket waits for the customer or an agreed date (metrics 2.2); nothing counts.
    Paused,
    /// The ticket is answered, resolved, fulfilled or closed; nothing counts.
    Stopped,
}

/// A change of phase. It holds from `at` on, until the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When the phase begins. A step that begins before the clock's start counts from the start.
    pub at: Instant,
    /// The phase from then on.
    pub phase: Phase,
    /// State and waiting reason in words, for the derivation.
    pub label: String,
}

/// From where a new target counts after a change of priority, service or agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnChange {
    /// From the original start of the clock, on the new term's calendar (metrics 2.4).
    FromStart,
    /// From the change; what ran before is not counted.
    FromChange,
}

/// What is promised from an instant on: a target on a calendar, by an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// When the term begins to apply. The first term applies from the clock's start, whatever is written here.
    pub from: Instant,
    /// The target in seconds of working time.
    pub target_seconds: i64,
    /// The calendar that says what working time is.
    pub calendar: Calendar,
    /// The calendar's name, for the derivation.
    pub calendar_name: String,
    /// Reference and version of the agreement, for the derivation.
    pub agreement: String,
    /// From where the target counts if this is not the first term.
    pub on_change: OnChange,
}

/// What it means when a stopped ticket runs or waits again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopening {
    /// Later running stretches add to the same clock; the time in between counts nothing (metrics 2.3).
    Continue,
    /// The count starts anew at the reopening; the earlier run keeps its own verdict.
    Restart,
    /// The first stop decides once and for all, as for a response clock; what follows is not looked at.
    FirstStopCounts,
}

/// All that a clock is computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockInput {
    /// Where the clock starts, usually the reported time. For merged tickets the earliest one (metrics E25).
    pub start: Instant,
    /// Changes of phase, sorted by `at`; of steps at the same instant the last one holds. The clock runs
    /// until the first step.
    pub steps: Vec<Step>,
    /// The terms, sorted by `from`; at least one.
    pub terms: Vec<Term>,
    /// What a reopening means.
    pub reopening: Reopening,
    /// The ticket is closed and no more steps will come: a reading ends at the last step and stays the same
    /// for ever, whatever is agreed later.
    pub final_: bool,
}
