//! Customers (8.3.2): the organisations that receive services.

use mainstay_core::{
    Def, Head, Id, Kind, Move, Search, TitleDef, choice, fields, head,
    kind::{no_effects, nothing_before_save},
};

use crate::Person;

choice!(
    /// Whether the organisation receives services.
    State { Active = "active", Former = "former" }
);

/// A customer.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct CustomerOrganisation {
    pub head: Head<State>,
    pub contact: Id<Person>,
    pub external_key: String,
    pub notes: String,
}

impl Kind for CustomerOrganisation {
    type State = State;
    const NAME: &'static str = "customer_organisation";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "customer_organisations",
        prefix: "CUS",
        clause: "8.3.2",
        help: "An organisation, or a part of one, that receives services",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(CustomerOrganisation {
            contact: "Person with whom the relationship is kept",
            external_key: "Key of the customer in a foreign system".indexed().unique().staff_only(),
            notes: "What to know about the customer".searched(Search::Internal).staff_only(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("leave", &[State::Active], State::Former, "The organisation receives no more services"),
            Move::new("return", &[State::Former], State::Active, "The organisation receives services again"),
        ],
        approval: None,
        lists: &[],
        locked_in: &[],
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
    use crate::testing::{Trial, refusing_rule};

    #[test]
    fn a_customer_leaves_and_returns() {
        let mut customer = Trial::<CustomerOrganisation>::new(json!({"title": "Harbour Authority"}));
        assert_eq!(refusing_rule(customer.perform("return", json!({}))), "a move begins in its states");
        customer.perform("leave", json!({})).unwrap();
        assert_eq!(customer.state(), "former");
        customer.perform("return", json!({})).unwrap();
        assert_eq!(customer.state(), "active");
    }
}
