//! Short ways to say calendars, steps and terms in tests.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZoneDatabase;
use mainstay_time::{
    Calendar, CalendarVersion, ClockInput, DayException, Instant, Interval, OnChange, Phase, Reading,
    Reopening, Step, Term, Week, Window, read,
};

pub const HOUR: i64 = 3600;

/// An instant from RFC 3339 text, or from a local reading in Europe/Berlin: `2025-04-30 16:30`.
pub fn at(text: &str) -> Instant {
    if text.ends_with('Z') { text.parse().unwrap() } else { local("Europe/Berlin", text) }
}

/// The instant of a local reading; the earlier one of two.
pub fn local(zone: &str, reading: &str) -> Instant {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let reading: DateTime = reading.parse().unwrap();
    reading.to_zoned(zone).unwrap().timestamp()
}

pub fn between(start: &str, end: &str) -> Interval {
    Interval::new(at(start), at(end)).unwrap()
}

pub fn window(text: &str) -> Window {
    text.parse().unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// One version, Monday to Friday, with dates that are closed.
pub fn office(zone: &str, windows: &[&str], closed: &[&str]) -> CalendarVersion {
    let windows: Vec<Window> = windows.iter().map(|text| window(text)).collect();
    let exceptions: BTreeMap<Date, DayException> =
        closed.iter().map(|day| (date(day), DayException::Closed)).collect();
    CalendarVersion { exceptions, ..CalendarVersion::of_week(zone, Week::monday_to_friday(&windows)) }
}

/// The same windows on all days.
pub fn daily(zone: &str, windows: &[&str]) -> Calendar {
    let windows: Vec<Window> = windows.iter().map(|text| window(text)).collect();
    calendar(CalendarVersion::of_week(zone, Week::every_day(&windows)))
}

pub fn calendar(version: CalendarVersion) -> Calendar {
    Calendar::new(vec![version]).unwrap()
}

/// The calendar of W1 to W3 and W14: Monday to Friday 08:00-17:00, holiday 1 May 2025, Europe/Berlin.
pub fn worked_calendar() -> Calendar {
    calendar(office("Europe/Berlin", &["08:00-17:00"], &["2025-05-01"]))
}

pub fn term(calendar: &Calendar, target_seconds: i64) -> Term {
    Term {
        from: Instant::MIN,
        target_seconds,
        calendar: calendar.clone(),
        calendar_name: "office".to_owned(),
        agreement: "SLA-1 v1".to_owned(),
        on_change: OnChange::FromStart,
    }
}

pub fn later(from: &str, on_change: OnChange, term: Term) -> Term {
    Term { from: at(from), on_change, agreement: "SLA-1 v2".to_owned(), ..term }
}

/// Steps written as `2025-05-02 09:00 pause`, with `run` and `stop`; a label may follow.
pub fn steps(lines: &[&str]) -> Vec<Step> {
    lines.iter().map(|line| step(line)).collect()
}

fn step(line: &str) -> Step {
    let mut words = line.splitn(4, ' ');
    let (day, time) = (words.next().unwrap(), words.next().unwrap());
    let word = words.next().unwrap();
    let phase = match word {
        "run" => Phase::Running,
        "pause" => Phase::Paused,
        "stop" => Phase::Stopped,
        other => panic!("no phase is called {other}"),
    };
    Step { at: at(&format!("{day} {time}")), phase, label: words.next().unwrap_or(word).to_owned() }
}

/// A clock with one term that goes on after a reopening.
pub fn clock(start: &str, lines: &[&str], term: Term) -> ClockInput {
    let (start, steps) = (at(start), steps(lines));
    ClockInput { start, steps, terms: vec![term], reopening: Reopening::Continue, final_: false }
}

/// Reads the clock and checks that its derivation adds up.
pub fn read_at(input: &ClockInput, now: &str) -> Reading {
    let reading = read(input, at(now));
    assert!(reading.adds_up(), "the derivation does not add up: {reading:#?}");
    reading
}
