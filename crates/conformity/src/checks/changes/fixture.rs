//! A change that went the whole way, and the desk that judges it, for the tests of this folder.

use mainstay_core::{Id, Value, parts};
use mainstay_kinds::{
    Change, Level, YesNo,
    change::{Category, State::Closed},
};
use uuid::Uuid;

use super::PASS;
use crate::{
    pass::Around,
    testing::{Desk, at, blank, broken},
};

pub(super) const REQUESTER: u128 = 1;
const APPROVER: u128 = 4;

pub(super) fn vote(person: u128, verdict: &'static str) -> Around {
    let mut around = Around::default();
    let columns = vec![("person", Value::Id(Uuid::from_u128(person))), ("verdict", Value::from(verdict))];
    around.take(parts::APPROVAL_VOTE, Uuid::from_u128(100), columns);
    around
}

pub(super) fn good() -> Change {
    let mut change = blank::<Change>();
    change.head.state = Closed;
    change.head.created_at = at("2026-01-01T09:00:00Z");
    change.category = Some(Category::Normal);
    change.requester = Id::new(Uuid::from_u128(REQUESTER));
    change.owner = Id::new(Uuid::from_u128(2));
    change.implementer = Id::new(Uuid::from_u128(3));
    change.service = Id::new(Uuid::from_u128(5));
    change.requested_at = Some(at("2026-01-01T09:00:00Z"));
    change.priority = Some(2);
    change.major_impact = Some(YesNo::No);
    change.risk = Some(Level::Low);
    for text in [
        &mut change.description,
        &mut change.reason,
        &mut change.configuration_note,
        &mut change.benefit,
        &mut change.feasibility,
        &mut change.financial_impact,
        &mut change.impact_on_services,
        &mut change.impact_on_people,
        &mut change.impact_on_plans,
        &mut change.impact_on_assurance,
        &mut change.impact_on_changes,
        &mut change.test_result,
        &mut change.back_out_plan,
        &mut change.back_out_test,
        &mut change.review,
    ] {
        "none".clone_into(text);
    }
    change.assessed_at = Some(at("2026-01-01T10:00:00Z"));
    change.authorised_at = Some(at("2026-01-01T11:00:00Z"));
    change.planned_start = Some(at("2026-01-02T20:00:00Z"));
    change.planned_end = Some(at("2026-01-02T22:00:00Z"));
    change.actual_start = Some(at("2026-01-02T20:00:00Z"));
    change.actual_end = Some(at("2026-01-02T21:00:00Z"));
    change.review_due_at = Some(at("2026-01-04T00:00:00Z"));
    change.reviewed_at = Some(at("2026-01-03T09:00:00Z"));
    change.closed_at = Some(at("2026-01-03T09:00:00Z"));
    change
}

/// A desk with an approval, and without a configuration item.
pub(super) fn bare() -> Desk {
    Desk::at("2026-01-05T09:00:00Z").with(vote(APPROVER, "approve"))
}

pub(super) fn desk() -> Desk {
    bare().with_item()
}

pub(super) fn why(check: &str, breakage: impl FnOnce(&mut Change)) -> String {
    broken(&desk(), &PASS, check, good(), breakage)
}
