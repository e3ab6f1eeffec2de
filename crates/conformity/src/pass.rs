//! One pass over the records of a kind, shared by all checks of that kind.

use mainstay_core::{Filter, Id, Instant, Kind, Result, Value, parts, registry::from_record};
use mainstay_kinds::Person;
use uuid::Uuid;

use crate::{
    books::{Books, Notes},
    check::CheckDef,
    engine::Found,
    population::{Members, Roll},
    run::{Exception, Exceptions, Tally},
    span::Span,
};

/// A link between the record and another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Name of the relation, as the record from which it reads has it.
    pub relation: String,
    /// The other record.
    pub other: Uuid,
    /// True when the other record is the one from which it reads.
    pub incoming: bool,
}

/// A task on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// True while it is to be done.
    pub open: bool,
    /// True when somebody is to do it.
    pub assigned: bool,
    /// When it should be done.
    pub due_at: Option<Instant>,
}

/// What hangs on a record, as far as the checks of its kind ask for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Around {
    /// How many comments there are.
    pub comments: u64,
    /// When the last was written.
    pub last_comment_at: Option<Instant>,
    /// Links in both directions.
    pub links: Vec<Linked>,
    /// Tasks.
    pub tasks: Vec<Task>,
    /// Goals of clocks that ended beyond their target.
    pub breached: Vec<String>,
    /// Rows of other parts: name of the table, values by column.
    pub others: Vec<(&'static str, Vec<(&'static str, Value)>)>,
}

impl Around {
    /// Takes a row of a part; `record` is the record that is looked at.
    pub fn take(&mut self, table: &'static str, record: Uuid, columns: Vec<(&'static str, Value)>) {
        let get = |name: &str| {
            columns.iter().find(|(column, _)| *column == name).map_or(&Value::Null, |(_, value)| value)
        };
        match table {
            parts::COMMENT => {
                self.comments += 1;
                self.last_comment_at = self.last_comment_at.max(get("written_at").as_instant());
            }
            parts::LINK => {
                let incoming = get("record").as_id() != Some(record);
                let other = if incoming { get("record") } else { get("target") };
                self.links.push(Linked {
                    relation: get("relation").as_text().unwrap_or_default().to_owned(),
                    other: other.as_id().unwrap_or_default(),
                    incoming,
                });
            }
            parts::TASK => self.tasks.push(Task {
                open: get("state").as_text() == Some("open"),
                assigned: get("assignee").as_id().is_some(),
                due_at: get("due_at").as_instant(),
            }),
            parts::CLOCK_RESULT => {
                if get("breached_at").as_instant().is_some() {
                    self.breached.push(get("goal").as_text().unwrap_or_default().to_owned());
                }
            }
            _ => self.others.push((table, columns)),
        }
    }

    /// True when a link in either direction leads to one of these records.
    pub fn links_to(&self, holds: impl Fn(Uuid) -> bool) -> bool {
        self.links.iter().any(|link| holds(link.other))
    }
}

/// A record with all that a check may look at.
pub struct Item<'a, K: Kind> {
    /// The record.
    pub record: &'a K,
    /// What hangs on it.
    pub around: &'a Around,
    /// The registers.
    pub books: &'a Books,
    /// What earlier passes noted.
    pub notes: &'a Notes,
    /// The span that is assessed.
    pub span: &'a Span,
}

/// A check of each record of kind `K`.
pub struct Check<K: Kind> {
    /// What it is.
    pub def: CheckDef,
    /// Whether it judges this record.
    pub belongs: fn(&Item<'_, K>) -> bool,
    /// Why the record does not hold, in a sentence that names no person.
    pub problem: fn(&Item<'_, K>) -> Option<String>,
}

/// All checks that share one walk over the records of kind `K`.
pub struct Pass<K: Kind> {
    /// The checks.
    pub checks: &'static [Check<K>],
    /// Which rows are read at all; may take more than `in_span`.
    pub filter: fn(&Span) -> Filter,
    /// Whether a record belongs to the span.
    pub in_span: fn(&K, &Span) -> bool,
    /// Tables of parts that the checks look at.
    pub parts: &'static [&'static str],
    /// What later passes want to know.
    pub note: Option<fn(&K, &Around, &Span, &mut Notes)>,
}

/// A pass without its type.
pub trait AnyPass: Sync {
    /// Kind of the records.
    fn kind(&self) -> &'static str;
    /// Its checks.
    fn defs(&self) -> Vec<CheckDef>;
    /// True when later checks use what it notes.
    fn notes(&self) -> bool;
    /// Which rows are read at all.
    fn filter(&self, span: &Span) -> Filter;
    /// Tables of parts that are read along.
    fn parts(&self) -> &'static [&'static str];
    /// Begins a walk for the wanted checks.
    fn start(&self, wanted: &dyn Fn(&str) -> bool) -> Box<dyn Walk + '_>;
}

/// A pass on its way.
pub trait Walk {
    /// Takes the next record.
    fn take(&mut self, found: &Found, books: &Books, notes: &mut Notes, span: &Span);
    /// Ends: the figures of each check.
    fn finish(self: Box<Self>) -> Vec<(CheckDef, Tally)>;
}

struct Walking<'a, K: Kind> {
    pass: &'a Pass<K>,
    running: Vec<Running<'a, K>>,
    roll: Roll,
    failure: Option<String>,
}

struct Running<'a, K: Kind> {
    check: &'a Check<K>,
    members: Members,
    exceptions: Exceptions,
}

impl<K: Kind> AnyPass for Pass<K> {
    fn kind(&self) -> &'static str {
        K::NAME
    }

    fn defs(&self) -> Vec<CheckDef> {
        self.checks.iter().map(|check| check.def).collect()
    }

    fn notes(&self) -> bool {
        self.note.is_some()
    }

    fn filter(&self, span: &Span) -> Filter {
        (self.filter)(span)
    }

    fn parts(&self) -> &'static [&'static str] {
        self.parts
    }

    fn start(&self, wanted: &dyn Fn(&str) -> bool) -> Box<dyn Walk + '_> {
        let running = self.checks.iter().filter(|check| wanted(check.def.id)).map(|check| Running {
            check,
            members: Members::default(),
            exceptions: Exceptions::default(),
        });
        Box::new(Walking { pass: self, running: running.collect(), roll: Roll::default(), failure: None })
    }
}

impl<K: Kind> Walking<'_, K> {
    fn judge(&mut self, found: &Found, books: &Books, notes: &mut Notes, span: &Span) -> Result<()> {
        let record: K = from_record(&found.record)?;
        if !(self.pass.in_span)(&record, span) {
            return Ok(());
        }
        if let Some(note) = self.pass.note {
            note(&record, &found.around, span, notes);
        }
        let at = self.roll.add(found.record.id, found.record.version);
        let item = Item { record: &record, around: &found.around, books, notes, span };
        for running in &mut self.running {
            if !(running.check.belongs)(&item) {
                continue;
            }
            running.members.add(at);
            if let Some(why) = (running.check.problem)(&item) {
                let reference = found.record.reference.clone();
                let id = Some(found.record.id.to_string());
                running.exceptions.add(Exception { reference, id, why });
            }
        }
        Ok(())
    }
}

impl<K: Kind> Walk for Walking<'_, K> {
    fn take(&mut self, found: &Found, books: &Books, notes: &mut Notes, span: &Span) {
        if self.failure.is_none()
            && let Err(error) = self.judge(found, books, notes, span)
        {
            self.failure = Some(error.message().to_owned());
        }
    }

    fn finish(self: Box<Self>) -> Vec<(CheckDef, Tally)> {
        let Self { running, roll, failure, .. } = *self;
        let members: Vec<_> = running.iter().map(|running| &running.members).collect();
        let digests = roll.digests(&members);
        running
            .into_iter()
            .zip(digests)
            .map(|(running, population_digest)| {
                let tally = Tally {
                    looked_at: roll.len() as u64,
                    population: running.members.count(),
                    population_digest,
                    exceptions: running.exceptions,
                    failure: failure.clone(),
                    nil_return: None,
                };
                (running.check.def, tally)
            })
            .collect()
    }
}

/// Says that a review date is missing, or was passed by more days than are allowed.
pub fn review_is_due(due: Option<jiff::civil::Date>, allowed_days: i64, span: &Span) -> Option<String> {
    let Some(due) = due else { return Some("No date of its next review is set.".into()) };
    let late = i64::from((span.today() - due).get_days()) > allowed_days;
    late.then(|| format!("Its review was due on {due}."))
}

/// Says that nobody is named for a duty, or that who is named has left: the words for both.
pub fn nobody_is_here(person: Id<Person>, books: &Books, nobody: &str, left: &str) -> Option<String> {
    if person.is_none() {
        return Some(nobody.to_owned());
    }
    (!books.active_persons.contains(&person.uuid())).then(|| left.to_owned())
}

/// The names of the texts that are empty.
pub fn empty_ones<'a>(texts: &[(&String, &'a str)]) -> Vec<&'a str> {
    texts.iter().filter(|(text, _)| text.is_empty()).map(|(_, name)| *name).collect()
}

/// Joins problems to one sentence; none when there is none.
pub fn sentence(problems: Vec<&str>) -> Option<String> {
    if problems.is_empty() {
        return None;
    }
    Some(format!("Missing: {}.", problems.join(", ")))
}
