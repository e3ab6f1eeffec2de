//! Checkpoints, verification, export and proofs of a living journal.
