//! Conformity to ISO/IEC 20000-1:2018: the catalogue of requirements, checks over records, verdicts.
//!
//! This crate never writes, never reads a clock and never knows HTTP or SQL: records come from a [`Source`], time is
//! an argument, and what comes out is a [`CheckRun`] that says on which records it rests. The same records, instant
//! and rule give the same run. Nothing that is unknown is ever called met.

pub mod board;
pub mod books;
pub mod catalogue;
pub mod check;
pub mod checks;
pub mod describe;
pub mod engine;
pub mod evidence;
pub mod history;
mod nil_returns;
pub mod pass;
pub mod population;
pub mod run;
pub mod span;
#[cfg(test)]
mod testing;
pub mod verdict;

pub use board::{Board, RequirementDetail};
pub use books::Books;
pub use catalogue::{CATALOGUE, Catalogue};
pub use check::{CheckDef, Part, Tolerance};
pub use engine::{Found, JournalFacts, Order, Page, Source};
pub use pass::{Around, Item};
pub use run::{CheckRun, Exception, RunResult};
pub use span::Span;
pub use verdict::{Designed, Judged, Standing};
