//! What a record kind *is*: values, fields, choices, lifecycles, links, clocks, filters, errors.
//!
//! This crate never does I/O, never reads a clock or a source of randomness, and knows no kind. A kind
//! (crate `mainstay-kinds`) is a struct plus a descriptor that points into it; everything else in
//! Mainstay is derived from that descriptor.

pub mod actor;
pub mod approval;
pub mod choice;
pub mod clock;
pub mod cx;
pub mod error;
pub mod field;
pub mod filter;
pub mod id;
pub mod kind;
pub mod lifecycle;
pub mod link;
pub mod parts;
pub mod record;
pub mod registry;
pub mod table;
pub mod text;
pub mod unseen;
pub mod value;

pub use actor::{Actor, Channel};
pub use approval::{Approval, ApprovalDef, Gate, GateDef, Policy};
pub use choice::{Choice, ChoiceDef};
pub use clock::{Clock, ClockDef, Goal};
pub use cx::{Cx, Facts};
pub use error::{Error, ErrorKind, FieldError, Result};
pub use field::{Field, FieldDef, FieldType, Fields, Search, Structured, Subject, Type};
pub use filter::{Filter, Op, Page, Sort};
pub use id::{Id, Ids, Salt};
pub use kind::{Def, Effect, Fact, Head, Kind, TitleDef};
pub use lifecycle::{Move, MoveDef};
pub use link::{Link, LinkDef};
pub use record::Record;
pub use registry::{AnyKind, KindDef, Of, Registry};
pub use table::{Column, Table};
pub use value::Value;

/// A moment in UTC. Mainstay's rules work with whole seconds (see [`value::whole_second`]).
pub type Instant = jiff::Timestamp;

pub use registry::{Changes, Recorded};
