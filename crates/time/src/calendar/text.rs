//! Reading the definition from JSON or TOML with errors that name the day and the window.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::definition::{DayException, WEEKDAYS, Week, weekday_name};
use super::window::{Window, WindowTextError};

const CLOSED: &str = "closed";

/// A day whose text cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{day}: {problem}")]
pub(super) struct DayTextError<D: fmt::Display> {
    day: D,
    problem: ExceptionTextError,
}

/// The text of a day that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExceptionTextError {
    #[error(transparent)]
    Window(#[from] WindowTextError),
    #[error("{0:?} is neither \"closed\" nor a list of windows")]
    Word(String),
}

/// A week with its windows still as text, so that an error can say which day it is on.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WeekText {
    monday: Vec<String>,
    tuesday: Vec<String>,
    wednesday: Vec<String>,
    thursday: Vec<String>,
    friday: Vec<String>,
    saturday: Vec<String>,
    sunday: Vec<String>,
}

impl TryFrom<WeekText> for Week {
    type Error = DayTextError<&'static str>;

    fn try_from(text: WeekText) -> Result<Week, Self::Error> {
        let WeekText { monday, tuesday, wednesday, thursday, friday, saturday, sunday } = text;
        let days = [monday, tuesday, wednesday, thursday, friday, saturday, sunday];
        let mut week = Week::default();
        for (weekday, texts) in WEEKDAYS.into_iter().zip(days) {
            let windows = windows_of_texts(&texts)
                .map_err(|error| DayTextError { day: weekday_name(weekday), problem: error.into() })?;
            *week.on_mut(weekday) = windows;
        }
        Ok(week)
    }
}

/// An exception as written: a word or a list of windows.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum ExceptionText {
    Word(String),
    Windows(Vec<String>),
}

impl TryFrom<ExceptionText> for DayException {
    type Error = ExceptionTextError;

    fn try_from(text: ExceptionText) -> Result<DayException, ExceptionTextError> {
        match text {
            ExceptionText::Word(word) if word == CLOSED => Ok(DayException::Closed),
            ExceptionText::Word(word) => Err(ExceptionTextError::Word(word)),
            ExceptionText::Windows(texts) => Ok(DayException::Open(windows_of_texts(&texts)?)),
        }
    }
}

impl From<DayException> for ExceptionText {
    fn from(exception: DayException) -> ExceptionText {
        match exception {
            DayException::Closed => ExceptionText::Word(CLOSED.to_owned()),
            DayException::Open(windows) => {
                ExceptionText::Windows(windows.iter().map(Window::to_string).collect())
            }
        }
    }
}

/// `serde(with)` for the map of exceptions: errors name the date.
pub(super) mod exceptions {
    use super::*;

    pub(in super::super) fn serialize<S: serde::Serializer>(
        map: &BTreeMap<Date, DayException>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        map.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Date, DayException>, D::Error> {
        let texts: BTreeMap<Date, ExceptionText> = BTreeMap::deserialize(deserializer)?;
        let read = |(date, text): (Date, ExceptionText)| {
            let exception = text.try_into().map_err(|problem| DayTextError { day: date, problem })?;
            Ok((date, exception))
        };
        let map: Result<_, DayTextError<Date>> = texts.into_iter().map(read).collect();
        map.map_err(serde::de::Error::custom)
    }
}

fn windows_of_texts(texts: &[String]) -> Result<Vec<Window>, WindowTextError> {
    texts.iter().map(|text| text.parse()).collect()
}
