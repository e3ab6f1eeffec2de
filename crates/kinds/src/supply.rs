//! Clause 8.3.4: suppliers, internal suppliers and customers acting as suppliers.

pub mod contract;
pub mod dispute;
pub mod supplier;
pub mod supplier_review;
