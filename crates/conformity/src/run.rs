//! A run of a check: what was looked at, what came out, and why.

use mainstay_core::Instant;
use serde::{Deserialize, Serialize};

use crate::{
    check::{CheckDef, ENGINE},
    population::{digest, hex_of, leaf},
    span::Span,
};

/// Exceptions that a run keeps in full; the rest stands in their number and digest.
pub const MOST_EXCEPTIONS: usize = 200;

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// All items hold, or as many as the tolerance asks.
    Pass,
    /// Items do not hold.
    Fail,
    /// There was nothing to judge.
    NoPopulation,
    /// What there is does not suffice to judge.
    Insufficient,
    /// The check could not be run to its end.
    Error,
}

impl RunResult {
    /// Stored word.
    pub const fn name(self) -> &'static str {
        match self {
            RunResult::Pass => "pass",
            RunResult::Fail => "fail",
            RunResult::NoPopulation => "no_population",
            RunResult::Insufficient => "insufficient",
            RunResult::Error => "error",
        }
    }

    /// The result with this stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pass, Self::Fail, Self::NoPopulation, Self::Insufficient, Self::Error]
            .into_iter()
            .find(|result| result.name() == word)
    }
}

/// An item that does not hold. It names no person, because what is kept of a run cannot be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Ref of the record, or the name of what is missing.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Id of the record, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why it does not hold: a sentence.
    pub why: String,
}

/// The state of the records on which a run rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// How many journal entries there were.
    pub position: u64,
    /// The instant of evaluation.
    pub instant: Instant,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRun {
    /// Id of the check.
    pub check: String,
    /// Version of the check.
    pub version: u32,
    /// Hash of the rule.
    pub rule: String,
    /// Version of the engine.
    pub engine: u32,
    /// What was looked at.
    pub as_of: AsOf,
    /// The span that was assessed.
    pub period: Span,
    /// What came out.
    pub result: RunResult,
    /// Records of the kind in the span.
    pub looked_at: u64,
    /// Items that were judged.
    pub population: u64,
    /// Digest over them.
    pub population_digest: String,
    /// Items that do not hold.
    pub exceptions_total: u64,
    /// Digest over all of them in the order of the walk.
    pub exceptions_digest: String,
    /// The first of them.
    pub exceptions: Vec<Exception>,
    /// What explains the result beyond its figures.
    #[serde(default)]
    pub note: Option<String>,
}

/// The figures of a run before they are judged.
#[derive(Debug, Default)]
pub struct Tally {
    /// Records of the kind in the span.
    pub looked_at: u64,
    /// Items that were judged.
    pub population: u64,
    /// Digest over them.
    pub population_digest: String,
    /// Items that do not hold.
    pub exceptions: Exceptions,
    /// Why it could not be run to its end.
    pub failure: Option<String>,
    /// The nil return that covers an empty population.
    pub nil_return: Option<String>,
}

/// Exceptions as they are found: the first in full, all in number and digest.
#[derive(Debug, Default)]
pub struct Exceptions {
    total: u64,
    first: Vec<Exception>,
    leaves: Vec<[u8; 32]>,
}

impl Exceptions {
    /// Adds one.
    pub fn add(&mut self, exception: Exception) {
        self.total += 1;
        self.leaves.push(leaf(&format!("{}\u{1f}{}", exception.reference, exception.why)));
        if self.first.len() < MOST_EXCEPTIONS {
            self.first.push(exception);
        }
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.total
    }
}

impl CheckRun {
    /// Judges the figures by the check's tolerance and by what an empty population means.
    pub fn judge(def: &CheckDef, as_of: AsOf, period: Span, tally: Tally) -> Self {
        use crate::check::Part;
        let Tally { looked_at, population, population_digest, exceptions, failure, nil_return } = tally;
        let (result, note) = if let Some(failure) = failure {
            (RunResult::Error, Some(failure))
        } else if population > 0 {
            let held = def.tolerance.allows(exceptions.total, population);
            let tolerated = (held && exceptions.total > 0).then(|| "Within the tolerance.".to_owned());
            (if held { RunResult::Pass } else { RunResult::Fail }, tolerated)
        } else if let Some(nil_return) = nil_return {
            (RunResult::Pass, Some(format!("{nil_return} says that there was none.")))
        } else if def.part == Part::Selected && looked_at > 0 {
            (RunResult::Pass, Some(format!("None of {looked_at} records is of this part.")))
        } else {
            (RunResult::NoPopulation, None)
        };
        Self {
            check: def.id.to_owned(),
            version: def.version,
            rule: def.rule_hash(),
            engine: ENGINE,
            as_of,
            period,
            result,
            looked_at,
            population,
            population_digest: if population_digest.is_empty() { hex_of(b"") } else { population_digest },
            exceptions_total: exceptions.total,
            exceptions_digest: digest(exceptions.leaves.into_iter()),
            exceptions: exceptions.first,
            note,
        }
    }

    /// True when the check that made it still is the check of this program.
    pub fn is_of(&self, def: &CheckDef) -> bool {
        self.check == def.id && self.rule == def.rule_hash()
    }

    /// True when it is too old to say anything at `now`.
    pub fn is_stale(&self, def: &CheckDef, now: Instant) -> bool {
        !self.is_of(def) || now.as_second() - self.as_of.instant.as_second() > def.fresh_seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CheckDef;

    const CHECK: CheckDef = CheckDef::new("a", "incident", &["8.6.1-a"], "all", "holds");

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn judge(def: &CheckDef, looked_at: u64, population: u64, exceptions: u64) -> CheckRun {
        let now = at("2026-01-05T09:00:00Z");
        let mut tally = Tally { looked_at, population, ..Tally::default() };
        for number in 0..exceptions {
            let reference = format!("INC-{number:06}");
            tally.exceptions.add(Exception { reference, id: None, why: "It has no service.".into() });
        }
        CheckRun::judge(def, AsOf { position: 7, instant: now }, Span::months_before(now, 12), tally)
    }

    #[test]
    fn an_empty_set_is_no_evidence_and_never_met() {
        assert_eq!(judge(&CHECK, 0, 0, 0).result, RunResult::NoPopulation);
        assert_eq!(judge(&CHECK.selected(), 0, 0, 0).result, RunResult::NoPopulation);
        assert_eq!(judge(&CHECK.flagged("major"), 12, 0, 0).result, RunResult::NoPopulation);
    }

    #[test]
    fn a_part_that_dates_select_may_be_empty_while_there_are_other_records() {
        let run = judge(&CHECK.selected(), 12, 0, 0);
        assert_eq!(run.result, RunResult::Pass);
        assert_eq!(run.note.as_deref(), Some("None of 12 records is of this part."));
    }

    #[test]
    fn only_a_nil_return_makes_nothing_enough() {
        let now = at("2026-01-05T09:00:00Z");
        let tally = Tally { nil_return: Some("NIL-000001".into()), ..Tally::default() };
        let as_of = AsOf { position: 7, instant: now };
        let run = CheckRun::judge(&CHECK.flagged("major"), as_of, Span::months_before(now, 12), tally);
        assert_eq!(run.result, RunResult::Pass);
        assert_eq!(run.note.as_deref(), Some("NIL-000001 says that there was none."));
    }

    #[test]
    fn one_exception_fails_and_a_tolerated_one_stays_listed() {
        assert_eq!(judge(&CHECK, 4, 4, 1).result, RunResult::Fail);
        let run = judge(&CHECK.tolerates_percent(25), 4, 4, 1);
        assert_eq!((run.result, run.exceptions.len()), (RunResult::Pass, 1));
    }

    #[test]
    fn many_exceptions_are_kept_in_number_and_digest() {
        let many = judge(&CHECK, 500, 500, 300);
        assert_eq!((many.exceptions_total, many.exceptions.len()), (300, MOST_EXCEPTIONS));
        assert_ne!(many.exceptions_digest, judge(&CHECK, 500, 500, 299).exceptions_digest);
    }

    #[test]
    fn a_run_of_another_rule_or_of_last_month_is_stale() {
        let run = judge(&CHECK, 4, 4, 0);
        assert!(!run.is_stale(&CHECK, at("2026-01-12T09:00:00Z")));
        assert!(run.is_stale(&CHECK, at("2026-01-12T09:00:01Z")));
        assert!(run.is_stale(&CHECK.selected(), at("2026-01-05T09:00:00Z")));
    }

    #[test]
    fn a_failure_of_the_check_itself_is_no_verdict_about_the_records() {
        let now = at("2026-01-05T09:00:00Z");
        let tally = Tally { failure: Some("INC-000001 cannot be read".into()), ..Tally::default() };
        let as_of = AsOf { position: 7, instant: now };
        let run = CheckRun::judge(&CHECK, as_of, Span::months_before(now, 12), tally);
        assert_eq!(run.result, RunResult::Error);
    }

    #[test]
    fn every_result_is_read_back_from_its_word() {
        for word in ["pass", "fail", "no_population", "insufficient", "error"] {
            assert_eq!(RunResult::parse(word).map(RunResult::name), Some(word));
        }
        assert_eq!(RunResult::parse("green"), None);
    }
}
