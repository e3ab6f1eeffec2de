//! Clause 7, support of the service management system.

pub mod nil_return;
pub mod person;
