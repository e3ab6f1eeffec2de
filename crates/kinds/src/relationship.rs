//! Clause 8.3, relationship and agreement.

pub mod agreement_version;
pub mod calendar;
pub mod complaint;
pub mod customer_organisation;
pub mod satisfaction_result;
pub mod service_level_agreement;
