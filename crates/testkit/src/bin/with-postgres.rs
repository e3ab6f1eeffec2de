//! `with-postgres COMMAND...`: starts a PostgreSQL server, runs the command with the server's address in
//! `MAINSTAY_TEST_POSTGRES`, stops the server whatever happens, and ends with the command's exit code.
//!
//! A server that is already named there is used as it is, so the command may be nested. The server flushes nothing to
//! disk: tests of durability start one of their own. If this program is killed, the server still ends.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};

use mainstay_testkit::environment::{SHARED_POSTGRES, shared_postgres_url};
use mainstay_testkit::postgres::Server;

/// Exit code for wrong usage, and when no server could be started.
const CANNOT: u8 = 125;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: with-postgres COMMAND [ARGUMENT...]");
        return ExitCode::from(CANNOT);
    };
    let mut command = Command::new(&program);
    command.args(arguments);
    let _server = if shared_postgres_url().is_some() {
        None
    } else {
        match Server::fast() {
            Ok(server) => {
                command.env(SHARED_POSTGRES, server.url());
                Some(server)
            }
            Err(error) => {
                eprintln!("with-postgres: {error}");
                return ExitCode::from(CANNOT);
            }
        }
    };
    match command.status() {
        // As a shell says it: the code, or 128 and the number of the signal that ended the command.
        Ok(status) => {
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
        }
        Err(error) => {
            eprintln!("with-postgres: cannot run {}: {error}", program.display());
            ExitCode::from(CANNOT)
        }
    }
}
