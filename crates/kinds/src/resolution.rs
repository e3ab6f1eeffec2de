//! Clause 8.6, resolution and fulfilment.

pub mod incident;
pub mod level;
pub mod waiting_reason;
