//! Waiting (`metrics` 2.2): for what, and until when. Both go when the waiting ends.

use mainstay_core::{Cx, Error, Result};

use super::{Incident, State};
use crate::WaitingReason;

/// Reason and end belong to the state *waiting* and to no other, in history too.
pub(super) fn end_with_the_state(incident: &mut Incident) {
    if incident.head.state != State::Waiting {
        incident.waiting_reason = None;
        incident.waiting_until = None;
    }
}

/// Who waits for an agreed date says which; and waiting ends in the future.
pub(super) fn has_an_end_when_a_date_was_agreed(incident: &Incident, cx: &Cx) -> Result<()> {
    match incident.waiting_until {
        None if incident.waiting_reason == Some(WaitingReason::AgreedDate) => {
            Err(Error::field("waiting_until", "must be given: the date that was agreed"))
        }
        Some(until) if until <= cx.now => {
            Err(Error::field("waiting_until", format!("has passed; it is {} now", cx.now)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, at, wrong_fields};

    fn waiting(answers: Json) -> Trial<Incident> {
        let mut incident = Trial::new(json!({}));
        incident.perform("wait", answers).expect("the incident waits");
        incident
    }

    #[test]
    fn an_agreed_date_is_named_and_lies_in_the_future() {
        let mut incident = Trial::<Incident>::new(json!({}));
        let mut answers = json!({"waiting_reason": "agreed_date"});
        assert_eq!(wrong_fields(incident.perform("wait", answers.clone())), ["waiting_until"]);
        answers["waiting_until"] = json!("2026-01-05T09:00:00Z");
        assert_eq!(wrong_fields(incident.perform("wait", answers.clone())), ["waiting_until"]);
        answers["waiting_until"] = json!("2026-01-05T09:00:01Z");
        incident.perform("wait", answers).unwrap();
        assert_eq!(incident.typed().waiting_until, Some(at("2026-01-05T09:00:01Z")));
    }

    #[test]
    fn other_reasons_need_no_end() {
        for reason in ["customer", "supplier", "change", "problem", "evidence"] {
            waiting(json!({"waiting_reason": reason}));
        }
    }

    #[test]
    fn the_reason_goes_when_the_waiting_ends_and_has_to_be_given_again() {
        let mut incident =
            waiting(json!({"waiting_reason": "customer", "waiting_until": "2026-01-09T09:00:00Z"}));
        incident.perform("start", json!({})).unwrap();
        assert_eq!((incident.typed().waiting_reason, incident.typed().waiting_until), (None, None));
        assert_eq!(wrong_fields(incident.perform("wait", json!({}))), ["waiting_reason"]);
        let mut incident = waiting(json!({"waiting_reason": "customer"}));
        incident.perform("resolve", json!({"resolution": "No answer"})).unwrap();
        assert_eq!(incident.typed().waiting_reason, None);
    }

    #[test]
    fn waiting_again_changes_the_reason() {
        let mut incident = waiting(json!({"waiting_reason": "customer"}));
        incident.perform("wait", json!({"waiting_reason": "supplier"})).unwrap();
        assert_eq!(incident.typed().waiting_reason, Some(WaitingReason::Supplier));
    }

    #[test]
    fn in_history_a_wait_without_its_end_is_named_and_the_reason_goes_with_the_state() {
        let mut incident = Trial::<Incident>::of_history("new", json!({"title": "Old"}));
        let waived = incident.history("waiting", json!({"waiting_reason": "agreed_date"})).unwrap();
        assert_eq!(waived, ["asks: waiting_until"]);
        incident.history("in_progress", json!({})).unwrap();
        assert_eq!(incident.typed().waiting_reason, None);
    }
}
