//! Services (8.2.4): what customers receive, from the first plan to retirement.

use mainstay_core::{
    Def, Head, Id, Kind, Move, Search, TitleDef, choice, fields, head,
    kind::{no_effects, nothing_before_save},
};

use crate::Person;

choice!(
    /// Where the service stands in its life.
    State { Planned = "planned", Live = "live", Retired = "retired" }
);

choice!(
    /// How much the business depends on the service.
    Criticality { Critical = "critical", High = "high", Medium = "medium", Low = "low" }
);

/// A service.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Service {
    pub head: Head<State>,
    pub description: String,
    pub owner: Id<Person>,
    pub customer_facing: bool,
    pub criticality: Option<Criticality>,
    pub external_key: String,
}

impl Kind for Service {
    type State = State;
    const NAME: &'static str = "service";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "services",
        prefix: "SVC",
        clause: "8.2.4",
        help: "A service that customers receive, or on which such services rest",
        title: TitleDef { label: "Name", personal: None, search: Search::Public },
        fields: fields!(Service {
            description: "What the service does for those who use it".searched(Search::Public),
            owner: "Person who answers for the service".indexed().own(),
            customer_facing: "Customers receive it themselves; other services only rest on it when not set",
            criticality: "How much the business depends on the service",
            external_key: "Key of the service in a foreign system".indexed().unique(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("go_live", &[State::Planned], State::Live, "Customers can use the service"),
            Move::new(
                "retire",
                &[State::Planned, State::Live],
                State::Retired,
                "The service is no longer offered",
            ),
            Move::new("reinstate", &[State::Retired], State::Planned, "The service is planned again"),
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
    fn a_service_is_planned_goes_live_and_is_retired() {
        let mut service = Trial::<Service>::new(json!({"title": "E-mail", "criticality": "high"}));
        assert_eq!(service.state(), "planned");
        service.perform("go_live", json!({})).unwrap();
        assert_eq!(service.state(), "live");
        service.perform("retire", json!({})).unwrap();
        assert_eq!(service.state(), "retired");
    }

    #[test]
    fn a_plan_may_be_given_up_before_the_service_goes_live() {
        let mut service = Trial::<Service>::new(json!({}));
        assert_eq!(service.perform("retire", json!({})).unwrap().state(), "retired");
    }

    #[test]
    fn a_retired_service_comes_back_as_a_plan_and_not_live_at_once() {
        let mut service = Trial::<Service>::new(json!({}));
        service.perform("retire", json!({})).unwrap();
        assert_eq!(refusing_rule(service.perform("go_live", json!({}))), "a move begins in its states");
        assert_eq!(service.perform("reinstate", json!({})).unwrap().state(), "planned");
    }
}
