//! What a question looks at: the records as they are now, or as they were at an earlier instant. Every read of every
//! face goes through a view, so that the same code answers for now and for then.

use std::sync::Arc;

use jiff::{civil::Date, tz::TimeZone};
use mainstay_core::{Error, ErrorKind, Instant, Result, value::whole_second};
use mainstay_store::{
    Conn,
    journal::{self, Stored},
};
use uuid::Uuid;

use crate::{app::App, context::Context, past::Past};

/// The records at one instant.
#[derive(Clone)]
pub struct View<'a> {
    app: &'a App,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Now,
    Then(Instant, Arc<Past>),
}

impl<'a> View<'a> {
    /// Runs `read` on a connection to the records of this view.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.source {
            Source::Now => self.app.store().read(read),
            Source::Then(_, past) => past.readers.read(read).map_err(|error| self.unreadable(past, error)),
        }
    }

    /// Runs `read` in a transaction that sees one state throughout. Keep it short.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn snapshot<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.source {
            Source::Now => self.app.store().snapshot(read),
            Source::Then(_, past) => {
                past.readers.snapshot(read).map_err(|error| self.unreadable(past, error))
            }
        }
    }

    /// The earlier instant that is looked at; none for now.
    pub fn as_of(&self) -> Option<Instant> {
        match &self.source {
            Source::Now => None,
            Source::Then(instant, _) => Some(*instant),
        }
    }

    /// Runs `read` on a connection to the journal, with the first position that this view does not see: an entry at
    /// or behind it is of a later time. The journal is the living one, for entries never change; what was erased
    /// since is not there any more.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn journal<T>(&self, read: impl FnOnce(&mut dyn Conn, u64) -> Result<T>) -> Result<T> {
        let until = match &self.source {
            Source::Now => u64::MAX,
            Source::Then(_, past) => past.mark.position,
        };
        self.app.store().read(|conn| read(conn, until))
    }

    /// Entries about a record that this view sees, in order, after a position; at most `limit`.
    ///
    /// # Errors
    /// Unavailable.
    pub fn history(&self, record: Uuid, after: i64, limit: u32) -> Result<Vec<Stored>> {
        self.journal(|conn, until| {
            let mut entries = journal::of_record(conn, record, after, limit)?;
            entries.retain(|entry| entry.position < until);
            Ok(entries)
        })
    }

    fn unreadable(&self, past: &Past, error: Error) -> Error {
        if *error.kind() != ErrorKind::Unavailable {
            return error;
        }
        self.app.forget_past(past);
        Error::unavailable("the file with the records of then cannot be read", error)
            .hint("It was thrown away. Ask again; it is made anew from the journal.")
    }

    /// The instant at which clocks are read: the one that is looked at, or what time it is. Whole seconds UTC.
    ///
    /// # Errors
    /// A bug when the clock shows no time.
    pub fn now(&self) -> Result<Instant> {
        match self.as_of() {
            Some(instant) => Ok(whole_second(instant)),
            None => self.app.now(),
        }
    }

    /// The kinds and tables.
    pub fn context(&self) -> &'a Context {
        self.app.context()
    }
}

impl App {
    /// The records as they are now.
    pub fn view(&self) -> View<'_> {
        View { app: self, source: Source::Now }
    }

    /// The records as they were: as the acts that were recorded at or before `instant` made them. What was erased
    /// since is not there, and who may see what is decided by the rights of today. The first view of a past puts its
    /// records together from the journal, later ones find them. Before the first entry there is nothing.
    ///
    /// # Errors
    /// Bad input, field `as_of`, for an instant in the future; unavailable.
    pub fn view_as_of(&self, instant: Instant) -> Result<View<'_>> {
        Ok(View { app: self, source: Source::Then(instant, self.past_at(instant)?) })
    }
}

/// Reads an instant of the past as people write it: `2026-03-01T12:00:00Z`, or a date, which means the end of that
/// day in UTC.
///
/// # Errors
/// Bad input, field `as_of`.
pub fn parse_as_of(text: &str) -> Result<Instant> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Ok(instant);
    }
    // A date with a time but without an offset is neither.
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    let end = date.and_then(|date| {
        let next = date.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Instant::from_millisecond(next.as_millisecond() - 1).ok()
    });
    end.ok_or_else(|| {
        Error::field("as_of", format!("\"{text}\" is no date like 2026-01-31 and no instant"))
            .hint("Write an instant like 2026-01-31T12:00:00Z, or a date for the end of that day in UTC.")
    })
}
