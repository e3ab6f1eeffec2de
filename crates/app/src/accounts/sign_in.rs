//! Signing in: by password, or by a one-time link that may set the password. Every way gives a new session; an old
//! session id is never taken over.

use mainstay_core::{Error, ErrorKind, Result, Value};
use mainstay_store::Cell;
use serde_json::json;
use uuid::Uuid;

use super::{
    Accounts, Purpose, Secret, check_strength, events, instant, int, journal, one_time, password::is_weak,
    principal::person_named, session, text, throttle,
};
use crate::command::fresh_ids;

/// Somebody who wants in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The address they give.
    pub email: String,
    /// The password they give.
    pub password: Secret,
    /// From where they come.
    pub address: String,
    /// With what browser, as it says itself.
    pub agent: Option<String>,
    /// The mark of a device on which somebody has signed in before.
    pub device: Option<Secret>,
}

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub person: Uuid,
    /// The session's token, for the cookie.
    pub session: Secret,
    /// The device's mark, for a cookie that stays.
    pub device: Secret,
}

/// An account as signing in sees it.
struct Account {
    person: Uuid,
    hash: Option<String>,
    generation: i64,
}

impl Accounts<'_> {
    /// Signs in by address and password. The answer to a wrong password, an unknown address and a disabled account is
    /// the same, and takes as long.
    ///
    /// # Errors
    /// Forbidden for all of these; too many while one has to wait.
    pub fn sign_in(&self, attempt: &SignIn) -> Result<SignedIn> {
        let now_ms = self.now_ms();
        let account = self.account_named(&attempt.email)?;
        let known = match (&account, &attempt.device) {
            (Some(account), Some(device)) => self.is_known(device, account.person)?,
            _ => None,
        };
        let subjects = subjects(attempt, known.as_deref());
        self.read(|conn| throttle::check(conn, &subjects, now_ms))?;
        let hash = account.as_ref().and_then(|account| account.hash.clone());
        let passwords = &self.app.memory().passwords;
        let right = passwords.verify(&attempt.password, hash.as_deref())?;
        let Some(account) = account.filter(|_| right) else {
            let address = attempt.address.clone();
            self.app.store().write(move |tx| {
                throttle::failed(tx, &subjects, now_ms)?;
                events::keep(tx, now_ms, "sign_in_refused", None, Some(&address), &json!({}));
                Ok(())
            })?;
            return Err(refused());
        };
        // A hash of weaker times is made anew now that the password is at hand.
        let rehashed = match &hash {
            Some(hash) if is_weak(hash) => Some(passwords.hash(&attempt.password)?),
            _ => None,
        };
        let (session, device) = (Secret::fresh("")?, Secret::fresh("")?);
        let id = fresh_ids()?.uuid(instant(now_ms));
        let made = (session.clone(), device.sha256(), attempt.clone());
        let (person, generation) = (account.person, account.generation);
        self.app.store().write(move |tx| {
            let (session, device, attempt) = &made;
            throttle::succeeded(tx, &subjects);
            if let Some(hash) = &rehashed {
                let params = vec![Value::Id(person), Value::from(hash.as_str())];
                tx.execute_later("update account set password_hash = ?2 where person = ?1", params);
            }
            let from = (Some(attempt.address.as_str()), attempt.agent.as_deref());
            session::make(tx, session, id, person, generation, now_ms, from);
            remember_device(tx, device, person, now_ms);
            events::keep(tx, now_ms, "signed_in", Some(person), from.0, &json!({ "session": id }));
            Ok(())
        })?;
        Ok(SignedIn { person, session, device })
    }

    /// Signs in by a one-time link. With `password` for links that set one; all sessions of before end then.
    ///
    /// # Errors
    /// Not found when the link is used up or over; invalid for a weak password.
    pub fn sign_in_by_link(
        &self,
        link: &Secret,
        password: Option<&Secret>,
        address: &str,
        agent: Option<&str>,
    ) -> Result<SignedIn> {
        let now_ms = self.now_ms();
        let (person, purpose) = self.secret_is_for(link)?.ok_or_else(one_time::link_is_gone)?;
        let hash = match (purpose.sets_password(), password) {
            (true, Some(password)) => {
                check_strength(
                    password,
                    &self.own_words(person)?.iter().map(String::as_str).collect::<Vec<_>>(),
                )?;
                Some(self.app.memory().passwords.hash(password)?)
            }
            (true, None) => return Err(Error::field("password", "must be given")),
            (false, _) => None,
        };
        let (session, device) = (Secret::fresh("")?, Secret::fresh("")?);
        let id = fresh_ids()?.uuid(instant(now_ms));
        let made = (session.clone(), device.sha256(), link.sha256());
        let from = (address.to_owned(), agent.map(str::to_owned));
        self.write(move |tx| {
            let (session, device, link) = &made;
            let (person, purpose) = one_time::take(tx, link, &[purpose], now_ms)?;
            let sql = tx.conn().dialect().sql("select generation from account where person = ?1 and disabled_at_ms is null");
            let row = tx.conn().first(&sql, &[Value::Id(person)], &[Cell::Int])?;
            let mut generation = row.map(|row| int(&row, 0)).ok_or_else(|| Error::not_found("this link"))?;
            if let Some(hash) = &hash {
                generation += 1;
                tx.execute_later(
                    "update account set password_hash = ?2, password_set_at_ms = ?3, generation = ?4 where person = ?1",
                    vec![Value::Id(person), Value::from(hash.as_str()), Value::Int(now_ms), Value::Int(generation)],
                );
                one_time::revoke(tx, person, Purpose::ALL, now_ms);
                journal(tx, "account.password", person, &format!("person:{person}"), "web", &[]);
            }
            session::make(tx, session, id, person, generation, now_ms, (Some(&from.0), from.1.as_deref()));
            remember_device(tx, device, person, now_ms);
            let content = json!({ "session": id, "by": purpose.name() });
            events::keep(tx, now_ms, "signed_in", Some(person), Some(&from.0), &content);
            Ok(())
        })?;
        Ok(SignedIn { person, session, device })
    }

    /// Changes the own password: the present one is asked for, every other session ends.
    ///
    /// # Errors
    /// Forbidden when the present password is wrong; invalid for a weak new one.
    pub fn change_password(
        &self,
        person: Uuid,
        present: &Secret,
        new: &Secret,
        address: &str,
        agent: Option<&str>,
    ) -> Result<SignedIn> {
        let account = self.account_of(person)?.ok_or_else(refused)?;
        let subjects = vec![format!("account:{person}"), throttle::address_subject(address)];
        let now_ms = self.now_ms();
        self.read(|conn| throttle::check(conn, &subjects, now_ms))?;
        if !self.app.memory().passwords.verify(present, account.hash.as_deref())? {
            self.app.store().write(move |tx| throttle::failed(tx, &subjects, now_ms))?;
            return Err(Error::field("present_password", "is not your password"));
        }
        let link = self.make_secret(person, Purpose::Reset)?;
        self.sign_in_by_link(&link, Some(new), address, agent)
    }

    fn account_named(&self, email: &str) -> Result<Option<Account>> {
        let person = self.read(|conn| person_named(conn, email))?;
        person.map_or(Ok(None), |person| self.account_of(person))
    }

    fn account_of(&self, person: Uuid) -> Result<Option<Account>> {
        self.read(|conn| {
            let sql = conn.dialect().sql(
                "select password_hash, generation from account where person = ?1 and disabled_at_ms is null",
            );
            let row = conn.first(&sql, &[Value::Id(person)], &[Cell::Text, Cell::Int])?;
            Ok(row.map(|row| Account { person, hash: text(&row, 0), generation: int(&row, 1) }))
        })
    }

    fn is_known(&self, device: &Secret, person: Uuid) -> Result<Option<String>> {
        let hash = device.sha256();
        self.read(|conn| {
            let sql =
                conn.dialect().sql("select 1 from known_device where device_sha256 = ?1 and person = ?2");
            let found = conn.first(&sql, &[Value::Bytes(hash.clone()), Value::Id(person)], &[Cell::Int])?;
            Ok(found.map(|_| hex::encode(&hash)))
        })
    }

    /// Words that a person's password should not be made of.
    fn own_words(&self, person: Uuid) -> Result<Vec<String>> {
        self.read(|conn| {
            let sql = conn.dialect().sql("select title, email from person where id = ?1");
            let row = conn.first(&sql, &[Value::Id(person)], &[Cell::Text, Cell::Text])?.unwrap_or_default();
            let words = [text(&row, 0), text(&row, 1)].into_iter().flatten();
            Ok(words
                .flat_map(|text| text.split([' ', '@', '.']).map(str::to_owned).collect::<Vec<_>>())
                .collect())
        })
    }
}

/// What a failure counts against. An address that nobody has is counted like one that somebody has.
fn subjects(attempt: &SignIn, known_device: Option<&str>) -> Vec<String> {
    match known_device {
        Some(device) => vec![format!("device:{device}")],
        None => {
            let name = Secret::new(attempt.email.trim().to_lowercase());
            vec![
                format!("account:{}", hex::encode(name.sha256())),
                throttle::address_subject(&attempt.address),
            ]
        }
    }
}

fn remember_device(tx: &mut mainstay_store::WriteTx<'_>, device: &[u8], person: Uuid, now_ms: i64) {
    tx.execute_later(
        "insert into known_device(device_sha256, person, seen_at_ms) values (?1, ?2, ?3)",
        vec![Value::Bytes(device.to_owned()), Value::Id(person), Value::Int(now_ms)],
    );
}

fn refused() -> Error {
    Error::new(ErrorKind::Forbidden, "the address or the password is wrong")
        .hint("Check both, or ask the administrator for a link to set a new password.")
}
