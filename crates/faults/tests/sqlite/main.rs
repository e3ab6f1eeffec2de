//! SQLite on a disk that fails on purpose.

mod ledger;
mod power_cuts;
mod several_connections;
mod sick_disks;
