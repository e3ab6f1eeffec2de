//! Calendar and clock against a walk that looks at every minute and asks the definition.
//!
//! 50,000 random cases over every zone of the bundled database, with holidays, other hours, windows over
//! midnight, two versions and pauses; half of them close to a change of the zone's offset. Fixed seeds.

#[path = "minute_walk/case.rs"]
mod case;
#[path = "minute_walk/walk.rs"]
mod walk;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use mainstay_time::{
    Calendar, CalendarVersion, ClockInput, Instant, Interval, Minute, OnChange, Phase, Reopening, Step, Term,
    Verdict, Week, Window, read,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use case::{Case, build, case, changes_of, zone_names};
use walk::Walk;

#[test]
fn half_of_the_cases_equal_a_walk_over_every_minute() {
    walk_cases(1, 25_000);
}

#[test]
fn the_other_half_equals_a_walk_over_every_minute() {
    walk_cases(2, 25_000);
}

#[test]
fn offsets_of_less_than_a_minute_equal_a_walk_over_every_second() {
    let database = TimeZoneDatabase::bundled();
    let mut changes = 0;
    for name in zone_names() {
        let zone = database.get(name).unwrap();
        let before_1995 = second("1995-01-01T00:00:00Z");
        for change in changes_of(&zone, second("1800-01-01T00:00:00Z"), before_1995) {
            let offsets = [change - 1, change].map(|at| offset(&zone, at));
            if offsets.iter().all(|offset| offset % 60 == 0) || changes > 400 {
                continue;
            }
            changes += 1;
            let windows = vec![hours((23, 0), (0, 31)), hours((0, 45), (12, 1)), hours((12, 30), (12, 45))];
            let version = CalendarVersion::of_week(name, Week::every_day(&windows));
            let calendar = Calendar::new(vec![version.clone()]).unwrap();
            for (from, to) in [
                (change - 4000, change + 4000),
                (change - 777, change + 11),
                (change - 86_400, change + 86_400),
            ] {
                let walk = Walk::new(std::slice::from_ref(&version), from, to, 1);
                assert_eq!(worked(&calendar, from, to), walk.worked(from, to), "{name} at {change}");
                let working = calendar.working(interval(from, to));
                assert_eq!(working.seconds(), walk.worked(from, to), "{name} at {change}");
            }
        }
    }
    assert!(changes > 300, "only {changes} changes of such an offset were found");
}

fn walk_cases(seed: u8, cases: u32) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, random);
    runner.run(&case(), |case| check(&case)).unwrap();
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let (start, versions) = build(case);
    let end = start + case.seconds;
    let calendar = Calendar::new(versions.clone()).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let walk = Walk::new(&versions, start, end, 60);
    let total = walk.worked(start, end);
    prop_assert_eq!(worked(&calendar, start, end), total, "business seconds");
    prop_assert_eq!(spans(&calendar, start, end), walk.spans(start, end), "working time");

    for share in &case.shares {
        // A share of the line, so that amounts which end exactly at a window's end come up often.
        let middle = start + case.seconds * i64::from(*share) / i64::from(u16::MAX);
        for amount in [walk.worked(start, middle), total * i64::from(*share) / i64::from(u16::MAX)] {
            let due = calendar.due(instant(start), amount).map(Instant::as_second);
            prop_assert_eq!(due, Some(walk.due(start, amount)), "due after {} s", amount);
            prop_assert_eq!(due.map(|due| worked(&calendar, start, due)), Some(amount), "bt(a, due) = n");
        }
    }
    // One second more than there is falls behind the end, and is no earlier than it must be.
    if let Some(due) = calendar.due(instant(start), total + 1).map(Instant::as_second) {
        prop_assert!(due > end);
        prop_assert_eq!(worked(&calendar, start, due), total + 1);
        prop_assert_eq!(worked(&calendar, start, due - 1), total);
    }
    check_clock(case, &calendar, &walk, start, end)
}

/// A clock that waits in between, against the walk over the time in which it ran.
fn check_clock(
    case: &Case,
    calendar: &Calendar,
    walk: &Walk,
    start: i64,
    end: i64,
) -> Result<(), TestCaseError> {
    let mut turns: Vec<i64> = case
        .turns
        .iter()
        .map(|share| start + case.seconds * i64::from(*share) / i64::from(u16::MAX))
        .collect();
    turns.sort_unstable();
    let mut steps = Vec::new();
    let mut running = Vec::new();
    let (mut phase, mut since) = (Phase::Running, start);
    for at in turns {
        if phase == Phase::Running {
            running.push((since, at));
            phase = Phase::Paused;
        } else {
            phase = Phase::Running;
        }
        since = at;
        steps.push(Step { at: instant(at), phase, label: "turn".to_owned() });
    }
    if phase == Phase::Running {
        running.push((since, end));
    }
    if case.stops {
        phase = Phase::Stopped;
        steps.push(Step { at: instant(end), phase, label: "stop".to_owned() });
    }
    let elapsed: i64 = running.iter().map(|(from, to)| walk.worked(*from, *to)).sum();
    for share in &case.shares {
        let target = elapsed * i64::from(*share) / i64::from(u16::MAX) * 5 / 4;
        let term = Term {
            from: instant(start),
            target_seconds: target,
            calendar: calendar.clone(),
            calendar_name: "random".to_owned(),
            agreement: "random".to_owned(),
            on_change: OnChange::FromStart,
        };
        let input = ClockInput {
            start: instant(start),
            steps: steps.clone(),
            terms: vec![term],
            reopening: Reopening::Continue,
            final_: case.stops,
        };
        let reading = read(&input, instant(end));
        prop_assert!(reading.adds_up());
        prop_assert_eq!(reading.elapsed_seconds, elapsed);
        prop_assert_eq!(reading.elapsed_seconds + reading.paused_seconds, walk.worked(start, end));
        let breached = (elapsed > target).then(|| walk.due_within(&running, start, target));
        prop_assert_eq!(reading.breached_at.map(Instant::as_second), breached, "breach of {} s", target);
        let verdict = match (breached, phase) {
            (Some(_), _) => Verdict::Breached,
            (None, Phase::Stopped) => Verdict::Met,
            (None, Phase::Paused) => Verdict::Paused,
            (None, Phase::Running) => Verdict::Running,
        };
        prop_assert_eq!(reading.verdict, verdict);
        let due = reading.due.map(Instant::as_second);
        if phase != Phase::Running {
            prop_assert_eq!(due, None);
        } else if elapsed >= target {
            prop_assert_eq!(due, Some(walk.due_within(&running, start, target)));
        }
    }
    Ok(())
}

fn instant(second: i64) -> Instant {
    Instant::from_second(second).unwrap()
}

fn second(text: &str) -> i64 {
    text.parse::<Instant>().unwrap().as_second()
}

fn interval(from: i64, to: i64) -> Interval {
    Interval { start: instant(from), end: instant(to) }
}

fn worked(calendar: &Calendar, from: i64, to: i64) -> i64 {
    calendar.business_seconds(instant(from), instant(to))
}

fn spans(calendar: &Calendar, from: i64, to: i64) -> Vec<(i64, i64)> {
    let working = calendar.working(interval(from, to));
    working.iter().map(|each| (each.start.as_second(), each.end.as_second())).collect()
}

fn offset(zone: &TimeZone, at: i64) -> i64 {
    i64::from(zone.to_offset(instant(at)).seconds())
}

fn hours(from: (u16, u16), to: (u16, u16)) -> Window {
    Window { from: Minute::new(from.0, from.1).unwrap(), to: Minute::new(to.0, to.1).unwrap() }
}
