//! Complaints (8.3.2): logged, answered, and followed until the customer is content or knows why not.

use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Move, Result, Search, Subject, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{CustomerOrganisation, Person, Service, acting};

choice!(
    /// Where the complaint stands.
    State { Open = "open", Escalated = "escalated", Settled = "settled", Closed = "closed" }
);

use State::{Closed, Escalated, Open, Settled};

/// A complaint.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Complaint {
    pub head: Head<State>,
    pub description: String,
    pub customer: Id<CustomerOrganisation>,
    pub complainant: Id<Person>,
    pub service: Id<Service>,
    pub owner: Id<Person>,
    pub received_at: Option<Instant>,
    pub due_at: Option<Instant>,
    pub response: String,
    pub responded_at: Option<Instant>,
    pub escalation: String,
    pub escalated_at: Option<Instant>,
    pub resolution: String,
    pub settled_at: Option<Instant>,
    pub customer_told_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub reopen_reason: String,
}

impl Kind for Complaint {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "complaint",
        plural: "complaints",
        prefix: "CMP",
        clause: "8.3.2",
        help: "A complaint of a customer or user about a service",
        title: TitleDef {
            label: "Subject",
            personal: Some(Subject::Named("complainant")),
            search: Search::Internal,
        },
        fields: fields!(Complaint {
            description: "What the complaint is about".personal(Subject::Named("complainant")),
            customer: "Customer who complains".indexed(),
            complainant: "Person who complains".indexed().own(),
            service: "Service that it is about".indexed(),
            owner: "Person who follows it".indexed().own(),
            received_at: "When it reached us".indexed(),
            due_at: "By when it should be settled".indexed(),
            response: "What we answered",
            responded_at: "When we answered first".system(),
            escalation: "To whom it was taken, and why".system(),
            escalated_at: "When it was escalated last".system(),
            resolution: "How it was settled".system(),
            settled_at: "When it was settled".system(),
            customer_told_at: "When the customer was told how it was settled".system(),
            closed_at: "When it was closed".system(),
            reopen_reason: "Why it was reopened".system(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("escalate", &[Open, Escalated], Escalated, "The usual way did not settle it")
                .asks(names!(Complaint: escalation))
                .then(|complaint, cx| complaint.escalated_at = Some(cx.now)),
            Move::new("settle", &[Open, Escalated], Settled, "An answer was found")
                .asks(names!(Complaint: owner, response, resolution))
                .then(|complaint, cx| complaint.settled_at = Some(cx.now)),
            Move::new("close", &[Settled], Closed, "The customer was told").then(|complaint, cx| {
                complaint.customer_told_at = Some(cx.now);
                complaint.closed_at = Some(cx.now);
            }),
            Move::new("reopen", &[Settled, Closed], Open, "The customer is not content")
                .asks(names!(Complaint: reopen_reason))
                // How it is settled the next time has to be told anew; the history keeps this.
                .then(|complaint, _| complaint.resolution.clear()),
        ],
        approval: None,
        lists: &[&["customer", "state"]],
        locked_in: &[Closed],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(complaint: &mut Complaint, before: Option<&Complaint>, cx: &Cx) -> Result<()> {
    if before.is_none() && !cx.history {
        complaint.received_at.get_or_insert(cx.now);
        if complaint.complainant.is_none() {
            complaint.complainant = acting::person(cx);
        }
    }
    if !complaint.response.is_empty() {
        complaint.responded_at.get_or_insert(cx.now);
    }
    if complaint.head.state == Settled {
        complaint.reopen_reason.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, id, wrong_fields};

    fn answers(name: &str) -> Json {
        match name {
            "escalate" => json!({"escalation": "To the service manager"}),
            "settle" => json!({"owner": id(2), "response": "We are sorry", "resolution": "Half the price"}),
            "reopen" => json!({"reopen_reason": "Not paid yet"}),
            _ => json!({}),
        }
    }

    #[test]
    fn a_complaint_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| Trial::<Complaint>::new(json!({})),
            &answers,
            &[
                ("open", &[], &["escalate", "settle"]),
                ("escalated", &["escalate"], &["escalate", "settle"]),
                ("settled", &["settle"], &["close", "reopen"]),
                ("closed", &["settle", "close"], &["reopen"]),
                ("open", &["settle", "close", "reopen"], &["escalate", "settle"]),
            ],
        );
    }

    #[test]
    fn a_complaint_is_settled_by_an_owner_with_an_answer_and_closed_when_the_customer_knows() {
        let mut complaint = Trial::<Complaint>::new(json!({}));
        assert_eq!(complaint.typed().received_at, Some(at(START)));
        assert_eq!(wrong_fields(complaint.perform("settle", json!({}))), ["owner", "response", "resolution"]);
        complaint.perform("settle", answers("settle")).unwrap();
        complaint.at("2026-01-06T09:00:00Z").perform("close", json!({})).unwrap();
        let closed = complaint.typed();
        assert_eq!((closed.responded_at, closed.settled_at), (Some(at(START)), Some(at(START))));
        assert_eq!(closed.customer_told_at, Some(at("2026-01-06T09:00:00Z")));
        complaint.perform("reopen", answers("reopen")).unwrap();
        assert_eq!(wrong_fields(complaint.perform("settle", json!({}))), ["resolution"]);
    }
}
