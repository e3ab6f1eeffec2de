//! How a person stands to a record: the columns by which a record is theirs, their team's, their organisation's.

use mainstay_core::{KindDef, Record, Type, Value};
use uuid::Uuid;

/// The columns of a kind that tell whose a record is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// Columns that name the person to whom the record belongs.
    pub own: Vec<&'static str>,
    /// Columns that name a team.
    pub team: Vec<&'static str>,
    /// Columns that name a customer organisation.
    pub organisation: Vec<&'static str>,
    /// Columns that name a service.
    pub service: Vec<&'static str>,
}

impl Relations {
    /// Read from the descriptor: a person's record is that person's, an organisation's is that organisation's, a
    /// team's is that team's; else the fields say it.
    pub fn of(def: &KindDef) -> Self {
        let mut relations = Self::default();
        match def.name {
            "person" => relations.own.push("id"),
            "team" => relations.team.push("id"),
            "customer_organisation" => relations.organisation.push("id"),
            "service" => relations.service.push("id"),
            _ => {}
        }
        for field in &def.fields {
            match field.ty {
                Type::Reference("person") if field.own => relations.own.push(field.name),
                Type::Reference("team") => relations.team.push(field.name),
                Type::Reference("customer_organisation") => relations.organisation.push(field.name),
                Type::Reference("service") => relations.service.push(field.name),
                _ => {}
            }
        }
        relations
    }

    /// Whether one of the columns holds one of the ids.
    pub(super) fn holds(def: &KindDef, record: &Record, columns: &[&'static str], ids: &[Uuid]) -> bool {
        columns.iter().any(|column| match record.get(def, column) {
            Value::Id(id) => ids.contains(&id),
            _ => false,
        })
    }
}
