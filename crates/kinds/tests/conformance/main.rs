//! What holds for every kind. A new kind is tested by these before its own tests are written.

mod commands;
mod descriptors;
mod sample;
mod snapshots;
mod walks;
