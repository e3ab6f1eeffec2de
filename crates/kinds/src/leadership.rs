//! Clause 5, leadership: who is responsible.

pub mod role_assignment;
pub mod team;
