//! Calendar and clock mathematics: working time, due times and the verdict of a ticket's clock.
//!
//! This crate never reads a clock, a file, the environment or the zone of the process, and it depends on
//! no other crate of Mainstay. Every instant it works with is an argument; time zones come from the tz
//! database that is compiled in ([`zone_database`]). Same arguments, same answer, on every machine.
//!
//! An instant is a UTC time with a resolution of one second; an interval is half open, `[start, end)`.
//!
//! - [`Interval`] and [`IntervalSet`]: lengths of unions, so that overlaps count once.
//! - [`Calendar`]: which instants are working time, in versions, in a zone, with holidays.
//! - [`read`], [`next_wake`], [`reached`]: a ticket's clock as a fold over its steps and terms.

mod calendar;
mod clock;
mod instant;
mod interval;
mod interval_set;

pub use calendar::{
    Calendar, CalendarError, CalendarVersion, DayException, HORIZON_SECONDS, Minute, Week, Window,
    WindowProblem, WindowTextError, zone_database,
};
pub use clock::{
    ClockInput, ClockInputError, Glance, OnChange, Phase, Reading, Reopening, Reset, Segment, Step, Term,
    Verdict, glance, next_exceeded, next_wake, reached, read,
};
pub use instant::{Instant, whole_second};
pub use interval::{Interval, NegativeDuration};
pub use interval_set::IntervalSet;
