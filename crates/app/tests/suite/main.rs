//! The application's tests, in one binary.
#![allow(missing_docs)]

mod clock_stories;
mod door;
mod schema;
mod world;
