//! The independent verifier of a Mainstay journal. It reads an exported journal, without network and without
//! the program that wrote it, and says whether the history was changed (integrity) and how far anybody vouches
//! for it (completeness). These are two answers and stay two.
//!
//! It never writes a file, never opens a connection, never asks for the time, and never shares code with the
//! writer of the journal: it was written from `docs/journal-format.md` alone, so that a mistake there does not
//! hide itself here.
//!
//! What no verifier can show: that an entry was true when it was written; a change by somebody who holds the
//! signing key and every copy of the checkpoints; anything newer than the last checkpoint.
//!
//! [`verify`] takes a folder, [`verify_proof`] a single entry with its proof.

mod entry;
mod folder;
mod instant;
mod keys;
mod known;
mod lines;
mod link;
mod merkle;
mod note;
mod personal;
mod proof;
mod report;
mod resolve;
mod say;
mod scan;
mod walk;

pub use keys::KeySource;
pub use known::{Known, Outcome};
pub use proof::{ProofReport, verify_proof};
pub use report::{EpochFacts, Finding, Kind, Place, Report, Verdict};
pub use resolve::{Request, verify};
