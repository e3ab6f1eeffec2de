//! The server: REST interface and pages over HTTP, sessions and tokens, limits, headers.
//!
//! This crate holds no rule of a process, no right and no query: a handler parses, calls one function of
//! `mainstay-app`, and renders. It never changes a record but through the one door, and no request reaches a handler
//! but through the [gate] by a route of the [table](routes).

pub mod call;
pub mod gate;
pub mod listen;
pub mod metrics;
pub mod openapi;
mod problem;
pub mod rate;
mod rest;
pub mod routes;
pub mod settings;
mod strict_json;
mod web;

pub use call::{Call, Reply};
pub use listen::{Running, serve};
pub use rate::Rates;
pub use routes::{Policy, Route, all_routes};
pub use settings::Settings;
