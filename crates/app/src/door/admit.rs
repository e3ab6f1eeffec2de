//! Admission: whether the person of a request may do what it asks, with the records it names. A record that the
//! person may not read looks like one that does not exist; one that they may read but not touch is refused.

use std::sync::Arc;

use mainstay_core::{Channel, Error, ErrorKind, FieldError, Filter, Record, Result, registry::Entry};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::Act;
use crate::{
    command::Command,
    rights::{Deed, Principal, Relations},
};

impl Act<'_, '_> {
    /// The person whose rights are checked record by record. Who has the duty to import brings whole files in, who
    /// has the duty to erase erases in records that they do not read; these duties the policy has checked.
    fn checked(&self) -> Option<Arc<Principal>> {
        let rights = self.request.rights.as_ref();
        let by_duty = self.request.channel == Channel::Import
            || matches!(self.request.command, Command::ErasePerson { .. });
        rights.filter(|_| !by_duty).cloned()
    }

    /// Checks the request against the rights of its person; the operator, the clockwork and replay have none to check.
    pub(super) fn admit(&mut self) -> Result<()> {
        let Some(who) = self.checked() else { return Ok(()) };
        let request = self.request;
        let (record, deed) = match &request.command {
            Command::Create { kind, .. } => {
                let kind = self.context.kind(kind)?;
                return if who.may_ever(&kind.def, Deed::Create) { Ok(()) } else { Err(Error::forbidden()) };
            }
            Command::Edit { record, values, .. } => {
                let id = self.admit_to(&who, record, Deed::Edit)?;
                let (kind, before) = self.current(id)?;
                return check_fields(&who, kind, &before, Deed::Edit, values);
            }
            Command::Move { record, name, .. } => {
                let id = self.load(record)?;
                let (kind, before) = self.current(id)?;
                // A move that the kind does not have is answered by the kind.
                let Some(mv) = kind.def.find_move(name) else { return Ok(()) };
                return if who.may(&kind.def, &before, Deed::Move(mv.name)) {
                    Ok(())
                } else {
                    Err(Error::forbidden())
                };
            }
            Command::Comment { record, visibility, .. } => (record, spoken(visibility)),
            Command::Attach { record, visibility, .. } => {
                if visibility != "public" {
                    self.admit_to(&who, record, Deed::ReadInternal)?;
                }
                (record, Deed::Attach)
            }
            Command::Detach { record, .. } => (record, Deed::Edit),
            Command::Link { record, target, .. } | Command::Unlink { record, target, .. } => {
                self.load(target)?;
                (record, Deed::Link)
            }
            Command::Tag { record, .. } | Command::Untag { record, .. } => (record, Deed::Tag),
            Command::AddTask { record, .. } | Command::ChangeTask { record, .. } => (record, Deed::Task),
            Command::Vote { record, .. } => (record, Deed::Vote),
            Command::RecordHistory { .. }
            | Command::ErasePerson { .. }
            | Command::ClockReached { .. }
            | Command::RecordCheckRuns { .. } => {
                // The policy has refused these, or lets only persons with the duty come here.
                return Ok(());
            }
        };
        self.admit_to(&who, record, deed).map(|_| ())
    }

    fn admit_to(&mut self, who: &Principal, record: &str, deed: Deed) -> Result<Uuid> {
        let id = self.load(record)?;
        let (kind, record) = self.current(id)?;
        if who.may(&kind.def, &record, deed) { Ok(id) } else { Err(Error::forbidden()) }
    }

    /// What a person with a limited reach need not say when making a record: that it is theirs.
    pub(super) fn as_theirs(
        &self,
        kind: &'static Entry,
        values: &Map<String, Json>,
    ) -> Result<Map<String, Json>> {
        let mut values = values.clone();
        let Some(who) = &self.checked() else { return Ok(values) };
        if who.scope(&kind.def, Deed::Create) == Filter::All {
            return Ok(values);
        }
        let relations = Relations::of(&kind.def);
        let fields = who.fields_to_give(&kind.def);
        let given = |name: &&&'static str| fields.as_ref().is_none_or(|fields| fields.contains(*name));
        let mut say = |name: &str, id: Uuid| {
            values.entry(name.to_owned()).or_insert_with(|| Json::String(id.to_string()));
        };
        for name in relations.own.iter().filter(given) {
            say(name, who.person);
        }
        if let Some(customer) = who.customer {
            for name in relations.organisation.iter().filter(given) {
                say(name, customer);
            }
        }
        Ok(values)
    }

    /// Whether the record that was just made lies within the reach of who made it, and names only what they may.
    pub(super) fn admit_made(
        &self,
        kind: &'static Entry,
        made: &Record,
        values: &Map<String, Json>,
    ) -> Result<()> {
        let Some(who) = &self.checked() else { return Ok(()) };
        if !who.may(&kind.def, made, Deed::Create) {
            return Err(Error::new(ErrorKind::Forbidden, "you may make such a record only for yourself")
                .hint("Leave out whose it is, or ask the service desk to record it."));
        }
        check_fields(who, kind, made, Deed::Create, values)
    }

    /// Whether the person may read a record that was loaded.
    pub(super) fn is_hidden(&self, kind: &'static Entry, record: &Record) -> bool {
        self.checked().is_some_and(|who| !who.may(&kind.def, record, Deed::Read))
    }

    /// Whether the person may name this record in a field.
    pub(super) fn is_hidden_reference(&mut self, wanted: &'static str, id: Uuid) -> Result<bool> {
        let Some(who) = self.checked() else { return Ok(false) };
        let kind = self.context.kind(wanted)?;
        if who.scope(&kind.def, Deed::Read) == Filter::All {
            return Ok(false);
        }
        let record = self.referenced(kind.def.name, id)?;
        Ok(record.is_none_or(|record| !who.may(&kind.def, &record, Deed::Read)))
    }
}

fn spoken(visibility: &str) -> Deed {
    if visibility == "public" { Deed::Comment } else { Deed::Note }
}

fn check_fields(
    who: &Arc<Principal>,
    kind: &'static Entry,
    record: &Record,
    deed: Deed,
    values: &Map<String, Json>,
) -> Result<()> {
    let Some(allowed) = who.fields_for(&kind.def, record, deed) else { return Ok(()) };
    let problems: Vec<FieldError> = values
        .keys()
        .filter(|name| !allowed.contains(&name.as_str()))
        .map(|name| FieldError { field: name.clone(), problem: "is not given by you; leave it out".into() })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}
