//! Major incidents (8.6.1): one person manages each, and top management is told.

use mainstay_core::Kind;
use mainstay_kinds::{
    Incident,
    incident::State::{Closed, Resolved},
    role_assignment::Role,
};

use crate::{
    check::{CheckDef, Parameter},
    pass::{Check, Item},
    span::DAY,
};

/// Days after its resolution in which a major incident is reviewed.
const REVIEW_DAYS: i64 = 10;

pub(super) const MANAGED: Check<Incident> = Check {
    def: CheckDef::new(
        "major-incident-managed",
        Incident::NAME,
        &["8.6.1-g"],
        "major incidents in the period",
        "has a person who manages it, and priority 1 or 2",
    )
    .flagged("major"),
    belongs: |item| item.record.major,
    problem: managed,
};

pub(super) const TOLD: Check<Incident> = Check {
    def: CheckDef::new(
        "major-incident-told",
        Incident::NAME,
        &["8.6.1-h"],
        "major incidents in the period that are resolved or closed",
        "names somebody in top management who was told",
    )
    .flagged("major")
    .reads(&["role_assignment", "person"])
    .major(),
    belongs: |item| item.record.major && matches!(item.record.head.state, Resolved | Closed),
    problem: told,
};

pub(super) const REVIEWED: Check<Incident> = Check {
    def: CheckDef::new(
        "major-incident-reviewed",
        Incident::NAME,
        &["8.6.1-i"],
        "major incidents that were resolved in the period",
        "was reviewed with a report within the time",
    )
    .flagged("major")
    .reads(&["major_incident_review"])
    .grace(REVIEW_DAYS * DAY)
    .parameters(&[Parameter { name: "review_days", value: REVIEW_DAYS, unit: "days" }]),
    belongs: |item| item.record.major && matches!(item.record.head.state, Resolved | Closed),
    problem: reviewed,
};

fn reviewed(item: &Item<'_, Incident>) -> Option<String> {
    let resolved = item.record.resolved_at?;
    if item.notes.incidents_reviewed.contains(&item.record.head.id) {
        return None;
    }
    let late = item.span.seconds_since(resolved) > REVIEW_DAYS * DAY;
    late.then(|| format!("Resolved at {resolved} and not reviewed within {REVIEW_DAYS} days."))
}

fn managed(item: &Item<'_, Incident>) -> Option<String> {
    let incident = item.record;
    if incident.assignee.is_none() {
        return Some("Nobody manages this major incident.".into());
    }
    let urgent = matches!(incident.priority, Some(1 | 2));
    (!urgent).then(|| "A major incident has priority 1 or 2.".to_owned())
}

fn told(item: &Item<'_, Incident>) -> Option<String> {
    let person = item.record.management_told;
    if person.is_none() {
        return Some("Nobody in top management was told.".into());
    }
    let management = item.books.ever_held(Role::TopManagement, person.uuid());
    (!management).then(|| "The person who was told never had the role top_management.".to_owned())
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use mainstay_kinds::RoleAssignment;
    use uuid::Uuid;

    use super::*;
    use crate::{
        checks::incidents::PASS,
        testing::{Desk, at, blank},
    };

    const CHIEF: u128 = 9;

    fn major() -> Incident {
        let mut incident = blank::<Incident>();
        incident.head.state = Closed;
        incident.major = true;
        incident.priority = Some(1);
        incident.assignee = Id::new(Uuid::from_u128(1));
        incident.management_told = Id::new(Uuid::from_u128(CHIEF));
        incident.reported_at = Some(at("2026-01-02T09:00:00Z"));
        incident
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        let mut role = blank::<RoleAssignment>();
        role.role = Some(Role::TopManagement);
        role.person = Id::new(Uuid::from_u128(CHIEF));
        desk.books.roles.push(role);
        desk
    }

    #[test]
    fn a_major_incident_with_a_manager_that_top_management_knows_of_passes() {
        for check in ["major-incident-managed", "major-incident-told"] {
            assert_eq!(desk().judge(&PASS, check, &major()), Some(None), "{check}");
        }
    }

    #[test]
    fn a_major_incident_that_nobody_manages_or_that_is_not_urgent_is_named() {
        let mut incident = major();
        incident.priority = Some(3);
        let why = desk().judge(&PASS, "major-incident-managed", &incident).flatten();
        assert_eq!(why.as_deref(), Some("A major incident has priority 1 or 2."));
        incident.assignee = Id::none();
        let why = desk().judge(&PASS, "major-incident-managed", &incident).flatten();
        assert_eq!(why.as_deref(), Some("Nobody manages this major incident."));
    }

    #[test]
    fn somebody_outside_of_top_management_is_not_enough() {
        let mut incident = major();
        incident.management_told = Id::new(Uuid::from_u128(1));
        let why = desk().judge(&PASS, "major-incident-told", &incident).flatten();
        assert_eq!(why.as_deref(), Some("The person who was told never had the role top_management."));
        incident.management_told = Id::none();
        assert!(desk().judge(&PASS, "major-incident-told", &incident).flatten().is_some());
    }

    #[test]
    fn a_resolved_major_incident_is_reviewed_within_ten_days() {
        let mut incident = major();
        incident.head.id = Uuid::from_u128(100);
        incident.resolved_at = Some(at("2025-12-26T09:00:00Z"));
        assert_eq!(desk().judge(&PASS, "major-incident-reviewed", &incident), Some(None));
        incident.resolved_at = Some(at("2025-12-26T08:59:59Z"));
        let why = desk().judge(&PASS, "major-incident-reviewed", &incident).flatten();
        assert!(why.is_some_and(|why| why.contains("not reviewed within 10 days")));
        let mut desk = desk();
        desk.notes.incidents_reviewed.insert(Uuid::from_u128(100));
        assert_eq!(desk.judge(&PASS, "major-incident-reviewed", &incident), Some(None));
    }

    #[test]
    fn an_incident_that_is_not_major_is_not_judged() {
        let mut incident = major();
        incident.major = false;
        assert_eq!(desk().judge(&PASS, "major-incident-managed", &incident), None);
    }
}
