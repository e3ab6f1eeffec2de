//! The results as a table for people and as JSON for programs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::measure::Table;
use crate::plan::Plan;
use crate::subject::Outcome;

/// Writes `DATE-NAME.md` and `DATE-NAME.json`; says where the first one is.
pub(crate) fn write(table: &Table, plan: &Plan, date: &str, name: &str, folder: &Path) -> Outcome<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("{date}-{name}.md"));
    std::fs::write(&path, markdown(table, plan, date, name))?;
    let json = serde_json::json!({ "date": date, "name": name, "plan": plan.name, "machine": machine(), "results": table });
    std::fs::write(folder.join(format!("{date}-{name}.json")), serde_json::to_string_pretty(&json)? + "\n")?;
    Ok(path)
}

/// The table for people.
pub(crate) fn markdown(table: &Table, plan: &Plan, date: &str, name: &str) -> String {
    let mut text = format!("# {name}, {date}\n\nPlan `{}`, {}.\n", plan.name, machine());
    text.push_str(
        "CPU is processor time of the program and the database server together; the server's part is in brackets.\n\
         Compare figures within this run only.\n\n\
         | subject | tickets | operation | clients | per second | p50 ms | p95 ms | p99 ms | CPU ms |\n\
         | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for row in &table.rows {
        let [p50, p95, p99] = [row.p50_microseconds, row.p95_microseconds, row.p99_microseconds]
            .map(|microseconds| microseconds / 1_000.0);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.0} | {p50:.3} | {p95:.3} | {p99:.3} | {:.4} ({:.4}) |",
            row.subject,
            row.tickets,
            row.operation,
            row.clients,
            row.per_second,
            row.processor_milliseconds,
            row.server_processor_milliseconds,
        );
    }
    text.push_str(&ratios(table));
    text.push_str(
        "\n| subject | tickets | seeding s | seeded/s | start ms | disk MB | bytes a ticket | anonymous MB (server) | flush p50 ms | flush p99 ms |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for print in &table.footprints {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} | {:.0} | {} | {:.1} | {} | {:.1} ({:.1}) | {:.3} | {:.3} |",
            print.subject,
            print.tickets,
            print.seeding_seconds,
            print.tickets as f64 / print.seeding_seconds,
            print.start_milliseconds.map_or_else(|| "-".to_owned(), |start| format!("{start:.0}")),
            megabytes(print.bytes_on_disk),
            print.bytes_on_disk / print.tickets.max(1),
            megabytes(print.anonymous_memory_bytes),
            megabytes(print.server_anonymous_memory_bytes),
            print.flush_p50_microseconds / 1_000.0,
            print.flush_p99_microseconds / 1_000.0,
        );
    }
    text
}

/// The product beside the floor of the same database, volume and number of clients.
fn ratios(table: &Table) -> String {
    let mut text = String::from(
        "\n| database | tickets | operation | clients | CPU, product / floor | rate, product / floor |\n\
         | --- | ---: | --- | ---: | ---: | ---: |\n",
    );
    let database = |subject: &str| if subject.contains("PostgreSQL") { "PostgreSQL" } else { "SQLite" };
    for row in table.rows.iter().filter(|row| row.subject.starts_with("Mainstay")) {
        let floor = table.rows.iter().find(|other| {
            other.subject.starts_with("floor")
                && database(&other.subject) == database(&row.subject)
                && (other.tickets, other.operation, other.clients)
                    == (row.tickets, row.operation, row.clients)
        });
        if let Some(floor) = floor {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {:.2} | {:.2} |",
                database(&row.subject),
                row.tickets,
                row.operation,
                row.clients,
                row.processor_milliseconds / floor.processor_milliseconds,
                row.per_second / floor.per_second,
            );
        }
    }
    text
}

/// What the figures were taken on, as far as it matters to them.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(": "));
    let model = model.map_or("processor of unknown kind", |(_, name)| name);
    let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
    format!("{cores} cores ({model}), SQLite {}, {build}", rusqlite::version())
}
