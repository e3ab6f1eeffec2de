//! What was recorded afterwards, with the times at which it happened; and a person who is forgotten.

use serde_json::json;

use crate::{
    defects,
    hours::later,
    portfolio::CUSTOMERS,
    script::{By, Name},
    stage::Stage,
    teams::Desk,
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Place of the service that all of this is about.
const E_MAIL: usize = 1;

/// Place of the request model that asks for an approval.
const NOTEBOOK: usize = 2;

/// Days before the end at which these things happened, and after which they were recorded.
const HAPPENED: i64 = 75;
const RECORDED: i64 = 66;

pub(crate) fn play(stage: &mut Stage) {
    entered_late(stage);
    incident_afterwards(stage);
    change_afterwards(stage);
    request_afterwards(stage);
    forgotten(stage);
}

fn item(stage: &Stage) -> Option<Name> {
    stage.items.iter().find(|item| item.service == E_MAIL).map(|item| item.name)
}

fn involve(stage: &mut Stage, at: mainstay_core::Instant, record: Name) {
    if let Some(item) = item(stage) {
        stage.script.link(at, By::Operator, record, "involves", item);
    }
}

/// A slip of paper that lay under a keyboard for nine days.
fn entered_late(stage: &mut Stage) {
    let mut chance = stage.chance("entered late");
    let agent = stage.agent(Desk::FirstLineZurich, &mut chance);
    let at = stage.company.zurich.soon(later(stage.company.until, -RECORDED * DAY), &mut chance, 300);
    let incident = stage.script.create(
        at,
        agent.by(),
        "incident",
        json!({"title": "Mailbox of the reception full", "description": "Reported on a slip of paper at the counter",
            "service": stage.company.services[E_MAIL], "customer": stage.company.customers[0],
            "caller": stage.company.contacts[0].name, "contact_channel": "walk_in", "category": "Mail",
            "subcategory": "Mailbox", "impact": "low", "urgency": "low", "reported_at": later(at, -9 * DAY),
            "report_delay_reason": "The slip of paper was found when the desk was moved",
            "assigned_team": stage.company.teams[&Desk::FirstLineZurich], "assignee": agent.name}),
    );
    involve(stage, later(at, 10), incident);
    stage.script.run(later(at, MINUTE), agent.by(), incident, "start", json!({}));
    let values =
        json!({"resolution": "Space extended, the caller told", "resolution_code": "capacity extended"});
    stage.script.run(later(at, 20 * MINUTE), agent.by(), incident, "resolve", values);
    let why = "Nine days late: slips of paper go into the tray of the day now.";
    stage.script.note(later(at, 21 * MINUTE), agent.by(), incident, why);
    stage.script.run(later(at, DAY), agent.by(), incident, "close", json!({}));
    stage.plant(defects::INCIDENT_ENTERED_LATE, incident);
}

/// From the log of a night shift in which this system could not be reached.
fn incident_afterwards(stage: &mut Stage) {
    let at = later(stage.company.until, -HAPPENED * DAY);
    let steps = json!([
        {"at": at, "by": "night shift", "state": "new", "values": {"title": "Mail queue stands still",
            "description": "Seen by monitoring", "service": stage.company.services[E_MAIL],
            "customer": stage.company.customers[0], "contact_channel": "monitoring", "category": "Mail",
            "subcategory": "Delivery", "impact": "medium", "urgency": "high",
            "assigned_team": stage.company.teams[&Desk::Operations], "reported_at": at}},
        {"at": later(at, 5 * MINUTE), "by": "night shift", "state": "in_progress", "values": {}},
        {"at": later(at, 40 * MINUTE), "by": "night shift", "state": "resolved",
            "values": {"resolution": "Queue restarted"}},
        {"at": later(at, DAY), "by": "night shift", "state": "closed", "values": {}},
    ]);
    let recorded = later(stage.company.until, -RECORDED * DAY);
    let incident = stage.script.record_history(recorded, "incident", steps);
    involve(stage, later(recorded, MINUTE), incident);
    stage.plant(defects::INCIDENT_WITHOUT_CODE, incident);
}

/// What the night shift altered, decided on an hour after it had begun.
fn change_afterwards(stage: &mut Stage) {
    let at = later(stage.company.until, -HAPPENED * DAY);
    let agents = &stage.company.agents[&Desk::Operations];
    let (requester, implementer) = (agents[0].name, agents[1].name);
    let (begun, done) = (later(at, HOUR), later(at, 2 * HOUR));
    let steps = json!([
        {"at": at, "by": "night shift", "state": "new", "values": {"title": "Take the second gateway into the queue",
            "description": "What was altered stands in the log of the night", "reason": "Mail stood still",
            "category": "normal", "change_type": "modification", "service": stage.company.services[E_MAIL],
            "requester": requester, "owner": requester, "implementer": implementer, "requested_at": at, "priority": 1,
            "major_impact": "no", "benefit": "Mail flows again", "feasibility": "Two people were there",
            "financial_impact": "none", "risk": "low", "risk_description": "The state before was kept",
            "impact_on_services": "none", "impact_on_people": "none", "impact_on_plans": "none",
            "impact_on_assurance": "none", "impact_on_changes": "none", "implementation_plan": "Log of the night",
            "test_plan": "One message first", "back_out_plan": "Take it out again", "communication_plan": "Status page",
            "planned_start": at, "planned_end": later(at, 4 * HOUR)}},
        {"at": begun, "by": "night shift", "state": "implementation", "values": {
            "actual_start": begun, "test_result": "One message went through", "back_out_test": "Read by a second person"}},
        {"at": done, "by": "night shift", "state": "review", "values": {"actual_end": done,
            "assessed_at": later(begun, 30 * MINUTE), "authorised_at": later(begun, HOUR), "outcome": "successful"}},
        {"at": later(at, 2 * DAY), "by": "night shift", "state": "closed", "values": {
            "review": "Worked; next time the approver is rung up first", "reviewed_at": later(at, 2 * DAY), "closed_at": later(at, 2 * DAY),
            "configuration_note": "Items brought up to date"}},
    ]);
    let recorded = later(stage.company.until, -RECORDED * DAY);
    let change = stage.script.record_history(recorded, "change", steps);
    involve(stage, later(recorded, 2 * MINUTE), change);
    stage.plant(defects::CHANGE_BEFORE_DECISION, change);
}

/// What was handed out at the counter while nobody could sign in.
fn request_afterwards(stage: &mut Stage) {
    let at = later(stage.company.until, -HAPPENED * DAY);
    let steps = json!([
        {"at": at, "by": "counter", "state": "new", "values": {"title": "Notebook for a guest of the management",
            "description": "Handed out at the counter", "category": "Workplace",
            "request_model": stage.request_models.get(NOTEBOOK), "approval_needed": true, "service": stage.company.services[0],
            "customer": stage.company.customers[0], "requester": stage.company.contacts[0].name, "priority": 3,
            "contact_channel": "walk_in", "reported_at": at}},
        {"at": later(at, 30 * MINUTE), "by": "counter", "state": "fulfilled", "values": {
            "fulfilment": "A notebook from the stock", "fulfilled_at": later(at, 30 * MINUTE)}},
        {"at": later(at, DAY), "by": "counter", "state": "closed", "values": {}},
    ]);
    let recorded = later(stage.company.until, -RECORDED * DAY);
    let request = stage.script.record_history(recorded, "service_request", steps);
    stage.plant(defects::REQUEST_WITHOUT_APPROVAL, request);
}

/// A caller who leaves, and whose personal data is erased on request.
fn forgotten(stage: &mut Stage) {
    let leaver = stage.company.leaver.clone();
    let left = later(stage.company.until, -50 * DAY);
    stage.script.run(left, By::Operator, leaver.name, "leave", json!({}));
    let note = format!("Left {}; asked in writing that nothing personal is kept", CUSTOMERS[0].title);
    stage.script.note(later(left, HOUR), By::Operator, leaver.name, &note);
    stage.script.erase(later(left, 5 * DAY), leaver.name);
}
