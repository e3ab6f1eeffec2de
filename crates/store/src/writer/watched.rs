//! A connection that remembers whether a statement has failed on it: PostgreSQL takes no more statements in a
//! transaction then, and answers its `commit` with a rollback.

use mainstay_core::{Result, Value};

use crate::{
    dialect::{Cell, Dialect},
    engine::{Conn, Row, Texts},
};

/// The writer's connection during one transaction.
pub(super) struct Watched<'a> {
    conn: &'a mut dyn Conn,
    failed: bool,
}

impl<'a> Watched<'a> {
    pub(super) fn over(conn: &'a mut dyn Conn) -> Self {
        Self { conn, failed: false }
    }

    /// True when the transaction is lost, not only the act.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        self.failed |= result.is_err();
        result
    }
}

impl Conn for Watched<'_> {
    fn texts(&mut self) -> &mut Texts {
        self.conn.texts()
    }

    fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    fn query(&mut self, sql: &str, params: &[Value], cells: &[Cell]) -> Result<Vec<Row>> {
        let result = self.conn.query(sql, params, cells);
        self.note(result)
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let result = self.conn.execute(sql, params);
        self.note(result)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        let result = self.conn.batch(sql);
        self.note(result)
    }

    fn statements(&self) -> u64 {
        self.conn.statements()
    }

    fn take_statistics(&mut self) -> Result<()> {
        let result = self.conn.take_statistics();
        self.note(result)
    }

    fn upkeep(&mut self, idle: bool) -> Result<()> {
        let result = self.conn.upkeep(idle);
        self.note(result)
    }
}
