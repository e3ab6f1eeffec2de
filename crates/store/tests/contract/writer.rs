//! The one writer: what is refused leaves nothing, and nobody pays for a neighbour.

use std::sync::mpsc;

use mainstay_core::{Error, ErrorKind, Result, Value};
use mainstay_store::{Dialect, Options, Store, WriteTx, dialect::Cell, head::Head, journal};
use uuid::Uuid;

use crate::both::{World, entry, ids, insert, on_both, on_both_with, step, with};

type Answer<T> = mpsc::Receiver<Result<T>>;

/// Holds the writer inside an act until all of `queue` is queued, so that the queued acts make one group.
fn in_one_group<T>(store: &Store, queue: impl FnOnce(&Store) -> T) -> T {
    let (entered, inside) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let held = store.writer().submit_later(move |_| {
        entered.send(()).ok();
        released.recv().ok();
        Ok(())
    });
    inside.recv().expect("the writer runs the act");
    let queued = queue(store);
    release.send(()).expect("the act waits");
    held.expect("a place in the queue").recv().expect("an answer").expect("the act holds");
    queued
}

fn create(world: &World, id: u128) -> Answer<String> {
    let table = world.table.clone();
    world.store.writer().submit_later(move |tx| Ok(step(&table, tx, id))).expect("a place in the queue")
}

fn head(world: &World) -> Head {
    world.store.read(|conn| Head::load(conn, false)).expect("the head")
}

/// Everything that stands in the database agrees with the head, and the tree is the one of the entries' bytes.
pub fn check_whole(world: &World) {
    let head = head(world);
    let entries = world.store.read(|conn| journal::from(conn, 0, 10_000)).expect("entries");
    let mut frontier = mainstay_journal::Frontier::new();
    for (at, stored) in entries.iter().enumerate() {
        assert_eq!(stored.position, at as u64);
        assert_eq!(stored.entry().expect("an entry").index, at as u64);
        frontier.append(mainstay_journal::leaf_hash(&stored.body));
    }
    assert_eq!(head.frontier, frontier);
    assert!(head.next_position() as i64 > world.number("select coalesce(max(\"key\"), -1) from sample"));
    assert!(head.next_key > world.number("select coalesce(max(id), 0) from outbox"));
}

#[test]
fn a_refused_act_leaves_nothing_and_gives_its_ref_and_its_key_back() {
    on_both(|world| {
        let before = head(world);
        let table = world.table.clone();
        let refused: Result<()> = world.store.write(move |tx| {
            step(&table, tx, 1);
            tx.execute_later("insert into mainstay_meta(name, content) values ('a', 'b')", vec![]);
            tx.remember("actor", "key", vec![1], "answer".into());
            Err(Error::refused("a rule", "8.1", "no"))
        });
        assert!(matches!(refused.unwrap_err().kind(), ErrorKind::Refused { .. }));
        assert_eq!(head(world), before);
        for table in ["sample", "journal_entry", "mainstay_meta", "idempotency"] {
            assert_eq!(world.count(table), 0, "{table}");
        }
        assert_eq!(create(world, 2).recv().unwrap().unwrap(), "SMP-000001");
        check_whole(world);
    });
}

#[test]
fn refs_and_keys_of_a_refused_act_go_to_its_neighbour_in_the_group() {
    on_both(|world| {
        let answers = in_one_group(&world.store, |store| {
            let first = create(world, 1);
            let table = world.table.clone();
            let refuse = move |tx: &mut WriteTx<'_>| {
                step(&table, tx, 2);
                Err::<String, _>(Error::refused("a rule", "8.1", "no"))
            };
            [first, store.writer().submit_later(refuse).unwrap(), create(world, 3)]
        });
        let [first, refused, third] = answers.map(|answer| answer.recv().expect("an answer"));
        assert_eq!((first.unwrap(), third.unwrap()), ("SMP-000001".into(), "SMP-000002".into()));
        assert!(refused.is_err());
        let keys = world.number("select max(\"key\") - min(\"key\") from sample");
        assert_eq!(keys, 1, "the keys have no gap");
        check_whole(world);
    });
}

/// Acts that fail in every way that a database or a defect can bring about.
fn failing(world: &World, how: &str) -> Answer<String> {
    let (table, how) = (world.table.clone(), how.to_owned());
    let act = move |tx: &mut WriteTx<'_>| {
        let reference = step(&table, tx, 900);
        match how.as_str() {
            "a doubled value" => {
                insert(&table, tx, with(901, "code", Value::from("taken")));
            }
            "a statement that is none" => tx.execute_later("insert into nowhere values (1)", vec![]),
            "a query that is none" => {
                tx.conn().query("select nothing from nowhere", &[], &[Cell::Int])?;
            }
            "a query that is none, swallowed" => {
                let _ = tx.conn().query("select nothing from nowhere", &[], &[Cell::Int]);
            }
            "a panic" => panic!("this act panics on purpose"),
            "a panic after a write" => {
                tx.conn().execute("insert into mainstay_meta(name, content) values ('a', 'b')", &[])?;
                panic!("this act panics on purpose");
            }
            "a defect" => return Err(Error::bug("this act found a defect on purpose")),
            "a part that is away" => return Err(Error::unavailable("away", "on purpose")),
            other => panic!("{other} is no way to fail"),
        }
        Ok(reference)
    };
    world.store.writer().submit_later(act).expect("a place in the queue")
}

#[track_caller]
fn check_spares_its_neighbours(how: &str, kind: &ErrorKind) {
    on_both(|world| {
        world.insert(with(800, "code", Value::from("taken"))).unwrap();
        // In front, between and behind; and an act that only touches the store's own tables.
        let (good, bad, own) = in_one_group(&world.store, |store| {
            let mut good = vec![create(world, 1)];
            let mut bad = vec![failing(world, how)];
            let own = store.writer().submit_later(|tx| {
                tx.conn().execute("insert into mainstay_meta(name, content) values ('own', 'kept')", &[])
            });
            good.push(create(world, 2));
            bad.push(failing(world, how));
            (good, bad, own.unwrap())
        });
        for answer in bad {
            let error = answer.recv().expect("an answer").expect_err(how);
            assert_eq!(error.kind(), kind, "{how}: {error} {:?}", error.cause());
        }
        let refs: Vec<_> =
            good.into_iter().map(|answer| answer.recv().expect("an answer").unwrap()).collect();
        assert_eq!(refs, ["SMP-000001", "SMP-000002"], "{how}");
        assert_eq!(own.recv().unwrap().unwrap(), 1);
        assert_eq!(world.count("mainstay_meta"), 1, "{how}: what was answered stands");
        let kept = world.store.read(|conn| Ok(ids(conn))).unwrap();
        assert_eq!(kept, [1, 2, 800].map(Uuid::from_u128).into(), "{how}");
        check_whole(world);
        // The writer lives.
        assert_eq!(create(world, 3).recv().unwrap().unwrap(), "SMP-000003", "{how}");
        check_whole(world);
    });
}

#[test]
fn a_doubled_value_spares_its_neighbours() {
    check_spares_its_neighbours("a doubled value", &ErrorKind::Conflict);
}

#[test]
fn a_refused_statement_spares_its_neighbours() {
    check_spares_its_neighbours("a statement that is none", &ErrorKind::Bug);
    check_spares_its_neighbours("a query that is none", &ErrorKind::Bug);
    check_spares_its_neighbours("a query that is none, swallowed", &ErrorKind::Bug);
}

#[test]
fn a_panic_spares_its_neighbours_and_the_writer() {
    check_spares_its_neighbours("a panic", &ErrorKind::Bug);
    check_spares_its_neighbours("a panic after a write", &ErrorKind::Bug);
}

#[test]
fn a_defect_or_an_outage_in_an_act_spares_its_neighbours() {
    check_spares_its_neighbours("a defect", &ErrorKind::Bug);
    check_spares_its_neighbours("a part that is away", &ErrorKind::Unavailable);
}

#[test]
fn what_an_act_writes_outside_the_journal_is_kept_too() {
    on_both(|world| {
        world
            .store
            .write(|tx| {
                let clock = mainstay_store::writer::ClockRow {
                    due_at: None,
                    wake_at: None,
                    wake_percent: None,
                    warned_percent: 50,
                    breached_at: None,
                };
                tx.set_clock(Uuid::from_u128(1), "response", clock);
                tx.enqueue(mainstay_store::outbox::Message {
                    topic: "mail".into(),
                    once: "a".into(),
                    content: serde_json::json!({}),
                    due_at_ms: 0,
                });
                Ok(())
            })
            .unwrap();
        let before = head(world).next_key;
        assert_eq!(world.number("select warned_percent from clock"), 50);
        assert!(before > 1, "a number that was drawn is not drawn again");
    });
}

#[test]
fn an_act_sees_what_its_neighbours_wrote_into_the_journal_once_it_asks() {
    on_both(|world| {
        let seen = in_one_group(&world.store, |store| {
            create(world, 1);
            create(world, 2);
            let look = |tx: &mut WriteTx<'_>| {
                tx.append(entry("mine"), Vec::new());
                tx.settle()?;
                Ok(journal::from(tx.conn(), 0, 10)?.len())
            };
            store.writer().submit_later(look).unwrap()
        });
        assert_eq!(seen.recv().unwrap().unwrap(), 2);
        check_whole(world);
        assert_eq!(world.count("journal_entry"), 3);
    });
}

#[test]
fn acts_settled_before_a_refusal_stand() {
    on_both(|world| {
        let (first, refused) = in_one_group(&world.store, |store| {
            let first = create(world, 1);
            let table = world.table.clone();
            let refuse = move |tx: &mut WriteTx<'_>| {
                step(&table, tx, 2);
                tx.settle()?;
                Err::<(), _>(Error::refused("a rule", "8.1", "no"))
            };
            (first, store.writer().submit_later(refuse).unwrap())
        });
        assert_eq!(first.recv().unwrap().unwrap(), "SMP-000001");
        assert!(refused.recv().unwrap().is_err());
        check_whole(world);
        assert_eq!(create(world, 3).recv().unwrap().unwrap(), "SMP-000002");
        check_whole(world);
    });
}

#[test]
fn the_same_acts_make_the_same_journal_however_they_are_grouped() {
    let mut roots = Vec::new();
    for most in [1, 7, 256] {
        on_both_with(
            |options: &mut Options| options.most_per_group = most,
            |world| {
                let answers: Vec<_> =
                    in_one_group(&world.store, |_| (1..=60).map(|id| create(world, id)).collect());
                for answer in answers {
                    answer.recv().unwrap().unwrap();
                }
                check_whole(world);
            },
        );
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let world = World::with(dialect, |options| options.most_per_group = most);
            let answers: Vec<Answer<String>> =
                in_one_group(&world.store, |_| (1..=60).map(|id| create(&world, id)).collect());
            answers.into_iter().for_each(|answer| drop(answer.recv().unwrap().unwrap()));
            let head = head(&world);
            roots.push((head.frontier.root(), head.next_key));
        }
    }
    assert!(roots.windows(2).all(|pair| pair[0] == pair[1]), "{roots:?}");
}

#[test]
fn the_time_of_recording_never_goes_back() {
    on_both(|world| {
        create(world, 1).recv().unwrap().unwrap();
        world.clock.pass(-86_400);
        create(world, 2).recv().unwrap().unwrap();
        let entries = world.store.read(|conn| journal::from(conn, 0, 10)).unwrap();
        let times: Vec<_> = entries.iter().map(|stored| stored.entry().unwrap().recorded_at_ms).collect();
        assert_eq!(times[0], times[1]);
        world.clock.pass(86_401);
        create(world, 3).recv().unwrap().unwrap();
        assert_eq!(head(world).recorded_at_ms, times[0] + 1000);
    });
}

#[test]
fn a_caller_who_goes_away_changes_nothing() {
    on_both(|world| {
        drop(create(world, 1));
        assert_eq!(create(world, 2).recv().unwrap().unwrap(), "SMP-000002");
        assert_eq!(world.count("sample"), 2);
    });
}

#[test]
fn acts_of_many_threads_are_all_kept() {
    on_both(|world| {
        std::thread::scope(|scope| {
            for thread in 0..8_u128 {
                scope.spawn(move || {
                    for number in 0..20_u128 {
                        create(world, thread * 100 + number + 1).recv().unwrap().unwrap();
                    }
                });
            }
        });
        assert_eq!(world.count("sample"), 160);
        check_whole(world);
    });
}

#[test]
fn two_nodes_on_one_database_write_one_journal() {
    let world = World::new(Dialect::Postgres);
    let options = Options::new(std::sync::Arc::new(world.clock.clone()));
    let other = crate::both::open(&world.location, &options);
    std::thread::scope(|scope| {
        for (node, store) in [&world.store, &other].into_iter().enumerate() {
            let table = world.table.clone();
            scope.spawn(move || {
                for number in 0..40_u128 {
                    let table = table.clone();
                    let id = node as u128 * 1000 + number + 1;
                    store.write(move |tx| Ok(step(&table, tx, id))).expect("the act is kept");
                }
            });
        }
    });
    assert_eq!(world.count("sample"), 80);
    check_whole(&world);
}

#[test]
fn what_is_queued_when_the_store_closes_is_still_written() {
    on_both(|world| {
        let location = world.location.clone();
        let (location, table) = (location, world.table.clone());
        let other = match world.dialect {
            Dialect::Sqlite => {
                let folder = world.folder.path().join("other.db");
                crate::both::open(&mainstay_store::Location::Sqlite(folder), &options(world))
            }
            Dialect::Postgres => crate::both::open(&location, &options(world)),
        };
        let answer = other.writer().submit_later(move |tx| Ok(step(&table, tx, 1))).unwrap();
        drop(other);
        assert_eq!(answer.recv().unwrap().unwrap(), "SMP-000001");
    });
}

fn options(world: &World) -> Options {
    Options::new(std::sync::Arc::new(world.clock.clone()))
}

#[test]
fn a_connection_that_was_lost_between_two_acts_is_made_good_before_anybody_notices() {
    let world = World::new(Dialect::Postgres);
    create(&world, 1).recv().unwrap().unwrap();
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    assert!(world.number(cut) >= 1);
    assert_eq!(create(&world, 2).recv().unwrap().unwrap(), "SMP-000002");
    check_whole(&world);
}

#[test]
fn statistics_for_the_planner_follow_while_the_file_grows() {
    let world = World::new(Dialect::Sqlite);
    let known = "select count(*) > 0 from sqlite_stat1 where tbl = 'sample'";
    assert_eq!(world.number(known), 0, "an empty table says nothing");
    for id in 0..130 {
        world.insert(with(id, "raw", Value::Bytes(vec![1; 100_000]))).expect("a row");
    }
    assert_eq!(world.number(known), 1);
}
