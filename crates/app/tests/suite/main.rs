//! The application's tests, in one binary.
#![allow(missing_docs)]

mod accounts;
mod approvals;
mod as_of;
mod backup;
mod clock_stories;
mod conformance;
mod conformity;
mod documents_and_requests;
mod door;
mod erase;
mod export;
mod import;
mod ledger;
mod migration;
mod neighbours;
mod rebuild;
mod replay;
mod report;
mod schema;
mod stories;
mod world;
