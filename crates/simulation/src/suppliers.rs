//! Suppliers: contracts, reviews each quarter, a dispute.

use mainstay_core::Instant;
use serde_json::json;

use crate::{
    defects,
    hours::{date_at, days_after, later},
    portfolio::SUPPLIERS,
    stage::Stage,
};

const DAY: i64 = 86_400;

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("suppliers");
    let manager = stage.company.level_manager.clone();
    let owner = stage.company.service_manager.clone();
    let zone = stage.company.zone.clone();
    let mut at = later(stage.company.begin, 6 * 3600);
    for (number, source) in SUPPLIERS.iter().enumerate() {
        at = later(at, 900);
        let supplier = stage.script.create(
            at,
            manager.by(),
            "supplier",
            json!({"title": source.title, "description": source.delivers, "supplier_type": source.kind,
                "owner": owner.name, "manager": manager.name, "contacts": source.contacts,
                "handover_points": "Incidents by ticket, changes by the weekly call",
                "escalation_path": (number != 3).then_some("Account manager, then management of both sides"),
                "data_exchange": "Tickets, lists of devices", "controls": "Reports of the quarter, reviews"}),
        );
        stage.script.run(later(at, 60), manager.by(), supplier, "activate", json!({}));
        for service in source.services {
            let service = stage.company.services[*service];
            stage.script.link(later(at, 61), manager.by(), supplier, "supports", service);
        }
        if number == 3 {
            stage.plant(defects::SUPPLIER_WITHOUT_ESCALATION, supplier);
        }
        if number == 2 {
            stage.plant(defects::SUPPLIER_WITHOUT_CONTRACT, supplier);
        } else {
            contract(stage, supplier, number, later(at, 300));
        }
        let yearly = later(at, 340 * DAY);
        stage.script.run(yearly, manager.by(), supplier, "confirm", json!({}));
        let mut from = date_at(at, &zone);
        let mut quarter = 0;
        while later(stage.company.begin, (quarter + 1) * 91 * DAY) < stage.company.until {
            let until = days_after(from, 90);
            let made = stage.company.zurich.soon(
                later(stage.company.begin, (quarter + 1) * 91 * DAY + 3 * 3600),
                &mut chance,
                400,
            );
            review(stage, supplier, source.title, (from, until), made, number, quarter);
            from = days_after(until, 1);
            quarter += 1;
        }
        if number == 0 {
            let told = later(stage.company.until, -60 * DAY);
            let dispute = stage.script.create(
                told,
                manager.by(),
                "dispute",
                json!({"title": "Two outages count as one in their report", "supplier": supplier,
                    "owner": manager.name, "description": "Our monitoring shows a working hour between them",
                    "due_on": days_after(date_at(told, &zone), 30)}),
            );
            stage.plant(defects::DISPUTE_FORGOTTEN, dispute);
        }
        if number == 1 {
            let told = stage.company.zurich.soon(later(at, 200 * DAY), &mut chance, 300);
            let dispute = stage.script.create(
                told,
                manager.by(),
                "dispute",
                json!({"title": "Hours of a night shift in the invoice of June", "supplier": supplier,
                    "owner": manager.name, "description": "Billed twice; the log shows one person"}),
            );
            let values = json!({"escalation": "To the account manager, after two weeks without an answer"});
            stage.script.run(later(told, 15 * DAY), manager.by(), dispute, "escalate", values);
            let values = json!({"settlement": "Credit note over half of the sum"});
            stage.script.run(later(told, 40 * DAY), manager.by(), dispute, "settle", values);
        }
    }
}

fn contract(stage: &mut Stage, supplier: crate::script::Name, number: usize, at: Instant) {
    let source = &SUPPLIERS[number];
    let owner = stage.company.level_manager.clone();
    let from = date_at(at, &stage.company.zone);
    let contract = stage.script.create(
        at,
        owner.by(),
        "contract",
        json!({"title": format!("Contract with {}", source.title), "supplier": supplier,
            "contract_number": format!("ALP-C-{:03}", number + 1), "owner": owner.name, "scope": source.delivers,
            "requirements": "As in the service requirements, version of the year",
            "targets": "Answer within 30 minutes, restored within 3 hours, day and night",
            "responsibilities": "They repair and report; we decide and tell our customers",
            "activities": "Care, repair, report of the quarter", "interfaces": "Ticket, telephone, weekly call",
            "valid_from": from, "accepted_by": stage.company.management.name,
            "accepted_by_supplier": "Their management, in writing",
            "alignment": (number != 3).then_some("Three hours carry the four hours that we promise")}),
    );
    stage.script.run(later(at, 60), owner.by(), contract, "put_in_force", json!({}));
    for service in source.services {
        stage.script.link(later(at, 90), owner.by(), contract, "covers", stage.company.services[*service]);
    }
    match number {
        1 => return stage.plant(defects::CONTRACT_OVERDUE, contract),
        3 => stage.plant(defects::CONTRACT_NOT_ALIGNED, contract),
        _ => {}
    }
    let values = json!({"review_note": "Held against the requirements of the year; still right"});
    stage.script.run(later(at, 345 * DAY), owner.by(), contract, "confirm", values);
}

fn review(
    stage: &mut Stage,
    supplier: crate::script::Name,
    title: &str,
    (from, until): (jiff::civil::Date, jiff::civil::Date),
    made: Instant,
    number: usize,
    quarter: i64,
) {
    let owner = stage.company.level_manager.clone();
    let due = days_after(date_at(made, &stage.company.zone), 14);
    let review = stage.script.create(
        made,
        owner.by(),
        "supplier_review",
        json!({"title": format!("{title}, quarter {}", quarter + 1), "supplier": supplier, "period_from": from,
            "period_until": until, "owner": owner.name, "due_on": due}),
    );
    if number == 4 && quarter == 2 {
        return stage.plant(defects::SUPPLIER_REVIEW_NOT_HELD, review);
    }
    let missed = (number as i64 + quarter) % 5 == 0;
    let values = json!({"results": if missed { "Answer 88 % (95 % agreed), restored 97 %" } else { "Answer 97 %, restored 98 %" },
        "targets_missed": if missed { "yes" } else { "no" }, "actions": if missed { "A second person on call" } else { "none" },
        "disputes": "none", "conclusions": "Delivers well"});
    stage.script.run(later(made, 6 * DAY), owner.by(), review, "hold", values);
}
