//! The narrow connection that both databases implement. Nothing above this file knows which one it has.

pub mod postgres;
pub mod sqlite;

use std::{collections::HashMap, sync::Arc};

use mainstay_core::{Result, Value};

use crate::dialect::{Cell, Dialect};

/// A row of a query, one value for each cell asked for.
pub type Row = Vec<Value>;

/// What a statement of a table is for: operation and column, or operation and number of rows.
pub type Purpose = (&'static str, &'static str, usize);

/// Texts of statements that were built from descriptors, so that each is built once for a connection.
#[derive(Debug, Default)]
pub struct Texts(HashMap<Purpose, Arc<str>>);

impl Texts {
    /// The text for this purpose.
    pub fn get(&mut self, purpose: Purpose, build: &dyn Fn() -> String) -> Arc<str> {
        self.0.entry(purpose).or_insert_with(|| build().into()).clone()
    }
}

/// A connection.
pub trait Conn: Send {
    /// The connection's statement texts.
    fn texts(&mut self) -> &mut Texts;

    /// Which SQL it speaks.
    fn dialect(&self) -> Dialect;

    /// Runs a query and reads each row as `cells` say.
    ///
    /// # Errors
    /// Unavailable when the database cannot be reached or its disk fails, conflict for a doubled unique value,
    /// otherwise a bug.
    fn query(&mut self, sql: &str, params: &[Value], cells: &[Cell]) -> Result<Vec<Row>>;

    /// Runs a statement and says how many rows it changed.
    ///
    /// # Errors
    /// As [`query`](Conn::query).
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64>;

    /// Runs statements that take no parameters.
    ///
    /// # Errors
    /// As [`query`](Conn::query).
    fn batch(&mut self, sql: &str) -> Result<()>;

    /// How many statements this connection has run, for budgets in tests.
    fn statements(&self) -> u64;

    /// The first row of a query.
    ///
    /// # Errors
    /// As [`query`](Conn::query).
    fn first(&mut self, sql: &str, params: &[Value], cells: &[Cell]) -> Result<Option<Row>> {
        Ok(self.query(sql, params, cells)?.into_iter().next())
    }

    /// Lets the database look at its tables where they have grown, so that it chooses the right index. Connections
    /// that are opened afterwards know of it.
    ///
    /// # Errors
    /// As [`query`](Conn::query).
    fn take_statistics(&mut self) -> Result<()>;

    /// The upkeep that belongs between two groups of the writer: small merges, the write-ahead log.
    ///
    /// # Errors
    /// As [`query`](Conn::query).
    fn upkeep(&mut self, idle: bool) -> Result<()>;
}
