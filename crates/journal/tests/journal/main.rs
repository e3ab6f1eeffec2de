//! The journal's format against its vectors, its properties, and other people's implementations of the same
//! standards.

mod checkpoint;
mod entry;
mod golden;
mod proof;
mod sample;
mod speed;
mod tree;
