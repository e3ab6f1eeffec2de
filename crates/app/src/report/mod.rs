//! Reports: figures from the records, each with what it was computed from.

pub mod sla;
