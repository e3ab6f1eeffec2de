//! Tables: what the store keeps for kinds and for what hangs on every record.

use crate::{
    field::{Search, Subject, Type},
    registry::KindDef,
};

/// Columns that every kind's table has before its fields, without the store's own integer key.
pub const HEAD_COLUMNS: &[&str] = &["id", "ref", "title", "state", "version", "created_at", "updated_at"];

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type of its content.
    pub ty: Type,
    /// May not be NULL.
    pub required: bool,
    /// Has an index of its own.
    pub indexed: bool,
    /// No two rows share a value.
    pub unique: bool,
    /// Whose personal data it is: kept out of the journal's entries, in the salted side table.
    pub personal: Option<Subject>,
}

impl Column {
    /// A plain column that may be NULL.
    pub const fn new(name: &'static str, ty: Type) -> Self {
        Self { name, ty, required: false, indexed: false, unique: false, personal: None }
    }

    /// May not be NULL.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Has an index.
    #[must_use]
    pub const fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }

    /// Holds personal data.
    #[must_use]
    pub const fn personal(mut self, subject: Subject) -> Self {
        self.personal = Some(subject);
        self
    }
}

/// A table whose rows are written by journal entries and can be rebuilt from them.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name, in the database and in journal entries.
    pub name: &'static str,
    /// Columns in order; the first is `id`.
    pub columns: Vec<Column>,
    /// Columns by which lists are commonly filtered together; each group has an index, newest first.
    pub lists: &'static [&'static [&'static str]],
    /// True for a kind's table, false for a part (comment, link, …).
    pub is_kind: bool,
    /// Version of the columns' meaning, written into journal entries; raised with an upcaster.
    pub schema: u32,
}

impl Table {
    /// The table of a kind: head columns, then fields.
    pub fn of_kind(def: &KindDef) -> Self {
        let mut title = Column::new("title", Type::Text);
        title.personal = def.title.personal;
        let mut columns = vec![
            Column::new("id", Type::Reference(def.name)).required(),
            Column::new("ref", Type::Text).required(),
            title,
            Column::new("state", Type::Choice(def.states)).required(),
            Column::new("version", Type::Int).required(),
            Column::new("created_at", Type::Instant).required(),
            Column::new("updated_at", Type::Instant).required(),
        ];
        columns.extend(def.fields.iter().map(|field| Column {
            name: field.name,
            ty: field.ty,
            required: false,
            indexed: field.indexed,
            unique: field.unique,
            personal: field.personal,
        }));
        Self { name: def.name, columns, lists: def.lists, is_kind: true, schema: 1 }
    }

    /// Place of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// True when words of a column are found by search, and by whom.
pub fn searched(def: &KindDef, column: &str) -> Search {
    if column == "title" {
        return def.title.search;
    }
    def.field(column).map_or(Search::No, |field| field.search)
}
