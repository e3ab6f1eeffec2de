//! The worked examples W1 to W6 and W14 of the metrics page, digit by digit.

use mainstay_time::{Calendar, IntervalSet, Verdict};

use super::support::{HOUR, at, between, clock, daily, read_at, term, worked_calendar};

const TARGET: i64 = 4 * HOUR;

#[test]
fn w1_half_an_hour_on_wednesday_then_a_holiday_is_due_on_friday() {
    let calendar = worked_calendar();
    let due = calendar.due(at("2025-04-30 16:30"), TARGET);
    assert_eq!(due, Some(at("2025-05-02 11:30")));
    let clock = clock("2025-04-30 16:30", &[], term(&calendar, TARGET));
    assert_eq!(read_at(&clock, "2025-04-30 16:30").due, Some(at("2025-05-02 11:30")));
    assert_eq!(read_at(&clock, "2025-05-02 09:00").due, Some(at("2025-05-02 11:30")));
}

#[test]
fn w1_a_pause_in_working_time_moves_the_due_time() {
    let pause = ["2025-05-02 09:00 pause", "2025-05-02 10:00 run"];
    let clock = clock("2025-04-30 16:30", &pause, term(&worked_calendar(), TARGET));
    let reading = read_at(&clock, "2025-05-02 10:00");
    assert_eq!(reading.due, Some(at("2025-05-02 12:30")));
    assert_eq!((reading.elapsed_seconds, reading.paused_seconds), (HOUR + HOUR / 2, HOUR));
}

#[test]
fn w1_a_pause_outside_working_time_moves_nothing() {
    let pause = ["2025-04-30 20:00 pause", "2025-05-01 20:00 run"];
    let clock = clock("2025-04-30 16:30", &pause, term(&worked_calendar(), TARGET));
    let reading = read_at(&clock, "2025-05-02 10:00");
    assert_eq!(reading.due, Some(at("2025-05-02 11:30")));
    assert_eq!(reading.paused_seconds, 0);
}

#[test]
fn w2_a_target_used_up_at_the_end_of_a_window_is_due_at_that_end() {
    let calendar = worked_calendar();
    assert_eq!(calendar.due(at("2025-05-02 13:00"), TARGET), Some(at("2025-05-02 17:00")));
    let clock = clock("2025-05-02 13:00", &[], term(&calendar, TARGET));
    let over_the_weekend = read_at(&clock, "2025-05-04 12:00");
    assert_eq!(over_the_weekend.due, Some(at("2025-05-02 17:00")));
    assert_eq!(over_the_weekend.verdict, Verdict::Running);
}

#[test]
fn w3_a_clock_that_was_met_is_breached_after_the_reopening() {
    let life = ["2025-05-02 10:00 stop", "2025-05-05 09:00 run", "2025-05-05 11:30 stop"];
    let clock = clock("2025-04-30 16:30", &life, term(&worked_calendar(), TARGET));

    let resolved = read_at(&clock, "2025-05-02 10:00");
    assert_eq!((resolved.verdict, resolved.elapsed_seconds), (Verdict::Met, 2 * HOUR + HOUR / 2));
    assert_eq!(resolved.decided_at, Some(at("2025-05-02 10:00")));

    let reopened = read_at(&clock, "2025-05-05 10:30");
    assert_eq!((reopened.verdict, reopened.due), (Verdict::Running, Some(at("2025-05-05 10:30"))));
    let second_later = read_at(&clock, "2025-05-05 10:30:01");
    assert_eq!(second_later.verdict, Verdict::Breached);

    let again = read_at(&clock, "2025-05-06 12:00");
    assert_eq!((again.verdict, again.elapsed_seconds), (Verdict::Breached, 5 * HOUR));
    assert_eq!(again.decided_at, Some(at("2025-05-05 10:30")));
    assert_eq!(again.breached_at, again.decided_at);
    assert_eq!(again.stopped_at, Some(at("2025-05-05 11:30")));
    assert_eq!(again.first_stopped_at, Some(at("2025-05-02 10:00")));
    assert_eq!(again.reopenings, 1);
}

#[test]
fn w4_overlapping_outages_and_maintenance_are_sets_of_instants() {
    let june = IntervalSet::from(between("2025-06-01T00:00:00Z", "2025-07-01T00:00:00Z"));
    let maintenance = IntervalSet::from(between("2025-06-14T22:00:00Z", "2025-06-15T02:00:00Z"));
    let agreed = june.difference(&maintenance);
    let outages = IntervalSet::from_intervals([
        between("2025-06-03T10:00:00Z", "2025-06-03T11:30:00Z"),
        between("2025-06-03T11:00:00Z", "2025-06-03T12:00:00Z"),
        between("2025-06-14T21:30:00Z", "2025-06-15T02:30:00Z"),
        between("2025-06-30T23:00:00Z", "2025-07-01T01:00:00Z"),
    ]);
    assert_eq!(agreed.seconds(), 42_960 * 60);
    assert_eq!(outages.intersection(&agreed).seconds(), 240 * 60);
    // W5 counts connected pieces of the outages themselves: three failures.
    assert_eq!(outages.len(), 3);
}

#[test]
fn w6_a_local_day_has_23_24_or_25_hours() {
    let days = daily("Europe/Berlin", &["00:00-24:00"]);
    let window = daily("Europe/Berlin", &["01:00-05:00"]);
    for (day, next, hours, window_hours) in [
        ("2025-03-29 00:00", "2025-03-30 00:00", 24, 4),
        ("2025-03-30 00:00", "2025-03-31 00:00", 23, 3),
        ("2025-10-26 00:00", "2025-10-27 00:00", 25, 5),
    ] {
        let (day, next) = (at(day), at(next));
        assert_eq!(Calendar::always().business_seconds(day, next), hours * HOUR, "{day}");
        assert_eq!(days.business_seconds(day, next), hours * HOUR, "{day}");
        assert_eq!(window.business_seconds(day, next), window_hours * HOUR, "{day}");
    }
}

#[test]
fn w14_a_breach_counts_in_april_though_the_ticket_is_resolved_in_may() {
    let life = ["2025-05-02 10:00 stop"];
    let clock = clock("2025-04-30 12:00", &life, term(&worked_calendar(), TARGET));
    let end_of_april = read_at(&clock, "2025-05-01 00:00");
    assert_eq!((end_of_april.verdict, end_of_april.elapsed_seconds), (Verdict::Breached, 5 * HOUR));
    assert_eq!(end_of_april.decided_at, Some(at("2025-04-30 16:00")));
    let in_may = read_at(&clock, "2025-06-01 00:00");
    assert_eq!(in_may.decided_at, Some(at("2025-04-30 16:00")));
    assert_eq!(in_may.stopped_at, Some(at("2025-05-02 10:00")));
    assert_eq!(in_may.elapsed_seconds, 7 * HOUR);
}
