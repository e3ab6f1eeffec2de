//! A table as pages of rows in the order of its key: what copies and comparisons of whole tables walk over, in
//! bounded memory.

use mainstay_core::{Result, Value, table::Table};

use crate::{
    dialect::{Cell, quoted},
    engine::{Conn, Row},
    rows,
    schema::Own,
};

/// Rows of a page.
pub const PAGE: u32 = 1000;

/// A table with its columns and its key.
#[derive(Debug, Clone)]
pub struct Paged {
    /// Name of the table.
    pub table: &'static str,
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Their cells.
    pub cells: Vec<Cell>,
    /// Places of the columns that order the rows and tell them apart.
    pub key: Vec<usize>,
}

impl From<&Table> for Paged {
    fn from(table: &Table) -> Self {
        let mut columns = vec!["key"];
        columns.extend(table.columns.iter().map(|column| column.name));
        Self { table: table.name, columns, cells: rows::cells(table), key: vec![0] }
    }
}

impl From<&Own> for Paged {
    fn from(own: &Own) -> Self {
        Self { table: own.name, columns: own.names(), cells: own.cells(), key: own.key_places() }
    }
}

impl Paged {
    /// The key of a row.
    pub fn key_of(&self, row: &Row) -> Vec<Value> {
        self.key.iter().map(|at| row.get(*at).cloned().unwrap_or(Value::Null)).collect()
    }

    fn key_columns(&self) -> String {
        let names: Vec<_> = self.key.iter().map(|at| quoted(self.columns[*at])).collect();
        names.join(", ")
    }

    fn places(&self) -> String {
        let places: Vec<_> = (1..=self.key.len()).map(|at| format!("?{at}")).collect();
        places.join(", ")
    }

    fn select(&self) -> String {
        let columns: Vec<_> = self.columns.iter().map(|column| quoted(column)).collect();
        format!("select {} from {}", columns.join(", "), quoted(self.table))
    }

    /// The rows behind a key, or the first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn after(&self, conn: &mut dyn Conn, key: Option<&[Value]>) -> Result<Vec<Row>> {
        let columns = self.key_columns();
        let beyond = match key {
            None => String::new(),
            Some(_) => format!(" where ({columns}) > ({})", self.places()),
        };
        let sql = format!("{}{beyond} order by {columns} limit {PAGE}", self.select());
        let sql = conn.dialect().sql(&sql);
        conn.query(&sql, key.unwrap_or_default(), &self.cells)
    }

    /// The row with this key.
    ///
    /// # Errors
    /// Unavailable.
    pub fn find(&self, conn: &mut dyn Conn, key: &[Value]) -> Result<Option<Row>> {
        let sql = format!("{} where ({}) = ({})", self.select(), self.key_columns(), self.places());
        let sql = conn.dialect().sql(&sql);
        conn.first(&sql, key, &self.cells)
    }

    /// Removes the row with this key.
    ///
    /// # Errors
    /// Unavailable.
    pub fn delete(&self, conn: &mut dyn Conn, key: &[Value]) -> Result<()> {
        let sql = format!(
            "delete from {} where ({}) = ({})",
            quoted(self.table),
            self.key_columns(),
            self.places()
        );
        let sql = conn.dialect().sql(&sql);
        conn.execute(&sql, key).map(|_| ())
    }

    /// Writes rows.
    ///
    /// # Errors
    /// Unavailable, conflict for a doubled key.
    pub fn insert(&self, conn: &mut dyn Conn, rows: &[Row]) -> Result<()> {
        rows::insert_many(conn, self.table, &self.columns, rows, "")
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// Unavailable.
    pub fn count(&self, conn: &mut dyn Conn) -> Result<u64> {
        let sql = format!("select count(*) from {}", quoted(self.table));
        let row = conn.first(&sql, &[], &[Cell::Int])?;
        Ok(row.and_then(|row| row[0].as_int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// Shows every row, page by page.
    ///
    /// # Errors
    /// Unavailable; what `see` says.
    pub fn walk(&self, conn: &mut dyn Conn, see: &mut dyn FnMut(Vec<Row>) -> Result<()>) -> Result<()> {
        let mut key: Option<Vec<Value>> = None;
        loop {
            let page = self.after(conn, key.as_deref())?;
            let Some(last) = page.last() else { return Ok(()) };
            key = Some(self.key_of(last));
            see(page)?;
        }
    }
}
