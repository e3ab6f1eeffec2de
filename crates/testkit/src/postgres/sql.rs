//! One statement to a server, from a thread of its own.

use ::postgres::{Client, NoTls};

use super::ServerError;

/// Runs one statement on a new connection to `url`. The client drives a runtime of its own, which panics inside
/// another one, so it gets a thread: a test may then use this from anywhere.
pub(super) fn execute(url: &str, statement: &str) -> Result<(), ServerError> {
    let run = || -> Result<(), ServerError> { Ok(Client::connect(url, NoTls)?.batch_execute(statement)?) };
    match std::thread::scope(|scope| scope.spawn(run).join()) {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
