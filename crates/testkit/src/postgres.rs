//! PostgreSQL servers for tests: started in a temporary folder, reached over a local socket, gone afterwards.
//!
//! - [`Server::shared`] is what nearly every test wants: one server for the whole test run when the run was started
//!   under `with-postgres`, else one for this process.
//! - [`Server::durable`] is for tests of durability: real flushes to disk, and it can be crashed and restarted.
//! - [`Server::fresh_database`] gives an empty database that is dropped with its handle.
//!
//! Servers and databases are set up to be *unhelpful* on purpose: the server's time zone is not UTC and databases sort
//! text by the rules of English, not by bytes, as many real installations do. Code that relies on either fails here.
//!
//! When the tests run as root, the server runs as the account `postgres`, since PostgreSQL refuses root.

mod account;
mod cluster;
mod database;
mod programs;
mod server;
mod sql;
mod watchdog;

pub use database::Database;
pub use server::Server;

/// Why a test server could not be started or used.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The programs of a PostgreSQL server were not found.
    #[error("PostgreSQL's server programs are not installed; `scripts/install-tools.sh` installs them")]
    NotInstalled,
    /// The tests run as root and there is no account `postgres` to run the server.
    #[error("running as root, and there is no account `postgres` for the server to run as")]
    NoAccount,
    /// No temporary folder has a path short enough for a socket (107 bytes) and open to the server's account.
    #[error("no temporary folder is both short enough for a socket path and open to the server's account")]
    NoFolder,
    /// One of the server's programs failed; the text is what it said and the end of the server's log.
    #[error("{program} failed: {output}")]
    Program {
        /// The program's name, for example `initdb`.
        program: &'static str,
        /// What it wrote, and the end of the server's log.
        output: String,
    },
    /// This server was started by somebody else, so it is not ours to crash or restart.
    #[error("this server was not started by this process")]
    NotOurs,
    /// The operating system refused something.
    #[error("{doing}: {source}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// What the system answered.
        source: std::io::Error,
    },
    /// The server refused a statement or the connection.
    #[error(transparent)]
    Sql(#[from] ::postgres::Error),
}

/// For `map_err`: an I/O error with what was being done.
fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> ServerError {
    move |source| ServerError::System { doing, source }
}
