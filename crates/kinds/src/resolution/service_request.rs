//! Service requests (8.6.2): what users ask for and may have, fulfilled by a model.

mod model;
mod times;

use mainstay_core::{
    Approval, Choice, Clock, Cx, Def, Fact, Gate, Goal, Head, Id, Instant, Kind, Link, Move, Policy, Result,
    Search, Subject, TitleDef, choice, fields, head, kind::no_effects, names,
};

use crate::{
    CustomerOrganisation, Person, RequestModel, Service, ServiceLevelAgreement, Team, WaitingReason, checks,
    incident::ContactChannel, problems::Problems, role_assignment::Role,
};

choice!(
    /// Where the request stands.
    State {
        New = "new",
        AwaitingApproval = "approval",
        Fulfilment = "fulfilment",
        Waiting = "waiting",
        Fulfilled = "fulfilled",
        Closed = "closed",
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
);

use State::{AwaitingApproval, Cancelled, Closed, Fulfilled, Fulfilment, New, Rejected, Waiting};

const OPEN: &[State] = &[New, AwaitingApproval, Fulfilment, Waiting];

/// A service request.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct ServiceRequest {
    pub head: Head<State>,
    pub description: String,
    pub request_model: Id<RequestModel>,
    pub answers: String,
    pub category: String,
    pub service: Id<Service>,
    pub customer: Id<CustomerOrganisation>,
    pub requester: Id<Person>,
    pub contact_channel: Option<ContactChannel>,
    pub priority: Option<i64>,
    pub assigned_team: Id<Team>,
    pub assignee: Id<Person>,
    pub approval_needed: bool,
    pub approver_role: Option<Role>,
    pub approved_at: Option<Instant>,
    pub reported_at: Option<Instant>,
    pub acknowledged_at: Option<Instant>,
    pub waiting_reason: Option<WaitingReason>,
    pub waiting_until: Option<Instant>,
    pub fulfilment: String,
    pub fulfilled_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub reopen_count: i64,
    pub reopen_reason: String,
    pub cancel_reason: String,
    pub agreement: Id<ServiceLevelAgreement>,
    pub external_key: String,
}

impl Kind for ServiceRequest {
    type State = State;
    const NAME: &'static str = "service_request";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "service_requests",
        prefix: "REQ",
        clause: "8.6.2",
        help: "A request of a user for something that is already agreed",
        title: TitleDef {
            label: "Short description",
            personal: Some(Subject::Named("requester")),
            search: Search::Public,
        },
        fields: fields!(ServiceRequest {
            description: "What is wanted, in the requester's words"
                .personal(Subject::Named("requester"))
                .searched(Search::Public),
            request_model: "Model by which it is fulfilled".indexed(),
            answers: "Answers to what the model asks".personal(Subject::Named("requester")),
            category: "Type of the request; the model's when left empty",
            service: "Service that it belongs to; the model's when left empty".indexed(),
            customer: "Customer for whom it is made".indexed(),
            requester: "Person who asks for it".indexed().own(),
            contact_channel: "How the request reached us",
            priority: "Order of work, 1 first to 4 last; the model's when left empty",
            assigned_team: "Team that fulfils it; the model's when left empty",
            assignee: "Person who fulfils it".own(),
            approval_needed: "It is approved before it is fulfilled".system(),
            approver_role: "Role whose holders approve it".system(),
            approved_at: "When it was approved".system(),
            reported_at: "When it reached us".indexed(),
            acknowledged_at: "When a person took it up first".system(),
            waiting_reason: "What it waits for".system(),
            waiting_until: "Until when it waits at most".system(),
            fulfilment: "What the requester got".searched(Search::Public),
            fulfilled_at: "When it was fulfilled last".system(),
            closed_at: "When it was closed last".system(),
            reopen_count: "How often it was reopened".system(),
            reopen_reason: "Why it was reopened".system(),
            cancel_reason: "Why it was cancelled".system(),
            agreement: "Agreement in force for service and customer".system(),
            external_key: "Key of the request in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("involves", "involved_in_request", "configuration_item"),
            Link::new("asks_for_change", "asked_for_by", "change"),
        ],
        clocks: &[
            Clock { goal: Goal::Response, start: "reported_at", runs_in: &[New], waits_in: &[] },
            Clock { goal: Goal::NextResponse, start: "reported_at", runs_in: OPEN, waits_in: &[] },
            Clock {
                goal: Goal::Resolution,
                start: "reported_at",
                runs_in: &[New, AwaitingApproval, Fulfilment],
                waits_in: &[Waiting],
            },
        ],
        moves: &[
            Move::new("ask_approval", &[New, Waiting], AwaitingApproval, "Somebody has to approve it"),
            Move::new("approve", &[AwaitingApproval], Fulfilment, "It may be fulfilled")
                .then(|request, cx| request.approved_at = Some(cx.now)),
            Move::new("reject", &[AwaitingApproval], Rejected, "It will not be fulfilled"),
            Move::new("take_back", &[AwaitingApproval, Fulfilment], New, "It has changed")
                .then(|request, _| request.approved_at = None),
            Move::new("start", &[New, Waiting], Fulfilment, "Somebody fulfils it")
                .only_if(model::is_approved_if_it_has_to_be),
            Move::new("wait", &[New, Fulfilment, Waiting], Waiting, "Work has to wait for something")
                .asks(names!(ServiceRequest: waiting_reason))
                .takes(names!(ServiceRequest: waiting_until))
                .only_if(times::has_an_end_when_a_date_was_agreed),
            Move::new("fulfil", &[Fulfilment, Waiting], Fulfilled, "The requester has got it")
                .asks(names!(ServiceRequest: fulfilment))
                .only_if(model::is_approved_if_it_has_to_be)
                .then(|request, _| request.reopen_reason.clear()),
            Move::new("close", &[Fulfilled], Closed, "Nothing is left to do"),
            Move::new("reopen", &[Fulfilled, Closed], Fulfilment, "The requester has not got it after all")
                .asks(names!(ServiceRequest: reopen_reason))
                // What is got the next time has to be told anew; the history keeps this.
                .then(|request, _| request.fulfilment.clear()),
            Move::new("cancel", OPEN, Cancelled, "It is no longer wanted")
                .asks(names!(ServiceRequest: cancel_reason)),
        ],
        approval: Some(Approval {
            content: names!(ServiceRequest: description, request_model, answers, service, customer, requester),
            never: names!(ServiceRequest: requester, assignee),
            policy: |request| Policy::ask([request.approver_role.unwrap_or(Role::ServiceOwner).name()], 1),
            gates: &[Gate {
                waits_in: AwaitingApproval,
                approved: "approve",
                rejected: "reject",
                voided: "take_back",
                holds_in: &[Fulfilment],
            }],
        }),
        lists: &[&["state", "priority"], &["assigned_team", "state"], &["assignee", "state"]],
        locked_in: &[Closed, Rejected, Cancelled],
        reads: &[Fact::AgreementThrough("request_model"), Fact::Referenced("request_model")],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(request: &mut ServiceRequest, before: Option<&ServiceRequest>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    times::stamp(request, before, cx);
    checks::priority(request.priority, &mut problems);
    if !cx.history {
        model::take_over(request, before, cx, &mut problems);
        times::check_reported(request, before, cx, &mut problems);
        let was = |before: &ServiceRequest| (before.service, before.customer);
        if before.is_none_or(|before| was(before) != (request.service, request.customer)) {
            request.agreement = cx.facts.agreement.map_or(Id::none(), Id::new);
        }
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use mainstay_core::{AnyKind, Of, Record};
    use serde_json::{Value as Json, json};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, id, refusing_rule, wrong_fields};

    fn answers(name: &str) -> Json {
        match name {
            "wait" => json!({"waiting_reason": "customer"}),
            "fulfil" => json!({"fulfilment": "A laptop"}),
            "reopen" => json!({"reopen_reason": "It is broken"}),
            "cancel" => json!({"cancel_reason": "Not wanted"}),
            _ => json!({}),
        }
    }

    /// A model, with the id 200.
    fn model(state: &str, input: Json) -> Record {
        let mut all = json!({"title": "A laptop", "category": "Hardware", "priority": 3, "service": id(300),
            "fulfilment_team": id(301)});
        all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        let mut model = Trial::<RequestModel>::new(all).record;
        model.id = Uuid::from_u128(200);
        model.state = state.into();
        model
    }

    fn by_model(model: &Record) -> Result<Trial<ServiceRequest>> {
        let mut cx = crate::testing::cx();
        cx.facts.referenced.push(("request_model", model.clone()));
        Trial::create_in(cx, json!({"title": "A laptop, please", "request_model": id(200)}))
    }

    #[test]
    fn a_request_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| Trial::<ServiceRequest>::new(json!({})),
            &answers,
            &[
                ("new", &[], &["ask_approval", "start", "wait", "cancel"]),
                ("approval", &["ask_approval"], &["approve", "reject", "take_back", "cancel"]),
                ("fulfilment", &["ask_approval", "approve"], &["take_back", "wait", "fulfil", "cancel"]),
                ("fulfilment", &["start"], &["take_back", "wait", "fulfil", "cancel"]),
                ("waiting", &["wait"], &["ask_approval", "start", "wait", "fulfil", "cancel"]),
                ("fulfilled", &["start", "fulfil"], &["close", "reopen"]),
                ("closed", &["start", "fulfil", "close"], &["reopen"]),
                ("fulfilment", &["start", "fulfil", "reopen"], &["take_back", "wait", "fulfil", "cancel"]),
                ("rejected", &["ask_approval", "reject"], &[]),
                ("cancelled", &["cancel"], &[]),
            ],
        );
    }

    #[test]
    fn what_the_requester_does_not_say_the_model_does() {
        let request = by_model(&model("active", json!({}))).unwrap().typed();
        assert_eq!((request.category.as_str(), request.priority), ("Hardware", Some(3)));
        assert_eq!(request.service, Id::new(Uuid::from_u128(300)));
        assert_eq!(request.assigned_team, Id::new(Uuid::from_u128(301)));
        for state in ["draft", "retired"] {
            assert_eq!(wrong_fields(by_model(&model(state, json!({})))), ["request_model"], "{state}");
        }
    }

    #[test]
    fn a_request_whose_model_asks_for_it_is_approved_before_it_is_fulfilled() {
        let model =
            model("active", json!({"approval_needed": true, "approver_role": "service_level_manager"}));
        let mut request = by_model(&model).unwrap();
        let policy = Of::<ServiceRequest>::new().policy(&request.record).unwrap().unwrap();
        assert_eq!(policy.roles, ["service_level_manager"]);
        assert_eq!(
            refusing_rule(request.perform("start", json!({}))),
            "a request is approved before it is fulfilled"
        );
        request.perform("wait", answers("wait")).unwrap();
        let fulfilled = request.clone().perform("fulfil", answers("fulfil")).cloned();
        assert_eq!(refusing_rule(fulfilled), "a request is approved before it is fulfilled");
        let mut request = by_model(&model).unwrap();
        request.perform("ask_approval", json!({})).unwrap();
        request.perform("approve", json!({})).unwrap();
        request.perform("fulfil", answers("fulfil")).unwrap();
    }

    #[test]
    fn a_request_that_waits_does_not_skip_its_approval() {
        let mut request = by_model(&model("active", json!({"approval_needed": true}))).unwrap();
        request.perform("wait", answers("wait")).unwrap();
        assert_eq!(
            refusing_rule(request.perform("start", json!({}))),
            "a request is approved before it is fulfilled"
        );
    }

    #[test]
    fn its_times_are_noted_and_each_fulfilment_is_told_anew() {
        let mut request = Trial::<ServiceRequest>::new(json!({}));
        assert_eq!(request.typed().reported_at, Some(at(START)));
        request.at("2026-01-05T10:00:00Z").perform("start", json!({})).unwrap();
        request.at("2026-01-05T11:00:00Z").perform("fulfil", answers("fulfil")).unwrap();
        request.at("2026-01-05T12:00:00Z").perform("close", json!({})).unwrap();
        request.at("2026-01-05T13:00:00Z").perform("reopen", answers("reopen")).unwrap();
        let typed = request.typed();
        assert_eq!(typed.acknowledged_at, Some(at("2026-01-05T10:00:00Z")));
        assert_eq!(typed.fulfilled_at, Some(at("2026-01-05T11:00:00Z")));
        assert_eq!(typed.closed_at, Some(at("2026-01-05T12:00:00Z")));
        assert_eq!(typed.reopen_count, 1);
        assert_eq!(wrong_fields(request.perform("fulfil", json!({}))), ["fulfilment"]);
    }

    #[test]
    fn a_request_is_never_from_the_future_and_keeps_its_start() {
        let future = json!({"reported_at": "2026-01-05T09:00:01Z"});
        assert_eq!(wrong_fields(Trial::<ServiceRequest>::create(future)), ["reported_at"]);
        let mut request = Trial::<ServiceRequest>::new(json!({}));
        assert_eq!(wrong_fields(request.edit(json!({"reported_at": null}))), ["reported_at"]);
    }

    #[test]
    fn an_agreed_date_is_named_and_the_reason_goes_with_the_waiting() {
        let mut request = Trial::<ServiceRequest>::new(json!({}));
        let agreed = json!({"waiting_reason": "agreed_date"});
        assert_eq!(wrong_fields(request.perform("wait", agreed)), ["waiting_until"]);
        request.perform("wait", answers("wait")).unwrap();
        request.perform("start", json!({})).unwrap();
        assert_eq!(request.typed().waiting_reason, None);
    }

    #[test]
    fn the_agreement_is_the_one_in_force_for_service_and_customer() {
        let mut cx = crate::testing::cx();
        cx.facts.agreement = Some(Uuid::from_u128(11));
        let request = Trial::<ServiceRequest>::create_in(cx, json!({"service": id(5)})).unwrap();
        assert_eq!(request.typed().agreement, Id::new(Uuid::from_u128(11)));
    }
}
