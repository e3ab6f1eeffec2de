//! The definitions of the metrics page, example by example and case by case, and the facts of a real log.

mod calendar_definitions;
mod changes_of_terms;
mod changes_of_the_clock;
mod edge_cases;
mod interval_sets;
mod reopenings;
mod service_desk_log;
mod sources;
mod support;
mod thresholds;
mod worked_examples;

/// A test file that is not listed above would not be run.
#[test]
fn every_file_of_this_folder_is_part_of_the_suite() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/standard");
    let listed = include_str!("main.rs");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || listed.contains(&format!("\nmod {module};")), "{name} is not run");
    }
}
