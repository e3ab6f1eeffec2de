//! What a calendar is as data: versions, a week, exceptions. Readable as JSON and TOML.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::text::{ExceptionText, WeekText, exceptions};
use super::window::Window;
use crate::instant::Instant;

/// One version of a calendar. It governs the instants from its `valid_from` up to that of the next version.
///
/// ```toml
/// valid_from = "2026-01-01T00:00:00Z"
/// zone = "Europe/London"
/// week = { monday = ["09:00-17:30"], friday = ["09:00-12:00", "13:00-16:00"] }
/// exceptions = { 2026-12-25 = "closed", 2026-12-27 = ["10:00-14:00"] }
/// reasons = { 2026-12-25 = "Christmas Day" }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarVersion {
    /// The first instant it governs; none: from the beginning of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Instant>,
    /// The IANA name of the zone whose local dates and clock readings are meant, for example `Europe/Berlin`.
    pub zone: String,
    /// The whole time line is working time (24x7). Then `week` and `exceptions` must be empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always_open: bool,
    /// The windows of each weekday.
    #[serde(default, skip_serializing_if = "Week::is_empty")]
    pub week: Week,
    /// Local dates that differ from their weekday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "exceptions")]
    pub exceptions: BTreeMap<Date, DayException>,
    /// Why a date is an exception, for people; each date must be one of `exceptions`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<Date, String>,
}

/// The windows of each weekday. Windows of one day may overlap; they count as their union.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WeekText")]
#[allow(missing_docs)] // seven names of days
pub struct Week {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub monday: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tuesday: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wednesday: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thursday: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub friday: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub saturday: Vec<Window>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sunday: Vec<Window>,
}

/// What a date is instead of its weekday. Written `"closed"` or a list of windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ExceptionText", try_from = "ExceptionText")]
pub enum DayException {
    /// A holiday: no window starts on this date. What reaches into it from the evening before stays, since
    /// that part belongs to the day on which its window started.
    Closed,
    /// An extra working day or other hours. It wins over the weekday.
    Open(Vec<Window>),
}

impl CalendarVersion {
    /// A version that is valid from the beginning, in `zone`, with the windows of `week`.
    pub fn of_week(zone: &str, week: Week) -> CalendarVersion {
        CalendarVersion { zone: zone.to_owned(), week, ..CalendarVersion::default() }
    }

    /// The 24x7 version: the whole time line is working time.
    pub fn always_open() -> CalendarVersion {
        CalendarVersion { zone: "UTC".to_owned(), always_open: true, ..CalendarVersion::default() }
    }
}

impl Week {
    /// The same windows from Monday to Friday.
    pub fn monday_to_friday(windows: &[Window]) -> Week {
        let mut week = Week::every_day(windows);
        week.saturday.clear();
        week.sunday.clear();
        week
    }

    /// The same windows on all seven days.
    pub fn every_day(windows: &[Window]) -> Week {
        let mut week = Week::default();
        for weekday in WEEKDAYS {
            week.on_mut(weekday).extend_from_slice(windows);
        }
        week
    }

    /// The windows that start on `weekday`.
    pub fn on(&self, weekday: Weekday) -> &[Window] {
        match weekday {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    /// The windows that start on `weekday`, to be changed.
    pub fn on_mut(&mut self, weekday: Weekday) -> &mut Vec<Window> {
        match weekday {
            Weekday::Monday => &mut self.monday,
            Weekday::Tuesday => &mut self.tuesday,
            Weekday::Wednesday => &mut self.wednesday,
            Weekday::Thursday => &mut self.thursday,
            Weekday::Friday => &mut self.friday,
            Weekday::Saturday => &mut self.saturday,
            Weekday::Sunday => &mut self.sunday,
        }
    }

    /// Whether no day has a window.
    pub fn is_empty(&self) -> bool {
        WEEKDAYS.iter().all(|weekday| self.on(*weekday).is_empty())
    }
}

impl DayException {
    /// The windows that start on the date.
    pub fn windows(&self) -> &[Window] {
        match self {
            DayException::Closed => &[],
            DayException::Open(windows) => windows,
        }
    }
}

/// Monday to Sunday.
pub(crate) const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The name of a weekday in words for people.
pub(crate) fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
