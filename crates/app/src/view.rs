//! What a question looks at: the records as they are now. Every read of every face goes through a view, so that
//! the same code answers for now and for any earlier instant.

use mainstay_core::{Instant, Result};
use mainstay_store::{Conn, Store};

use crate::app::App;

/// The records at one instant.
#[derive(Clone)]
pub struct View<'a> {
    source: Source<'a>,
}

#[derive(Clone)]
enum Source<'a> {
    Now(&'a Store),
}

impl View<'_> {
    /// Runs `read` on a connection to the records of this view.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.source {
            Source::Now(store) => store.read(read),
        }
    }

    /// Runs `read` in a transaction that sees one state throughout. Keep it short.
    ///
    /// # Errors
    /// What `read` says; unavailable.
    pub fn snapshot<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.source {
            Source::Now(store) => store.snapshot(read),
        }
    }

    /// The earlier instant that is looked at; none for now.
    pub fn as_of(&self) -> Option<Instant> {
        match &self.source {
            Source::Now(_) => None,
        }
    }
}

impl App {
    /// The records as they are now.
    pub fn view(&self) -> View<'_> {
        View { source: Source::Now(self.store()) }
    }
}
