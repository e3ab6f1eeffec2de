//! What an agreement promises from a moment on: targets by priority, and how its clocks are counted.

use std::collections::HashSet;

use mainstay_core::{Goal, Instant, choice};
use mainstay_time::{HORIZON_SECONDS, OnChange, Reopening};
use serde::{Deserialize, Serialize};

use crate::{WaitingReason, words};

choice!(
    /// What a new version means for tickets that are open when it begins (`metrics` 2.4).
    OpenRecords {
        /// They keep the version under which they started; stored as
        Keep = "keep",
        /// The new version counts from their original start; stored as
        FromStart = "from_start",
        /// The new version counts from its own beginning; stored as
        FromChange = "from_change",
    }
);

choice!(
    /// Which priority decides about a ticket whose priority changed.
    JudgedBy {
        /// Each priority in its time; a breach that has happened stays (`metrics` E7); stored as
        EachPriority = "each_priority",
        /// The last one alone, over the whole time, as some foreign systems count; stored as
        LastPriority = "last_priority",
    }
);

/// Five working days of eight hours, in working seconds: the default of
/// [`reopen_window_seconds`](AgreementVersion::reopen_window_seconds).
///
/// `metrics` 2.3 gives the window in business days, which have as many hours as the calendar says. An agreement
/// on a calendar without eight-hour days writes its own number, five days of 24x7 for example 432,000.
pub const FIVE_WORKING_DAYS_SECONDS: i64 = 5 * 8 * 3600;

/// One version of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementVersion {
    /// The first start of a ticket that it governs; none: from the beginning.
    #[serde(default)]
    pub valid_from: Option<Instant>,
    /// What becomes of tickets that are open when it begins.
    #[serde(default, with = "words::one")]
    pub open_records: OpenRecords,
    /// From where a new target counts after a change of priority, service or customer.
    #[serde(default = "from_start")]
    pub on_change: OnChange,
    /// Which priority decides about a ticket whose priority changed.
    #[serde(default, with = "words::one")]
    pub judged_by: JudgedBy,
    /// What a reopening means for the resolution clock.
    #[serde(default = "go_on")]
    pub reopening: Reopening,
    /// Working seconds after *resolved* in which a reopening continues the ticket; none: always.
    #[serde(default = "five_working_days")]
    pub reopen_window_seconds: Option<i64>,
    /// Reasons for waiting that pause a resolution clock; under all others it runs on (`metrics` 2.2, E4).
    #[serde(default = "customer_and_agreed_date", with = "words::list")]
    pub pauses_for: Vec<WaitingReason>,
    /// Percentages of a target at which people are warned, ascending.
    #[serde(default = "half_three_quarters_nine_tenths")]
    pub warn_percent: Vec<u32>,
    /// The targets; a goal and priority without one is not promised.
    #[serde(default)]
    pub targets: Vec<Target>,
}

/// A promised time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What is promised.
    #[serde(with = "words::goal")]
    pub goal: Goal,
    /// The priority of the tickets for which it is promised, 1 to 4.
    pub priority: i64,
    /// Working seconds of the agreement's calendar.
    pub seconds: i64,
}

const fn from_start() -> OnChange {
    OnChange::FromStart
}

const fn go_on() -> Reopening {
    Reopening::Continue
}

#[allow(clippy::unnecessary_wraps)] // serde wants the field's own type
const fn five_working_days() -> Option<i64> {
    Some(FIVE_WORKING_DAYS_SECONDS)
}

fn customer_and_agreed_date() -> Vec<WaitingReason> {
    vec![WaitingReason::Customer, WaitingReason::AgreedDate]
}

fn half_three_quarters_nine_tenths() -> Vec<u32> {
    vec![50, 75, 90]
}

impl Default for AgreementVersion {
    fn default() -> Self {
        Self {
            valid_from: None,
            open_records: OpenRecords::default(),
            on_change: from_start(),
            judged_by: JudgedBy::default(),
            reopening: go_on(),
            reopen_window_seconds: five_working_days(),
            pauses_for: customer_and_agreed_date(),
            warn_percent: half_three_quarters_nine_tenths(),
            targets: Vec::new(),
        }
    }
}

impl AgreementVersion {
    /// The promised working seconds for this goal and priority, if something is promised.
    pub fn target_seconds(&self, goal: Goal, priority: i64) -> Option<i64> {
        let mut targets = self.targets.iter();
        targets.find(|target| (target.goal, target.priority) == (goal, priority)).map(|target| target.seconds)
    }

    /// True when a resolution clock pauses while a ticket waits for this.
    pub fn pauses_for(&self, reason: WaitingReason) -> bool {
        self.pauses_for.contains(&reason)
    }

    /// What makes the version unusable, one sentence each.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut promised = HashSet::new();
        for target in &self.targets {
            let what = format!("{} at priority {}", target.goal.name(), target.priority);
            if !promised.insert((target.goal, target.priority)) {
                problems.push(format!("{what} has two targets"));
            }
            if !(1..=4).contains(&target.priority) {
                problems.push(format!("{what}: priorities go from 1 to 4"));
            }
            if !(1..=HORIZON_SECONDS).contains(&target.seconds) {
                problems.push(format!("{what}: a target has from 1 to {HORIZON_SECONDS} seconds"));
            }
        }
        if self.reopen_window_seconds.is_some_and(|seconds| !(0..=HORIZON_SECONDS).contains(&seconds)) {
            problems.push(format!("the reopen window has from 0 to {HORIZON_SECONDS} seconds, or is none"));
        }
        let ascending = self.warn_percent.is_sorted_by(|one, next| one < next);
        if !ascending || self.warn_percent.iter().any(|percent| !(1..=99).contains(percent)) {
            problems.push("warnings come at ascending percentages from 1 to 99".into());
        }
        problems
    }
}

/// The version that governs a ticket which started at `start`: the latest that had begun by then. None when the
/// agreement began later.
pub fn version_for(versions: &[AgreementVersion], start: Instant) -> Option<&AgreementVersion> {
    let begun = versions.iter().filter(|version| version.valid_from.is_none_or(|from| from <= start));
    begun.max_by_key(|version| version.valid_from)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::at;

    fn read(json: Json) -> AgreementVersion {
        serde_json::from_value(json).expect("a version")
    }

    fn check(json: Json, problem: &str) {
        let problems = read(json.clone()).problems();
        assert!(problems.iter().any(|found| found.contains(problem)), "{json}: {problems:?}");
    }

    #[test]
    fn what_is_left_out_is_counted_as_the_definitions_of_clocks_say() {
        let version = read(json!({}));
        assert_eq!(version, AgreementVersion::default());
        assert_eq!(
            serde_json::to_value(&version).unwrap(),
            json!({
                "valid_from": null,
                "open_records": "keep",
                "on_change": "from_start",
                "judged_by": "each_priority",
                "reopening": "continue",
                "reopen_window_seconds": 144_000,
                "pauses_for": ["customer", "agreed_date"],
                "warn_percent": [50, 75, 90],
                "targets": [],
            })
        );
        assert!(version.problems().is_empty());
    }

    #[test]
    fn a_window_of_null_means_that_reopening_always_continues() {
        assert_eq!(read(json!({"reopen_window_seconds": null})).reopen_window_seconds, None);
    }

    #[test]
    fn e4_waiting_for_a_supplier_does_not_pause_unless_it_was_agreed() {
        assert!(read(json!({})).pauses_for(WaitingReason::Customer));
        assert!(!read(json!({})).pauses_for(WaitingReason::Supplier));
        assert!(read(json!({"pauses_for": ["supplier"]})).pauses_for(WaitingReason::Supplier));
    }

    #[test]
    fn a_target_is_found_by_goal_and_priority() {
        let version = read(json!({"targets": [
            {"goal": "response", "priority": 1, "seconds": 900},
            {"goal": "resolution", "priority": 1, "seconds": 14_400},
        ]}));
        assert_eq!(version.target_seconds(Goal::Resolution, 1), Some(14_400));
        assert_eq!(version.target_seconds(Goal::Resolution, 2), None);
        assert_eq!(version.target_seconds(Goal::NextResponse, 1), None);
    }

    #[test]
    fn a_ticket_is_governed_by_the_version_that_had_begun_when_it_started() {
        let from = |text: &str| json!({"valid_from": text});
        let versions = [read(from("2026-03-01T00:00:00Z")), read(from("2026-01-01T00:00:00Z"))];
        let start_of = |start: &str| version_for(&versions, at(start)).and_then(|version| version.valid_from);
        assert_eq!(start_of("2025-12-31T23:59:59Z"), None);
        assert_eq!(start_of("2026-01-01T00:00:00Z"), Some(at("2026-01-01T00:00:00Z")));
        assert_eq!(start_of("2026-02-28T23:59:59Z"), Some(at("2026-01-01T00:00:00Z")));
        assert_eq!(start_of("2026-03-01T00:00:00Z"), Some(at("2026-03-01T00:00:00Z")));
        let always = [read(json!({}))];
        assert!(version_for(&always, at("1970-01-01T00:00:00Z")).is_some());
    }

    #[test]
    fn impossible_targets_windows_and_warnings_are_named() {
        let target = |goal: &str, priority: i64, seconds: i64| json!({"goal": goal, "priority": priority, "seconds": seconds});
        let one = target("response", 1, 60);
        check(json!({"targets": [one, one]}), "response at priority 1 has two targets");
        check(json!({"targets": [target("response", 5, 60)]}), "priorities go from 1 to 4");
        check(json!({"targets": [target("resolution", 1, 0)]}), "a target has from 1 to");
        check(json!({"targets": [target("resolution", 1, i64::MAX)]}), "a target has from 1 to");
        check(json!({"reopen_window_seconds": -1}), "the reopen window");
        check(json!({"warn_percent": [75, 50]}), "ascending percentages");
        check(json!({"warn_percent": [50, 50]}), "ascending percentages");
        check(json!({"warn_percent": [100]}), "ascending percentages");
    }

    #[test]
    fn a_misspelt_member_or_word_is_refused() {
        let read =
            |json: Json| serde_json::from_value::<AgreementVersion>(json).map_err(|error| error.to_string());
        assert!(read(json!({"pauses": []})).unwrap_err().contains("unknown field `pauses`"));
        let wrong = read(json!({"pauses_for": ["lunch"]})).unwrap_err();
        assert!(wrong.contains("\"lunch\" is not one of: customer, agreed_date"), "{wrong}");
        let wrong = read(json!({"targets": [{"goal": "joy", "priority": 1, "seconds": 1}]})).unwrap_err();
        assert!(wrong.contains("\"joy\" is not one of: response, next_response, resolution"), "{wrong}");
    }
}
