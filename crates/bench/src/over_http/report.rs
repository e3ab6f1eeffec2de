//! The figures as tables for people, ready for the README, and as JSON for programs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::goals::{Verdict, judge};
use super::{FLOOR, Figures};
use crate::plan::Plan;
use crate::report::machine;
use crate::subject::Outcome;

/// Writes `DATE-over-http.md` and `DATE-over-http.json`; says where the first one is, and what stands in it.
pub(crate) fn write(figures: &Figures, plan: &Plan, date: &str, folder: &Path) -> Outcome<(PathBuf, String)> {
    std::fs::create_dir_all(folder)?;
    let (path, text) = (folder.join(format!("{date}-over-http.md")), markdown(figures, plan, date));
    std::fs::write(&path, &text)?;
    let json = serde_json::json!({ "date": date, "name": "over-http", "plan": plan.name, "machine": machine(),
        "goals": judge(figures), "results": figures });
    std::fs::write(
        folder.join(format!("{date}-over-http.json")),
        serde_json::to_string_pretty(&json)? + "\n",
    )?;
    Ok((path, text))
}

fn markdown(figures: &Figures, plan: &Plan, date: &str) -> String {
    let mut text = format!(
        "# Over HTTP, {date}\n\nPlan `{}`, {}. Client and servers on the same machine. How to read it: \
         [bench/README.md](../README.md).\n\n| goal | wanted | measured | |\n| --- | --- | --- | --- |\n",
        plan.name,
        machine()
    );
    for goal in judge(figures) {
        let verdict = match goal.verdict {
            Verdict::Held => "held",
            Verdict::Missed => "**missed**",
            Verdict::NotMeasured => "not measured",
        };
        let _ = writeln!(text, "| {} | {} | {} | {verdict} |", goal.name, goal.wanted, goal.measured);
    }
    text.push_str(
        "\n| server | tickets | operation | clients | per second | p50 ms | p95 ms | p99 ms | CPU ms | least..most | / floor | bytes | anonymous MB |\n\
         | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for row in &figures.rows {
        let floor = figures.rows.iter().find(|other| {
            other.subject == FLOOR
                && row.subject != FLOOR
                && (other.tickets, other.operation, other.clients)
                    == (row.tickets, row.operation, row.clients)
        });
        let ratio = floor.map_or_else(
            || "-".to_owned(),
            |floor| format!("{:.1}", row.processor_milliseconds / floor.processor_milliseconds),
        );
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.0} | {:.3} | {:.3} | {:.3} | {:.4} | {:.4}..{:.4} | {ratio} | {:.0} | {:.1} |",
            row.subject,
            row.tickets,
            row.operation,
            row.clients,
            row.per_second,
            row.p50_milliseconds,
            row.p95_milliseconds,
            row.p99_milliseconds,
            row.processor_milliseconds,
            row.least_processor_milliseconds,
            row.most_processor_milliseconds,
            row.bytes,
            row.anonymous_memory_bytes as f64 / 1e6,
        );
    }
    text.push_str(
        "\n| server | tickets | filling s | disk MB | journal entries | start ms | idle anonymous MB | flush p99 ms |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for print in &figures.footprints {
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} | {:.1} | {} | {:.0} | {:.1} | {:.3} |",
            print.subject,
            print.tickets,
            print.filling_seconds,
            print.bytes_on_disk as f64 / 1e6,
            print.journal_entries,
            print.start_milliseconds,
            print.idle_anonymous_memory_bytes as f64 / 1e6,
            print.flush_p99_milliseconds,
        );
    }
    let _ = writeln!(
        text,
        "\nBare durable commits, one after the other: {:.0}/s. Bare inserts of 16 connections to PostgreSQL: {:.0}/s.",
        figures.bare_commits_per_second, figures.bare_postgres_inserts_per_second,
    );
    text
}
