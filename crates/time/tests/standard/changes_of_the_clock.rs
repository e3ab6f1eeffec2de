//! Places where the wall clock surprises: changes at midnight, of half an hour, by a whole day, far ahead.

use mainstay_time::{Calendar, CalendarVersion, DayException, Interval, Week, zone_database};

use super::support::{HOUR, at, calendar, daily, date, local, office, window};

/// Working hours of one local date on a calendar that has the same windows every day.
fn hours_of(zone: &str, windows: &[&str], day: &str, next: &str) -> f64 {
    let calendar = daily(zone, windows);
    let (from, to) = (local(zone, &format!("{day} 00:00")), local(zone, &format!("{next} 00:00")));
    calendar.business_seconds(from, to) as f64 / HOUR as f64
}

#[test]
fn a_change_at_midnight_takes_or_gives_an_hour_of_its_date() {
    // São Paulo skipped 00:00-01:00 and repeated 23:00-24:00, Beirut skips 00:00-01:00.
    assert_eq!(hours_of("America/Sao_Paulo", &["00:00-24:00"], "2018-11-04", "2018-11-05"), 23.0);
    assert_eq!(hours_of("America/Sao_Paulo", &["22:00-24:00"], "2018-02-17", "2018-02-18"), 3.0);
    assert_eq!(hours_of("Asia/Beirut", &["00:00-01:00"], "2025-03-30", "2025-03-31"), 0.0);
    assert_eq!(hours_of("Asia/Beirut", &["00:00-01:00"], "2025-03-31", "2025-04-01"), 1.0);
}

#[test]
fn a_change_of_half_an_hour_counts_half_an_hour() {
    assert_eq!(hours_of("Australia/Lord_Howe", &["01:00-05:00"], "2025-04-06", "2025-04-07"), 4.5);
    assert_eq!(hours_of("Australia/Lord_Howe", &["01:00-05:00"], "2025-10-05", "2025-10-06"), 3.5);
}

#[test]
fn a_date_that_was_skipped_adds_nothing() {
    // Samoa went from Thursday 29 December 2011 straight to Saturday 31 December.
    let zone = "Pacific/Apia";
    let (thursday, saturday) = (local(zone, "2011-12-29 00:00"), local(zone, "2011-12-31 00:00"));
    let office = calendar(office(zone, &["09:00-17:00"], &[]));
    assert_eq!(office.business_seconds(thursday, saturday), 8 * HOUR);
    assert_eq!(office.due(thursday, 9 * HOUR), Some(local(zone, "2012-01-02 10:00")));

    // A night belongs to the civil date before, also where that date did not happen.
    let mut version = CalendarVersion::of_week(zone, Week::every_day(&[window("22:00-06:00")]));
    let to = local(zone, "2011-12-31 12:00");
    assert_eq!(calendar(version.clone()).business_seconds(thursday, to), (6 + 2 + 6) * HOUR);
    version.exceptions.insert(date("2011-12-30"), DayException::Closed);
    assert_eq!(calendar(version).business_seconds(thursday, to), (6 + 2) * HOUR);
}

#[test]
fn a_due_time_in_a_repeated_hour_is_its_first_or_second_pass() {
    let night = daily("Europe/Berlin", &["02:00-03:00"]);
    let start = at("2025-10-25T22:00:00Z");
    assert_eq!(night.due(start, HOUR / 2), Some(at("2025-10-26T00:30:00Z"))); // 02:30 summer time
    assert_eq!(night.due(start, HOUR), Some(at("2025-10-26T01:00:00Z")));
    assert_eq!(night.due(start, HOUR + HOUR / 2), Some(at("2025-10-26T01:30:00Z"))); // 02:30 again
    // In spring the window does not occur at all.
    assert_eq!(night.due(at("2025-03-29T12:00:00Z"), 1), Some(at("2025-03-31T00:00:01Z")));
}

#[test]
fn daylight_saving_goes_on_beyond_the_tabled_years() {
    // The table of changes ends in 2200; a version may begin after it.
    for year in [2199, 2200, 2201, 2250, 2399] {
        let summer = at(&format!("{year}-07-01T00:00:00Z"));
        let noon = Interval { start: summer, end: at(&format!("{year}-07-02T00:00:00Z")) };
        let working = daily("Europe/Berlin", &["12:00-13:00"]).working(noon);
        assert_eq!(working.iter().next().unwrap().start, at(&format!("{year}-07-01T10:00:00Z")));
    }
    let calendar = daily("Europe/Berlin", &["12:00-13:00"]);
    let (from, to) = (at("2190-01-01 00:00"), at("2230-01-01 00:00"));
    let days = 40 * 365 + 9; // 2200 is no leap year
    assert_eq!(calendar.business_seconds(from, to), days * HOUR);
    assert_eq!(calendar.due(from, days * HOUR), Some(at("2229-12-31 13:00")));

    assert_eq!(calendar.business_seconds(at("2250-07-01T10:30:00Z"), at("2250-07-01T23:00:00Z")), HOUR / 2);

    let mut later = CalendarVersion::of_week("Europe/Berlin", Week::every_day(&[window("12:00-14:00")]));
    later.valid_from = Some(at("2220-01-01 00:00"));
    let first = CalendarVersion::of_week("Europe/Berlin", Week::every_day(&[window("12:00-13:00")]));
    let both = Calendar::new(vec![first, later]).unwrap();
    assert_eq!(both.business_seconds(at("2219-12-31 00:00"), at("2220-01-02 00:00")), 3 * HOUR);
}

#[test]
fn the_horizon_of_a_due_time_is_fifty_years() {
    let year = 31_557_600;
    let always = Calendar::always();
    assert!(always.due(at("2025-01-01 00:00"), 50 * year).is_some());
    assert_eq!(always.due(at("2025-01-01 00:00"), 50 * year + 1), None);
    assert_eq!(always.due(at("2025-01-01 00:00"), i64::MAX), None);
    let rare = {
        let mut version = CalendarVersion::of_week("Europe/Berlin", Week::default());
        version.exceptions.insert(date("2060-05-05"), DayException::Open(vec![window("10:00-11:00")]));
        version.exceptions.insert(date("2095-05-05"), DayException::Open(vec![window("10:00-11:00")]));
        calendar(version)
    };
    assert_eq!(rare.due(at("2025-01-01 00:00"), HOUR), Some(at("2060-05-05 11:00")));
    assert_eq!(rare.due(at("2025-01-01 00:00"), HOUR + 1), None);
    assert_eq!(rare.due(at("2050-01-01 00:00"), HOUR + 1), Some(at("2095-05-05 10:00:01")));
}

#[test]
fn the_whole_time_line_can_be_asked() {
    let ends = Interval { start: mainstay_time::Instant::MIN, end: mainstay_time::Instant::MAX };
    assert_eq!(Calendar::always().working(ends).seconds(), ends.seconds());
    let office = calendar(office("Africa/Monrovia", &["09:00-17:00"], &[]));
    assert!(office.business_seconds(ends.start, ends.end) > 0);
    assert_eq!(office.due(ends.end, HOUR), None);
}

#[test]
fn a_calendar_is_shared_between_threads() {
    let calendar = daily("Europe/Berlin", &["12:00-13:00"]);
    let day = Interval { start: at("2025-05-05 00:00"), end: at("2025-05-06 00:00") };
    let threads = [calendar.clone(), calendar.clone()]
        .map(|calendar| std::thread::spawn(move || calendar.working(day)));
    for thread in threads {
        assert_eq!(thread.join().unwrap(), calendar.working(day));
    }
}

#[test]
fn the_version_of_the_tz_database_is_known() {
    let version = zone_database();
    assert!(version.starts_with("20") && version.len() == 5, "{version}");
}
