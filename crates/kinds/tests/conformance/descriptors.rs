//! The descriptors are complete and consistent.

use std::collections::HashSet;

use mainstay_core::{Choice, ChoiceDef, Fact, KindDef, Search, Subject, Type, link, table::HEAD_COLUMNS};
use mainstay_kinds::{KINDS, REGISTRY};

fn kinds() -> impl Iterator<Item = &'static KindDef> {
    REGISTRY.kinds().iter().map(|entry| &entry.def)
}

/// All texts are different; the first that comes twice is named.
#[track_caller]
fn check_unique<'a>(what: &str, texts: impl IntoIterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    for text in texts {
        assert!(seen.insert(text), "{what}: {text} comes twice");
    }
}

#[track_caller]
fn check_word(word: &str) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let good = word.bytes().all(plain) && word.starts_with(|first: char| first.is_ascii_lowercase());
    assert!(good, "\"{word}\" is not written like in_progress");
}

#[track_caller]
fn check_help(place: &str, help: &str) {
    assert!(help.len() >= 10 && help.len() <= 110, "{place}: \"{help}\" is too short or too long");
    assert!(help.starts_with(|first: char| first.is_uppercase()), "{place}: \"{help}\" begins small");
    assert!(!help.ends_with(['.', ' ']), "{place}: \"{help}\" ends with a full stop or a blank");
}

fn check_choice(place: &str, choice: &ChoiceDef) {
    assert!(!choice.words.is_empty(), "{place} has no word");
    check_unique(place, choice.words.iter().copied());
    choice.words.iter().for_each(|word| check_word(word));
}

fn is_kind(name: &str) -> bool {
    kinds().any(|kind| kind.name == name)
}

#[test]
fn the_registry_holds_every_kind_in_menu_order() {
    let names = |list: Vec<&'static str>| list;
    let listed = names(KINDS.iter().map(|kind| kind.describe().name).collect());
    assert_eq!(names(kinds().map(|kind| kind.name).collect()), listed);
    assert_eq!(listed.first(), Some(&"incident"));
}

#[test]
fn no_two_kinds_or_parts_share_a_name_a_plural_or_a_prefix() {
    let parts = REGISTRY.tables().filter(|table| !table.is_kind).map(|table| table.name);
    check_unique("names", kinds().flat_map(|kind| [kind.name, kind.plural]).chain(parts));
    check_unique("prefixes", kinds().map(|kind| kind.prefix));
    for kind in kinds() {
        check_word(kind.name);
        check_word(kind.plural);
        let is_prefix = kind.prefix.len() >= 2 && kind.prefix.bytes().all(|byte| byte.is_ascii_uppercase());
        assert!(is_prefix, "{}: prefix {}", kind.name, kind.prefix);
    }
}

#[test]
fn a_kind_is_found_by_the_references_of_its_records() {
    for kind in kinds() {
        let found = REGISTRY.kind_of_ref(&format!("{}-000123", kind.prefix)).map(|entry| entry.def.name);
        assert_eq!(found, Some(kind.name));
    }
}

#[test]
fn every_kind_names_the_clause_that_asks_for_it() {
    for kind in kinds() {
        let mut numbers = kind.clause.split('.').map(str::parse::<u8>);
        let chapter = numbers.next();
        assert!(matches!(chapter, Some(Ok(4..=10))), "{}: clause {}", kind.name, kind.clause);
        assert!(numbers.all(|number| matches!(number, Ok(1..))), "{}: clause {}", kind.name, kind.clause);
    }
}

#[test]
fn every_kind_field_and_move_has_a_sentence_of_help_without_a_full_stop() {
    for kind in kinds() {
        check_help(kind.name, kind.help);
        for field in &kind.fields {
            check_help(&format!("{}.{}", kind.name, field.name), field.help);
        }
        for mv in &kind.moves {
            check_help(&format!("{}.{}", kind.name, mv.name), mv.help);
        }
    }
}

#[test]
fn fields_have_names_of_their_own_and_sound_options() {
    for kind in kinds() {
        check_unique(
            kind.name,
            kind.fields.iter().map(|field| field.name).chain(HEAD_COLUMNS.iter().copied()),
        );
        for field in &kind.fields {
            let place = format!("{}.{}", kind.name, field.name);
            check_word(field.name);
            assert!(!(field.required && field.system), "{place} cannot be required and set by rules");
            let is_text = matches!(field.ty, Type::Text);
            assert!(is_text || field.search == Search::No, "{place}: only text is searched");
            assert!(is_text || !field.unique, "{place}: only text is unique");
            match field.ty {
                Type::Reference(other) => {
                    assert!(is_kind(other), "{place} refers to {other}, which is no kind")
                }
                Type::Choice(choice) => check_choice(&place, &choice),
                Type::Bytes => panic!("{place}: bytes are for the store"),
                _ => {}
            }
        }
    }
}

#[test]
fn personal_data_belongs_to_the_record_or_to_a_person_that_a_field_names() {
    for kind in kinds() {
        let subjects = kind.fields.iter().map(|field| field.personal).chain([kind.title.personal]);
        for subject in subjects.flatten() {
            match subject {
                Subject::Itself => assert_eq!(kind.name, "person", "only a person is a person"),
                Subject::Named(name) => {
                    let names_a_person =
                        kind.field(name).is_some_and(|field| matches!(field.ty, Type::Reference("person")));
                    assert!(names_a_person, "{}: {name} names no person", kind.name);
                }
            }
        }
    }
}

#[test]
fn moves_lead_from_states_to_states_and_ask_for_fields() {
    for kind in kinds() {
        check_choice(kind.name, &kind.states);
        check_unique(kind.name, kind.moves.iter().map(|mv| mv.name));
        for mv in &kind.moves {
            let place = format!("{}.{}", kind.name, mv.name);
            check_word(mv.name);
            assert!(!mv.from.is_empty(), "{place} begins nowhere");
            check_unique(&place, mv.from.iter().copied());
            for state in mv.from.iter().chain([&mv.to]) {
                assert!(kind.states.has(state), "{place}: {state} is no state");
            }
            check_unique(&place, mv.asks.iter().chain(mv.takes).copied());
            for name in mv.asks.iter().chain(mv.takes) {
                assert!(kind.field(name).is_some(), "{place} asks for {name}, which is no field");
            }
        }
        for state in &kind.locked_in {
            assert!(kind.states.has(state), "{}: {state} is no state", kind.name);
        }
    }
}

#[test]
fn an_approval_leads_out_of_its_states_by_moves_and_asks_roles_that_there_are() {
    for kind in kinds() {
        let Some(approval) = &kind.approval else { continue };
        check_unique(kind.name, approval.content.iter().copied());
        check_unique(kind.name, approval.gates.iter().map(|gate| gate.waits_in));
        for name in approval.content {
            assert!(kind.field(name).is_some(), "{}: {name} is no field", kind.name);
        }
        for name in approval.never {
            let person = kind.field(name).is_some_and(|field| matches!(field.ty, Type::Reference("person")));
            assert!(person, "{}: {name} names no person", kind.name);
        }
        assert!(!approval.gates.is_empty(), "{} is approved nowhere", kind.name);
        for gate in &approval.gates {
            let find = |name: &str| {
                kind.find_move(name).unwrap_or_else(|| panic!("{}: {name} is no move", kind.name))
            };
            for name in [gate.approved, gate.rejected] {
                // Votes bring no answers, and nothing else leads where a decision leads.
                assert_eq!(
                    (&find(name).from[..], find(name).asks),
                    (&[gate.waits_in][..], &[][..]),
                    "{name}"
                );
            }
            let voided = find(gate.voided);
            assert!(voided.asks.is_empty() && voided.to != gate.waits_in, "{}", gate.voided);
            for state in gate.holds_in.iter().chain([&gate.waits_in]) {
                assert!(voided.from.contains(state), "{}: not from {state}", gate.voided);
                assert!(!kind.locked_in.contains(state), "{}: {state} is locked", kind.name);
            }
        }
        let entry = REGISTRY.kind(kind.name).unwrap();
        let record = crate::sample::created(entry);
        let policy = entry.kind.policy(&record).unwrap().expect("a policy");
        assert!(policy.quorum > 0 && !policy.roles.is_empty(), "{}: nobody is asked", kind.name);
        for role in policy.roles {
            assert!(mainstay_kinds::role_assignment::Role::parse(role).is_some(), "{role} is no role");
        }
    }
}

#[test]
fn every_state_is_reached_from_the_first() {
    for kind in kinds() {
        let mut reached = vec![kind.states.words[0]];
        let mut next = 0;
        while let Some(state) = reached.get(next).copied() {
            let moves = kind.moves.iter().filter(|mv| mv.from.contains(&state)).map(|mv| mv.to);
            let new: Vec<_> = moves.filter(|to| !reached.contains(to)).collect();
            reached.extend(new);
            next += 1;
        }
        for state in kind.states.words {
            assert!(reached.contains(state), "{}: no way leads to {state}", kind.name);
        }
    }
}

#[test]
fn clocks_start_at_an_instant_and_either_run_or_wait_in_a_state() {
    for kind in kinds() {
        for clock in &kind.clocks {
            let place = format!("{}: {}", kind.name, clock.goal.name());
            let is_instant = kind.field(clock.start).is_some_and(|field| matches!(field.ty, Type::Instant));
            assert!(is_instant, "{place} starts at {}, which is no instant", clock.start);
            assert!(!clock.runs_in.is_empty(), "{place} never runs");
            check_unique(&place, clock.runs_in.iter().chain(&clock.waits_in).copied());
        }
        check_unique(kind.name, kind.clocks.iter().map(|clock| clock.goal.name()));
    }
}

#[test]
fn links_lead_to_kinds_and_read_well_from_both_ends() {
    for kind in kinds() {
        let ends = kind.links.iter().flat_map(|link| [link.name, link.inverse]);
        check_unique(kind.name, ends.clone().chain([link::RELATED]));
        ends.for_each(check_word);
        for link in &kind.links {
            assert!(is_kind(link.to), "{}: {} leads to {}, which is no kind", kind.name, link.name, link.to);
        }
    }
}

#[test]
fn facts_are_read_through_fields_that_the_kind_has() {
    let refers = |kind: &KindDef, name: &str| {
        kind.field(name).is_some_and(|field| matches!(field.ty, Type::Reference(_)))
    };
    for kind in kinds() {
        for fact in kind.reads {
            match fact {
                Fact::Referenced(name) => {
                    assert!(refers(kind, name), "{}: {name} refers to nothing", kind.name)
                }
                Fact::AgreementThrough(name) => {
                    let through = refers(kind, name) && refers(kind, "service") && refers(kind, "customer");
                    assert!(through, "{}: no agreement through {name}", kind.name);
                }
                Fact::Agreement => {
                    assert!(
                        refers(kind, "service") && refers(kind, "customer"),
                        "{}: no agreement",
                        kind.name
                    );
                }
            }
        }
    }
}

#[test]
fn an_incident_waits_for_what_an_agreement_may_pause_for() {
    let incident = &REGISTRY.kind("incident").unwrap().def;
    let Some(Type::Choice(choice)) = incident.field("waiting_reason").map(|field| field.ty) else {
        panic!("the reason for waiting is a choice")
    };
    assert_eq!(choice, mainstay_kinds::WaitingReason::DEF);
}
