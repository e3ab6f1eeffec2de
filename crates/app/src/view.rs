//! What a question looks at: the records as they are now, or as they were at an earlier instant. Every read of every
//! face goes through a view, so that the same code answers for now and for then.

use mainstay_core::{Instant, Result};
use mainstay_store::Conn;

use crate::{app::App, context::Context};

/// The records at one instant.
#[derive(Clone)]
pub struct View<'a> {
    app: &'a App,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Now,
}

impl<'a> View<'a> {
    /// Runs `read` on a connection to the records of this view.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.source {
            Source::Now => self.app.store().read(read),
        }
    }

    /// Runs `read` in a transaction that sees one state throughout. Keep it short.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn snapshot<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.source {
            Source::Now => self.app.store().snapshot(read),
        }
    }

    /// The earlier instant that is looked at; none for now.
    pub fn as_of(&self) -> Option<Instant> {
        match &self.source {
            Source::Now => None,
        }
    }

    /// The instant at which clocks are read: the one that is looked at, or what time it is. Whole seconds UTC.
    ///
    /// # Errors
    /// A bug when the clock shows no time.
    pub fn now(&self) -> Result<Instant> {
        match self.as_of() {
            Some(instant) => Ok(instant),
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
}
