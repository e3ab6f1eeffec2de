//! The clock against a walk that counts second by second: steps in any phase and any order, several terms with
//! calendars of their own, each way to reopen, closed and open tickets. Fixed seed.

use mainstay_time::{
    Calendar, CalendarVersion, ClockInput, Glance, Instant, OnChange, Phase, Reading, Reopening, Step, Term,
    Verdict, Week, glance, next_exceeded, next_wake, reached, read,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Monday 2025-05-05 08:00 in UTC; all times below are seconds from there.
const START: i64 = 1_746_432_000;
const SPAN: i64 = 9_000;
const PERCENTS: [u32; 4] = [50, 75, 100, 150];

#[derive(Clone, Debug)]
struct Case {
    steps: Vec<(i64, Phase)>,
    /// From, target, calendar and whether the target counts from the change.
    terms: Vec<(i64, i64, usize, bool)>,
    reopening: Reopening,
    closed: bool,
    now: i64,
}

#[test]
fn a_clock_equals_a_walk_over_every_second() {
    let config = Config { cases: 40_000, failure_persistence: None, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, random).run(&case(), |case| check(&case)).unwrap();
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let input = input(case);
    let reading = read(&input, instant(case.now));
    let walk = walk(case);
    prop_assert!(reading.adds_up(), "{:#?}", reading);
    prop_assert_eq!(reading.elapsed_seconds, walk.elapsed);
    prop_assert_eq!(reading.target_seconds - reading.remaining_seconds, walk.elapsed);
    prop_assert_eq!(reading.breached_at, walk.breached.map(instant));
    prop_assert_eq!(reading.stopped_at, walk.stopped.map(instant));
    prop_assert_eq!(reading.first_stopped_at, walk.first_stopped.map(instant));
    prop_assert_eq!(reading.reopenings, walk.reopenings);
    prop_assert_eq!(reading.decided_at, walk.breached.or(walk.stopped).map(instant));
    let verdict = match (walk.breached, walk.phase) {
        (Some(_), _) => Verdict::Breached,
        (None, Phase::Stopped) => Verdict::Met,
        (None, Phase::Paused) => Verdict::Paused,
        (None, Phase::Running) => Verdict::Running,
    };
    prop_assert_eq!(reading.verdict, verdict);
    let resets: Vec<(Instant, i64, Verdict)> =
        reading.resets.iter().map(|reset| (reset.at, reset.elapsed_seconds, reset.verdict)).collect();
    prop_assert_eq!(resets, walk.resets.clone());
    prop_assert_eq!(reading.due.is_some(), walk.phase == Phase::Running && due_exists(&input, &reading));
    if walk.phase == Phase::Running && reading.remaining_seconds <= 0 {
        prop_assert_eq!(reading.due, walk.reached_target.map(instant));
    }
    let mut expected: Vec<(u32, Instant)> = PERCENTS
        .iter()
        .zip(walk.reached)
        .filter_map(|(percent, at)| at.map(|at| (*percent, instant(at))))
        .collect();
    expected.sort_by_key(|(percent, at)| (*at, *percent));
    prop_assert_eq!(reached(&input, instant(case.now), &PERCENTS), expected.clone());
    let shown = Glance {
        phase: reading.phase,
        due: reading.due,
        breached_at: reading.breached_at,
        resets: reading.resets.len(),
        reached: expected,
    };
    prop_assert_eq!(glance(&input, instant(case.now), &PERCENTS), shown);
    let mut longer = input.clone();
    longer.terms.iter_mut().for_each(|term| term.target_seconds += 1);
    let exceeds = next_wake(&longer, instant(case.now), &[100]).map(|(at, _)| at);
    prop_assert_eq!(next_exceeded(&input, instant(case.now)), exceeds);
    check_wake(&input, instant(case.now), &reading)
}

/// At the wake, and not a second before, the next percentage is reached.
fn check_wake(input: &ClockInput, now: Instant, reading: &Reading) -> Result<(), TestCaseError> {
    let Some((wake, percent)) = next_wake(input, now, &PERCENTS) else {
        let left = PERCENTS.iter().any(|percent| below(reading, *percent));
        prop_assert!(reading.phase != Phase::Running || !left || !due_exists(input, reading));
        return Ok(());
    };
    prop_assert!(wake > now.max(input.start));
    prop_assert_eq!(reading.phase, Phase::Running);
    let mut unchanged = input.clone();
    let known = now.max(input.start); // a reading before the start is one at the start
    unchanged.steps.retain(|step| step.at <= known);
    // The first term is in force from the start, whatever its own instant says.
    let first = unchanged.terms.remove(0);
    unchanged.terms.retain(|term| term.from <= known);
    unchanged.terms.insert(0, first);
    let before = read(&unchanged, wake - jiff::SignedDuration::from_secs(1));
    prop_assert!(PERCENTS.iter().all(|percent| below(&before, *percent) == below(reading, *percent)));
    prop_assert!(below(&before, percent) && !below(&read(&unchanged, wake), percent));
    Ok(())
}

fn below(reading: &Reading, percent: u32) -> bool {
    reading.elapsed_seconds * 100 < reading.target_seconds * i64::from(percent)
}

/// The third calendar never works, so nothing falls due on it.
fn due_exists(input: &ClockInput, reading: &Reading) -> bool {
    reading.remaining_seconds <= 0 || input.terms[reading.term].calendar_name != "closed"
}

/// What the walk has found so far; at the end, what it found.
struct Walk {
    phase: Phase,
    /// Index of the term in force, and the second from which it is.
    term: usize,
    since: i64,
    counts: Vec<Count>,
    elapsed: i64,
    breached: Option<i64>,
    reached_target: Option<i64>,
    stopped: Option<i64>,
    first_stopped: Option<i64>,
    reopened: Option<i64>,
    reopenings: usize,
    resets: Vec<(Instant, i64, Verdict)>,
    reached: [Option<i64>; 4],
}

/// What one term has counted since its base.
#[derive(Clone, Default)]
struct Count {
    seconds: i64,
    /// The first second at which the target was counted.
    reached: Option<i64>,
    /// Whether it was exceeded, and the last reopening before that.
    exceeded: Option<Option<i64>>,
}

fn walk(case: &Case) -> Walk {
    let mut walk = Walk {
        phase: Phase::Running,
        term: 0,
        since: 0,
        counts: vec![Count::default(); case.terms.len()],
        elapsed: 0,
        breached: None,
        reached_target: None,
        stopped: None,
        first_stopped: None,
        reopened: None,
        reopenings: 0,
        resets: Vec::new(),
        reached: [None; 4],
    };
    let works: Vec<Vec<bool>> = calendars().iter().map(|(_, calendar)| seconds_that_work(calendar)).collect();
    for at in 0..=case.now.max(0) {
        walk.note_targets(case, at);
        let settled = walk.take_steps(case, at);
        walk.take_terms(case, at);
        walk.note_targets(case, at);
        walk.judge(case, at);
        if settled {
            break;
        }
        if walk.phase == Phase::Running && at < case.now {
            for (count, (_, _, calendar, _)) in walk.counts.iter_mut().zip(&case.terms) {
                count.seconds += i64::from(works[*calendar][usize::try_from(at).unwrap()]);
            }
        }
    }
    walk.elapsed = walk.counts[walk.term].seconds;
    walk.reached_target = walk.counts[walk.term].reached;
    walk
}

impl Walk {
    fn note_targets(&mut self, case: &Case, at: i64) {
        for (count, (_, target, ..)) in self.counts.iter_mut().zip(&case.terms) {
            if count.seconds == *target {
                count.reached.get_or_insert(at);
            }
            if count.seconds == target + 1 {
                count.exceeded.get_or_insert(self.reopened);
            }
        }
    }

    /// Takes the steps of this second; true if nothing after it matters.
    fn take_steps(&mut self, case: &Case, at: i64) -> bool {
        for (index, (from, phase)) in case.steps.iter().enumerate() {
            if (*from).max(0) != at {
                continue;
            }
            let was = std::mem::replace(&mut self.phase, *phase);
            if was == Phase::Stopped && *phase != Phase::Stopped {
                self.reopen(case, at);
            }
            if was != Phase::Stopped && *phase == Phase::Stopped {
                self.stopped = Some(at);
                self.first_stopped.get_or_insert(at);
            }
            if *phase == Phase::Stopped {
                let last = case.closed && index + 1 == case.steps.len();
                if last || case.reopening == Reopening::FirstStopCounts {
                    return true;
                }
            }
        }
        false
    }

    fn reopen(&mut self, case: &Case, at: i64) {
        let stopped = self.stopped.take();
        self.reopenings += 1;
        if case.reopening != Reopening::Restart {
            self.reopened = Some(at);
            return;
        }
        self.judge(case, at);
        let verdict = if self.breached.is_some() { Verdict::Breached } else { Verdict::Met };
        assert!(stopped.is_some());
        self.resets.push((instant(at), self.counts[self.term].seconds, verdict));
        self.counts.fill(Count::default());
        self.since = at;
        self.breached = None;
        self.reached = [None; 4];
    }

    fn take_terms(&mut self, case: &Case, at: i64) {
        for (index, (from, _, _, from_change)) in case.terms.iter().enumerate().skip(1) {
            if (*from).max(0) == at {
                self.term = index;
                self.since = at;
                if *from_change {
                    self.counts[index] = Count::default();
                }
            }
        }
    }

    fn judge(&mut self, case: &Case, at: i64) {
        let count = &self.counts[self.term];
        let target = case.terms[self.term].1;
        for (reached, percent) in self.reached.iter_mut().zip(PERCENTS) {
            if count.seconds * 100 >= target * i64::from(percent) {
                reached.get_or_insert(at);
            }
        }
        if count.seconds > target && self.breached.is_none() {
            let reached = count.reached.unwrap();
            let reopened = count.exceeded.unwrap().unwrap_or(reached);
            self.breached = Some(reached.max(self.since).max(reopened));
        }
    }
}

fn seconds_that_work(calendar: &Calendar) -> Vec<bool> {
    let mut works = vec![false; usize::try_from(SPAN).unwrap()];
    for span in calendar.working(mainstay_time::Interval { start: instant(0), end: instant(SPAN) }).iter() {
        let range = (span.start.as_second() - START)..(span.end.as_second() - START);
        range.for_each(|second| works[usize::try_from(second).unwrap()] = true);
    }
    works
}

fn input(case: &Case) -> ClockInput {
    let calendars = calendars();
    let term = |(from, target_seconds, calendar, from_change): &(i64, i64, usize, bool)| Term {
        from: instant(*from),
        target_seconds: *target_seconds,
        calendar: calendars[*calendar].1.clone(),
        calendar_name: calendars[*calendar].0.to_owned(),
        agreement: "random".to_owned(),
        on_change: if *from_change { OnChange::FromChange } else { OnChange::FromStart },
    };
    ClockInput {
        start: instant(0),
        steps: case
            .steps
            .iter()
            .map(|(at, phase)| Step { at: instant(*at), phase: *phase, label: format!("{phase:?}") })
            .collect(),
        terms: case.terms.iter().map(term).collect(),
        reopening: case.reopening,
        final_: case.closed,
    }
}

fn calendars() -> [(&'static str, Calendar); 3] {
    let of = |texts: &[&str]| {
        let windows: Vec<_> = texts.iter().map(|text| text.parse().unwrap()).collect();
        Calendar::new(vec![CalendarVersion::of_week("UTC", Week::every_day(&windows))]).unwrap()
    };
    let morning = of(&["08:10-08:40", "08:50-09:45", "10:00-23:00"]);
    [("24x7", Calendar::always()), ("morning", morning), ("closed", of(&[]))]
}

fn case() -> impl Strategy<Value = Case> {
    // Few different times, so that things happen at the same second often.
    let time = || prop_oneof![3 => 0..SPAN, 1 => -200..0i64, 2 => (0..SPAN / 600).prop_map(|ten| ten * 600)];
    let phase = prop_oneof![3 => Just(Phase::Running), 2 => Just(Phase::Paused), 2 => Just(Phase::Stopped)];
    let steps = proptest::collection::vec((time(), phase), 0..8);
    let target = prop_oneof![0..SPAN / 2, (0..SPAN / 1200).prop_map(|ten| ten * 600)];
    let calendar = prop_oneof![4 => Just(0usize), 4 => Just(1), 1 => Just(2)];
    let terms = proptest::collection::vec((time(), target, calendar, any::<bool>()), 1..4);
    let reopening = prop_oneof![
        2 => Just(Reopening::Continue),
        1 => Just(Reopening::Restart),
        1 => Just(Reopening::FirstStopCounts),
    ];
    (steps, terms, reopening, any::<bool>(), time()).prop_map(
        |(mut steps, mut terms, reopening, closed, now)| {
            steps.sort_by_key(|(at, _)| *at);
            terms[1..].sort_by_key(|(from, ..)| *from);
            Case { steps, terms, reopening, closed, now }
        },
    )
}

fn instant(seconds: i64) -> Instant {
    Instant::from_second(START + seconds).unwrap()
}
