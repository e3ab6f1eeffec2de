//! Configuration items (8.2.6): described, related, owned, compared with reality.

use mainstay_core::{Filter, Kind, parts};
use mainstay_kinds::{
    ConfigurationItem,
    configuration_item::{
        Class,
        State::{Live, Retired},
    },
};

use crate::{
    books::Notes,
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item, Pass, nobody_is_here, sentence},
    span::{DAY, Span},
};

/// Days after which an item has to be compared with reality again.
const VERIFY_DAYS: i64 = 365;

/// The walk over configuration items.
pub static PASS: Pass<ConfigurationItem> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[parts::LINK],
    note: Some(note),
    checks: &[
        Check {
            def: CheckDef::new(
                "item-described",
                ConfigurationItem::NAME,
                &["8.2.6-b"],
                "configuration items that are not retired",
                "has a type, a description and a relation, or says why it has none",
            ),
            belongs: |item| item.record.head.state != Retired,
            problem: described,
        },
        Check {
            def: CheckDef::new(
                "item-owned",
                ConfigurationItem::NAME,
                &["8.2.5-a"],
                "configuration items in use",
                "has an owner who has not left",
            )
            .reads(&["person"]),
            belongs: |item| item.record.head.state == Live,
            problem: owned,
        },
        Check {
            def: CheckDef::new(
                "item-verified",
                ConfigurationItem::NAME,
                &["8.2.6-g"],
                "configuration items in use",
                "was compared with reality within the time, or is not older than that",
            )
            .parameters(&[Parameter { name: "verify_days", value: VERIFY_DAYS, unit: "days" }]),
            belongs: |item| item.record.head.state == Live,
            problem: verified,
        },
    ],
};

fn note(item: &ConfigurationItem, _: &Around, _: &Span, notes: &mut Notes) {
    notes.configuration_items.insert(item.head.id);
    if item.class == Some(Class::Service) && item.head.state != Retired && item.service.is_some() {
        notes.services_as_items.insert(item.service.uuid());
    }
}

/// Says that nothing leads to a configuration item.
pub(super) fn unlinked(around: &Around, notes: &Notes) -> Option<String> {
    let linked = around.links_to(|other| notes.configuration_items.contains(&other));
    (!linked).then(|| "It is linked to no configuration item.".to_owned())
}

fn described(item: &Item<'_, ConfigurationItem>) -> Option<String> {
    let record = item.record;
    let mut missing = Vec::new();
    if record.class.is_none() {
        missing.push("type");
    }
    if record.description.is_empty() {
        missing.push("description");
    }
    if item.around.links.is_empty() && record.service.is_none() && record.no_relations_reason.is_empty() {
        missing.push("relation or a stated none");
    }
    sentence(missing)
}

fn owned(item: &Item<'_, ConfigurationItem>) -> Option<String> {
    nobody_is_here(item.record.owner, item.books, "Nobody answers for it.", "The owner has left.")
}

fn verified(item: &Item<'_, ConfigurationItem>) -> Option<String> {
    let today = item.span.today();
    match item.record.verified_on {
        Some(day) => {
            let old = (today - day).get_days();
            (i64::from(old) > VERIFY_DAYS).then(|| format!("Last compared with reality on {day}."))
        }
        None => {
            let made = item.record.head.created_at;
            let old = item.span.seconds_since(made) > VERIFY_DAYS * DAY;
            old.then(|| format!("Never compared with reality since it was recorded at {made}."))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use mainstay_kinds::configuration_item::State::Planned;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

    fn span() -> Span {
        Desk::at("2026-01-05T09:00:00Z").span
    }

    fn good() -> ConfigurationItem {
        let mut item = blank::<ConfigurationItem>();
        item.head.state = Live;
        item.head.created_at = at("2020-01-01T00:00:00Z");
        item.class = Some(Class::Server);
        item.description = "Mail server".into();
        item.no_relations_reason = "Stands alone".into();
        item.owner = Id::new(Uuid::from_u128(1));
        item.verified_on = Some(date(2025, 1, 5));
        item
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        desk.books.active_persons.insert(Uuid::from_u128(1));
        desk
    }

    fn why(check: &str, breakage: impl FnOnce(&mut ConfigurationItem)) -> String {
        let mut item = good();
        breakage(&mut item);
        desk().judge(&PASS, check, &item).flatten().unwrap_or_default()
    }

    #[test]
    fn a_described_owned_and_verified_item_passes() {
        desk().passes_all(&PASS, &good());
    }

    #[test]
    fn an_item_without_relation_or_description_is_named() {
        let why = why("item-described", |item| {
            item.description.clear();
            item.no_relations_reason.clear();
        });
        assert_eq!(why, "Missing: description, relation or a stated none.");
    }

    #[test]
    fn an_item_that_nobody_owns_is_named() {
        assert_eq!(why("item-owned", |item| item.owner = Id::none()), "Nobody answers for it.");
        assert_eq!(why("item-owned", |item| item.owner = Id::new(Uuid::from_u128(2))), "The owner has left.");
    }

    #[test]
    fn an_item_is_compared_with_reality_within_a_year() {
        let late = why("item-verified", |item| item.verified_on = Some(date(2025, 1, 4)));
        assert_eq!(late, "Last compared with reality on 2025-01-04.");
        assert!(why("item-verified", |item| item.verified_on = None).starts_with("Never compared"));
        let new = |item: &mut ConfigurationItem| {
            item.verified_on = None;
            item.head.created_at = at("2025-06-01T00:00:00Z");
        };
        assert_eq!(why("item-verified", new), "");
    }

    #[test]
    fn a_retired_service_item_does_not_stand_for_its_service() {
        let mut item = good();
        item.class = Some(Class::Service);
        item.service = Id::new(Uuid::from_u128(5));
        for (state, counts) in [(Live, true), (Planned, true), (Retired, false)] {
            let mut notes = Notes::default();
            item.head.state = state;
            note(&item, &Around::default(), &span(), &mut notes);
            assert_eq!(notes.services_as_items.contains(&Uuid::from_u128(5)), counts, "{state:?}");
        }
    }
}
