//! Links: named relations between records, readable from both ends.

/// A relation that a kind may have with records of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Name seen from this record: `caused_by`.
    pub name: &'static str,
    /// Name seen from the other record: `causes`.
    pub inverse: &'static str,
    /// Kind of the other record, by name.
    pub to: &'static str,
}

impl Link {
    /// A relation `name` to records of kind `to`, called `inverse` from there.
    pub const fn new(name: &'static str, inverse: &'static str, to: &'static str) -> Self {
        Self { name, inverse, to }
    }
}

/// A link of a kind, as the registry lists it.
pub type LinkDef = Link;

/// The relation that every kind has with every kind.
pub const RELATED: &str = "related_to";
