//! Which record kind of Mainstay stands for a kind of evidence of the catalogue.

use mainstay_kinds::REGISTRY;

/// Where evidence of a kind is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In records of this kind.
    Kind(&'static str),
    /// In our own journal.
    Journal,
    /// Nowhere: the record kind is not built yet.
    NotBuilt,
}

/// Names that differ between the catalogue and the registry.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("ci", "configuration_item"),
    ("customer", "customer_organisation"),
    ("sla", "service_level_agreement"),
];

/// Where evidence of this kind is found.
pub fn place(evidence: &str) -> Place {
    if evidence == "audit_log" {
        return Place::Journal;
    }
    let name = OTHER_NAMES.iter().find(|(ours, _)| *ours == evidence).map_or(evidence, |(_, name)| *name);
    REGISTRY.kind(name).map_or(Place::NotBuilt, |entry| Place::Kind(entry.def.name))
}

/// True when records of this kind can exist.
pub fn is_built(evidence: &str) -> bool {
    place(evidence) != Place::NotBuilt
}

/// True for a record kind whose records are events, of which there may have been none.
pub fn is_event(kind: &str) -> bool {
    let stands_for = |evidence: &str| matches!(place(evidence), Place::Kind(name) if name == kind);
    crate::CATALOGUE.evidence_kinds.iter().any(|evidence| evidence.event && stands_for(&evidence.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CATALOGUE;

    #[test]
    fn what_the_catalogue_calls_otherwise_is_found_under_our_name() {
        assert_eq!(place("customer"), Place::Kind("customer_organisation"));
        assert_eq!(place("sla"), Place::Kind("service_level_agreement"));
        assert_eq!(place("incident"), Place::Kind("incident"));
        assert_eq!(place("audit_log"), Place::Journal);
        for (theirs, _) in OTHER_NAMES {
            assert!(CATALOGUE.evidence_kind(theirs).is_some(), "{theirs}");
        }
    }

    #[test]
    fn evidence_without_a_record_kind_is_not_built() {
        assert_eq!(place("management_review"), Place::NotBuilt);
        assert!(!is_built("outage"));
    }

    #[test]
    fn incidents_are_events_and_services_are_not() {
        assert!(is_event("incident"));
        assert!(!is_event("service"));
        assert!(!is_event("no kind"));
    }
}
