//! Suppliers (8.3.4): who delivers to us, inside or outside, and how we work together.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head, kind::no_effects,
    names,
};

use crate::{CustomerOrganisation, Person, acting, problems::Problems, review_date};

choice!(
    /// Whether the supplier delivers.
    State { Proposed = "proposed", Active = "active", Ended = "ended" }
);

use State::{Active, Ended, Proposed};

choice!(
    /// What kind of supplier it is; each is agreed with in its own way.
    SupplierType {
        External = "external",
        Internal = "internal",
        /// A customer who delivers part of a service; stored as
        Customer = "customer",
    }
);

/// A supplier.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Supplier {
    pub head: Head<State>,
    pub description: String,
    pub supplier_type: Option<SupplierType>,
    pub customer: Id<CustomerOrganisation>,
    pub owner: Id<Person>,
    pub manager: Id<Person>,
    pub contacts: String,
    pub handover_points: String,
    pub escalation_path: String,
    pub data_exchange: String,
    pub controls: String,
    pub review_months: Option<i64>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
    pub end_reason: String,
    pub external_key: String,
}

impl Kind for Supplier {
    type State = State;
    const NAME: &'static str = "supplier";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "suppliers",
        prefix: "SUP",
        clause: "8.3.4",
        help: "A party that delivers services, components or processes to us",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(Supplier {
            description: "What it delivers".searched(Search::Internal),
            supplier_type: "External, internal, or a customer who acts as supplier".required().indexed(),
            customer: "The customer who acts as supplier",
            owner: "Person who answers for the supplier".indexed().own(),
            manager: "Person who manages relationship, contract and performance".indexed().own(),
            contacts: "Whom to call there, and when".staff_only(),
            handover_points: "Where work is handed over, process by process".staff_only(),
            escalation_path: "To whom a matter goes that is not settled".staff_only(),
            data_exchange: "Tools and data that are shared".staff_only(),
            controls: "How we keep a hold on what it does for us".staff_only(),
            review_months: "Months between reviews of its performance; twelve when left empty",
            reviewed_on: "Day of the last review".system(),
            next_review: "Day on which the next review falls due".system().indexed(),
            end_reason: "Why the relationship ended".system().staff_only(),
            external_key: "Key of the supplier in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("delivers", "delivered_by", "configuration_item"),
            Link::new("supports", "supported_by", "service"),
        ],
        clocks: &[],
        moves: &[
            Move::new("activate", &[Proposed], Active, "It delivers")
                .asks(names!(Supplier: owner, manager))
                .then(|supplier, cx| {
                    supplier.next_review = Some(review_date::next(supplier.review_months, cx))
                }),
            Move::new("confirm", &[Active], Active, "The relationship was reviewed").then(|supplier, cx| {
                supplier.reviewed_on = Some(acting::today(cx));
                supplier.next_review = Some(review_date::next(supplier.review_months, cx));
            }),
            Move::new("end", &[Proposed, Active], Ended, "It delivers no longer")
                .asks(names!(Supplier: end_reason))
                .then(|supplier, _| supplier.next_review = None),
            Move::new("return", &[Ended], Proposed, "It may deliver again")
                .then(|supplier, _| supplier.end_reason.clear()),
        ],
        approval: None,
        lists: &[&["supplier_type", "state"]],
        locked_in: &[Ended],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(supplier: &mut Supplier, _: Option<&Supplier>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    review_date::check_interval(supplier.review_months, cx, &mut problems);
    if supplier.customer.is_some() && supplier.supplier_type != Some(SupplierType::Customer) && !cx.history {
        problems.add("customer", "is for customers who act as supplier; choose that type or leave it out");
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, check_lifecycle, id, wrong_fields};

    fn supplier() -> Trial<Supplier> {
        Trial::new(json!({"title": "Fibre Ltd", "supplier_type": "external"}))
    }

    fn answers(name: &str) -> Json {
        match name {
            "activate" => json!({"owner": id(1), "manager": id(2)}),
            "end" => json!({"end_reason": "Another was cheaper"}),
            _ => json!({}),
        }
    }

    #[test]
    fn a_supplier_goes_its_way_and_no_other() {
        check_lifecycle(
            &supplier,
            &answers,
            &[
                ("proposed", &[], &["activate", "end"]),
                ("active", &["activate"], &["confirm", "end"]),
                ("ended", &["activate", "end"], &["return"]),
                ("proposed", &["end", "return"], &["activate", "end"]),
            ],
        );
    }

    #[test]
    fn a_supplier_that_delivers_has_an_owner_and_a_manager_and_is_reviewed() {
        let mut supplier = supplier();
        assert_eq!(wrong_fields(supplier.perform("activate", json!({}))), ["owner", "manager"]);
        supplier.perform("activate", answers("activate")).unwrap();
        assert_eq!(supplier.typed().next_review, Some("2027-01-05".parse().unwrap()));
    }

    #[test]
    fn only_a_customer_who_acts_as_supplier_is_a_customer() {
        assert_eq!(wrong_fields(supplier().edit(json!({"customer": id(5)}))), ["customer"]);
        assert!(supplier().edit(json!({"customer": id(5), "supplier_type": "customer"})).is_ok());
    }
}
