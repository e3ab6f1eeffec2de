//! The driver: asks a subject one operation after the other, from one client and from many, and takes the time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::draw::Draw;
use crate::flush;
use crate::plan::Plan;
use crate::samples::Samples;
use crate::subject::{Make, Outcome, Subject};
use crate::usage;

/// One operation of one subject at one volume with one number of clients.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Row {
    pub(crate) subject: String,
    pub(crate) tickets: u64,
    pub(crate) operation: &'static str,
    pub(crate) clients: usize,
    /// How many were measured.
    pub(crate) count: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_microseconds: f64,
    pub(crate) p95_microseconds: f64,
    pub(crate) p99_microseconds: f64,
    /// Processor time of this process and the database server for one operation.
    pub(crate) processor_milliseconds: f64,
    /// The database server's part of it.
    pub(crate) server_processor_milliseconds: f64,
}

/// What a store at one volume takes, and how fast its disk was meanwhile.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Footprint {
    pub(crate) subject: String,
    pub(crate) tickets: u64,
    pub(crate) seeding_seconds: f64,
    /// How long a start took with all tickets there; none where it was not measured.
    pub(crate) start_milliseconds: Option<f64>,
    pub(crate) bytes_on_disk: u64,
    /// The most that was seen after any operation, of this process.
    pub(crate) anonymous_memory_bytes: u64,
    /// The same of the database server.
    pub(crate) server_anonymous_memory_bytes: u64,
    pub(crate) flush_p50_microseconds: f64,
    pub(crate) flush_p99_microseconds: f64,
}

/// All that a run found.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    pub(crate) footprints: Vec<Footprint>,
}

impl Table {
    pub(crate) fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.footprints.extend(other.footprints);
    }
}

/// The operations in the order of measurement: those that add rows come last.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Operation {
    List,
    FilteredList,
    Read,
    Transition,
    Create,
}

impl Operation {
    const ALL: [Self; 5] = [Self::List, Self::FilteredList, Self::Read, Self::Transition, Self::Create];

    fn name(self) -> &'static str {
        match self {
            Self::List => "list 50",
            Self::FilteredList => "filtered list 50",
            Self::Read => "read one",
            Self::Transition => "transition",
            Self::Create => "create",
        }
    }
}

/// Measures a subject at each volume of the plan that its database is measured with, each time newly made.
pub(crate) fn measure(make: &Make, on_postgres: bool, plan: &Plan) -> Outcome<Table> {
    let mut table = Table::default();
    for &tickets in plan.volumes.iter().filter(|tickets| !on_postgres || **tickets <= plan.most_on_postgres) {
        let folder = tempfile::Builder::new().prefix("mainstay-bench-").tempdir()?;
        let subject = make(folder.path())?;
        measure_volume(subject.as_ref(), folder.path(), tickets, plan, &mut table)?;
    }
    Ok(table)
}

fn measure_volume(
    subject: &dyn Subject,
    folder: &Path,
    tickets: u64,
    plan: &Plan,
    table: &mut Table,
) -> Outcome<()> {
    eprintln!("{}: seeding {tickets} tickets", subject.name());
    let start = Instant::now();
    subject.seed(tickets)?;
    let seeding_seconds = start.elapsed().as_secs_f64();
    let flushes = flush::time_flushes(folder)?;
    let mut footprint = Footprint {
        subject: subject.name(),
        tickets,
        seeding_seconds,
        start_milliseconds: subject.restart()?.map(|took| took.as_secs_f64() * 1_000.0),
        bytes_on_disk: subject.bytes_on_disk()?,
        anonymous_memory_bytes: 0,
        server_anonymous_memory_bytes: 0,
        flush_p50_microseconds: flushes.percentile(50.0),
        flush_p99_microseconds: flushes.percentile(99.0),
    };
    let created = AtomicU64::new(tickets);
    for operation in Operation::ALL {
        for &clients in plan.clients {
            run(subject, operation, clients, tickets, &created, plan.warming)?;
            let row = run(subject, operation, clients, tickets, &created, plan.time)?;
            eprintln!("{}: {}, clients {clients}: {:.0}/s", row.subject, row.operation, row.per_second);
            table.rows.push(row);
            let server = subject.server().map_or(0, usage::server_anonymous_memory);
            footprint.anonymous_memory_bytes =
                footprint.anonymous_memory_bytes.max(usage::own_anonymous_memory());
            footprint.server_anonymous_memory_bytes = footprint.server_anonymous_memory_bytes.max(server);
        }
    }
    table.footprints.push(footprint);
    Ok(())
}

/// Lets the clients ask for as long as `time`. An operation that has begun is finished and counted.
fn run(
    subject: &dyn Subject,
    operation: Operation,
    clients: usize,
    tickets: u64,
    created: &AtomicU64,
    time: Duration,
) -> Outcome<Row> {
    let server_time = || subject.server().map_or(0.0, usage::server_processor_time);
    let failed = AtomicBool::new(false);
    let (own_before, server_before) = (usage::own_processor_time(), server_time());
    let start = Instant::now();
    let client = |number: usize| -> Outcome<Vec<Duration>> {
        let mut draw = Draw::new(number as u64 + 1);
        let mut durations = Vec::new();
        while start.elapsed() < time && !failed.load(Ordering::Relaxed) {
            durations.push(
                ask(subject, operation, tickets, created, &mut draw)
                    .inspect_err(|_| failed.store(true, Ordering::Relaxed))?,
            );
        }
        Ok(durations)
    };
    let client = &client;
    let answers: Vec<Outcome<Vec<Duration>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|number| scope.spawn(move || client(number))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".into())))
            .collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    let (own, server) = (usage::own_processor_time() - own_before, server_time() - server_before);
    let samples = Samples::of(answers.into_iter().collect::<Outcome<Vec<_>>>()?.into_iter().flatten());
    let count = samples.count().max(1) as f64;
    Ok(Row {
        subject: subject.name(),
        tickets,
        operation: operation.name(),
        clients,
        count: samples.count(),
        per_second: samples.count() as f64 / seconds,
        p50_microseconds: samples.percentile(50.0),
        p95_microseconds: samples.percentile(95.0),
        p99_microseconds: samples.percentile(99.0),
        processor_milliseconds: (own + server) / count,
        server_processor_milliseconds: server / count,
    })
}

/// One operation; what it asks for is drawn before the time is taken.
fn ask(
    subject: &dyn Subject,
    operation: Operation,
    tickets: u64,
    created: &AtomicU64,
    draw: &mut Draw,
) -> Outcome<Duration> {
    let timed = |action: &mut dyn FnMut() -> Outcome<usize>| -> Outcome<Duration> {
        let start = Instant::now();
        let found = action()?;
        let duration = start.elapsed();
        // An answer that is too small would be a fast one, so it is an error.
        if found == 0 { Err(format!("{}: an empty answer", operation.name()).into()) } else { Ok(duration) }
    };
    match operation {
        Operation::List => {
            let (status, priority) = (draw.status(), draw.priority());
            timed(&mut || subject.list(status, priority))
        }
        Operation::FilteredList => {
            let (team, status) = (draw.team(), draw.status());
            timed(&mut || subject.filtered_list(team, status, 3))
        }
        Operation::Read => {
            let id = draw.ticket(tickets);
            timed(&mut || subject.read(id))
        }
        Operation::Transition => {
            let (id, status) = (draw.ticket(tickets), draw.status());
            timed(&mut || subject.transition(id, status).map(|()| 1))
        }
        Operation::Create => {
            let mut ticket = Some(draw.new_ticket(created.fetch_add(1, Ordering::Relaxed) + 1));
            timed(&mut || subject.create(ticket.take().ok_or("asked twice")?).map(|id| usize::from(id > 0)))
        }
    }
}
