//! What is asked for: recorded, weighed, with its need and means.

use mainstay_core::Kind;
use mainstay_kinds::{
    Change,
    change::{Category, State::New},
};

use super::ALIVE;
use crate::{
    check::CheckDef,
    pass::{Check, Item, Linked, empty_ones, sentence},
};

pub(super) const RECORDED: Check<Change> = Check {
    def: CheckDef::new(
        "change-recorded",
        Change::NAME,
        &["8.5.1.2-a"],
        "changes in the period, without cancelled ones",
        "has a requester, a date, a description, a category and an affected service or configuration item",
    ),
    belongs: |_| true,
    problem: recorded,
};

pub(super) const WEIGHED: Check<Change> = Check {
    def: CheckDef::new(
        "change-weighed",
        Change::NAME,
        &["8.5.1.3-b"],
        "changes in the period that were decided on, without standard ones",
        "has risk, benefit, feasibility, cost and the five headings of impact, before the decision unless it could not wait",
    )
    .selected(),
    belongs: |item| {
        item.record.category != Some(Category::Standard) && item.record.authorised_at.is_some()
    },
    problem: weighed,
};

pub(super) const MAJOR_IMPACT_DECIDED: Check<Change> = Check {
    def: CheckDef::new(
        "change-major-impact-decided",
        Change::NAME,
        &["8.5.1.1-c"],
        "changes in the period that were decided on or begun, without standard ones",
        "says whether it may have a major effect",
    )
    .selected(),
    belongs: |item| {
        let begun = item.record.authorised_at.or(item.record.actual_start).is_some();
        begun && item.record.category != Some(Category::Standard)
    },
    problem: |item| {
        let open = item.record.major_impact.is_none();
        open.then(|| "Nobody decided whether it may have a major effect.".to_owned())
    },
};

pub(super) const HAS_PRIORITY_AND_NEED: Check<Change> = Check {
    def: CheckDef::new(
        "change-has-priority-and-need",
        Change::NAME,
        &["8.2.2-e"],
        "changes in the period that are open or were authorised, without standard ones",
        "has a priority, and once authorised names its reason and whether means are there",
    )
    .selected(),
    belongs: |item| {
        let standard = item.record.category == Some(Category::Standard);
        let assessed = item.record.head.state != New && ALIVE.contains(&item.record.head.state);
        !standard && (assessed || item.record.authorised_at.is_some())
    },
    problem: priority_and_need,
};

fn recorded(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.requester.is_none() {
        missing.push("requester");
    }
    if change.requested_at.is_none() {
        missing.push("date of the request");
    }
    if change.description.is_empty() {
        missing.push("description");
    }
    if change.category.is_none() {
        missing.push("category");
    }
    let affects = |link: &Linked| matches!(link.relation.as_str(), "also_affects" | "involves");
    if change.service.is_none() && !item.around.links.iter().any(affects) {
        missing.push("affected service or configuration item");
    }
    sentence(missing)
}

fn priority_and_need(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.priority.is_none() {
        missing.push("priority");
    }
    if change.authorised_at.is_some() {
        if change.reason.is_empty() {
            missing.push("reason");
        }
        if change.feasibility.is_empty() {
            missing.push("whether means are there");
        }
    }
    sentence(missing)
}

fn weighed(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.risk.is_none() {
        missing.push("risk");
    }
    missing.extend(empty_ones(&[
        (&change.benefit, "benefit"),
        (&change.feasibility, "feasibility"),
        (&change.financial_impact, "financial impact"),
        (&change.impact_on_services, "impact on services"),
        (&change.impact_on_people, "impact on people"),
        (&change.impact_on_plans, "impact on policies and plans"),
        (&change.impact_on_assurance, "impact on capacity, availability, continuity and security"),
        (&change.impact_on_changes, "impact on other changes"),
    ]));
    if !missing.is_empty() {
        return sentence(missing);
    }
    if change.category == Some(Category::Emergency) {
        return None;
    }
    match (change.assessed_at, change.authorised_at) {
        (None, _) => Some("Decided on without a finished assessment.".into()),
        (Some(assessed), Some(decided)) if assessed > decided => {
            Some(format!("Assessed at {assessed}, after the decision at {decided}."))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use mainstay_kinds::change::Category;

    use super::super::{
        PASS,
        fixture::{bare, desk, good, why},
    };
    use crate::testing::at;

    #[test]
    fn what_a_request_leaves_open_is_named() {
        let why = why("change-recorded", |change| {
            change.requester = Id::none();
            change.description.clear();
            // What it involves is enough.
            change.service = Id::none();
        });
        assert_eq!(why, "Missing: requester, description.");
        let mut alone = good();
        alone.service = Id::none();
        let why = bare().judge(&PASS, "change-recorded", &alone).flatten();
        assert_eq!(why.as_deref(), Some("Missing: affected service or configuration item."));
    }

    #[test]
    fn a_decision_comes_after_the_whole_assessment() {
        assert_eq!(why("change-weighed", |change| change.feasibility.clear()), "Missing: feasibility.");
        let late = why("change-weighed", |change| change.assessed_at = Some(at("2026-01-01T11:00:01Z")));
        assert!(late.contains("after the decision"), "{late}");
        assert!(why("change-weighed", |change| change.assessed_at = None).contains("without a finished"));
    }

    #[test]
    fn an_emergency_is_weighed_too_but_may_be_decided_on_first() {
        let mut emergency = good();
        emergency.category = Some(Category::Emergency);
        emergency.assessed_at = None;
        assert_eq!(desk().judge(&PASS, "change-weighed", &emergency), Some(None));
        emergency.benefit.clear();
        let why = desk().judge(&PASS, "change-weighed", &emergency).flatten();
        assert_eq!(why.as_deref(), Some("Missing: benefit."));
    }

    #[test]
    fn a_question_about_major_effects_is_decided() {
        let why = why("change-major-impact-decided", |change| change.major_impact = None);
        assert_eq!(why, "Nobody decided whether it may have a major effect.");
    }

    #[test]
    fn a_decided_change_names_its_need() {
        assert_eq!(why("change-has-priority-and-need", |change| change.reason.clear()), "Missing: reason.");
    }
}
