//! The server's tests, in one binary: a real server on a free port, a real application, both databases.
#![allow(missing_docs)]

mod asker;
mod authorisation;
mod budgets;
mod changes;
mod client;
mod clocks;
mod conformity;
mod described;
mod desk;
mod exports;
mod files;
mod gate;
mod golden;
mod limits;
mod rates;
mod scene;
mod scopes;
mod twins;
mod world;
