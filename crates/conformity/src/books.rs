//! The registers that checks look things up in: small kinds, read whole before the records are walked, and what
//! earlier walks noted.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use mainstay_core::{Filter, Kind, Result, registry::from_record};
use mainstay_kinds::{
    CustomerOrganisation, Document, NilReturn, Person, RoleAssignment, Service, ServiceLevelAgreement,
    person,
    role_assignment::{self, Role},
    service, service_level_agreement,
};
use uuid::Uuid;

use crate::{engine::Source, nil_returns, span::Span};

/// The registers.
#[derive(Debug, Default)]
pub struct Books {
    /// All services.
    pub services: Vec<Service>,
    /// All agreements.
    pub agreements: Vec<ServiceLevelAgreement>,
    /// All customers.
    pub customers: Vec<CustomerOrganisation>,
    /// All assignments of roles.
    pub roles: Vec<RoleAssignment>,
    /// Signed statements that nothing happened.
    pub nil_returns: Vec<NilReturn>,
    /// All documents.
    pub documents: Vec<Document>,
    /// Persons who have not left.
    pub active_persons: HashSet<Uuid>,
}

/// What walks note for later ones.
#[derive(Debug, Default)]
pub struct Notes {
    /// Services on which something was recorded in the span.
    pub services_at_work: BTreeSet<Uuid>,
    /// Changes of the span that nobody authorised.
    pub changes_without_authority: HashSet<Uuid>,
    /// All configuration items.
    pub configuration_items: HashSet<Uuid>,
    /// Services that stand among the configuration items.
    pub services_as_items: BTreeSet<Uuid>,
    /// Services about which an article is published.
    pub services_with_article: BTreeSet<Uuid>,
    /// Problems with an active known error.
    pub problems_with_known_error: HashSet<Uuid>,
    /// Suppliers with a contract in force.
    pub suppliers_under_contract: HashSet<Uuid>,
    /// Suppliers that were reviewed in the span.
    pub suppliers_reviewed: HashSet<Uuid>,
    /// Major incidents that were reviewed.
    pub incidents_reviewed: HashSet<Uuid>,
    /// Incidents reported lately, by service and category: how many, and how many of them name a problem.
    pub recent: BTreeMap<(Uuid, String), (u64, u64)>,
}

/// Reads every record of a kind.
///
/// # Errors
/// What the source says; a bug for a record that cannot be read.
pub fn all<K: Kind>(source: &mut dyn Source) -> Result<Vec<K>> {
    let mut records = Vec::new();
    each::<K>(source, &mut |record| records.push(record))?;
    Ok(records)
}

fn each<K: Kind>(source: &mut dyn Source, take: &mut dyn FnMut(K)) -> Result<()> {
    let mut after = 0;
    loop {
        let page = source.page(K::NAME, &Filter::All, after, &[])?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.key;
        for found in page {
            take(from_record(&found.record)?);
        }
    }
}

impl Books {
    /// Reads the registers.
    ///
    /// # Errors
    /// As [`all`].
    pub fn read(source: &mut dyn Source) -> Result<Self> {
        let mut active_persons = HashSet::new();
        each::<Person>(source, &mut |person| {
            if person.head.state == person::State::Active {
                active_persons.insert(person.head.id);
            }
        })?;
        Ok(Self {
            services: all(source)?,
            agreements: all(source)?,
            customers: all(source)?,
            roles: all(source)?,
            nil_returns: all(source)?,
            documents: all(source)?,
            active_persons,
        })
    }

    /// The service with this id.
    pub fn service(&self, id: Uuid) -> Option<&Service> {
        self.services.iter().find(|service| service.head.id == id)
    }

    /// Services that customers can use now.
    pub fn live_services(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.head.state == service::State::Live)
    }

    /// Agreements that bind now.
    pub fn agreements_in_force(&self) -> impl Iterator<Item = &ServiceLevelAgreement> {
        self.agreements
            .iter()
            .filter(|agreement| agreement.head.state == service_level_agreement::State::InForce)
    }

    /// Assignments of the role that hold on this day to a person who has not left.
    pub fn holders(&self, role: Role, day: Date) -> impl Iterator<Item = &RoleAssignment> {
        self.roles.iter().filter(move |one| one.role == Some(role) && self.holds(one, day))
    }

    /// True when the assignment holds on this day, and its person has not left.
    pub fn holds(&self, one: &RoleAssignment, day: Date) -> bool {
        one.head.state == role_assignment::State::Active
            && one.valid_from.is_none_or(|first| first <= day)
            && one.valid_until.is_none_or(|last| day <= last)
            && self.active_persons.contains(&one.person.uuid())
    }

    /// True when the person has, or had, the role.
    pub fn ever_held(&self, role: Role, person: Uuid) -> bool {
        self.roles.iter().any(|one| one.role == Some(role) && one.person.uuid() == person)
    }

    /// The nil returns that cover a kind, or a named part of it, over the whole span, as text; none when a day of it
    /// or a live service is left open.
    pub fn nil_return(&self, kind: &str, part: &str, span: &Span) -> Option<String> {
        nil_returns::covering(self, kind, part, span)
    }
}
