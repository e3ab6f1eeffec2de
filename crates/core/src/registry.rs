//! The registry: every kind without its type, and the one engine that runs commands on typed records.

use std::marker::PhantomData;

use uuid::Uuid;

use crate::{
    Result,
    approval::{Approval, ApprovalDef, Policy},
    choice::{Choice, ChoiceDef},
    clock::ClockDef,
    cx::Cx,
    error::{Error, ErrorKind, FieldError},
    field::FieldDef,
    kind::{Effect, Fact, Kind, TitleDef},
    lifecycle::{Move, MoveDef},
    link::LinkDef,
    record::Record,
    table::Table,
    value::Value,
};

/// A kind without its type: what faces, store, journal and tests are derived from.
#[derive(Debug, Clone)]
pub struct KindDef {
    /// `incident`.
    pub name: &'static str,
    /// `incidents`.
    pub plural: &'static str,
    /// `INC`.
    pub prefix: &'static str,
    /// Clause of ISO/IEC 20000-1:2018.
    pub clause: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// The title.
    pub title: TitleDef,
    /// Fields in form order.
    pub fields: Vec<FieldDef>,
    /// States; the first is where a record begins.
    pub states: ChoiceDef,
    /// Moves.
    pub moves: Vec<MoveDef>,
    /// Relations beyond the common ones.
    pub links: Vec<LinkDef>,
    /// Clocks.
    pub clocks: Vec<ClockDef>,
    /// How records are approved, if they are.
    pub approval: Option<ApprovalDef>,
    /// Columns by which lists are commonly filtered together.
    pub lists: &'static [&'static [&'static str]],
    /// States in which only moves change the record.
    pub locked_in: Vec<&'static str>,
    /// What its rules want to know.
    pub reads: &'static [Fact],
}

impl KindDef {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Place of a field among the values of a [`Record`].
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The move of this name.
    pub fn find_move(&self, name: &str) -> Option<&MoveDef> {
        self.moves.iter().find(|mv| mv.name == name)
    }
}

/// What a command changes on a record: parsed, references resolved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// New title.
    pub title: Option<String>,
    /// New values by field name.
    pub values: Vec<(String, Value)>,
}

/// The outcome of recorded history: the record and the guards that were waived for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The record after the step.
    pub record: Record,
    /// Guards that an ordinary command would have obeyed.
    pub waived: Vec<String>,
}

/// A kind behind a `dyn`: typed rules inside, records outside.
pub trait AnyKind: Send + Sync {
    /// The descriptor without its type.
    fn describe(&self) -> KindDef;

    /// Makes a new record.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] naming each wrong field, or a refusal by the kind's rules.
    fn create(&self, id: Uuid, reference: String, changes: Changes, cx: &Cx) -> Result<Record>;

    /// Changes fields. Returns the record as it was when nothing differs.
    ///
    /// # Errors
    /// As [`create`](AnyKind::create); refused in a locked state.
    fn edit(&self, record: &Record, changes: Changes, cx: &Cx) -> Result<Record>;

    /// Runs a move with its answers.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a move the kind does not have, a refusal when the state or a rule forbids it,
    /// [`ErrorKind::Invalid`] when an answer is missing.
    fn perform(&self, record: &Record, name: &str, answers: Changes, cx: &Cx) -> Result<Record>;

    /// Takes a step of a foreign history: fields and state as they were there. Guards are noted, not obeyed.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] for values of a wrong type or an unknown state.
    fn record_history(&self, record: &Record, state: &str, changes: Changes, cx: &Cx) -> Result<Recorded>;

    /// What the change from `before` to `record` causes on other records.
    ///
    /// # Errors
    /// A stored value that is unreadable.
    fn effects(&self, record: &Record, before: Option<&Record>) -> Result<Vec<Effect>>;

    /// Who is asked to approve the record; none for kinds that are not approved.
    ///
    /// # Errors
    /// A stored value that is unreadable.
    fn policy(&self, record: &Record) -> Result<Option<Policy>>;

    /// An empty record, the base of [`record_history`](AnyKind::record_history) and of replay.
    fn blank(&self, id: Uuid, reference: String, cx: &Cx) -> Record;
}

/// Wraps kind `K` for the registry.
pub struct Of<K>(PhantomData<fn() -> K>);

impl<K> Of<K> {
    /// The wrapper.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K> Default for Of<K> {
    fn default() -> Self {
        Self::new()
    }
}

fn words<S: Choice>(states: &[S]) -> Vec<&'static str> {
    states.iter().map(|state| state.name()).collect()
}

fn to_record<K: Kind>(kind: &K) -> Record {
    let head = kind.head();
    Record {
        kind: K::DEF.name,
        id: head.id,
        reference: head.reference.clone(),
        title: head.title.clone(),
        state: head.state.name().to_owned(),
        version: head.version,
        created_at: head.created_at,
        updated_at: head.updated_at,
        values: K::DEF.fields.list.iter().map(|field| (field.get)(kind)).collect(),
    }
}

/// The typed record. For rules that look at another record, and for what computes on records of one kind.
///
/// # Errors
/// [`ErrorKind::Bug`] for a record of another kind and for a stored state or value that is unreadable.
pub fn from_record<K: Kind>(record: &Record) -> Result<K> {
    let def = K::DEF;
    if record.kind != def.name {
        return Err(Error::bug(format!("{} is no {}", record.reference, def.name)));
    }
    let mut kind = (def.fields.empty)();
    let head = kind.head_mut();
    head.id = record.id;
    head.reference.clone_from(&record.reference);
    head.title.clone_from(&record.title);
    head.state = K::State::parse(&record.state).ok_or_else(|| {
        Error::bug(format!("{} is in the unknown state \"{}\"", record.reference, record.state))
    })?;
    head.version = record.version;
    head.created_at = record.created_at;
    head.updated_at = record.updated_at;
    for (field, value) in def.fields.list.iter().zip(&record.values) {
        (field.set)(&mut kind, value.clone()).map_err(|problem| {
            Error::bug(format!("{}: stored value of {} is unreadable", record.reference, field.def.name))
                .caused_by(problem)
        })?;
    }
    Ok(kind)
}

/// Writes the changes into the struct; each wrong one becomes a field error.
fn take<K: Kind>(
    kind: &mut K,
    changes: Changes,
    may: impl Fn(&FieldDef) -> Option<&'static str>,
) -> Result<()> {
    let mut problems = Vec::new();
    if let Some(title) = changes.title {
        kind.head_mut().title = title.trim().to_owned();
    }
    for (name, value) in changes.values {
        let Some(field) = K::DEF.fields.list.iter().find(|field| field.def.name == name) else {
            let known: Vec<_> = K::DEF.fields.list.iter().map(|field| field.def.name).collect();
            problems.push(FieldError {
                problem: format!(
                    "is no field of {}; the fields are: title, {}",
                    K::DEF.name,
                    known.join(", ")
                ),
                field: name,
            });
            continue;
        };
        let outcome = match may(&field.def) {
            Some(problem) => Err(problem.to_owned()),
            None => (field.set)(kind, value),
        };
        if let Err(problem) = outcome {
            problems.push(FieldError { field: name, problem });
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// Required content that is not there. What was empty before the act is not held against it: an erased person
/// must not keep an incident from being closed.
fn missing<K: Kind>(kind: &K, before: Option<&K>, asked: &[&'static str]) -> Vec<FieldError> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, help: &str| {
        let problem = format!("must be given: {}", help.to_lowercase());
        problems.push(FieldError { field: field.into(), problem });
    };
    if kind.head().title.is_empty() && before.is_none_or(|before| !before.head().title.is_empty()) {
        problem("title", K::DEF.title.label);
    }
    for field in K::DEF.fields.list {
        let had_content = || before.is_none_or(|before| !(field.get)(before).is_null());
        let is_asked = asked.contains(&field.def.name) || (field.def.required && had_content());
        if is_asked && (field.get)(kind).is_null() {
            problem(field.def.name, field.def.help);
        }
    }
    problems
}

fn complete<K: Kind>(kind: &K, before: Option<&K>, asked: &[&'static str]) -> Result<()> {
    let problems = missing(kind, before, asked);
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn set_by_rules(field: &FieldDef) -> Option<&'static str> {
    field.system.then_some("is set by rules or by a move; it cannot be given here")
}

fn finish<K: Kind>(mut kind: K, before: Option<&K>, cx: &Cx) -> Result<Record> {
    (K::DEF.before_save)(&mut kind, before, cx)?;
    let head = kind.head_mut();
    head.updated_at = cx.recorded;
    head.version = before.map_or(0, |before| before.head().version) + 1;
    Ok(to_record(&kind))
}

impl<K: Kind> AnyKind for Of<K> {
    fn describe(&self) -> KindDef {
        let def = K::DEF;
        KindDef {
            name: def.name,
            plural: def.plural,
            prefix: def.prefix,
            clause: def.clause,
            help: def.help,
            title: def.title,
            fields: def.fields.list.iter().map(|field| field.def).collect(),
            states: K::State::DEF,
            moves: def
                .moves
                .iter()
                .map(|mv| MoveDef {
                    name: mv.name,
                    help: mv.help,
                    from: words(mv.from),
                    to: mv.to.name(),
                    asks: mv.asks,
                    takes: mv.takes,
                })
                .collect(),
            links: def.links.to_vec(),
            clocks: def
                .clocks
                .iter()
                .map(|clock| ClockDef {
                    goal: clock.goal,
                    start: clock.start,
                    runs_in: words(clock.runs_in),
                    waits_in: words(clock.waits_in),
                })
                .collect(),
            approval: def.approval.as_ref().map(Approval::describe),
            lists: def.lists,
            locked_in: words(def.locked_in),
            reads: def.reads,
        }
    }

    fn blank(&self, id: Uuid, reference: String, cx: &Cx) -> Record {
        let mut kind = (K::DEF.fields.empty)();
        let head = kind.head_mut();
        head.id = id;
        head.reference = reference;
        head.created_at = cx.recorded;
        head.updated_at = cx.recorded;
        to_record(&kind)
    }

    fn effects(&self, record: &Record, before: Option<&Record>) -> Result<Vec<Effect>> {
        let before: Option<K> = before.map(from_record).transpose()?;
        Ok((K::DEF.effects)(&from_record(record)?, before.as_ref()))
    }

    fn policy(&self, record: &Record) -> Result<Option<Policy>> {
        let Some(approval) = K::DEF.approval else { return Ok(None) };
        Ok(Some((approval.policy)(&from_record(record)?)))
    }

    fn create(&self, id: Uuid, reference: String, changes: Changes, cx: &Cx) -> Result<Record> {
        let mut kind: K = from_record(&self.blank(id, reference, cx))?;
        take(&mut kind, changes, set_by_rules)?;
        complete(&kind, None, &[])?;
        finish(kind, None, cx)
    }

    fn edit(&self, record: &Record, changes: Changes, cx: &Cx) -> Result<Record> {
        let before: K = from_record(record)?;
        if K::DEF.locked_in.contains(&before.head().state) {
            return Err(Error::refused(
                "a closed record is not edited",
                K::DEF.clause,
                format!("{} is {} and can no longer be edited", record.reference, record.state),
            )
            .hint("Comments, links and moves are still possible."));
        }
        let mut after = before.clone();
        take(&mut after, changes, set_by_rules)?;
        complete(&after, Some(&before), &[])?;
        if to_record(&after) == *record {
            return Ok(record.clone());
        }
        finish(after, Some(&before), cx)
    }

    fn perform(&self, record: &Record, name: &str, answers: Changes, cx: &Cx) -> Result<Record> {
        let before: K = from_record(record)?;
        let mv = find_move::<K>(&before, name)?;
        let mut after = before.clone();
        take(&mut after, answers, |field| {
            let given = mv.asks.contains(&field.name) || mv.takes.contains(&field.name);
            (!given).then_some("is not asked for by this move; edit it instead")
        })?;
        complete(&after, Some(&before), mv.asks)?;
        if let Some(rule) = mv.only_if {
            rule(&after, cx)?;
        }
        after.head_mut().state = mv.to;
        if let Some(change) = mv.then {
            change(&mut after, cx);
        }
        finish(after, Some(&before), cx)
    }

    fn record_history(&self, record: &Record, state: &str, changes: Changes, cx: &Cx) -> Result<Recorded> {
        let before: K = from_record(record)?;
        let to = K::State::parse(state).ok_or_else(|| {
            Error::field(
                "state",
                format!("\"{state}\" is no state of {}: {}", K::DEF.name, K::State::DEF.words.join(", ")),
            )
        })?;
        let first = record.version == 0;
        let mut after = before.clone();
        take(&mut after, changes, |_| None)?;
        let mut waived: Vec<String> = Vec::new();
        let from = before.head().state;
        let mut asked: &[&'static str] = &[];
        if first {
            if to != K::State::default() {
                waived.push(format!("lifecycle: begins in {state}"));
            }
        } else if from != to {
            match K::DEF.moves.iter().find(|mv| mv.from.contains(&from) && mv.to == to) {
                None => waived.push(format!("lifecycle: no move from {} to {state}", from.name())),
                Some(mv) => {
                    asked = mv.asks;
                    if let Some(Err(refusal)) = mv.only_if.map(|rule| rule(&after, cx)) {
                        waived.extend(waived_by(&refusal));
                    }
                }
            }
        }
        waived.extend(
            missing(&after, (!first).then_some(&before), asked)
                .into_iter()
                .map(|problem| format!("asks: {}", problem.field)),
        );
        after.head_mut().state = to;
        if !first && to_record(&after) == *record {
            return Ok(Recorded { record: record.clone(), waived: Vec::new() });
        }
        let record = finish(after, (!first).then_some(&before), cx)?;
        Ok(Recorded { record, waived })
    }
}

/// The guards that a rule's refusal stands for, as recorded history lists them.
fn waived_by(refusal: &Error) -> Vec<String> {
    match refusal.kind() {
        ErrorKind::Refused { rule, .. } => vec![format!("rule: {rule}")],
        ErrorKind::Invalid(fields) => fields.iter().map(|field| format!("asks: {}", field.field)).collect(),
        _ => Vec::new(),
    }
}

fn find_move<K: Kind>(kind: &K, name: &str) -> Result<&'static Move<K>> {
    let moves = K::DEF.moves;
    let state = kind.head().state;
    if !moves.iter().any(|mv| mv.name == name) {
        let all: Vec<_> = moves.iter().map(|mv| mv.name).collect();
        return Err(Error::not_found(format!("the move \"{name}\" of {}", K::DEF.name))
            .hint(format!("The moves are: {}.", all.join(", "))));
    }
    moves.iter().find(|mv| mv.name == name && mv.from.contains(&state)).ok_or_else(|| {
        let open: Vec<_> = moves.iter().filter(|mv| mv.from.contains(&state)).map(|mv| mv.name).collect();
        let refused = Error::refused(
            "a move begins in its states",
            K::DEF.clause,
            format!("{} is {}; \"{name}\" is not possible from there", kind.head().reference, state.name()),
        );
        if open.is_empty() {
            refused.hint("No move leads out of this state.")
        } else {
            refused.hint(format!("Possible now: {}.", open.join(", ")))
        }
    })
}

/// A kind with its descriptor and table.
pub struct Entry {
    /// The descriptor.
    pub def: KindDef,
    /// The table.
    pub table: Table,
    /// The typed engine.
    pub kind: &'static dyn AnyKind,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.def.name)
    }
}

/// All kinds, in menu order.
pub struct Registry {
    entries: Vec<Entry>,
    parts: Vec<Table>,
}

impl Registry {
    /// Describes each kind once.
    pub fn new(kinds: &[&'static dyn AnyKind]) -> Self {
        let entries = kinds
            .iter()
            .map(|kind| {
                let def = kind.describe();
                Entry { table: Table::of_kind(&def), def, kind: *kind }
            })
            .collect();
        Self { entries, parts: crate::parts::tables() }
    }

    /// All kinds, in menu order.
    pub fn kinds(&self) -> &[Entry] {
        &self.entries
    }

    /// All tables that the journal writes: kinds, then parts.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.entries.iter().map(|entry| &entry.table).chain(&self.parts)
    }

    /// A table by name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables().find(|table| table.name == name)
    }

    /// A kind by its name or plural.
    ///
    /// # Errors
    /// Not found, with the kinds as a hint.
    pub fn kind(&self, name: &str) -> Result<&Entry> {
        self.entries.iter().find(|entry| entry.def.name == name || entry.def.plural == name).ok_or_else(
            || {
                let all: Vec<_> = self.entries.iter().map(|entry| entry.def.name).collect();
                Error::not_found(format!("the record kind \"{name}\""))
                    .hint(format!("The kinds are: {}.", all.join(", ")))
            },
        )
    }

    /// The kind whose refs begin like this one: `INC-000123`.
    pub fn kind_of_ref(&self, reference: &str) -> Option<&Entry> {
        let (prefix, number) = reference.rsplit_once('-')?;
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.entries.iter().find(|entry| entry.def.prefix == prefix)
    }
}
