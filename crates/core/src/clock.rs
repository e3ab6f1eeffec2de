//! Clocks: in which states the time of a record runs towards a target (`metrics` section 2).

use crate::kind::Kind;

/// What a clock measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Goal {
    /// Reported time to the first reply or acknowledgement by a person. Never paused.
    Response,
    /// A customer's message to the next reply by staff.
    NextResponse,
    /// Reported time to the last resolved time.
    Resolution,
}

impl Goal {
    /// All goals, in the order of reports.
    pub const ALL: [Goal; 3] = [Goal::Response, Goal::NextResponse, Goal::Resolution];

    /// Stored word.
    pub const fn name(self) -> &'static str {
        match self {
            Goal::Response => "response",
            Goal::NextResponse => "next_response",
            Goal::Resolution => "resolution",
        }
    }

    /// The goal with this stored word.
    pub fn parse(name: &str) -> Option<Goal> {
        Goal::ALL.into_iter().find(|goal| goal.name() == name)
    }
}

/// A clock of kind `K`.
#[derive(Clone, Copy)]
pub struct Clock<K: Kind> {
    /// What it measures.
    pub goal: Goal,
    /// The field that holds its start.
    pub start: &'static str,
    /// States in which it runs.
    pub runs_in: &'static [K::State],
    /// States in which it may pause; whether it does, the agreement says by the reason for waiting.
    pub waits_in: &'static [K::State],
}

/// A clock without its kind.
#[derive(Debug, Clone)]
pub struct ClockDef {
    /// What it measures.
    pub goal: Goal,
    /// The field that holds its start.
    pub start: &'static str,
    /// States in which it runs, as stored.
    pub runs_in: Vec<&'static str>,
    /// States in which it may pause, as stored.
    pub waits_in: Vec<&'static str>,
}
