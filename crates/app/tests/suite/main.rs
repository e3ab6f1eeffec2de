//! The application's tests, in one binary.
#![allow(missing_docs)]

mod door;
mod export;
mod import;
mod replay;
mod report;
mod schema;
mod world;
