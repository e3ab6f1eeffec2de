//! Erasing a person: nothing of what he wrote is found anywhere, everything else stands, every proof stays good.

use std::{fs, path::Path};

use mainstay_app::{Command, ledger::Ledger, rebuild};
use mainstay_core::Value;
use mainstay_store::{Cell, dialect::Audience};
use mainstay_verify::{Verdict, verify_proof};
use serde_json::json;

use crate::{
    ledger::{export, verdict},
    stories::day,
    world::{Engine, World, on_both},
};

/// Words that stand in nothing but the person's own texts, as they were written and as they are folded for search.
const WORDS: [&str; 7] = [
    "Zebediah",
    "zebediah",
    "Quillfeather",
    "quillfeather",
    "Quillfeather cannot",
    "7654321",
    "quarry.example",
];

/// A desk with a history: the person was renamed, and the texts stand between those of many others.
fn busy(world: &World) -> crate::stories::Day {
    for number in 0..150 {
        let title = format!("Toner number {number} is empty");
        world.create("incident", json!({"title": title, "description": "Refill it"})).expect("an incident");
        let number = format!("INC-{:06}", number + 1);
        world
            .act(Command::Comment {
                record: number,
                body: "Noted by the desk".into(),
                visibility: "internal".into(),
            })
            .expect("a comment");
    }
    let mut told = None;
    // The story names its incidents by number, so it runs in its own numbering.
    let day = crate::stories::day_from(world, 150);
    for number in 0..150 {
        let record = format!("INC-{:06}", number + 1);
        let title = format!("Toner number {number} is full again");
        world.edit(&record, json!({"title": title})).expect("an edit");
        if number == 70 {
            let renamed = json!({"title": "Zebediah Quillfeather the Elder", "phone": "+49 30 7654321 9"});
            told = Some(world.edit(&day.caller, renamed).expect("an edit"));
        }
    }
    assert!(told.is_some_and(|told| told.changed));
    day
}

fn searched(world: &World, word: &str) -> i64 {
    world
        .app
        .store()
        .read(|conn| {
            let dialect = conn.dialect();
            let expression = dialect.search_expression(&[word.to_owned()], Audience::Staff);
            let sql = dialect.sql(&format!(
                "select count(*) from record where {}",
                dialect.search_condition(1, Audience::Staff)
            ));
            Ok(conn.first(&sql, &[Value::Text(expression)], &[Cell::Int])?.and_then(|row| row[0].as_int()))
        })
        .expect("a search")
        .expect("a count")
}

/// Every text of every column of every table of the database.
fn everything(world: &World) -> String {
    world
        .app
        .store()
        .read(|conn| {
            let columns = conn.query(conn.dialect().list_columns(), &[], &[Cell::Text, Cell::Text])?;
            let mut all = String::new();
            for row in columns {
                let (table, column) = (row[0].to_string(), row[1].to_string());
                let sql = format!("select cast(\"{column}\" as text) from \"{table}\"");
                // A column of bytes holds entries, which are texts.
                let sql = if ["body"].contains(&column.as_str()) && table == "journal_entry" {
                    conn.dialect().sql("select body from journal_entry")
                } else {
                    sql
                };
                let cell = if sql.starts_with("select body") { Cell::Bytes } else { Cell::Text };
                for row in conn.query(&sql, &[], &[cell])? {
                    match &row[0] {
                        Value::Bytes(bytes) => all.push_str(&String::from_utf8_lossy(bytes)),
                        other => all.push_str(&other.to_string()),
                    }
                    all.push('\n');
                }
            }
            Ok(all)
        })
        .expect("every text")
}

fn found_in_files(folder: &Path, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.is_file() {
            let bytes = fs::read(&path).expect("readable");
            if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn an_erased_person_is_found_nowhere_and_everything_else_stands() {
    on_both(|world| {
        let day = busy(world);
        let ledger = Ledger::of(&world.app);
        ledger.checkpoint().expect("a checkpoint");
        let before = ledger.prove(&day.caller, Some(1)).expect("a proof");
        for word in WORDS {
            assert!(
                everything(world).contains(word) || word.chars().all(char::is_lowercase),
                "{word} is a wrong sample"
            );
        }
        assert!(searched(world, "quillfeather") > 0 && searched(world, "ann") > 0);

        let outcome = world.app.erase_person(&day.caller, "asked for by letter of 3 March").expect("erased");
        assert!(outcome.changed);

        let all = everything(world);
        for word in WORDS {
            assert!(!all.contains(word), "{word} is still in a table");
        }
        assert_eq!(searched(world, "zebediah") + searched(world, "quillfeather"), 0);
        for word in ["Ann Lee", "It burns", "We are on it", "Toner number 149 is full again"] {
            assert!(all.contains(word), "{word} is gone too");
        }
        assert!(searched(world, "ann") > 0 && searched(world, "toner") >= 150);
        if world.engine == Engine::Sqlite {
            for word in WORDS {
                assert_eq!(found_in_files(world.app.data(), word), Vec::<String>::new(), "{word}");
            }
        }

        assert_eq!(rebuild::check(&ledger, &mut |_| {}).expect("the check runs").differences, []);
        let report = ledger.verify(&[], &mut |_| {}).expect("the verification runs");
        assert!(report.intact() && report.erased > 4, "{report:?}");
        let keys: String = before.keys.iter().map(|key| format!("{key}\n")).collect();
        assert_eq!(verify_proof(&before.bytes, &before.proof.text(), &keys).verdict, Verdict::Consistent);
        ledger.checkpoint().expect("a checkpoint after it");
        let known = world.app.data().join("checkpoints/latest");
        assert_eq!(verdict(&export(world, &ledger, "export"), &[known]), Verdict::Consistent);
        // Once more changes nothing.
        assert!(!world.app.erase_person(&day.caller, "again").expect("erased").changed);
    });
}

#[test]
fn a_value_that_another_person_gave_later_stays() {
    on_both(|world| {
        let day = day(world);
        // The caller of the first incident was wrong: its title is now the other's.
        world
            .edit("INC-000001", json!({"caller": day.other, "title": "Ann's mail is down"}))
            .expect("an edit");
        world.app.erase_person(&day.caller, "asked for").expect("erased");
        let row = world
            .app
            .store()
            .read(|conn| {
                conn.first(
                    "select title, description from incident where ref = 'INC-000001'",
                    &[],
                    &[Cell::Text, Cell::Text],
                )
            })
            .expect("a row")
            .expect("one");
        assert_eq!((row[0].as_text(), row[1].as_text()), (Some("Ann's mail is down"), None));
        assert_eq!(rebuild::check(&Ledger::of(&world.app), &mut |_| {}).expect("it runs").differences, []);
        assert!(world.app.erase_person("INC-000001", "no person").is_err());
    });
}
