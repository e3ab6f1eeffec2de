//! `mainstay check`

use std::{collections::BTreeSet, fmt::Write, process::ExitCode};

use mainstay_app::conformity::{self, By};
use mainstay_conformity::{
    Board, CATALOGUE, CheckRun, Order, RunResult, Standing,
    board::{Counts, RequirementLine},
    catalogue::is_in_clause,
    checks,
    span::{MONTHS, MOST_MONTHS},
};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::{
    as_of::AsOf,
    config::Place,
    output::{Output, counted},
};

/// Exceptions of a check that are shown to people.
const SHOWN: usize = 20;

/// Check the requirements of ISO/IEC 20000-1:2018 against the records
///
/// Every check looks at all records of its period, not at a sample. What it finds is written down with the state of
/// the records on which it rests; with --dry-run, --as-of or another span than twelve months nothing is. A requirement of which a part cannot be checked yet, or
/// for which nothing happened, is never called met. Exit codes: 0 nothing fails, 1 a check fails or could not be run to its end.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only the checks of this requirement, like 8.6.1-a; may be given more than once
    #[arg(long, value_name = "ID")]
    requirement: Vec<String>,

    /// Only the checks of this clause and those below it, like 8.6; may be given more than once
    #[arg(long, value_name = "NUMBER")]
    clause: Vec<String>,

    /// How many months before now are assessed
    #[arg(long, value_name = "N", default_value_t = MONTHS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_MONTHS)))]
    months: u32,

    /// Write nothing down
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    as_of: AsOf,
}

/// Runs the checks and shows how the requirements stand.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let wanted = wanted(args)?;
    let app = place.open()?;
    let view = args.as_of.view(&app)?;
    let only = wanted.as_ref().map(checks_of);
    let order = Order { now: view.now()?, months: args.months, only };
    let bar = output.progress(0, "Checking");
    let runs = conformity::run(&app, &view, &order, &mut |seen| bar.inc(seen))?;
    bar.finish_and_clear();
    // Another span than the usual one, or an earlier instant, answers a question; it does not say how the system stands.
    let recorded = !args.dry_run && args.months == MONTHS && view.as_of().is_none();
    if recorded {
        conformity::record(&app, &runs, By::Operator)?;
    }
    let board = conformity::board_with(&app, &view, &runs)?;
    let lines: Vec<_> = board
        .requirements
        .iter()
        .filter(|line| wanted.as_ref().is_none_or(|wanted| wanted.contains(&line.id)))
        .collect();
    let counts = Counts::of(lines.iter().copied());
    let json = json!({
        "top_line": counts.top_line(),
        "counts": counts,
        "coverage": board.coverage,
        "now": board.now,
        "recorded": recorded,
        "requirements": lines,
        "clauses": board.clauses,
        "runs": runs,
    });
    output.answer(&json, &text(&board, &lines, counts, &runs, wanted.is_some(), recorded));
    let bad = runs.iter().any(|run| matches!(run.result, RunResult::Fail | RunResult::Error));
    Ok(if bad { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The requirements that are asked for; none for all.
fn wanted(args: &Args) -> Result<Option<BTreeSet<String>>> {
    if args.requirement.is_empty() && args.clause.is_empty() {
        return Ok(None);
    }
    let mut wanted = BTreeSet::new();
    for id in &args.requirement {
        let known = CATALOGUE.requirement(id).ok_or_else(|| {
            Error::field("requirement", format!("\"{id}\" is no requirement; write it like 8.6.1-a"))
        })?;
        wanted.insert(known.id.clone());
    }
    for number in &args.clause {
        if CATALOGUE.clause(number).is_none() {
            return Err(Error::field("clause", format!("\"{number}\" is no clause; write it like 8.6.1")));
        }
        let inside = CATALOGUE.requirements.iter().filter(|one| is_in_clause(&one.clause, number));
        wanted.extend(inside.map(|one| one.id.clone()));
    }
    Ok(Some(wanted))
}

fn checks_of(wanted: &BTreeSet<String>) -> Vec<String> {
    let serves = |ids: &[&str]| ids.iter().any(|id| wanted.contains(*id));
    checks::all().iter().filter(|def| serves(def.requirements)).map(|def| def.id.to_owned()).collect()
}

fn text(
    board: &Board,
    lines: &[&RequirementLine],
    counts: Counts,
    runs: &[CheckRun],
    asked: bool,
    recorded: bool,
) -> String {
    let mut text = format!("{}\n", counts.top_line());
    if let Some(run) = runs.first() {
        let kept = if recorded { "written down" } else { "not written down" };
        let _ = writeln!(
            text,
            "{} from {} to {}, as of journal position {}; {kept}",
            counted(runs.len() as u64, "check"),
            run.period.from,
            run.period.until,
            run.as_of.position,
        );
    }
    if !asked {
        let _ =
            writeln!(text, "\n{:<9} {:>5} {:>6} {:>5} {:>5}  title", "clause", "known", "of", "hold", "fail");
        for line in board.clauses.iter().filter(|line| line.clause.level <= 2) {
            let (clause, counts) = (&line.clause, line.counts);
            let _ = writeln!(
                text,
                "{:<9} {:>5} {:>6} {:>5} {:>5}  {}",
                clause.number, counts.known, counts.total, counts.hold, counts.fail, clause.title
            );
        }
    }
    let shown: Vec<_> = lines.iter().filter(|line| asked || !line.checks.is_empty()).collect();
    if !shown.is_empty() {
        text.push('\n');
    }
    for line in shown {
        let _ = writeln!(text, "{:<10} {:<16} {}", line.id, line.standing.words(), line.because.join(" "));
        if asked {
            let _ = writeln!(text, "{:<27} {}", "", line.text);
        }
    }
    let hidden =
        lines.iter().filter(|line| line.standing == Standing::NotBuilt && line.checks.is_empty()).count();
    if !asked && hidden > 0 {
        let _ =
            writeln!(text, "\n{hidden} further requirements have no check yet; --clause NUMBER shows them.");
    }
    for run in runs.iter().filter(|run| !run.exceptions.is_empty()) {
        exceptions(run, &mut text);
    }
    text
}

fn exceptions(run: &CheckRun, text: &mut String) {
    let says = checks::find(&run.check).map_or("", |def| def.text);
    let _ = writeln!(
        text,
        "\n{}: {} of {} do not hold. Each {says}.",
        run.check, run.exceptions_total, run.population
    );
    for exception in run.exceptions.iter().take(SHOWN) {
        let _ = writeln!(text, "  {:<12} {}", exception.reference, exception.why);
    }
    let more = run.exceptions_total.saturating_sub(SHOWN as u64);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more; --json names the first {}", run.exceptions.len());
    }
}
