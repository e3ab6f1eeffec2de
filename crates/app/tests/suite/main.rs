//! The application's tests, in one binary.
#![allow(missing_docs)]

mod door;
mod import;
mod report;
mod schema;
mod world;
