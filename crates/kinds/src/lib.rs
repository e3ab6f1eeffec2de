//! The record kinds of Mainstay: one file for each, in folders by clause of ISO/IEC 20000-1:2018.
//!
//! This crate never does I/O, never reads a clock, and knows neither HTTP nor SQL. What a kind's rules need to
//! know of other records they declare, and find in the context of the act.
//!
//! A new kind is one file and one line in [`KINDS`].

mod acting;
mod checks;
mod describe;
pub mod evaluation;
mod forward_only;
pub mod leadership;
mod mail_address;
mod period;
pub mod portfolio;
mod problems;
pub mod relationship;
pub mod resolution;
mod review_date;
pub mod supply;
pub mod support;
#[cfg(test)]
mod testing;
pub mod transition;
mod words;
mod yes_no;

use std::sync::LazyLock;

use mainstay_core::{AnyKind, Of, Registry};

pub use describe::describe_text;
pub use evaluation::service_report::{self, ServiceReport};
pub use leadership::{
    role_assignment::{self, RoleAssignment},
    team::{self, Team},
};
pub use portfolio::service::{self, Service};
pub use relationship::{
    agreement_version::{self, AgreementVersion, JudgedBy, OpenRecords, Target},
    calendar::{self, Calendar},
    complaint::{self, Complaint},
    customer_organisation::{self, CustomerOrganisation},
    satisfaction_result::{self, SatisfactionResult},
    service_level_agreement::{self, ServiceLevelAgreement},
};
pub use resolution::{
    incident::{self, Incident},
    known_error::{self, KnownError},
    level::Level,
    major_incident_review::{self, MajorIncidentReview},
    problem::{self, Problem},
    request_model::{self, RequestModel},
    service_request::{self, ServiceRequest},
    waiting_reason::WaitingReason,
};
pub use supply::{
    contract::{self, Contract},
    dispute::{self, Dispute},
    supplier::{self, Supplier},
    supplier_review::{self, SupplierReview},
};
pub use support::{
    document::{self, Document},
    knowledge_article::{self, KnowledgeArticle},
    nil_return::{self, NilReturn},
    person::{self, Person},
};
pub use transition::{
    change::{self, Change},
    change_model::{self, ChangeModel},
    configuration_item::{self, ConfigurationItem},
    maintenance_window::{self, MaintenanceWindow},
};
pub use yes_no::YesNo;

/// All kinds, in menu order.
pub const KINDS: &[&dyn AnyKind] = &[
    &Of::<Incident>::new(),
    &Of::<ServiceRequest>::new(),
    &Of::<RequestModel>::new(),
    &Of::<Problem>::new(),
    &Of::<KnownError>::new(),
    &Of::<KnowledgeArticle>::new(),
    &Of::<Change>::new(),
    &Of::<ChangeModel>::new(),
    &Of::<MaintenanceWindow>::new(),
    &Of::<ConfigurationItem>::new(),
    &Of::<Service>::new(),
    &Of::<ServiceLevelAgreement>::new(),
    &Of::<Calendar>::new(),
    &Of::<CustomerOrganisation>::new(),
    &Of::<Person>::new(),
    &Of::<Team>::new(),
    &Of::<RoleAssignment>::new(),
    &Of::<MajorIncidentReview>::new(),
    &Of::<Complaint>::new(),
    &Of::<SatisfactionResult>::new(),
    &Of::<ServiceReport>::new(),
    &Of::<Supplier>::new(),
    &Of::<Contract>::new(),
    &Of::<SupplierReview>::new(),
    &Of::<Dispute>::new(),
    &Of::<Document>::new(),
    &Of::<NilReturn>::new(),
];

/// The registry of [`KINDS`], described once at the first use.
pub static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::new(KINDS));
