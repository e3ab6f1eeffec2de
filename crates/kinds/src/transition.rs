//! Clause 8.5: changes and what they are made of.

pub mod change;
pub mod change_model;
pub mod configuration_item;
pub mod maintenance_window;
