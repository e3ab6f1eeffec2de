//! All checks, one file for a group of clauses. A check is a definition and two plain functions on the struct: does it
//! judge this record, and why does the record not hold.

mod agreements;
mod change_models;
mod changes;
mod configuration;
pub mod current_documents;
mod customers;
mod documents;
pub mod gaps;
mod incidents;
mod knowledge;
mod known_errors;
mod major_incidents;
mod people;
mod problems;
mod recurring;
mod request_models;
mod requests;
mod services;
mod suppliers;
mod voices;

use std::sync::LazyLock;

use crate::{
    books::{Books, Notes},
    check::CheckDef,
    engine::Subject,
    pass::AnyPass,
    span::Span,
};

/// A check of registers as a whole.
pub struct Whole {
    /// What it is.
    pub def: CheckDef,
    /// What it judges and how.
    pub judge: fn(&Books, &Notes, &Span) -> Vec<Subject>,
}

/// All walks, in the order in which they run: what one notes a later one may use.
pub const PASSES: &[&dyn AnyPass] = &[
    &configuration::PASS,
    &change_models::PASS,
    &changes::PASS,
    &known_errors::PASS,
    &problems::PASS,
    &request_models::PASS,
    &requests::PASS,
    &voices::MAJOR_REVIEWS,
    &incidents::PASS,
    &knowledge::PASS,
    &services::PASS,
    &agreements::PASS,
    &customers::PASS,
    &people::PASS,
    &suppliers::CONTRACTS,
    &suppliers::REVIEWS,
    &suppliers::SUPPLIERS,
    &suppliers::DISPUTES,
    &voices::COMPLAINTS,
    &voices::REPORTS,
    &documents::PASS,
];

/// All checks of registers as a whole.
pub const WHOLE: &[&Whole] = &[
    &people::ROLES_HELD,
    &recurring::RECURRING,
    &current_documents::EXPLICIT,
    &current_documents::OF_SYSTEM,
];

/// The check of the journal.
pub const JOURNAL: CheckDef = CheckDef::new(
    "journal-verifies",
    "journal",
    &["7.5.3-a", "7.5.4-c", "8.2.6-e", "9.1-b"],
    "all entries of the journal",
    "is what was written: hashes, tree, signed checkpoints and held personal values agree",
)
.major();

/// All checks, in the order of lists.
pub fn all() -> &'static [CheckDef] {
    static ALL: LazyLock<Vec<CheckDef>> = LazyLock::new(|| {
        let walks = PASSES.iter().flat_map(|pass| pass.defs());
        let current = current_documents::CURRENT.iter().map(|(def, _)| *def);
        walks.chain(WHOLE.iter().map(|whole| whole.def)).chain(current).chain([JOURNAL]).collect()
    });
    &ALL
}

/// The check with this id.
pub fn find(id: &str) -> Option<CheckDef> {
    all().iter().find(|def| def.id == id).copied()
}

/// The checks that serve a requirement.
pub fn of_requirement(requirement: &str) -> Vec<CheckDef> {
    all().iter().filter(|def| def.requirements.contains(&requirement)).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use mainstay_kinds::REGISTRY;

    use super::*;
    use crate::CATALOGUE;

    #[test]
    fn every_check_has_an_id_of_its_own_and_serves_known_requirements() {
        let checks = all();
        let ids: BTreeSet<_> = checks.iter().map(|def| def.id).collect();
        assert_eq!(ids.len(), checks.len());
        for def in checks {
            assert!(!def.requirements.is_empty(), "{}", def.id);
            for id in def.requirements {
                assert!(CATALOGUE.requirement(id).is_some(), "{}: {id}", def.id);
            }
            assert!(def.id.chars().all(|one| one.is_ascii_lowercase() || one == '-'), "{}", def.id);
        }
    }

    #[test]
    fn every_check_names_kinds_that_exist_and_says_what_it_wants() {
        for def in all() {
            for kind in [&def.kind].into_iter().chain(def.reads) {
                assert!(*kind == "journal" || REGISTRY.kind(kind).is_ok(), "{}: {kind}", def.id);
            }
            assert!(!def.text.ends_with('.') && !def.population.ends_with('.'), "{}", def.id);
        }
    }

    #[test]
    fn a_check_that_uses_notes_of_a_walk_comes_after_it() {
        let place = |kind: &str| PASSES.iter().position(|pass| pass.kind() == kind);
        for pass in PASSES.iter().filter(|pass| pass.notes()) {
            for later in PASSES {
                if later.defs().iter().any(|def| def.reads.contains(&pass.kind())) {
                    assert!(place(pass.kind()) < place(later.kind()), "{}", later.kind());
                }
            }
        }
    }

    #[test]
    fn each_kind_is_walked_once() {
        let kinds: BTreeSet<_> = PASSES.iter().map(|pass| pass.kind()).collect();
        assert_eq!(kinds.len(), PASSES.len());
    }
}
