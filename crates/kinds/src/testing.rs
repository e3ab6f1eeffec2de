//! What the tests of kinds share: a record on which moves are tried, at a fixed time, by a person.

use std::marker::PhantomData;

use mainstay_core::{
    Actor, AnyKind, Changes, Channel, Cx, Error, ErrorKind, Instant, Kind, Of, Record, Result, Value,
    registry::from_record,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// A Monday morning: when tests begin.
pub(crate) const START: &str = "2026-01-05T09:00:00Z";

/// The instant that the text writes.
pub(crate) fn at(text: &str) -> Instant {
    text.parse().expect("a test writes instants like 2026-01-05T09:00:00Z")
}

/// A person acts at [`START`].
pub(crate) fn cx() -> Cx {
    Cx::new(at(START), Actor::Person(Uuid::from_u128(1)), Channel::Web)
}

/// The id of another record, as input has it.
pub(crate) fn id(number: u128) -> Json {
    json!(Uuid::from_u128(number).to_string())
}

/// A record of kind `K` and the context in which the next act happens.
#[derive(Clone)]
pub(crate) struct Trial<K> {
    pub(crate) record: Record,
    pub(crate) cx: Cx,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Trial<K> {
    /// A record from this input; its title is `A record` unless given.
    pub(crate) fn new(input: Json) -> Self {
        Self::create(input).expect("the record is created")
    }

    /// Tries to make a record at [`START`].
    pub(crate) fn create(input: Json) -> Result<Self> {
        Self::create_in(cx(), input)
    }

    /// Tries to make a record in this context.
    pub(crate) fn create_in(cx: Cx, input: Json) -> Result<Self> {
        let mut changes = changes::<K>(input);
        changes.title.get_or_insert_with(|| "A record".into());
        let reference = format!("{}-000001", K::DEF.prefix);
        let record = Of::<K>::new().create(Uuid::from_u128(100), reference, changes, &cx)?;
        Ok(Self { record, cx, kind: PhantomData })
    }

    /// A record that history brings, in `state`.
    pub(crate) fn of_history(state: &str, input: Json) -> Self {
        let cx = Cx { history: true, ..cx() };
        let record = Of::<K>::new().blank(Uuid::from_u128(100), format!("{}-000001", K::DEF.prefix), &cx);
        let mut trial = Self { record, cx, kind: PhantomData };
        trial.history(state, input).expect("history is recorded");
        trial
    }

    /// Runs a move; the record changes when it succeeds.
    pub(crate) fn perform(&mut self, name: &str, answers: Json) -> Result<&mut Self> {
        self.record = Of::<K>::new().perform(&self.record, name, changes::<K>(answers), &self.cx)?;
        Ok(self)
    }

    /// Edits fields; the record changes when it succeeds.
    pub(crate) fn edit(&mut self, input: Json) -> Result<&mut Self> {
        self.record = Of::<K>::new().edit(&self.record, changes::<K>(input), &self.cx)?;
        Ok(self)
    }

    /// Records a step of history; returns the waived guards.
    pub(crate) fn history(&mut self, state: &str, input: Json) -> Result<Vec<String>> {
        let cx = Cx { history: true, ..self.cx.clone() };
        let recorded = Of::<K>::new().record_history(&self.record, state, changes::<K>(input), &cx)?;
        self.record = recorded.record;
        Ok(recorded.waived)
    }

    /// The next act happens at this instant.
    pub(crate) fn at(&mut self, instant: &str) -> &mut Self {
        self.cx.now = at(instant);
        self.cx.recorded = at(instant);
        self
    }

    /// The next acts find this record where `field` points.
    pub(crate) fn knows(&mut self, field: &'static str, other: &Record) -> &mut Self {
        self.cx.facts.referenced.push((field, other.clone()));
        self
    }

    /// The record as its struct.
    pub(crate) fn typed(&self) -> K {
        from_record(&self.record).expect("a stored record is readable")
    }

    /// The state, as stored.
    pub(crate) fn state(&self) -> &str {
        &self.record.state
    }
}

/// Input as a face hands it over.
fn changes<K: Kind>(input: Json) -> Changes {
    let Json::Object(input) = input else { panic!("input is an object") };
    let mut changes = Changes::default();
    for (name, json) in input {
        if name == "title" {
            changes.title = json.as_str().map(str::to_owned);
            continue;
        }
        let field = K::DEF.fields.list.iter().find(|field| field.def.name == name);
        let value = field.map_or(Ok(Value::Null), |field| field.def.ty.parse_stored(&json));
        changes.values.push((name, value.expect("a test gives values of the right type")));
    }
    changes
}

/// The fields that an answer calls wrong.
#[track_caller]
pub(crate) fn wrong_fields<T>(outcome: Result<T>) -> Vec<String> {
    let error = failure(outcome);
    assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
    error.fields().iter().map(|field| field.field.clone()).collect()
}

/// The rule that refused.
#[track_caller]
pub(crate) fn refusing_rule<T>(outcome: Result<T>) -> String {
    let error = failure(outcome);
    match error.kind() {
        ErrorKind::Refused { rule, .. } => rule.clone(),
        other => panic!("a refusal is wanted, not {other:?}: {error}"),
    }
}

#[track_caller]
fn failure<T>(outcome: Result<T>) -> Error {
    match outcome {
        Ok(_) => panic!("this should have been refused"),
        Err(error) => error,
    }
}

/// A state, a way to it, and the moves that are possible there.
pub(crate) type Open = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Walks each way, and tries every move of the kind there: those that are listed work, all others are refused by a
/// rule. Every state of the kind must be in the table.
#[track_caller]
pub(crate) fn check_lifecycle<K: Kind>(
    new: &dyn Fn() -> Trial<K>,
    answers: &dyn Fn(&str) -> Json,
    table: &[Open],
) {
    for (state, way, open) in table {
        let mut trial = new();
        for name in *way {
            if let Err(error) = trial.perform(name, answers(name)) {
                panic!("{way:?}: {name}: {error}");
            }
        }
        assert_eq!(trial.state(), *state, "{way:?}");
        for mv in K::DEF.moves {
            let outcome =
                trial.clone().perform(mv.name, answers(mv.name)).map(|trial| trial.state().to_owned());
            if open.contains(&mv.name) {
                outcome.unwrap_or_else(|error| panic!("{state}: {}: {error}", mv.name));
            } else {
                refusing_rule(outcome.map(|_| panic!("{state}: {} is possible", mv.name)));
            }
        }
    }
    for state in <K::State as mainstay_core::Choice>::DEF.words {
        assert!(table.iter().any(|(at, ..)| at == state), "no way to {state} is tried");
    }
}
