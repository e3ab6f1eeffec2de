//! What a check is, without its code: which requirements it serves, over which records, how strict, how often.

use serde::Serialize;

/// Version of the engine that walks and counts; a change of it changes every rule's hash.
pub const ENGINE: u32 = 1;

const DAY: i64 = 86_400;

/// What an empty population means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The check looks at every record: none means that there is no evidence.
    Every,
    /// Stored dates, results or thresholds select the records: the part may be empty while there are others.
    Selected,
    /// The requirement rests on other checks; records of this kind may be used and then have to hold.
    Beside,
    /// A person's flag selects the records: an empty part needs a nil return of its own.
    Flagged,
}

/// How many exceptions a check still passes with. They stay listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerance {
    /// At most so many.
    Count(u64),
    /// At most so many of a hundred items.
    Percent(u64),
}

impl Tolerance {
    /// True when so many exceptions among so many items still pass.
    pub fn allows(self, exceptions: u64, items: u64) -> bool {
        match self {
            Tolerance::Count(most) => exceptions <= most,
            Tolerance::Percent(percent) => exceptions.saturating_mul(100) <= items.saturating_mul(percent),
        }
    }
}

/// What a failing check suggests to an auditor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Something required is absent.
    Major,
    /// Something required was missed here and there.
    Minor,
}

/// A number that a check uses: a default of the product, none of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: i64,
    /// Its unit.
    pub unit: &'static str,
}

/// A check without its code.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CheckDef {
    /// Stable id.
    pub id: &'static str,
    /// Raised whenever the code, the population or a number changes.
    pub version: u32,
    /// The requirements that it serves.
    pub requirements: &'static [&'static str],
    /// Kind of the records that it judges; `journal` for the journal.
    pub kind: &'static str,
    /// Other kinds that it looks at.
    pub reads: &'static [&'static str],
    /// Which records it judges, in words.
    pub population: &'static str,
    /// What has to hold for each, in words.
    pub text: &'static str,
    /// What an empty population means.
    pub part: Part,
    /// The part as a nil return names it; empty for the whole kind.
    pub part_name: &'static str,
    /// Exceptions with which it still passes.
    pub tolerance: Tolerance,
    /// Seconds after an event before something missing counts as missing.
    pub grace_seconds: i64,
    /// Seconds between two runs in ordinary work; after a failure it has to stay clean so long.
    pub cadence_seconds: i64,
    /// Seconds after which a run says nothing any more.
    pub fresh_seconds: i64,
    /// How many failures in a row turn it red.
    pub red_after: u32,
    /// Its numbers.
    pub parameters: &'static [Parameter],
    /// What a failure suggests.
    pub grade: Grade,
}

impl CheckDef {
    /// A check of every record of a kind, with the defaults: no tolerance, no grace, daily, fresh for a week.
    pub const fn new(
        id: &'static str,
        kind: &'static str,
        requirements: &'static [&'static str],
        population: &'static str,
        text: &'static str,
    ) -> Self {
        Self {
            id,
            version: 1,
            requirements,
            kind,
            reads: &[],
            population,
            text,
            part: Part::Every,
            part_name: "",
            tolerance: Tolerance::Count(0),
            grace_seconds: 0,
            cadence_seconds: DAY,
            fresh_seconds: 7 * DAY,
            red_after: 1,
            parameters: &[],
            grade: Grade::Minor,
        }
    }

    /// Other kinds that it looks at.
    #[must_use]
    pub const fn reads(mut self, kinds: &'static [&'static str]) -> Self {
        self.reads = kinds;
        self
    }

    /// Stored dates, results or thresholds select its records.
    #[must_use]
    pub const fn selected(mut self) -> Self {
        self.part = Part::Selected;
        self
    }

    /// Records of this kind need not exist; the requirement rests on other checks too.
    #[must_use]
    pub const fn beside(mut self) -> Self {
        self.part = Part::Beside;
        self
    }

    /// A person's flag selects its records; a nil return names them so.
    #[must_use]
    pub const fn flagged(mut self, part: &'static str) -> Self {
        self.part = Part::Flagged;
        self.part_name = part;
        self
    }

    /// Passes with so many exceptions of a hundred.
    #[must_use]
    pub const fn tolerates_percent(mut self, percent: u64) -> Self {
        self.tolerance = Tolerance::Percent(percent);
        self
    }

    /// Its numbers.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Something missing counts only after so many seconds.
    #[must_use]
    pub const fn grace(mut self, seconds: i64) -> Self {
        self.grace_seconds = seconds;
        self
    }

    /// Raised whenever the code, the population or a number changes.
    #[must_use]
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// A failure suggests a major nonconformity.
    #[must_use]
    pub const fn major(mut self) -> Self {
        self.grade = Grade::Major;
        self
    }

    /// A hash over everything that says what the rule is. Code stands in it by the version alone.
    pub fn rule_hash(&self) -> String {
        let text = serde_json::to_string(&(ENGINE, self)).unwrap_or_default();
        crate::population::hex_of(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: CheckDef = CheckDef::new("a", "incident", &["8.6.1-a"], "all", "holds");

    #[test]
    fn a_rule_with_another_version_number_or_text_has_another_hash() {
        let mut other = CHECK;
        other.version = 2;
        assert_ne!(CHECK.rule_hash(), other.rule_hash());
        assert_ne!(CHECK.rule_hash(), CHECK.selected().rule_hash());
        assert_ne!(CHECK.rule_hash(), CHECK.grace(1).rule_hash());
        assert_eq!(CHECK.rule_hash(), CHECK.rule_hash());
    }

    #[test]
    fn a_share_is_tolerated_up_to_its_percentage_and_not_beyond() {
        let fifth = Tolerance::Percent(20);
        assert!(fifth.allows(20, 100));
        assert!(!fifth.allows(21, 100));
        assert!(!fifth.allows(1, 4));
        assert!(Tolerance::Count(0).allows(0, 5));
        assert!(!Tolerance::Count(0).allows(1, 5));
    }
}
