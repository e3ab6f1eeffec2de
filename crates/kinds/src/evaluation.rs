//! Clause 9, performance evaluation.

pub mod service_report;
