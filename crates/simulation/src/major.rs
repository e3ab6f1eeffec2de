//! Major incidents: one person manages them, management and callers are told, those who report the same are joined,
//! and a review follows.

use mainstay_core::Instant;
use serde_json::json;

use crate::{
    chance::Chance,
    company::targets,
    defects,
    hours::{date_at, days_after, later},
    incidents::{self, Ending, Report, Written, finish, keep_told, sort, team, write_down},
    portfolio::{CUSTOMERS, SERVICES},
    script::Name,
    stage::Stage,
    teams::Desk,
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A major incident with those that report the same, its problem and its review.
pub(crate) fn major(stage: &mut Stage, chance: &mut Chance, report: &Report) {
    let at = report.at;
    let (desk, hours, always) = team(stage, report);
    let manager = stage.agent(desk, chance);
    let Written { incident, is_sorted, .. } = write_down(stage, chance, report);
    let place = usize::try_from(report.priority() - 1).unwrap_or(0);
    let resolution = targets(false, always)[place];
    let taken_up = hours.worked(at, chance.between(4 * MINUTE, 12 * MINUTE));
    sort(stage, chance, report, incident, is_sorted, desk, Some(&manager), later(taken_up, -30));
    stage.script.run(taken_up, manager.by(), incident, "start", json!({}));
    let told = later(taken_up, 15 * MINUTE);
    let is_forgotten = stage.can_plant(defects::MAJOR_NOT_REVIEWED, at, (330, 15));
    let is_misled = !is_forgotten && stage.can_plant(defects::MAJOR_TOLD_TO_NOBODY_ABOVE, at, (330, 3));
    let person = if is_misled { stage.company.service_manager.name } else { stage.company.management.name };
    let values = json!({ "management_told": person });
    stage.script.edit(told, stage.company.incident_manager.by(), incident, values);
    let resolved = hours.worked(taken_up, resolution * chance.between(40, 125) / 100);

    for each in 0..chance.between(2, 5) {
        let when = later(taken_up, chance.between(20 * MINUTE, 60 * MINUTE));
        let mut other = incidents::report(stage, chance, when);
        other.fault = report.fault;
        other.customer = report.customer;
        other.caller = chance.pick(&stage.company.callers[report.customer]).clone();
        other.words = report.fault().words(chance);
        other.mishap = None;
        let Written { incident: double, is_sorted, .. } = write_down(stage, chance, &other);
        let agent = stage.agent(Desk::desk_of(CUSTOMERS[report.customer].place), chance);
        let found = later(other.at, chance.between(2 * MINUTE, 15 * MINUTE));
        if each % 2 == 0 {
            stage.script.run(found, agent.by(), double, "merge", json!({ "merged_into": incident }));
        } else {
            sort(stage, chance, &other, double, is_sorted, desk, Some(&agent), found);
            stage.script.edit(later(found, 4), agent.by(), double, json!({ "parent": incident }));
            stage.script.run(later(found, 5), agent.by(), double, "start", json!({}));
            let values = json!({"resolution": "Resolved with the major incident",
                "resolution_code": report.fault().code});
            let done = later(resolved.max(found), 10 * MINUTE);
            stage.script.run(done, agent.by(), double, "resolve", values);
            let why = "What follows stands with the major incident and its review.";
            stage.script.note(later(done, 60), agent.by(), double, why);
            stage.script.run(later(done, DAY), agent.by(), double, "close", json!({}));
        }
    }
    for (minutes, text) in [
        (10, "We know of it and work on it. The next message comes within the hour."),
        (40, "The cause is narrowed down. Please use the mobile until then."),
    ] {
        stage.script.tell(later(taken_up, minutes * MINUTE), manager.by(), incident, text);
    }
    if resolved > stage.company.until {
        keep_told(stage, incident, &manager, report.priority(), taken_up);
    }
    let ending = Ending { resolved, is_late: true, is_silent: false, told: Some(person) };
    finish(stage, chance, report, incident, &manager, &hours, &ending);
    if is_misled {
        stage.plant(defects::MAJOR_TOLD_TO_NOBODY_ABOVE, incident);
    }
    if is_forgotten {
        stage.plant(defects::MAJOR_NOT_REVIEWED, incident);
    } else {
        review(stage, chance, incident, report, resolved);
    }
}

fn review(stage: &mut Stage, chance: &mut Chance, incident: Name, report: &Report, resolved: Instant) {
    let owner = stage.company.incident_manager.clone();
    let hours = stage.company.zurich.clone();
    let made = hours.soon(later(resolved, 2 * HOUR), chance, 240);
    let due = days_after(date_at(made, &stage.company.zone), 10);
    let service = report.fault().service;
    let review = stage.script.create(
        made,
        owner.by(),
        "major_incident_review",
        json!({"title": format!("Review: {}", report.words.title), "incident": incident, "owner": owner.name,
            "due_on": due, "participants": "Incident manager, team, contact of the customer"}),
    );
    let held = hours.soon(later(made, chance.between(2, 7) * DAY), chance, 300);
    // Ten days are allowed, also over holidays.
    let held = held.min(later(resolved, 9 * DAY)).max(later(made, HOUR));
    let values = json!({"what_went_well": "Management was told in time",
        "what_went_badly": "The second message came late"});
    stage.script.edit(later(held, -60), owner.by(), review, values);
    let values = json!({"report": format!("{} stood still for the customer. Told within 15 minutes.", SERVICES[service].title),
        "cause": report.fault().cause, "actions": "Template for messages, a drill in spring"});
    stage.script.run(held, owner.by(), review, "hold", values);
    stage.script.run(hours.soon(later(held, 20 * DAY), chance, 300), owner.by(), review, "close", json!({}));
}
