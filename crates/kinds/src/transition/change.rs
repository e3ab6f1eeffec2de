//! Changes (8.5.1): asked for, weighed, decided, made in their window, and looked back on.
//!
//! Three categories take different ways through one lifecycle. A *normal* change is assessed, approved and
//! scheduled. A *standard* change follows a change model in force, whose approval counts for it. An *emergency* change
//! is approved by fewer and quicker, or, if its model says so, after it was begun. All are reviewed.

mod category;
mod implementation;
mod model;
mod review;

use mainstay_core::{
    Approval, Choice, Cx, Def, Fact, Gate, Head, Id, Instant, Kind, Link, Move, Policy, Result, Search,
    TitleDef, choice, fields, head, kind::no_effects, names,
};

use crate::{
    ChangeModel, CustomerOrganisation, Level, Person, Service, Team, YesNo, acting, checks,
    problems::Problems, role_assignment::Role,
};

pub use review::REVIEW_DUE_DAYS;

choice!(
    /// Where the change stands.
    State {
        New = "new",
        Assessment = "assessment",
        AwaitingApproval = "approval",
        Scheduled = "scheduled",
        Implementation = "implementation",
        Review = "review",
        Ratification = "ratification",
        Closed = "closed",
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
);

use State::{
    Assessment, AwaitingApproval, Cancelled, Closed, Implementation, New, Ratification, Rejected, Review,
    Scheduled,
};

choice!(
    /// How the change is handled. Decided when it is recorded.
    Category { Normal = "normal", Standard = "standard", Emergency = "emergency" }
);

choice!(
    /// What the change does to services and configuration items.
    ChangeType {
        Modification = "modification",
        Addition = "addition",
        Removal = "removal",
        Transfer = "transfer",
    }
);

choice!(
    /// How the implementation ended.
    Outcome {
        Successful = "successful",
        SuccessfulWithIssues = "successful_with_issues",
        Reversed = "reversed",
        Failed = "failed",
    }
);

/// A change.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Change {
    pub head: Head<State>,
    pub description: String,
    pub reason: String,
    pub category: Option<Category>,
    pub change_type: Option<ChangeType>,
    pub change_model: Id<ChangeModel>,
    pub service: Id<Service>,
    pub customer: Id<CustomerOrganisation>,
    pub requester: Id<Person>,
    pub owner: Id<Person>,
    pub implementer: Id<Person>,
    pub assigned_team: Id<Team>,
    pub requested_at: Option<Instant>,
    pub urgency_reason: String,
    pub priority: Option<i64>,
    pub major_impact: Option<YesNo>,
    pub benefit: String,
    pub feasibility: String,
    pub financial_impact: String,
    pub risk: Option<Level>,
    pub risk_description: String,
    pub impact_on_services: String,
    pub impact_on_people: String,
    pub impact_on_plans: String,
    pub impact_on_assurance: String,
    pub impact_on_changes: String,
    pub implementation_plan: String,
    pub test_plan: String,
    pub back_out_plan: String,
    pub communication_plan: String,
    pub planned_start: Option<Instant>,
    pub planned_end: Option<Instant>,
    pub assessed_by: Id<Person>,
    pub assessed_at: Option<Instant>,
    pub authorised_at: Option<Instant>,
    pub refused_at: Option<Instant>,
    pub retrospective: bool,
    pub test_result: String,
    pub back_out_test: String,
    pub window_reason: String,
    pub actual_start: Option<Instant>,
    pub actual_end: Option<Instant>,
    pub outcome: Option<Outcome>,
    pub analysis: String,
    pub configuration_note: String,
    pub review_due_at: Option<Instant>,
    pub review: String,
    pub reviewer: Id<Person>,
    pub reviewed_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub cancel_reason: String,
    pub external_key: String,
}

/// What is decided on: a vote is bound to it, and what was decided is not reworded.
const CONTENT: &[&str] = names!(Change: description, reason, category, change_type, change_model, service, customer,
    urgency_reason, major_impact, benefit, feasibility, financial_impact, risk, risk_description,
    impact_on_services, impact_on_people, impact_on_plans, impact_on_assurance, impact_on_changes,
    implementation_plan, test_plan, back_out_plan, communication_plan, planned_start, planned_end);

impl Kind for Change {
    type State = State;
    const NAME: &'static str = "change";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "changes",
        prefix: "CHG",
        clause: "8.5.1",
        help: "An addition, modification or removal that may affect services",
        title: TitleDef { label: "Short description", personal: None, search: Search::Public },
        fields: fields!(Change {
            description: "What is changed".searched(Search::Public),
            reason: "Why it is asked for".searched(Search::Public),
            category: "How it is handled: normal, standard by a model in force, or an emergency".required().indexed(),
            change_type: "Whether something is modified, added, removed or transferred",
            change_model: "Model that it follows".indexed(),
            service: "Service that is affected".indexed(),
            customer: "Customer for whom alone it is made; all when none is named".indexed(),
            requester: "Person who asked for it; who records it when none is named".indexed().own(),
            owner: "Person who answers for the change".indexed().own(),
            implementer: "Person who makes the change".indexed().own(),
            assigned_team: "Team that makes the change".indexed(),
            requested_at: "When it was asked for".indexed(),
            urgency_reason: "Why it cannot wait".staff_only(),
            priority: "Order of work, 1 first to 4 last",
            major_impact: "Whether it may have a major effect on customers or services",
            benefit: "What it is good for, or none",
            feasibility: "Whether skills, parts and time are there".staff_only(),
            financial_impact: "What it costs or saves, or none".staff_only(),
            risk: "How much may go wrong".staff_only(),
            risk_description: "What may go wrong, and what is done against it".staff_only(),
            impact_on_services: "Effect on services and customers, or none",
            impact_on_people: "Effect on users and staff, or none",
            impact_on_plans: "Effect on policies and plans, or none".staff_only(),
            impact_on_assurance: "Effect on capacity, availability, continuity and security, or none".staff_only(),
            impact_on_changes: "Effect on other changes and releases, or none".staff_only(),
            implementation_plan: "The steps, one after the other".staff_only(),
            test_plan: "How it is tested before use, or why it cannot be".staff_only(),
            back_out_plan: "The way back or the remedy when it goes wrong".staff_only(),
            communication_plan: "Who is told what, and when".staff_only(),
            planned_start: "Begin of the planned window".indexed(),
            planned_end: "End of the planned window".indexed(),
            assessed_by: "Person who finished the assessment".system().staff_only(),
            assessed_at: "When the assessment was finished".system(),
            authorised_at: "When it was authorised".system(),
            refused_at: "When an approval after the fact was refused".system().staff_only(),
            retrospective: "Begun before it was authorised".system(),
            test_result: "What the test showed, or why none was possible".system().staff_only(),
            back_out_test: "How the way back was tried, or why it cannot be".system().staff_only(),
            window_reason: "Why it was begun outside of its window".system().staff_only(),
            actual_start: "When its implementation began".system().indexed(),
            actual_end: "When its implementation ended".system(),
            outcome: "How its implementation ended".system(),
            analysis: "Why it failed, was reversed or had issues".system().staff_only(),
            configuration_note: "Which configuration items were updated, or that none had to be".system().staff_only(),
            review_due_at: "When its review falls due".system().indexed(),
            review: "What the review came to, with actions or none".system().staff_only(),
            reviewer: "Person who reviewed it".system().staff_only(),
            reviewed_at: "When it was reviewed".system(),
            closed_at: "When it was closed".system(),
            cancel_reason: "Why it was cancelled".system(),
            external_key: "Key of the change in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("also_affects", "also_affected_by", "service"),
            Link::new("answers", "answered_by", "incident"),
            Link::new("fixes", "fixed_by", "problem"),
            Link::new("involves", "involved_in_change", "configuration_item"),
        ],
        clocks: &[],
        moves: &[
            Move::new("assess", &[New], Assessment, "Risk, effect and effort are weighed")
                .only_if(category::has_no_model),
            Move::new("request_approval", &[Assessment], AwaitingApproval, "The assessment is complete")
                .asks(names!(Change: priority, major_impact, benefit, feasibility, financial_impact, risk,
                    impact_on_services, impact_on_people, impact_on_plans, impact_on_assurance, impact_on_changes,
                    test_plan, back_out_plan, communication_plan, planned_start, planned_end))
                .then(assessed),
            Move::new("request_urgent_approval", &[New, Assessment], AwaitingApproval, "It cannot wait")
                .asks(names!(Change: urgency_reason, risk, back_out_plan))
                .only_if(category::is_an_emergency)
                .then(assessed),
            Move::new("use_model", &[New], Scheduled, "The model's approval counts for this change")
                .asks(names!(Change: change_model, planned_start, planned_end))
                .only_if(model::is_in_force_for_standard_changes)
                .then(model::take_over),
            Move::new("approve", &[AwaitingApproval], Scheduled, "It may be made in its window")
                .then(|change, cx| change.authorised_at = Some(cx.now)),
            Move::new("reject", &[AwaitingApproval], Rejected, "It will not be made"),
            Move::new(
                "reassess",
                &[AwaitingApproval, Scheduled, Rejected],
                Assessment,
                "It has changed and is decided on anew",
            )
            .only_if(category::has_no_model)
            .then(|change, _| change.authorised_at = None),
            Move::new("begin", &[Scheduled], Implementation, "The change is being made")
                .asks(names!(Change: test_result, back_out_test))
                .takes(names!(Change: window_reason, implementer))
                .only_if(implementation::is_authorised_and_in_its_window)
                .then(implementation::begin),
            Move::new("begin_at_once", &[New, Assessment], Implementation, "It is made before it is approved")
                .asks(names!(Change: urgency_reason, change_model))
                .takes(names!(Change: implementer))
                .only_if(model::allows_approval_afterwards)
                .then(|change, cx| {
                    change.retrospective = true;
                    implementation::begin(change, cx);
                }),
            Move::new("finish", &[Implementation], Review, "The change was made, or given up")
                .asks(names!(Change: outcome))
                .takes(names!(Change: analysis))
                .only_if(review::is_analysed_unless_successful)
                .then(review::becomes_due),
            Move::new("ask_afterwards", &[Review], Ratification, "The approval of an emergency is made up for")
                .asks(names!(Change: risk, back_out_plan))
                .only_if(review::was_begun_without_approval),
            Move::new("ratify", &[Ratification], Review, "It is approved after the fact").then(|change, cx| {
                change.authorised_at = Some(cx.now);
                change.refused_at = None;
            }),
            Move::new("refuse_afterwards", &[Ratification], Review, "It is not approved after the fact")
                .then(|change, cx| change.refused_at = Some(cx.now)),
            Move::new("withdraw_question", &[Ratification], Review, "It has changed and is asked anew"),
            Move::new("close", &[Review], Closed, "The change was reviewed")
                .asks(names!(Change: review))
                .takes(names!(Change: reviewer, analysis, configuration_note))
                .only_if(review::was_decided_and_analysed)
                .then(review::close),
            Move::new(
                "cancel",
                &[New, Assessment, AwaitingApproval, Scheduled],
                Cancelled,
                "It is no longer wanted",
            )
            .asks(names!(Change: cancel_reason)),
        ],
        approval: Some(Approval {
            content: CONTENT,
            never: names!(Change: requester, owner, implementer),
            policy,
            gates: &[
                Gate {
                    waits_in: AwaitingApproval,
                    approved: "approve",
                    rejected: "reject",
                    voided: "reassess",
                    holds_in: &[Scheduled],
                },
                Gate {
                    waits_in: Ratification,
                    approved: "ratify",
                    rejected: "refuse_afterwards",
                    voided: "withdraw_question",
                    holds_in: &[],
                },
            ],
        }),
        lists: &[&["state", "planned_start"], &["category", "state"], &["implementer", "state"]],
        locked_in: &[Closed, Rejected, Cancelled],
        reads: &[Fact::Referenced("change_model")],
        before_save,
        effects: no_effects,
    };
    head!();
}

/// Who decides on a change (8.5.1.3): two different persons when much is at stake, the emergency approver when it
/// cannot wait.
fn policy(change: &Change) -> Policy {
    if change.category == Some(Category::Emergency) {
        return Policy::ask([Role::EmergencyApprover.name(), Role::ChangeManager.name()], 1);
    }
    let much = change.major_impact == Some(YesNo::Yes) || change.risk == Some(Level::High);
    Policy::ask([Role::ChangeManager.name(), Role::ServiceOwner.name()], if much { 2 } else { 1 })
}

fn assessed(change: &mut Change, cx: &Cx) {
    change.assessed_by = acting::person(cx);
    change.assessed_at = Some(cx.now);
}

fn before_save(change: &mut Change, before: Option<&Change>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    checks::priority(change.priority, &mut problems);
    if before.is_none() && !cx.history {
        change.requested_at.get_or_insert(cx.now);
        if change.requester.is_none() {
            change.requester = acting::person(cx);
        }
    }
    if !cx.history {
        category::stays(change, before, &mut problems);
        implementation::check_window(change, &mut problems);
        keep_what_was_decided(change, before, &mut problems);
        let is_given = before.is_none_or(|before| before.requested_at != change.requested_at);
        if is_given && change.requested_at.is_some_and(|at| at > cx.now) {
            problems.add("requested_at", format!("lies in the future; it is {} now", cx.now));
        }
    }
    problems.result()
}

/// What was decided on is not reworded while it is made or afterwards. Before that an edit voids the votes; a
/// standard change has its content from its model, but for the window.
fn keep_what_was_decided(change: &Change, before: Option<&Change>, problems: &mut Problems) {
    let Some(before) = before.filter(|before| before.authorised_at.is_some()) else { return };
    let is_made = matches!(before.head.state, Implementation | Review);
    let of_model = before.category == Some(Category::Standard);
    if !(is_made || of_model && before.head.state == Scheduled) {
        return;
    }
    let window = names!(Change: planned_start, planned_end);
    let kept: Vec<&str> = CONTENT.iter().copied().filter(|name| is_made || !window.contains(name)).collect();
    checks::fixed(change, before, &kept, "was decided on and stays as it was approved", problems);
    if change.head.title != before.head.title {
        problems.add("title", "was decided on and stays as it was approved");
    }
}

#[cfg(test)]
mod tests;
