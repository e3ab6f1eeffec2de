//! Every kind answers commands in the same way, also wrong ones.

use mainstay_core::{Changes, Cx, Error, ErrorKind, Result, Value};
use mainstay_kinds::REGISTRY;

use crate::sample::{OWN_ID, complete, created, cx, in_state, reference};

#[track_caller]
fn failure<T>(place: &str, outcome: Result<T>) -> Error {
    match outcome {
        Ok(_) => panic!("{place}: this should have been refused"),
        Err(error) => error,
    }
}

#[track_caller]
fn check_names_field<T>(place: &str, outcome: Result<T>, field: &str) {
    let error = failure(place, outcome);
    assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{place}: {error}");
    assert!(
        error.fields().iter().any(|wrong| wrong.field == field),
        "{place}: {error} does not name {field}"
    );
}

fn one(field: &str, value: Value) -> Changes {
    Changes { title: None, values: vec![(field.into(), value)] }
}

#[test]
fn a_complete_input_makes_a_record_in_the_first_state() {
    for entry in REGISTRY.kinds() {
        let record = created(entry);
        assert_eq!((record.kind, record.version), (entry.def.name, 1));
        assert_eq!(record.state, entry.def.states.words[0]);
        assert_eq!(record.values.len(), entry.def.fields.len());
    }
}

#[test]
fn an_empty_input_is_asked_for_the_title_and_what_is_required() {
    for entry in REGISTRY.kinds() {
        let create = || entry.kind.create(OWN_ID, reference(&entry.def), Changes::default(), &cx());
        check_names_field(entry.def.name, create(), "title");
        for field in entry.def.fields.iter().filter(|field| field.required) {
            check_names_field(entry.def.name, create(), field.name);
        }
    }
}

#[test]
fn an_unknown_field_is_named() {
    for entry in REGISTRY.kinds() {
        let mut input = complete(&entry.def);
        input.values.push(("colour".into(), Value::Null));
        check_names_field(entry.def.name, entry.kind.create(OWN_ID, "X".into(), input, &cx()), "colour");
        let edit = entry.kind.edit(&created(entry), one("colour", Value::Null), &cx());
        check_names_field(entry.def.name, edit, "colour");
    }
}

#[test]
fn a_field_that_rules_set_is_not_given() {
    for entry in REGISTRY.kinds() {
        for field in entry.def.fields.iter().filter(|field| field.system) {
            let place = format!("{}.{}", entry.def.name, field.name);
            let mut input = complete(&entry.def);
            input.values.push((field.name.into(), Value::Null));
            let create = entry.kind.create(OWN_ID, reference(&entry.def), input, &cx());
            check_names_field(&place, create, field.name);
            let edit = entry.kind.edit(&created(entry), one(field.name, Value::Null), &cx());
            check_names_field(&place, edit, field.name);
        }
    }
}

#[test]
fn an_edit_without_a_difference_changes_nothing() {
    for entry in REGISTRY.kinds() {
        let record = created(entry);
        assert_eq!(entry.kind.edit(&record, Changes::default(), &cx()).unwrap(), record);
        let same = Changes { title: Some("A record".into()), values: Vec::new() };
        assert_eq!(entry.kind.edit(&record, same, &cx()).unwrap(), record);
    }
}

#[test]
fn a_record_is_edited_unless_it_is_locked() {
    for entry in REGISTRY.kinds() {
        for state in entry.def.states.words {
            let place = format!("{} in {state}", entry.def.name);
            let record = in_state(entry, state);
            let title = Changes { title: Some("Another title".into()), values: Vec::new() };
            let outcome = entry.kind.edit(&record, title, &cx());
            if entry.def.locked_in.contains(state) {
                let error = failure(&place, outcome);
                assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{place}: {error}");
            } else {
                let edited = outcome.unwrap_or_else(|error| panic!("{place}: {error}"));
                assert_eq!((edited.title.as_str(), edited.version), ("Another title", 2), "{place}");
            }
        }
    }
}

#[test]
fn an_unknown_move_does_not_exist_and_a_misplaced_one_is_refused() {
    for entry in REGISTRY.kinds() {
        let perform = |state: &str, name: &str| {
            entry.kind.perform(&in_state(entry, state), name, Changes::default(), &cx())
        };
        let error = failure(entry.def.name, perform(entry.def.states.words[0], "fly"));
        assert_eq!(error.kind(), &ErrorKind::NotFound, "{}", entry.def.name);
        for mv in &entry.def.moves {
            for state in entry.def.states.words.iter().filter(|state| !mv.from.contains(state)) {
                let place = format!("{}.{} from {state}", entry.def.name, mv.name);
                let error = failure(&place, perform(state, mv.name));
                let ErrorKind::Refused { clause, .. } = error.kind() else { panic!("{place}: {error}") };
                assert_eq!(clause, entry.def.clause, "{place}");
            }
        }
    }
}

#[test]
fn a_move_takes_only_what_it_asks_for() {
    for entry in REGISTRY.kinds() {
        for mv in &entry.def.moves {
            for field in &entry.def.fields {
                if mv.asks.contains(&field.name) || mv.takes.contains(&field.name) {
                    continue;
                }
                let place = format!("{}.{}", entry.def.name, mv.name);
                let answers = one(field.name, Value::Null);
                let outcome = entry.kind.perform(&in_state(entry, mv.from[0]), mv.name, answers, &cx());
                check_names_field(&place, outcome, field.name);
            }
        }
    }
}

#[test]
fn history_goes_from_every_state_to_every_state_and_names_what_it_waives() {
    for entry in REGISTRY.kinds() {
        let cx = Cx { history: true, ..cx() };
        for from in entry.def.states.words {
            let blank = entry.kind.blank(OWN_ID, reference(&entry.def), &cx);
            let titled = Changes { title: Some("Old".into()), values: Vec::new() };
            let first = entry.kind.record_history(&blank, from, titled, &cx).unwrap();
            assert_eq!(first.record.version, 1);
            let begins = format!("lifecycle: begins in {from}");
            assert_eq!(
                first.waived.contains(&begins),
                *from != entry.def.states.words[0],
                "{:?}",
                first.waived
            );
            for to in entry.def.states.words.iter().filter(|to| *to != from) {
                let place = format!("{} from {from} to {to}", entry.def.name);
                let step = entry.kind.record_history(&first.record, to, Changes::default(), &cx);
                let step = step.unwrap_or_else(|error| panic!("{place}: {error}"));
                assert_eq!((step.record.state.as_str(), step.record.version), (*to, 2), "{place}");
                let mv = entry.def.moves.iter().find(|mv| mv.from.contains(from) && mv.to == *to);
                let no_way = format!("lifecycle: no move from {from} to {to}");
                assert_eq!(step.waived.contains(&no_way), mv.is_none(), "{place}: {:?}", step.waived);
                for asked in mv.map_or(&[][..], |mv| mv.asks) {
                    let asks = format!("asks: {asked}");
                    assert!(step.waived.contains(&asks), "{place}: {:?} without {asks}", step.waived);
                }
            }
            let again = entry.kind.record_history(&first.record, from, Changes::default(), &cx).unwrap();
            assert_eq!((again.record, again.waived), (first.record, vec![]), "{}", entry.def.name);
        }
    }
}

#[test]
fn history_ends_in_a_state_of_the_kind() {
    for entry in REGISTRY.kinds() {
        let cx = Cx { history: true, ..cx() };
        let outcome = entry.kind.record_history(&created(entry), "lost", Changes::default(), &cx);
        check_names_field(entry.def.name, outcome, "state");
    }
}
