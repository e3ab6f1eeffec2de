//! Accounts: who may sign in, sessions, API tokens, one-time links. A person is a record like any other; what
//! proves that somebody is this person stands here, beside the journal, and only as hashes.
//!
//! Making, disabling and enabling an account, setting a password and making or ending a token are noted in the
//! journal; signing in and being turned away are security events.

mod events;
mod one_time;
mod password;
mod people;
mod principal;
mod secret;
mod session;
mod sign_in;
mod throttle;
mod token;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use mainstay_core::{Result, Value};
use mainstay_journal::{Entry, Json};
use mainstay_store::{Conn, WriteTx};
use uuid::Uuid;

pub use events::SecurityEvent;
pub use one_time::{Purpose, link_is_gone};
pub use password::{FEWEST_CHARACTERS, Passwords, check_strength};
pub use people::{AccountView, NewPerson};
pub use principal::person_named;
pub use secret::Secret;
pub use session::{ABSOLUTE_MS, IDLE_MS, SessionView};
pub use sign_in::{SignIn, SignedIn};
pub use token::{NewToken, TokenView};

use crate::{App, app::note, rights::Principal};

/// How long what was found for a session or token is believed without asking the database: an account that is
/// disabled on another node is out within this time (R-07: one second).
const BELIEVED_MS: i64 = 500;

/// Who a session or token was found to be, by its hash, with when that was found.
type Believed = HashMap<Vec<u8>, (i64, Arc<Principal>)>;

/// What an open application remembers of accounts.
#[derive(Default)]
pub struct Memory {
    /// The machinery that checks passwords.
    pub(crate) passwords: Passwords,
    believed: Mutex<Believed>,
}

impl Memory {
    fn believed(&self, hash: &[u8], now_ms: i64) -> Option<Arc<Principal>> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, principal) = believed.get(hash)?;
        (now_ms - since < BELIEVED_MS && now_ms >= *since).then(|| principal.clone())
    }

    fn believe(&self, hash: &[u8], now_ms: i64, principal: &Arc<Principal>) {
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        if believed.len() > 10_000 {
            believed.retain(|_, (since, _)| now_ms - *since < BELIEVED_MS);
        }
        believed.insert(hash.to_owned(), (now_ms, principal.clone()));
    }

    /// Asks the database again at the next request of everybody: after a right or a credential has changed here.
    pub(crate) fn forget(&self) {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The accounts of an application.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    app: &'a App,
}

impl App {
    /// Accounts, sessions, tokens.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { app: self }
    }
}

/// Who changes an account.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// The operator at the host.
    Operator,
    /// A person.
    Person(&'a Principal),
}

impl By<'_> {
    fn text(self) -> String {
        match self {
            By::Operator => "operator".into(),
            By::Person(who) => format!("person:{}", who.person),
        }
    }

    fn channel(self) -> &'static str {
        match self {
            By::Operator => "cli",
            By::Person(_) => "web",
        }
    }
}

impl Accounts<'_> {
    fn now_ms(&self) -> i64 {
        self.app.config().clock.now_ms()
    }

    fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        self.app.store().read(read)
    }

    /// Writes to the tables of accounts; what was believed is asked anew afterwards.
    fn write<T: Send + 'static>(
        &self,
        mut write: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let result = self.app.store().write(move |tx| write(tx));
        self.app.memory().forget();
        result
    }
}

/// Notes a change of an account in the journal: what, whose, by whom. No secret, no hash.
fn journal(tx: &mut WriteTx<'_>, what: &str, person: Uuid, by: &str, channel: &str, values: &[(&str, Json)]) {
    let at_ms = tx.recorded_at_ms();
    let mut entry: Entry = note(what, at_ms, [("person", Json::Text(person.to_string()))]);
    entry.values.extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    entry.actor = by.to_owned();
    entry.channel = channel.to_owned();
    tx.append(entry, Vec::new());
}

fn int(row: &[Value], at: usize) -> i64 {
    row.get(at).and_then(Value::as_int).unwrap_or_default()
}

fn text(row: &[Value], at: usize) -> Option<String> {
    row.get(at).and_then(|value| value.as_text()).map(str::to_owned)
}

/// An instant in UTC milliseconds as the API has it.
fn instant(ms: i64) -> mainstay_core::Instant {
    mainstay_core::Instant::from_millisecond(ms)
        .map_or(mainstay_core::Instant::UNIX_EPOCH, mainstay_core::value::whole_second)
}
