//! The goals V1 to V19, held against the figures of one run. A goal that was not measured says why; none is guessed.

use super::load::Row;
use super::scenarios::{
    COUNT, CREATE, DESK, HELLO, LIST, MIX, MOVE, OWN_LIST, PAGE, RANKED, READ, SEARCH, SEARCH_ALL, TABLE,
    WHO, WHOLE_LIST,
};
use super::{FLOOR, Figures, Footprint, ON_POSTGRES, ON_SQLITE};

/// Whether a goal is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Held,
    Missed,
    NotMeasured,
}

/// A line of the table of goals.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) struct Goal {
    pub(crate) name: String,
    pub(crate) wanted: String,
    pub(crate) measured: String,
    pub(crate) verdict: Verdict,
}

/// The figures of one volume.
struct At<'a> {
    figures: &'a Figures,
    tickets: u64,
}

impl At<'_> {
    fn row(&self, subject: &str, operation: &str, clients: usize) -> Option<&Row> {
        self.figures.rows.iter().find(|row| {
            (row.subject, row.operation, row.clients, row.tickets)
                == (subject, operation, clients, self.tickets)
        })
    }

    fn own(&self, operation: &str, clients: usize) -> Option<&Row> {
        self.row(ON_SQLITE, operation, clients)
    }

    fn footprint(&self) -> Option<&Footprint> {
        let mut all = self.figures.footprints.iter();
        all.find(|one| one.subject == ON_SQLITE && one.tickets == self.tickets)
    }
}

const MANY: usize = 16;
/// A page may have so many bytes.
const PAGE_BYTES: f64 = 80_000.0;

/// All goals: at the largest volume, but where another is named.
pub(crate) fn judge(figures: &Figures) -> Vec<Goal> {
    let volumes: Vec<u64> = figures.footprints.iter().map(|print| print.tickets).collect();
    let (Some(&least), Some(&most)) = (volumes.iter().min(), volumes.iter().max()) else { return Vec::new() };
    let (small, large) = (At { figures, tickets: least }, At { figures, tickets: most });
    let mut goals = Vec::new();
    against_floor(&large, &mut goals);
    writing(&large, &mut goals);
    searching(&large, &mut goals);
    goals.push(desk(&large));
    growth(&small, &large, &mut goals);
    footprint(&large, &mut goals);
    postgres(&small, &mut goals);
    goals.push(not_measured(
        "V19 verify the journal",
        "≥ 10 % of a bare hash chain",
        "not over HTTP: the tests of `mainstay-verify` time it",
    ));
    goals.sort_by_key(|goal| number(&goal.name));
    goals
}

/// The number in a goal's name.
fn number(name: &str) -> u32 {
    let digits: String = name.chars().skip(1).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(u32::MAX)
}

fn not_measured(name: &str, wanted: &str, why: &str) -> Goal {
    Goal { name: name.into(), wanted: wanted.into(), measured: why.into(), verdict: Verdict::NotMeasured }
}

fn goal(name: impl Into<String>, wanted: impl Into<String>, measured: Option<(String, bool)>) -> Goal {
    let (name, wanted) = (name.into(), wanted.into());
    match measured {
        Some((measured, held)) => {
            let verdict = if held { Verdict::Held } else { Verdict::Missed };
            Goal { name, wanted, measured, verdict }
        }
        None => not_measured(&name, &wanted, "no figure in this run"),
    }
}

/// Processor time of the product against that of the floor for the same, and bytes where they are bounded.
fn against_floor(at: &At<'_>, goals: &mut Vec<Goal>) {
    let mut add = |name: &str, own: &str, of_floor: &str, most: f64, bounded: bool| {
        let measured = at.own(own, MANY).zip(at.row(FLOOR, of_floor, MANY)).map(|(own, floor)| {
            let ratio = own.processor_milliseconds / floor.processor_milliseconds;
            let (mut text, mut held) =
                (format!("{ratio:.1} × ({:.3} ms)", own.processor_milliseconds), ratio <= most);
            if bounded {
                text.push_str(&format!(", {:.0} kB", own.bytes / 1_000.0));
                held &= own.bytes <= PAGE_BYTES;
            }
            (text, held)
        });
        let bytes = if bounded { ", ≤ 80 kB" } else { "" };
        goals.push(goal(name, format!("CPU ≤ {most} × floor{bytes}"), measured));
    };
    add("V1 list of 50 newest, as many fields as the floor", LIST, LIST, 3.0, false);
    add("V1 list of 50 newest, all fields", WHOLE_LIST, LIST, 3.0, false);
    add("V1 list of 50 newest, a customer's contact", OWN_LIST, LIST, 3.0, false);
    add("V2 page of a list of 50", TABLE, TABLE, 5.0, true);
    add("V3 read one", READ, READ, 5.0, false);
    add("V4 page of an incident with 20 entries", PAGE, TABLE, 6.0, true);
    add("V5 create", CREATE, CREATE, 5.0, false);
    add("V8 search, newest 50, filter and rights", SEARCH, SEARCH, 3.0, false);
    add("V8 search, newest 50, all kinds", SEARCH_ALL, SEARCH, 3.0, false);
}

fn writing(at: &At<'_>, goals: &mut Vec<Goal>) {
    let rate = at.own(CREATE, MANY).zip(at.row(FLOOR, CREATE, MANY)).map(|(own, floor)| {
        let ratio = own.per_second / floor.per_second;
        (format!("{ratio:.2} × ({:.0}/s)", own.per_second), ratio >= 0.25)
    });
    goals.push(goal("V5 create, rate of 16 clients", "≥ 0.25 × floor", rate));
    let alone = at.own(CREATE, 1).map(|own| {
        let ratio = own.per_second / at.figures.bare_commits_per_second;
        (format!("{ratio:.2} × ({:.0}/s)", own.per_second), ratio >= 0.15)
    });
    goals.push(goal("V6 create, one client", "rate ≥ 0.15 × bare durable commits", alone));
    let moved = at.own(MOVE, MANY).zip(at.own(CREATE, MANY)).map(|(own, create)| {
        let ratio = own.processor_milliseconds / create.processor_milliseconds;
        (format!("{ratio:.2} × ({:.3} ms)", own.processor_milliseconds), ratio <= 1.2)
    });
    goals.push(goal("V7 transition", "CPU ≤ 1.2 × create", moved));
    let tail = at.own(CREATE, MANY).zip(at.footprint()).map(|(own, print)| {
        let (p99, ratio) = (own.p99_milliseconds, own.p99_milliseconds / print.flush_p99_milliseconds);
        (format!("{p99:.1} ms, {ratio:.0} ×"), p99 <= 25.0 && ratio <= 60.0)
    });
    goals.push(goal("V12 create, p99 of 16 clients", "≤ 25 ms, ≤ 60 × p99 of a flush", tail));
}

fn searching(at: &At<'_>, goals: &mut Vec<Goal>) {
    let ranked = at
        .own(RANKED, 1)
        .map(|own| (format!("{:.1} ms", own.p99_milliseconds), own.p99_milliseconds <= 50.0));
    goals.push(goal("V9 ranked search, p99 of one client", "≤ 50 ms", ranked));
    let token = at.own(WHO, MANY).zip(at.own(HELLO, MANY)).map(|(who, hello)| {
        let more = who.processor_milliseconds - hello.processor_milliseconds;
        let floor = at.row(FLOOR, HELLO, MANY).map_or(0.0, |row| row.processor_milliseconds);
        let text =
            format!("{more:.3} ms (hello {:.3}, floor's hello {floor:.3})", hello.processor_milliseconds);
        (text, more <= 0.02)
    });
    goals.push(goal("V17 a call with a token against hello", "CPU ≤ + 0.02 ms", token));
}

/// The desk has fewer tiles than the goal names, and the person's work beside them.
fn desk(at: &At<'_>) -> Goal {
    let measured = at.own(DESK, MANY).zip(at.row(FLOOR, COUNT, MANY)).map(|(own, count)| {
        let (own, count) = (own.processor_milliseconds, count.processor_milliseconds);
        let ratio = own / count;
        (format!("{ratio:.2} × ({own:.3} ms, count {count:.3} ms)"), ratio <= 1.0 / 3.0)
    });
    goal("V10 the desk: tiles and own work", "CPU ≤ 1/3 of the floor's count of what is open", measured)
}

fn growth(small: &At<'_>, large: &At<'_>, goals: &mut Vec<Goal>) {
    let wanted = |most: f64| format!("CPU and p99 ≤ {most} ×");
    if small.tickets == large.tickets {
        goals.push(not_measured("V11 growth", &wanted(1.3), "one volume only"));
        return;
    }
    for (operation, most) in
        [(LIST, 1.3), (READ, 1.3), (CREATE, 1.3), (MOVE, 1.3), (DESK, 1.3), (SEARCH, 4.0)]
    {
        let measured = small.own(operation, MANY).zip(large.own(operation, MANY)).map(|(before, after)| {
            let time = after.processor_milliseconds / before.processor_milliseconds;
            let tail = after.p99_milliseconds / before.p99_milliseconds;
            (format!("CPU {time:.2} ×, p99 {tail:.2} ×"), time <= most && tail <= most)
        });
        let name = format!("V11 {operation}, from {} to {}", small.tickets, large.tickets);
        goals.push(goal(name, wanted(most), measured));
    }
}

fn footprint(at: &At<'_>, goals: &mut Vec<Goal>) {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let memory = at.footprint().zip(at.own(MIX, MANY)).map(|(print, mix)| {
        let (idle, busy) =
            (megabytes(print.idle_anonymous_memory_bytes), megabytes(mix.anonymous_memory_bytes));
        (format!("{idle:.0} MB, {busy:.0} MB"), idle <= 40.0 && busy <= 120.0)
    });
    goals.push(goal(
        "V13 anonymous memory, idle and after the mix of 16 clients",
        "≤ 40 MB, ≤ 120 MB",
        memory,
    ));
    let start = at
        .footprint()
        .map(|print| (format!("{:.0} ms", print.start_milliseconds), print.start_milliseconds <= 150.0));
    goals.push(goal("V14 cold start to the first list", "≤ 150 ms", start));
    let first = at.figures.first_ticket_seconds;
    let measured = format!("{first:.2} s, one file of {:.0} MB", megabytes(at.figures.program_bytes));
    goals.push(goal(
        "V15 from nothing to the first incident",
        "one file, ≤ 5 s",
        Some((measured, first <= 5.0)),
    ));
    let disk = at.footprint().map(|print| {
        let tickets = print.tickets.max(1) as f64;
        let (kilobytes, entries) =
            (print.bytes_of_tickets as f64 / tickets / 1_000.0, print.journal_entries as f64 / tickets);
        (format!("{kilobytes:.1} kB with {entries:.1} entries"), kilobytes <= 3.0)
    });
    goals.push(goal("V16 disk for an incident", "≤ 3 kB with 5 entries of history", disk));
}

fn postgres(at: &At<'_>, goals: &mut Vec<Goal>) {
    for operation in [LIST, READ] {
        let measured =
            at.row(ON_POSTGRES, operation, MANY).zip(at.own(operation, MANY)).map(|(own, sqlite)| {
                let ratio = own.processor_milliseconds / sqlite.processor_milliseconds;
                (format!("{ratio:.1} × ({:.3} ms)", own.processor_milliseconds), ratio <= 3.0)
            });
        let name = format!("V18 {operation} on PostgreSQL, at {}", at.tickets);
        goals.push(goal(name, "CPU with the database ≤ 3 × SQLite", measured));
    }
    let create = at.row(ON_POSTGRES, CREATE, MANY).map(|own| {
        let ratio = own.per_second / at.figures.bare_postgres_inserts_per_second;
        (format!("{ratio:.2} × ({:.0}/s)", own.per_second), ratio >= 0.15)
    });
    let name = format!("V18 create on PostgreSQL, at {}", at.tickets);
    goals.push(goal(name, "rate ≥ 0.15 × bare inserts", create));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: &'static str, operation: &'static str, processor_milliseconds: f64) -> Row {
        Row {
            subject,
            tickets: 10,
            operation,
            clients: MANY,
            count: 1,
            per_second: 1_000.0,
            p50_milliseconds: 1.0,
            p95_milliseconds: 1.0,
            p99_milliseconds: 1.0,
            processor_milliseconds,
            least_processor_milliseconds: processor_milliseconds,
            most_processor_milliseconds: processor_milliseconds,
            bytes: 90_000.0,
            anonymous_memory_bytes: 1,
        }
    }

    #[test]
    fn a_goal_is_held_missed_or_said_not_to_be_measured() {
        let footprint = Footprint {
            subject: ON_SQLITE,
            tickets: 10,
            filling_seconds: 1.0,
            bytes_on_disk: 60_000,
            bytes_of_tickets: 50_000,
            journal_entries: 50,
            start_milliseconds: 10.0,
            idle_anonymous_memory_bytes: 1,
            flush_p99_milliseconds: 1.0,
        };
        let rows = vec![
            row(FLOOR, LIST, 0.1),
            row(ON_SQLITE, LIST, 0.3),
            row(ON_SQLITE, WHOLE_LIST, 0.4),
            row(FLOOR, TABLE, 0.1),
            row(ON_SQLITE, TABLE, 0.2),
        ];
        let figures = Figures { rows, footprints: vec![footprint], ..Figures::default() };
        let goals = judge(&figures);
        let verdict = |begin: &str| {
            let found = goals.iter().find(|goal| goal.name.starts_with(begin));
            found.map(|goal| (goal.verdict, goal.measured.as_str())).unwrap()
        };
        assert_eq!(verdict("V1 list of 50 newest, as"), (Verdict::Held, "3.0 × (0.300 ms)"));
        assert_eq!(verdict("V1 list of 50 newest, all"), (Verdict::Missed, "4.0 × (0.400 ms)"));
        assert_eq!(verdict("V2"), (Verdict::Missed, "2.0 × (0.200 ms), 90 kB"), "too many bytes");
        assert_eq!(verdict("V3").0, Verdict::NotMeasured);
        assert_eq!(verdict("V16"), (Verdict::Missed, "5.0 kB with 5.0 entries"));
        let mut numbers: Vec<u32> = goals.iter().map(|goal| number(&goal.name)).collect();
        numbers.dedup();
        assert_eq!(numbers, (1..=19).collect::<Vec<_>>(), "every goal has a line, in their order");
    }
}
