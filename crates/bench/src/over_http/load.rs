//! Closed loop: each client asks again as soon as it has its answer. Three rounds after one of warming; the median of
//! each figure stands in the table, and the least and the most processor time beside it.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::plan::Plan;
use crate::samples::Samples;
use crate::subject::Outcome;
use crate::usage;

use super::client::{Answer, Client};

/// Asks for one thing after the other.
pub(crate) type Asker<'a> = Box<dyn FnMut(&mut Client) -> Outcome<Answer> + 'a>;

/// Makes one client's asker; what it asks meanwhile is not measured.
pub(crate) type Prepare<'a> = Box<dyn Fn(Place, &mut Client) -> Outcome<Asker<'a>> + Sync + 'a>;

/// Which of the clients of a round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) number: usize,
    pub(crate) of: usize,
    /// Different in every round, so that no two rounds ask for the same.
    pub(crate) round: u64,
}

/// What clients do over and over.
pub(crate) struct Scenario<'a> {
    /// What stands in the tables of results.
    pub(crate) operation: &'static str,
    pub(crate) prepare: Prepare<'a>,
}

/// A server under load.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) subject: &'static str,
    pub(crate) tickets: u64,
    pub(crate) address: SocketAddr,
    /// Main processes whose time and memory count, with their children.
    pub(crate) processes: Vec<u32>,
}

impl Target {
    fn processor_time(&self) -> f64 {
        self.processes.iter().map(|id| usage::server_processor_time(*id)).sum()
    }

    /// Memory that no file backs, in bytes.
    pub(crate) fn anonymous_memory(&self) -> u64 {
        self.processes.iter().map(|id| usage::server_anonymous_memory(*id)).sum()
    }
}

/// One operation of one server at one volume with one number of clients.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Row {
    pub(crate) subject: &'static str,
    pub(crate) tickets: u64,
    pub(crate) operation: &'static str,
    pub(crate) clients: usize,
    /// How many answers were measured in all rounds.
    pub(crate) count: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_milliseconds: f64,
    pub(crate) p95_milliseconds: f64,
    pub(crate) p99_milliseconds: f64,
    /// Processor time of the server's processes for one request.
    pub(crate) processor_milliseconds: f64,
    pub(crate) least_processor_milliseconds: f64,
    pub(crate) most_processor_milliseconds: f64,
    /// Mean length of the body.
    pub(crate) bytes: f64,
    /// The server's memory after the last round.
    pub(crate) anonymous_memory_bytes: u64,
}

struct Round {
    samples: Samples,
    seconds: f64,
    processor_milliseconds: f64,
    bytes: u64,
}

/// Measures a scenario.
pub(crate) fn measure(target: &Target, scenario: &Scenario<'_>, clients: usize, plan: &Plan) -> Outcome<Row> {
    run(target, scenario, clients, 0, plan.warming)?;
    let rounds = (1..=plan.rounds)
        .map(|number| run(target, scenario, clients, number, plan.round))
        .collect::<Outcome<Vec<_>>>()?;
    let median = |figure: &dyn Fn(&Round) -> f64| sorted(&rounds, figure)[rounds.len() / 2];
    let answers = |round: &Round| round.samples.count().max(1) as f64;
    let processor = |round: &Round| round.processor_milliseconds / answers(round);
    let all = sorted(&rounds, &processor);
    let row = Row {
        subject: target.subject,
        tickets: target.tickets,
        operation: scenario.operation,
        clients,
        count: rounds.iter().map(|round| round.samples.count()).sum(),
        per_second: median(&|round| answers(round) / round.seconds),
        p50_milliseconds: median(&|round| round.samples.percentile(50.0) / 1_000.0),
        p95_milliseconds: median(&|round| round.samples.percentile(95.0) / 1_000.0),
        p99_milliseconds: median(&|round| round.samples.percentile(99.0) / 1_000.0),
        processor_milliseconds: median(&processor),
        least_processor_milliseconds: all[0],
        most_processor_milliseconds: all[all.len() - 1],
        bytes: median(&|round| round.bytes as f64 / answers(round)),
        anonymous_memory_bytes: target.anonymous_memory(),
    };
    eprintln!(
        "{}, {}: {}, clients {clients}: {:.0}/s, {:.3} ms of processor",
        row.subject, row.tickets, row.operation, row.per_second, row.processor_milliseconds
    );
    Ok(row)
}

fn sorted(rounds: &[Round], figure: &dyn Fn(&Round) -> f64) -> Vec<f64> {
    let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures
}

fn run(
    target: &Target,
    scenario: &Scenario<'_>,
    clients: usize,
    round: u64,
    time: Duration,
) -> Outcome<Round> {
    let (together, failed) = (Barrier::new(clients + 1), AtomicBool::new(false));
    let client = |number: usize| -> Outcome<(Vec<Duration>, u64)> {
        let place = Place { number, of: clients, round };
        let prepared = Client::connect(target.address).and_then(|mut client| {
            let asker = (scenario.prepare)(place, &mut client)?;
            Ok((client, asker))
        });
        // All wait for all, also one that has failed.
        together.wait();
        let ask = || -> Outcome<(Vec<Duration>, u64)> {
            let (mut client, mut asker) = prepared?;
            let (begun, mut durations, mut bytes) = (Instant::now(), Vec::new(), 0);
            while begun.elapsed() < time && !failed.load(Ordering::Relaxed) {
                let answer = asker(&mut client)?;
                durations.push(answer.took);
                bytes += answer.body.len() as u64;
            }
            Ok((durations, bytes))
        };
        ask().inspect_err(|_| failed.store(true, Ordering::Relaxed))
    };
    let client = &client;
    let (answers, seconds, processor_milliseconds) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|number| scope.spawn(move || client(number))).collect();
        together.wait();
        let (before, begun) = (target.processor_time(), Instant::now());
        let answers: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".into())))
            .collect();
        (answers, begun.elapsed().as_secs_f64(), target.processor_time() - before)
    });
    let answers = answers
        .into_iter()
        .collect::<Outcome<Vec<_>>>()
        .map_err(|error| format!("{}, {}, clients {clients}: {error}", target.subject, scenario.operation))?;
    let bytes = answers.iter().map(|(_, bytes)| bytes).sum();
    let samples = Samples::of(answers.into_iter().flat_map(|(durations, _)| durations));
    Ok(Round { samples, seconds, processor_milliseconds, bytes })
}
