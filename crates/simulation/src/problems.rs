//! Problems: what makes incidents come again, until it is found and taken away. Planned before the incidents, so that
//! these know to which problem they belong.

use serde_json::json;

use crate::{
    faults::FAULTS,
    hours::{days_after, date_at, later},
    portfolio::SERVICES,
    stage::{Stage, Trouble},
};

const DAY: i64 = 86_400;

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("problems");
    let count = stage.size.problems;
    let days = (stage.company.until.as_second() - stage.company.begin.as_second()) / DAY;
    for number in 0..count {
        // Each fault but the last four has at most one problem; the last of all stays without.
        let place = number * 5 % (FAULTS.len() - 4);
        let fault = &FAULTS[place];
        let team = SERVICES[fault.service].team;
        let at = later(stage.company.begin, (20 + (days - 40) * number as i64 / count as i64) * DAY);
        let opened = stage.company.zurich.soon(at, &mut chance, 480);
        let manager = stage.company.problem_manager.clone();
        let owner = stage.agent(team, &mut chance);
        let review = days_after(date_at(opened, &stage.company.zone), 30);
        let title = format!("{} {}: the same fault again and again", fault.category, fault.subcategory.to_lowercase());
        let problem = stage.script.create(
            opened,
            manager.by(),
            "problem",
            json!({"title": title, "description": "Seen in the weekly look at incidents of the same kind.",
                "service": stage.company.services[fault.service], "category": fault.category,
                "source": "incident_trend", "impact": "medium", "urgency": "medium", "priority": 3,
                "owner": manager.name, "assigned_team": stage.company.teams[&team], "assignee": owner.name,
                "review_on": review}),
        );
        let hours = stage.company.zurich.clone();
        let begun = hours.soon(later(opened, DAY), &mut chance, 300);
        stage.script.run(begun, owner.by(), problem, "investigate", json!({}));
        let found = hours.soon(later(begun, chance.from_to(3, 14) * DAY), &mut chance, 400);
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
                "support_team": stage.company.teams[&team]}),
        );
        let fixed = hours.soon(later(found, chance.from_to(15, 50) * DAY), &mut chance, 400);
        let values = json!({"resolution": format!("Taken away by a change: {}", fault.cause.to_lowercase()),
            "configuration_altered": "yes"});
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
        });
    }
}
