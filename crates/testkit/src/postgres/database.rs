//! An empty database that a test has for itself.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{ServerError, sql};

/// A database that was empty when it was made and is dropped, with whatever is connected to it, with this handle.
#[derive(Debug)]
pub struct Database {
    /// The address to connect to, as the `postgres` crate and the program take it.
    pub url: String,
    /// The database's name on its server.
    pub name: String,
    maintenance_url: String,
}

impl Database {
    /// Makes a database on the server whose maintenance database is at `maintenance_url`. Text is sorted by the rules
    /// of English (`a < B < c`), so that a query which needs the order of bytes must say so.
    pub(super) fn create(maintenance_url: &str) -> Result<Self, ServerError> {
        let name = new_name();
        sql::execute(
            maintenance_url,
            &format!(
                "CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy \
                 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
            ),
        )?;
        let url = with_database(maintenance_url, &name);
        Ok(Self { url, name, maintenance_url: maintenance_url.to_owned() })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = sql::execute(&self.maintenance_url, &statement) {
            // A server that was crashed on purpose takes its databases with it.
            eprintln!("could not drop the test database {}: {error}", self.name);
        }
    }
}

/// A name that no other test process of any run on the same server takes.
fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // The hasher's keys are the standard library's source of random numbers.
    let random = RandomState::new().hash_one(count);
    format!("mainstay_{}_{count}_{random:016x}", std::process::id())
}

/// The same address with another database: `postgresql://HOST/this?query`.
pub(super) fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, String::new()), |(a, q)| (a, format!("?{q}")));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    format!("{}/{name}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_an_address_is_replaced() {
        for (url, expected) in [
            ("postgresql:///postgres?host=/d&user=u", "postgresql:///x?host=/d&user=u"),
            ("postgresql://u:p@h:5432/postgres", "postgresql://u:p@h:5432/x"),
            ("postgresql://u@h?connect_timeout=3", "postgresql://u@h/x?connect_timeout=3"),
        ] {
            assert_eq!(with_database(url, "x"), expected, "from {url}");
        }
    }
}
