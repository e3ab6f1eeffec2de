//! Facts: what a kind's rules have asked to know, loaded in the act's transaction before they run.

use std::sync::Arc;

use mainstay_core::{Changes, Facts, Record, Result, Type, Value, kind::Fact, registry::Entry};
use mainstay_store::Cell;
use uuid::Uuid;

use super::Act;

impl Act<'_, '_> {
    pub(super) fn facts(
        &mut self,
        kind: &'static Entry,
        record: &Record,
        changes: &Changes,
    ) -> Result<Facts> {
        let mut facts = Facts::default();
        for fact in kind.def.reads {
            match fact {
                Fact::Agreement => {
                    let service = Self::coming(kind, record, changes, "service").as_id();
                    let customer = Self::coming(kind, record, changes, "customer").as_id();
                    facts.agreement = self.agreement_for(service, customer)?;
                }
                Fact::AgreementThrough(field) => {
                    let mut service = Self::coming(kind, record, changes, "service").as_id();
                    if service.is_none()
                        && let Some(id) = Self::coming(kind, record, changes, field).as_id()
                        && let Some(Type::Reference(other)) = kind.def.field(field).map(|field| field.ty)
                        && let Some(found) = self.referenced(other, id)?
                    {
                        service = found.get(&self.context.kind(other)?.def, "service").as_id();
                    }
                    let customer = Self::coming(kind, record, changes, "customer").as_id();
                    facts.agreement = self.agreement_for(service, customer)?;
                }
                Fact::Referenced(field) => {
                    let Some(id) = Self::coming(kind, record, changes, field).as_id() else { continue };
                    let Some(Type::Reference(other)) = kind.def.field(field).map(|field| field.ty) else {
                        continue;
                    };
                    if let Some(found) = self.referenced(other, id)? {
                        facts.referenced.push((field, found));
                    }
                }
            }
        }
        Ok(facts)
    }

    /// The agreement in force for a service and a customer: the most specific one; of equals the oldest.
    fn agreement_for(&mut self, service: Option<Uuid>, customer: Option<Uuid>) -> Result<Option<Uuid>> {
        let name = format!("{service:?} {customer:?}");
        if let Some(known) = self.tx.cache().get::<Option<Uuid>>("agreement for", &name) {
            return Ok(*known);
        }
        let conn = self.tx.conn();
        let rows = conn.query(
            &conn.dialect().sql(
                "select id, service, customer from service_level_agreement where state = 'in_force' \
                 and (service is null or service = ?1) and (customer is null or customer = ?2) order by \"key\"",
            ),
            // The nil id equals no record.
            &[Value::Id(service.unwrap_or_default()), Value::Id(customer.unwrap_or_default())],
            &[Cell::Id, Cell::Id, Cell::Id],
        )?;
        let specific = |row: &Vec<Value>| u8::from(!row[1].is_null()) * 2 + u8::from(!row[2].is_null());
        let mut best: Option<&Vec<Value>> = None;
        for row in &rows {
            if best.is_none_or(|best| specific(row) > specific(best)) {
                best = Some(row);
            }
        }
        let found = best.and_then(|row| row[0].as_id());
        self.tx.cache().keep("agreement for", &name, &["service_level_agreement"], Arc::new(found));
        Ok(found)
    }
}
