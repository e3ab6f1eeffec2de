//! Storage: one writer, a pool of readers, two databases behind one narrow connection.
//!
//! This crate never holds a process rule and knows no kind: tables come from descriptors. Everything that
//! differs between SQLite and PostgreSQL stands in [`dialect`] and in the two files of [`engine`].

pub mod clock;
pub mod dialect;
pub mod engine;
pub mod head;
pub mod journal;
pub mod list;
pub mod migrate;
pub mod outbox;
pub mod pages;
pub mod readers;
pub mod rows;
pub mod schema;
pub mod search;
pub mod store;
pub mod timeline;
pub mod writer;

pub use clock::{Clock, ManualClock, SystemClock};
pub use dialect::{Audience, Cell, Dialect};
pub use engine::Conn;
pub use store::{Location, Options, Store, Synchronous};
pub use writer::{WriteTx, Writer};
