//! Configuration items: what stands where, what it hangs together with, and who compared it with reality.

use mainstay_core::Instant;
use serde_json::json;

use crate::{
    chance::Chance,
    company::Person,
    defects,
    hours::later,
    portfolio::{SERVICES, WEB_SHOP},
    script::Name,
    stage::{Item, Stage},
    teams::Desk,
};

/// Class, prefix of the name, what it is, whether it is controlled.
const CLASSES: [(&str, &str, &str, bool); 9] = [
    ("service", "service", "The service itself", false),
    ("server", "srv", "Physical machine", true),
    ("virtual_machine", "vm", "Virtual machine", true),
    ("application", "app", "Program that the service consists of", true),
    ("database", "db", "Database of the service", true),
    ("network_device", "net", "Switch, router or firewall", true),
    ("storage", "sto", "Storage of the service", true),
    ("workplace", "wp", "Device that stands with a customer", false),
    ("cloud_service", "cloud", "Part that a supplier runs for us", true),
];

const ROOMS: [&str; 4] = ["Zürich, room U2", "Zürich, room U3", "Lisboa, sala 1", "Coimbra, armário 4"];

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("items");
    let mut at = stage.company.begin;
    let count = stage.size.configuration_items;
    let mut of_service: Vec<Vec<Name>> = vec![Vec::new(); SERVICES.len()];
    for number in 0..count {
        let service = number % SERVICES.len();
        let (class, prefix, description, controlled) = CLASSES[number / SERVICES.len() % CLASSES.len()];
        let owner = stage.agent(SERVICES[service].team, &mut chance);
        let nobody = number == count - 1;
        let is_forgotten = class == "service" && service == WEB_SHOP;
        let names_service = class == "service" && !is_forgotten;
        at = later(at, 20);
        let values = json!({
            "title": format!("{prefix}-{:03}", number + 1),
            "description": format!("{description}: {}", SERVICES[service].title),
            "class": class, "service": names_service.then_some(stage.company.services[service]), "controlled": controlled,
            "criticality": SERVICES[service].criticality,
            "environment": if number % 9 == 8 { "test" } else { "production" },
            "owner": (!nobody).then_some(owner.name),
            "support_team": stage.company.teams[&SERVICES[service].team],
            "release": format!("{}.{}", chance.between(1, 12), chance.below(10)),
            "location": chance.pick(&ROOMS),
            "serial_number": format!("AB{:06}", chance.below(1_000_000)),
            "asset_tag": format!("ALP-{:05}", number + 1),
        });
        let item = stage.script.create(at, owner.by(), "configuration_item", values);
        stage.script.run(later(at, 5), owner.by(), item, "install", json!({}));
        stage.script.link(later(at, 6), owner.by(), item, "supports", stage.company.services[service]);
        if let Some(below) = of_service[service].last() {
            let relation = if number % 2 == 0 { "runs_on" } else { "depends_on" };
            stage.script.link(later(at, 7), owner.by(), item, relation, *below);
        }
        of_service[service].push(item);
        verify(stage, &mut chance, item, &owner, at, number);
        if is_forgotten {
            stage.plant(defects::SERVICE_WITHOUT_ITEM, stage.company.services[service]);
        }
        if nobody {
            stage.plant(defects::ITEM_WITHOUT_OWNER, item);
        }
        stage.items.push(Item { name: item, service, controlled });
    }
}

const MONTH: i64 = 30 * 86_400;

/// Most items are compared twice a year; two are forgotten.
fn verify(stage: &mut Stage, chance: &mut Chance, item: Name, owner: &Person, made: Instant, number: usize) {
    match number {
        15 => return stage.plant(defects::ITEM_NEVER_VERIFIED, item),
        19 => {
            let at = stage.company.hours_of(Desk::FirstLineZurich).worked(later(made, 86_400), 1800);
            let same = json!({"verification": "The same"});
            stage.script.run(at, owner.by(), item, "verify", same);
            return stage.plant(defects::ITEM_VERIFIED_LONG_AGO, item);
        }
        _ => {}
    }
    let mut at = later(made, chance.between(5 * 86_400, 2 * MONTH));
    while at < stage.company.until {
        let hours = stage.company.hours_of(SERVICES[number % SERVICES.len()].team);
        let when = hours.soon(at, chance, 300);
        let what = if chance.percent(8) { "The label on the device was missing" } else { "The same" };
        stage.script.run(when, owner.by(), item, "verify", json!({ "verification": what }));
        at = later(at, chance.between(5 * MONTH, 7 * MONTH));
    }
}
