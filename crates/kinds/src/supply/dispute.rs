//! Disputes (8.3.4): disagreements with a supplier, followed until they are settled.

use jiff::civil::Date;
use mainstay_core::{
    Def, Head, Id, Instant, Kind, Move, Search, TitleDef, choice, fields, head,
    kind::{no_effects, nothing_before_save},
    names,
};

use crate::{Contract, Person, Supplier};

choice!(
    /// Where the dispute stands.
    State { Open = "open", Escalated = "escalated", Settled = "settled" }
);

use State::{Escalated, Open, Settled};

/// A dispute.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Dispute {
    pub head: Head<State>,
    pub description: String,
    pub supplier: Id<Supplier>,
    pub contract: Id<Contract>,
    pub owner: Id<Person>,
    pub due_on: Option<Date>,
    pub escalation: String,
    pub escalated_at: Option<Instant>,
    pub settlement: String,
    pub settled_at: Option<Instant>,
}

impl Kind for Dispute {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "dispute",
        plural: "disputes",
        prefix: "DSP",
        clause: "8.3.4",
        help: "A disagreement with a supplier, followed until it is settled",
        title: TitleDef { label: "Subject", personal: None, search: Search::Internal },
        fields: fields!(Dispute {
            description: "What the disagreement is about",
            supplier: "Supplier with whom we disagree".required().indexed(),
            contract: "Contract that it is about".indexed(),
            owner: "Person who follows it".required().indexed().own(),
            due_on: "Day by which it should be settled".indexed(),
            escalation: "To whom it was taken, and why".system(),
            escalated_at: "When it was escalated last".system(),
            settlement: "How it was settled".system(),
            settled_at: "When it was settled".system(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("escalate", &[Open, Escalated], Escalated, "The usual way did not settle it")
                .asks(names!(Dispute: escalation))
                .then(|dispute, cx| dispute.escalated_at = Some(cx.now)),
            Move::new("settle", &[Open, Escalated], Settled, "Both sides agree again")
                .asks(names!(Dispute: settlement))
                .then(|dispute, cx| dispute.settled_at = Some(cx.now)),
            Move::new("reopen", &[Settled], Open, "It was not settled after all").then(|dispute, _| {
                // What settles it the next time has to be told anew; the history keeps this.
                dispute.settlement.clear();
                dispute.settled_at = None;
            }),
        ],
        approval: None,
        lists: &[&["supplier", "state"]],
        locked_in: &[Settled],
        reads: &[],
        before_save: nothing_before_save,
        effects: no_effects,
    };
    head!();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, check_lifecycle, id, wrong_fields};

    #[test]
    fn a_dispute_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| Trial::<Dispute>::new(json!({"supplier": id(5), "owner": id(1)})),
            &|name| match name {
                "escalate" => json!({"escalation": "To their director"}),
                "settle" => json!({"settlement": "They pay half"}),
                _ => json!({}),
            },
            &[
                ("open", &[], &["escalate", "settle"]),
                ("escalated", &["escalate"], &["escalate", "settle"]),
                ("settled", &["settle"], &["reopen"]),
                ("open", &["settle", "reopen"], &["escalate", "settle"]),
            ],
        );
    }

    #[test]
    fn a_dispute_has_an_owner_and_each_settlement_is_told_anew() {
        assert_eq!(wrong_fields(Trial::<Dispute>::create(json!({}))), ["supplier", "owner"]);
        let mut dispute = Trial::<Dispute>::new(json!({"supplier": id(5), "owner": id(1)}));
        dispute.perform("settle", json!({"settlement": "They pay"})).unwrap();
        dispute.perform("reopen", json!({})).unwrap();
        assert_eq!(wrong_fields(dispute.perform("settle", json!({}))), ["settlement"]);
    }
}
