//! Running checks: registers first, then one walk over each kind that a wanted check needs, then what is asked of
//! registers as a whole.

use mainstay_core::{Error, ErrorKind, Filter, Instant, Record, Result};
use uuid::Uuid;

use crate::{
    books::{Books, Notes},
    check::{CheckDef, Part},
    checks, evidence,
    pass::{AnyPass, Around},
    population::{digest, item, leaf},
    run::{AsOf, CheckRun, Exception, Tally},
    span::Span,
};

/// A record as a source finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its place in the order of the walk.
    pub key: i64,
    /// The record.
    pub record: Record,
    /// What hangs on it, as far as it was asked for.
    pub around: Around,
}

/// Some records in the order of their keys.
pub type Page = Vec<Found>;

/// What is known of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalFacts {
    /// Entries that were verified.
    pub entries: u64,
    /// What identifies them all: the roots of the epochs' trees.
    pub root: String,
    /// What is wrong with them, a sentence each.
    pub findings: Vec<(String, String)>,
}

/// Where records come from: one state of them throughout.
pub trait Source {
    /// How many journal entries this state rests on.
    ///
    /// # Errors
    /// Unavailable.
    fn position(&mut self) -> Result<u64>;

    /// The next records of a kind after a key, with the parts in these tables. Empty at the end.
    ///
    /// # Errors
    /// Unavailable; a bug for a damaged row.
    fn page(
        &mut self,
        kind: &'static str,
        filter: &Filter,
        after: i64,
        parts: &[&'static str],
    ) -> Result<Page>;

    /// Verifies the journal; none where this state has no journal of its own.
    ///
    /// # Errors
    /// Unavailable.
    fn journal(&mut self) -> Result<Option<JournalFacts>>;
}

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The instant of evaluation.
    pub now: Instant,
    /// Months before it that are assessed.
    pub months: u32,
    /// Only these checks; all when none are named.
    pub only: Option<Vec<String>>,
}

impl Order {
    /// All checks over the usual span.
    pub fn all(now: Instant) -> Self {
        Self { now, months: crate::span::MONTHS, only: None }
    }

    fn wants(&self, check: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|one| one == check))
    }
}

/// Runs the checks, in the order of their list. `seen` is told how many records were looked at since the last call.
///
/// # Errors
/// Unavailable. A record that cannot be read makes the checks of its kind end with an error of their own.
pub fn run(source: &mut dyn Source, order: &Order, seen: &mut dyn FnMut(u64)) -> Result<Vec<CheckRun>> {
    let as_of = AsOf { position: source.position()?, instant: order.now };
    let span = Span::months_before(order.now, order.months);
    let books = Books::read(source)?;
    let mut notes = Notes::default();
    let mut tallies: Vec<(CheckDef, Tally)> = Vec::new();
    for pass in checks::PASSES {
        if pass_is_needed(*pass, order) {
            tallies.extend(walk(source, *pass, order, &books, &mut notes, &span, seen)?);
        }
    }
    for whole in checks::WHOLE.iter().filter(|whole| order.wants(whole.def.id)) {
        tallies.push((whole.def, tally_of((whole.judge)(&books, &notes, &span))));
    }
    for (def, wanted) in checks::current_documents::CURRENT.iter().filter(|(def, _)| order.wants(def.id)) {
        tallies.push((*def, tally_of(checks::current_documents::judge_current(wanted, &books, &span))));
    }
    if order.wants(checks::JOURNAL.id)
        && let Some(facts) = source.journal()?
    {
        tallies.push((checks::JOURNAL, judge_journal(facts)));
    }
    for (def, tally) in &mut tallies {
        let whole = tally.looked_at == 0;
        if tally.population == 0 && evidence::is_event(def.kind) {
            tally.nil_return = match def.part {
                // Where there are records, only a statement about the part itself says that none is of it.
                Part::Flagged => books.nil_return(def.kind, def.part_name, &span),
                Part::Every | Part::Selected | Part::Beside => None,
            }
            .or_else(|| if whole { books.nil_return(def.kind, "", &span) } else { None });
        }
    }
    let mut runs: Vec<_> =
        tallies.into_iter().map(|(def, tally)| CheckRun::judge(&def, as_of, span, tally)).collect();
    let places: Vec<_> = checks::all().iter().map(|def| def.id).collect();
    runs.sort_by_key(|run| places.iter().position(|id| *id == run.check));
    Ok(runs)
}

/// A pass is needed for its own checks, and for what it notes for checks of other kinds.
fn pass_is_needed(pass: &dyn AnyPass, order: &Order) -> bool {
    pass.defs().iter().any(|def| order.wants(def.id))
        || (pass.notes()
            && checks::all().iter().any(|def| order.wants(def.id) && def.reads.contains(&pass.kind())))
}

fn walk(
    source: &mut dyn Source,
    pass: &dyn AnyPass,
    order: &Order,
    books: &Books,
    notes: &mut Notes,
    span: &Span,
    seen: &mut dyn FnMut(u64),
) -> Result<Vec<(CheckDef, Tally)>> {
    let mut walk = pass.start(&|check| order.wants(check));
    let filter = pass.filter(span);
    let mut after = 0;
    let mut failure = None;
    loop {
        let page = match source.page(pass.kind(), &filter, after, pass.parts()) {
            Ok(page) => page,
            Err(error) if is_about_the_records(&error) => {
                failure = Some(error.message().to_owned());
                break;
            }
            Err(error) => return Err(error),
        };
        let Some(last) = page.last() else { break };
        after = last.key;
        seen(page.len() as u64);
        for found in &page {
            walk.take(found, books, notes, span);
        }
    }
    let mut tallies = walk.finish();
    if let Some(failure) = failure {
        for (_, tally) in &mut tallies {
            tally.failure.get_or_insert_with(|| failure.clone());
        }
    }
    Ok(tallies)
}

/// A damaged record is a result of the checks that need it; a database that is away is none.
fn is_about_the_records(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Bug)
}

fn tally_of(mut subjects: Vec<Subject>) -> Tally {
    subjects.sort_by_key(Subject::item);
    let mut tally = Tally {
        looked_at: subjects.len() as u64,
        population: subjects.len() as u64,
        population_digest: digest(subjects.iter().map(|subject| leaf(&subject.item()))),
        ..Tally::default()
    };
    for subject in subjects {
        if let Some(why) = subject.problem {
            let id = subject.id.map(|id| id.to_string());
            tally.exceptions.add(Exception { reference: subject.reference, id, why });
        }
    }
    tally
}

fn judge_journal(facts: JournalFacts) -> Tally {
    let mut tally = Tally {
        looked_at: facts.entries,
        population: facts.entries,
        population_digest: facts.root,
        ..Tally::default()
    };
    for (reference, why) in facts.findings {
        tally.exceptions.add(Exception { reference, id: None, why });
    }
    tally
}

/// Something that a check of registers as a whole judges: a record, a role, a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Ref of the record or name of the thing.
    pub reference: String,
    /// Id and version of the record, if it is one.
    pub id: Option<Uuid>,
    /// Version of the record; 0 for what is none.
    pub version: u64,
    /// Why it does not hold.
    pub problem: Option<String>,
}

impl Subject {
    fn item(&self) -> String {
        match self.id {
            Some(id) => item(id, self.version),
            None => self.reference.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mainstay_core::Kind;
    use mainstay_kinds::{Incident, REGISTRY};

    use super::*;
    use crate::{run::RunResult, testing::at};

    const NOW: &str = "2026-01-05T09:00:00Z";

    /// Records in memory, a page at a time; counts how many pages of each kind were asked for.
    #[derive(Default)]
    struct Memory {
        records: BTreeMap<&'static str, Vec<Record>>,
        asked: BTreeMap<&'static str, usize>,
    }

    impl Source for Memory {
        fn position(&mut self) -> Result<u64> {
            Ok(7)
        }

        fn page(&mut self, kind: &'static str, _: &Filter, after: i64, _: &[&'static str]) -> Result<Page> {
            *self.asked.entry(kind).or_default() += 1;
            let all = self.records.get(kind).map_or(&[][..], Vec::as_slice);
            let page = (1_i64..).zip(all).filter(|(key, _)| *key > after).take(2);
            Ok(page
                .map(|(key, record)| Found { key, record: record.clone(), around: Around::default() })
                .collect())
        }

        fn journal(&mut self) -> Result<Option<JournalFacts>> {
            Ok(None)
        }
    }

    fn incident(number: u128) -> Record {
        let entry = REGISTRY.kind(Incident::NAME).expect("the kind");
        let cx = mainstay_core::Cx::new(at(NOW), mainstay_core::Actor::System, mainstay_core::Channel::Job);
        let mut record = entry.kind.blank(Uuid::from_u128(number), format!("INC-{number:06}"), &cx);
        record.version = 1;
        record
    }

    fn with(incidents: Vec<Record>) -> Memory {
        Memory { records: [(Incident::NAME, incidents)].into(), ..Memory::default() }
    }

    fn checked(memory: &mut Memory, only: Option<&[&str]>) -> BTreeMap<String, CheckRun> {
        let only = only.map(|only| only.iter().map(|id| (*id).to_owned()).collect());
        let order = Order { only, ..Order::all(at(NOW)) };
        let runs = run(memory, &order, &mut |_| {}).expect("the checks run");
        runs.into_iter().map(|run| (run.check.clone(), run)).collect()
    }

    #[test]
    fn a_kind_is_walked_once_for_all_its_checks_page_by_page() {
        let mut memory = with((1..=5).map(incident).collect());
        let runs = checked(&mut memory, None);
        assert_eq!(runs["incident-recorded"].population, 5);
        assert_eq!(runs["incident-recorded"].exceptions_total, 5);
        let closed = &runs["incident-closed"];
        assert_eq!((closed.population, closed.looked_at), (0, 5), "a check judges its own part alone");
        assert_eq!(memory.asked[Incident::NAME], 4, "two, two, one and none");
    }

    #[test]
    fn what_no_wanted_check_needs_is_not_walked() {
        let mut memory = with(vec![incident(1)]);
        let runs = checked(&mut memory, Some(&["roles-held"]));
        assert_eq!(runs.keys().collect::<Vec<_>>(), ["roles-held"]);
        assert!(!memory.asked.contains_key(Incident::NAME));
        checked(&mut memory, Some(&["service-at-work"]));
        assert!(memory.asked.contains_key(Incident::NAME), "its notes are needed");
    }

    #[test]
    fn a_record_that_cannot_be_read_is_an_error_of_the_checks_of_its_kind_and_of_no_other() {
        let mut damaged = incident(1);
        damaged.state = "nowhere".into();
        let runs = checked(&mut with(vec![damaged]), None);
        assert_eq!(runs["incident-recorded"].result, RunResult::Error);
        assert!(runs["incident-recorded"].note.as_deref().is_some_and(|note| note.contains("INC-000001")));
        assert_eq!(runs["service-owned"].result, RunResult::NoPopulation);
    }

    #[test]
    fn the_same_records_give_the_same_runs() {
        let run = || checked(&mut with((1..=3).map(incident).collect()), None);
        assert_eq!(run(), run());
        let mut changed: Vec<_> = (1..=3).map(incident).collect();
        changed[0].version = 2;
        let changed = checked(&mut with(changed), None);
        let digest = |runs: &BTreeMap<String, CheckRun>| runs["incident-recorded"].population_digest.clone();
        assert_ne!(digest(&run()), digest(&changed), "another version is another population");
    }
}
