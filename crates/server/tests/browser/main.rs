//! The pages in a real browser: people do their work by mouse and by keyboard, and hostile texts stay texts. Needs
//! Chromium (`CHROMIUM`, or the one of the system) and Node; the driver is installed by npm when it is missing.
#![allow(missing_docs)]

#[expect(dead_code, reason = "the other test binary asks more of it")]
#[path = "../suite/client.rs"]
mod client;
mod driver;
mod hostile;
mod texts;
mod world;

use std::collections::BTreeSet;

use hostile::{Filled, Texts};
use mainstay_core::Type;
use mainstay_kinds::REGISTRY;
use serde_json::json;
use world::World;

/// Journeys that happen beside each other; those of one list one after the other, for each finds what the one before
/// has left.
const JOURNEYS: [&[&str]; 2] = [&["keyboard", "agent", "requester"], &["change", "auditor"]];

/// Fields of text that hold no hostile text: addresses of mail, and what a rule empties where it makes no sense.
const MOST_WITHOUT: usize = 8;

#[test]
fn people_do_their_work_without_an_error_of_the_page_and_without_a_barrier() {
    let world = World::new();
    world.fill();
    let report = driver::run(&world, &JOURNEYS, None);
    assert!(report.is_ok(), "{}", report.unwrap_err());
}

#[test]
fn r37_five_hundred_hostile_texts_in_every_field_of_every_kind_stay_texts() {
    let texts = texts::hostile();
    assert!(texts.len() >= 500);
    let [(harmless, plain), (world, filled)] = std::thread::scope(|scope| {
        let texts = &texts;
        let worlds = [false, true].map(|is_hostile| {
            scope.spawn(move || {
                let world = World::new();
                let filled = hostile::fill(&world, &Texts::new(texts.clone(), is_hostile));
                (world, filled)
            })
        });
        worlds.map(|world| world.join().expect("a world"))
    });
    check(&filled, &Texts::new(texts, true));
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("work.json");
    let order = json!({
        "plain": {"base": format!("http://{}", harmless.address), "people": harmless.links(), "pages": plain.pages},
        "hostile": {"pages": filled.pages, "files": filled.files},
    });
    std::fs::write(&work, order.to_string()).expect("a file");
    let report = driver::run(&world, &[&["hostile"]], Some(&work));
    let said = report.unwrap_or_else(|said| panic!("{said}"));
    println!("{said}");
    let counts = said.lines().find_map(|line| line.strip_prefix("counted: ")).expect("counts");
    let counts: serde_json::Value = serde_json::from_str(counts).expect("JSON");
    assert_eq!(counts["pages"], filled.pages.len());
    assert_eq!(counts["files"], filled.files.len());
    assert!(filled.pages.len() >= 400 && filled.files.len() >= 150, "{counts}");
}

/// What was stored and what was refused: a door that takes less, or more, than it should fails here.
fn check(filled: &Filled, texts: &Texts) {
    let held: BTreeSet<usize> = filled.stored.iter().map(|(_, _, text)| *text).collect();
    assert_eq!(held.len(), texts.held(), "texts that a line may hold stand in some field");
    let many = |kind: &str, field: &str| {
        filled.stored.iter().filter(|(known, name, _)| *known == kind && name == field).count()
    };
    let mut without = Vec::new();
    for entry in REGISTRY.kinds() {
        assert_eq!(many(entry.def.name, "title"), texts.held(), "titles of {}", entry.def.plural);
        let fields = entry.def.fields.iter().filter(|field| !field.system && matches!(field.ty, Type::Text));
        for field in fields {
            let (count, place) = (many(entry.def.name, field.name), (entry.def.name, field.name.to_owned()));
            if filled.shaped.contains(&place) || filled.emptied.contains(&place) {
                without.push(format!("{}.{}", place.0, place.1));
            } else {
                assert_eq!(count, texts.held(), "{} of {}", field.name, entry.def.plural);
            }
        }
    }
    println!(
        "{} texts, {} stored in fields and read back, {} refused, {:?}; other fields: {without:?}",
        texts.all_texts(),
        filled.stored.len(),
        filled.refused,
        filled.parts
    );
    assert!(without.len() <= MOST_WITHOUT, "fields that hold no hostile text: {without:?}");
    assert!(filled.stored.len() > 50_000 && filled.refused > 2_000, "too little was sent");
    for (part, fewest) in [
        ("comments", 75),
        ("tasks", 75),
        ("files", 200),
        ("moves", 50),
        ("votes", 3),
        ("tokens", 15),
        ("accounts", 10),
        ("forms", 10),
    ] {
        assert!(filled.parts.get(part).is_some_and(|count| *count >= fewest), "{part}: {:?}", filled.parts);
    }
}
