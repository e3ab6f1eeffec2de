//! Request models (8.6.2): how one type of service request is fulfilled.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Kind, Move, Result, Search, TitleDef, choice, fields, head, kind::no_effects, names,
};

use crate::{Person, Service, Team, acting, checks, problems::Problems, review_date, role_assignment::Role};

choice!(
    /// Whether requests follow the model.
    State { Draft = "draft", Active = "active", Retired = "retired" }
);

use State::{Active, Draft, Retired};

/// A request model.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct RequestModel {
    pub head: Head<State>,
    pub description: String,
    pub asks_for: String,
    pub category: String,
    pub service: Id<Service>,
    pub owner: Id<Person>,
    pub fulfilment_team: Id<Team>,
    pub priority: Option<i64>,
    pub instructions: String,
    pub steps: String,
    pub approval_needed: bool,
    pub approver_role: Option<Role>,
    pub review_months: Option<i64>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
    pub external_key: String,
}

impl Kind for RequestModel {
    type State = State;
    const NAME: &'static str = "request_model";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "request_models",
        prefix: "RQM",
        clause: "8.6.2",
        help: "What users may ask for, and how it is fulfilled",
        title: TitleDef { label: "Name", personal: None, search: Search::Public },
        fields: fields!(RequestModel {
            description: "What users get".searched(Search::Public),
            asks_for: "What users have to say, one question a line",
            category: "Type of the requests",
            service: "Service that it belongs to".indexed(),
            owner: "Person who keeps it current".indexed().own(),
            fulfilment_team: "Team that fulfils such requests".indexed(),
            priority: "Order of work of such requests, 1 first to 4 last",
            instructions: "How such a request is fulfilled".searched(Search::Internal).staff_only(),
            steps: "The steps, one a line".staff_only(),
            approval_needed: "Such a request is approved before it is fulfilled",
            approver_role: "Role whose holders approve; the owner of the service when left empty",
            review_months: "Months between reviews; twelve when left empty",
            reviewed_on: "Day of its last review".system(),
            next_review: "Day on which its next review falls due".system().indexed(),
            external_key: "Key of the model in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("activate", &[Draft], Active, "Users may ask for it")
                .asks(names!(RequestModel: instructions))
                .then(reviewed),
            Move::new("confirm", &[Active], Active, "It was reviewed and is still right").then(reviewed),
            Move::new("retire", &[Draft, Active], Retired, "Users may no longer ask for it")
                .then(|model, _| model.next_review = None),
            Move::new("reinstate", &[Retired], Draft, "It is prepared again"),
        ],
        approval: None,
        lists: &[&["service", "state"]],
        locked_in: &[Retired],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn reviewed(model: &mut RequestModel, cx: &Cx) {
    model.reviewed_on = Some(acting::today(cx));
    model.next_review = Some(review_date::next(model.review_months, cx));
}

fn before_save(model: &mut RequestModel, _: Option<&RequestModel>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    review_date::check_interval(model.review_months, cx, &mut problems);
    checks::priority(model.priority, &mut problems);
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, check_lifecycle, wrong_fields};

    #[test]
    fn a_model_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| Trial::<RequestModel>::new(json!({"title": "A new laptop", "instructions": "Order one"})),
            &|_| json!({}),
            &[
                ("draft", &[], &["activate", "retire"]),
                ("active", &["activate"], &["confirm", "retire"]),
                ("retired", &["retire"], &["reinstate"]),
                ("draft", &["retire", "reinstate"], &["activate", "retire"]),
            ],
        );
    }

    #[test]
    fn nobody_may_ask_for_what_nobody_knows_how_to_fulfil() {
        let mut model = Trial::<RequestModel>::new(json!({}));
        assert_eq!(wrong_fields(model.perform("activate", json!({}))), ["instructions"]);
        assert_eq!(wrong_fields(model.edit(json!({"priority": 5}))), ["priority"]);
        model.perform("activate", json!({"instructions": "Order one"})).unwrap();
        assert_eq!(model.typed().next_review, Some("2027-01-05".parse().unwrap()));
    }
}
