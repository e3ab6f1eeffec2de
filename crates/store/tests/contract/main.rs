//! What the store promises to everything above it, on SQLite and on PostgreSQL alike.
#![allow(missing_docs)]

mod both;
mod filters;
mod idempotency;
mod leases;
mod migrations;
mod outbox;
mod paging;
mod readers;
mod samples;
mod search;
mod values;
mod writer;
