//! One PostgreSQL server in a folder of its own: made, started, stopped, crashed.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::account::Account;
use super::watchdog::Watchdog;
use super::{ServerError, programs, system};

/// Longest path of a local socket, in bytes.
const SOCKET_PATH_LIMIT: usize = 107;

/// Name of the socket inside its folder; PostgreSQL derives it from the port number, though no port is taken.
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// Settings of every server: no network, a time zone that nobody should rely on, room for parallel test processes.
const COMMON: &str = "
listen_addresses = ''
unix_socket_permissions = 0777
timezone = 'Asia/Kathmandu'
max_connections = 200
wal_level = minimal
max_wal_senders = 0
jit = off
";

/// For servers whose data is worth nothing: no flush to disk ever, and no background work that makes runs differ.
const FAST: &str = "
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
checkpoint_timeout = 1h
max_wal_size = 4GB
";

/// For servers that will be crashed: the defaults that a careful operator leaves alone, written down.
const DURABLE: &str = "
fsync = on
synchronous_commit = on
full_page_writes = on
";

/// How much a server cares about its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// Nothing is ever flushed; a crash may lose everything.
    None,
    /// A commit that was answered survives a crash.
    Full,
}

/// A running server and the folder it lives in.
#[derive(Debug)]
pub(super) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    account: Account,
    _watchdog: Watchdog,
}

impl Cluster {
    /// Makes a new cluster in a temporary folder and starts its server; takes about half a second.
    pub(super) fn start(durability: Durability) -> Result<Self, ServerError> {
        let programs = programs::folder()?;
        let account = Account::for_server()?;
        let folder = new_folder(account)?;
        let watchdog = Watchdog::over(&folder, &programs.join("pg_ctl"), account)?;
        let cluster = Self { folder, programs, account, _watchdog: watchdog };
        cluster.initialise(durability)?;
        cluster.run("pg_ctl", &["-w", "-l", "log", "start"])?;
        Ok(cluster)
    }

    /// The folder of the server's socket.
    pub(super) fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// The process number of the server's main process.
    pub(super) fn postmaster(&self) -> Result<u32, ServerError> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))
            .map_err(system("reading postmaster.pid"))?;
        file.lines().next().and_then(|line| line.trim().parse().ok()).ok_or(ServerError::NotOurs)
    }

    /// Ends the server as a power cut of the machine would, but for what the operating system still holds: no
    /// checkpoint, no goodbye to clients. The next start recovers from the log.
    pub(super) fn crash(&self) -> Result<(), ServerError> {
        self.run("pg_ctl", &["-m", "immediate", "-w", "stop"])
    }

    /// Starts the server again after [`Cluster::crash`].
    pub(super) fn start_again(&self) -> Result<(), ServerError> {
        self.run("pg_ctl", &["-w", "-l", "log", "start"])
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn initialise(&self, durability: Durability) -> Result<(), ServerError> {
        self.run(
            "initdb",
            &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        )?;
        let settings = self.data().join("postgresql.conf");
        let mut text = fs::read_to_string(&settings).map_err(system("reading the server's settings"))?;
        let own = if durability == Durability::Full { DURABLE } else { FAST };
        let _ = writeln!(text, "{COMMON}{own}unix_socket_directories = '{}'", self.folder.display());
        fs::write(&settings, text).map_err(system("writing the server's settings"))
    }

    /// Runs one of the server's programs on this cluster as its account and waits for its end.
    fn run(&self, program: &'static str, arguments: &[&str]) -> Result<(), ServerError> {
        let mut command: Command = self.account.command(self.programs.join(program), &self.folder);
        command.arg("-D").arg(self.data()).args(arguments);
        // Into files, not pipes: the server that pg_ctl leaves behind would hold a pipe open for ever.
        let output = self.folder.join("output");
        let file = fs::File::create(&output).map_err(system("making a file for a program's output"))?;
        let copy = file.try_clone().map_err(system("making a file for a program's output"))?;
        let status =
            command.stdout(file).stderr(copy).status().map_err(system("starting a server program"))?;
        if status.success() {
            return Ok(());
        }
        let said = [output, self.folder.join("log")].map(|path| tail(&path)).join("\n");
        Err(ServerError::Program { program, output: said })
    }
}

/// A new folder that only the server's account may enter, with a path short enough for a socket.
fn new_folder(account: Account) -> Result<PathBuf, ServerError> {
    for parent in [std::env::temp_dir(), PathBuf::from("/tmp"), PathBuf::from("/var/tmp")] {
        let Ok(folder) = tempfile::Builder::new().prefix("mainstay-postgres-").tempdir_in(&parent) else {
            continue;
        };
        account.own(folder.path())?;
        let fits = folder.path().join(SOCKET_NAME).as_os_str().as_bytes().len() <= SOCKET_PATH_LIMIT;
        if fits && account.command("true", folder.path()).status().is_ok_and(|status| status.success()) {
            // From here on the watchdog removes it.
            return Ok(folder.keep());
        }
    }
    Err(ServerError::NoFolder)
}

/// The last lines of a file, or nothing where there is no file.
fn tail(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
