//! Process rules that several kinds and reports share: pure functions on plain values.
//!
//! This crate never does I/O, never reads a clock, and knows no record kind: who calls it brings the values.

pub mod approval;
pub mod priority;

pub use priority::{Level, priority};
