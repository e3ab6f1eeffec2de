//! Roles (5.3): every role of the system is held, and by people who are still here.

use mainstay_core::{Choice, Filter, Kind};
use mainstay_kinds::{
    RoleAssignment,
    role_assignment::{
        Role::{
            self, ChangeManager, IncidentManager, InternalAuditor, ProblemManager, ProcessOwner,
            ServiceDeskAgent, ServiceLevelManager, ServiceManager, ServiceOwner, TopManagement,
        },
        State::Active,
    },
};

use super::Whole;
use crate::{
    books::{Books, Notes},
    check::CheckDef,
    engine::Subject,
    pass::{Check, Item, Pass},
    span::Span,
};

/// Roles without which the system cannot work. Administrators and customers' contacts stand outside of it.
const NEEDED: [Role; 10] = [
    ServiceDeskAgent,
    IncidentManager,
    ProblemManager,
    ChangeManager,
    ServiceLevelManager,
    ServiceOwner,
    ProcessOwner,
    ServiceManager,
    InternalAuditor,
    TopManagement,
];

/// The walk over assignments.
pub static PASS: Pass<RoleAssignment> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[Check {
        def: CheckDef::new(
            "role-holder-is-here",
            RoleAssignment::NAME,
            &["5.3-a"],
            "assignments of roles that hold today",
            "names a person who has not left",
        )
        .reads(&["person"]),
        belongs: holds_by_its_days,
        problem: is_here,
    }],
};

fn holds_by_its_days(item: &Item<'_, RoleAssignment>) -> bool {
    let (one, today) = (item.record, item.span.today());
    one.head.state == Active
        && one.valid_from.is_none_or(|first| first <= today)
        && one.valid_until.is_none_or(|last| today <= last)
}

fn is_here(item: &Item<'_, RoleAssignment>) -> Option<String> {
    let left = !item.books.active_persons.contains(&item.record.person.uuid());
    left.then(|| "The person who has the role has left.".to_owned())
}

/// Every needed role has a holder.
pub static ROLES_HELD: Whole = Whole {
    def: CheckDef::new(
        "roles-held",
        RoleAssignment::NAME,
        &["5.3-a"],
        "the roles of the service management system",
        "has a holder today",
    )
    .reads(&["person"])
    .major(),
    judge: roles_held,
};

fn roles_held(books: &Books, _: &Notes, span: &Span) -> Vec<Subject> {
    let today = span.today();
    if books.roles.is_empty() {
        // Nobody was given a role yet: there is nothing to judge.
        return Vec::new();
    }
    NEEDED
        .into_iter()
        .map(|role| Subject {
            reference: role.name().to_owned(),
            id: None,
            version: 0,
            problem: books
                .holders(role, today)
                .next()
                .is_none()
                .then(|| format!("Nobody has the role {}.", role.name())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, blank};

    fn holder(role: Role) -> RoleAssignment {
        let mut one = blank::<RoleAssignment>();
        one.role = Some(role);
        one.person = Id::new(Uuid::from_u128(1));
        one
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        desk.books.active_persons.insert(Uuid::from_u128(1));
        desk.books.roles = NEEDED.into_iter().map(holder).collect();
        desk
    }

    fn vacant(desk: &Desk) -> Vec<String> {
        let subjects = roles_held(&desk.books, &desk.notes, &desk.span);
        subjects.into_iter().filter_map(|subject| subject.problem).collect()
    }

    #[test]
    fn all_roles_held_passes() {
        assert_eq!(vacant(&desk()), Vec::<String>::new());
    }

    #[test]
    fn a_vacant_role_is_named() {
        let mut desk = desk();
        desk.books.roles.retain(|one| one.role != Some(ProblemManager));
        assert_eq!(vacant(&desk), ["Nobody has the role problem_manager."]);
    }

    #[test]
    fn without_any_assignment_there_is_nothing_to_judge() {
        let mut desk = desk();
        desk.books.roles.clear();
        assert!(roles_held(&desk.books, &desk.notes, &desk.span).is_empty());
    }

    #[test]
    fn a_holder_who_left_is_named_and_holds_the_role_no_longer() {
        let mut desk = desk();
        desk.books.active_persons.clear();
        assert_eq!(vacant(&desk).len(), NEEDED.len());
        let why = desk.judge(&PASS, "role-holder-is-here", &holder(ServiceOwner)).flatten();
        assert_eq!(why.as_deref(), Some("The person who has the role has left."));
    }

    #[test]
    fn an_assignment_that_ended_is_not_judged() {
        let mut ended = holder(ServiceOwner);
        ended.valid_until = Some(jiff::civil::date(2026, 1, 4));
        assert_eq!(desk().judge(&PASS, "role-holder-is-here", &ended), None);
    }
}
