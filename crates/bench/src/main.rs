//! `mainstay-bench`: measures what a program costs on this machine, beside the least that any program must cost.
//!
//! The *floor* is a program with nothing but the statement behind each operation: no sign-in, rights, history chain or
//! service levels. Goals are ratios to it within one run, since machines and their quiet hours differ.
//!
//! It never measures over a network but the machine's own, never compares figures of different runs, and never writes outside of its
//! result folder and a temporary one.

mod draw;
mod floor;
mod flush;
mod measure;
mod over_http;
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

const USAGE: &str = "usage: mainstay-bench --date YYYY-MM-DD [--plan smoke|full|million] [--part all|in-process|over-http] [--into FOLDER] [--volumes N,N] [--operations NAME,NAME] [--postgres-up-to N] [--stores FOLDER]";

/// What was asked on the command line.
struct Request {
    date: String,
    plan: Plan,
    part: Part,
    into: PathBuf,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    InProcess,
    OverHttp,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(served) = serve(&arguments) {
        return ended(served);
    }
    let request = match parse(arguments.into_iter()) {
        Ok(request) => request,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    ended(run(&request))
}

/// Serves, when this program was started by itself to do so.
fn serve(arguments: &[String]) -> Option<Outcome<()>> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [over_http::SERVE_FLOOR, folder] => Some(over_http::floor_server::run(folder.as_ref())),
        [over_http::SERVE_PRODUCT, data] => Some(over_http::product_server::run(data.as_ref(), None, false)),
        [over_http::SERVE_PRODUCT, data, "found"] => {
            Some(over_http::product_server::run(data.as_ref(), None, true))
        }
        [over_http::SERVE_PRODUCT, data, url] => {
            Some(over_http::product_server::run(data.as_ref(), Some((*url).to_owned()), false))
        }
        _ => None,
    }
}

fn ended(outcome: Outcome<()>) -> ExitCode {
    match outcome {
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
    let mut request = Request { date: String::new(), plan: Plan::full(), part: Part::All, into };
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--date" => request.date = value,
            "--plan" => {
                request.plan = Plan::named(&value).ok_or_else(|| format!("no plan is named {value}"))?
            }
            "--part" => {
                request.part = match value.as_str() {
                    "all" => Part::All,
                    "in-process" => Part::InProcess,
                    "over-http" => Part::OverHttp,
                    _ => return Err(format!("no part is named {value}")),
                }
            }
            "--volumes" => request.plan.volumes = numbers(&value)?,
            "--operations" => request.plan.operations = value.split(',').map(str::to_owned).collect(),
            "--postgres-up-to" => request.plan.most_on_postgres = number(&value)?,
            "--stores" => request.plan.stores = Some(PathBuf::from(value)),
            "--into" => request.into = PathBuf::from(value),
            _ => return Err(format!("{flag} is not known")),
        }
    }
    if request.date.is_empty() { Err("--date is missing".to_owned()) } else { Ok(request) }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn numbers(text: &str) -> Result<Vec<u64>, String> {
    text.split(',').map(number).collect()
}

fn run(request: &Request) -> Outcome<()> {
    let server = mainstay_testkit::postgres::Server::durable()?;
    let Request { date, plan, part, into } = request;
    if *part != Part::OverHttp {
        let table = in_process(&server, plan)?;
        let written = report::write(&table, plan, date, "in-process", into)?;
        println!("{}", report::markdown(&table, plan, date, "in-process"));
        println!("written: {}", written.display());
    }
    if *part != Part::InProcess {
        let figures = over_http::measure(&server, plan)?;
        let (written, text) = over_http::write(&figures, plan, date, into)?;
        println!("{text}\nwritten: {}", written.display());
    }
    Ok(())
}

fn in_process(server: &mainstay_testkit::postgres::Server, plan: &Plan) -> Outcome<measure::Table> {
    let sqlite: Box<Make> = Box::new(|folder| Ok(Box::new(floor::Sqlite::open(folder)?)));
    let postgres: Box<Make> = Box::new(|_| Ok(Box::new(floor::Postgres::open(server)?)));
    let on_sqlite: Box<Make> = Box::new(|folder| Ok(Box::new(product::Product::open(folder, None)?)));
    let on_postgres: Box<Make> =
        Box::new(|folder| Ok(Box::new(product::Product::open(folder, Some(server))?)));
    let mut table = measure::Table::default();
    for (make, on_postgres) in [(sqlite, false), (on_sqlite, false), (postgres, true), (on_postgres, true)] {
        table.append(measure::measure(&make, on_postgres, plan)?);
    }
    Ok(table)
}
