//! What customers say: complaints, answers to surveys. What they get: reports. What did not happen: nil returns. When
//! services may be worked on: maintenance windows, and the freeze at the end of the year.

use jiff::civil::Date;
use serde_json::json;

use crate::{
    defects,
    hours::{Rhythm, at_time, date_at, days_after, later},
    portfolio::{CUSTOMERS, SERVICES},
    stage::Stage,
};

const DAY: i64 = 86_400;

const COMPLAINTS: [(&str, &str, &str); 6] = [
    (
        "Niemand ruft zurück",
        "Seit drei Tagen wartet unsere Buchhaltung auf einen Rückruf.",
        "A second person rings back within the hour now",
    ),
    (
        "Lenteur de la messagerie",
        "Les médecins attendent une minute par message, chaque matin.",
        "The load was moved; measured with the customer",
    ),
    (
        "Impressora parada há uma semana",
        "A expedição imprime à mão.",
        "Exchange device delivered on the same day",
    ),
    ("Wrong invoice for notebooks", "Two notebooks were billed that we never got.", "Credit note sent"),
    (
        "Zu viele Unterbrüche am Vormittag",
        "Drei Mal im Monat, immer um neun.",
        "Work moved to the evening window",
    ),
    ("Atendimento só em alemão", "Pedimos resposta em português.", "Calls from Coimbra go to Lisboa first"),
];

pub(crate) fn play(stage: &mut Stage) {
    complaints(stage);
    satisfaction(stage);
    reports(stage);
    nil_returns(stage);
    windows(stage);
}

fn complaints(stage: &mut Stage) {
    let mut chance = stage.chance("complaints");
    let days = (stage.company.until.as_second() - stage.company.begin.as_second()) / DAY;
    let owner = stage.company.level_manager.clone();
    for (number, (title, description, resolution)) in COMPLAINTS.iter().enumerate() {
        let at =
            later(stage.company.begin, (15 + (days - 60) * number as i64 / COMPLAINTS.len() as i64) * DAY);
        let at = stage.company.zurich.soon(at, &mut chance, 400);
        let customer = number % CUSTOMERS.len();
        let contact = stage.company.contacts[customer].clone();
        let service = *chance.pick(CUSTOMERS[customer].services);
        let complaint = stage.script.create(
            at,
            contact.by(),
            "complaint",
            json!({"title": title, "description": description, "customer": stage.company.customers[customer],
                "service": stage.company.services[service], "owner": owner.name,
                "due_at": later(at, 10 * DAY)}),
        );
        let settled = stage.company.zurich.soon(later(at, chance.between(2, 8) * DAY), &mut chance, 300);
        if number == 1 {
            let values =
                json!({"escalation": "To the service manager, because it hits the care of patients"});
            stage.script.run(later(at, DAY), owner.by(), complaint, "escalate", values);
        }
        if number == 3 {
            stage.plant(defects::COMPLAINT_OVERDUE, complaint);
            continue;
        }
        let values =
            json!({"response": "We are sorry. This is what we do about it.", "resolution": resolution});
        stage.script.run(settled, owner.by(), complaint, "settle", values);
        stage.script.run(later(settled, DAY), owner.by(), complaint, "close", json!({}));
    }
}

fn satisfaction(stage: &mut Stage) {
    let mut chance = stage.chance("satisfaction");
    let begin = later(stage.company.begin, 30 * DAY);
    let rhythm = Rhythm::of_plans(begin, stage.company.until, &stage.company.zone);
    let owner = stage.company.level_manager.clone();
    for at in rhythm.draw(stage.size.answers, &mut chance) {
        let customer = chance.weighted(CUSTOMERS.iter().map(|client| client.weight));
        let person = chance.pick(&stage.company.callers[customer]).clone();
        let service = *chance.pick(CUSTOMERS[customer].services);
        let date = date_at(at, &stage.company.zone);
        let half = if date.month() <= 6 { 1 } else { 2 };
        let result = stage.script.create(
            at,
            owner.by(),
            "satisfaction_result",
            json!({"title": format!("{} {}-{half}", SERVICES[service].title, date.year()),
                "cycle": format!("{}-{half}", date.year()), "customer": stage.company.customers[customer],
                "service": stage.company.services[service], "respondent": person.name}),
        );
        if chance.percent(30) {
            stage.script.run(later(at, 30 * DAY), owner.by(), result, "give_up", json!({}));
            continue;
        }
        let score = 5 - chance.rather_small(0, 4);
        let comment = *chance.pick(&[
            "Danke, alles gut",
            "Muito simpáticos",
            "Un peu lent le lundi",
            "Could be quicker",
        ]);
        let values = json!({"score": score, "comment": chance.percent(40).then_some(comment)});
        let answered = later(at, chance.between(3600, 9 * DAY));
        stage.script.run(answered, person.by(), result, "answer", values);
    }
}

/// The months that ended between the first day and the last: first day, last day.
fn months(stage: &Stage) -> Vec<(Date, Date)> {
    let mut first = date_at(stage.company.begin, &stage.company.zone).last_of_month();
    first = days_after(first, 1);
    let end = date_at(stage.company.until, &stage.company.zone);
    let mut months = Vec::new();
    while first.last_of_month() < end {
        months.push((first, first.last_of_month()));
        first = days_after(first.last_of_month(), 1);
    }
    months
}

fn reports(stage: &mut Stage) {
    let mut chance = stage.chance("reports");
    let owner = stage.company.level_manager.clone();
    for (number, (from, until)) in months(stage).into_iter().enumerate() {
        for (customer, client) in CUSTOMERS.iter().enumerate() {
            let is_late = (number, customer) == (6, 2);
            let at = at_time(days_after(until, if is_late { 18 } else { 3 }), 9, 0, &stage.company.zone);
            let made = stage.company.zurich.soon(at, &mut chance, 200);
            let forgotten = (number, customer) == (4, 1);
            let missed = chance.percent(35) || forgotten;
            let report = stage.script.create(
                made,
                owner.by(),
                "service_report",
                json!({"title": format!("Service levels of {}, {:04}-{:02}", client.title, from.year(), from.month()),
                    "report_id": "service-levels-monthly", "clauses": "8.3.3 9.4", "purpose": "Shows what was promised and kept",
                    "audience": "Contact of the customer, service manager",
                    "recipients": stage.company.contacts[customer].title,
                    "customer": stage.company.customers[customer], "owner": owner.name, "period_from": from,
                    "period_until": until, "due_on": days_after(until, 10),
                    "content": "Targets and results by priority stand in the report of service levels for this period.",
                    "sources": "Incidents and requests of the period", "targets_missed": if missed { "yes" } else { "no" }}),
            );
            stage.script.run(later(made, 3600), owner.by(), report, "issue", json!({}));
            if is_late {
                stage.plant(defects::REPORT_LATE, report);
            }
            if forgotten {
                stage.plant(defects::REPORT_NOT_DECIDED, report);
                continue;
            }
            let values =
                json!({"decisions": if missed { "Look at the late ones with the team" } else { "none" }});
            let decided = stage.company.zurich.soon(later(made, 6 * DAY), &mut chance, 400);
            stage.script.run(decided, stage.company.service_manager.by(), report, "decide", values);
        }
    }
}

fn nil_returns(stage: &mut Stage) {
    let mut chance = stage.chance("nil returns");
    let owner = stage.company.service_manager.clone();
    for (from, until) in months(stage).into_iter().skip(2).step_by(3) {
        let from = days_after(from, -62).first_of_month();
        for (kind, title) in [
            ("continuity_invocation", "No continuity plan had to be used"),
            ("security_incident", "No security incident"),
        ] {
            let at = at_time(days_after(until, 5), 9, 0, &stage.company.zone);
            let at = stage.company.zurich.soon(at, &mut chance, 300);
            let nil = stage.script.create(
                at,
                owner.by(),
                "nil_return",
                json!({"title": title, "evidence_kind": kind, "period_from": from, "period_until": until,
                    "owner": owner.name, "statement": "Incidents, changes and calls of the period were looked through: none."}),
            );
            stage.script.run(later(at, 900), owner.by(), nil, "sign", json!({}));
        }
    }
}

fn windows(stage: &mut Stage) {
    let mut chance = stage.chance("windows");
    let owner = stage.company.change_managers[0].clone();
    let zone = stage.company.zone.clone();
    for (from, until) in months(stage) {
        let service = usize::try_from(chance.below(SERVICES.len() as i64)).unwrap_or(0);
        let told = stage.company.zurich.soon(at_time(from, 9, 0, &zone), &mut chance, 300);
        let evening = days_after(until, -chance.between(3, 9));
        let window = stage.script.create(
            told,
            owner.by(),
            "maintenance_window",
            json!({"title": format!("{}: maintenance of the month", SERVICES[service].title),
                "description": "A break of up to an hour", "service": stage.company.services[service],
                "starts_at": at_time(evening, 20, 0, &zone), "ends_at": at_time(evening, 23, 0, &zone), "owner": owner.name}),
        );
        stage.script.run(later(told, 1800), owner.by(), window, "announce", json!({}));
        let over = at_time(days_after(evening, 1), 9, 0, &zone);
        stage.script.run(over, owner.by(), window, "finish", json!({"used_as_announced": "yes"}));
        if from.month() == 12 {
            let freeze = stage.script.create(
                later(told, 3600),
                owner.by(),
                "maintenance_window",
                json!({"title": "Freeze at the end of the year", "freeze": true,
                    "description": "Only emergencies from Christmas to Epiphany",
                    "starts_at": at_time(days_after(from, 19), 18, 0, &zone),
                    "ends_at": at_time(days_after(until, 6), 8, 0, &zone), "owner": owner.name}),
            );
            stage.script.run(later(told, 3700), owner.by(), freeze, "announce", json!({}));
            let over = at_time(days_after(until, 8), 9, 0, &zone);
            stage.script.run(over, owner.by(), freeze, "finish", json!({"used_as_announced": "yes"}));
        }
    }
}
