//! The product over HTTP beside the floor over HTTP, each a process of its own, so that the processor time of a
//! server is not mixed with that of its clients.

mod baselines;
pub(crate) mod child;
mod client;
mod filled;
pub(crate) mod floor_server;
mod goals;
mod load;
pub(crate) mod product_server;
mod report;
mod scenarios;

use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use mainstay_testkit::postgres::Server;

use crate::plan::Plan;
use crate::product::Desk;
use crate::subject::{Outcome, Subject as _};
use crate::{floor, flush};

use child::Served;
use client::{Asked, Client};
use filled::Filled;
use load::{Row, Target};

pub(crate) use report::write;

/// The hidden sub-commands, by which this program starts itself as a server.
pub(crate) const SERVE_FLOOR: &str = "serve-floor";
/// As [`SERVE_FLOOR`], for Mainstay.
pub(crate) const SERVE_PRODUCT: &str = "serve-product";

pub(crate) const FLOOR: &str = "floor";
pub(crate) const ON_SQLITE: &str = "Mainstay, SQLite";
pub(crate) const ON_POSTGRES: &str = "Mainstay, PostgreSQL";

/// What one filled installation takes, and how it starts.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Footprint {
    pub(crate) subject: &'static str,
    pub(crate) tickets: u64,
    pub(crate) filling_seconds: f64,
    pub(crate) bytes_on_disk: u64,
    /// What its incidents have added to that.
    pub(crate) bytes_of_tickets: u64,
    /// What its incidents have added to the journal.
    pub(crate) journal_entries: u64,
    /// From the start of the process to the first list that was answered.
    pub(crate) start_milliseconds: f64,
    /// After the first answers.
    pub(crate) idle_anonymous_memory_bytes: u64,
    pub(crate) flush_p99_milliseconds: f64,
}

/// All that a run found.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Figures {
    pub(crate) rows: Vec<Row>,
    pub(crate) footprints: Vec<Footprint>,
    /// Bare durable commits in a second, one after the other.
    pub(crate) bare_commits_per_second: f64,
    /// Bare durable inserts of 16 connections to PostgreSQL in a second.
    pub(crate) bare_postgres_inserts_per_second: f64,
    /// From an empty folder and the start of the process to the first incident that was made.
    pub(crate) first_ticket_seconds: f64,
    /// Bytes of the program that did all this, a little more than those of Mainstay.
    pub(crate) program_bytes: u64,
}

/// Measures the floor and the product on SQLite at every volume, and the product on PostgreSQL where the plan says.
pub(crate) fn measure(server: &Server, plan: &Plan) -> Outcome<Figures> {
    let mut figures = Figures::default();
    let folder = folder()?;
    figures.bare_commits_per_second = baselines::bare_commits(folder.path(), plan.round.max(plan.time))?;
    let database = server.fresh_database();
    figures.bare_postgres_inserts_per_second =
        baselines::bare_inserts(&database.url, plan.round.max(plan.time))?;
    drop(database);
    figures.first_ticket_seconds = first_ticket(&folder.path().join("new"))?;
    figures.program_bytes = std::fs::metadata(std::env::current_exe()?)?.len();
    for &tickets in &plan.volumes {
        measure_floor(tickets, plan, &mut figures)?;
        measure_product(None, tickets, plan, &mut figures)?;
        if tickets <= plan.most_on_postgres {
            measure_product(Some(server), tickets, plan, &mut figures)?;
        }
    }
    Ok(figures)
}

fn folder() -> Outcome<tempfile::TempDir> {
    Ok(tempfile::Builder::new().prefix("mainstay-bench-").tempdir()?)
}

/// An installation from nothing, as `mainstay init` and `mainstay serve` make it, and its first incident.
fn first_ticket(data: &Path) -> Outcome<f64> {
    let served = Served::start(&[OsStr::new(SERVE_PRODUCT), data.as_os_str(), OsStr::new("found")])?;
    let token = served.said.first().ok_or("the new installation said no token")?;
    let body = r#"{"title": "The first", "impact": "low", "urgency": "low"}"#;
    let headers = format!("Authorization: Bearer {token}\r\n");
    let asked = Asked::post("/api/v1/incidents", &headers, body.into(), 201, "INC-");
    Client::connect(served.address)?.ask(&asked)?;
    Ok(served.begun.elapsed().as_secs_f64())
}

fn measure_floor(tickets: u64, plan: &Plan, figures: &mut Figures) -> Outcome<()> {
    let folder = folder()?;
    eprintln!("floor over HTTP: filling {tickets} tickets");
    let store = floor::Sqlite::open(folder.path())?;
    store.seed(tickets)?;
    drop(store);
    let served = Served::start(&[OsStr::new(SERVE_FLOOR), folder.path().as_os_str()])?;
    let target = Target { subject: FLOOR, tickets, address: served.address, processes: vec![served.id()] };
    let made = AtomicU64::new(tickets);
    for scenario in scenarios::floor(tickets, &made).iter().filter(|one| plan.measures(one.operation)) {
        for &clients in plan.clients {
            figures.rows.push(load::measure(&target, scenario, clients, plan)?);
        }
    }
    Ok(())
}

fn measure_product(server: Option<&Server>, tickets: u64, plan: &Plan, figures: &mut Figures) -> Outcome<()> {
    let subject = if server.is_some() { ON_POSTGRES } else { ON_SQLITE };
    let folder = folder()?;
    let filled = Filled::with(tickets, folder.path(), server, plan)?;
    let (product, subject_folder) = (&filled.product, folder.path());
    let desk = product.desk()?;
    product.close()?;
    let data = subject_folder.join("data");
    let mut arguments = vec![OsStr::new(SERVE_PRODUCT), data.as_os_str()];
    arguments.extend(product.database_url().map(OsStr::new));
    let served = Served::start(&arguments)?;
    let start_milliseconds = first_answers(&served, &desk)?.as_secs_f64() * 1_000.0;
    let mut processes = vec![served.id()];
    processes.extend(server.map(Server::postmaster).transpose()?);
    let target = Target { subject, tickets, address: served.address, processes };
    figures.footprints.push(Footprint {
        subject,
        tickets,
        filling_seconds: filled.facts.filling_seconds,
        bytes_on_disk: filled.facts.bytes_on_disk,
        bytes_of_tickets: filled.facts.bytes_of_tickets,
        journal_entries: filled.facts.journal_entries,
        start_milliseconds,
        idle_anonymous_memory_bytes: target.anonymous_memory(),
        flush_p99_milliseconds: flush::time_flushes(folder.path())?.percentile(99.0) / 1_000.0,
    });
    for scenario in scenarios::product(&desk, tickets).iter().filter(|one| plan.measures(one.operation)) {
        for &clients in plan.clients {
            figures.rows.push(load::measure(&target, scenario, clients, plan)?);
        }
    }
    Ok(())
}

/// One list and one page; says how long after the start of the process the list was there.
fn first_answers(served: &Served, desk: &Desk) -> Outcome<Duration> {
    let mut client = Client::connect(served.address)?;
    client.ask(&Asked::get("/api/v1/incidents?state=new", &desk.token_header, "\"items\":["))?;
    let took = served.begun.elapsed();
    client.ask(&Asked::get("/incidents", &desk.cookie_header, "INC-"))?;
    Ok(took)
}
