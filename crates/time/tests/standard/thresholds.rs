//! Warnings: which percentages of the target were reached, and when to look again.

use mainstay_time::{Calendar, OnChange, Reopening, next_wake, reached};

use super::support::{HOUR, at, clock, later, term, worked_calendar};

const PERCENTS: [u32; 3] = [50, 75, 100];

#[test]
fn the_next_wake_is_the_next_percentage_in_working_time() {
    let clock = clock("2025-05-02 15:00", &[], term(&worked_calendar(), 4 * HOUR));
    let wake = |now: &str| next_wake(&clock, at(now), &PERCENTS);
    assert_eq!(wake("2025-05-02 15:00"), Some((at("2025-05-02 17:00"), 50)));
    assert_eq!(wake("2025-05-02 16:59:59"), Some((at("2025-05-02 17:00"), 50)));
    // Strictly after now: what is reached is not announced again.
    assert_eq!(wake("2025-05-02 17:00"), Some((at("2025-05-05 09:00"), 75)));
    assert_eq!(wake("2025-05-05 09:00"), Some((at("2025-05-05 10:00"), 100)));
    assert_eq!(wake("2025-05-05 10:00"), None);
}

#[test]
fn a_clock_that_waits_or_is_stopped_never_wakes() {
    for line in ["2025-05-02 15:30 pause", "2025-05-02 15:30 stop"] {
        let clock = clock("2025-05-02 15:00", &[line], term(&worked_calendar(), 4 * HOUR));
        assert_eq!(next_wake(&clock, at("2025-05-02 16:00"), &PERCENTS), None, "{line}");
    }
}

#[test]
fn of_two_percentages_at_one_instant_the_wake_names_the_higher_and_reached_names_both() {
    let clock = clock("2025-05-02 15:00", &[], term(&Calendar::always(), 1));
    assert_eq!(next_wake(&clock, at("2025-05-02 15:00"), &PERCENTS), Some((at("2025-05-02 15:00:01"), 100)));
    let all = reached(&clock, at("2025-05-02 15:00:01"), &PERCENTS);
    assert_eq!(all.iter().map(|(percent, _)| *percent).collect::<Vec<_>>(), PERCENTS);
}

#[test]
fn what_was_reached_is_listed_with_its_instant() {
    let life = ["2025-05-02 16:00 pause", "2025-05-05 08:00 run"];
    let clock = clock("2025-05-02 15:00", &life, term(&worked_calendar(), 4 * HOUR));
    assert_eq!(reached(&clock, at("2025-05-05 08:59:59"), &PERCENTS), []);
    let two = [(50, at("2025-05-05 09:00")), (75, at("2025-05-05 10:00"))];
    assert_eq!(reached(&clock, at("2025-05-05 10:59:59"), &PERCENTS), two);
}

#[test]
fn a_warning_stays_when_the_target_is_made_longer() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 08:00", &[], term(&calendar, 4 * HOUR));
    clock.terms.push(later("2025-05-05 10:30", OnChange::FromStart, term(&calendar, 8 * HOUR)));
    let list = reached(&clock, at("2025-05-05 15:00"), &PERCENTS);
    assert_eq!(list, [(50, at("2025-05-05 10:00")), (75, at("2025-05-05 14:00"))]);
    // Made shorter instead, what is already passed is reached with the change.
    clock.terms[1].target_seconds = 3 * HOUR;
    let list = reached(&clock, at("2025-05-05 15:00"), &PERCENTS);
    assert_eq!(
        list,
        [(50, at("2025-05-05 10:00")), (75, at("2025-05-05 10:30")), (100, at("2025-05-05 11:00"))]
    );
}

#[test]
fn a_restart_warns_anew() {
    let life = ["2025-05-05 11:00 stop", "2025-05-05 12:00 run"];
    let mut clock = clock("2025-05-05 08:00", &life, term(&worked_calendar(), 4 * HOUR));
    clock.reopening = Reopening::Restart;
    assert_eq!(reached(&clock, at("2025-05-05 13:00"), &PERCENTS), []);
    assert_eq!(next_wake(&clock, at("2025-05-05 13:00"), &PERCENTS), Some((at("2025-05-05 14:00"), 50)));
}
