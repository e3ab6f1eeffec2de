//! The board: how every requirement stands, from the latest runs. Makes no run and reads no record.

use std::collections::BTreeMap;

use mainstay_core::Instant;
use serde::Serialize;

use crate::{
    CATALOGUE,
    catalogue::{Automation, Clause, DocumentedInformation, Requirement, is_in_clause},
    check::{CheckDef, Part},
    checks::{self, gaps},
    evidence::{self, Place},
    history::{Light, Past, light},
    run::{CheckRun, RunResult},
    verdict::{Designed, Judged, Operating, Standing, operating_of, roll_up, standing},
};

/// What a board is made of.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The latest run of each check, by its id.
    pub latest: BTreeMap<String, CheckRun>,
    /// The state of each document by its name; none while the product keeps no documents.
    pub documents: Option<BTreeMap<String, Designed>>,
}

/// How many requirements stand in each way. They add up to all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All.
    pub total: usize,
    /// Decided from records: hold or fail.
    pub known: usize,
    /// Hold.
    pub hold: usize,
    /// Fail.
    pub fail: usize,
    /// Wait for a person's confirmation.
    pub unconfirmed: usize,
    /// Nothing happened yet that could be judged.
    pub no_evidence: usize,
    /// Cannot be checked in whole yet.
    pub not_built: usize,
    /// Not run, not lately, or not to the end.
    pub unknown: usize,
}

impl Counts {
    fn add(&mut self, standing: Standing) {
        self.total += 1;
        self.known += usize::from(standing.is_known());
        *match standing {
            Standing::Holds => &mut self.hold,
            Standing::Fails => &mut self.fail,
            Standing::Unconfirmed => &mut self.unconfirmed,
            Standing::NoEvidence => &mut self.no_evidence,
            Standing::NotBuilt => &mut self.not_built,
            Standing::Unknown => &mut self.unknown,
        } += 1;
    }

    /// Counts these requirements.
    pub fn of<'a>(lines: impl Iterator<Item = &'a RequirementLine>) -> Self {
        let mut counts = Self::default();
        for line in lines {
            counts.add(line.standing);
        }
        counts
    }

    /// One line for people. No single score: what is not known is said beside what is.
    pub fn top_line(&self) -> String {
        let mut line =
            format!("{} known of {} · {} hold · {} fail", self.known, self.total, self.hold, self.fail);
        for (count, words) in [
            (self.unconfirmed, "to be confirmed by a person"),
            (self.no_evidence, "unknown because nothing happened yet"),
            (self.not_built, "cannot be checked in whole yet"),
            (self.unknown, "unknown because their checks were not run lately"),
        ] {
            if count > 0 {
                line.push_str(&format!(" · {count} {words}"));
            }
        }
        line
    }
}

/// How much of the catalogue is checked at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Requirements whose whole condition is checked.
    pub whole: usize,
    /// Requirements of which a part is checked.
    pub part: usize,
    /// Requirements without a check.
    pub none: usize,
    /// Checks.
    pub checks: usize,
}

/// A clause on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseLine {
    /// The clause.
    #[serde(flatten)]
    pub clause: Clause,
    /// Its requirements and those of the clauses below it.
    pub counts: Counts,
}

/// A requirement on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequirementLine {
    /// Its id.
    pub id: String,
    /// Its clause.
    pub clause: String,
    /// The obligation in our own words.
    pub text: String,
    /// Whether records decide it.
    pub automation: Automation,
    /// How it stands.
    pub standing: Standing,
    /// The axis of documents.
    pub designed: Designed,
    /// The axis of checks.
    pub operating: Operating,
    /// The axis of auditors.
    pub judged: Judged,
    /// Why it stands so: sentences.
    pub because: Vec<String>,
    /// Ids of its checks.
    pub checks: Vec<&'static str>,
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Board {
    /// The instant for which it is made.
    pub now: Instant,
    /// One line for people.
    pub top_line: String,
    /// All requirements.
    pub counts: Counts,
    /// How much is checked.
    pub coverage: Coverage,
    /// All clauses, in order.
    pub clauses: Vec<ClauseLine>,
    /// All requirements, in order.
    pub requirements: Vec<RequirementLine>,
}

/// A check with what is known of it.
#[derive(Debug, Clone, Serialize)]
pub struct CheckLine {
    /// What it is.
    #[serde(flatten)]
    pub def: CheckDef,
    /// Hash of its rule.
    pub rule: String,
    /// What its latest run says now.
    pub operating: Operating,
    /// How it stands over time.
    pub light: Light,
    /// The latest run.
    pub latest: Option<CheckRun>,
    /// Earlier runs, newest first.
    pub history: Vec<PastRun>,
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastRun {
    /// The instant of evaluation.
    pub instant: Instant,
    /// The journal position on which it rests.
    pub position: u64,
    /// What came out.
    pub result: RunResult,
    /// Items that were judged.
    pub population: u64,
    /// Items that did not hold.
    pub exceptions_total: u64,
}

impl From<&CheckRun> for PastRun {
    fn from(run: &CheckRun) -> Self {
        Self {
            instant: run.as_of.instant,
            position: run.as_of.position,
            result: run.result,
            population: run.population,
            exceptions_total: run.exceptions_total,
        }
    }
}

/// A kind of evidence and where it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// Its name in the catalogue.
    pub id: String,
    /// What it is.
    pub meaning: String,
    /// The record kind; `journal`; none when it is not built yet.
    pub kind: Option<&'static str>,
}

/// Everything about one requirement.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementDetail {
    /// How it stands.
    #[serde(flatten)]
    pub line: RequirementLine,
    /// What the catalogue says.
    pub requirement: Requirement,
    /// Its checks.
    pub checks_detail: Vec<CheckLine>,
    /// Where its evidence is found.
    pub evidence: Vec<EvidenceLine>,
    /// Documents and records that it names.
    pub documents: Vec<DocumentedInformation>,
}

impl Known {
    /// How a requirement stands at `now`.
    pub fn line(&self, requirement: &Requirement, now: Instant) -> RequirementLine {
        let defs = checks::of_requirement(&requirement.id);
        let states: Vec<_> =
            defs.iter().map(|def| (def, operating_of(def, self.latest.get(def.id), now))).collect();
        let counts = |(def, state): &&(&CheckDef, Operating)| {
            def.part != Part::Beside || *state != Operating::NoPopulation || states.len() == 1
        };
        let results: Vec<_> = states.iter().filter(counts).map(|(_, state)| *state).collect();
        let gaps = gaps::of_requirement(requirement);
        let standing = standing(&results, !gaps.is_empty(), requirement.automation);
        let rolled = roll_up(&results);
        let covered =
            gaps.is_empty() || matches!(rolled, Operating::Fail | Operating::Error | Operating::Stale);
        let mut because: Vec<String> = states.iter().map(|(def, state)| self.sentence(def, *state)).collect();
        if defs.is_empty() {
            because.push("No check is built yet.".into());
        }
        because.extend(gaps);
        if standing == Standing::Unconfirmed {
            because.push("A person has to confirm that this evidence suffices.".into());
        }
        RequirementLine {
            id: requirement.id.clone(),
            clause: requirement.clause.clone(),
            text: requirement.text.clone(),
            automation: requirement.automation,
            standing,
            designed: self.designed(requirement),
            operating: if covered { rolled } else { Operating::Insufficient },
            judged: Judged::None,
            because,
            checks: defs.iter().map(|def| def.id).collect(),
        }
    }

    fn designed(&self, requirement: &Requirement) -> Designed {
        let Some(name) = &requirement.document else { return Designed::NotAsked };
        match &self.documents {
            None => Designed::Unknown,
            Some(documents) => documents.get(name).copied().unwrap_or(Designed::None),
        }
    }

    fn sentence(&self, def: &CheckDef, state: Operating) -> String {
        let run = self.latest.get(def.id);
        let figures = run.map_or((0, 0), |run| (run.population, run.exceptions_total));
        match (state, run) {
            (Operating::Stale, None) => format!("{}: not run yet.", def.id),
            (Operating::Stale, Some(run)) => format!("{}: last run at {}.", def.id, run.as_of.instant),
            (Operating::Pass, Some(CheckRun { note: Some(note), .. })) => format!("{}: {note}", def.id),
            (Operating::Pass, _) => format!("{}: {} of {} hold.", def.id, figures.0 - figures.1, figures.0),
            (Operating::Fail, _) => format!("{}: {} of {} do not hold.", def.id, figures.1, figures.0),
            (Operating::NoPopulation, _) => format!("{}: there was nothing to judge.", def.id),
            (Operating::Error | Operating::Insufficient, run) => {
                let note = run.and_then(|run| run.note.as_deref()).unwrap_or("no reason is known");
                format!("{}: could not be run: {note}.", def.id)
            }
        }
    }

    /// The whole board at `now`.
    pub fn board(&self, now: Instant) -> Board {
        let requirements: Vec<_> =
            CATALOGUE.requirements.iter().map(|requirement| self.line(requirement, now)).collect();
        let count = |number: Option<&str>| {
            let inside =
                |line: &&RequirementLine| number.is_none_or(|number| is_in_clause(&line.clause, number));
            Counts::of(requirements.iter().filter(inside))
        };
        let counts = count(None);
        let clauses = CATALOGUE
            .clauses
            .iter()
            .map(|clause| ClauseLine { clause: clause.clone(), counts: count(Some(&clause.number)) })
            .collect();
        Board { now, top_line: counts.top_line(), counts, coverage: coverage(), clauses, requirements }
    }

    /// Everything about one requirement; `runs` are its checks' runs, oldest first.
    pub fn detail(
        &self,
        requirement: &Requirement,
        runs: &BTreeMap<String, Vec<CheckRun>>,
        now: Instant,
    ) -> RequirementDetail {
        let checks_detail = checks::of_requirement(&requirement.id)
            .into_iter()
            .map(|def| {
                let past = runs.get(def.id).map_or(&[][..], Vec::as_slice);
                let lights: Vec<_> =
                    past.iter().map(|run| Past { at: run.as_of.instant, result: run.result }).collect();
                let latest = self.latest.get(def.id);
                CheckLine {
                    def,
                    rule: def.rule_hash(),
                    operating: operating_of(&def, latest, now),
                    light: light(&lights, def.red_after, def.cadence_seconds),
                    latest: latest.cloned(),
                    history: past.iter().rev().map(PastRun::from).collect(),
                }
            })
            .collect();
        let evidence = requirement.evidence.iter().filter_map(|id| CATALOGUE.evidence_kind(id));
        RequirementDetail {
            line: self.line(requirement, now),
            requirement: requirement.clone(),
            checks_detail,
            evidence: evidence
                .map(|kind| EvidenceLine {
                    id: kind.id.clone(),
                    meaning: kind.meaning.clone(),
                    kind: match evidence::place(&kind.id) {
                        Place::Kind(kind) => Some(kind),
                        Place::Journal => Some("journal"),
                        Place::NotBuilt => None,
                    },
                })
                .collect(),
            documents: requirement
                .document
                .iter()
                .chain(&requirement.record)
                .filter_map(|name| CATALOGUE.document(name).cloned())
                .collect(),
        }
    }
}

/// How much of the catalogue is checked.
pub fn coverage() -> Coverage {
    let mut coverage = Coverage { checks: checks::all().len(), ..Coverage::default() };
    for requirement in &CATALOGUE.requirements {
        let checked = !checks::of_requirement(&requirement.id).is_empty();
        *match (checked, gaps::of_requirement(requirement).is_empty()) {
            (true, true) => &mut coverage.whole,
            (true, false) => &mut coverage.part,
            (false, _) => &mut coverage.none,
        } += 1;
    }
    coverage
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        run::{AsOf, Tally},
        span::Span,
        testing::at,
    };

    const NOW: &str = "2026-01-05T09:00:00Z";

    fn run(def: &CheckDef, population: u64) -> CheckRun {
        let as_of = AsOf { position: 1, instant: at(NOW) };
        let tally = Tally { looked_at: population, population, ..Tally::default() };
        CheckRun::judge(def, as_of, Span::months_before(at(NOW), 12), tally)
    }

    fn known(population: u64) -> Known {
        let latest = checks::all().iter().map(|def| (def.id.to_owned(), run(def, population))).collect();
        Known { latest, documents: None }
    }

    #[test]
    fn without_a_run_nothing_is_known_and_nothing_holds() {
        let board = Known::default().board(at(NOW));
        assert_eq!((board.counts.total, board.counts.known, board.counts.hold), (220, 0, 0));
        assert!(board.top_line.starts_with("0 known of 220 · 0 hold · 0 fail"), "{}", board.top_line);
    }

    #[test]
    fn the_counts_of_the_top_line_add_up_to_all_requirements() {
        for known in [Known::default(), known(0), known(5)] {
            let Counts { total, known, hold, fail, unconfirmed, no_evidence, not_built, unknown } =
                known.board(at(NOW)).counts;
            assert_eq!(hold + fail, known);
            assert_eq!(hold + fail + unconfirmed + no_evidence + not_built + unknown, total);
            assert_eq!(total, 220);
        }
    }

    #[test]
    fn when_every_check_passes_only_what_is_checked_in_whole_holds() {
        let board = known(5).board(at(NOW));
        assert_eq!(board.counts.hold + board.counts.unconfirmed, board.coverage.whole);
        assert_eq!(board.counts.not_built, board.coverage.part + board.coverage.none);
        assert!(board.counts.hold > 0);
    }

    #[test]
    fn when_nothing_happened_nothing_holds() {
        assert_eq!(known(0).board(at(NOW)).counts.hold, 0);
    }

    #[test]
    fn a_kind_that_need_not_be_used_leaves_the_verdict_to_the_other_checks() {
        let mut known = known(5);
        for id in ["change-model-reviewed", "change-model-complete"] {
            known.latest.insert(id.into(), run(&checks::find(id).unwrap(), 0));
        }
        let standing =
            |known: &Known| known.line(CATALOGUE.requirement("8.5.1.3-b").unwrap(), at(NOW)).standing;
        assert_eq!(standing(&known), Standing::Holds);
        known.latest.insert("change-weighed".into(), run(&checks::find("change-weighed").unwrap(), 0));
        assert_eq!(standing(&known), Standing::NoEvidence);
    }

    #[test]
    fn runs_of_last_month_say_nothing() {
        let board = known(5).board(at("2026-02-05T09:00:00Z"));
        assert_eq!(board.counts.known, 0);
        assert!(board.counts.unknown > 0);
    }

    #[test]
    fn a_clause_counts_its_own_requirements_and_those_below_it() {
        let board = known(5).board(at(NOW));
        let total = |number: &str| {
            board.clauses.iter().find(|line| line.clause.number == number).map(|line| line.counts.total)
        };
        let chapters: usize = ["4", "5", "6", "7", "8", "9", "10"].iter().filter_map(|one| total(one)).sum();
        assert_eq!(chapters, 220);
        assert_eq!(total("8.6.1"), Some(9));
    }

    #[test]
    fn the_three_axes_stand_side_by_side() {
        let requirement = CATALOGUE.requirement("8.6.1-b").unwrap();
        let line = known(5).line(requirement, at(NOW));
        assert_eq!(line.standing, Standing::Holds);
        assert_eq!(
            (line.designed, line.operating, line.judged),
            (Designed::NotAsked, Operating::Pass, Judged::None)
        );
        let requirement = CATALOGUE.requirement("5.3-a").unwrap();
        let line = known(5).line(requirement, at(NOW));
        assert_eq!((line.designed, line.operating), (Designed::Unknown, Operating::Insufficient));
    }

    #[test]
    fn a_detail_names_checks_evidence_and_documents() {
        let requirement = CATALOGUE.requirement("8.6.1-h").unwrap();
        let detail = known(5).detail(requirement, &BTreeMap::new(), at(NOW));
        assert_eq!(detail.checks_detail[0].def.id, "major-incident-told");
        let kinds: Vec<_> = detail.evidence.iter().map(|line| (line.id.as_str(), line.kind)).collect();
        assert_eq!(kinds[0], ("incident", Some("incident")));
        assert_eq!(detail.documents[0].name, "Major incident report");
    }
}
