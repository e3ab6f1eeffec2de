//! Priority (8.6.1): what impact and urgency give, unless a person says why it is another.

use super::Incident;
use crate::problems::Problems;

/// Derives the matrix value, and lets a priority that nobody chose follow it.
///
/// A priority was chosen when it differs from the matrix value or has a reason; emptying it goes back to the
/// matrix. History brings its own priority and it stays, however the matrix moves; only a missing one is filled.
pub(super) fn follow_the_matrix(incident: &mut Incident, before: Option<&Incident>, history: bool) {
    incident.matrix_priority = incident
        .impact
        .zip(incident.urgency)
        .map(|(impact, urgency)| mainstay_rules::priority(impact.into(), urgency.into()));
    let followed = before.is_some_and(|before| {
        before.priority == before.matrix_priority && incident.priority == before.priority
    });
    let follows = followed && incident.priority_reason.is_empty() && !history;
    if incident.priority.is_none() || follows {
        incident.priority = incident.matrix_priority;
    }
    if incident.priority == incident.matrix_priority && !history {
        // A reason that is no longer needed must not excuse a later choice.
        incident.priority_reason.clear();
    }
}

/// Priorities go from 1 to 4, also in history.
pub(super) fn check_range(incident: &Incident, problems: &mut Problems) {
    if incident.priority.is_some_and(|priority| !(1..=4).contains(&priority)) {
        problems.add("priority", "goes from 1, first, to 4, last");
    }
}

/// A priority that differs from the matrix value has a reason. Without impact and urgency there is no such value,
/// and nothing to differ from.
pub(super) fn check_reason(incident: &Incident, problems: &mut Problems) {
    if let (Some(priority), Some(matrix)) = (incident.priority, incident.matrix_priority)
        && priority != matrix
        && incident.priority_reason.is_empty()
    {
        problems.add(
            "priority_reason",
            format!("must be given: impact and urgency give priority {matrix}, not {priority}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, wrong_fields};

    fn levels(impact: &str, urgency: &str) -> Json {
        json!({"impact": impact, "urgency": urgency})
    }

    fn priorities(incident: &Trial<Incident>) -> (Option<i64>, Option<i64>) {
        let incident = incident.typed();
        (incident.priority, incident.matrix_priority)
    }

    #[test]
    fn the_priority_follows_impact_and_urgency() {
        let mut incident = Trial::<Incident>::new(json!({}));
        assert_eq!(priorities(&incident), (None, None));
        incident.edit(levels("high", "medium")).unwrap();
        assert_eq!(priorities(&incident), (Some(2), Some(2)));
        incident.edit(levels("low", "low")).unwrap();
        assert_eq!(priorities(&incident), (Some(4), Some(4)));
        incident.edit(json!({"urgency": null})).unwrap();
        assert_eq!(priorities(&incident), (None, None));
    }

    #[test]
    fn another_priority_needs_a_reason_and_stays_when_the_matrix_moves() {
        let mut incident = Trial::<Incident>::new(levels("low", "low"));
        assert_eq!(wrong_fields(incident.edit(json!({"priority": 1}))), ["priority_reason"]);
        incident.edit(json!({"priority": 1, "priority_reason": "The board meets there"})).unwrap();
        incident.edit(levels("medium", "medium")).unwrap();
        assert_eq!(priorities(&incident), (Some(1), Some(3)));
    }

    #[test]
    fn an_emptied_priority_goes_back_to_the_matrix_and_its_reason_goes() {
        let mut incident = Trial::<Incident>::new(levels("low", "low"));
        incident.edit(json!({"priority": 1, "priority_reason": "The board meets there"})).unwrap();
        incident.edit(json!({"priority": null})).unwrap();
        assert_eq!(priorities(&incident), (Some(4), Some(4)));
        assert_eq!(wrong_fields(incident.edit(json!({"priority": 1}))), ["priority_reason"]);
    }

    #[test]
    fn a_priority_may_be_kept_on_purpose_while_the_matrix_moves_away() {
        let mut incident = Trial::<Incident>::new(levels("medium", "medium"));
        let kept = json!({"impact": "low", "priority": 3, "priority_reason": "It comes back every Monday"});
        incident.edit(kept).unwrap();
        assert_eq!(priorities(&incident), (Some(3), Some(4)));
    }

    #[test]
    fn without_impact_and_urgency_a_priority_stands_alone() {
        let mut incident = Trial::<Incident>::new(json!({"priority": 2}));
        assert_eq!(priorities(&incident), (Some(2), None));
        assert_eq!(wrong_fields(incident.edit(levels("low", "low"))), ["priority_reason"]);
    }

    #[test]
    fn priorities_go_from_1_to_4_also_in_history() {
        for priority in [0, 5, -1] {
            assert_eq!(wrong_fields(Trial::<Incident>::create(json!({"priority": priority}))), ["priority"]);
            let mut incident = Trial::<Incident>::of_history("new", json!({"title": "Old"}));
            assert_eq!(wrong_fields(incident.history("new", json!({"priority": priority}))), ["priority"]);
        }
    }

    #[test]
    fn history_keeps_its_own_priority_beside_the_matrix_value_without_a_reason() {
        let mut input = levels("medium", "medium");
        input["title"] = json!("Old");
        input["priority"] = json!(3);
        let mut incident = Trial::<Incident>::of_history("new", input);
        incident.history("new", json!({"impact": "high"})).unwrap();
        assert_eq!(priorities(&incident), (Some(3), Some(2)));
        assert_eq!(incident.typed().priority_reason, "");
    }

    #[test]
    fn history_without_a_priority_gets_the_matrix_value() {
        let mut input = levels("high", "high");
        input["title"] = json!("Old");
        assert_eq!(priorities(&Trial::of_history("new", input)), (Some(1), Some(1)));
    }
}
