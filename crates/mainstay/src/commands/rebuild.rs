//! `mainstay rebuild`

use std::{fmt::Write, process::ExitCode};

use mainstay_app::{
    ledger::Ledger,
    rebuild::{self, Report},
};
use mainstay_core::Result;
use mainstay_kinds::REGISTRY;

use crate::{config::Place, output::Output};

/// Replay the journal and compare the tables with it, or make them what it says
///
/// With --check nothing is changed, and people may work meanwhile; exit code 1 when a row differs. Without it, rows
/// that differ are made what the journal says, in one transaction; stop the server before.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only compare
    #[arg(long)]
    check: bool,
}

/// Checks or rebuilds.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    if args.check {
        let ledger = Ledger::open(&place.config(), &REGISTRY)?;
        let head = mainstay_store::head::Head::load(&mut *ledger.reader()?, false)?;
        let bar = output.progress(head.next_position(), "Replaying");
        let report = rebuild::check(&ledger, &mut |seen| bar.set_position(seen))?;
        bar.finish_and_clear();
        output.answer(&report.to_json(), &words(&report, "differ from the journal"));
        return Ok(if report.clean() { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    let mut config = place.config();
    config.alone = true;
    let report = rebuild::rebuild(&place.open_with(config)?)?;
    output.answer(&report.to_json(), &words(&report, "were made what the journal says"));
    Ok(ExitCode::SUCCESS)
}

fn words(report: &Report, what: &str) -> String {
    let mut text = format!("{} entries replayed, {} rows compared: ", report.entries, report.rows);
    if report.clean() {
        text.push_str("the tables are what the journal says.\n");
        return text;
    }
    let _ = writeln!(text, "{} values or rows {what}.", report.total);
    for difference in &report.differences {
        let column = difference.column.as_ref().map_or_else(String::new, |column| format!(".{column}"));
        let shown =
            |value: &Option<String>| value.as_ref().map_or("nothing".into(), |value| format!("{value:?}"));
        let _ = writeln!(
            text,
            "  {} {}{column}: the journal says {}, the table {}",
            difference.table,
            difference.row,
            shown(&difference.journal),
            shown(&difference.found)
        );
    }
    let more = report.total.saturating_sub(report.differences.len() as u64);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
    text
}
