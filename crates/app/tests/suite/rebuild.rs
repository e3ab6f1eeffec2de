//! The tables are what the journal says; a row that is not is named, and made so again.

use mainstay_app::{
    ledger::Ledger,
    project::{Projection, Scratch, Until},
    rebuild,
};
use mainstay_store::Conn;

use crate::{
    stories::day,
    world::{Engine, World, on_both},
};

fn check(world: &World) -> rebuild::Report {
    rebuild::check(&Ledger::of(&world.app), &mut |_| {}).expect("the check runs")
}

fn sql(world: &World, sql: &str) {
    Ledger::of(&world.app).writer().expect("a connection").batch(sql).expect(sql);
}

#[test]
fn after_a_day_of_every_command_the_tables_are_what_the_journal_says() {
    on_both(|world| {
        day(world);
        let report = check(world);
        assert_eq!(report.differences, []);
        assert!(report.clean() && report.rows > 40, "{report:?}");
    });
}

/// A statement, and the table, row, column, journal's and table's value that the check must name.
type Damage = (&'static str, [&'static str; 3], Option<&'static str>, Option<&'static str>);

const DAMAGES: &[Damage] = &[
    (
        "update incident set title = 'Nothing happened' where ref = 'INC-000002'",
        ["incident", "INC-000002", "title"],
        Some("Printer smokes"),
        Some("Nothing happened"),
    ),
    (
        "update record set title = null where ref = 'INC-000002'",
        ["record", "INC-000002", "title"],
        Some("Printer smokes"),
        None,
    ),
    ("delete from team", ["team", "TEAM-000001", ""], Some("a row"), None),
    (
        "update clock set warned_percent = 0 where warned_percent = 100",
        ["clock", "", "warned_percent"],
        Some("100"),
        Some("0"),
    ),
    ("delete from timeline where reply = 'customer'", ["timeline", "", ""], Some("a row"), None),
    (
        "update comment set visibility = 'public'",
        ["comment", "", "visibility"],
        Some("internal"),
        Some("public"),
    ),
    ("delete from search where 1 = 1", ["search", "", ""], None, None),
    (
        "update journal_head set counters = '{\"INC\": 1}'",
        ["journal_head", "INC", "counters"],
        Some("3"),
        Some("1"),
    ),
];

#[test]
fn each_row_that_was_edited_by_hand_is_named_and_made_right_again() {
    on_both(|world| {
        day(world);
        for (damage, [table, row, column], journal, found) in DAMAGES {
            sql(world, damage);
            let report = check(world);
            let named = report.differences.iter().any(|difference| {
                difference.table == *table
                    && difference.row.contains(row)
                    && difference.column.as_deref().unwrap_or_default() == *column
                    && (*table == "search"
                        || (difference.journal.as_deref(), difference.found.as_deref()) == (*journal, *found))
            });
            assert!(named, "{damage}: {:?}", report.differences);
            let repaired = rebuild::rebuild(&world.app).expect("the rebuild runs");
            assert_eq!(repaired.total, report.total, "{damage}");
            assert_eq!(check(world).differences, [], "after {damage}");
        }
    });
}

#[test]
fn two_rows_that_exchanged_a_unique_value_are_made_right_again() {
    on_both(|world| {
        day(world);
        sql(world, "update incident set ref = 'INC-X' where ref = 'INC-000001'");
        sql(world, "update incident set ref = 'INC-000001' where ref = 'INC-000002'");
        sql(world, "update incident set ref = 'INC-000002' where ref = 'INC-X'");
        assert_eq!(check(world).total, 2);
        rebuild::rebuild(&world.app).expect("the rebuild runs");
        assert!(check(world).clean());
    });
}

#[test]
fn a_damaged_file_is_told_and_not_walked() {
    let world = World::new(Engine::Sqlite);
    day(&world);
    let config = world.app.config().clone();
    let World { app, folder: _kept, .. } = world;
    drop(app);
    let file = config.data.join("mainstay.db");
    let mut bytes = std::fs::read(&file).expect("the file");
    let title = b"Printer smokes";
    for page in bytes.chunks_mut(4096) {
        if page.windows(title.len()).any(|text| text == title) {
            page[..64].fill(0x55);
        }
    }
    std::fs::write(&file, bytes).expect("damaged");
    let ledger = Ledger::open(&config, &mainstay_kinds::REGISTRY).expect("it opens");
    let refused = rebuild::check(&ledger, &mut |_| {}).expect_err("damaged");
    assert!(refused.to_string().contains("damaged"), "{refused}");
}

#[test]
fn a_replay_until_an_instant_shows_what_was_true_then() {
    on_both(|world| {
        day(world);
        let ledger = Ledger::of(&world.app);
        let mut scratch = Scratch::new(world.folder.path()).expect("a file");
        let until = Until::RecordedAt(crate::world::at("2026-01-05T10:00:00Z").as_millisecond());
        let replayed = ledger
            .snapshot(|conn| {
                Projection::new(world.app.context(), scratch.conn()?).run(conn, until, &mut |_| {})
            })
            .expect("the replay runs");
        assert!(replayed.entries < world.app.head().expect("a head").next_position());
        let state = |conn: &mut dyn Conn| {
            let sql = conn.dialect().sql("select state from incident where ref = ?1");
            conn.first(&sql, &["INC-000002".into()], &[mainstay_store::Cell::Text])
                .expect("a row")
                .expect("one")[0]
                .to_string()
        };
        assert_eq!(state(scratch.conn().expect("open")), "new");
        assert_eq!(world.app.store().read(|conn| Ok(state(conn))).expect("now"), "closed");
    });
}
