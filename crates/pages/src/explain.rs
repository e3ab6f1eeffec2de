//! How a clock came to what it shows: a strip of time, and the sum under it.

use askama::Template;

use crate::{clock::ClockView, frame::Frame, page, record::Shown, tone::Badge, when::At};

/// A page that explains the clocks of a record.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "explain.html")]
pub struct ExplainPage {
    /// The frame.
    pub frame: Frame,
    /// The record's ref.
    pub reference: String,
    /// The record's title.
    pub title: String,
    /// The record's page.
    pub href: String,
    /// The clocks.
    pub clocks: Vec<ExplainedClock>,
}

/// A clock with its derivation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExplainedClock {
    /// Goal and stand.
    pub clock: ClockView,
    /// What was agreed and how it is counted: agreement, calendar, zone, target, start, due.
    pub facts: Vec<Shown>,
    /// The strip of time.
    pub strip: Strip,
    /// The stretches, in order: they tile the time.
    pub stretches: Vec<Stretch>,
    /// What they add up to.
    pub sums: Vec<Sum>,
    /// Whether the stretches add up to what the clock shows, and whether what was kept at closure agrees.
    pub checks: Vec<Badge>,
    /// All of it as text, to copy.
    pub text: String,
}

/// A stretch of time in which nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stretch {
    /// From when.
    pub from: At,
    /// Until when.
    pub to: At,
    /// What the clock did, with state and reason: `Running`, `Paused: customer`.
    pub doing: Badge,
    /// Why it counted so: `outside of working hours`.
    pub note: String,
    /// Working time in it.
    pub working: String,
    /// What was counted of it.
    pub counted: String,
}

/// A line of the sum.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sum {
    /// `Counted`, `Target`, `Left`.
    pub label: String,
    /// To the second.
    pub value: String,
    /// A line above it: it is the result.
    pub is_result: bool,
}

/// What a part of the strip shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// Working hours: shaded, behind everything.
    Working,
    /// The clock runs: solid.
    Running,
    /// The clock waits: hatched.
    Paused,
    /// The clock runs beyond its target: solid, red.
    Late,
    /// The clock is stopped.
    Stopped,
}

impl Paint {
    fn class(self) -> &'static str {
        match self {
            Paint::Working => "strip-working",
            Paint::Running => "strip-running",
            Paint::Paused => "strip-paused",
            Paint::Late => "strip-late",
            Paint::Stopped => "strip-stopped",
        }
    }

    fn is_behind(self) -> bool {
        self == Paint::Working
    }

    fn is_paused(self) -> bool {
        self == Paint::Paused
    }
}

/// A strip of time as a drawing. Positions are thousandths of its width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strip {
    /// Its parts, those behind first.
    pub parts: Vec<StripPart>,
    /// Marks: 50 %, 75 %, 100 %, now.
    pub marks: Vec<StripMark>,
    /// Ends of the strip, for people.
    pub ends: (String, String),
    /// What it shows, in a sentence, for those who do not see it.
    pub summary: String,
}

/// A part of the strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripPart {
    /// What it shows.
    pub paint: Paint,
    /// Where it begins.
    pub at: u16,
    /// How wide it is.
    pub width: u16,
    /// On hover.
    pub title: String,
}

/// A mark on the strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripMark {
    /// Where it stands.
    pub at: u16,
    /// What it says.
    pub label: String,
}

impl Strip {
    /// Places `[from, to)` of seconds on a strip that shows `[start, end)`: position and width in thousandths, at
    /// least one wide; none if it lies outside.
    pub fn place(start: i64, end: i64, from: i64, to: i64) -> Option<(u16, u16)> {
        let (from, to) = (from.max(start), to.min(end));
        let length = i128::from(end) - i128::from(start);
        if length <= 0 || from >= to {
            return None;
        }
        let part =
            |instant: i64| u16::try_from((i128::from(instant) - i128::from(start)) * 1_000 / length).ok();
        let (from, to) = (part(from)?.min(999), part(to)?);
        Some((from, (to.saturating_sub(from)).max(1)))
    }
}

page!(ExplainPage);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_placed_in_thousandths_and_cut_at_the_ends_of_the_strip() {
        assert_eq!(Strip::place(0, 100, 25, 75), Some((250, 500)));
        assert_eq!(Strip::place(0, 100, -50, 50), Some((0, 500)));
        assert_eq!(Strip::place(0, 1_000_000, 5, 6), Some((0, 1)));
        assert_eq!(Strip::place(0, 100, 100, 200), None);
        assert_eq!(Strip::place(5, 5, 0, 10), None);
        assert_eq!(Strip::place(i64::MIN, i64::MAX, 0, i64::MAX), Some((500, 500)));
    }
}
