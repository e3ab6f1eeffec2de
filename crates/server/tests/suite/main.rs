//! The server's tests, in one binary: a real server on a free port, a real application, both databases.
#![allow(missing_docs)]

mod asker;
mod client;
mod golden;
mod scene;
mod scopes;
mod world;
