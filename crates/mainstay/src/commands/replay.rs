//! `mainstay replay`

use std::{path::PathBuf, process::ExitCode};

use mainstay_app::{
    Founding,
    replay::{self, DEFAULT_SEED},
};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::{
    config::Place,
    output::{Output, counted},
};

/// Run a file of commands into an empty data folder, each at the time that its line says
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON object a line: a command with `at`, `actor`, `channel`
    file: PathBuf,

    /// Ids and salts come from this text: same file and seed, same journal
    #[arg(long, default_value = DEFAULT_SEED, value_name = "TEXT")]
    seed: String,
}

/// Reads the whole file, then runs it.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&args.file).map_err(|error| {
        Error::field("file", format!("{} cannot be read", args.file.display())).caused_by(error)
    })?;
    let lines = replay::parse(&text)?;
    let mut config = place.config();
    config.founding = Founding::Synthetic { seed: args.seed.clone() };
    // The virtual clock and the acts of somebody else do not mix.
    config.alone = true;
    let app = place.open_with(config)?;
    let bar = output.progress(lines.len() as u64, "Replaying");
    let replayed = replay::replay(&app, &lines, &args.seed, &mut |done| bar.inc(done))?;
    bar.finish_and_clear();
    let text = format!(
        "{} and {} of clocks; the journal has {}, root {}.",
        counted(replayed.lines, "line"),
        counted(replayed.announcements, "announcement"),
        if replayed.journal_entries == 1 {
            "1 entry".to_owned()
        } else {
            format!("{} entries", replayed.journal_entries)
        },
        replayed.journal_root
    );
    output.answer(&json!(replayed), &text);
    Ok(ExitCode::SUCCESS)
}
