//! The outbox and the clocks' wake-up table: what must happen next, decided in the transaction of its cause.
//! Also leases with fencing numbers, so that one of several nodes works at a time.

use std::collections::BTreeMap;

use mainstay_core::{Result, Value};
use uuid::Uuid;

use crate::{
    dialect::Cell,
    engine::{Conn, Row},
    rows::insert_many,
    writer::ClockRow,
};

/// A message that waits to be carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What is to be done: `clock.warned`.
    pub topic: String,
    /// A text that makes a second message of the same cause impossible.
    pub once: String,
    /// What the worker needs.
    pub content: serde_json::Value,
    /// Not before, UTC milliseconds.
    pub due_at_ms: i64,
}

/// A message in a worker's hands.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// Number of the message.
    pub id: i64,
    /// The message.
    pub message: Message,
    /// Fencing number: a later claim has a higher one, and only the latest may finish the message.
    pub fence: i64,
    /// How often it was tried before.
    pub attempts: i64,
}

pub(crate) fn enqueue(conn: &mut dyn Conn, messages: Vec<(i64, Message)>) -> Result<()> {
    let mut rows: Vec<Row> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (id, message) in messages {
        if !seen.insert(message.once.clone()) {
            continue;
        }
        rows.push(vec![
            Value::Int(id),
            Value::Text(message.topic),
            Value::Text(message.once),
            Value::Json(message.content),
            Value::Int(message.due_at_ms),
            Value::Int(0),
            Value::Int(0),
            Value::Int(0),
        ]);
    }
    let columns = ["id", "topic", "once", "content", "due_at_ms", "attempts", "leased_until_ms", "fence"];
    insert_many(conn, "outbox", &columns, &rows, "on conflict (once) do nothing")
}

/// Takes due messages for `lease_ms`; nobody else gets them until the lease ends. To be run in the writer.
///
/// # Errors
/// Unavailable.
pub fn claim(conn: &mut dyn Conn, now_ms: i64, lease_ms: i64, most: u32) -> Result<Vec<Claimed>> {
    let sql = conn.dialect().sql(
        "select id, topic, once, content, due_at_ms, fence, attempts from outbox \
         where done_at_ms is null and due_at_ms <= ?1 and leased_until_ms <= ?1 order by due_at_ms, id limit ?2",
    );
    let cells = [Cell::Int, Cell::Text, Cell::Text, Cell::Json, Cell::Int, Cell::Int, Cell::Int];
    let rows = conn.query(&sql, &[Value::Int(now_ms), Value::Int(most.into())], &cells)?;
    let mut claimed = Vec::new();
    for row in rows {
        let [
            Value::Int(id),
            Value::Text(topic),
            Value::Text(once),
            content,
            Value::Int(due),
            Value::Int(fence),
            Value::Int(attempts),
        ] = row.as_slice()
        else {
            continue;
        };
        let content = match content {
            Value::Json(json) => json.clone(),
            _ => serde_json::Value::Null,
        };
        let sql = conn.dialect().sql(
            "update outbox set leased_until_ms = ?2, fence = fence + 1, attempts = attempts + 1 where id = ?1",
        );
        conn.execute(&sql, &[Value::Int(*id), Value::Int(now_ms + lease_ms)])?;
        claimed.push(Claimed {
            id: *id,
            message: Message { topic: topic.clone(), once: once.clone(), content, due_at_ms: *due },
            fence: fence + 1,
            attempts: *attempts,
        });
    }
    Ok(claimed)
}

/// Marks a message as done if the claim still holds. Returns false when somebody else has it by now.
///
/// # Errors
/// Unavailable.
pub fn finish(conn: &mut dyn Conn, claimed: &Claimed, now_ms: i64) -> Result<bool> {
    let sql = conn
        .dialect()
        .sql("update outbox set done_at_ms = ?3 where id = ?1 and fence = ?2 and done_at_ms is null");
    let params = [Value::Int(claimed.id), Value::Int(claimed.fence), Value::Int(now_ms)];
    Ok(conn.execute(&sql, &params)? == 1)
}

/// Gives a message back after a failure, to be tried again later.
///
/// # Errors
/// Unavailable.
pub fn give_back(conn: &mut dyn Conn, claimed: &Claimed, retry_at_ms: i64, failure: &str) -> Result<bool> {
    let sql = conn.dialect().sql(
        "update outbox set leased_until_ms = 0, due_at_ms = ?3, failure = ?4 \
         where id = ?1 and fence = ?2 and done_at_ms is null",
    );
    let params =
        [Value::Int(claimed.id), Value::Int(claimed.fence), Value::Int(retry_at_ms), Value::from(failure)];
    Ok(conn.execute(&sql, &params)? == 1)
}

/// A lease on a named duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The duty.
    pub name: String,
    /// Grows with each new holder; whoever holds a lower one is too late.
    pub fence: i64,
}

/// Takes or renews the lease on a duty. None while another holder's lease runs. To be run in the writer.
///
/// # Errors
/// Unavailable.
pub fn lease(
    conn: &mut dyn Conn,
    name: &str,
    holder: &str,
    now_ms: i64,
    for_ms: i64,
) -> Result<Option<Lease>> {
    let sql = conn.dialect().sql("select holder, fence, until_ms from lease where name = ?1");
    let row = conn.first(&sql, &[Value::from(name)], &[Cell::Text, Cell::Int, Cell::Int])?;
    let fence = match row.as_deref() {
        Some([Value::Text(other), Value::Int(fence), Value::Int(until)]) => {
            if other != holder && *until > now_ms {
                return Ok(None);
            }
            // A holder whose lease had run out may have been overtaken: it starts anew.
            if other == holder && *until > now_ms { *fence } else { fence + 1 }
        }
        _ => 1,
    };
    let sql = conn.dialect().sql(
        "insert into lease(name, holder, fence, until_ms) values (?1, ?2, ?3, ?4) on conflict (name) do update set \
         holder = excluded.holder, fence = excluded.fence, until_ms = excluded.until_ms",
    );
    conn.execute(
        &sql,
        &[Value::from(name), Value::from(holder), Value::Int(fence), Value::Int(now_ms + for_ms)],
    )?;
    Ok(Some(Lease { name: name.to_owned(), fence }))
}

/// True while nobody has taken the lease over.
///
/// # Errors
/// Unavailable.
pub fn holds(conn: &mut dyn Conn, lease: &Lease, now_ms: i64) -> Result<bool> {
    let sql = conn.dialect().sql("select fence, until_ms from lease where name = ?1");
    let row = conn.first(&sql, &[Value::from(lease.name.as_str())], &[Cell::Int, Cell::Int])?;
    Ok(
        matches!(row.as_deref(), Some([Value::Int(fence), Value::Int(until)]) if *fence == lease.fence && *until > now_ms),
    )
}

const CLOCK_COLUMNS: [&str; 7] =
    ["record", "goal", "due_at", "wake_at", "wake_percent", "warned_percent", "breached_at"];

/// Writes rows of the clocks' wake-up table.
///
/// # Errors
/// Unavailable.
pub fn write_clocks(conn: &mut dyn Conn, clocks: &BTreeMap<(Uuid, String), ClockRow>) -> Result<()> {
    let rows: Vec<Row> = clocks
        .iter()
        .map(|((record, goal), clock)| {
            vec![
                Value::Id(*record),
                Value::from(goal.as_str()),
                Value::from(clock.due_at),
                Value::from(clock.wake_at),
                Value::from(clock.wake_percent),
                Value::Int(clock.warned_percent),
                Value::from(clock.breached_at),
            ]
        })
        .collect();
    let update = "on conflict (record, goal) do update set due_at = excluded.due_at, wake_at = excluded.wake_at, \
                  wake_percent = excluded.wake_percent, warned_percent = excluded.warned_percent, \
                  breached_at = excluded.breached_at";
    insert_many(conn, "clock", &CLOCK_COLUMNS, &rows, update)
}

fn clock_of(row: &Row) -> ClockRow {
    ClockRow {
        due_at: row[2].as_instant(),
        wake_at: row[3].as_instant(),
        wake_percent: row[4].as_int(),
        warned_percent: row[5].as_int().unwrap_or(0),
        breached_at: row[6].as_instant(),
    }
}

const CLOCK_CELLS: [Cell; 7] =
    [Cell::Id, Cell::Text, Cell::Instant, Cell::Instant, Cell::Int, Cell::Int, Cell::Instant];

/// What the scheduler knows of one clock.
///
/// # Errors
/// Unavailable.
pub fn clock(conn: &mut dyn Conn, record: Uuid, goal: &str) -> Result<Option<ClockRow>> {
    let sql = format!("select {} from clock where record = ?1 and goal = ?2", CLOCK_COLUMNS.join(", "));
    let row = conn.first(&conn.dialect().sql(&sql), &[Value::Id(record), Value::from(goal)], &CLOCK_CELLS)?;
    Ok(row.as_ref().map(clock_of))
}

/// Clocks that must be looked at by `now`: record and goal, the most overdue first.
///
/// # Errors
/// Unavailable.
pub fn due_clocks(
    conn: &mut dyn Conn,
    now: mainstay_core::Instant,
    limit: u32,
) -> Result<Vec<(Uuid, String)>> {
    let sql = conn
        .dialect()
        .sql("select record, goal from clock where wake_at <= ?1 order by wake_at, record, goal limit ?2");
    let params = [Value::Instant(now), Value::Int(limit.into())];
    let rows = conn.query(&sql, &params, &[Cell::Id, Cell::Text])?;
    Ok(rows.iter().filter_map(|row| Some((row[0].as_id()?, row[1].as_text()?.to_owned()))).collect())
}

/// The clocks that must be looked at first: when, whose, which goal.
pub(crate) fn first_wakes(
    conn: &mut dyn Conn,
    limit: u32,
) -> Result<Vec<(mainstay_core::Instant, Uuid, String)>> {
    let sql = conn.dialect().sql(
        "select wake_at, record, goal from clock where wake_at is not null \
         order by wake_at, record, goal limit ?1",
    );
    let rows = conn.query(&sql, &[Value::Int(limit.into())], &[Cell::Instant, Cell::Id, Cell::Text])?;
    let wake = |row: &Row| Some((row[0].as_instant()?, row[1].as_id()?, row[2].as_text()?.to_owned()));
    Ok(rows.iter().filter_map(wake).collect())
}

/// When the next clock must be looked at.
///
/// # Errors
/// Unavailable.
pub fn next_wake(conn: &mut dyn Conn) -> Result<Option<mainstay_core::Instant>> {
    let sql = "select min(wake_at) from clock where wake_at is not null";
    Ok(conn.first(sql, &[], &[Cell::Instant])?.and_then(|row| row[0].as_instant()))
}
