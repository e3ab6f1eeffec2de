//! Commits that fail (F-05, F-06, F-13, F-14): nobody is told more than is known, and the same key resolves the rest.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use mainstay_app::{App, Config, Outcome};
use mainstay_core::{ErrorKind, Result};
use mainstay_durability::client::{Acknowledged, Client, Step};
use mainstay_faults::{Failure, Operation, Refusal};
use mainstay_kinds::REGISTRY;
use mainstay_store::{Synchronous, SystemClock};
use mainstay_testkit::postgres::{Database, Server};

use crate::{
    power_cuts::{Machine, one_group},
    world::Promises,
};

fn acknowledge(promises: &mut Promises, client: &mut Client, step: &Step, outcome: Outcome) {
    client.answered(step, &outcome);
    promises.acknowledged.push(Acknowledged {
        key: step.key.clone(),
        what: step.what,
        outcome: Some(outcome),
    });
}

#[track_caller]
fn is_honest(answer: &Result<Outcome>) {
    if let Err(error) = answer {
        let honest = matches!(error.kind(), ErrorKind::Unknown | ErrorKind::Unavailable);
        assert!(honest, "{:?}: {error} {:?}", error.kind(), error.cause());
    }
}

/// Lets one operation of the work fail, one run for each; whoever was not answered asks again with the same key.
fn each_fails_once(operation: Operation, refusal: Refusal, runs: u64, every: u64) {
    let template = Machine::new();
    let (mut met, mut unknown) = (0, 0);
    for run in 0..runs {
        let machine = template.after_cut(run);
        let app = machine.open(Synchronous::Full).expect("the application opens");
        let mut promises = Promises::default();
        let mut client = Client::new(format!("f{run}"), run);
        machine.disk.fail(Failure { operation, after: run * every, times: 1, refusal });
        for round in 0..8 {
            let steps: Vec<Step> = (0..4).map(|_| client.next_step().expect("a step")).collect();
            promises.asked.extend(steps.iter().map(|step| step.key.clone()));
            for (step, answer) in steps.iter().zip(one_group(&app, &steps)) {
                is_honest(&answer);
                // Asked again until it is known: once is enough, since only one operation fails.
                let outcome = answer.or_else(|error| {
                    unknown += u64::from(*error.kind() == ErrorKind::Unknown);
                    app.act(step.request.clone())
                });
                let outcome =
                    outcome.unwrap_or_else(|error| panic!("run {run}: {error} {:?}", error.cause()));
                acknowledge(&mut promises, &mut client, step, outcome);
            }
            if round == 3 {
                machine.checkpoint("passive");
            }
        }
        met += machine.disk.counts().failed;
        let findings = promises.check(&app, &format!("run {run}"));
        assert_eq!(findings.kept, promises.acknowledged.len(), "run {run}: each act once");
        drop(app);
        let after = machine.after_cut(run);
        let app = after.open(Synchronous::Full).expect("the application opens");
        promises.check(&app, &format!("run {run}, after a power cut"));
    }
    println!("{operation:?} failed {met} times in {runs} runs; {unknown} answers were unknown");
    assert!(met > runs / 2, "only {met} failures in {runs} runs");
}

#[test]
fn a_flush_that_fails_once_is_resolved_by_asking_again() {
    each_fails_once(Operation::Sync, Refusal::InputOutput, 10, 1);
}

#[test]
fn a_write_that_fails_once_is_resolved_by_asking_again() {
    each_fails_once(Operation::Write, Refusal::InputOutput, 20, 11);
}

#[test]
fn a_full_disk_refuses_changes_answers_reads_and_goes_on_when_there_is_space() {
    let template = Machine::new();
    for run in 0..5 {
        let machine = template.after_cut(run);
        let app = machine.open(Synchronous::Full).expect("the application opens");
        let mut promises = Promises::default();
        let mut client = Client::new(format!("d{run}"), run);
        machine.disk.fail(Failure {
            operation: Operation::Write,
            after: 20 + run * 7,
            times: u64::MAX,
            refusal: Refusal::Full,
        });
        let mut refused = Vec::new();
        for _ in 0..12 {
            let step = client.next_step().expect("a step");
            promises.asked.insert(step.key.clone());
            let answer = app.act(step.request.clone());
            is_honest(&answer);
            match answer {
                Ok(outcome) => acknowledge(&mut promises, &mut client, &step, outcome),
                Err(_) => refused.push(step),
            }
        }
        assert!(!refused.is_empty(), "run {run}");
        assert!(app.head().is_ok(), "run {run}: reading goes on");
        machine.disk.heal();
        for step in refused {
            let outcome = app.act(step.request.clone());
            let outcome = outcome.unwrap_or_else(|error| panic!("run {run}: {error} {:?}", error.cause()));
            acknowledge(&mut promises, &mut client, &step, outcome);
        }
        promises.check(&app, &format!("run {run}"));
    }
}

fn on(database: &Database, folder: &tempfile::TempDir) -> App {
    let mut config = Config::new(folder.path().join("data"), Arc::new(SystemClock));
    config.database_url = Some(database.url.clone());
    config.most_per_group = 4;
    App::open(config, &REGISTRY).expect("the application opens")
}

/// Clients that ask again with the same key until they are answered, while `trouble` happens; everything is checked.
fn in_spite_of(
    app: &App,
    name: &str,
    clients: u64,
    acts: u64,
    trouble: impl FnOnce(&AtomicBool) + Send,
) -> (usize, u64) {
    let done = AtomicBool::new(false);
    let (promises, again) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|number| {
                scope.spawn(move || {
                    let mut promises = Promises::default();
                    let mut client = Client::new(format!("{name}{number}"), number);
                    let mut again = 0;
                    for _ in 0..acts {
                        let step = client.next_step().expect("a step");
                        promises.asked.insert(step.key.clone());
                        let outcome = loop {
                            let answer = app.act(step.request.clone());
                            is_honest(&answer);
                            match answer {
                                Ok(outcome) => break outcome,
                                Err(_) => again += 1,
                            }
                            assert!(again < 5_000_000, "the application does not come back");
                        };
                        acknowledge(&mut promises, &mut client, &step, outcome);
                    }
                    (promises, again)
                })
            })
            .collect();
        let trouble = scope.spawn(|| trouble(&done));
        let mut all = (Promises::default(), 0_u64);
        for thread in threads {
            let (promises, again) = thread.join().expect("a client");
            all.0.asked.extend(promises.asked);
            all.0.acknowledged.extend(promises.acknowledged);
            all.1 += again;
        }
        done.store(true, Ordering::SeqCst);
        trouble.join().expect("the trouble ends");
        all
    });
    let findings = promises.check(app, name);
    assert_eq!(findings.kept, promises.acknowledged.len(), "each act once");
    (findings.kept, again)
}

#[test]
fn connections_cut_in_the_middle_of_acts_and_commits_double_nothing_and_lose_nothing() {
    let database = Server::shared().fresh_database();
    let folder = tempfile::tempdir().expect("a folder");
    let app = on(&database, &folder);
    let cuts = std::sync::atomic::AtomicU64::new(0);
    let (kept, again) = in_spite_of(&app, "c", 4, 60, |done| {
        let trouble = on_url(&database.url);
        while !done.load(Ordering::SeqCst) && cuts.load(Ordering::SeqCst) < 200 {
            let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'";
            let found = trouble.read(|conn| conn.first(cut, &[], &[mainstay_store::Cell::Int]));
            let number = found.ok().flatten().and_then(|row| row[0].as_int()).unwrap_or(0);
            cuts.fetch_add(u64::try_from(number).unwrap_or(0), Ordering::SeqCst);
        }
    });
    let cuts = cuts.load(Ordering::SeqCst);
    println!("{cuts} connections cut: {kept} acts kept once each, {again} asked again");
    assert!(cuts > 10, "only {cuts} cuts");
}

/// A second pool of connections to the same server, to make trouble with.
fn on_url(url: &str) -> mainstay_store::readers::Readers {
    let location = mainstay_store::Location::Postgres(url.to_owned());
    let options = mainstay_store::Options::new(Arc::new(SystemClock));
    mainstay_store::readers::Readers::open(1, move || {
        mainstay_store::store::connect_writer(&location, &options)
    })
    .expect("a connection")
}

#[test]
fn a_server_that_crashes_and_comes_back_is_met_again_without_a_restart() {
    let server = Server::durable().expect("a server");
    let database = server.fresh_database();
    let folder = tempfile::tempdir().expect("a folder");
    let app = on(&database, &folder);
    let (kept, again) = in_spite_of(&app, "s", 4, 150, |_| {
        for _ in 0..3 {
            server.crash().expect("the server crashes");
            server.restart().expect("the server recovers");
        }
    });
    println!("3 crashes of the server: {kept} acts kept once each, {again} asked again");
    assert!(again > 0, "nobody noticed");
    // What was read before is read again.
    assert!(app.head().is_ok() || app.head().is_ok());
}

#[test]
fn a_server_that_is_away_is_told_of_at_once() {
    let server = Server::durable().expect("a server");
    let database = server.fresh_database();
    let folder = tempfile::tempdir().expect("a folder");
    let app = on(&database, &folder);
    let mut client = Client::new("away", 1);
    server.crash().expect("the server crashes");
    for _ in 0..20 {
        let error = app.act(client.next_step().expect("a step").request).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unavailable, "nothing can have happened: {error}");
    }
    server.restart().expect("the server recovers");
    app.act(client.next_step().expect("a step").request).expect("the first act after it is kept");
}
