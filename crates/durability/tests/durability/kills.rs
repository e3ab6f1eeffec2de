//! `kill -9` in the middle of a burst of sixteen clients, over and over (F-01).

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use mainstay_app::{App, Config};
use mainstay_durability::chance::Chance;
use mainstay_kinds::REGISTRY;
use mainstay_store::SystemClock;
use mainstay_testkit::postgres::Server;

use crate::world::Promises;

/// Kills on each database, and after how many a new database is begun so that checks stay short.
const CYCLES: u64 = 50;
const CYCLES_OF_ONE_DATABASE: u64 = 10;
const CLIENTS: u64 = 16;

/// A second process may be slow on a busy machine; the measured times are printed.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A burst that has opened its data folder.
struct Burst {
    child: Child,
    ready_after: Duration,
}

impl Burst {
    fn start(folder: &Path, url: Option<&str>, name: &str, seed: u64, how: Option<&str>) -> Self {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_burst"))
            .arg(folder.join("data"))
            .arg(url.unwrap_or("-"))
            .arg(folder.join("logs"))
            .args([name, &CLIENTS.to_string(), &seed.to_string()])
            .args(how)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the burst starts");
        let mut said = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut said).expect("a line");
        assert_eq!(said, "ready\n", "the burst opens what the killed one left");
        Self { child, ready_after: begun.elapsed() }
    }

    /// SIGKILL, and waits until the process is gone.
    fn kill(&mut self) {
        assert_eq!(self.child.try_wait().expect("its state"), None, "the burst ended before it was killed");
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }
}

fn open(folder: &Path, url: Option<&str>) -> App {
    let mut config = Config::new(folder.join("data"), Arc::new(SystemClock));
    config.database_url = url.map(str::to_owned);
    App::open(config, &REGISTRY).unwrap_or_else(|error| panic!("{error} {:?}", error.cause()))
}

/// What the cycles came to.
#[derive(Default)]
struct Report {
    cycles: u64,
    acknowledged: usize,
    kept: usize,
    ready: Vec<Duration>,
}

impl Report {
    fn print(mut self, database: &str) {
        self.ready.sort();
        let last = self.ready.last().copied().unwrap_or_default();
        let middle = self.ready.get(self.ready.len() / 2).copied().unwrap_or_default();
        println!(
            "{database}: {} kills, {} acknowledged, {} kept, lost 0; ready again after {middle:.2?} in the middle, \
             {last:.2?} at most",
            self.cycles, self.acknowledged, self.kept
        );
        assert!(last < READY_WITHIN, "{last:?}");
        assert!(self.acknowledged > 500, "only {} acts in all", self.acknowledged);
    }
}

/// Kills bursts on one database after the other; `also` is done to the server in the moment of each kill.
fn kill_cycles(
    database: &str,
    fresh: &dyn Fn() -> Option<mainstay_testkit::postgres::Database>,
    also: &dyn Fn(u64),
) {
    let mut report = Report::default();
    let mut chance = Chance::new(0x6d61_696e);
    while report.cycles < CYCLES {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("logs")).expect("a folder");
        let own = fresh();
        let url = own.as_ref().map(|database| database.url.as_str());
        let mut last = Promises::default();
        for _ in 0..CYCLES_OF_ONE_DATABASE {
            report.cycles += 1;
            let seed = chance.next();
            let mut burst = Burst::start(folder.path(), url, &format!("k{}", report.cycles), seed, None);
            report.ready.push(burst.ready_after);
            // The moment of the kill is the fault; there is nothing to wait for.
            std::thread::sleep(Duration::from_millis(100 + chance.below(900)));
            burst.kill();
            also(report.cycles);
            let app = open(folder.path(), url);
            last = Promises::read(&folder.path().join("logs"));
            let place = format!("{database}, kill {} of seed {seed}", report.cycles);
            let findings = last.check(&app, &place);
            assert!(findings.kept >= last.acknowledged.len(), "{place}");
            report.kept += findings.kept;
        }
        report.acknowledged += last.acknowledged.len();
    }
    report.print(database);
}

#[test]
fn fifty_kills_on_sqlite_lose_nothing_acknowledged() {
    kill_cycles("SQLite", &|| None, &|_| {});
}

#[test]
fn fifty_kills_on_postgresql_and_some_of_the_server_too_lose_nothing_acknowledged() {
    let server = Server::durable().expect("a server");
    let crash = |cycle: u64| {
        if cycle.is_multiple_of(5) {
            server.crash().expect("the server crashes");
            server.restart().expect("the server recovers");
        }
    };
    kill_cycles("PostgreSQL", &|| Some(server.fresh_database()), &crash);
}

/// The server goes first and the burst with it: what was acknowledged before is in the server's log.
#[test]
fn a_server_that_crashes_under_the_burst_loses_nothing_acknowledged() {
    let server = Server::durable().expect("a server");
    let database = server.fresh_database();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("logs")).expect("a folder");
    for cycle in 0..3 {
        let mut burst = Burst::start(folder.path(), Some(&database.url), &format!("s{cycle}"), cycle, None);
        std::thread::sleep(Duration::from_millis(400));
        server.crash().expect("the server crashes");
        let _ = burst.child.kill();
        burst.child.wait().expect("it is gone");
        server.restart().expect("the server recovers");
        let app = open(folder.path(), Some(&database.url));
        let findings = Promises::read(&folder.path().join("logs")).check(&app, &format!("crash {cycle}"));
        assert!(findings.kept > 0);
    }
}

/// The control: these tests can fail.
#[test]
fn a_program_that_acknowledges_before_it_knows_is_found_out() {
    let mut lost = 0;
    for seed in 0..5 {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("logs")).expect("a folder");
        let mut burst = Burst::start(folder.path(), None, "early", seed, Some("early"));
        std::thread::sleep(Duration::from_millis(300));
        burst.kill();
        let app = open(folder.path(), None);
        let findings = Promises::read(&folder.path().join("logs")).look(&app);
        assert_eq!(
            (findings.broken, findings.phantoms),
            (vec![], vec![]),
            "what is left is whole all the same"
        );
        lost += findings.lost.len();
        if lost > 0 {
            return;
        }
    }
    panic!("nothing was lost although nothing was waited for");
}
