//! `mainstay export`

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::ValueEnum;
use mainstay_app::export::{self, Format};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::{
    as_of::AsOf,
    config::Place,
    output::{Output, counted},
};

/// Write all records of a kind, personal data included
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Kind of the records, by its name or plural
    #[arg(long)]
    kind: String,

    #[arg(long, value_enum, default_value_t = Form::Jsonl)]
    format: Form,

    /// File to write; standard output when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// With csv: leave text that a spreadsheet would take for a formula as it stands
    #[arg(long)]
    formulas: bool,

    #[command(flatten)]
    as_of: AsOf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// One header line, one line a record
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// Writes the records. With `--out` an answer says how many; without, the records are the answer.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let app = place.open()?;
    let view = args.as_of.view(&app)?;
    let format = match (args.format, args.formulas) {
        (Form::Jsonl, _) => Format::JsonLines,
        (Form::Csv, false) => Format::Csv,
        (Form::Csv, true) => Format::CsvAsItStands,
    };
    let kind = app.context().kind(&args.kind)?.def.name;
    let Some(path) = &args.out else {
        export::export(&view, kind, format, &mut BufWriter::new(std::io::stdout().lock()), &mut |_| {})?;
        return Ok(ExitCode::SUCCESS);
    };
    let file = File::create_new(path).map_err(|error| {
        Error::field("out", format!("{} cannot be made", path.display()))
            .caused_by(error)
            .hint("A file that is there is not written over.")
    })?;
    let mut file = BufWriter::new(file);
    let bar = output.progress(0, "Exporting");
    let count = export::export(&view, kind, format, &mut file, &mut |passed| bar.inc(passed))?;
    let kept = |error: std::io::Error| Error::unavailable("the export cannot be written", error);
    file.flush().map_err(kept)?;
    file.get_ref().sync_all().map_err(kept)?;
    bar.finish_and_clear();
    let text = format!("{} of kind {kind} in {}.", counted(count, "record"), path.display());
    output.answer(&json!({"kind": kind, "records": count, "file": path}), &text);
    Ok(ExitCode::SUCCESS)
}
