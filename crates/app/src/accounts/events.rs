//! Security events: sign-ins, denials, tokens, exports, limits. Kept beside the journal, since they are many
//! and hold addresses.

use mainstay_core::{Instant, Result, Value};
use mainstay_store::{Cell, WriteTx};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Accounts, instant, int, text};

/// Most events that one question gives.
const MOST: u32 = 1000;

/// Something that happened around accounts and rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityEvent {
    /// When.
    pub at: Instant,
    /// What: `signed_in`, `sign_in_refused`, `denied`, `throttled`, `session_ended`, …
    pub event: String,
    /// Whose account, when one is known.
    pub person: Option<Uuid>,
    /// From which address.
    pub address: Option<String>,
    /// What else is known; no secret.
    pub content: Json,
}

impl Accounts<'_> {
    /// Keeps an event.
    ///
    /// # Errors
    /// Unavailable.
    pub fn note_event(
        &self,
        event: &'static str,
        person: Option<Uuid>,
        address: Option<&str>,
        content: Json,
    ) -> Result<()> {
        let address = address.map(str::to_owned);
        let now_ms = self.now_ms();
        // Only a change of credentials changes what is believed, so this goes past `write`.
        self.app.store().write(move |tx| {
            keep(tx, now_ms, event, person, address.as_deref(), &content);
            Ok(())
        })
    }

    /// The newest events, newest first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn events(&self, limit: u32) -> Result<Vec<SecurityEvent>> {
        self.read(|conn| {
            let sql = conn.dialect().sql(
                "select at_ms, event, person, address, content from security_event order by id desc limit ?1",
            );
            let cells = [Cell::Int, Cell::Text, Cell::Id, Cell::Text, Cell::Json];
            let rows = conn.query(&sql, &[Value::Int(limit.min(MOST).into())], &cells)?;
            Ok(rows
                .into_iter()
                .map(|row| SecurityEvent {
                    at: instant(int(&row, 0)),
                    event: text(&row, 1).unwrap_or_default(),
                    person: row[2].as_id(),
                    address: text(&row, 3),
                    content: row[4].to_json(),
                })
                .collect())
        })
    }
}

pub(super) fn keep(
    tx: &mut WriteTx<'_>,
    at_ms: i64,
    event: &str,
    person: Option<Uuid>,
    address: Option<&str>,
    content: &Json,
) {
    let head = tx.head();
    let id = head.next_key;
    head.next_key += 1;
    let content = if content.is_null() { json!({}) } else { content.clone() };
    tx.execute_later(
        "insert into security_event(id, at_ms, event, person, address, content) values (?1, ?2, ?3, ?4, ?5, ?6)",
        vec![
            Value::Int(id),
            Value::Int(at_ms),
            Value::from(event),
            Value::from(person),
            address.map_or(Value::Null, Value::from),
            Value::Json(content),
        ],
    );
}
