//! `mainstay explain`

use std::process::ExitCode;

use mainstay_app::explain;
use mainstay_core::Result;
use serde_json::json;

use crate::{as_of::AsOf, config::Place, output::Output};

/// Show how the clocks of a record came about, to the second
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: its ref, its id, or its key in the system it came from
    #[arg(value_name = "REF")]
    record: String,

    /// Judge it by the targets and rules of this agreement instead of its own
    #[arg(long, value_name = "NAME")]
    targets: Option<String>,

    /// With --targets: on this calendar instead of the agreement's own
    #[arg(long, value_name = "NAME", requires = "targets")]
    calendar: Option<String>,

    #[command(flatten)]
    as_of: AsOf,
}

/// Explains.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let app = place.open()?;
    let view = args.as_of.view(&app)?;
    let explained = explain::explain(&view, &args.record, args.targets.as_deref(), args.calendar.as_deref())?;
    output.answer(&json!(explained), &explained.to_text());
    Ok(ExitCode::SUCCESS)
}
