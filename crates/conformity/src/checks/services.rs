//! Services (6.3, 8.2.1, 8.2.2, 8.3.3): owned, weighed, agreed, at work.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{Service, service::State::Live};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, nobody_is_here, sentence},
};

/// The walk over services.
pub static PASS: Pass<Service> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "service-owned",
                Service::NAME,
                &["6.3-d", "8.2.1-a"],
                "live services",
                "has an owner who has not left",
            )
            .reads(&["person"])
            .major(),
            belongs: |item| item.record.head.state == Live,
            problem: owned,
        },
        Check {
            def: CheckDef::new(
                "service-criticality",
                Service::NAME,
                &["8.2.2-b"],
                "live services",
                "has a criticality",
            ),
            belongs: |item| item.record.head.state == Live,
            problem: |item| {
                sentence(item.record.criticality.is_none().then_some("criticality").into_iter().collect())
            },
        },
        Check {
            def: CheckDef::new(
                "service-at-work",
                Service::NAME,
                &["8.2.1-a"],
                "live services",
                "has an agreement in force with its calendar, and an operational record in the period",
            )
            .reads(&[
                "service_level_agreement",
                "incident",
                "change",
                "problem",
                "service_request",
            ]),
            belongs: |item| item.record.head.state == Live,
            problem: at_work,
        },
        Check {
            def: CheckDef::new(
                "service-is-configuration-item",
                Service::NAME,
                &["8.2.6-a"],
                "live services",
                "stands among the configuration items as one of type service",
            )
            .reads(&["configuration_item"]),
            belongs: |item| item.record.head.state == Live,
            problem: |item| {
                let stands = item.notes.services_as_items.contains(&item.record.head.id);
                (!stands).then(|| "No configuration item of type service names it.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "service-has-article",
                Service::NAME,
                &["7.6-a"],
                "live services",
                "has a published knowledge article",
            )
            .reads(&["knowledge_article"]),
            belongs: |item| item.record.head.state == Live,
            problem: |item| {
                let told = item.notes.services_with_article.contains(&item.record.head.id);
                (!told).then(|| "No published article is about it.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "service-agreed-with-customer",
                Service::NAME,
                &["8.3.3-a"],
                "live services that customers receive themselves",
                "stands in an agreement in force with a customer, or with every customer",
            )
            .reads(&["service_level_agreement"])
            .major(),
            belongs: |item| item.record.head.state == Live && item.record.customer_facing,
            problem: agreed,
        },
        Check {
            def: CheckDef::new(
                "service-has-agreement",
                Service::NAME,
                &["8.3.3-b", "7.5.4-b"],
                "live services",
                "has an agreement in force",
            )
            .reads(&["service_level_agreement"])
            .major(),
            belongs: |item| item.record.head.state == Live,
            problem: agreed,
        },
    ],
};

fn owned(item: &Item<'_, Service>) -> Option<String> {
    nobody_is_here(item.record.owner, item.books, "Nobody answers for this service.", "The owner has left.")
}

fn is_agreed(item: &Item<'_, Service>) -> bool {
    let id = item.record.head.id;
    item.books
        .agreements_in_force()
        .any(|agreement| agreement.service.is_none() || agreement.service.uuid() == id)
}

fn agreed(item: &Item<'_, Service>) -> Option<String> {
    (!is_agreed(item)).then(|| "No agreement in force covers this service.".to_owned())
}

fn at_work(item: &Item<'_, Service>) -> Option<String> {
    let mut missing = Vec::new();
    if !is_agreed(item) {
        missing.push("agreement in force with a calendar");
    }
    if !item.notes.services_at_work.contains(&item.record.head.id) {
        missing.push("operational record in the period");
    }
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use mainstay_kinds::{
        ServiceLevelAgreement,
        service::{Criticality, State},
        service_level_agreement,
    };
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, blank};

    fn service() -> Service {
        let mut service = blank::<Service>();
        service.head.id = Uuid::from_u128(5);
        service.head.state = Live;
        service.owner = Id::new(Uuid::from_u128(1));
        service.customer_facing = true;
        service.criticality = Some(Criticality::High);
        service
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        desk.books.active_persons.insert(Uuid::from_u128(1));
        desk.notes.services_at_work.insert(Uuid::from_u128(5));
        desk.notes.services_as_items.insert(Uuid::from_u128(5));
        desk.notes.services_with_article.insert(Uuid::from_u128(5));
        let mut agreement = blank::<ServiceLevelAgreement>();
        agreement.head.state = service_level_agreement::State::InForce;
        agreement.service = Id::new(Uuid::from_u128(5));
        desk.books.agreements.push(agreement);
        desk
    }

    fn why(desk: &Desk, check: &str, service: &Service) -> String {
        desk.judge(&PASS, check, service).flatten().unwrap_or_default()
    }

    #[test]
    fn an_owned_weighed_and_agreed_service_at_work_passes() {
        desk().passes_all(&PASS, &service());
    }

    #[test]
    fn a_planned_service_is_not_judged() {
        let mut planned = service();
        planned.head.state = State::Planned;
        assert!(PASS.checks.iter().all(|check| desk().judge(&PASS, check.def.id, &planned).is_none()));
    }

    #[test]
    fn a_service_whose_owner_left_or_was_never_named_is_named() {
        let mut service = service();
        service.owner = Id::new(Uuid::from_u128(2));
        assert_eq!(why(&desk(), "service-owned", &service), "The owner has left.");
        service.owner = Id::none();
        assert_eq!(why(&desk(), "service-owned", &service), "Nobody answers for this service.");
    }

    #[test]
    fn a_service_without_criticality_is_named() {
        let mut service = service();
        service.criticality = None;
        assert_eq!(why(&desk(), "service-criticality", &service), "Missing: criticality.");
    }

    #[test]
    fn an_agreement_of_another_service_or_a_draft_covers_nothing() {
        let mut desk = desk();
        desk.books.agreements[0].service = Id::new(Uuid::from_u128(6));
        for check in ["service-agreed-with-customer", "service-has-agreement"] {
            assert_eq!(why(&desk, check, &service()), "No agreement in force covers this service.");
        }
        desk.books.agreements[0].service = Id::none();
        assert_eq!(why(&desk, "service-has-agreement", &service()), "", "it covers every service");
        desk.books.agreements[0].head.state = service_level_agreement::State::Draft;
        assert_ne!(why(&desk, "service-has-agreement", &service()), "");
    }

    #[test]
    fn a_service_without_item_or_article_is_named() {
        let mut desk = desk();
        desk.notes.services_as_items.clear();
        desk.notes.services_with_article.clear();
        let item = why(&desk, "service-is-configuration-item", &service());
        assert_eq!(item, "No configuration item of type service names it.");
        assert_eq!(why(&desk, "service-has-article", &service()), "No published article is about it.");
    }

    #[test]
    fn a_service_on_which_nothing_was_recorded_is_named() {
        let mut desk = desk();
        desk.notes.services_at_work.clear();
        assert_eq!(why(&desk, "service-at-work", &service()), "Missing: operational record in the period.");
    }
}
