//! The verifier finds what was done to a journal, names the place, and does not cry wolf.

mod folders;
mod generator;
mod golden;
mod mutations;
mod speed;
