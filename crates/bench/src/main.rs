//! `mainstay-bench`: measures what a program costs on this machine, beside the least that any program must cost.
//!
//! The *floor* is a program with nothing but the statement behind each operation: no sign-in, rights, history chain or
//! service levels. Goals are ratios to it within one run, since machines and their quiet hours differ.
//!
//! It never measures over the network, never compares figures of different runs, and never writes outside of its
//! result folder and a temporary one.

mod draw;
mod floor;
mod flush;
mod measure;
mod plan;
mod product;
mod report;
mod samples;
mod subject;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use plan::Plan;
use subject::{Make, Outcome};

const USAGE: &str =
    "usage: mainstay-bench --date YYYY-MM-DD [--plan smoke|full|million] [--name NAME] [--into FOLDER]";

/// What was asked on the command line.
struct Request {
    date: String,
    plan: Plan,
    name: String,
    into: PathBuf,
}

fn main() -> ExitCode {
    let request = match parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = std::iter::successors(error.source(), |cause| cause.source());
            let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
            eprintln!("mainstay-bench: {text}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let into = mainstay_testkit::workspace::root().join("bench/results");
    let mut request =
        Request { date: String::new(), plan: Plan::full(), name: "in-process".to_owned(), into };
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--date" => request.date = value,
            "--plan" => {
                request.plan = Plan::named(&value).ok_or_else(|| format!("no plan is named {value}"))?
            }
            "--name" => request.name = value,
            "--into" => request.into = PathBuf::from(value),
            _ => return Err(format!("{flag} is not known")),
        }
    }
    if request.date.is_empty() { Err("--date is missing".to_owned()) } else { Ok(request) }
}

fn run(request: &Request) -> Outcome<()> {
    let server = mainstay_testkit::postgres::Server::durable()?;
    let sqlite: Box<Make> = Box::new(|folder| Ok(Box::new(floor::Sqlite::open(folder)?)));
    let postgres: Box<Make> = Box::new(|_| Ok(Box::new(floor::Postgres::open(&server)?)));
    let on_sqlite: Box<Make> = Box::new(|folder| Ok(Box::new(product::Product::open(folder, None)?)));
    let on_postgres: Box<Make> =
        Box::new(|folder| Ok(Box::new(product::Product::open(folder, Some(&server))?)));
    let mut table = measure::Table::default();
    for make in [sqlite, on_sqlite, postgres, on_postgres] {
        table.append(measure::measure(&make, &request.plan)?);
    }
    let written = report::write(&table, &request.plan, &request.date, &request.name, &request.into)?;
    println!("{}", report::markdown(&table, &request.plan, &request.date, &request.name));
    println!("written: {}", written.display());
    Ok(())
}
