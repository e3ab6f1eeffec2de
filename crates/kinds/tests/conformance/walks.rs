//! Random walks over every lifecycle: whatever is tried, nothing breaks.

use mainstay_core::{Changes, Cx, ErrorKind, Fact, Record, Result, Type, Value, registry::Entry};
use mainstay_kinds::REGISTRY;
use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner},
};
use uuid::Uuid;

use crate::sample::{OWN_ID, candidates, complete, cx, reference};

/// What is tried next; the numbers pick from the kind's own lists.
#[derive(Debug, Clone)]
enum Act {
    Edit(Vec<(Index, Index)>),
    Perform(Index, Vec<Index>),
    History(Index, Vec<(Index, Index)>),
}

fn acts() -> impl Strategy<Value = Vec<(Act, Index)>> {
    let pick = any::<Index>;
    let act = prop_oneof![
        2 => vec((pick(), pick()), 0..4).prop_map(Act::Edit),
        6 => (pick(), vec(pick(), 4)).prop_map(|(mv, answers)| Act::Perform(mv, answers)),
        1 => (pick(), vec((pick(), pick()), 0..4)).prop_map(|(state, values)| Act::History(state, values)),
    ];
    vec((act, pick()), 1..30)
}

/// Values for picked fields of the kind.
fn changes(entry: &Entry, picks: &[(Index, Index)]) -> Changes {
    let value = |(field, value): &(Index, Index)| {
        let field = field.get(&entry.def.fields);
        (field.name.to_owned(), value.get(&candidates(field)).clone())
    };
    Changes { title: None, values: picks.iter().map(value).collect() }
}

/// Answers for the fields that a move asks for and takes, as many as were picked.
fn answers(entry: &Entry, name: &str, picks: &[Index]) -> Changes {
    let mv = entry.def.moves.iter().find(|mv| mv.name == name);
    let fields = mv.into_iter().flat_map(|mv| mv.asks.iter().chain(mv.takes));
    let fields = fields.filter_map(|name| entry.def.field(name));
    let value = |(field, pick): (_, &Index)| {
        let field: &mainstay_core::FieldDef = field;
        (field.name.to_owned(), pick.get(&candidates(field)).clone())
    };
    Changes { title: None, values: fields.zip(picks).map(value).collect() }
}

/// Other records, wherever the kind's rules look for one, in a picked state.
fn with_facts(entry: &Entry, pick: Index, history: bool) -> Cx {
    let mut cx = Cx { history, ..cx() };
    for fact in entry.def.reads {
        let Fact::Referenced(field) = fact else { continue };
        let Some(Type::Reference(kind)) = entry.def.field(field).map(|field| field.ty) else { continue };
        let other = REGISTRY.kind(kind).expect("references lead to kinds");
        let mut record = other.kind.blank(Uuid::from_u128(200), format!("{}-000002", other.def.prefix), &cx);
        record.state = (*pick.get(other.def.states.words)).to_owned();
        cx.facts.referenced.push((field, record));
    }
    cx
}

fn run(entry: &Entry, record: &Record, act: &Act, facts: Index) -> Result<Record> {
    match act {
        Act::Edit(picks) => entry.kind.edit(record, changes(entry, picks), &with_facts(entry, facts, false)),
        Act::Perform(mv, picks) => {
            let name = mv.get(&entry.def.moves).name;
            entry.kind.perform(record, name, answers(entry, name, picks), &with_facts(entry, facts, false))
        }
        Act::History(state, picks) => {
            let state = state.get(entry.def.states.words);
            let cx = with_facts(entry, facts, true);
            entry
                .kind
                .record_history(record, state, changes(entry, picks), &cx)
                .map(|recorded| recorded.record)
        }
    }
}

fn walk(entry: &Entry, acts: &[(Act, Index)]) -> TestCaseResult {
    let created = entry.kind.create(OWN_ID, reference(&entry.def), complete(&entry.def), &cx());
    let mut record = created.expect("a complete input makes a record");
    for (act, facts) in acts {
        match run(entry, &record, act, *facts) {
            Ok(after) if after == record && !matches!(act, Act::Perform(..)) => {}
            Ok(after) => {
                prop_assert_eq!(after.version, record.version + 1);
                prop_assert_eq!(after.id, record.id);
                prop_assert_eq!(after.values.len(), entry.def.fields.len());
                prop_assert!(entry.def.states.has(&after.state));
                prop_assert!(!after.values.iter().any(|value| matches!(value, Value::Bytes(_))));
                let effects = entry.kind.effects(&after, Some(&record));
                prop_assert!(effects.is_ok(), "{:?}", effects);
                record = after;
            }
            Err(error) => {
                let expected = matches!(error.kind(), ErrorKind::Invalid(_) | ErrorKind::Refused { .. });
                prop_assert!(expected, "{:?}: {}", act, error);
            }
        }
    }
    Ok(())
}

#[test]
fn whatever_is_tried_a_record_stays_sound_and_its_versions_count_up_by_one() {
    for entry in REGISTRY.kinds() {
        let config = Config { cases: 256, failure_persistence: None, ..Config::default() };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let outcome = TestRunner::new_with_rng(config, rng).run(&acts(), |acts| walk(entry, &acts));
        outcome.unwrap_or_else(|error| panic!("{}: {error}", entry.def.name));
    }
}
