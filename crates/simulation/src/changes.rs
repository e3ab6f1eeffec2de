//! Changes: most follow a model, some are decided on, a few cannot wait, a few go wrong.

use mainstay_core::Instant;
use serde_json::{Value as Json, json};

use crate::{
    chance::Chance,
    company::Person,
    defects,
    hours::{Rhythm, at_time, date_at, days_after, later},
    portfolio::SERVICES,
    script::{By, Name},
    stage::{Made, Mishap, Stage},
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Title of the model, what is done, title of the changes.
const STANDARD: [(&str, &str, &[&str]); 6] = [
    (
        "Security update of servers",
        "Install the updates of the month, restart, check the service",
        &["Security updates of {item}", "Updates of the month on {item}"],
    ),
    (
        "Renew a certificate",
        "Ask for the certificate, install it, check the date",
        &["Renew certificate of {item}", "New certificate for {item}"],
    ),
    (
        "Extend storage",
        "Extend the volume, extend the file system, check the alarm",
        &["Extend storage of {item} by 100 GB", "More space for {item}"],
    ),
    (
        "Change a firewall rule by the catalogue",
        "Enter the rule, try it, write it into the list",
        &["Firewall rule for {item}", "Open port for {item}"],
    ),
    (
        "Exchange a device of the same type",
        "Exchange, configure from the template, check",
        &["Exchange {item}", "Replace power supply of {item}"],
    ),
    (
        "Release of a program by the pipeline",
        "Roll out to the first tenth, wait an hour, roll out to all",
        &["Release of the month: {item}", "Roll out new version on {item}"],
    ),
];

/// The model whose review is forgotten.
const FORGOTTEN: &str = "Exchange a device of the same type";

const NORMAL: &[&str] = &[
    "Move {item} to the second data centre",
    "New version of the operating system on {item}",
    "Introduce a second sign-in server beside {item}",
    "Separate the network of the production from the office ({item})",
    "Replace the interface between shop and ERP",
    "New firewall pair in Lisboa",
    "Raise the limits of {item} before the end of the year",
    "Switch {item} to the new backup",
    "Take {item} out of use",
    "Set up the test environment of {item} anew",
];

const EMERGENCY: &[&str] = &[
    "Close the hole in {item} at once",
    "Put {item} back to the version of yesterday",
    "Move the load away from {item}",
];

struct Models {
    standard: Vec<Name>,
    emergency: Name,
}

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("changes");
    let models = models(stage);
    let begin = later(stage.company.begin, 4 * DAY);
    let rhythm = Rhythm::of_plans(begin, stage.company.until, &stage.company.zone);
    let count = stage.size.changes;
    let times = rhythm.draw(count, &mut chance);
    for (number, at) in times.into_iter().enumerate() {
        // Shares that do not depend on chance: seventy, twenty-eight and two of a hundred.
        match number * 37 % 50 {
            0 => emergency(stage, &mut chance, at, &models, number),
            1..=14 => normal(stage, &mut chance, at, number),
            _ => {
                let is_late = stage.can_plant(defects::CHANGE_REVIEWED_LATE, at, (300, 40));
                standard(stage, &mut chance, at, &models, number, is_late);
            }
        }
    }
}

fn models(stage: &mut Stage) -> Models {
    let author = stage.company.process_owners[0].clone();
    let manager = stage.company.change_managers[0].clone();
    let mut at = later(stage.company.begin, 4 * HOUR);
    let mut make = |stage: &mut Stage, title: &str, what: &str, values: Json| {
        at = later(at, 300);
        let mut all = json!({"title": title, "description": format!("{what}. Not for anything else."),
            "owner": author.name, "risk": "low", "risk_description": "Known from many repetitions",
            "benefit": "The service stays safe and current", "feasibility": "Skills and parts are there",
            "financial_impact": "none", "impact_on_services": "A short break in the window at most",
            "impact_on_people": "none", "impact_on_plans": "none", "impact_on_assurance": "none",
            "impact_on_changes": "none", "implementation_plan": what,
            "test_plan": "Tried on the test environment in the same week",
            "back_out_plan": "Snapshot before, back within 15 minutes; tried twice a year",
            "communication_plan": "Notice on the status page a day before", "priority": 3});
        if let (Json::Object(all), Json::Object(values)) = (&mut all, values) {
            all.extend(values);
        }
        let model = stage.script.create(at, author.by(), "change_model", all);
        stage.script.run(later(at, 60), author.by(), model, "submit", json!({}));
        stage.script.vote(later(at, 120), manager.name, model, None);
        if title == FORGOTTEN {
            stage.plant(defects::CHANGE_MODEL_OVERDUE, model);
        } else {
            let yearly = later(at, 340 * DAY);
            stage.script.run(yearly, author.by(), model, "confirm", json!({}));
        }
        model
    };
    let standard = STANDARD
        .iter()
        .map(|(title, what, _)| make(stage, title, what, json!({"applies_to": "standard"})))
        .collect();
    let emergency = make(
        stage,
        "Restore a service at once",
        "Do what restores the service, note each step",
        json!({"applies_to": "emergency", "approved_afterwards": true, "priority": 1}),
    );
    Models { standard, emergency }
}

/// The item that a change is about, with its words.
fn subject(stage: &Stage, chance: &mut Chance, titles: &[&str]) -> (usize, String) {
    let item = usize::try_from(chance.below(stage.items.len() as i64)).unwrap_or(0);
    let service = SERVICES[stage.items[item].service].title;
    let title = chance.pick(titles).replace("{item}", &format!("the {} system {:03}", service, item + 1));
    (item, title)
}

/// The window of a change: an evening, some days later.
fn window(stage: &Stage, at: Instant, days: i64) -> (Instant, Instant) {
    let zone = &stage.company.zone;
    let date = days_after(date_at(at, zone), days);
    (at_time(date, 19, 0, zone), at_time(date, 22, 0, zone))
}

/// How the making of a change ends, in part decided by chance.
fn outcome(chance: &mut Chance) -> (&'static str, Option<&'static str>) {
    match chance.below(1000) {
        0..22 => (
            "failed",
            Some(
                "The step worked in the test and not here: the release differs. The list of releases was corrected.",
            ),
        ),
        22..40 => {
            ("reversed", Some("The check after the step failed; the way back was taken within the window."))
        }
        40..70 => ("successful_with_issues", Some("A restart more than planned.")),
        _ => ("successful", None),
    }
}

/// Makes a change that may be made: begin, the items, finish, review.
fn make(
    stage: &mut Stage,
    chance: &mut Chance,
    change: Name,
    item: usize,
    who: &Person,
    begin: Instant,
    ending: (&str, Option<&str>),
) -> Instant {
    let end = later(begin, chance.between(10 * 60, 100 * 60));
    let subject = &stage.items[item];
    if subject.controlled && ending.0.starts_with("successful") && chance.percent(40) {
        let release = format!("{}.{}", chance.between(2, 14), chance.below(20));
        let values = json!({"release": release, "changed_by": change});
        stage.script.edit(later(begin, 300), who.by(), subject.name, values);
    }
    let (result, analysis) = ending;
    let values = json!({"outcome": result, "analysis": analysis});
    stage.script.run(end, who.by(), change, "finish", values);
    if result == "successful" {
        stage.made.push(Made { change, service: stage.items[item].service, at: end });
    } else {
        stage.mishaps.push(Mishap { change, service: stage.items[item].service, at: end });
    }
    end
}

fn close(stage: &mut Stage, chance: &mut Chance, change: Name, reviewer: &Person, done: Instant, late: bool) {
    let days = if late { 19 } else { chance.between(1, 3) };
    let at = stage.company.zurich.soon(later(done, days * DAY - 10 * HOUR), chance, 240);
    // Over long holidays somebody on call does it.
    let at = if late { at } else { at.min(later(done, 4 * DAY + 12 * HOUR)) };
    stage.script.run(at, reviewer.by(), change, "close", closing());
}

/// What a review comes to.
fn closing() -> Json {
    json!({"review": "Made as planned; nothing follows from it", "configuration_note": "Items brought up to date"})
}

fn standard(
    stage: &mut Stage,
    chance: &mut Chance,
    at: Instant,
    models: &Models,
    number: usize,
    is_late: bool,
) {
    let model = number % STANDARD.len();
    let (item, title) = subject(stage, chance, STANDARD[model].2);
    let service = stage.items[item].service;
    let (requester, implementer) = stage.two(SERVICES[service].team, chance);
    let manager = chance.pick(&stage.company.change_managers).clone();
    let values = json!({"title": title, "category": "standard", "change_type": "modification",
        "reason": "Due by the plan of the month", "description": "As the model says, on this one item.", "service": stage.company.services[service],
        "owner": requester.name, "implementer": implementer.name,
        "assigned_team": stage.company.teams[&SERVICES[service].team]});
    let change = stage.script.create(at, requester.by(), "change", values);
    stage.script.link(later(at, 20), requester.by(), change, "involves", stage.items[item].name);
    let (start, end) = window(stage, at, chance.between(2, 12));
    let values = json!({"change_model": models.standard[model], "planned_start": start, "planned_end": end});
    stage.script.run(later(at, 90), requester.by(), change, "use_model", values);
    if chance.percent(2) {
        let values = json!({"cancel_reason": "The supplier withdrew the update"});
        return stage.script.run(later(start, -2 * HOUR), requester.by(), change, "cancel", values);
    }
    let begin = later(start, chance.between(0, 40 * 60));
    stage.script.run(begin, implementer.by(), change, "begin", json!({}));
    let ending = if is_late { ("successful", None) } else { outcome(chance) };
    let done = make(stage, chance, change, item, &implementer, begin, ending);
    close(stage, chance, change, &manager, done, is_late);
    if is_late {
        stage.plant(defects::CHANGE_REVIEWED_LATE, change);
    }
}

fn assessed(values: Json) -> Json {
    let mut all = json!({"priority": 3, "benefit": "Fewer failures, and support by the maker again",
        "feasibility": "Two people know it; parts have arrived", "financial_impact": "Within the budget of the team",
        "impact_on_services": "A break of up to an hour in the window", "impact_on_people": "Users are told before",
        "impact_on_plans": "none", "impact_on_assurance": "Capacity stays, recovery gets quicker",
        "impact_on_changes": "none in the same week",
        "test_plan": "On the test environment with the data of last month",
        "back_out_plan": "Back to the snapshot, at most 30 minutes",
        "communication_plan": "Mail to the contacts three days before, status page on the day"});
    if let (Json::Object(all), Json::Object(values)) = (&mut all, values) {
        all.extend(values);
    }
    all
}

fn normal(stage: &mut Stage, chance: &mut Chance, at: Instant, number: usize) {
    let (item, title) = subject(stage, chance, NORMAL);
    let service = stage.items[item].service;
    let (requester, implementer) = stage.two(SERVICES[service].team, chance);
    let manager = chance.pick(&stage.company.change_managers).clone();
    let owner = stage.company.owners[service].clone();
    let values = json!({"title": title, "category": "normal",
        "description": "What is altered, why now, and what users notice stands in the plan.",
        "change_type": if title.starts_with("Take") { "removal" } else if title.starts_with("New") { "addition" } else { "modification" },
        "reason": "Asked for in the last service review", "risk_description": "The way back was tried before",
        "implementation_plan": "Prepare, stop, alter, start, check with a user", "service": stage.company.services[service],
        "owner": requester.name, "implementer": implementer.name, "priority": 3,
        "assigned_team": stage.company.teams[&SERVICES[service].team]});
    let change = stage.script.create(at, requester.by(), "change", values);
    stage.script.link(later(at, 30), requester.by(), change, "involves", stage.items[item].name);
    let hours = stage.company.zurich.clone();
    let assess = hours.soon(later(at, 2 * HOUR), chance, 300);
    stage.script.run(assess, manager.by(), change, "assess", json!({}));
    let risk = *chance.pick(&["low", "low", "medium", "medium", "high"]);
    let major = chance.percent(12);
    let (start, end) = window(stage, assess, chance.between(7, 14));
    let ask = hours.soon(later(assess, 4 * HOUR), chance, 900);
    let values = assessed(json!({"risk": risk, "major_impact": if major { "yes" } else { "no" },
        "planned_start": start, "planned_end": end}));
    stage.script.run(ask, implementer.by(), change, "request_approval", values);
    let decided = hours.soon(later(ask, HOUR), chance, 600);
    if chance.percent(6) {
        let why = "The way back was never tried; please try it and ask again";
        stage.script.vote(decided, manager.name, change, Some(why));
        return;
    }
    stage.script.vote(decided, manager.name, change, None);
    let mut authorised = decided;
    if risk == "high" || major {
        authorised = hours.soon(decided, chance, 400);
        stage.script.vote(authorised, owner.name, change, None);
    }
    let begin = later(start.max(authorised), chance.between(60, 40 * 60));
    let values = json!({"test_result": "All steps passed in the test environment",
        "back_out_test": "Tried there: back in 20 minutes",
        "window_reason": (begin > end).then_some("The decision came after the window; the contacts agreed to this evening")});
    stage.script.run(begin, implementer.by(), change, "begin", values);
    let mut ending = outcome(chance);
    if number.is_multiple_of(20) {
        ending = ("failed", Some("The new version does not know an old file format. The maker was told."));
    }
    let done = make(stage, chance, change, item, &implementer, begin, ending);
    close(stage, chance, change, &manager, done, false);
}

fn emergency(stage: &mut Stage, chance: &mut Chance, at: Instant, models: &Models, number: usize) {
    let (item, title) = subject(stage, chance, EMERGENCY);
    let service = stage.items[item].service;
    let (requester, implementer) = stage.two(SERVICES[service].team, chance);
    let approver = stage.company.emergency_approver.clone();
    let manager = stage.company.change_managers[1].clone();
    let is_late = stage.can_plant(defects::EMERGENCY_APPROVED_LATE, at, (300, 20));
    let afterwards = is_late || number.is_multiple_of(100);
    let values = json!({"title": title, "category": "emergency", "change_type": "modification",
        "reason": "The service is in danger", "description": "What restores the service, step by step.",
        "major_impact": "no", "benefit": "Customers work again", "feasibility": "The people on call know it",
        "financial_impact": "none", "impact_on_services": "A short break", "impact_on_people": "none",
        "impact_on_plans": "none", "impact_on_assurance": "none", "impact_on_changes": "none",
        "risk_description": "The state before is kept", "test_plan": "On one machine first",
        "implementation_plan": "Keep the state, alter, check with a user",
        "communication_plan": "Status page, call to the contacts", "service": stage.company.services[service],
        "owner": requester.name, "implementer": implementer.name, "priority": 1});
    let change = stage.script.create(at, requester.by(), "change", values);
    stage.script.link(later(at, 20), requester.by(), change, "involves", stage.items[item].name);
    let urgent = "Customers cannot work until it is done";
    let answers = json!({"risk": "medium", "back_out_plan": "Back to the state before, noted step by step"});
    let ending = ("successful", None);
    if afterwards {
        let values = json!({"urgency_reason": urgent, "change_model": models.emergency});
        stage.script.run(later(at, 120), implementer.by(), change, "begin_at_once", values);
        let done = make(stage, chance, change, item, &implementer, later(at, 120), ending);
        stage.script.run(later(done, 30 * 60), requester.by(), change, "ask_afterwards", answers);
        let voted = stage.company.zurich.soon(later(done, HOUR), chance, 120);
        // Over a weekend the approver is rung up on the next day.
        let voted = if is_late { later(done, 60 * HOUR) } else { voted.min(later(done, 30 * HOUR)) };
        stage.script.vote(voted, approver.name, change, None);
        if is_late {
            stage.plant(defects::EMERGENCY_APPROVED_LATE, change);
        }
        let reviewed = later(voted, 6 * HOUR).max(later(done, 40 * HOUR));
        return stage.script.run(reviewed, manager.by(), change, "close", closing());
    }
    let mut values = answers;
    values["urgency_reason"] = json!(urgent);
    stage.script.run(later(at, 120), requester.by(), change, "request_urgent_approval", values);
    stage.script.vote(later(at, 600), approver.name, change, None);
    let values = json!({"test_result": "None possible in the time; checked on one machine first",
        "back_out_test": "The steps back were read by a second person"});
    stage.script.run(later(at, 900), By::Person(implementer.name), change, "begin", values);
    let done = make(stage, chance, change, item, &implementer, later(at, 900), ending);
    close(stage, chance, change, &manager, done, false);
}
