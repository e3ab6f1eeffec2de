//! The application's tests, in one binary.
#![allow(missing_docs)]

mod backup;
mod door;
mod erase;
mod import;
mod ledger;
mod rebuild;
mod report;
mod schema;
mod stories;
mod world;
