//! `mainstay import`

use std::{path::PathBuf, process::ExitCode, time::Instant};

use mainstay_app::import::{self, Mapping, Options, Progress, Summary};
use mainstay_core::{Error, Result};
use mainstay_kinds::REGISTRY;
use serde_json::json;

use crate::{
    config::Place,
    output::{Output, counted},
};

/// Import records from a foreign system's file: all of it or, if one row is bad, nothing
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV file in UTF-8
    file: PathBuf,

    /// What its columns mean: servicenow-incident-audit, or a TOML file
    #[arg(long, value_name = "NAME|FILE.toml")]
    mapping: String,

    /// Only look: check every row and count, write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Reads the mapping and the file, imports, and says what came of it.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let mapping = mapping(&args.mapping)?;
    let bytes = std::fs::read(&args.file).map_err(|error| {
        Error::field("file", format!("{} cannot be read", args.file.display())).caused_by(error)
    })?;
    let app = place.open()?;
    let name = args.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let options = Options { dry_run: args.dry_run, who: None };
    let started = Instant::now();
    let mut bar = output.progress(0, "Importing");
    let summary = import::import(&app, &name, &bytes, &mapping, &options, &mut |progress| match progress {
        Progress::Begins(acts) => bar = output.progress(acts, "Importing"),
        Progress::Done(acts) => bar.inc(acts),
    })?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    let mut json = json!(summary);
    json["elapsed_milliseconds"] = json!(started.elapsed().as_millis() as u64);
    output.answer(&json, &text(&summary, &name, seconds));
    Ok(ExitCode::SUCCESS)
}

fn mapping(name: &str) -> Result<Mapping> {
    if let Some(text) = import::shipped(name) {
        return Mapping::parse(text, &REGISTRY);
    }
    let text = std::fs::read_to_string(name).map_err(|error| {
        let shipped: Vec<_> = import::shipped_names().collect();
        Error::field(
            "mapping",
            format!("\"{name}\" is neither a mapping that comes with Mainstay nor a file"),
        )
        .hint(format!("Mappings that come with Mainstay: {}.", shipped.join(", ")))
        .caused_by(error)
    })?;
    Mapping::parse(&text, &REGISTRY)
}

fn text(summary: &Summary, file: &str, seconds: f64) -> String {
    let records = |count: usize| counted(count as u64, "record");
    let mut text = format!(
        "{file}: {} about {}, all valid.\n",
        counted(summary.rows as u64, "row"),
        records(summary.records)
    );
    if summary.resumed {
        text.push_str("An earlier run had been cut short; this one went on from there.\n");
    }
    if summary.made > 0 {
        let verb = if summary.dry_run { "Would make" } else { "Made" };
        let others: Vec<_> = summary
            .made_for_reference
            .iter()
            .map(|made| {
                let plural = REGISTRY.kind(&made.kind).map_or(made.kind.as_str(), |kind| kind.def.plural);
                let name = if made.count == 1 { made.kind.as_str() } else { plural };
                format!("{} {}", made.count, name.replace('_', " "))
            })
            .collect();
        text.push_str(&format!("{verb} {} in {} steps", records(summary.made), summary.steps));
        if !others.is_empty() {
            text.push_str(&format!("; for them {}", others.join(", ")));
        }
        text.push_str(".\n");
    }
    if summary.unchanged > 0 {
        text.push_str(&format!("{} imported before: nothing to do.\n", records(summary.unchanged)));
    }
    if summary.known > 0 {
        let shown: Vec<_> = summary.known_keys.iter().take(5).map(String::as_str).collect();
        text.push_str(&format!(
            "{} known already, of which the file tells something else: left alone ({}{}).\n",
            records(summary.known),
            shown.join(", "),
            if summary.known > shown.len() { ", …" } else { "" }
        ));
    }
    if summary.dry_run {
        text.push_str("Nothing was written.\n");
    } else if summary.made > 0 {
        text.push_str(&format!(
            "{} journal entries in {seconds:.1} s: {:.0} records and {:.0} rows a second.\n",
            summary.journal_entries,
            summary.made as f64 / seconds,
            summary.rows as f64 / seconds
        ));
    } else {
        text.push_str("Nothing changed.\n");
    }
    text
}
