//! The floor: the least that a program with these tickets can cost, on each of the two databases.
//!
//! Tables, statements and the shape of the program are as plain as they can be while writes are durable: a few reading
//! connections, and one writing thread that commits in groups. It uses no crate of the product.

pub(crate) mod group_commit;
mod pool;
mod postgres;
pub(crate) mod sqlite;

pub(crate) use postgres::Postgres;
pub(crate) use sqlite::Sqlite;

/// How many tickets a list shows.
pub(crate) const PAGE: i64 = 50;

/// The 50 newest of one status and priority. Placeholders are `$1`, which both databases take.
pub(crate) const LIST: &str = "SELECT id, title, status, priority, team, created FROM ticket
    WHERE status = $1 AND priority = $2 ORDER BY created DESC LIMIT $3";

/// The 50 newest of one team and status that are urgent enough.
const FILTERED_LIST: &str = "SELECT id, title, status, priority, team, created FROM ticket
    WHERE team = $1 AND status = $2 AND priority <= $3 ORDER BY created DESC LIMIT $4";

pub(crate) const READ: &str =
    "SELECT title, description, status, priority, team, requester, created FROM ticket WHERE id = $1";

const INSERT: &str = "INSERT INTO ticket (id, title, description, status, priority, team, requester, created)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// The 50 newest with all words, on SQLite.
pub(crate) const SEARCH: &str = "SELECT id, title, status, priority, team, created FROM ticket WHERE id IN
    (SELECT rowid FROM ticket_text WHERE ticket_text MATCH $1 ORDER BY rowid DESC LIMIT $2) ORDER BY id DESC";

/// How many are open (all but closed ones), by status and priority: what a dashboard without kept numbers or a bound
/// would have to count.
pub(crate) const COUNT: &str =
    "SELECT status, priority, count(*) FROM ticket WHERE status < 4 GROUP BY status, priority";

const MOVE: &str = "UPDATE ticket SET status = $2 WHERE id = $1";

const AUDIT: &str = "INSERT INTO audit (ticket, what, created) VALUES ($1, $2, $3)";

/// The three indexes, on both databases.
const INDEXES: &str = "
    CREATE INDEX ticket_by_status ON ticket (status, priority, created DESC);
    CREATE INDEX ticket_by_team ON ticket (team, status, created DESC);
    CREATE INDEX ticket_by_requester ON ticket (requester, created DESC);";

/// What the audit says of a new ticket.
const CREATED: &str = "{\"act\":\"create\"}";

/// What the audit says of a ticket that moved.
fn moved(status: i64) -> String {
    format!("{{\"act\":\"move\",\"status\":{status}}}")
}
