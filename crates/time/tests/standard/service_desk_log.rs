//! The facts of a real service desk's event log, where the log is at hand: 445 incidents of a ServiceNow
//! instance (University of São Paulo, UCI "Incident management process enriched event log", CC BY 4.0).

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZoneDatabase;
use mainstay_time::{Calendar, ClockInput, Instant, Phase, Reopening, Step, Verdict, read};

use super::support::{HOUR, calendar, office, term};

struct Incident {
    opened_at: Instant,
    priority: usize,
    steps: Vec<Step>,
}

#[test]
fn the_log_of_a_real_service_desk_gives_its_known_figures() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/incident_event_log.csv");
    if !Path::new(path).exists() {
        println!("skipped: the log is not beside the workspace");
        return;
    }
    let incidents = incidents_of(path);
    assert_eq!(incidents.len(), 445);
    let of_priority = |priority| incidents.values().filter(|each| each.priority == priority).count();
    assert_eq!([1, 2, 3, 4].map(of_priority), [8, 18, 363, 56]);

    let always = measure(&incidents, &Calendar::always(), [4 * HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR]);
    assert_eq!(always.elapsed_seconds, 34_128 * HOUR + 8 * 60);
    assert_eq!(always.met, [1, 4, 146, 47]);
    assert_eq!(always.reopenings, 7);

    let holidays = ["2016-03-25", "2016-03-28", "2016-05-02", "2016-05-30"];
    let london = calendar(office("Europe/London", &["09:00-17:30"], &holidays));
    let london = measure(&incidents, &london, [4 * HOUR, 8 * HOUR, 17 * HOUR, 42 * HOUR + HOUR / 2]);
    assert_eq!(london.elapsed_seconds, 10_067 * HOUR + 60);
    assert_eq!(london.met, [2, 6, 215, 50]);
}

struct Figures {
    elapsed_seconds: i64,
    met: [usize; 4],
    reopenings: usize,
}

fn measure(incidents: &BTreeMap<String, Incident>, calendar: &Calendar, targets: [i64; 4]) -> Figures {
    let mut figures = Figures { elapsed_seconds: 0, met: [0; 4], reopenings: 0 };
    for (number, incident) in incidents {
        let input = ClockInput {
            start: incident.opened_at,
            steps: incident.steps.clone(),
            terms: vec![term(calendar, targets[incident.priority - 1])],
            reopening: Reopening::Continue,
            final_: true,
        };
        assert_eq!(input.check(), Ok(()), "{number}");
        let reading = read(&input, Instant::MAX);
        assert!(reading.adds_up() && reading.settled, "{number}: {reading:#?}");
        let within = reading.elapsed_seconds <= reading.target_seconds;
        assert_eq!(reading.verdict, if within { Verdict::Met } else { Verdict::Breached }, "{number}");
        figures.elapsed_seconds += reading.elapsed_seconds;
        figures.met[incident.priority - 1] += usize::from(within);
        figures.reopenings += reading.reopenings;
    }
    figures
}

/// Rows in the order of (`sys_updated_at`, `sys_mod_count`, place in the file), one step each.
fn incidents_of(path: &str) -> BTreeMap<String, Incident> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (number, state, count) = (column("number"), column("incident_state"), column("sys_mod_count"));
    let (opened, updated, priority) = (column("opened_at"), column("sys_updated_at"), column("priority"));
    let mut rows: Vec<(Instant, u32, usize, csv::StringRecord)> = Vec::new();
    for (place, row) in reader.records().enumerate() {
        let row = row.unwrap();
        rows.push((london_time(&row[updated]), row[count].parse().unwrap(), place, row));
    }
    assert_eq!(rows.len(), 2_989);
    rows.sort_by_key(|(at, count, place, _)| (*at, *count, *place));

    let mut incidents: BTreeMap<String, Incident> = BTreeMap::new();
    for (at, _, _, row) in rows {
        let new = || Incident { opened_at: london_time(&row[opened]), priority: 0, steps: Vec::new() };
        let incident = incidents.entry(row[number].to_owned()).or_insert_with(new);
        incident.steps.push(Step { at, phase: phase_of(&row[state]), label: row[state].to_owned() });
        incident.priority = row[priority][..1].parse().unwrap(); // "3 - Moderate": the last row's holds
    }
    incidents
}

fn phase_of(state: &str) -> Phase {
    match state {
        "New" | "Active" => Phase::Running,
        "Resolved" | "Closed" => Phase::Stopped,
        waiting if waiting.starts_with("Awaiting ") => Phase::Paused,
        other => panic!("an unknown state: {other}"),
    }
}

/// `29-02-2016 01:16`, read in Europe/London.
fn london_time(text: &str) -> Instant {
    let part = |range: std::ops::Range<usize>| text[range].parse::<i16>().unwrap();
    let small = |range| i8::try_from(part(range)).unwrap();
    let date = Date::new(part(6..10), small(3..5), small(0..2)).unwrap();
    let time = Time::new(small(11..13), small(14..16), 0, 0).unwrap();
    let zone = TimeZoneDatabase::bundled().get("Europe/London").unwrap();
    DateTime::from_parts(date, time).to_zoned(zone).unwrap().timestamp()
}
