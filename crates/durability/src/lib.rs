//! Whether Mainstay keeps what it acknowledged: a burst of acts, a log of what was promised, and the oracles that
//! look for broken promises after a kill, a power cut or a failed commit.
//!
//! Only tests use this crate. It never decides what Mainstay does: it acts through the one door as anybody would,
//! and reads what is left.

pub mod chance;
pub mod client;
pub mod log;
pub mod oracle;
