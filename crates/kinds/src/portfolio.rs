//! Clause 8.2, the service portfolio.

pub mod service;
