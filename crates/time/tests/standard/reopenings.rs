//! What a reopening means, in each of the three ways.

use mainstay_time::{OnChange, Reopening, Verdict};

use super::support::{HOUR, at, clock, later, read_at, term, worked_calendar};

const LIFE: [&str; 4] =
    ["2025-05-05 11:00 stop", "2025-05-06 09:00 run", "2025-05-06 10:00 pause", "2025-05-06 11:00 run"];

#[test]
fn a_reopened_clock_goes_on_where_it_stopped() {
    let clock = clock("2025-05-05 09:00", &LIFE, term(&worked_calendar(), 4 * HOUR));
    let reading = read_at(&clock, "2025-05-06 11:00");
    assert_eq!((reading.elapsed_seconds, reading.due), (3 * HOUR, Some(at("2025-05-06 12:00"))));
    assert_eq!((reading.stopped_at, reading.first_stopped_at), (None, Some(at("2025-05-05 11:00"))));
    assert_eq!(reading.wall_seconds, 26 * HOUR);
}

#[test]
fn a_restarted_clock_counts_anew_and_keeps_the_verdict_of_the_earlier_run() {
    let mut clock = clock("2025-05-05 09:00", &LIFE, term(&worked_calendar(), HOUR + HOUR / 2));
    clock.reopening = Reopening::Restart;
    let reading = read_at(&clock, "2025-05-06 11:00");
    assert_eq!((reading.elapsed_seconds, reading.paused_seconds), (HOUR, HOUR));
    assert_eq!((reading.verdict, reading.due), (Verdict::Running, Some(at("2025-05-06 11:30"))));
    assert_eq!(reading.counted_from, at("2025-05-06 09:00"));
    assert_eq!(reading.resets.len(), 1);
    let earlier = &reading.resets[0];
    assert_eq!((earlier.at, earlier.elapsed_seconds), (at("2025-05-06 09:00"), 2 * HOUR));
    assert_eq!((earlier.verdict, earlier.decided_at), (Verdict::Breached, at("2025-05-05 10:30")));
    let not_counted = reading.segments.iter().filter(|segment| !segment.counts);
    let notes: Vec<&str> = not_counted.map(|segment| segment.note.as_str()).collect();
    assert_eq!(
        notes,
        [
            "counted; belongs to the run before the reopening",
            "stopped, not counted; belongs to the run before the reopening"
        ]
    );
}

#[test]
fn a_term_that_comes_with_the_reopening_does_not_judge_the_earlier_run() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 09:00", &LIFE, term(&calendar, 4 * HOUR));
    clock.terms.push(later("2025-05-06 09:00", OnChange::FromStart, term(&calendar, HOUR / 2)));
    clock.reopening = Reopening::Restart;
    let reading = read_at(&clock, "2025-05-06 11:00");
    assert_eq!(
        (reading.resets[0].verdict, reading.resets[0].decided_at),
        (Verdict::Met, at("2025-05-05 11:00"))
    );
    assert_eq!((reading.verdict, reading.breached_at), (Verdict::Breached, Some(at("2025-05-06 09:30"))));
}

#[test]
fn a_clock_met_exactly_on_target_breaches_at_the_reopening_and_not_in_the_past() {
    let life = ["2025-04-30 17:00 stop", "2025-05-05 09:00 run"];
    let clock = clock("2025-04-30 13:00", &life, term(&worked_calendar(), 4 * HOUR));
    assert_eq!(read_at(&clock, "2025-05-01 00:00").verdict, Verdict::Met);
    assert_eq!(read_at(&clock, "2025-05-05 09:00").verdict, Verdict::Running);
    let reading = read_at(&clock, "2025-05-05 09:00:01");
    // The target was used up in April, but April counted the clock as met.
    assert_eq!((reading.verdict, reading.decided_at), (Verdict::Breached, Some(at("2025-05-05 09:00"))));
    assert_eq!(reading.due, Some(at("2025-04-30 17:00")));
}

#[test]
fn a_stop_and_a_reopening_in_the_same_second_are_both_seen() {
    let life = ["2025-05-05 10:00 stop", "2025-05-05 10:00 run"];
    let mut clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 4 * HOUR));
    let reading = read_at(&clock, "2025-05-05 11:00");
    assert_eq!((reading.elapsed_seconds, reading.reopenings), (2 * HOUR, 1));
    clock.reopening = Reopening::FirstStopCounts;
    assert_eq!(read_at(&clock, "2025-05-05 11:00").elapsed_seconds, HOUR);
}

#[test]
fn from_resolved_to_closed_is_one_stop() {
    let life = ["2025-05-05 10:00 stop resolved", "2025-05-07 10:00 stop closed"];
    let mut clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 4 * HOUR));
    clock.final_ = true;
    let reading = read_at(&clock, "2025-05-07 10:00");
    assert_eq!((reading.stopped_at, reading.reopenings), (Some(at("2025-05-05 10:00")), 0));
    assert_eq!(reading.decided_at, Some(at("2025-05-05 10:00")));
    // A closed clock reads the same for ever; before the closing it was still open to change.
    assert!(reading.settled && !read_at(&clock, "2025-05-07 09:59").settled);
    assert_eq!(read_at(&clock, "2045-01-01 00:00"), reading);
}
