//! Import: the real log, damaged copies of it, runs that are cut short, files that are none.

use std::path::PathBuf;

use mainstay_app::import::{self, Mapping, Options, Progress, Summary};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_kinds::REGISTRY;
use mainstay_testkit::skip_without_shared;

use crate::world::{Engine, World, at, on_both};

pub fn mapping() -> Mapping {
    Mapping::parse(import::shipped("servicenow-incident-audit").unwrap(), &REGISTRY).unwrap()
}

pub fn log(shared: &std::path::Path) -> Vec<u8> {
    std::fs::read(shared.join(PathBuf::from("data/incident_event_log.csv"))).unwrap()
}

pub fn take(world: &World, bytes: &[u8]) -> Result<Summary> {
    import::import(&world.app, "log.csv", bytes, &mapping(), &Options::default(), &mut |_| {})
}

fn size(world: &World) -> u64 {
    world.app.head().unwrap().frontier.size()
}

fn bad_rows(error: &Error) -> Vec<String> {
    error.fields().iter().map(|field| format!("{}: {}", field.field, field.problem)).collect()
}

#[test]
fn the_real_log_comes_in_once_and_a_second_time_nothing_changes() {
    skip_without_shared!(shared);
    let bytes = log(&shared);
    on_both(|world| {
        let mut acts = 0;
        let mut count = |progress| {
            if let Progress::Done(more) = progress {
                acts += more;
            }
        };
        let options = Options::default();
        let first =
            import::import(&world.app, "log.csv", &bytes, &mapping(), &options, &mut count).unwrap();
        assert_eq!((first.rows, first.records, first.made), (2989, 445, 445));
        assert!(!first.resumed);
        assert_eq!(acts as usize, 445 + made(&first, "person") + made(&first, "team"));
        let before = size(world);
        let second = take(world, &bytes).unwrap();
        assert_eq!((second.made, second.unchanged, second.known), (0, 445, 0));
        assert_eq!(second.journal_entries, 0);
        assert_eq!(size(world), before);
    });
}

fn made(summary: &Summary, kind: &str) -> usize {
    summary.made_for_reference.iter().find(|made| made.kind == kind).map_or(0, |made| made.count)
}
