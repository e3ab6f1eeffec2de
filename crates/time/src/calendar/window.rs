//! Working windows of a day, as people write them: `09:00-17:30`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A local clock reading in whole minutes, `00:00` to `24:00` (the end of the day).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u16);

impl Minute {
    /// 00:00, the start of the day.
    pub const DAY_START: Minute = Minute(0);
    /// 24:00, the end of the day.
    pub const DAY_END: Minute = Minute(24 * 60);

    /// The reading `hour:minute`, or none if there is no such reading.
    pub fn new(hour: u16, minute: u16) -> Option<Minute> {
        let reading = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && reading <= Minute::DAY_END.0).then_some(Minute(reading))
    }

    /// Minutes since local midnight by the clock on the wall, 0 to 1440.
    pub fn of_day(self) -> u16 {
        self.0
    }

    pub(crate) fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

/// One working window of a day, from a clock reading up to but not including another.
///
/// A window whose end is not later than its start goes over midnight: `22:00-06:00`. The part after
/// midnight belongs to the day on which the window started (metrics 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first reading inside.
    pub from: Minute,
    /// The first reading after it.
    pub to: Minute,
}

/// Why a window makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowProblem {
    /// `09:00-09:00`: nothing or a whole day? It has to be said.
    #[error("it starts and ends at the same time; a whole day is written 00:00-24:00")]
    Empty,
    /// `24:00-06:00`: that window belongs to the next day.
    #[error("it starts at 24:00, which is 00:00 of the next day; write it there")]
    StartsAtDayEnd,
}

/// Text that is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no window; write it like 09:00-17:30 or 22:00-06:00, between 00:00 and 24:00")]
pub struct WindowTextError {
    /// The text as written.
    pub text: String,
}

impl Window {
    /// 00:00-24:00.
    pub const WHOLE_DAY: Window = Window { from: Minute::DAY_START, to: Minute::DAY_END };

    /// Whether the window ends on the day after the one on which it starts.
    pub fn is_over_midnight(self) -> bool {
        self.to <= self.from
    }

    /// What is wrong with the window, if anything.
    pub fn problem(self) -> Option<WindowProblem> {
        if self.from == self.to {
            Some(WindowProblem::Empty)
        } else if self.from == Minute::DAY_END {
            Some(WindowProblem::StartsAtDayEnd)
        } else {
            None
        }
    }

    /// Seconds of the starting day that the window covers.
    pub(crate) fn on_its_day(self) -> (i64, i64) {
        let end = if self.is_over_midnight() { Minute::DAY_END } else { self.to };
        (self.from.seconds(), end.seconds())
    }

    /// Seconds of the following day that the window covers; empty unless it goes over midnight.
    pub(crate) fn on_the_next_day(self) -> (i64, i64) {
        let end = if self.is_over_midnight() { self.to } else { Minute::DAY_START };
        (0, end.seconds())
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

impl FromStr for Window {
    type Err = WindowTextError;

    /// Reads `HH:MM-HH:MM`; spaces around the dash and an en dash are accepted too.
    fn from_str(text: &str) -> Result<Window, WindowTextError> {
        let halves = text.split_once(['-', '–']);
        let window = halves.and_then(|(from, to)| {
            Some(Window { from: minute_of_text(from.trim())?, to: minute_of_text(to.trim())? })
        });
        window.ok_or_else(|| WindowTextError { text: text.to_owned() })
    }
}

fn minute_of_text(text: &str) -> Option<Minute> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    Minute::new(hour.parse().ok()?, minute.parse().ok()?)
}

impl Serialize for Window {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Window, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_read_and_written_the_way_people_write_it() {
        for (text, written) in [
            ("09:00-17:30", "09:00-17:30"),
            ("22:00-06:00", "22:00-06:00"),
            ("00:00-24:00", "00:00-24:00"),
            (" 08:00 – 12:00 ", "08:00-12:00"),
        ] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), written, "{text}");
        }
    }

    #[test]
    fn text_that_is_no_window_is_refused() {
        for text in [
            "",
            "09:00",
            "9:00-17:30",
            "09:00-25:00",
            "09:60-10:00",
            "24:01-06:00",
            "+9:00-10:00",
            "09:00-17:30-18:00",
        ] {
            assert!(text.parse::<Window>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_window_over_midnight_has_a_part_on_each_day() {
        let night: Window = "22:00-06:00".parse().unwrap();
        assert!(night.is_over_midnight());
        assert_eq!((night.on_its_day(), night.on_the_next_day()), ((79_200, 86_400), (0, 21_600)));
        let until_midnight: Window = "22:00-00:00".parse().unwrap();
        assert_eq!(
            (until_midnight.on_its_day(), until_midnight.on_the_next_day()),
            ((79_200, 86_400), (0, 0))
        );
        let office: Window = "09:00-17:30".parse().unwrap();
        assert_eq!((office.on_its_day(), office.on_the_next_day()), ((32_400, 63_000), (0, 0)));
    }
}
