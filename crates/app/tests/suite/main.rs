//! The application's tests, in one binary.
#![allow(missing_docs)]

mod clock_stories;
mod conformance;
mod door;
mod import;
mod ledger;
mod rebuild;
mod report;
mod schema;
mod stories;
mod world;
