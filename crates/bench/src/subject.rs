//! What can be measured: a program that keeps tickets.

use std::path::Path;
use std::time::Duration;

use crate::draw::NewTicket;

/// A result whose error is only told to a person.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A program with tickets in it. Its methods are called from many threads at once; each returns when its caller would
/// have its answer, which for a write means that it is durable.
pub(crate) trait Subject: Sync {
    /// What stands in the tables of results.
    fn name(&self) -> String;

    /// Fills an empty store with `count` tickets, numbered from 1. Not measured, and need not be durable before its
    /// end.
    fn seed(&self, count: u64) -> Outcome<()>;

    /// The 50 newest tickets of one status and one priority; says how many there were.
    fn list(&self, status: i64, priority: i64) -> Outcome<usize>;

    /// The 50 newest tickets of one team and one status that are at least so urgent.
    fn filtered_list(&self, team: i64, status: i64, priority: i64) -> Outcome<usize>;

    /// One whole ticket; says how many bytes of text it has.
    fn read(&self, id: i64) -> Outcome<usize>;

    /// A new ticket with its text index and its entry of history; says its number.
    fn create(&self, ticket: NewTicket) -> Outcome<i64>;

    /// Another status for a ticket, with an entry of history.
    fn transition(&self, id: i64, status: i64) -> Outcome<()>;

    /// Stops and starts again; says how long the start took, if it can be measured.
    fn restart(&self) -> Outcome<Option<Duration>> {
        Ok(None)
    }

    /// The main process of a database server beside this one, whose processor time counts too.
    fn server(&self) -> Option<u32>;

    /// What the store takes on disk, in bytes.
    fn bytes_on_disk(&self) -> Outcome<u64>;
}

/// Makes an empty subject; it may keep files in the folder.
pub(crate) type Make<'a> = dyn Fn(&Path) -> Outcome<Box<dyn Subject>> + 'a;
