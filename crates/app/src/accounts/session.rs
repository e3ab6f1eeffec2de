//! Sessions of browsers: found by the hash of their token, ended by the person, by time, or with the account.

use std::sync::Arc;

use mainstay_core::{Error, Instant, Result, Value};
use mainstay_store::{Cell, WriteTx};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{Accounts, By, Secret, events, instant, int, principal, text};
use crate::rights::{Credential, Principal};

/// A session ends after an hour without a request.
pub const IDLE_MS: i64 = 60 * 60 * 1000;
/// And after twelve hours in any case.
pub const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1000;
/// How exactly the last request of a session is kept: a write for each would be one too many.
const SEEN_EVERY_MS: i64 = 60 * 1000;
/// Longest text of a browser's name that is kept.
const MOST_OF_AN_AGENT: usize = 200;

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Its id.
    pub id: Uuid,
    /// When the person signed in.
    pub made_at: Instant,
    /// About when it was used last.
    pub seen_at: Instant,
    /// When it ends at the latest.
    pub ends_at: Instant,
    /// From where.
    pub address: Option<String>,
    /// With what browser, as it says itself.
    pub agent: Option<String>,
}

/// Makes a session in the writer.
pub(super) fn make(
    tx: &mut WriteTx<'_>,
    token: &Secret,
    id: Uuid,
    person: Uuid,
    generation: i64,
    now_ms: i64,
    (address, agent): (Option<&str>, Option<&str>),
) {
    let agent = agent.map(|agent| agent.chars().take(MOST_OF_AN_AGENT).collect::<String>());
    tx.execute_later(
        "insert into session(id, token_sha256, person, generation, made_at_ms, seen_at_ms, proved_at_ms, address, agent) \
         values (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?6, ?7)",
        vec![
            Value::Id(id),
            Value::Bytes(token.sha256()),
            Value::Id(person),
            Value::Int(generation),
            Value::Int(now_ms),
            address.map_or(Value::Null, Value::from),
            agent.map_or(Value::Null, Value::Text),
        ],
    );
}

impl Accounts<'_> {
    /// The person of a session, with the rights of now; none when it has ended or never was.
    ///
    /// # Errors
    /// Unavailable.
    pub fn of_session(&self, token: &Secret) -> Result<Option<Arc<Principal>>> {
        let (hash, now_ms) = (token.sha256(), self.now_ms());
        if let Some(principal) = self.app.memory().believed(&hash, now_ms) {
            return Ok(Some(principal));
        }
        let found = self.read(|conn| {
            let sql = conn.dialect().sql(
                "select s.id, s.person, s.made_at_ms, s.seen_at_ms, s.proved_at_ms from session s join account a \
                 on a.person = s.person and a.generation = s.generation and a.disabled_at_ms is null \
                 where s.token_sha256 = ?1 and s.ended_at_ms is null",
            );
            let cells = [Cell::Id, Cell::Id, Cell::Int, Cell::Int, Cell::Int];
            let Some(row) = conn.first(&sql, &[Value::Bytes(hash.clone())], &cells)? else { return Ok(None) };
            let (made, seen) = (int(&row, 2), int(&row, 3));
            if now_ms - made >= ABSOLUTE_MS || now_ms - seen >= IDLE_MS + SEEN_EVERY_MS {
                return Ok(None);
            }
            let (Some(id), Some(person)) = (row[0].as_id(), row[1].as_id()) else { return Ok(None) };
            let credential = Credential::Session { id, proved_at: instant(int(&row, 4)) };
            let principal = principal::load(conn, person, now_ms, credential)?;
            Ok(principal.map(|principal| (id, seen, Arc::new(principal))))
        })?;
        let Some((id, seen, principal)) = found else { return Ok(None) };
        self.app.memory().believe(&hash, now_ms, &principal);
        if now_ms - seen >= SEEN_EVERY_MS {
            self.app.store().write(move |tx| {
                let params = vec![Value::Id(id), Value::Int(now_ms)];
                tx.execute_later("update session set seen_at_ms = ?2 where id = ?1", params);
                Ok(())
            })?;
        }
        Ok(Some(principal))
    }

    /// The sessions of a person that have not ended, newest first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn sessions(&self, person: Uuid) -> Result<Vec<SessionView>> {
        let now_ms = self.now_ms();
        self.read(|conn| {
            let sql = conn.dialect().sql(
                "select s.id, s.made_at_ms, s.seen_at_ms, s.address, s.agent from session s join account a on \
                 a.person = s.person and a.generation = s.generation where s.person = ?1 and s.ended_at_ms is null \
                 and s.made_at_ms > ?2 and s.seen_at_ms > ?3 order by s.made_at_ms desc",
            );
            let params =
                [Value::Id(person), Value::Int(now_ms - ABSOLUTE_MS), Value::Int(now_ms - IDLE_MS - SEEN_EVERY_MS)];
            let cells = [Cell::Id, Cell::Int, Cell::Int, Cell::Text, Cell::Text];
            let rows = conn.query(&sql, &params, &cells)?;
            Ok(rows
                .into_iter()
                .map(|row| SessionView {
                    id: row[0].as_id().unwrap_or_default(),
                    made_at: instant(int(&row, 1)),
                    seen_at: instant(int(&row, 2)),
                    ends_at: instant(int(&row, 1) + ABSOLUTE_MS),
                    address: text(&row, 3),
                    agent: text(&row, 4),
                })
                .collect())
        })
    }

    /// Ends a session of a person.
    ///
    /// # Errors
    /// Not found when the person has no such session.
    pub fn end_session(&self, person: Uuid, session: Uuid) -> Result<()> {
        let now_ms = self.now_ms();
        self.write(move |tx| {
            let sql = tx
                .conn()
                .dialect()
                .sql("select 1 from session where id = ?1 and person = ?2 and ended_at_ms is null");
            let found = tx.conn().first(&sql, &[Value::Id(session), Value::Id(person)], &[Cell::Int])?;
            if found.is_none() {
                return Err(Error::not_found("the session"));
            }
            let params = vec![Value::Id(session), Value::Int(now_ms)];
            tx.execute_later("update session set ended_at_ms = ?2 where id = ?1", params);
            events::keep(tx, now_ms, "session_ended", Some(person), None, &json!({ "session": session }));
            Ok(())
        })
    }

    /// Ends every session of a person, as after a lost device. Tokens stay.
    ///
    /// # Errors
    /// Unavailable.
    pub fn end_sessions(&self, person: Uuid, by: By<'_>) -> Result<()> {
        let (now_ms, by) = (self.now_ms(), by.text());
        self.write(move |tx| {
            let params = vec![Value::Id(person), Value::Int(now_ms)];
            tx.execute_later(
                "update session set ended_at_ms = ?2 where person = ?1 and ended_at_ms is null",
                params,
            );
            events::keep(tx, now_ms, "sessions_ended", Some(person), None, &json!({ "by": by }));
            Ok(())
        })
    }
}
