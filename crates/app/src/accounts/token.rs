//! API tokens: made by a person or by the operator for a person, shown once, read-only or not, for a year at
//! most. A token never has more rights than its person has at that moment.

use std::sync::Arc;

use mainstay_core::{
    Error, Instant, Result, Value,
    unseen::{self, Lines},
};
use mainstay_journal::Json;
use mainstay_store::Cell;
use serde::Serialize;
use uuid::Uuid;

use super::{Accounts, By, Secret, instant, int, journal, principal, text};
use crate::rights::{Credential, Principal};

/// What every token begins with, so that it is recognised where it should not be.
pub const PREFIX: &str = "mainstay_";
/// Longest life.
const MOST_DAYS: u32 = 365;
/// Most living tokens of one person.
const MOST_TOKENS: i64 = 20;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How exactly the last use is kept.
const USED_EVERY_MS: i64 = 60 * 60 * 1000;

/// A token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenView {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// Only reads.
    pub read_only: bool,
    /// When it was made.
    pub made_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// About when it was used last.
    pub used_at: Option<Instant>,
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Only reads.
    pub read_only: bool,
    /// Days until it ends.
    pub days: u32,
}

impl Accounts<'_> {
    /// Makes a token. The secret is given this once.
    ///
    /// # Errors
    /// Invalid for a name that is missing or a life that is too long; conflict when the person has too many tokens
    /// or no account.
    pub fn make_token(&self, person: Uuid, new: &NewToken, by: By<'_>) -> Result<(Secret, TokenView)> {
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 || unseen::problem(&name, Lines::One).is_some() {
            return Err(Error::field("name", "says in up to 100 characters what the token is for"));
        }
        if new.days == 0 || new.days > MOST_DAYS {
            return Err(Error::field("days", format!("lies between 1 and {MOST_DAYS}")));
        }
        let secret = Secret::fresh(PREFIX)?;
        let now_ms = self.now_ms();
        let expires_ms = now_ms + i64::from(new.days) * DAY_MS;
        let id = crate::command::fresh_ids()?.uuid(instant(now_ms));
        let view = TokenView {
            id,
            name: name.clone(),
            read_only: new.read_only,
            made_at: instant(now_ms),
            expires_at: instant(expires_ms),
            used_at: None,
        };
        let (hash, read_only, channel, by) = (secret.sha256(), new.read_only, by.channel(), by.text());
        self.write(move |tx| {
            let sql = tx.conn().dialect().sql("select 1 from account where person = ?1 and disabled_at_ms is null");
            if tx.conn().first(&sql, &[Value::Id(person)], &[Cell::Int])?.is_none() {
                return Err(Error::conflict("this person has no account that could have a token")
                    .hint("Make the account first: `mainstay user add`."));
            }
            let sql = tx.conn().dialect().sql(
                "select count(*) from api_token where person = ?1 and ended_at_ms is null and expires_at_ms > ?2",
            );
            let count = tx.conn().first(&sql, &[Value::Id(person), Value::Int(now_ms)], &[Cell::Int])?;
            if count.is_some_and(|row| int(&row, 0) >= MOST_TOKENS) {
                return Err(Error::conflict(format!("a person has at most {MOST_TOKENS} tokens"))
                    .hint("End one that is not used any more."));
            }
            tx.execute_later(
                "insert into api_token(id, token_sha256, person, name, read_only, made_at_ms, expires_at_ms) \
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                vec![
                    Value::Id(id),
                    Value::Bytes(hash.clone()),
                    Value::Id(person),
                    Value::from(name.as_str()),
                    Value::Bool(read_only),
                    Value::Int(now_ms),
                    Value::Int(expires_ms),
                ],
            );
            let values =
                [("token", Json::Text(id.to_string())), ("expires_at_ms", Json::Int(expires_ms))];
            journal(tx, "token.make", person, &by, channel, &values);
            Ok(())
        })?;
        Ok((secret, view))
    }

    /// The person of a token, with the rights of now.
    ///
    /// # Errors
    /// Unavailable.
    pub fn of_token(&self, token: &Secret) -> Result<Option<Arc<Principal>>> {
        if !token.expose().starts_with(PREFIX) {
            return Ok(None);
        }
        let (hash, now_ms) = (token.sha256(), self.now_ms());
        if let Some(principal) = self.app.memory().believed(&hash, now_ms) {
            return Ok(Some(principal));
        }
        let found = self.read(|conn| {
            let sql = conn.dialect().sql(
                "select t.id, t.person, t.read_only, t.used_at_ms from api_token t join account a on a.person = t.person \
                 and a.disabled_at_ms is null where t.token_sha256 = ?1 and t.ended_at_ms is null and t.expires_at_ms > ?2",
            );
            let cells = [Cell::Id, Cell::Id, Cell::Bool, Cell::Int];
            let params = [Value::Bytes(hash.clone()), Value::Int(now_ms)];
            let Some(row) = conn.first(&sql, &params, &cells)? else { return Ok(None) };
            let (Some(id), Some(person)) = (row[0].as_id(), row[1].as_id()) else { return Ok(None) };
            let credential = Credential::Token { id, read_only: row[2].as_bool() == Some(true) };
            let used = row[3].as_int().unwrap_or_default();
            let principal = principal::load(conn, person, now_ms, credential)?;
            Ok(principal.map(|principal| (id, used, Arc::new(principal))))
        })?;
        let Some((id, used, principal)) = found else { return Ok(None) };
        self.app.memory().believe(&hash, now_ms, &principal);
        if now_ms - used >= USED_EVERY_MS {
            self.app.store().write(move |tx| {
                let params = vec![Value::Id(id), Value::Int(now_ms)];
                tx.execute_later("update api_token set used_at_ms = ?2 where id = ?1", params);
                Ok(())
            })?;
        }
        Ok(Some(principal))
    }

    /// The tokens of a person that are alive, newest first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn tokens(&self, person: Uuid) -> Result<Vec<TokenView>> {
        let now_ms = self.now_ms();
        self.read(|conn| {
            let sql = conn.dialect().sql(
                "select id, name, read_only, made_at_ms, expires_at_ms, used_at_ms from api_token where person = ?1 \
                 and ended_at_ms is null and expires_at_ms > ?2 order by made_at_ms desc",
            );
            let cells = [Cell::Id, Cell::Text, Cell::Bool, Cell::Int, Cell::Int, Cell::Int];
            let rows = conn.query(&sql, &[Value::Id(person), Value::Int(now_ms)], &cells)?;
            Ok(rows
                .into_iter()
                .map(|row| TokenView {
                    id: row[0].as_id().unwrap_or_default(),
                    name: text(&row, 1).unwrap_or_default(),
                    read_only: row[2].as_bool() == Some(true),
                    made_at: instant(int(&row, 3)),
                    expires_at: instant(int(&row, 4)),
                    used_at: row[5].as_int().map(instant),
                })
                .collect())
        })
    }

    /// Ends a token.
    ///
    /// # Errors
    /// Not found when the person has no such token.
    pub fn end_token(&self, person: Uuid, token: Uuid, by: By<'_>) -> Result<()> {
        let (now_ms, channel, by) = (self.now_ms(), by.channel(), by.text());
        self.write(move |tx| {
            let sql = tx
                .conn()
                .dialect()
                .sql("select 1 from api_token where id = ?1 and person = ?2 and ended_at_ms is null");
            if tx.conn().first(&sql, &[Value::Id(token), Value::Id(person)], &[Cell::Int])?.is_none() {
                return Err(Error::not_found("the token"));
            }
            let params = vec![Value::Id(token), Value::Int(now_ms)];
            tx.execute_later("update api_token set ended_at_ms = ?2 where id = ?1", params);
            journal(tx, "token.end", person, &by, channel, &[("token", Json::Text(token.to_string()))]);
            Ok(())
        })
    }
}
