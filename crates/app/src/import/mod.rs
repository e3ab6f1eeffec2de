//! Import: a foreign file comes in through the one door, as history where it is history.
//!
//! A mapping (TOML, [`mapping`]) says what the columns mean. The whole file is read and tried against the kind's
//! own rules first; one bad row refuses it whole, and every bad row is named. Then the records are written, many
//! acts in flight, each with an idempotency key, so that a run that was cut short is taken up again by the same
//! command and the same file a second time changes nothing.
//!
//! What was imported is not taken back: its history stands in the journal. `--dry-run` is the way to look first.

mod cells;
mod check;
mod draft;
pub mod mapping;
mod plan;
mod rows;
mod run;
mod template;

pub use mapping::Mapping;
pub use run::{Options, Progress, Summary, import};

/// The mappings that the program brings: name and text.
const SHIPPED: &[(&str, &str)] =
    &[("servicenow-incident-audit", include_str!("../../mappings/servicenow-incident-audit.toml"))];

/// The names of the mappings that the program brings.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The text of a mapping that the program brings.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
