//! Major incidents (8.6.1): a flag, not a state, because it says how an incident is handled and not where it
//! stands. Only urgent work is major, one person manages it, and top management is told before it is closed.

use mainstay_core::{Cx, Error, Kind, Result};

use super::Incident;
use crate::problems::Problems;

/// An incident becomes major, and stays so, only with priority 1 or 2 and a person who manages it. What history
/// brought otherwise is asked for with the next change of these fields.
pub(super) fn check(incident: &Incident, before: Option<&Incident>, problems: &mut Problems) {
    let decided = |incident: &Incident| (incident.major, incident.priority, incident.assignee);
    if !incident.major || before.is_some_and(|before| decided(before) == decided(incident)) {
        return;
    }
    if !matches!(incident.priority, Some(1 | 2)) {
        problems.add("priority", "a major incident has priority 1 or 2");
    }
    if incident.assignee.is_none() {
        problems.add("assignee", "must be given: a major incident has one person who manages it");
    }
}

/// A major incident is reported to top management before it closes.
pub(super) fn management_was_told(incident: &Incident, _: &Cx) -> Result<()> {
    if !incident.major || incident.management_told.is_some() {
        return Ok(());
    }
    Err(Error::refused(
        "management is told of a major incident",
        Incident::DEF.clause,
        "Top management was not told of this major incident",
    )
    .hint("Say in management_told who was told, also together with the move."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, id, refusing_rule, wrong_fields};

    fn major() -> Trial<Incident> {
        Trial::new(json!({"impact": "high", "urgency": "medium", "assignee": id(3), "major": true}))
    }

    #[test]
    fn a_major_incident_has_priority_1_or_2_and_a_manager() {
        assert_eq!(major().typed().priority, Some(2));
        assert_eq!(wrong_fields(Trial::<Incident>::create(json!({"major": true}))), ["priority", "assignee"]);
        assert_eq!(wrong_fields(major().edit(json!({"assignee": null}))), ["assignee"]);
        assert_eq!(wrong_fields(major().edit(json!({"impact": "low"}))), ["priority"]);
        assert!(major().edit(json!({"impact": "low", "major": false})).is_ok());
    }

    #[test]
    fn a_major_incident_closes_only_when_management_was_told() {
        let mut incident = major();
        incident.perform("resolve", json!({"resolution": "Replaced the switch"})).unwrap();
        let refusal = incident.perform("close", json!({}));
        assert_eq!(refusing_rule(refusal), "management is told of a major incident");
        incident.perform("close", json!({"management_told": id(4)})).unwrap();
        assert_eq!(incident.state(), "closed");
    }

    #[test]
    fn a_major_incident_of_history_is_worked_on_as_it_came() {
        let mut incident = Trial::<Incident>::of_history("new", json!({"title": "Old", "major": true}));
        incident.cx.history = false;
        assert!(incident.perform("wait", json!({"waiting_reason": "customer"})).is_ok());
        assert_eq!(wrong_fields(incident.edit(json!({"priority": 4}))), ["priority", "assignee"]);
    }

    #[test]
    fn history_names_the_missing_report_to_management() {
        let mut incident = Trial::<Incident>::of_history("resolved", json!({"title": "Old", "major": true}));
        let waived = incident.history("closed", json!({})).unwrap();
        assert_eq!(waived, ["rule: management is told of a major incident"]);
    }
}
