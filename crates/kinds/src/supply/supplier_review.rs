//! Supplier reviews (8.3.4): what a supplier delivered in a period, against what is agreed.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{Contract, Person, Supplier, YesNo, acting, period, problems::Problems};

choice!(
    /// Whether the review was held.
    State { Planned = "planned", Held = "held", Cancelled = "cancelled" }
);

use State::{Cancelled, Held, Planned};

/// A supplier review.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct SupplierReview {
    pub head: Head<State>,
    pub supplier: Id<Supplier>,
    pub contract: Id<Contract>,
    pub period_from: Option<Date>,
    pub period_until: Option<Date>,
    pub owner: Id<Person>,
    pub due_on: Option<Date>,
    pub results: String,
    pub targets_missed: Option<YesNo>,
    pub actions: String,
    pub disputes: String,
    pub conclusions: String,
    pub reviewer: Id<Person>,
    pub held_at: Option<Instant>,
    pub cancel_reason: String,
}

impl Kind for SupplierReview {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "supplier_review",
        plural: "supplier_reviews",
        prefix: "SRV",
        clause: "8.3.4",
        help: "A look at what a supplier delivered in a period, against what is agreed",
        title: TitleDef { label: "Title", personal: None, search: Search::Internal },
        fields: fields!(SupplierReview {
            supplier: "Supplier that is reviewed".required().indexed(),
            contract: "Contract against which it is reviewed".indexed(),
            period_from: "First day of the period".required(),
            period_until: "Last day of the period".required().indexed(),
            owner: "Person who answers for the review".indexed().own(),
            due_on: "Day by which it has to be held".indexed(),
            results: "The result of each target",
            targets_missed: "Whether a target was missed",
            actions: "Improvements or corrections that follow, or the decision not to act",
            disputes: "Disagreements in the period, or none",
            conclusions: "How well the supplier delivers, in a few words",
            reviewer: "Person who held the review".system(),
            held_at: "When it was held".system(),
            cancel_reason: "Why it was not held".system(),
        }),
        links: &[Link::new("looks_at", "looked_at_in", "dispute")],
        clocks: &[],
        moves: &[
            Move::new("hold", &[Planned], Held, "The results were looked at")
                .asks(names!(SupplierReview: results, targets_missed, actions, disputes, conclusions))
                .then(|review, cx| {
                    review.held_at = Some(cx.now);
                    review.reviewer = acting::person(cx);
                }),
            Move::new("cancel", &[Planned], Cancelled, "It is not held")
                .asks(names!(SupplierReview: cancel_reason)),
        ],
        approval: None,
        lists: &[&["supplier", "state"]],
        locked_in: &[Held, Cancelled],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(review: &mut SupplierReview, _: Option<&SupplierReview>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    period::check(review.period_from, review.period_until, cx, &mut problems);
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, id, wrong_fields};

    fn review() -> Trial<SupplierReview> {
        Trial::new(json!({"supplier": id(5), "period_from": "2025-10-01", "period_until": "2025-12-31"}))
    }

    fn answers(name: &str) -> Json {
        match name {
            "hold" => json!({"results": "Repair: 3 of 3 in time", "targets_missed": "no", "actions": "None",
                "disputes": "None", "conclusions": "Good"}),
            "cancel" => json!({"cancel_reason": "The contract ended"}),
            _ => json!({}),
        }
    }

    #[test]
    fn a_review_goes_its_way_and_no_other() {
        check_lifecycle(
            &review,
            &answers,
            &[
                ("planned", &[], &["hold", "cancel"]),
                ("held", &["hold"], &[]),
                ("cancelled", &["cancel"], &[]),
            ],
        );
    }

    #[test]
    fn a_review_that_was_held_tells_its_results_and_stays() {
        let mut review = review();
        let missing = ["results", "targets_missed", "actions", "disputes", "conclusions"];
        assert_eq!(wrong_fields(review.perform("hold", json!({}))), missing);
        review.perform("hold", answers("hold")).unwrap();
        assert_eq!(review.typed().held_at, Some(at(START)));
        assert!(review.edit(json!({"results": "Better"})).is_err());
    }

    #[test]
    fn a_period_runs_forward() {
        assert_eq!(wrong_fields(review().edit(json!({"period_until": "2025-09-30"}))), ["period_until"]);
    }
}
