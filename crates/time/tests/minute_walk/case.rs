//! Random cases: zones, weeks, exceptions, versions and starts, half of them close to a change of the offset.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use mainstay_time::{CalendarVersion, DayException, Instant, Minute, Week, Window};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{instant, offset, second};

/// Zones that have surprised programs: odd offsets, changes at midnight, skipped dates, changes of half an hour.
const ODD_ZONES: [&str; 20] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Norfolk",
];

/// Minutes of a day; the second is smaller for a window over midnight.
pub type Hours = (u16, u16);

#[derive(Clone, Debug)]
pub struct VersionCase {
    zone: ZoneCase,
    week: Vec<Vec<Hours>>,
    /// Days after the start's date; none: closed.
    exceptions: Vec<(i64, Option<Vec<Hours>>)>,
}

#[derive(Clone, Debug)]
pub enum ZoneCase {
    Any(Index),
    Odd(Index),
}

#[derive(Clone, Debug)]
pub enum StartCase {
    /// Somewhere from 1995 to 2037.
    Any(i64),
    /// Seconds from a change of the offset.
    NearChange(Index, i64),
}

#[derive(Clone, Debug)]
pub struct Case {
    pub first: VersionCase,
    /// A second version and the minutes after the start from which it governs.
    pub second: Option<(VersionCase, i64)>,
    pub start: StartCase,
    pub seconds: i64,
    /// Where the ticket turns from running to waiting and back, as shares of the time.
    pub turns: Vec<u16>,
    pub stops: bool,
    /// The amounts of working time to look for, as shares of what there is.
    pub shares: Vec<u16>,
}

pub fn build(case: &Case) -> (i64, Vec<CalendarVersion>) {
    let zone = TimeZoneDatabase::bundled().get(&case.first.zone.name()).unwrap();
    let (low, high) = (second("1995-01-01T00:00:00Z"), second("2037-12-31T00:00:00Z"));
    let start = match &case.start {
        StartCase::Any(start) => *start,
        StartCase::NearChange(index, distance) => match changes_of(&zone, low, high) {
            changes if changes.is_empty() => low + distance.abs(),
            changes => index.get(&changes) + distance,
        },
    };
    let mut versions = vec![version(&case.first, start, None)];
    if let Some((second, minutes)) = &case.second {
        let border = (start.div_euclid(60) + minutes) * 60;
        versions.push(version(second, start, Some(instant(border))));
    }
    (start, versions)
}

fn version(case: &VersionCase, start: i64, valid_from: Option<Instant>) -> CalendarVersion {
    let zone = case.zone.name();
    let windows = |hours: &Vec<Hours>| -> Vec<Window> {
        let minute = |minutes: u16| Minute::new(minutes / 60, minutes % 60).unwrap();
        hours.iter().map(|(from, to)| Window { from: minute(*from), to: minute(*to) }).collect()
    };
    let mut week = Week::default();
    let first = Date::constant(2024, 1, 1); // a Monday
    for (index, hours) in case.week.iter().enumerate() {
        let weekday = first.weekday().wrapping_add(i64::try_from(index).unwrap());
        *week.on_mut(weekday) = windows(hours);
    }
    let start_date = TimeZoneDatabase::bundled().get(&zone).unwrap().to_datetime(instant(start)).date();
    let exceptions: BTreeMap<Date, DayException> = case
        .exceptions
        .iter()
        .map(|(days, hours)| {
            let date = start_date.checked_add(jiff::Span::new().days(*days)).unwrap();
            (date, hours.as_ref().map_or(DayException::Closed, |hours| DayException::Open(windows(hours))))
        })
        .collect();
    CalendarVersion { valid_from, exceptions, ..CalendarVersion::of_week(&zone, week) }
}

impl ZoneCase {
    fn name(&self) -> String {
        match self {
            ZoneCase::Any(index) => index.get(zone_names()).clone(),
            ZoneCase::Odd(index) => (*index.get(&ODD_ZONES)).to_owned(),
        }
    }
}

/// Every zone of the bundled database.
pub fn zone_names() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let database = TimeZoneDatabase::bundled();
        let names = database.available().map(|name| name.as_str().to_owned());
        names.filter(|name| name != "Etc/Unknown").collect()
    });
    &NAMES
}

/// The instants in `[low, high)` at which the offset changes.
pub fn changes_of(zone: &TimeZone, low: i64, high: i64) -> Vec<i64> {
    let changes = zone.following(instant(low)).map(|change| change.timestamp().as_second());
    changes.take_while(|at| *at < high).filter(|at| offset(zone, at - 1) != offset(zone, *at)).collect()
}

pub fn case() -> impl Strategy<Value = Case> {
    let any_start = second("1995-01-01T00:00:00Z")..second("2037-12-31T00:00:00Z");
    let start = prop_oneof![
        any_start.prop_map(StartCase::Any),
        (any::<Index>(), -3 * 86_400i64..86_400).prop_map(|(index, near)| StartCase::NearChange(index, near)),
    ];
    let seconds = prop_oneof![
        175 => 0..3 * 86_400i64,
        24 => 0..30 * 86_400i64,
        1 => 0..400 * 86_400i64,
    ];
    let second_version = proptest::option::weighted(0.3, (version_case(), -1_000..5_000i64));
    let turns = proptest::collection::vec(any::<u16>(), 0..6);
    let shares = proptest::collection::vec(any::<u16>(), 1..3);
    (version_case(), second_version, start, seconds, turns, any::<bool>(), shares).prop_map(
        |(first, second, start, seconds, turns, stops, shares)| Case {
            first,
            second,
            start,
            seconds,
            turns,
            stops,
            shares,
        },
    )
}

fn version_case() -> impl Strategy<Value = VersionCase> {
    let zone = prop_oneof![any::<Index>().prop_map(ZoneCase::Any), any::<Index>().prop_map(ZoneCase::Odd)];
    let day = || proptest::collection::vec(hours_case(), 0..4);
    let week = prop_oneof![
        proptest::collection::vec(day(), 7),
        day().prop_map(|day| vec![day; 7]),
        day().prop_map(|day| [vec![day; 5], vec![vec![]; 2]].concat()),
    ];
    let exception = (-2..35i64, proptest::option::of(proptest::collection::vec(hours_case(), 1..3)));
    let exceptions = proptest::collection::vec(exception, 0..8);
    (zone, week, exceptions).prop_map(|(zone, week, exceptions)| VersionCase { zone, week, exceptions })
}

fn hours_case() -> impl Strategy<Value = Hours> {
    prop_oneof![
        4 => (0..1440u16, 1..=1440u16).prop_filter("not empty", |(from, to)| from != to),
        2 => (0..6u16, 2..12u16).prop_map(|(from, to)| (from * 30, from * 30 + to * 30)),
        1 => Just((0, 1440)),
        1 => (1200..1440u16, 0..480u16),
    ]
}
