//! What was acknowledged stays: after kills, power cuts and failed commits, on both databases.
#![allow(missing_docs)]

mod failed_commits;
mod kills;
mod power_cuts;
mod world;
