//! What of a requirement's condition no check looks at yet, although its record kinds exist. What needs a kind that
//! does not exist is found by itself.

use crate::{CATALOGUE, catalogue::Requirement, evidence};

/// Requirement and what is not checked of it.
const GAPS: &[(&str, &str)] = &[
    ("6.3-d", "that the service management plan references the current matrix of roles"),
    (
        "7.5.1-a",
        "a record in the period, or a nil return, for each kind of record that the standard asks for",
    ),
    ("8.3.4.1-c", "that each weaker target of a supplier leads to a risk with an owner"),
    ("8.3.4.1-g", "with which versions of the service requirements a contract was compared"),
    ("7.5.4-c", "that every process produced a record in the period"),
    (
        "8.1-c",
        "that changes of the system itself are marked, and that unplanned ones were found and looked into",
    ),
    ("8.2.1-a", "a support group for each service"),
    ("8.2.2-b", "the reason for a criticality and its review"),
    ("8.5.1.2-a", "that every new, removed or transferred service belongs to a change"),
    ("8.5.1.3-a", "that interested parties were among those who decided"),
    ("8.2.6-e", "that every change of a controlled attribute belongs to an approved change"),
    ("8.3.2-a", "the other interested parties of each service and the users of each customer"),
    ("8.3.3-a", "that a contact of the customer accepted the agreement"),
    ("8.3.3-c", "a workload limit and an entry about exceptions in each agreement"),
    ("8.6.1-g", "that every incident which meets the criteria is flagged, and the steps of the procedure"),
    ("8.6.1-h", "when top management was told, and that it was told again at resolution"),
];

/// All that keeps the checks of a requirement from deciding it, in words; empty when they decide all of it.
pub fn of_requirement(requirement: &Requirement) -> Vec<String> {
    let missing: Vec<_> =
        requirement.evidence.iter().filter(|kind| !evidence::is_built(kind)).map(String::as_str).collect();
    let mut gaps = Vec::new();
    if !missing.is_empty() {
        gaps.push(format!("These records do not exist yet: {}.", missing.join(", ")));
    }
    let by_document = requirement.evidence.iter().any(|kind| kind == "document");
    if by_document && !super::current_documents::CONTROL_ONLY.contains(requirement.id.as_str()) {
        gaps.push("Not checked yet: what the document says.".into());
    }
    gaps.extend(
        GAPS.iter()
            .filter(|(id, _)| *id == requirement.id)
            .map(|(_, gap)| format!("Not checked yet: {gap}.")),
    );
    gaps
}

/// Kinds of evidence for which there is no record kind yet.
pub fn kinds_not_built() -> Vec<&'static str> {
    CATALOGUE
        .evidence_kinds
        .iter()
        .map(|kind| kind.id.as_str())
        .filter(|kind| !evidence::is_built(kind))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gap_belongs_to_a_requirement_that_is_checked() {
        for (id, _) in GAPS {
            assert!(CATALOGUE.requirement(id).is_some(), "{id}");
            assert!(!crate::checks::of_requirement(id).is_empty(), "{id} has no check: say nothing of it");
        }
    }

    #[test]
    fn a_requirement_with_evidence_that_is_not_built_can_never_be_decided() {
        for requirement in &CATALOGUE.requirements {
            let unbuilt = requirement.evidence.iter().any(|kind| !evidence::is_built(kind));
            assert!(!unbuilt || !of_requirement(requirement).is_empty(), "{}", requirement.id);
        }
    }
}
