//! Servers as processes of their own, so that their processor time and memory are theirs alone.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::subject::Outcome;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    process: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What it said behind its address.
    pub(crate) said: Vec<String>,
    /// When it was started.
    pub(crate) begun: Instant,
}

impl Served {
    /// Starts this program again with a sub-command that serves, and waits until it says where.
    pub(crate) fn start(arguments: &[&OsStr]) -> Outcome<Self> {
        let begun = Instant::now();
        let mut process = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("a server without output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let address = words.next().ok_or("a server ended before it said where it listens")?.parse()?;
        Ok(Self { process, address, said: words.collect(), begun })
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The end of its input asks it to stop; a server that does not is ended.
        drop(self.process.stdin.take());
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(30) {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// In a server: returns when whoever started it wants it to end, or has ended.
pub(crate) fn wait_for_end() {
    let mut rest = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut rest);
}
