//! Service requests: what users may ask for, some of it with an approval.

use mainstay_core::Instant;
use serde_json::json;

use crate::{
    chance::Chance,
    company::Person,
    defects,
    hours::{Rhythm, later},
    portfolio::{CUSTOMERS, SERVICES},
    script::Name,
    stage::Stage,
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The last days of the story, in which many requests are not done yet.
const LAST_DAYS: i64 = 35 * DAY;

struct Model {
    title: &'static str,
    description: &'static str,
    asks: &'static str,
    service: usize,
    approved_by: Option<&'static str>,
    got: &'static str,
    weight: i64,
}

#[rustfmt::skip] // a table
const MODELS: [Model; 10] = [
    Model { title: "New employee", description: "Account, mailbox, notebook and telephone for a first day", asks: "Name\nFirst day\nDepartment", service: 11, approved_by: Some("service_owner"), got: "Account, mailbox and device are ready for the first day.", weight: 12 },
    Model { title: "Employee leaves", description: "Account closed, device taken back", asks: "Name\nLast day", service: 11, approved_by: None, got: "Account closed, device is back.", weight: 8 },
    Model { title: "Notebook", description: "A notebook from the list", asks: "Model\nFor whom", service: 0, approved_by: Some("service_owner"), got: "Notebook delivered and set up.", weight: 12 },
    Model { title: "Program from the list", description: "A program that is already licensed", asks: "Program", service: 0, approved_by: None, got: "Program installed.", weight: 22 },
    Model { title: "Program outside of the list", description: "A program that has to be bought", asks: "Program\nWhy", service: 0, approved_by: Some("service_manager"), got: "Program bought and installed.", weight: 6 },
    Model { title: "Access to a folder", description: "Read or write in a shared folder", asks: "Folder\nRead or write", service: 6, approved_by: None, got: "Access given.", weight: 18 },
    Model { title: "Shared mailbox", description: "A mailbox for a group", asks: "Name\nMembers", service: 1, approved_by: None, got: "Mailbox made, members entered.", weight: 8 },
    Model { title: "Access from outside", description: "VPN for a person", asks: "For whom\nUntil when", service: 4, approved_by: Some("service_owner"), got: "Access set up, tried together.", weight: 9 },
    Model { title: "Role in the ERP", description: "A role for a user of the ERP", asks: "Role\nFor whom", service: 5, approved_by: Some("service_owner"), got: "Role given.", weight: 9 },
    Model { title: "Move of a desk", description: "Devices and telephone to another room", asks: "From\nTo\nDay", service: 0, approved_by: None, got: "Moved and tried.", weight: 6 },
];

/// The model whose review is forgotten.
const FORGOTTEN: &str = "Move of a desk";

const ANSWERS: [&str; 6] = [
    "Für Frau Zürcher, ab Monatsanfang",
    "Para o novo colega de Coimbra",
    "Pour l'accueil, dès lundi",
    "For the team of the tender, until the end of June",
    "Wie beim letzten Mal",
    "Como combinado por telefone",
];

pub(crate) fn play(stage: &mut Stage) {
    let models = models(stage);
    stage.request_models.clone_from(&models);
    let mut chance = stage.chance("requests");
    let begin = later(stage.company.begin, 2 * DAY);
    let rhythm = Rhythm::of_plans(begin, stage.company.until, &stage.company.zone);
    for at in rhythm.draw(stage.size.requests, &mut chance) {
        request(stage, &mut chance, at, &models);
    }
}

fn models(stage: &mut Stage) -> Vec<Name> {
    let owner = stage.company.process_owners[1].clone();
    let mut at = later(stage.company.begin, 5 * HOUR);
    MODELS
        .iter()
        .map(|model| {
            at = later(at, 600);
            let team = SERVICES[model.service].team;
            let name = stage.script.create(
                at,
                owner.by(),
                "request_model",
                json!({"title": model.title, "description": model.description, "asks_for": model.asks,
                    "category": SERVICES[model.service].title, "service": stage.company.services[model.service],
                    "owner": owner.name, "fulfilment_team": stage.company.teams[&team], "priority": 3,
                    "instructions": "Check the answers, do the steps, ask the user to try it",
                    "steps": "Check\nDo\nTry together", "approval_needed": model.approved_by.is_some(),
                    "approver_role": model.approved_by}),
            );
            stage.script.run(later(at, 60), owner.by(), name, "activate", json!({}));
            if model.title == FORGOTTEN {
                stage.plant(defects::REQUEST_MODEL_OVERDUE, name);
            } else {
                stage.script.run(later(at, 350 * DAY), owner.by(), name, "confirm", json!({}));
            }
            name
        })
        .collect()
}

fn request(stage: &mut Stage, chance: &mut Chance, at: Instant, models: &[Name]) {
    let customer = chance.weighted(CUSTOMERS.iter().map(|client| client.weight));
    let offered = |model: &Model| CUSTOMERS[customer].services.contains(&model.service);
    let place = chance.weighted(MODELS.iter().map(|model| if offered(model) { model.weight } else { 0 }));
    let model = &MODELS[place];
    let requester = chance.pick(&stage.company.callers[customer]).clone();
    let team = SERVICES[model.service].team;
    let agent = stage.agent(team, chance);
    let answers = *chance.pick(&ANSWERS);
    let request = stage.script.create(
        at,
        requester.by(),
        "service_request",
        json!({"title": format!("{} for {}", model.title, requester.title), "description": answers,
            "request_model": models[place], "answers": answers, "customer": stage.company.customers[customer],
            "requester": requester.name, "contact_channel": "portal"}),
    );
    let is_left = at > later(stage.company.until, -LAST_DAYS) && chance.percent(80);
    if stage.can_plant(defects::REQUEST_NOT_UPDATED, at, (90, 14)) {
        return stage.plant(defects::REQUEST_NOT_UPDATED, request);
    }
    if is_left && chance.percent(30) {
        return keep_told(stage, &agent, request, at);
    }
    let hours = stage.company.hours_of(team).clone();
    let seen = hours.soon(later(at, 60), chance, 100);
    stage.script.edit(seen, agent.by(), request, json!({"assignee": agent.name}));
    let mut begun = later(seen, 120);
    if let Some(role) = model.approved_by {
        stage.script.run(later(seen, 60), agent.by(), request, "ask_approval", json!({}));
        if is_left && chance.percent(40) {
            return keep_told(stage, &agent, request, seen);
        }
        let voter = match role {
            "service_manager" => &stage.company.service_manager,
            _ => &stage.company.owners[model.service],
        };
        begun = stage.company.zurich.soon(later(seen, HOUR), chance, 700);
        let why = chance.percent(7).then_some("There is a free one in the stock of the department");
        stage.script.vote(begun, voter.name, request, why);
        if why.is_some() {
            return;
        }
    } else {
        stage.script.run(begun, agent.by(), request, "start", json!({}));
    }
    if chance.percent(if is_left { 50 } else { 15 }) {
        let from = hours.worked(begun, chance.between(600, 4 * HOUR));
        let reason = *chance.pick(&["customer", "supplier"]);
        stage.script.run(from, agent.by(), request, "wait", json!({ "waiting_reason": reason }));
        begun = hours.worked(from, chance.rather_small(3 * HOUR, 40 * HOUR));
        if !is_left {
            stage.script.run(begun, agent.by(), request, "start", json!({}));
        }
    }
    if is_left {
        return keep_told(stage, &agent, request, seen);
    }
    let done = hours.worked(begun, chance.rather_small(HOUR, 36 * HOUR));
    if done > stage.company.until {
        keep_told(stage, &agent, request, seen);
    }
    stage.script.run(done, agent.by(), request, "fulfil", json!({"fulfilment": model.got}));
    let closed = hours.worked(done, chance.rather_small(4 * HOUR, 40 * HOUR));
    stage.script.run(closed, agent.by(), request, "close", json!({}));
}

/// While a request is open, somebody writes down how it stands, twice a week.
fn keep_told(stage: &mut Stage, agent: &Person, request: Name, from: Instant) {
    let mut at = later(from, 4 * DAY);
    while at < stage.company.until {
        stage.script.note(at, agent.by(), request, "Asked again; no news yet.");
        at = later(at, 4 * DAY);
    }
}
