//! Records by name, for a person: what they may not read is not there.

use mainstay_core::{Error, Record, Result, Value, registry::Entry};
use mainstay_store::{Cell, Conn, rows};
use uuid::Uuid;

use super::Query;
use crate::{context::to_record, rights::Deed};

impl Query<'_> {
    /// The record with this ref or id.
    ///
    /// # Errors
    /// Not found, in the same words whether it does not exist or may not be read.
    pub(super) fn find(&self, conn: &mut dyn Conn, name: &str) -> Result<(&'static Entry, Record)> {
        let context = self.view.context();
        let missing = || Error::not_found(name);
        if name.contains('\0') {
            return Err(missing());
        }
        let (kind, column, value) = match name.parse::<Uuid>() {
            Ok(id) => {
                let sql = conn.dialect().sql("select kind from record where id = ?1");
                let row = conn.first(&sql, &[Value::Id(id)], &[Cell::Text])?.ok_or_else(missing)?;
                (context.kind(row[0].as_text().unwrap_or_default())?, "id", Value::Id(id))
            }
            Err(_) => (context.registry.kind_of_ref(name).ok_or_else(missing)?, "ref", Value::from(name)),
        };
        let table = context.table(kind.def.name)?;
        let found = rows::find(conn, table, column, &value)?.ok_or_else(missing)?;
        let record = to_record(kind.def.name, found.row)?;
        if self.who.may(&kind.def, &record, Deed::Read) { Ok((kind, record)) } else { Err(missing()) }
    }

    /// The record of a kind with this ref or id.
    ///
    /// # Errors
    /// Not found.
    pub(super) fn find_of(&self, conn: &mut dyn Conn, wanted: &str, name: &str) -> Result<Record> {
        let (kind, record) = self.find(conn, name)?;
        if kind.def.name == wanted { Ok(record) } else { Err(Error::not_found(name)) }
    }
}
