//! The use cases: one door for every change, queries, clocks, import and export, reports, journal, backup.
//!
//! This crate never knows HTTP, a terminal or the process's environment: faces parse, call one function and
//! render. It holds no rule of a kind; those stand in `mainstay-kinds`.

pub mod accounts;
pub mod app;
pub mod approvals;
pub mod attachments;
pub mod backup;
pub mod clocks;
pub mod clockwork;
pub mod command;
pub mod conformity;
pub mod context;
pub mod csv_text;
pub mod door;
pub mod explain;
pub mod export;
pub mod file_name;
pub mod find;
pub mod import;
pub mod judge;
pub mod keys;
pub mod ledger;
pub(crate) mod past;
pub mod policy;
pub mod project;
pub mod query;
pub mod rebuild;
pub mod replay;
pub mod report;
pub mod restore;
pub mod rights;
pub mod view;

pub use app::{App, Config, Founding};
pub use clockwork::Clockwork;
pub use command::{Command, HistoryStep, Outcome, Request, StoredFile};
pub use context::Context;
pub use view::View;
