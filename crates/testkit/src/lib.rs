//! What the tests and the bench of Mainstay share: PostgreSQL servers of their own, and the project's data files.
//!
//! This crate is never part of the program: only tests, the bench and the `Makefile` use it. It never takes a
//! network port, never touches a PostgreSQL server that it did not start (unless `MAINSTAY_TEST_POSTGRES` names
//! one), and never leaves a server running behind it.

pub mod environment;
pub mod postgres;
pub mod workspace;
