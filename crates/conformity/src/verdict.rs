//! Verdicts. Three axes that never merge into one number: what was designed (documents), how it operates (checks),
//! what auditors judged. Beside them one word says how a requirement stands, and nothing unknown is called met.

use serde::Serialize;

use crate::{
    catalogue::Automation,
    check::CheckDef,
    run::{CheckRun, RunResult},
};
use mainstay_core::Instant;

/// The documents that a requirement rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Designed {
    /// The requirement names no document.
    NotAsked,
    /// The product keeps no documents yet.
    Unknown,
    /// There is none.
    None,
    /// It is being written.
    Draft,
    /// It is approved and in effect.
    Approved,
    /// It is in effect and its review date has passed.
    Overdue,
}

/// How a requirement operates, by its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operating {
    /// A check fails.
    Fail,
    /// A check could not be run to its end.
    Error,
    /// A check has not been run lately, or not by its present rule.
    Stale,
    /// There is no check, or what is checked does not suffice.
    Insufficient,
    /// Checks pass.
    Pass,
    /// There was nothing to judge.
    NoPopulation,
}

/// What auditors say. There are no records of judgements yet, so nobody has said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// Nobody has judged.
    None,
}

/// How a requirement stands, in one word. Every requirement has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its whole condition was decided from records, and holds.
    Holds,
    /// A part of its condition does not hold.
    Fails,
    /// The evidence is there; whether it suffices a person has to say.
    Unconfirmed,
    /// Nothing happened yet that could be judged, and no nil return says so.
    NoEvidence,
    /// Its condition, or a part of it, cannot be checked yet.
    NotBuilt,
    /// Its checks have not been run, not lately, or not to their end.
    Unknown,
}

impl Standing {
    /// All, in the order of the top line.
    pub const ALL: [Standing; 6] = [
        Standing::Holds,
        Standing::Fails,
        Standing::Unconfirmed,
        Standing::NoEvidence,
        Standing::NotBuilt,
        Standing::Unknown,
    ];

    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Standing::Holds => "holds",
            Standing::Fails => "fails",
            Standing::Unconfirmed => "to be confirmed",
            Standing::NoEvidence => "no evidence",
            Standing::NotBuilt => "not built yet",
            Standing::Unknown => "unknown",
        }
    }

    /// True when records decided it.
    pub const fn is_known(self) -> bool {
        matches!(self, Standing::Holds | Standing::Fails)
    }
}

/// What the latest run of a check says at `now`; stale when there is none.
pub fn operating_of(def: &CheckDef, run: Option<&CheckRun>, now: Instant) -> Operating {
    match run {
        Some(run) if !run.is_stale(def, now) => match run.result {
            RunResult::Pass => Operating::Pass,
            RunResult::Fail => Operating::Fail,
            RunResult::NoPopulation => Operating::NoPopulation,
            RunResult::Insufficient => Operating::Insufficient,
            RunResult::Error => Operating::Error,
        },
        _ => Operating::Stale,
    }
}

/// Rolls up what the checks of a requirement say: the worst counts; what had nothing to judge is neutral beside
/// others, and stays visible in [`standing`]. No check at all does not suffice.
pub fn roll_up(checks: &[Operating]) -> Operating {
    [Operating::Fail, Operating::Error, Operating::Stale, Operating::Insufficient, Operating::Pass]
        .into_iter()
        .find(|one| checks.contains(one))
        .unwrap_or(if checks.is_empty() { Operating::Insufficient } else { Operating::NoPopulation })
}

/// How a requirement stands. `gap` is true when a part of its condition cannot be checked yet.
pub fn standing(checks: &[Operating], gap: bool, automation: Automation) -> Standing {
    match roll_up(checks) {
        Operating::Fail => Standing::Fails,
        _ if checks.is_empty() => Standing::NotBuilt,
        Operating::Error | Operating::Stale => Standing::Unknown,
        Operating::Insufficient => Standing::NotBuilt,
        _ if gap => Standing::NotBuilt,
        // "Every …" over an empty set is never met, whatever holds beside it.
        _ if checks.contains(&Operating::NoPopulation) => Standing::NoEvidence,
        _ if automation == Automation::Partial => Standing::Unconfirmed,
        _ => Standing::Holds,
    }
}

#[cfg(test)]
mod tests {
    use super::{Operating::*, *};

    #[test]
    fn the_worst_counts_in_the_agreed_order() {
        for (checks, rolled) in [
            (&[Pass, Fail, Error, Stale][..], Fail),
            (&[Pass, Error, Stale, Insufficient], Error),
            (&[Pass, Stale, Insufficient], Stale),
            (&[Pass, Insufficient, NoPopulation], Insufficient),
            (&[Pass, NoPopulation], Pass),
            (&[NoPopulation], NoPopulation),
            (&[], Insufficient),
        ] {
            assert_eq!(roll_up(checks), rolled, "{checks:?}");
        }
    }

    #[test]
    fn only_a_whole_condition_that_records_decide_holds() {
        use Automation::{Full, Partial};
        assert_eq!(standing(&[Pass], false, Full), Standing::Holds);
        assert_eq!(standing(&[Pass], false, Partial), Standing::Unconfirmed);
        assert_eq!(standing(&[Pass], true, Full), Standing::NotBuilt);
        assert_eq!(standing(&[Pass, NoPopulation], false, Full), Standing::NoEvidence);
        assert_eq!(standing(&[], false, Full), Standing::NotBuilt);
        assert_eq!(standing(&[Stale], false, Full), Standing::Unknown);
        assert_eq!(standing(&[Error, Pass], true, Full), Standing::Unknown);
    }

    #[test]
    fn a_failure_counts_also_where_only_a_part_is_checked() {
        assert_eq!(standing(&[Pass, Fail], true, Automation::Partial), Standing::Fails);
    }

    #[test]
    fn a_check_that_was_never_run_is_stale_and_not_green() {
        let def = CheckDef::new("a", "incident", &["8.6.1-a"], "all", "holds");
        assert_eq!(operating_of(&def, None, Instant::UNIX_EPOCH), Stale);
    }
}
