//! Changes of priority, service and agreement during the life of a ticket (metrics 2.4).

use mainstay_time::{Calendar, OnChange, Verdict};

use super::support::{HOUR, at, calendar, clock, later, office, read_at, term, worked_calendar};

#[test]
fn a_new_priority_counts_from_the_start_and_forgets_no_pause() {
    let office = calendar(office("Europe/Berlin", &["09:00-17:30"], &[]));
    let pause = ["2025-05-06 11:00 pause", "2025-05-06 12:00 run"];
    let mut clock = clock("2025-05-06 10:00", &pause, term(&office, 8 * HOUR));
    clock.terms.push(later("2025-05-06 14:00", OnChange::FromStart, term(&office, 4 * HOUR)));
    assert_eq!(read_at(&clock, "2025-05-06 14:00").due, Some(at("2025-05-06 15:00")));
    // What was due before the change was known to nobody as anything else.
    assert_eq!(read_at(&clock, "2025-05-06 13:59:59").due, Some(at("2025-05-07 10:30")));
}

#[test]
fn a_shorter_target_that_is_already_exceeded_is_breached_when_it_begins_to_apply() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-04-30 09:00", &[], term(&calendar, 40 * HOUR));
    clock.terms.push(later("2025-05-05 10:00", OnChange::FromStart, term(&calendar, 4 * HOUR)));
    assert_eq!(read_at(&clock, "2025-05-05 09:59:59").verdict, Verdict::Running);
    let reading = read_at(&clock, "2025-05-05 10:00");
    assert_eq!((reading.verdict, reading.decided_at), (Verdict::Breached, Some(at("2025-05-05 10:00"))));
    // The due time is what the new target says; the breach is decided now, since April is closed.
    assert_eq!(reading.due, Some(at("2025-04-30 13:00")));
}

#[test]
fn a_target_reached_before_the_change_and_exceeded_after_it_is_breached_at_the_change() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-04-30 13:00", &[], term(&calendar, 40 * HOUR));
    clock.terms.push(later("2025-05-01 12:00", OnChange::FromStart, term(&calendar, 4 * HOUR)));
    assert_eq!(read_at(&clock, "2025-05-02 08:00").verdict, Verdict::Running);
    assert_eq!(read_at(&clock, "2025-05-02 08:00:01").breached_at, Some(at("2025-05-01 12:00")));
}

#[test]
fn a_longer_target_that_comes_in_time_saves_the_clock() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 08:00", &["2025-05-05 13:00 stop"], term(&calendar, 4 * HOUR));
    clock.terms.push(later("2025-05-05 12:00", OnChange::FromStart, term(&calendar, 8 * HOUR)));
    assert_eq!(read_at(&clock, "2025-05-06 00:00").verdict, Verdict::Met);
    clock.terms[1].from = at("2025-05-05 12:00:01");
    assert_eq!(read_at(&clock, "2025-05-06 00:00").verdict, Verdict::Met);
    clock.terms[1].from = at("2025-05-05 12:00:02");
    assert_eq!(read_at(&clock, "2025-05-06 00:00").verdict, Verdict::Breached);
}

#[test]
fn a_target_may_count_from_the_change() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 08:00", &[], term(&calendar, 40 * HOUR));
    clock.terms.push(later("2025-05-05 15:00", OnChange::FromChange, term(&calendar, 4 * HOUR)));
    let reading = read_at(&clock, "2025-05-05 16:00");
    assert_eq!((reading.elapsed_seconds, reading.due), (HOUR, Some(at("2025-05-06 10:00"))));
    assert_eq!((reading.counted_from, reading.wall_seconds), (at("2025-05-05 15:00"), HOUR));
    assert!(!reading.segments[0].counts);
    assert_eq!(reading.segments[0].note, "counted; before the change from which the target in force counts");
}

#[test]
fn a_new_service_is_measured_on_its_own_calendar_from_the_start() {
    let mut clock = clock("2025-05-05 16:00", &[], term(&worked_calendar(), 40 * HOUR));
    let mut always = later("2025-05-05 18:00", OnChange::FromStart, term(&Calendar::always(), 6 * HOUR));
    always.calendar_name = "24x7".to_owned();
    clock.terms.push(always);
    let reading = read_at(&clock, "2025-05-05 20:00");
    assert_eq!((reading.elapsed_seconds, reading.term), (4 * HOUR, 1));
    let first = &reading.segments[0];
    assert_eq!((first.term, first.measured_by, first.counted_seconds), (0, 1, 2 * HOUR));
    assert_eq!(first.note, "counted; measured on 24x7 since SLA-1 v2 counts from the start");
}

#[test]
fn what_is_agreed_after_the_closing_changes_nothing() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 09:00", &["2025-05-05 12:10 stop"], term(&calendar, 4 * HOUR));
    clock.final_ = true;
    let closed = read_at(&clock, "2025-05-06 09:00");
    clock.terms.push(later("2025-05-06 08:00", OnChange::FromStart, term(&calendar, 2 * HOUR)));
    assert_eq!(read_at(&clock, "2025-05-09 09:00"), closed);
    assert_eq!(closed.verdict, Verdict::Met);
}

#[test]
fn a_shorter_target_while_resolved_and_not_closed_is_breached_when_it_begins_to_apply() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 09:00", &["2025-05-05 12:00 stop"], term(&calendar, 4 * HOUR));
    clock.terms.push(later("2025-05-06 08:00", OnChange::FromStart, term(&calendar, 2 * HOUR)));
    let reading = read_at(&clock, "2025-05-07 08:00");
    assert_eq!((reading.verdict, reading.decided_at), (Verdict::Breached, Some(at("2025-05-06 08:00"))));
}
