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
        let first = import::import(&world.app, "log.csv", &bytes, &mapping(), &options, &mut count).unwrap();
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

/// A small log with the shape of the real one.
fn small(rows: &[&str]) -> Vec<u8> {
    let header = "number,incident_state,sys_mod_count,caller_id,opened_by,opened_at,sys_created_by,sys_updated_by,\
                  sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,\
                  priority,assignment_group,assigned_to,problem_id,rfc,caused_by,closed_code";
    format!("{header}\n{}\n", rows.join("\n")).into_bytes()
}

fn row(number: &str, state: &str, count: u32, at: &str) -> String {
    format!(
        "{number},{state},{count},Caller 1,Opened by 8,29-02-2016 01:16,?,Updated by 2,{at},Phone,Location 1,\
         Category 5,Subcategory 1,?,?,2 - Medium,2 - Medium,3 - Moderate,Group 5,?,?,?,?,code 5"
    )
}

#[test]
fn rows_are_ordered_by_time_count_and_place_and_none_counts_before_the_beginning() {
    on_both(|world| {
        let rows = [
            row("A", "Closed", 9, "01-03-2016 10:00"),
            row("A", "Active", 1, "29-02-2016 01:00"),
            row("A", "Resolved", 3, "29-02-2016 02:00"),
            row("A", "Awaiting Vendor", 2, "29-02-2016 02:00"),
        ];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let summary = take(world, &small(&rows)).unwrap();
        assert_eq!((summary.records, summary.steps), (1, 5));
        let explained =
            mainstay_app::explain::explain(&world.app.view(), "servicenow:incident:A", None, None).unwrap();
        let labels: Vec<_> =
            explained.clocks[0].reading.segments.iter().map(|each| each.label.as_str()).collect();
        assert_eq!(labels, ["in_progress", "resolved"]);
        assert_eq!(explained.clocks[0].reading.elapsed_seconds, 44 * 60);
        assert_eq!(explained.clocks[0].reading.start, at("2016-02-29T01:16:00Z"));
        assert_eq!(explained.title, "Category 5 · Subcategory 1");
    });
}

#[test]
fn a_damaged_copy_of_the_real_log_is_refused_whole_and_each_bad_row_is_named() {
    skip_without_shared!(shared);
    let text = String::from_utf8(log(&shared)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[99] = lines[99].replace("-2016 ", "-2O16 ");
    lines[1499] = lines[1499]
        .replacen(",New,", ",Asleep,", 1)
        .replacen(",Active,", ",Asleep,", 1)
        .replacen(",Closed,", ",Asleep,", 1)
        .replacen(",Resolved,", ",Asleep,", 1)
        .replacen(",Awaiting User Info,", ",Asleep,", 1);
    lines[2988] = lines[2988].split(',').take(20).collect::<Vec<_>>().join(",");
    let first_number = lines[499].split(',').next().unwrap().to_owned();
    lines[499] = lines[499].replacen(&first_number, "?", 1);
    for ending in ["\n", "\r\n"] {
        refuse_damaged(&format!("{}{ending}", lines.join(ending)));
    }
}

fn refuse_damaged(damaged: &str) {
    on_both(|world| {
        let before = size(world);
        let error = take(world, damaged.as_bytes()).unwrap_err();
        assert_eq!(size(world), before);
        assert_eq!(error.message(), "4 of 2989 rows of log.csv are bad; nothing was imported");
        let rows = bad_rows(&error);
        assert!(
            rows[0].starts_with("line 100: sys_updated_at is no time like 29-02-2016 01:16: \""),
            "{rows:#?}"
        );
        assert!(rows[0].contains("opened_at is no time like"), "{rows:#?}");
        assert_eq!(rows[1], "line 500: number is unknown, so the row belongs to no record");
        assert_eq!(
            rows[2],
            "line 1500: incident_state is not one of Active, Awaiting Evidence, Awaiting Problem, \
             Awaiting User Info, Awaiting Vendor, Closed, New, Resolved: \"Asleep\""
        );
        assert!(rows[3].starts_with("line 2989: has 20 cells instead of 36; the last is \""), "{rows:#?}");
        assert_eq!(rows.len(), 4);
        let standing = world
            .app
            .store()
            .read(|conn| conn.query("select title from incident", &[], &[mainstay_store::Cell::Text]));
        assert_eq!(standing.unwrap().len(), 0);
    });
}

#[test]
fn an_import_that_is_cut_short_is_resumed_by_the_same_command() {
    skip_without_shared!(shared);
    let bytes = log(&shared);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine);
        // What a run that died after half of its records leaves: some of the records, and its mark.
        let half: Vec<&str> = std::str::from_utf8(&bytes).unwrap().lines().collect();
        let of = |number: &str| number < "INC0000300";
        let part: Vec<&str> = half
            .iter()
            .copied()
            .enumerate()
            .filter(|(at, line)| *at == 0 || of(line))
            .map(|(_, line)| line)
            .collect();
        let part = format!("{}\n", part.join("\n"));
        let first = take(&world, part.as_bytes()).unwrap();
        assert!(first.made > 50 && first.made < 400, "{first:?}");
        let resumed = take(&world, &bytes).unwrap();
        assert_eq!(resumed.unchanged, first.made);
        assert_eq!(resumed.made + first.made, 445);
        let question =
            mainstay_app::report::sla::Question { targets: Some("24x7".into()), ..Default::default() };
        let report = mainstay_app::report::sla::report(&world.app.view(), &question, &mut |_| {}).unwrap();
        assert_eq!(report.total.elapsed, "34128:08");
        assert_eq!((report.total.met, report.total.returns), (198, 7));
    }
}

#[test]
fn an_import_whose_process_dies_is_marked_and_taken_up_again() {
    let rows: Vec<String> = (0..400)
        .flat_map(|number| {
            let number = format!("INC{number:04}");
            [row(&number, "New", 0, "29-02-2016 01:23"), row(&number, "Closed", 1, "01-03-2016 10:00")]
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let bytes = small(&rows);
    let world = World::with(Engine::Sqlite, |config| config.most_per_group = 16);
    let mut answered = 0;
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut die = |progress| {
            if let Progress::Done(more) = progress {
                answered += more;
            }
            assert!(answered < 100, "the process dies here");
        };
        let options = Options::default();
        import::import(&world.app, "log.csv", &bytes, &mapping(), &options, &mut die)
    }));
    assert!(died.is_err());
    let resumed = take(&world, &bytes).unwrap();
    assert!(resumed.resumed);
    assert_eq!(resumed.made + resumed.unchanged, 400);
    assert!(resumed.unchanged >= 90, "{resumed:?}");
    let again = take(&world, &bytes).unwrap();
    assert_eq!((again.resumed, again.made, again.journal_entries), (false, 0, 0));
}

#[test]
fn newer_rows_of_a_known_incident_are_counted_and_not_taken() {
    on_both(|world| {
        let old = row("A", "New", 0, "29-02-2016 01:23");
        take(world, &small(&[&old])).unwrap();
        let before = size(world);
        let newer = row("A", "Active", 1, "29-02-2016 03:23");
        let summary = take(world, &small(&[&old, &newer])).unwrap();
        assert_eq!((summary.made, summary.unchanged, summary.known), (0, 0, 1));
        assert_eq!(summary.known_keys, ["servicenow:incident:A"]);
        assert_eq!(size(world), before);
    });
}

#[test]
fn a_trial_run_counts_and_writes_nothing() {
    on_both(|world| {
        let before = size(world);
        let bytes = small(&[&row("A", "New", 0, "29-02-2016 01:23")]);
        let options = Options { dry_run: true, who: None };
        let summary =
            import::import(&world.app, "log.csv", &bytes, &mapping(), &options, &mut |_| {}).unwrap();
        assert!(summary.dry_run);
        assert_eq!((summary.made, summary.steps), (1, 1));
        assert_eq!(size(world), before);
    });
}

#[test]
fn a_file_that_is_no_log_is_refused_with_the_reason() {
    let world = World::new(Engine::Sqlite);
    let check = |bytes: &[u8], wanted: &str| {
        let error = take(&world, bytes).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error:?}");
        let told = format!("{error} {:?} {}", bad_rows(&error), error.hints().join(" "));
        assert!(told.contains(wanted), "{told}");
    };
    check(b"", "log.csv is empty");
    check(b"\xef\xbb\xbf\n", "log.csv is empty");
    check(b"PK\x03\x04\x00\x00", "is no text but a binary file");
    check(b"\xff\xfen\x00u\x00", "is written in UTF-16");
    check(b"a;b;c\n1;2;3\n", "Are its cells separated by ','?");
    check(b"a,b\n1,2\n", "lacks the columns assigned_to, assignment_group,");
    check(&small(&[]), "has a header but no rows");
    let mut latin = small(&[&row("A", "New", 0, "29-02-2016 01:23")]);
    let at = latin.windows(5).position(|five| five == b"Phone").unwrap();
    latin[at] = 0xe9;
    check(&latin, "contact_type is not in UTF-8");
    check(&small(&[&row("A", "New", 0, "31-02-2016 01:23")]), "sys_updated_at is no time like");
    check(&small(&[&row("A", "New", 0, "01-01-2999 00:00")]), "lies in the future");
    check(&small(&[&row("A\u{0}", "New", 0, "29-02-2016 01:23")]), "NUL");
}

#[test]
fn rows_without_history_make_records_as_if_typed() {
    let mapping = Mapping::parse(
        "name = \"people\"\nabout = \"Persons\"\nkind = \"person\"\n[rows]\nform = \"one_row_a_record\"\n\
         key = \"hr:{id}\"\n[fields]\ntitle = { column = \"name\" }\nemail = { column = \"mail\" }\n\
         staff = { constant = true }\n",
        &REGISTRY,
    )
    .unwrap();
    on_both(|world| {
        let run = |bytes: &[u8]| {
            import::import(&world.app, "people.csv", bytes, &mapping, &Options::default(), &mut |_| {})
        };
        let error = run(b"id,name,mail\n1,Ann,ann@example.org\n2,Bo,nowhere\n1,Cy,\n").unwrap_err();
        let rows = bad_rows(&error);
        assert!(rows[0].starts_with("line 3: email: "), "{rows:?}");
        assert_eq!(rows[1], "line 4: has the same key as line 2");
        let summary = run(b"id,name,mail\n1,Ann,ann@example.org\n2,Bo,\n").unwrap();
        assert_eq!(summary.made, 2);
        assert_eq!(run(b"id,name,mail\n1,Ann,ann@example.org\n2,Bo,\n").unwrap().unchanged, 2);
    });
}

#[test]
fn a_mapping_with_words_that_no_kind_knows_is_refused_before_any_row_is_read() {
    let text = import::shipped("servicenow-incident-audit").unwrap();
    let check = |text: &str, wanted: &str| {
        let error = Mapping::parse(text, &REGISTRY).unwrap_err();
        let told = format!("{} {}", error, bad_rows(&error).join(" "));
        assert!(told.contains(wanted), "{told}");
    };
    check(&text.replace("[file]", "[fiel]"), "unknown field `fiel`");
    check(
        &text.replace("state = \"resolved\" }", "state = \"solved\" }"),
        "\"solved\" is no state of incident",
    );
    check(&text.replace("Europe/London\"\nformat", "Europe/Londinium\"\nformat"), "is no zone");
    check(
        &text.replace("\ncategory = { column", "\nkategory = { column"),
        "fields.kategory: incident has no such field",
    );
    check(&text.replace("\"1 - High\" = \"high\"", "\"1 - High\" = \"huge\""), "\"huge\" is not one of");
}
