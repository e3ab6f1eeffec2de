//! What a definition must fulfil before it can be used as a calendar.

use jiff::civil::Date;

use super::definition::{CalendarVersion, DayException, WEEKDAYS, weekday_name};
use super::window::{Window, WindowProblem};
use crate::instant::Instant;

/// Why a definition is no calendar, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// There is nothing to compute with.
    #[error("a calendar needs at least one version")]
    NoVersion,
    /// Two versions claim the same instants.
    #[error("two versions are {}; only one can govern an instant", validity(.valid_from))]
    SameStart {
        /// The `valid_from` that both have.
        valid_from: Option<Instant>,
    },
    /// The zone is not in the tz database.
    #[error("the version {}: {zone:?} is not the name of a time zone (write it like Europe/London)", validity(.valid_from))]
    UnknownZone {
        /// Which version.
        valid_from: Option<Instant>,
        /// The name as written.
        zone: String,
    },
    /// 24x7 and windows contradict each other.
    #[error("the version {} is always open and has windows or exceptions as well; keep one of both", validity(.valid_from))]
    AlwaysOpenWithHours {
        /// Which version.
        valid_from: Option<Instant>,
    },
    /// A window that cannot be meant.
    #[error("the version {}: {day}, window {window}: {problem}", validity(.valid_from))]
    Window {
        /// Which version.
        valid_from: Option<Instant>,
        /// The weekday or the date.
        day: String,
        /// The window as written.
        window: Window,
        /// What is wrong with it.
        problem: WindowProblem,
    },
    /// An exception that says open and names no time.
    #[error("the version {}: {date} is open without a window; write \"closed\" for a holiday", validity(.valid_from))]
    OpenWithoutWindow {
        /// Which version.
        valid_from: Option<Instant>,
        /// The date of the exception.
        date: Date,
    },
    /// A reason that explains nothing.
    #[error("the version {}: {date} has a reason but is no exception", validity(.valid_from))]
    ReasonWithoutException {
        /// Which version.
        valid_from: Option<Instant>,
        /// The date of the reason.
        date: Date,
    },
}

fn validity(valid_from: &Option<Instant>) -> String {
    match valid_from {
        Some(instant) => format!("valid from {instant}"),
        None => "valid from the beginning".to_owned(),
    }
}

/// Checks one version by itself; its zone is checked where it is looked up.
pub(super) fn check_version(version: &CalendarVersion) -> Result<(), CalendarError> {
    let valid_from = version.valid_from;
    if version.always_open && !(version.week.is_empty() && version.exceptions.is_empty()) {
        return Err(CalendarError::AlwaysOpenWithHours { valid_from });
    }
    for weekday in WEEKDAYS {
        check_windows(valid_from, version.week.on(weekday), || weekday_name(weekday).to_owned())?;
    }
    for (date, exception) in &version.exceptions {
        if matches!(exception, DayException::Open(windows) if windows.is_empty()) {
            return Err(CalendarError::OpenWithoutWindow { valid_from, date: *date });
        }
        check_windows(valid_from, exception.windows(), || date.to_string())?;
    }
    match version.reasons.keys().find(|date| !version.exceptions.contains_key(date)) {
        Some(date) => Err(CalendarError::ReasonWithoutException { valid_from, date: *date }),
        None => Ok(()),
    }
}

fn check_windows(
    valid_from: Option<Instant>,
    windows: &[Window],
    day: impl Fn() -> String,
) -> Result<(), CalendarError> {
    for window in windows {
        if let Some(problem) = window.problem() {
            return Err(CalendarError::Window { valid_from, day: day(), window: *window, problem });
        }
    }
    Ok(())
}
