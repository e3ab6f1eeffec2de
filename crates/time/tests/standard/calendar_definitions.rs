//! Calendars as people write them, and what they are told when they write nonsense.

use mainstay_time::{Calendar, CalendarVersion, DayException, Week};

use super::support::{at, date, office, window};

const TEXT: &str = r#"
valid_from = "2026-01-01T00:00:00Z"
zone = "Europe/London"

[week]
monday = ["09:00-12:00", "13:00-17:30"]
friday = ["22:00-06:00"]

[exceptions]
2026-12-25 = "closed"
2026-12-27 = ["10:00-14:00"]

[reasons]
2026-12-25 = "Christmas Day"
"#;

#[test]
fn a_definition_reads_and_writes_the_same_in_toml_and_json() {
    let version: CalendarVersion = toml::from_str(TEXT).unwrap();
    assert_eq!(version.valid_from, Some(at("2026-01-01T00:00:00Z")));
    assert_eq!(version.week.monday, [window("09:00-12:00"), window("13:00-17:30")]);
    assert_eq!(version.exceptions[&date("2026-12-25")], DayException::Closed);
    assert_eq!(version.exceptions[&date("2026-12-27")], DayException::Open(vec![window("10:00-14:00")]));
    assert_eq!(version.reasons[&date("2026-12-25")], "Christmas Day");

    let toml_again: CalendarVersion = toml::from_str(&toml::to_string(&version).unwrap()).unwrap();
    assert_eq!(toml_again, version);
    let json = serde_json::to_string(&version).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"valid_from":"2026-01-01T00:00:00Z","zone":"Europe/London","#,
            r#""week":{"monday":["09:00-12:00","13:00-17:30"],"friday":["22:00-06:00"]},"#,
            r#""exceptions":{"2026-12-25":"closed","2026-12-27":["10:00-14:00"]},"#,
            r#""reasons":{"2026-12-25":"Christmas Day"}}"#
        )
    );
    assert_eq!(serde_json::from_str::<CalendarVersion>(&json).unwrap(), version);
}

#[test]
fn the_calendar_in_the_page_for_service_managers_is_one() {
    let page = include_str!("../../../../docs/clocks.md");
    let example = page.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let version: CalendarVersion = toml::from_str(example).unwrap();
    let calendar = Calendar::new(vec![version]).unwrap();
    // The night from Friday to Saturday is one shift, and that Saturday is a working day besides.
    assert_eq!(calendar.business_seconds(at("2025-05-09 12:00"), at("2025-05-10 12:00")), 10 * 3600);
}

#[test]
fn the_24x7_calendar_is_written_in_one_line() {
    let version: CalendarVersion = serde_json::from_str(r#"{"zone":"UTC","always_open":true}"#).unwrap();
    assert_eq!(Calendar::new(vec![version]).unwrap(), Calendar::always());
    assert_eq!(
        serde_json::to_string(&Calendar::always().versions()[0]).unwrap(),
        r#"{"zone":"UTC","always_open":true}"#
    );
}

#[test]
fn text_that_cannot_be_read_names_the_day_and_the_window() {
    for (text, message) in [
        (r#"{"zone":"UTC","hours":{}}"#, "unknown field `hours`"),
        (r#"{"zone":"UTC","week":{"funday":[]}}"#, "unknown field `funday`"),
        (r#"{"week":{}}"#, "missing field `zone`"),
        (
            r#"{"zone":"UTC","week":{"tuesday":["9-5"]}}"#,
            r#"Tuesday: "9-5" is no window; write it like 09:00-17:30 or 22:00-06:00, between 00:00 and 24:00"#,
        ),
        (
            r#"{"zone":"UTC","exceptions":{"2026-12-24":["09:00-25:00"]}}"#,
            r#"2026-12-24: "09:00-25:00" is no window"#,
        ),
        (
            r#"{"zone":"UTC","exceptions":{"2026-12-24":"shut"}}"#,
            r#"2026-12-24: "shut" is neither "closed" nor a list of windows"#,
        ),
        (r#"{"zone":"UTC","exceptions":{"2026-02-29":"closed"}}"#, "`2026-02` is invalid"),
    ] {
        let error = serde_json::from_str::<CalendarVersion>(text).unwrap_err().to_string();
        assert!(error.contains(message), "{error}\n does not say\n{message}");
    }
}

#[test]
fn a_definition_that_cannot_be_meant_is_refused_in_words() {
    let of = |change: fn(&mut CalendarVersion)| {
        let mut version = office("Europe/London", &["09:00-17:30"], &[]);
        change(&mut version);
        Calendar::new(vec![version]).unwrap_err().to_string()
    };
    assert_eq!(Calendar::new(vec![]).unwrap_err().to_string(), "a calendar needs at least one version");
    assert_eq!(
        of(|version| version.week.wednesday.push(window("09:00-09:00"))),
        "the version valid from the beginning: Wednesday, window 09:00-09:00: it starts and ends at the same time; \
         a whole day is written 00:00-24:00"
    );
    assert_eq!(
        of(|version| {
            version.valid_from = Some(at("2026-01-01T00:00:00Z"));
            version.exceptions.insert(date("2026-12-27"), DayException::Open(vec![window("24:00-06:00")]));
        }),
        "the version valid from 2026-01-01T00:00:00Z: 2026-12-27, window 24:00-06:00: it starts at 24:00, which is \
         00:00 of the next day; write it there"
    );
    assert_eq!(
        of(|version| version.zone = "Europe/Londres".to_owned()),
        "the version valid from the beginning: \"Europe/Londres\" is not the name of a time zone (write it like \
         Europe/London)"
    );
    assert_eq!(
        of(|version| version.always_open = true),
        "the version valid from the beginning is always open and has windows or exceptions as well; keep one of both"
    );
    assert_eq!(
        of(|version| {
            version.exceptions.insert(date("2026-12-27"), DayException::Open(vec![]));
        }),
        "the version valid from the beginning: 2026-12-27 is open without a window; write \"closed\" for a holiday"
    );
    assert_eq!(
        of(|version| {
            version.reasons.insert(date("2026-12-25"), "Christmas Day".to_owned());
        }),
        "the version valid from the beginning: 2026-12-25 has a reason but is no exception"
    );
}

#[test]
fn two_versions_cannot_govern_the_same_instant() {
    let version = office("Europe/London", &["09:00-17:30"], &[]);
    let error = Calendar::new(vec![version.clone(), version]).unwrap_err().to_string();
    assert_eq!(error, "two versions are valid from the beginning; only one can govern an instant");
}

#[test]
fn the_earliest_version_governs_the_time_before_it_as_well() {
    let mut version = office("Europe/London", &["09:00-17:30"], &[]);
    version.valid_from = Some(at("2026-01-01T00:00:00Z"));
    let calendar = Calendar::new(vec![version]).unwrap();
    assert_eq!(calendar.business_seconds(at("2020-01-01T00:00:00Z"), at("2020-01-02T00:00:00Z")), 30_600);
}

#[test]
fn half_days_and_lunch_are_windows_like_any_other() {
    let calendar = |windows| Calendar::new(vec![office("Europe/Berlin", windows, &[])]).unwrap();
    let lunch = calendar(&["08:00-12:00", "13:00-17:00"]);
    assert_eq!(lunch.due(at("2025-05-05 11:30"), 7_200), Some(at("2025-05-05 14:30")));
    let half_day = calendar(&["08:00-12:00"]);
    assert_eq!(half_day.due(at("2025-05-05 11:00"), 7_200), Some(at("2025-05-06 09:00")));
}

#[test]
fn overlapping_windows_of_a_day_are_a_union() {
    let version = CalendarVersion::of_week(
        "Europe/Berlin",
        Week::every_day(&[window("09:00-12:00"), window("11:00-13:00"), window("22:00-10:00")]),
    );
    let calendar = Calendar::new(vec![version]).unwrap();
    // 00:00-13:00 and 22:00-24:00.
    assert_eq!(calendar.business_seconds(at("2025-05-06 00:00"), at("2025-05-07 00:00")), 15 * 3600);
}
