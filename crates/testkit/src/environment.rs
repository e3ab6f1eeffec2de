//! The one place of this crate that reads the environment.

/// Name of the variable that [`shared_postgres_url`] reads.
pub const SHARED_POSTGRES: &str = "MAINSTAY_TEST_POSTGRES";

/// The URL of a PostgreSQL server that is already running for this whole test run, with the name of its maintenance
/// database (`postgresql:///postgres?host=FOLDER&user=postgres`).
///
/// `with-postgres` sets it around a command. `None` when it is not set or empty: then whoever needs PostgreSQL starts
/// a server for its own process. A developer may set it to any server whose user may create databases.
#[expect(
    clippy::disallowed_methods,
    reason = "test processes get the server's address from their parent this way"
)]
pub fn shared_postgres_url() -> Option<String> {
    std::env::var(SHARED_POSTGRES).ok().filter(|url| !url.is_empty())
}
