//! The operating-system account a test server runs as.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{ServerError, system};

/// Who runs the server: ourselves, or (when we are root) the account `postgres`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Account {
    /// The account of this process.
    Ourselves,
    /// Another account, by its user and group number.
    Other { user: u32, group: u32 },
}

impl Account {
    /// The account for a server started by this process.
    pub(super) fn for_server() -> Result<Self, ServerError> {
        let ours = std::fs::metadata("/proc/self").map_err(system("reading who runs this process"))?.uid();
        if ours != 0 {
            return Ok(Self::Ourselves);
        }
        let number = |flag| {
            let output = Command::new("id").args([flag, "postgres"]).stdin(Stdio::null()).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        };
        match (number("-u"), number("-g")) {
            (Some(user), Some(group)) => Ok(Self::Other { user, group }),
            _ => Err(ServerError::NoAccount),
        }
    }

    /// A command that will run as this account, in `folder` (which the account must be able to enter), with no input.
    pub(super) fn command(self, program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        if let Self::Other { user, group } = self {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives `path` to this account.
    pub(super) fn own(self, path: &Path) -> Result<(), ServerError> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { user, group } => chown(path, Some(user), Some(group))
                .map_err(system("giving the folder to the server's account")),
        }
    }
}
