//! Migrations: restartable after a kill at any statement, safe to start twice, refused by an older program (F-36).

use std::sync::Arc;

use mainstay_core::{Error, Result, Value};
use mainstay_store::{
    Conn, Dialect, ManualClock, Options, Store,
    dialect::Cell,
    engine::{Row, Texts},
    migrate::{Migration, migrate},
    store::connect_writer,
};

use crate::both::{START, World, at, migration, on_both, sample};

/// A connection whose program is killed before or after its `left`-th statement that changes something.
struct Killed {
    conn: Box<dyn Conn>,
    left: usize,
    after: bool,
}

impl Killed {
    fn strike<T>(&mut self, run: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let killed = || Err(Error::unavailable("killed", "on purpose"));
        match self.left {
            0 => return killed(),
            1 => {
                self.left = 0;
                if self.after {
                    run(&mut *self.conn)?;
                }
                return killed();
            }
            _ => self.left -= 1,
        }
        run(&mut *self.conn)
    }
}

impl Conn for Killed {
    fn texts(&mut self) -> &mut Texts {
        self.conn.texts()
    }
    fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }
    fn query(&mut self, sql: &str, params: &[Value], cells: &[Cell]) -> Result<Vec<Row>> {
        self.conn.query(sql, params, cells)
    }
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.strike(|conn| conn.execute(sql, params))
    }
    fn batch(&mut self, sql: &str) -> Result<()> {
        self.strike(|conn| conn.batch(sql))
    }
    fn statements(&self) -> u64 {
        self.conn.statements()
    }
    fn take_statistics(&mut self) -> Result<()> {
        self.conn.take_statistics()
    }

    fn upkeep(&mut self, idle: bool) -> Result<()> {
        self.conn.upkeep(idle)
    }
}

/// A short second step, as a release would bring it.
fn second() -> Migration {
    let text = "create table more (a integer not null primary key);\ninsert into more values (1);\ninsert into more values (2);\n";
    Migration { version: 2, name: "more", sqlite: text, postgres: text }
}

fn columns(world: &World) -> Vec<Row> {
    let cells = [Cell::Text, Cell::Text, Cell::Text];
    world.store.read(|conn| conn.query(conn.dialect().list_columns(), &[], &cells)).expect("the schema")
}

fn options() -> Options {
    Options::new(Arc::new(ManualClock::at(at(START))))
}

#[test]
fn a_migration_killed_at_any_statement_goes_on_where_it_stopped() {
    on_both(|world| {
        let migrations = [*migration(), second()];
        let mut backups = 0;
        let mut kills = 0;
        // Each statement of each step is its own transaction: begin, statement, note, commit and what else there is.
        for strike in 1.. {
            let conn = connect_writer(&world.location, &options()).unwrap();
            let after = strike % 2 == 0;
            let mut conn = Killed { conn, left: 1 + strike / 2, after };
            let done = migrate(&mut conn, &migrations, &mut || {
                backups += 1;
                Ok(())
            });
            match done {
                Err(_) => kills += 1,
                Ok(_) => break,
            }
        }
        assert!(kills >= 8, "only {kills} kills");
        assert!(backups >= 1);
        assert_eq!(world.number("select count(*) from more"), 2);
        assert_eq!(world.number("select max(version) from schema_step"), 2);
        assert!(columns(world).iter().any(|row| row[0] == Value::from("more")));
    });
}

#[test]
fn a_whole_schema_made_with_kills_is_the_one_made_without() {
    on_both(|world| {
        let wanted = columns(world);
        let other = World::new(world.dialect);
        // Empties the second database and makes its schema anew, with a kill at every third statement.
        let location = match &other.database {
            Some(_) => {
                other
                    .store
                    .write(|tx| tx.conn().batch("drop schema public cascade; create schema public"))
                    .unwrap();
                other.location.clone()
            }
            None => mainstay_store::Location::Sqlite(other.folder.path().join("again.db")),
        };
        let mut kills = 0;
        loop {
            let mut conn = Killed {
                conn: connect_writer(&location, &options()).unwrap(),
                left: 17 + 9 * kills,
                after: kills % 2 == 0,
            };
            if migrate(&mut conn, &[*migration()], &mut || Ok(())).is_ok() {
                break;
            }
            kills += 1;
            assert!(kills < 200, "the migration does not get on");
        }
        assert!(kills > 5, "only {kills} kills");
        let mut conn = connect_writer(&location, &options()).unwrap();
        let cells = [Cell::Text, Cell::Text, Cell::Text];
        let made = conn.query(conn.dialect().list_columns(), &[], &cells).unwrap();
        assert_eq!(made, wanted);
    });
}

#[test]
fn programs_that_start_at_once_on_an_empty_database_all_come_up() {
    for _ in 0..4 {
        let database = mainstay_testkit::postgres::Server::shared().fresh_database();
        let location = mainstay_store::Location::Postgres(database.url.clone());
        let outcomes: Vec<Result<()>> = std::thread::scope(|scope| {
            let open = || {
                let tables = [sample()].into_iter();
                let store = Store::open(&location, &options(), tables, &[*migration()], &mut || Ok(()))?;
                store.write(|tx| {
                    tx.append(crate::both::entry("start"), Vec::new());
                    Ok(())
                })
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        for outcome in outcomes {
            outcome.unwrap_or_else(|error| panic!("{error} {:?}", error.cause()));
        }
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    on_both(|world| {
        let mut conn = connect_writer(&world.location, &options()).unwrap();
        migrate(&mut *conn, &[*migration(), second()], &mut || Ok(())).unwrap();
        let before = columns(world);
        let error = migrate(&mut *conn, &[*migration()], &mut || panic!("no backup is needed")).unwrap_err();
        assert!(error.message().contains("newer"), "{error}");
        assert_eq!(columns(world), before);
    });
}

#[test]
fn a_failing_backup_stops_the_migration_before_it_begins() {
    on_both(|world| {
        let mut conn = connect_writer(&world.location, &options()).unwrap();
        let refuse = || Err(Error::unavailable("no backup", "on purpose"));
        assert!(migrate(&mut *conn, &[*migration(), second()], &mut { refuse }).is_err());
        assert!(!columns(world).iter().any(|row| row[0] == Value::from("more")));
    });
}
