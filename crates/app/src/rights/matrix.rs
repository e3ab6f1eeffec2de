//! The matrix: for each role, what it may do with which kinds, and how far. Fixed and reviewed: administrators
//! assign roles and scopes, they do not change these lines. A golden file holds the whole of it written out.

use mainstay_kinds::role_assignment::Role;

use super::{Deed, Duty, Reach};

/// Deeds of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    One(Deed),
    /// Every move of the kind.
    Moves,
}

/// One line: a role, its kinds, its deeds, their reach.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The role; none for everybody who has an account.
    role: Option<Role>,
    /// Names of kinds; empty for all.
    kinds: &'static [&'static str],
    /// Kinds that *all* leaves out.
    but: &'static [&'static str],
    deeds: &'static [May],
    /// How far.
    pub reach: Reach,
    /// States in which a record must be; empty for all.
    pub states: &'static [&'static str],
    /// The only fields that may be given; empty for all.
    pub fields: &'static [&'static str],
}

impl Line {
    const fn new(
        role: Option<Role>,
        kinds: &'static [&'static str],
        deeds: &'static [May],
        reach: Reach,
    ) -> Self {
        Self { role, kinds, but: &[], deeds, reach, states: &[], fields: &[] }
    }

    const fn but(mut self, kinds: &'static [&'static str]) -> Self {
        self.but = kinds;
        self
    }

    const fn only_in(mut self, states: &'static [&'static str]) -> Self {
        self.states = states;
        self
    }

    const fn only_fields(mut self, fields: &'static [&'static str]) -> Self {
        self.fields = fields;
        self
    }

    fn allows(&self, deed: Deed) -> bool {
        self.deeds.iter().any(|may| match (may, deed) {
            (Moves, Deed::Move(_)) => true,
            (One(one), deed) => *one == deed,
            _ => false,
        })
    }
}

use May::{Moves, One};

const READ: May = One(Deed::Read);
const INTERNAL: May = One(Deed::ReadInternal);
const CREATE: May = One(Deed::Create);
const EDIT: May = One(Deed::Edit);
const COMMENT: May = One(Deed::Comment);
const NOTE: May = One(Deed::Note);
const ATTACH: May = One(Deed::Attach);
const LINK: May = One(Deed::Link);
const TASK: May = One(Deed::Task);
const TAG: May = One(Deed::Tag);
const VOTE: May = One(Deed::Vote);

/// Everything that is read.
const SEE: &[May] = &[READ, INTERNAL];
/// Everything that talks about a record without changing it.
const DISCUSS: &[May] = &[COMMENT, NOTE, ATTACH, LINK, TASK, TAG];
/// Everything that changes a record.
const WORK: &[May] = &[CREATE, EDIT, Moves, COMMENT, NOTE, ATTACH, LINK, TASK, TAG];

/// What every agent has to see to do the daily work.
const DAILY: &[&str] = &[
    "incident",
    "service_request",
    "request_model",
    "problem",
    "known_error",
    "knowledge_article",
    "change",
    "change_model",
    "maintenance_window",
    "configuration_item",
    "service",
    "service_level_agreement",
    "calendar",
    "customer_organisation",
    "supplier",
    "person",
    "team",
    "role_assignment",
    "document",
    "nil_return",
];

const REQUESTED: &[&str] = &["incident", "service_request"];

/// What a caller says when reporting an incident or asking for something.
const REPORTED: &[&str] = &[
    "title",
    "description",
    "service",
    "customer",
    "caller",
    "requester",
    "request_model",
    "category",
    "subcategory",
    "impact",
    "urgency",
    "answers",
];

/// The lines. Read them as sentences: role, kinds, deeds, reach.
const LINES: &[Line] = &[
    // Everybody with an account: their own reports, and what is published.
    Line::new(
        None,
        REQUESTED,
        &[READ, COMMENT, ATTACH, One(Deed::Move("reopen")), One(Deed::Move("cancel"))],
        Reach::Own,
    ),
    Line::new(None, REQUESTED, &[CREATE], Reach::Own).only_fields(REPORTED),
    Line::new(None, &["person"], &[READ], Reach::Own),
    Line::new(None, &["role_assignment"], &[READ], Reach::Own),
    Line::new(None, &["customer_organisation"], &[READ], Reach::Organisation),
    Line::new(None, &["service"], &[READ], Reach::All).only_in(&["live"]),
    Line::new(None, &["request_model"], &[READ], Reach::All).only_in(&["active"]),
    Line::new(None, &["knowledge_article"], &[READ], Reach::All).only_in(&["published"]),
    // A contact of a customer speaks for the whole organisation.
    Line::new(
        Some(Role::CustomerContact),
        REQUESTED,
        &[READ, COMMENT, ATTACH, One(Deed::Move("reopen")), One(Deed::Move("cancel"))],
        Reach::Organisation,
    ),
    Line::new(Some(Role::CustomerContact), REQUESTED, &[CREATE], Reach::Organisation).only_fields(REPORTED),
    Line::new(
        Some(Role::CustomerContact),
        &["person", "service_level_agreement"],
        &[READ],
        Reach::Organisation,
    ),
    // The desk.
    Line::new(Some(Role::ServiceDeskAgent), DAILY, SEE, Reach::All),
    Line::new(Some(Role::ServiceDeskAgent), REQUESTED, WORK, Reach::All),
    Line::new(
        Some(Role::ServiceDeskAgent),
        &["problem", "change", "known_error", "knowledge_article"],
        &[CREATE],
        Reach::All,
    ),
    Line::new(
        Some(Role::ServiceDeskAgent),
        &["problem", "change", "known_error", "knowledge_article"],
        &[EDIT],
        Reach::Own,
    ),
    Line::new(
        Some(Role::ServiceDeskAgent),
        &["problem", "change", "known_error", "knowledge_article"],
        DISCUSS,
        Reach::All,
    ),
    Line::new(Some(Role::ServiceDeskAgent), &["person"], &[CREATE], Reach::All)
        .only_fields(&["title", "email", "phone", "customer"]),
    // Managers of the processes.
    Line::new(Some(Role::IncidentManager), DAILY, SEE, Reach::All),
    Line::new(
        Some(Role::IncidentManager),
        &["incident", "service_request", "major_incident_review", "nil_return"],
        WORK,
        Reach::All,
    ),
    Line::new(
        Some(Role::IncidentManager),
        &["problem", "change", "known_error", "knowledge_article"],
        &[CREATE],
        Reach::All,
    ),
    Line::new(
        Some(Role::IncidentManager),
        &["problem", "change", "known_error", "knowledge_article"],
        DISCUSS,
        Reach::All,
    ),
    Line::new(Some(Role::ProblemManager), DAILY, SEE, Reach::All),
    Line::new(
        Some(Role::ProblemManager),
        &["problem", "known_error", "knowledge_article", "nil_return"],
        WORK,
        Reach::All,
    ),
    Line::new(Some(Role::ProblemManager), &["incident", "change"], DISCUSS, Reach::All),
    Line::new(Some(Role::ProblemManager), &["change"], &[CREATE], Reach::All),
    Line::new(Some(Role::ChangeManager), DAILY, SEE, Reach::All),
    Line::new(
        Some(Role::ChangeManager),
        &["change", "change_model", "maintenance_window", "configuration_item", "nil_return"],
        WORK,
        Reach::All,
    ),
    Line::new(Some(Role::ChangeManager), &["change", "change_model"], &[VOTE], Reach::All),
    Line::new(Some(Role::ChangeManager), &["incident", "problem"], DISCUSS, Reach::All),
    Line::new(Some(Role::EmergencyApprover), DAILY, SEE, Reach::All),
    Line::new(Some(Role::EmergencyApprover), &["change"], &[VOTE, COMMENT, NOTE], Reach::All),
    Line::new(Some(Role::ServiceLevelManager), DAILY, SEE, Reach::All),
    Line::new(
        Some(Role::ServiceLevelManager),
        &[
            "service_level_agreement",
            "calendar",
            "customer_organisation",
            "supplier",
            "complaint",
            "service_report",
            "contract",
            "supplier_review",
            "dispute",
            "satisfaction_result",
            "nil_return",
        ],
        WORK,
        Reach::All,
    ),
    Line::new(Some(Role::ServiceOwner), DAILY, SEE, Reach::All),
    Line::new(Some(Role::ServiceOwner), &["service", "configuration_item"], WORK, Reach::Own),
    Line::new(
        Some(Role::ServiceOwner),
        &["change", "document", "request_model", "service_request"],
        &[VOTE],
        Reach::All,
    ),
    Line::new(
        Some(Role::ServiceOwner),
        &["incident", "service_request", "problem", "change", "service"],
        DISCUSS,
        Reach::All,
    ),
    Line::new(Some(Role::ServiceOwner), &["change", "document"], &[CREATE], Reach::All),
    Line::new(Some(Role::ServiceOwner), &["change", "document"], &[EDIT, Moves], Reach::Own),
    Line::new(Some(Role::ProcessOwner), &[], SEE, Reach::All),
    Line::new(
        Some(Role::ProcessOwner),
        &["document", "knowledge_article", "change_model", "request_model", "nil_return"],
        WORK,
        Reach::All,
    ),
    Line::new(
        Some(Role::ProcessOwner),
        &["document", "change_model", "request_model", "knowledge_article"],
        &[VOTE],
        Reach::All,
    ),
    // The service manager runs the whole system; what is about accounts stays with the administrator.
    Line::new(Some(Role::ServiceManager), &[], SEE, Reach::All),
    Line::new(Some(Role::ServiceManager), &[], WORK, Reach::All).but(&["role_assignment"]),
    Line::new(Some(Role::ServiceManager), &[], &[VOTE], Reach::All),
    // An auditor sees everything and changes nothing.
    Line::new(Some(Role::InternalAuditor), &[], SEE, Reach::All),
    Line::new(Some(Role::TopManagement), &[], SEE, Reach::All),
    Line::new(Some(Role::TopManagement), &[], &[VOTE, COMMENT, NOTE], Reach::All),
    // The administrator keeps people, teams and roles, and sees no tickets by that alone.
    Line::new(
        Some(Role::Administrator),
        &["person", "team", "role_assignment", "customer_organisation", "calendar", "service"],
        SEE,
        Reach::All,
    ),
    Line::new(
        Some(Role::Administrator),
        &["person", "team", "role_assignment", "customer_organisation", "calendar", "service"],
        WORK,
        Reach::All,
    ),
];

/// Lines of a role, or of everybody, that allow a deed on a kind.
pub fn lines(role: Option<Role>, kind: &str, deed: Deed) -> impl Iterator<Item = &'static Line> {
    // What is cheapest to compare comes first: every page and every list asks here many times.
    LINES.iter().filter(move |line| {
        line.role == role
            && line.allows(deed)
            && if line.kinds.is_empty() { !line.but.contains(&kind) } else { line.kinds.contains(&kind) }
    })
}

/// Duties of a role.
pub fn duties(role: Role) -> &'static [Duty] {
    match role {
        Role::ServiceManager => &[Duty::Import, Duty::Report, Duty::Conformity, Duty::Journal],
        Role::InternalAuditor | Role::TopManagement => &[Duty::Report, Duty::Conformity, Duty::Journal],
        Role::ProcessOwner => &[Duty::Report, Duty::Conformity],
        Role::IncidentManager
        | Role::ProblemManager
        | Role::ChangeManager
        | Role::ServiceLevelManager
        | Role::ServiceOwner
        | Role::EmergencyApprover => &[Duty::Report, Duty::Conformity],
        Role::ServiceDeskAgent => &[Duty::Report],
        Role::Administrator => &[Duty::Import, Duty::Accounts, Duty::Erase, Duty::Journal],
        Role::CustomerContact => &[],
    }
}

#[cfg(test)]
mod tests {
    use mainstay_kinds::REGISTRY;

    use super::*;

    #[test]
    fn every_kind_move_state_and_field_that_the_matrix_names_exists() {
        for line in LINES {
            let kinds: Vec<_> = line
                .kinds
                .iter()
                .chain(line.but)
                .map(|name| &REGISTRY.kind(name).unwrap_or_else(|error| panic!("{error}")).def)
                .collect();
            for may in line.deeds {
                if let One(Deed::Move(name)) = may {
                    assert!(
                        kinds.iter().all(|def| def.find_move(name).is_some()),
                        "{name} of {:?}",
                        line.kinds
                    );
                }
            }
            for state in line.states {
                assert!(kinds.iter().all(|def| def.states.has(state)), "{state} of {:?}", line.kinds);
            }
            for field in line.fields {
                let has = |def: &&mainstay_core::KindDef| *field == "title" || def.field(field).is_some();
                assert!(kinds.iter().any(has), "{field} of {:?}", line.kinds);
            }
        }
    }
}
