//! Customers (8.3.2): each has a contact of its own, and somebody here who cares for the relationship.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{CustomerOrganisation, customer_organisation::State::Active, role_assignment::Role};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, nobody_is_here},
};

/// The walk over customers.
pub static PASS: Pass<CustomerOrganisation> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "customer-has-contact",
                CustomerOrganisation::NAME,
                &["8.3.2-a"],
                "active customers",
                "names a contact who has not left",
            )
            .reads(&["person"]),
            belongs: |item| item.record.head.state == Active,
            problem: contact,
        },
        Check {
            def: CheckDef::new(
                "customer-has-relationship-owner",
                CustomerOrganisation::NAME,
                &["8.3.2-b"],
                "active customers",
                "has a service level manager, for this customer or for all",
            )
            .reads(&["role_assignment", "person"]),
            belongs: |item| item.record.head.state == Active,
            problem: owner,
        },
    ],
};

fn contact(item: &Item<'_, CustomerOrganisation>) -> Option<String> {
    nobody_is_here(item.record.contact, item.books, "No contact is named.", "The contact has left.")
}

fn owner(item: &Item<'_, CustomerOrganisation>) -> Option<String> {
    let id = item.record.head.id;
    let cared_for = item
        .books
        .holders(Role::ServiceLevelManager, item.span.today())
        .any(|one| one.customer.is_none() || one.customer.uuid() == id);
    (!cared_for).then(|| "Nobody has the role service_level_manager for this customer.".to_owned())
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use mainstay_kinds::RoleAssignment;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, blank};

    fn customer() -> CustomerOrganisation {
        let mut customer = blank::<CustomerOrganisation>();
        customer.head.id = Uuid::from_u128(3);
        customer.contact = Id::new(Uuid::from_u128(1));
        customer
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        desk.books.active_persons.extend([Uuid::from_u128(1), Uuid::from_u128(2)]);
        let mut role = blank::<RoleAssignment>();
        role.role = Some(Role::ServiceLevelManager);
        role.person = Id::new(Uuid::from_u128(2));
        desk.books.roles.push(role);
        desk
    }

    #[test]
    fn a_customer_with_contact_and_relationship_owner_passes() {
        desk().passes_all(&PASS, &customer());
    }

    #[test]
    fn a_customer_whose_contact_left_is_named() {
        let mut desk = desk();
        desk.books.active_persons.remove(&Uuid::from_u128(1));
        let why = desk.judge(&PASS, "customer-has-contact", &customer()).flatten();
        assert_eq!(why.as_deref(), Some("The contact has left."));
    }

    #[test]
    fn a_role_for_another_customer_or_of_yesterday_does_not_count() {
        for change in [
            (|role: &mut RoleAssignment| role.customer = Id::new(Uuid::from_u128(4))) as fn(&mut _),
            |role| role.valid_until = Some(jiff::civil::date(2026, 1, 4)),
            |role| role.valid_from = Some(jiff::civil::date(2026, 1, 6)),
            |role| role.person = Id::new(Uuid::from_u128(8)),
        ] {
            let mut desk = desk();
            change(&mut desk.books.roles[0]);
            assert!(desk.judge(&PASS, "customer-has-relationship-owner", &customer()).flatten().is_some());
        }
    }
}
