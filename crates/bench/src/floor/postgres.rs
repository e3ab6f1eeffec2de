//! The floor on PostgreSQL: the same tables and statements, its default durability, a text index of its own kind.

use std::io::Write as _;

use mainstay_testkit::postgres::{Database, Server};
use postgres::{Client, NoTls, Statement};

use super::group_commit::{GroupCommit, Write, Writer};
use super::pool::Pool;
use super::{AUDIT, CREATED, FILTERED_LIST, INDEXES, INSERT, LIST, MOVE, PAGE, READ, moved};
use crate::draw::{Draw, NewTicket};
use crate::subject::{Outcome, Subject};

const TABLES: &str = "
    CREATE TABLE ticket (id bigint PRIMARY KEY, title text NOT NULL, description text NOT NULL, status bigint NOT NULL,
        priority bigint NOT NULL, team bigint NOT NULL, requester bigint NOT NULL, created bigint NOT NULL,
        words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || description)) STORED);
    CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket bigint NOT NULL, what text NOT NULL,
        created bigint NOT NULL);";

const TEXT_INDEX: &str = "CREATE INDEX ticket_by_word ON ticket USING gin (words)";

/// A connection with its statements prepared.
struct Reader {
    client: Client,
    list: Statement,
    filtered_list: Statement,
    read: Statement,
}

/// See [the module](self).
pub(crate) struct Postgres {
    // Clients before the database: it is dropped after they have gone.
    readers: Pool<Reader>,
    writer: GroupCommit,
    database: Database,
    server: u32,
    version: String,
}

impl Postgres {
    /// An empty store in a new database. A reader waits for the server most of the time, so there are two for a core.
    pub(crate) fn open(server: &Server) -> Outcome<Self> {
        let database = server.fresh_database();
        let mut client = Client::connect(&database.url, NoTls)?;
        client.batch_execute(TABLES)?;
        let version: String = client.query_one("SHOW server_version", &[])?.get(0);
        let version = version.split(' ').next().unwrap_or_default().to_owned();
        let cores = std::thread::available_parallelism()?.get();
        let readers = (0..2 * cores).map(|_| Reader::connect(&database.url)).collect::<Outcome<_>>()?;
        let writer = GroupCommit::start(PostgresWriter::over(client)?);
        Ok(Self { readers: Pool::of(readers), writer, database, server: server.postmaster()?, version })
    }
}

impl Reader {
    fn connect(url: &str) -> Outcome<Self> {
        let mut client = Client::connect(url, NoTls)?;
        let (list, filtered_list, read) =
            (client.prepare(LIST)?, client.prepare(FILTERED_LIST)?, client.prepare(READ)?);
        Ok(Self { client, list, filtered_list, read })
    }
}

/// Takes the rows of a list out of the answer, as a program would.
fn page(rows: &[postgres::Row]) -> usize {
    let page: Vec<(i64, String, i64, i64, i64, i64)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5)))
        .collect();
    std::hint::black_box(page).len()
}

impl Subject for Postgres {
    fn name(&self) -> String {
        format!("floor, PostgreSQL {}", self.version)
    }

    fn seed(&self, count: u64) -> Outcome<()> {
        let mut client = Client::connect(&self.database.url, NoTls)?;
        let mut draw = Draw::new(0);
        let columns = "(id, title, description, status, priority, team, requester, created)";
        let mut copy = client.copy_in(&format!("COPY ticket {columns} FROM STDIN"))?;
        for number in 1..=count {
            let NewTicket { title, description, status, priority, team, requester, created } =
                draw.new_ticket(number);
            writeln!(
                copy,
                "{number}\t{title}\t{description}\t{status}\t{priority}\t{team}\t{requester}\t{created}"
            )?;
        }
        copy.finish()?;
        client.execute(
            "INSERT INTO audit (ticket, what, created) SELECT id, $1, created FROM ticket",
            &[&CREATED],
        )?;
        client.batch_execute(INDEXES)?;
        client.batch_execute(TEXT_INDEX)?;
        // Apart, since together they would be one transaction, in which neither may run.
        client.batch_execute("VACUUM ANALYZE")?;
        client.batch_execute("CHECKPOINT")?;
        Ok(())
    }

    fn list(&self, status: i64, priority: i64) -> Outcome<usize> {
        self.readers
            .with(|Reader { client, list, .. }| Ok(page(&client.query(list, &[&status, &priority, &PAGE])?)))
    }

    fn filtered_list(&self, team: i64, status: i64, priority: i64) -> Outcome<usize> {
        self.readers.with(|Reader { client, filtered_list, .. }| {
            Ok(page(&client.query(filtered_list, &[&team, &status, &priority, &PAGE])?))
        })
    }

    fn read(&self, id: i64) -> Outcome<usize> {
        self.readers.with(|Reader { client, read, .. }| {
            let row = client.query_one(read, &[&id])?;
            let ticket = NewTicket {
                title: row.get(0),
                description: row.get(1),
                status: row.get(2),
                priority: row.get(3),
                team: row.get(4),
                requester: row.get(5),
                created: row.get(6),
            };
            Ok(std::hint::black_box(ticket).description.len())
        })
    }

    fn create(&self, ticket: NewTicket) -> Outcome<i64> {
        self.writer.write(Write::Create(ticket))
    }

    fn transition(&self, id: i64, status: i64) -> Outcome<()> {
        self.writer.write(Write::Move { id, status }).map(drop)
    }

    fn server(&self) -> Option<u32> {
        Some(self.server)
    }

    fn bytes_on_disk(&self) -> Outcome<u64> {
        let mut client = Client::connect(&self.database.url, NoTls)?;
        let bytes: i64 = client.query_one("SELECT pg_database_size(current_database())", &[])?.get(0);
        Ok(u64::try_from(bytes)?)
    }
}

/// The one writing connection. Each statement is a round trip: the client cannot send several at once.
struct PostgresWriter {
    client: Client,
    insert: Statement,
    transition: Statement,
    audit: Statement,
    last: i64,
}

impl PostgresWriter {
    fn over(mut client: Client) -> Outcome<Self> {
        let (insert, transition, audit) =
            (client.prepare(INSERT)?, client.prepare(MOVE)?, client.prepare(AUDIT)?);
        Ok(Self { client, insert, transition, audit, last: 0 })
    }

    /// The number of the next ticket: this connection is the only one that makes any, so it counts for itself.
    fn next(&mut self) -> Outcome<i64> {
        if self.last == 0 {
            self.last = self.client.query_one("SELECT coalesce(max(id), 0) FROM ticket", &[])?.get(0);
        }
        self.last += 1;
        Ok(self.last)
    }
}

impl Writer for PostgresWriter {
    fn begin(&mut self) -> Outcome<()> {
        Ok(self.client.batch_execute("BEGIN")?)
    }

    fn write(&mut self, write: &Write) -> Outcome<i64> {
        self.client.batch_execute("SAVEPOINT one")?;
        let id = match write {
            Write::Create(ticket) => {
                let id = self.next()?;
                let NewTicket { title, description, status, priority, team, requester, created } = ticket;
                self.client.execute(
                    &self.insert,
                    &[&id, title, description, status, priority, team, requester, created],
                )?;
                self.client.execute(&self.audit, &[&id, &CREATED, created])?;
                id
            }
            Write::Move { id, status } => {
                self.client.execute(&self.transition, &[id, status])?;
                self.client.execute(&self.audit, &[id, &moved(*status), status])?;
                *id
            }
        };
        self.client.batch_execute("RELEASE one")?;
        Ok(id)
    }

    fn commit(&mut self) -> Outcome<()> {
        Ok(self.client.batch_execute("COMMIT")?)
    }
}
