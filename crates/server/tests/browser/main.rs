//! The pages in a real browser: people do their work by mouse and by keyboard, and hostile texts stay texts. Needs
//! Chromium (`CHROMIUM`, or the one of the system) and Node; the driver is installed by npm when it is missing.
#![allow(missing_docs)]

mod driver;
mod hostile;
mod world;

use world::World;

/// Journeys that happen beside each other; those of one list one after the other, for each finds what the one before
/// has left.
const JOURNEYS: [&[&str]; 2] = [&["keyboard", "agent", "requester"], &["change", "auditor"]];

#[test]
fn people_do_their_work_without_an_error_of_the_page_and_without_a_barrier() {
    let world = World::new();
    world.fill();
    let report = driver::run(&world, &JOURNEYS);
    assert!(report.is_ok(), "{}", report.unwrap_err());
}

#[test]
fn hostile_texts_in_every_field_of_every_kind_stay_texts() {
    let world = World::new();
    hostile::fill(&world);
    let report = driver::run(&world, &[&["hostile"]]);
    assert!(report.is_ok(), "{}", report.unwrap_err());
}
