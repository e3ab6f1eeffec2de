//! `mainstay report`

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use jiff::tz::TimeZone;
use mainstay_app::report::sla::{self, Question};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::{as_of::AsOf, config::Place, output::Output};

/// Compute a report from the records
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    report: Report,
}

#[derive(Debug, Subcommand)]
enum Report {
    /// Service levels: incidents resolved within their targets, by priority
    ///
    /// All incidents count but merged and cancelled ones, or with --agreement those under that agreement. Each is judged as its
    /// own agreement promised; with --targets all by those, on the calendar named or that agreement's own. With --from or --to,
    /// only clocks decided in the period count: the stop of a met clock, the breach of a breached one.
    Sla(Sla),
}

#[derive(Debug, clap::Args)]
struct Sla {
    /// Calendar that says what working time is, for --targets: its name or ref; the agreement's own when left out
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,

    /// Agreement whose targets and rules count for all: its name or ref. Without it each incident has those of its own agreement
    #[arg(long, value_name = "NAME")]
    targets: Option<String>,

    /// Only incidents that have this agreement themselves: its name or ref. Without it all incidents count
    #[arg(long, value_name = "NAME")]
    agreement: Option<String>,

    /// Begin of the period: a date, or an instant
    #[arg(long, value_name = "DATE")]
    from: Option<String>,

    /// First date or instant after the period
    #[arg(long, value_name = "DATE")]
    to: Option<String>,

    /// Zone of the dates; with --targets it is that of their calendar
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,

    /// Also list every incident
    #[arg(long)]
    incidents: bool,

    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    as_of: AsOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people
    Text,
    /// One JSON document
    Json,
    /// A row a priority, or a row an incident with --incidents; safe to open in a spreadsheet
    Csv,
}

/// Computes the report.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let Report::Sla(sla) = &args.report;
    let zone = TimeZone::get(&sla.zone).map_err(|_| {
        Error::field("zone", format!("\"{}\" is no zone; write it like Europe/Zurich", sla.zone))
    })?;
    let app = place.open()?;
    let question = Question {
        targets: sla.targets.clone(),
        calendar: sla.calendar.clone(),
        agreement: sla.agreement.clone(),
        from: sla.from.clone(),
        to: sla.to.clone(),
        zone: Some(zone),
        incidents: sla.incidents,
    };
    let bar = output.progress(0, "Reading incidents");
    let report = sla::report(&sla.as_of.view(&app)?, &question, &mut |passed| bar.inc(passed))?;
    bar.finish_and_clear();
    match sla.format {
        _ if output.is_json() => output.line(&json!(report).to_string()),
        Format::Json => output.line(&json!(report).to_string()),
        Format::Csv => output.line(report.to_csv().trim_end()),
        Format::Text => output.line(report.to_text().trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}
