//! `mainstay init`

use std::process::ExitCode;

use mainstay_core::Result;
use serde_json::json;

use crate::{config::Place, output::Output};

/// Make the data folder, the database and the journal (every other command does so too when they are missing)
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Opens the data folder, which makes what is missing.
pub fn run(_: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let app = place.open()?;
    let origin = app.origin()?.to_string();
    let schema = app.store().migrated().to;
    let json = json!({"data": app.data(), "origin": origin, "schema": schema});
    output.answer(&json, &format!("Ready in {}.\nJournal {origin}, schema {schema}.", app.data().display()));
    Ok(ExitCode::SUCCESS)
}
