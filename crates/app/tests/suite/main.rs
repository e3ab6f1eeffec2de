//! The application's tests, in one binary.
#![allow(missing_docs)]

mod door;
mod export;
mod import;
mod ledger;
mod rebuild;
mod replay;
mod report;
mod schema;
mod stories;
mod world;
