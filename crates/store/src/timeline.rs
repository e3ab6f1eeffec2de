//! The timeline: one row for each journal entry that a clock cares about. Clocks are folds over it; it is a
//! projection of the journal, rebuilt and checked like every other table.

use mainstay_core::{Instant, Result, Value, table::Table};
use uuid::Uuid;

use crate::{
    dialect::{Cell, quoted},
    engine::{Conn, Row},
};

/// Whose message an entry recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The customer or user wrote.
    Customer,
    /// Staff answered, visibly for the customer.
    Staff,
}

impl Reply {
    /// Stored word.
    pub const fn name(self) -> &'static str {
        match self {
            Reply::Customer => "customer",
            Reply::Staff => "staff",
        }
    }
}

/// What a clock sees of one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Position of the entry in the journal.
    pub position: u64,
    /// The record.
    pub record: Uuid,
    /// Claimed time of the entry.
    pub occurred_at: Instant,
    /// State after it.
    pub state: String,
    /// Reason for waiting after it.
    pub waiting_reason: Option<String>,
    /// Priority after it.
    pub priority: Option<i64>,
    /// Agreement after it.
    pub agreement: Option<Uuid>,
    /// Whose message it was.
    pub reply: Option<Reply>,
}

/// Columns in order.
pub const COLUMNS: &[&str] =
    &["position", "record", "occurred_at", "state", "waiting_reason", "priority", "agreement", "reply"];
const CELLS: &[Cell] =
    &[Cell::Int, Cell::Id, Cell::Instant, Cell::Text, Cell::Text, Cell::Int, Cell::Id, Cell::Text];

impl Point {
    /// As a row.
    pub fn to_row(&self) -> Row {
        vec![
            Value::from(self.position),
            Value::Id(self.record),
            Value::Instant(self.occurred_at),
            Value::Text(self.state.clone()),
            Value::from(self.waiting_reason.clone()),
            Value::from(self.priority),
            Value::from(self.agreement),
            Value::from(self.reply.map(Reply::name)),
        ]
    }

    fn from_row(row: &Row) -> Option<Self> {
        Some(Self {
            position: u64::try_from(row[0].as_int()?).ok()?,
            record: row[1].as_id()?,
            occurred_at: row[2].as_instant()?,
            state: row[3].as_text()?.to_owned(),
            waiting_reason: row[4].as_text().map(str::to_owned),
            priority: row[5].as_int(),
            agreement: row[6].as_id(),
            reply: match row[7].as_text() {
                Some("customer") => Some(Reply::Customer),
                Some("staff") => Some(Reply::Staff),
                _ => None,
            },
        })
    }
}

/// The points of one record, in the order of recording.
///
/// # Errors
/// Unavailable.
pub fn of_record(conn: &mut dyn Conn, record: Uuid) -> Result<Vec<Point>> {
    let sql = format!("select {} from timeline where record = ?1 order by position", COLUMNS.join(", "));
    let rows = conn.query(&conn.dialect().sql(&sql), &[Value::Id(record)], CELLS)?;
    Ok(rows.iter().filter_map(Point::from_row).collect())
}

/// The points of a range of positions, for reports that walk all records.
///
/// # Errors
/// Unavailable.
pub fn after(conn: &mut dyn Conn, position: i64, limit: u32) -> Result<Vec<Point>> {
    let sql =
        format!("select {} from timeline where position > ?1 order by position limit ?2", COLUMNS.join(", "));
    let rows =
        conn.query(&conn.dialect().sql(&sql), &[Value::Int(position), Value::Int(limit.into())], CELLS)?;
    Ok(rows.iter().filter_map(Point::from_row).collect())
}

/// The points of the records of a kind whose keys lie in `(after, up_to]`, record by record in the order of keys,
/// each record's in the order of recording: for reports that walk all records.
///
/// # Errors
/// Unavailable.
pub fn of_keys(conn: &mut dyn Conn, table: &Table, after: i64, up_to: i64) -> Result<Vec<Point>> {
    let columns: Vec<_> = COLUMNS.iter().map(|column| format!("t.{column}")).collect();
    let sql = format!(
        "select {} from timeline t join {} r on r.id = t.record where r.\"key\" > ?1 and r.\"key\" <= ?2 \
         order by r.\"key\", t.position",
        columns.join(", "),
        quoted(table.name)
    );
    let rows = conn.query(&conn.dialect().sql(&sql), &[Value::Int(after), Value::Int(up_to)], CELLS)?;
    Ok(rows.iter().filter_map(Point::from_row).collect())
}
