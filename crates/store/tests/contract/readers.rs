//! The pool of readers: gives back what it lent, whatever the reader does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mainstay_core::{Error, ErrorKind, Result};
use mainstay_store::{Conn, dialect::Cell};
use mainstay_testkit::postgres::Server;

use crate::both::{blank, insert, on_both_with};

fn count(conn: &mut dyn Conn) -> Result<i64> {
    let row = conn.first("select count(*) from sample", &[], &[Cell::Int])?;
    Ok(row.and_then(|row| row[0].as_int()).unwrap_or_default())
}

#[test]
fn a_reader_who_panics_leaves_a_pool_that_works_and_sees_what_is_new() {
    on_both_with(
        |options| options.readers = 1,
        |world| {
            for _ in 0..3 {
                let read = |_: &mut dyn Conn| -> Result<()> { panic!("this reader panics on purpose") };
                assert!(catch_unwind(AssertUnwindSafe(|| world.store.read(read))).is_err());
                assert!(catch_unwind(AssertUnwindSafe(|| world.store.snapshot(read))).is_err());
            }
            world.insert(blank(1)).unwrap();
            assert_eq!(world.store.read(count).unwrap(), 1);
            assert_eq!(world.store.snapshot(count).unwrap(), 1);
            world.insert(blank(2)).unwrap();
            assert_eq!(world.store.read(count).unwrap(), 2);
        },
    );
}

#[test]
fn a_reader_who_fails_in_a_snapshot_leaves_no_transaction_behind() {
    on_both_with(
        |options| options.readers = 1,
        |world| {
            for error in
                [Error::not_found("it"), Error::unavailable("away", "on purpose"), Error::bug("a defect")]
            {
                let wanted = error.kind().clone();
                let failed = world.store.snapshot(|conn| {
                    count(conn)?;
                    Err::<(), _>(error)
                });
                assert_eq!(*failed.unwrap_err().kind(), wanted);
            }
            let failed = world.store.snapshot(|conn| conn.query("select 1 from nowhere", &[], &[Cell::Int]));
            assert_eq!(*failed.unwrap_err().kind(), ErrorKind::Bug);
            world.insert(blank(1)).unwrap();
            assert_eq!(world.store.snapshot(count).unwrap(), 1);
        },
    );
}

#[test]
fn a_snapshot_sees_one_state_and_a_read_sees_the_newest() {
    on_both_with(
        |options| options.readers = 2,
        |world| {
            let seen = world.store.snapshot(|conn| {
                let before = count(conn)?;
                world.insert(blank(1))?;
                Ok((before, count(conn)?))
            });
            assert_eq!(seen.unwrap(), (0, 0));
            let seen = world.store.read(|conn| {
                let before = count(conn)?;
                world.insert(blank(2))?;
                Ok((before, count(conn)?))
            });
            assert_eq!(seen.unwrap(), (1, 2));
        },
    );
}

#[test]
fn a_reader_cannot_write_in_a_snapshot() {
    on_both_with(
        |_| {},
        |world| {
            let written = world.store.snapshot(|conn| conn.execute("delete from sample", &[]));
            assert!(written.is_err());
        },
    );
}

#[test]
fn more_readers_than_connections_wait_for_each_other() {
    on_both_with(
        |options| options.readers = 2,
        |world| {
            std::thread::scope(|scope| {
                for _ in 0..16 {
                    scope.spawn(|| (0..20).for_each(|_| assert_eq!(world.store.read(count).unwrap(), 0)));
                }
            });
        },
    );
}

#[test]
fn after_a_lost_connection_one_read_fails_and_then_none() {
    let server = Server::durable().unwrap();
    let database = server.fresh_database();
    let clock = std::sync::Arc::new(mainstay_store::ManualClock::at(crate::both::at(crate::both::START)));
    let options = mainstay_store::Options { readers: 4, ..mainstay_store::Options::new(clock) };
    let location = mainstay_store::Location::Postgres(database.url.clone());
    let store = crate::both::open(&location, &options);
    let table = store.table("sample").unwrap().clone();
    store
        .write({
            let table = table.clone();
            move |tx| Ok(insert(&table, tx, blank(1)))
        })
        .unwrap();
    server.crash().unwrap();
    assert_eq!(*store.read(count).unwrap_err().kind(), ErrorKind::Unavailable);
    let refused = store.write({
        let table = table.clone();
        move |tx| Ok(insert(&table, tx, blank(2)))
    });
    assert_eq!(*refused.unwrap_err().kind(), ErrorKind::Unavailable, "nothing can have been kept");
    server.restart().unwrap();
    for _ in 0..8 {
        assert_eq!(store.read(count).unwrap(), 1);
    }
    store.write(move |tx| Ok(insert(&table, tx, blank(3)))).unwrap();
    assert_eq!(store.read(count).unwrap(), 2);
}
