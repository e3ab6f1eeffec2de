//! The edge cases of the metrics page that concern time, by their numbers. E6, E26 to E28 and the like are
//! choices of the caller: which start, which ticket, which kind.

use mainstay_time::{
    Calendar, CalendarVersion, ClockInput, ClockInputError, DayException, Instant, Interval, IntervalSet,
    OnChange, Reopening, Term, Verdict, Week,
};

use super::support::{
    HOUR, at, between, calendar, clock, daily, date, later, office, read_at, term, window, worked_calendar,
};

#[test]
fn e1_a_ticket_reported_at_night_counts_from_the_next_working_instant() {
    let clock = clock("2025-05-05 22:00", &[], term(&worked_calendar(), 4 * HOUR));
    let night = read_at(&clock, "2025-05-06 07:59:59");
    assert_eq!((night.elapsed_seconds, night.wall_seconds), (0, 10 * HOUR - 1));
    assert_eq!(night.due, Some(at("2025-05-06 12:00")));
    assert_eq!(read_at(&clock, "2025-05-06 08:00:01").elapsed_seconds, 1);
}

#[test]
fn e2_a_pause_moves_the_due_time_by_its_business_time() {
    let check = |pause: [&str; 2], due: &str| {
        let lines = [format!("{} pause", pause[0]), format!("{} run", pause[1])];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let clock = clock("2025-05-05 09:00", &lines, term(&worked_calendar(), 12 * HOUR));
        assert_eq!(read_at(&clock, pause[1]).due, Some(at(due)), "{pause:?}");
    };
    check(["2025-05-05 10:00", "2025-05-05 10:00"], "2025-05-06 12:00");
    check(["2025-05-05 16:00", "2025-05-06 09:00"], "2025-05-06 14:00");
    check(["2025-05-05 17:00", "2025-05-06 08:00"], "2025-05-06 12:00");
}

#[test]
fn e2_a_pause_over_the_weekend_moves_every_target_by_the_same_hour() {
    let office = calendar(office("Europe/Berlin", &["09:00-17:30"], &[]));
    for target in [8 * HOUR, 17 * HOUR] {
        let pause = ["2025-05-09 17:00 pause", "2025-05-12 09:30 run"];
        let paused = clock("2025-05-09 16:00", &pause, term(&office, target));
        let straight = clock("2025-05-09 16:00", &[], term(&office, target));
        let due = |clock| read_at(clock, "2025-05-12 10:00").due.unwrap();
        assert_eq!(office.business_seconds(due(&straight), due(&paused)), HOUR);
    }
}

#[test]
fn e2_a_paused_clock_has_no_due_time_and_cannot_breach() {
    let clock = clock("2025-05-05 09:00", &["2025-05-05 12:36 pause"], term(&worked_calendar(), 4 * HOUR));
    let month_later = read_at(&clock, "2025-06-05 12:00");
    assert_eq!((month_later.verdict, month_later.due), (Verdict::Paused, None));
    assert_eq!(month_later.elapsed_seconds * 100 / month_later.target_seconds, 90);
    assert_eq!(month_later.remaining_seconds, 24 * 60);
}

#[test]
fn e3_a_ticket_resolved_without_an_answer_counts_as_resolved() {
    let life = ["2025-05-05 10:00 pause waiting for customer", "2025-05-19 10:00 stop no answer"];
    let clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 4 * HOUR));
    let reading = read_at(&clock, "2025-05-20 10:00");
    assert_eq!((reading.verdict, reading.elapsed_seconds), (Verdict::Met, HOUR));
    assert_eq!(reading.decided_at, Some(at("2025-05-19 10:00")));
    assert_eq!(reading.paused_share(), (90 * HOUR, 91 * HOUR));
}

#[test]
fn e4_waiting_for_a_supplier_does_not_stop_the_clock() {
    let life = ["2025-05-05 10:00 run waiting for supplier", "2025-05-05 12:00 run in progress"];
    let clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 4 * HOUR));
    let reading = read_at(&clock, "2025-05-05 13:00");
    assert_eq!((reading.elapsed_seconds, reading.paused_seconds), (4 * HOUR, 0));
    let waiting = reading.segments.iter().find(|segment| segment.label == "waiting for supplier").unwrap();
    assert_eq!(waiting.counted_seconds, 2 * HOUR);
}

#[test]
fn e5_the_time_from_resolved_to_reopened_is_not_counted() {
    let life = ["2025-05-05 10:00 stop", "2025-05-06 10:00 run"];
    let clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 2 * HOUR));
    let reading = read_at(&clock, "2025-05-06 10:00");
    assert_eq!((reading.elapsed_seconds, reading.remaining_seconds), (HOUR, HOUR));
    assert_eq!((reading.paused_seconds, reading.resolved_seconds), (0, 9 * HOUR));
    assert_eq!(reading.due, Some(at("2025-05-06 11:00")));
}

#[test]
fn e7_a_breach_stays_when_the_priority_is_lowered() {
    let calendar = worked_calendar();
    let mut clock = clock("2025-05-05 08:00", &["2025-05-05 14:00 stop"], term(&calendar, 4 * HOUR));
    clock.terms.push(later("2025-05-05 13:00", OnChange::FromStart, term(&calendar, 40 * HOUR)));
    let reading = read_at(&clock, "2025-05-05 15:00");
    assert_eq!((reading.elapsed_seconds, reading.target_seconds), (6 * HOUR, 40 * HOUR));
    assert_eq!((reading.verdict, reading.breached_at), (Verdict::Breached, Some(at("2025-05-05 12:00"))));
}

#[test]
fn e8_exactly_on_target_is_met_and_one_second_more_is_not() {
    let check = |stop: &str, verdict: Verdict| {
        let clock = clock("2025-05-05 08:00", &[stop], term(&worked_calendar(), 4 * HOUR));
        assert_eq!(read_at(&clock, "2025-05-06 08:00").verdict, verdict, "{stop}");
    };
    check("2025-05-05 12:00 stop", Verdict::Met);
    check("2025-05-05 12:00:01 stop", Verdict::Breached);
}

#[test]
fn e8_an_open_clock_is_breached_with_the_first_second_beyond_the_target() {
    let clock = clock("2025-05-05 13:00", &[], term(&worked_calendar(), 4 * HOUR));
    assert_eq!(read_at(&clock, "2025-05-06 08:00").verdict, Verdict::Running);
    let beyond = read_at(&clock, "2025-05-06 08:00:01");
    assert_eq!((beyond.verdict, beyond.remaining_seconds), (Verdict::Breached, -1));
    // The decision instant is the one at which the target was used up: the end of the day before.
    assert_eq!((beyond.decided_at, beyond.due), (Some(at("2025-05-05 17:00")), Some(at("2025-05-05 17:00"))));
}

#[test]
fn e9_a_pause_is_cut_where_the_ticket_is_resolved() {
    let life = ["2025-05-05 10:00 pause", "2025-05-05 11:00 stop"];
    let clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 4 * HOUR));
    let reading = read_at(&clock, "2025-05-05 17:00");
    assert_eq!((reading.elapsed_seconds, reading.paused_seconds), (HOUR, HOUR));
    assert_eq!(reading.wall_seconds, 2 * HOUR);
}

#[test]
fn e10_overlapping_pauses_count_once() {
    let pauses = IntervalSet::from_intervals([
        between("2025-05-05 09:00", "2025-05-05 11:00"),
        between("2025-05-05 10:00", "2025-05-05 12:00"),
        between("2025-05-05 10:30", "2025-05-05 10:45"),
    ]);
    assert_eq!((pauses.len(), pauses.seconds()), (1, 3 * HOUR));
    // As steps, waiting anew while waiting changes the reason and nothing else.
    let life =
        ["2025-05-05 09:00 pause customer", "2025-05-05 10:00 pause agreed date", "2025-05-05 12:00 run"];
    let clock = clock("2025-05-05 08:00", &life, term(&worked_calendar(), 4 * HOUR));
    assert_eq!(read_at(&clock, "2025-05-05 13:00").paused_seconds, 3 * HOUR);
}

#[test]
fn e11_to_e17_are_unions_and_intersections() {
    // E11: overlapping or touching outages are one episode.
    let outages =
        [between("2025-05-05 09:00", "2025-05-05 10:00"), between("2025-05-05 10:00", "2025-05-05 11:00")];
    assert_eq!(IntervalSet::from_intervals(outages).len(), 1);
    // E13: of a maintenance that overruns only the announced window is excluded.
    let loss = IntervalSet::from(between("2025-05-05 09:00", "2025-05-05 11:00"));
    let announced = IntervalSet::from(between("2025-05-05 09:00", "2025-05-05 10:30"));
    assert_eq!(loss.difference(&announced).seconds(), HOUR / 2);
    // E16: an outage around a window counts outside of it, in two pieces of one episode.
    let window = IntervalSet::from(between("2025-05-05 09:30", "2025-05-05 10:00"));
    assert_eq!((loss.difference(&window).len(), loss.difference(&window).seconds()), (2, HOUR + HOUR / 2));
    // E17: an outage over the border of a period is clipped to each.
    let may_5 = IntervalSet::from(between("2025-05-05 00:00", "2025-05-06 00:00"));
    let over = IntervalSet::from(between("2025-05-05 23:00", "2025-05-06 02:00"));
    assert_eq!(over.intersection(&may_5).seconds(), HOUR);
    // E20: an outage outside the agreed hours is no downtime.
    let night = between("2025-05-05 20:00", "2025-05-05 23:00");
    assert_eq!(worked_calendar().working(night).seconds(), 0);
}

#[test]
fn e24_a_calendar_without_working_time_gives_no_time_and_no_due_time() {
    let closed = calendar(CalendarVersion::of_week("Europe/Berlin", Week::default()));
    assert_eq!(closed.business_seconds(at("2025-01-01 00:00"), at("2026-01-01 00:00")), 0);
    assert_eq!(closed.due(at("2025-01-01 00:00"), 1), None);
    assert_eq!(closed.due(at("2025-01-01 00:00"), 0), Some(at("2025-01-01 00:00")));
    let reading = read_at(&clock("2025-01-01 00:00", &[], term(&closed, HOUR)), "2026-01-01 00:00");
    assert_eq!((reading.verdict, reading.due, reading.elapsed_seconds), (Verdict::Running, None, 0));
    assert_eq!(reading.paused_share(), (0, 0)); // undefined, never 0 %
}

#[test]
fn e25_the_start_is_the_callers_and_earlier_steps_count_from_it() {
    let life = ["2025-05-05 08:00 pause", "2025-05-05 10:00 run"];
    let clock = clock("2025-05-05 09:00", &life, term(&worked_calendar(), 4 * HOUR));
    let reading = read_at(&clock, "2025-05-05 11:00");
    assert_eq!((reading.elapsed_seconds, reading.paused_seconds), (HOUR, HOUR));
}

#[test]
fn e29_a_step_entered_afterwards_gives_the_reading_as_if_entered_then() {
    let term = || term(&worked_calendar(), 4 * HOUR);
    let entered_late = clock("2025-05-05 09:00", &["2025-05-05 12:00 run", "2025-05-05 10:00 pause"], term());
    let in_order = clock("2025-05-05 09:00", &["2025-05-05 10:00 pause", "2025-05-05 12:00 run"], term());
    assert_eq!(read_at(&entered_late, "2025-05-05 13:00"), read_at(&in_order, "2025-05-05 13:00"));
    // It is answered, and it is said that the steps were not sorted.
    assert_eq!(entered_late.check(), Err(ClockInputError::StepsOutOfOrder { at: at("2025-05-05 10:00") }));
}

#[test]
fn e30_a_negative_duration_is_refused_and_reads_as_nothing() {
    assert!(Interval::new(at("2025-05-05 10:00"), at("2025-05-05 09:00")).is_err());
    let always = Calendar::always();
    assert_eq!(always.business_seconds(at("2025-05-05 10:00"), at("2025-05-05 09:00")), 0);
    assert_eq!(always.due(at("2025-05-05 10:00"), -1), None);
    let reversed = Interval { start: at("2025-05-05 10:00"), end: at("2025-05-05 09:00") };
    assert!(always.working(reversed).is_empty() && worked_calendar().working(reversed).is_empty());

    let clock = clock("2025-05-05 10:00", &["2025-05-05 09:00 stop"], term(&always, HOUR));
    let error = clock.check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the stop at 2025-05-05T07:00:00Z lies before the start 2025-05-05T08:00:00Z"
    );
    let reading = read_at(&clock, "2025-05-05 12:00");
    assert_eq!((reading.elapsed_seconds, reading.wall_seconds), (0, 0));
    assert_eq!(reading.stopped_at, Some(at("2025-05-05 10:00")));
}

#[test]
fn e30_other_inputs_that_make_no_sense_are_named() {
    let clock = clock("2025-05-05 10:00", &["2025-05-05 11:00 run"], term(&Calendar::always(), HOUR));
    assert_eq!(clock.check(), Ok(()));
    let without_term = ClockInput { terms: vec![], ..clock.clone() };
    assert_eq!(without_term.check(), Err(ClockInputError::NoTerm));
    let reading = read_at(&without_term, "2035-05-05 10:00");
    assert_eq!((reading.verdict, reading.target_seconds), (Verdict::Running, i64::MAX));
    let negative = ClockInput { terms: vec![term(&Calendar::always(), -1)], ..clock.clone() };
    assert_eq!(negative.check(), Err(ClockInputError::NegativeTarget { target_seconds: -1 }));
    let closed = ClockInput { final_: true, ..clock.clone() };
    assert_eq!(closed.check(), Err(ClockInputError::ClosedWithoutStop { at: at("2025-05-05 11:00") }));
    let mut disorder = clock;
    for from in ["2025-05-07 10:00", "2025-05-06 10:00"] {
        disorder.terms.push(later(from, OnChange::FromStart, term(&Calendar::always(), HOUR)));
    }
    assert_eq!(disorder.check(), Err(ClockInputError::TermsOutOfOrder { from: at("2025-05-06 10:00") }));
}

#[test]
fn e31_a_leap_day_is_a_day_like_any_other() {
    let calendar = calendar(office("Europe/Berlin", &["08:00-17:00"], &[]));
    assert_eq!(calendar.business_seconds(at("2024-02-28 00:00"), at("2024-03-02 00:00")), 27 * HOUR);
    assert_eq!(calendar.business_seconds(at("2023-02-28 00:00"), at("2023-03-02 00:00")), 18 * HOUR);
    assert_eq!(calendar.due(at("2024-02-28 16:00"), 2 * HOUR), Some(at("2024-02-29 09:00")));
}

#[test]
fn e31_a_holiday_removes_its_whole_local_date() {
    let mut version = CalendarVersion::of_week("Europe/Berlin", Week::every_day(&[window("00:00-24:00")]));
    version.exceptions.insert(date("2025-03-30"), DayException::Closed);
    let calendar = calendar(version);
    let around = between("2025-03-29 00:00", "2025-04-01 00:00");
    assert_eq!(around.seconds(), 71 * HOUR);
    assert_eq!(calendar.working(around).seconds(), 48 * HOUR);
}

#[test]
fn e31_an_extra_working_day_wins_over_the_weekday() {
    let mut version = office("Europe/Berlin", &["08:00-17:00"], &[]);
    version.exceptions.insert(date("2025-05-10"), DayException::Open(vec![window("10:00-12:00")])); // Saturday
    version.exceptions.insert(date("2025-05-12"), DayException::Open(vec![window("13:00-15:00")])); // Monday
    let calendar = calendar(version);
    assert_eq!(calendar.due(at("2025-05-09 16:00"), 4 * HOUR), Some(at("2025-05-12 14:00")));
}

#[test]
fn e31_the_part_after_midnight_belongs_to_the_day_on_which_the_window_started() {
    let night = |closed: &[&str]| {
        let mut version =
            CalendarVersion::of_week("Europe/Berlin", Week::every_day(&[window("22:00-06:00")]));
        version.exceptions.extend(closed.iter().map(|day| (date(day), DayException::Closed)));
        calendar(version)
    };
    let one_night = between("2025-05-06 12:00", "2025-05-07 12:00");
    assert_eq!(night(&[]).working(one_night).seconds(), 8 * HOUR);
    assert_eq!(night(&["2025-05-06"]).working(one_night).seconds(), 0);
    // A holiday on the second day does not cut the night that began before it.
    assert_eq!(night(&["2025-05-07"]).working(one_night).seconds(), 8 * HOUR);
    let next_night = between("2025-05-07 12:00", "2025-05-08 12:00");
    assert_eq!(night(&["2025-05-07"]).working(next_night).seconds(), 0);
}

#[test]
fn e31_a_window_over_midnight_on_sunday_reaches_into_monday() {
    let mut version = CalendarVersion::of_week("Europe/Berlin", Week::default());
    version.week.sunday.push(window("22:00-06:00"));
    let calendar = calendar(version);
    assert_eq!(calendar.business_seconds(at("2025-05-12 00:00"), at("2025-05-12 12:00")), 6 * HOUR);
    assert_eq!(calendar.business_seconds(at("2025-05-05 06:00"), at("2025-05-12 06:00")), 8 * HOUR);
}

#[test]
fn e32_a_holiday_added_later_works_forward_only() {
    let old = office("Europe/Berlin", &["08:00-17:00"], &[]);
    let mut new = office("Europe/Berlin", &["08:00-17:00"], &["2025-05-01", "2025-05-08"]);
    new.valid_from = Some(at("2025-05-05 00:00"));
    let calendar = Calendar::new(vec![old, new]).unwrap();
    // 1 May was a working day when it passed and stays one; 8 May is a holiday.
    assert_eq!(calendar.business_seconds(at("2025-05-01 00:00"), at("2025-05-02 00:00")), 9 * HOUR);
    assert_eq!(calendar.business_seconds(at("2025-05-08 00:00"), at("2025-05-09 00:00")), 0);

    let reading = read_at(&clock("2025-05-01 16:00", &[], term(&calendar, 100 * HOUR)), "2025-05-09 00:00");
    assert_eq!(reading.elapsed_seconds, (1 + 9 + 3 * 9) * HOUR);
    let versions: Vec<usize> = reading.segments.iter().map(|segment| segment.calendar_version).collect();
    assert_eq!(versions, [0, 1]);
    assert_eq!(reading.segments[1].from, at("2025-05-05 00:00"));
}

#[test]
fn e32_a_version_may_begin_in_the_middle_of_a_day_and_in_another_zone() {
    let old = office("Europe/Berlin", &["08:00-17:00"], &[]);
    let mut new = office("America/New_York", &["08:00-17:00"], &[]);
    new.valid_from = Some(at("2025-05-06 12:00"));
    let calendar = Calendar::new(vec![new, old]).unwrap(); // in any order
    assert_eq!(calendar.version_at(at("2025-05-06 11:59:59")), 0);
    assert_eq!(calendar.version_at(at("2025-05-06 12:00")), 1);
    assert_eq!(calendar.version_at(Instant::MIN), 0);
    // Four hours in Berlin, then New York from 14:00 to 23:00 Berlin time.
    let day = between("2025-05-06 00:00", "2025-05-07 00:00");
    assert_eq!(
        calendar.working(day).iter().map(|each| each.seconds()).collect::<Vec<_>>(),
        [4 * HOUR, 9 * HOUR]
    );
}

#[test]
fn e33_and_e27_each_ticket_stops_with_its_own_step() {
    let check = |stop: &str, elapsed: i64| {
        let clock = clock("2025-05-05 09:00", &[stop], term(&Calendar::always(), 4 * HOUR));
        assert_eq!(read_at(&clock, "2025-05-06 09:00").elapsed_seconds, elapsed);
    };
    check("2025-05-05 10:00 stop first part", HOUR);
    check("2025-05-05 15:00 stop last part", 6 * HOUR);
}

#[test]
fn a_response_clock_is_decided_by_the_first_reply() {
    let life =
        ["2025-05-05 09:30 stop first reply", "2025-05-05 11:00 run", "2025-05-05 15:00 stop second reply"];
    let term = Term { agreement: "response".to_owned(), ..term(&daily("UTC", &["00:00-24:00"]), HOUR) };
    let mut clock = clock("2025-05-05 09:00", &life, term);
    clock.reopening = Reopening::FirstStopCounts;
    let reading = read_at(&clock, "2025-05-09 09:00");
    assert_eq!((reading.verdict, reading.elapsed_seconds), (Verdict::Met, HOUR / 2));
    assert_eq!((reading.decided_at, reading.read_to), (Some(at("2025-05-05 09:30")), at("2025-05-05 09:30")));
    assert!(reading.settled);
}
