//! One-time links: the first set-up, an invitation, a password that is set anew, a sign-in of the demo. Used once,
//! for a short time, revoked by the next one of the same purpose and by a change of the password.

use mainstay_core::{Error, Result, Value};
use mainstay_store::{Cell, WriteTx};
use uuid::Uuid;

use super::{Accounts, Secret, int};

const MINUTE_MS: i64 = 60 * 1000;

/// What a one-time secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The administrator of a new installation sets the first password.
    Setup,
    /// A person sets their first password.
    Invite,
    /// A person sets a new password.
    Reset,
    /// A person signs in, once: printed by the demo at the host.
    SignIn,
}

impl Purpose {
    /// All purposes.
    pub const ALL: &[Purpose] = &[Purpose::Setup, Purpose::Invite, Purpose::Reset, Purpose::SignIn];

    /// Stored word.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Setup => "setup",
            Purpose::Invite => "invite",
            Purpose::Reset => "reset",
            Purpose::SignIn => "sign_in",
        }
    }

    /// How long it is good for, milliseconds.
    const fn life_ms(self) -> i64 {
        match self {
            Purpose::Setup | Purpose::Invite => 72 * 60 * MINUTE_MS,
            Purpose::Reset => 60 * MINUTE_MS,
            Purpose::SignIn => 24 * 60 * MINUTE_MS,
        }
    }

    /// Whether a password is set with it.
    pub const fn sets_password(self) -> bool {
        !matches!(self, Purpose::SignIn)
    }
}

impl Accounts<'_> {
    /// Makes a one-time secret for a person with an account; an earlier one of the same purpose is void then.
    ///
    /// # Errors
    /// Unavailable.
    pub fn make_secret(&self, person: Uuid, purpose: Purpose) -> Result<Secret> {
        let secret = Secret::fresh("")?;
        let (hash, now_ms) = (secret.sha256(), self.now_ms());
        self.write(move |tx| {
            revoke(tx, person, &[purpose], now_ms);
            tx.execute_later(
                "insert into one_time_secret(secret_sha256, purpose, person, made_at_ms, expires_at_ms) \
                 values (?1, ?2, ?3, ?4, ?5)",
                vec![
                    Value::Bytes(hash.clone()),
                    Value::from(purpose.name()),
                    Value::Id(person),
                    Value::Int(now_ms),
                    Value::Int(now_ms + purpose.life_ms()),
                ],
            );
            Ok(())
        })?;
        Ok(secret)
    }

    /// For whom and what a secret is good now, without using it; none when it is not.
    ///
    /// # Errors
    /// Unavailable.
    pub fn secret_is_for(&self, secret: &Secret) -> Result<Option<(Uuid, Purpose)>> {
        let (hash, now_ms) = (secret.sha256(), self.now_ms());
        self.read(|conn| find(conn, &hash, now_ms))
    }

    /// Whether a set-up is still open: then, and only then, its page exists.
    ///
    /// # Errors
    /// Unavailable.
    pub fn setup_is_open(&self) -> Result<bool> {
        let now_ms = self.now_ms();
        self.read(|conn| {
            let sql = conn.dialect().sql(
                "select count(*) from one_time_secret where purpose = 'setup' and used_at_ms is null and expires_at_ms > ?1",
            );
            let row = conn.first(&sql, &[Value::Int(now_ms)], &[Cell::Int])?;
            Ok(row.is_some_and(|row| int(&row, 0) > 0))
        })
    }
}

fn find(conn: &mut dyn mainstay_store::Conn, hash: &[u8], now_ms: i64) -> Result<Option<(Uuid, Purpose)>> {
    let sql = conn.dialect().sql(
        "select person, purpose from one_time_secret where secret_sha256 = ?1 and used_at_ms is null and expires_at_ms > ?2",
    );
    let params = [Value::Bytes(hash.to_owned()), Value::Int(now_ms)];
    let row = conn.first(&sql, &params, &[Cell::Id, Cell::Text])?;
    Ok(row.and_then(|row| {
        let purpose = Purpose::ALL.iter().find(|purpose| row[1].as_text() == Some(purpose.name()))?;
        Some((row[0].as_id()?, *purpose))
    }))
}

/// What is said about a link that is good for nothing any more, whatever the cause.
pub fn link_is_gone() -> Error {
    Error::not_found("this link").hint("It was used already, or its time is over. Ask for a new one.")
}

/// Uses a secret up, in the writer. Gives its person.
pub(super) fn take(
    tx: &mut WriteTx<'_>,
    hash: &[u8],
    purposes: &[Purpose],
    now_ms: i64,
) -> Result<(Uuid, Purpose)> {
    let found = find(tx.conn(), hash, now_ms)?.filter(|(_, purpose)| purposes.contains(purpose));
    let (person, purpose) = found.ok_or_else(link_is_gone)?;
    let params = vec![Value::Bytes(hash.to_owned()), Value::Int(now_ms)];
    tx.execute_later("update one_time_secret set used_at_ms = ?2 where secret_sha256 = ?1", params);
    Ok((person, purpose))
}

/// Voids what is open for a person.
pub(super) fn revoke(tx: &mut WriteTx<'_>, person: Uuid, purposes: &[Purpose], now_ms: i64) {
    for purpose in purposes {
        tx.execute_later(
            "update one_time_secret set used_at_ms = ?3 where person = ?1 and purpose = ?2 and used_at_ms is null",
            vec![Value::Id(person), Value::from(purpose.name()), Value::Int(now_ms)],
        );
    }
}
