//! A small process that outlives this one and cleans up after it, however this one ends.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::account::Account;
use super::{ServerError, system};

/// Waits until its input ends, which the kernel brings about when the process that holds the other end is gone, then
/// stops the server and removes its folder. `$1` is the folder, `$2` is `pg_ctl`.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
while read -r _; do :; done
if [ -e "$1/data/postmaster.pid" ]; then "$2" -D "$1/data" -m immediate -w stop; fi
cd / && rm -rf "$1"
"#;

/// The watchdog of one server folder. Dropping it stops the server and waits until its folder is gone.
#[derive(Debug)]
pub(super) struct Watchdog {
    process: Child,
}

impl Watchdog {
    /// Starts watching over `folder`. It is in a process group of its own, so an interrupt typed at the terminal, or
    /// a test runner that ends a whole group, does not reach it.
    pub(super) fn over(folder: &Path, pg_ctl: &Path, account: Account) -> Result<Self, ServerError> {
        let mut command: Command = account.command("sh", folder);
        command.args(["-c", SCRIPT, "watchdog"]).arg(folder).arg(pg_ctl).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(system("starting the watchdog"))?;
        Ok(Self { process })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // Nothing can be done about a failure here, and the folder is a temporary one.
        let _ = self.process.wait();
    }
}
