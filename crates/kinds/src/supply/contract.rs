//! Contracts (8.3.4): what is agreed with an external supplier, and likewise the agreements with internal suppliers
//! and with customers acting as suppliers.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{Change, Person, Supplier, acting, checks, problems::Problems, review_date};

choice!(
    /// Whether the contract binds.
    State { Draft = "draft", InForce = "in_force", Ended = "ended" }
);

use State::{Draft, Ended, InForce};

/// A contract.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Contract {
    pub head: Head<State>,
    pub supplier: Id<Supplier>,
    pub contract_number: String,
    pub owner: Id<Person>,
    pub scope: String,
    pub requirements: String,
    pub targets: String,
    pub responsibilities: String,
    pub activities: String,
    pub interfaces: String,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    pub accepted_by: Id<Person>,
    pub accepted_by_supplier: String,
    pub predecessor: Id<Contract>,
    pub change: Id<Change>,
    pub change_assessment: String,
    pub alignment: String,
    pub review_months: Option<i64>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
    pub review_note: String,
    pub in_force_since: Option<Instant>,
    pub end_decision: String,
    pub external_key: String,
}

/// What is agreed: it changes by a new contract only.
const TERMS: &[&str] = names!(Contract: supplier, scope, requirements, targets, responsibilities, activities,
    interfaces, valid_from);

impl Kind for Contract {
    type State = State;
    const NAME: &'static str = "contract";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "contracts",
        prefix: "CTR",
        clause: "8.3.4",
        help: "A documented agreement with a supplier on what is delivered, how well, and by whom",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(Contract {
            supplier: "Supplier with whom it is agreed".required().indexed(),
            contract_number: "Number by which both sides know it".indexed().staff_only(),
            owner: "Person who answers for the contract".indexed().own(),
            scope: "What is delivered".staff_only(),
            requirements: "What has to be met, or where that stands".staff_only(),
            targets: "Service level targets or other duties, or where they stand".staff_only(),
            responsibilities: "Authorities and responsibilities of both sides".staff_only(),
            activities: "Activities that either side carries out".staff_only(),
            interfaces: "Where the work of both sides meets".staff_only(),
            valid_from: "First day on which it binds",
            valid_until: "Last day on which it binds; without end when left empty".indexed(),
            accepted_by: "Person who accepted it for us".staff_only(),
            accepted_by_supplier: "Who accepted it for the supplier, and when".staff_only(),
            predecessor: "Contract that this one follows".indexed(),
            change: "Change by which it was altered".indexed(),
            change_assessment: "Effect of the alteration on services and the SMS, weighed before"
                .staff_only(),
            alignment: "For each target, whether it carries what we promise customers".staff_only(),
            review_months: "Months between reviews; twelve when left empty",
            reviewed_on: "Day of its last review".system(),
            next_review: "Day on which its next review falls due".system().indexed(),
            review_note: "Requirements and versions it was held against, and what came out"
                .system()
                .staff_only(),
            in_force_since: "When it was put in force".system(),
            end_decision: "Why it ended, and what follows it".system().staff_only(),
            external_key: "Key of the contract in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("carries", "carried_by", "service_level_agreement"),
            Link::new("covers", "covered_by", "service"),
        ],
        clocks: &[],
        moves: &[
            Move::new("put_in_force", &[Draft], InForce, "Both sides have accepted it")
                .asks(names!(Contract: scope, requirements, targets, responsibilities, valid_from))
                .then(|contract, cx| {
                    contract.in_force_since = Some(cx.now);
                    contract.next_review = Some(review_date::next(contract.review_months, cx));
                }),
            Move::new("confirm", &[InForce], InForce, "It was held against today's requirements")
                .asks(names!(Contract: review_note))
                .takes(names!(Contract: alignment))
                .then(|contract, cx| {
                    contract.reviewed_on = Some(acting::today(cx));
                    contract.next_review = Some(review_date::next(contract.review_months, cx));
                }),
            Move::new("end", &[Draft, InForce], Ended, "It binds no longer")
                .asks(names!(Contract: end_decision))
                .takes(names!(Contract: valid_until))
                .then(|contract, _| contract.next_review = None),
        ],
        approval: None,
        lists: &[&["supplier", "state"]],
        locked_in: &[Ended],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(contract: &mut Contract, before: Option<&Contract>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    if !cx.history {
        review_date::check_interval(contract.review_months, cx, &mut problems);
        if let Some(before) = before.filter(|before| before.head.state == InForce) {
            let why = "is agreed; record a new contract that names this one as its predecessor";
            checks::fixed(contract, before, TERMS, why, &mut problems);
        }
        if let (Some(from), Some(until)) = (contract.valid_from, contract.valid_until)
            && until < from
        {
            problems.add("valid_until", format!("lies before the first day, {from}"));
        }
        if contract.predecessor.is_some() && contract.predecessor.uuid() == contract.head.id {
            problems.add("predecessor", "is this contract itself");
        }
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, check_lifecycle, id, wrong_fields};

    fn contract() -> Trial<Contract> {
        Trial::new(json!({"title": "Fibre", "supplier": id(5)}))
    }

    fn answers(name: &str) -> Json {
        match name {
            "put_in_force" => {
                json!({"scope": "Two lines", "requirements": "None lost", "targets": "Repair in 4 hours",
                "responsibilities": "They repair, we report", "valid_from": "2026-01-05"})
            }
            "confirm" => json!({"review_note": "Held against SVC-000001"}),
            "end" => json!({"end_decision": "Another follows"}),
            _ => json!({}),
        }
    }

    #[test]
    fn a_contract_goes_its_way_and_no_other() {
        check_lifecycle(
            &contract,
            &answers,
            &[
                ("draft", &[], &["put_in_force", "end"]),
                ("in_force", &["put_in_force"], &["confirm", "end"]),
                ("ended", &["put_in_force", "end"], &[]),
            ],
        );
    }

    #[test]
    fn what_is_agreed_stays_until_another_contract_follows() {
        let mut contract = contract();
        let missing = ["scope", "requirements", "targets", "responsibilities", "valid_from"];
        assert_eq!(wrong_fields(contract.perform("put_in_force", json!({}))), missing);
        contract.edit(json!({"scope": "One line"})).unwrap();
        contract.perform("put_in_force", answers("put_in_force")).unwrap();
        assert_eq!(wrong_fields(contract.edit(json!({"targets": "Repair in 8 hours"}))), ["targets"]);
        assert!(contract.edit(json!({"alignment": "Repair carries SLA-000001"})).is_ok());
        assert_eq!(wrong_fields(contract.edit(json!({"valid_until": "2026-01-04"}))), ["valid_until"]);
        assert_eq!(wrong_fields(contract.edit(json!({"predecessor": id(100)}))), ["predecessor"]);
    }

    #[test]
    fn a_review_names_what_the_contract_was_held_against() {
        let mut contract = contract();
        contract.perform("put_in_force", answers("put_in_force")).unwrap();
        assert_eq!(wrong_fields(contract.perform("confirm", json!({}))), ["review_note"]);
        contract.perform("confirm", answers("confirm")).unwrap();
        assert_eq!(contract.typed().reviewed_on, Some("2026-01-05".parse().unwrap()));
        assert_eq!(contract.typed().next_review, Some("2027-01-05".parse().unwrap()));
    }
}
