//! Change models (8.5.1): changes that are assessed and approved once, for all their repetitions.

use jiff::civil::Date;
use mainstay_core::{
    Approval, Choice, Cx, Def, Gate, Head, Id, Instant, Kind, Move, Policy, Result, Search, TitleDef, choice,
    fields, head, kind::no_effects, names,
};

use crate::{Level, Person, Service, acting, checks, problems::Problems, review_date, role_assignment::Role};

choice!(
    /// Where the model stands.
    State { Draft = "draft", Review = "review", InForce = "in_force", Retired = "retired" }
);

use State::{Draft, InForce, Retired, Review};

choice!(
    /// For which changes a model is made.
    AppliesTo {
        /// Pre-approved changes, which need no decision of their own; stored as
        Standard = "standard",
        /// Changes that cannot wait; stored as
        Emergency = "emergency",
    }
);

/// A change model.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct ChangeModel {
    pub head: Head<State>,
    pub description: String,
    pub applies_to: Option<AppliesTo>,
    pub service: Id<Service>,
    pub owner: Id<Person>,
    pub author: Id<Person>,
    pub priority: Option<i64>,
    pub risk: Option<Level>,
    pub risk_description: String,
    pub benefit: String,
    pub feasibility: String,
    pub financial_impact: String,
    pub impact_on_services: String,
    pub impact_on_people: String,
    pub impact_on_plans: String,
    pub impact_on_assurance: String,
    pub impact_on_changes: String,
    pub implementation_plan: String,
    pub test_plan: String,
    pub back_out_plan: String,
    pub communication_plan: String,
    pub approved_afterwards: bool,
    pub review_months: Option<i64>,
    pub in_force_since: Option<Instant>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
}

impl Kind for ChangeModel {
    type State = State;
    const NAME: &'static str = "change_model";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "change_models",
        prefix: "CHM",
        clause: "8.5.1",
        help: "A kind of change that is assessed and approved once for all its repetitions",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(ChangeModel {
            description: "Which changes the model is for, and which it is not for".searched(Search::Internal),
            applies_to: "Pre-approved changes, or emergencies".required().indexed(),
            service: "Service whose changes they are; all services when none is named".indexed(),
            owner: "Person who answers for the model".indexed().own(),
            author: "Person who wrote it".system().own(),
            priority: "Order of work of such a change, 1 first to 4 last",
            risk: "How much may go wrong".staff_only(),
            risk_description: "What may go wrong, and what is done against it".staff_only(),
            benefit: "What such a change is good for",
            feasibility: "Whether skills, parts and time are there".staff_only(),
            financial_impact: "What it costs or saves, or none".staff_only(),
            impact_on_services: "Effect on services and customers, or none",
            impact_on_people: "Effect on users and staff, or none",
            impact_on_plans: "Effect on policies and plans, or none".staff_only(),
            impact_on_assurance: "Effect on capacity, availability, continuity and security, or none"
                .staff_only(),
            impact_on_changes: "Effect on other changes and releases, or none".staff_only(),
            implementation_plan: "The steps, one after the other".staff_only(),
            test_plan: "How it is tested before use, or why it cannot be".staff_only(),
            back_out_plan: "The way back or the remedy when it goes wrong, and how that was tried"
                .staff_only(),
            communication_plan: "Who is told what, and when".staff_only(),
            approved_afterwards: "An emergency of this model may be approved after it was begun",
            review_months: "Months between reviews; twelve when left empty",
            in_force_since: "When it was put in force last".system(),
            reviewed_on: "Day of its last review".system(),
            next_review: "Day on which its next review falls due".system().indexed(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("submit", &[Draft], Review, "The model is ready to be decided on")
                .asks(names!(ChangeModel: risk, back_out_plan, implementation_plan)),
            Move::new("put_in_force", &[Review], InForce, "Changes may follow the model").then(put_in_force),
            Move::new("send_back", &[Review], Draft, "The model has to be worked on"),
            Move::new("withdraw", &[Review, InForce], Draft, "The model is changed and decided on anew")
                .then(|model, _| model.next_review = None),
            Move::new("confirm", &[InForce], InForce, "The model was reviewed and is still right")
                .then(confirm),
            Move::new("retire", &[Draft, InForce], Retired, "No change follows the model any more")
                .then(|model, _| model.next_review = None),
        ],
        approval: Some(Approval {
            content: names!(ChangeModel: description, applies_to, service, priority, risk, risk_description, benefit,
                feasibility, financial_impact, impact_on_services, impact_on_people, impact_on_plans,
                impact_on_assurance, impact_on_changes, implementation_plan, test_plan, back_out_plan,
                communication_plan, approved_afterwards),
            never: names!(ChangeModel: owner, author),
            policy: |_| Policy::ask([Role::ChangeManager.name(), Role::ServiceManager.name()], 1),
            gates: &[Gate {
                waits_in: Review,
                approved: "put_in_force",
                rejected: "send_back",
                voided: "withdraw",
                holds_in: &[InForce],
            }],
        }),
        lists: &[&["state", "applies_to"]],
        locked_in: &[Retired],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn put_in_force(model: &mut ChangeModel, cx: &Cx) {
    model.in_force_since = Some(cx.now);
    confirm(model, cx);
}

fn confirm(model: &mut ChangeModel, cx: &Cx) {
    model.reviewed_on = Some(acting::today(cx));
    model.next_review = Some(review_date::next(model.review_months, cx));
}

fn before_save(model: &mut ChangeModel, before: Option<&ChangeModel>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    let is_work = before.is_none_or(|before| before.head.state == Draft && model.head.state == Draft);
    let person = acting::person(cx);
    if is_work && person.is_some() && !cx.history {
        model.author = person;
    }
    review_date::check_interval(model.review_months, cx, &mut problems);
    checks::priority(model.priority, &mut problems);
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, refusing_rule, wrong_fields};

    fn draft() -> Trial<ChangeModel> {
        Trial::new(json!({"title": "Restart a mail server", "applies_to": "standard"}))
    }

    fn complete() -> Json {
        json!({"risk": "low", "back_out_plan": "Start the old one", "implementation_plan": "Restart"})
    }

    #[test]
    fn a_model_goes_its_way_and_no_other() {
        let way = |moves: &[&str]| {
            let mut model = draft();
            for name in moves {
                let answers = if *name == "submit" { complete() } else { json!({}) };
                model.perform(name, answers).unwrap();
            }
            model
        };
        let all = ["submit", "put_in_force", "send_back", "withdraw", "confirm", "retire"];
        for (state, moves, open) in [
            ("draft", &[][..], &["submit", "retire"][..]),
            ("review", &["submit"], &["put_in_force", "send_back", "withdraw"]),
            ("in_force", &["submit", "put_in_force"], &["withdraw", "confirm", "retire"]),
            ("draft", &["submit", "put_in_force", "withdraw"], &["submit", "retire"]),
            ("retired", &["retire"], &[]),
        ] {
            let model = way(moves);
            assert_eq!(model.state(), state, "{moves:?}");
            for name in all {
                let outcome = model
                    .clone()
                    .perform(name, if name == "submit" { complete() } else { json!({}) })
                    .cloned();
                if open.contains(&name) {
                    assert!(outcome.is_ok(), "{state} {name}");
                } else {
                    assert_eq!(refusing_rule(outcome), "a move begins in its states", "{state} {name}");
                }
            }
        }
    }

    #[test]
    fn what_is_submitted_says_what_may_go_wrong_and_the_way_back() {
        let missing = ["risk", "implementation_plan", "back_out_plan"];
        assert_eq!(wrong_fields(draft().perform("submit", json!({}))), missing);
    }

    #[test]
    fn a_model_in_force_is_reviewed_after_its_interval() {
        let mut model = draft();
        model.edit(json!({"review_months": 6})).unwrap();
        model.perform("submit", complete()).unwrap();
        model.perform("put_in_force", json!({})).unwrap();
        assert_eq!(model.typed().next_review, Some("2026-07-05".parse().unwrap()));
        model.at("2026-07-01T09:00:00Z").perform("confirm", json!({})).unwrap();
        assert_eq!(model.typed().next_review, Some("2027-01-01".parse().unwrap()));
        assert_eq!(wrong_fields(model.edit(json!({"review_months": 0}))), ["review_months"]);
    }

    #[test]
    fn the_author_is_who_worked_on_the_draft_last() {
        let mut model = draft();
        assert_eq!(model.typed().author, Id::new(uuid::Uuid::from_u128(1)));
        model.cx.actor = mainstay_core::Actor::Person(uuid::Uuid::from_u128(2));
        model.edit(json!({"benefit": "Mail works again"})).unwrap();
        assert_eq!(model.typed().author, Id::new(uuid::Uuid::from_u128(2)));
        model.cx.actor = mainstay_core::Actor::Person(uuid::Uuid::from_u128(3));
        model.perform("submit", complete()).unwrap();
        assert_eq!(model.typed().author, Id::new(uuid::Uuid::from_u128(2)));
    }

    #[test]
    fn a_priority_lies_between_one_and_four() {
        assert_eq!(wrong_fields(draft().edit(json!({"priority": 5}))), ["priority"]);
    }
}
