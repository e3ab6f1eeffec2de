//! Problems: what makes incidents come again, until it is found and taken away. Planned before the incidents, so that
//! these know to which problem they belong.

use serde_json::json;

use crate::{
    defects::{self, Defect},
    faults::FAULTS,
    hours::{date_at, days_after, later},
    portfolio::{PRINTING, SERVICES},
    script::Name,
    stage::{Made, Stage, Trouble},
};

const DAY: i64 = 86_400;

/// Places among the problems that are open at the end, and what is forgotten about them.
const FORGOTTEN: [(usize, Defect); 3] = [
    (0, defects::PROBLEM_REVIEW_OVERDUE),
    (1, defects::PROBLEM_NOT_UPDATED),
    (2, defects::KNOWN_ERROR_OVERDUE),
];

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("problems");
    let count = stage.size.problems;
    let days = (stage.company.until.as_second() - stage.company.begin.as_second()) / DAY;
    let solved = (0..count).map(|number| {
        let day = 20 + (days - 120) * number as i64 / count as i64;
        // A step that shares no divisor with the length of the table: each fault has at most one.
        (number * 5 % FAULTS.len(), day, false)
    });
    let open = standing().into_iter().enumerate().map(|(number, fault)| {
        let forgotten = FORGOTTEN.iter().find(|(place, _)| *place == number).map(|(_, defect)| *defect);
        let age = if forgotten == Some(defects::KNOWN_ERROR_OVERDUE) { 85 } else { 45 - number as i64 };
        (fault, days - age, true, forgotten)
    });
    let solved = solved.filter(|(fault, ..)| FAULTS[*fault].service != PRINTING);
    let solved = solved.map(|(fault, day, is_broad)| (fault, day, is_broad, None));
    let all: Vec<(usize, i64, bool, Option<Defect>)> = solved.chain(open).collect();
    for (place, day, is_broad, forgotten) in all {
        let is = |defect: Defect| forgotten == Some(defect);
        let fault = &FAULTS[place];
        let team = SERVICES[fault.service].team;
        let at = later(stage.company.begin, day * DAY);
        let opened = stage.company.zurich.soon(at, &mut chance, 480);
        let manager = stage.company.problem_manager.clone();
        let owner = stage.agent(team, &mut chance);
        let days_to_review = if is(defects::PROBLEM_REVIEW_OVERDUE) { 14 } else { 120 };
        let review = days_after(date_at(opened, &stage.company.zone), days_to_review);
        // What is urgent is looked at every two weeks at least.
        let (level, priority) = if is(defects::PROBLEM_NOT_UPDATED) { ("high", 2) } else { ("medium", 3) };
        let title = format!(
            "{} {}: the same fault again and again",
            fault.category,
            fault.subcategory.to_lowercase()
        );
        let problem = stage.script.create(
            opened,
            manager.by(),
            "problem",
            json!({"title": title, "description": "Seen in the weekly look at incidents of the same kind.",
                "service": stage.company.services[fault.service], "category": fault.category,
                "source": "incident_trend", "impact": level, "urgency": "medium", "priority": priority,
                "owner": manager.name, "assigned_team": stage.company.teams[&team], "assignee": owner.name,
                "review_on": review}),
        );
        let items: Vec<Name> =
            stage.items.iter().filter(|item| item.service == fault.service).map(|item| item.name).collect();
        stage.script.link(later(opened, 60), manager.by(), problem, "involves", *chance.pick(&items));
        let hours = stage.company.zurich.clone();
        let begun = hours.soon(later(opened, DAY), &mut chance, 300);
        stage.script.run(begun, owner.by(), problem, "investigate", json!({}));
        let found = hours.soon(later(begun, chance.between(3, 14) * DAY), &mut chance, 400);
        let values = json!({"investigation_method": "Five whys, with the times of the incidents",
            "root_cause": fault.cause, "preventive_actions": "A check in the list of the week", "workaround": fault.workaround});
        stage.script.run(found, owner.by(), problem, "find_cause", values);
        let noted = later(found, 900);
        let known = stage.script.create(
            noted,
            owner.by(),
            "known_error",
            json!({"title": format!("{}: {}", fault.subcategory, fault.cause), "symptoms": fault.cause,
                "problem": problem, "service": stage.company.services[fault.service], "root_cause": fault.cause,
                "workaround": fault.workaround, "owner": owner.name,
                "support_team": stage.company.teams[&team],
                "review_months": is(defects::KNOWN_ERROR_OVERDUE).then_some(1)}),
        );
        if let Some(defect) = forgotten {
            stage.plant(defect, if is(defects::KNOWN_ERROR_OVERDUE) { known } else { problem });
        }
        let mut looked = later(found, 5 * DAY);
        while is_broad && !is(defects::PROBLEM_NOT_UPDATED) && looked < stage.company.until {
            stage.script.note(
                looked,
                owner.by(),
                problem,
                "Looked at again with the team; the way is right.",
            );
            looked = later(looked, 5 * DAY);
        }
        // What is open at the end stays open: it takes its time.
        let days = if is_broad { 120 } else { chance.between(15, 50) };
        let fixed = hours.soon(later(found, days * DAY), &mut chance, 400);
        let mut made: Vec<&Made> = stage.made.iter().filter(|made| made.at < fixed).collect();
        made.sort_by_key(|made| (made.service == fault.service, made.at));
        let change = made.last().map(|made| made.change);
        let values = json!({"resolution": format!("Taken away by a change: {}", fault.cause.to_lowercase()),
            "configuration_altered": "yes", "resolving_change": change});
        stage.script.run(fixed, owner.by(), problem, "resolve", values);
        stage.script.run(later(fixed, 600), owner.by(), known, "fix", json!({}));
        let closed = hours.soon(later(fixed, 30 * DAY), &mut chance, 400);
        let values = json!({"closure_code": "fixed", "recurrences": 0, "effective": "yes"});
        stage.script.run(closed, manager.by(), problem, "close", values);
        stage.troubles.push(Trouble {
            name: problem,
            fault: place,
            opened,
            fixed,
            known_error: Some((known, noted)),
            is_broad,
        });
    }
}

/// One fault of each service and category, but for printing: nobody ever looks into it, which the checks have to find.
fn standing() -> Vec<usize> {
    let mut groups = Vec::new();
    let mut faults = Vec::new();
    for (place, fault) in FAULTS.iter().enumerate() {
        if fault.service != PRINTING && !groups.contains(&(fault.service, fault.category)) {
            groups.push((fault.service, fault.category));
            faults.push(place);
        }
    }
    faults
}
