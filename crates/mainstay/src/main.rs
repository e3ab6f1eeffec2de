//! Mainstay.
fn main() {}
