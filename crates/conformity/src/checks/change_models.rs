//! Change models (8.5.1): what stands for the decision about each pre-approved change is itself current.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{ChangeModel, change_model::State::InForce};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, empty_ones, review_is_due, sentence},
};

/// The walk over change models.
pub static PASS: Pass<ChangeModel> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "change-model-reviewed",
                ChangeModel::NAME,
                &["8.5.1.3-a", "8.5.1.3-g"],
                "change models in force",
                "is within its review date",
            )
            .beside(),
            belongs: |item| item.record.head.state == InForce,
            problem: reviewed,
        },
        Check {
            def: CheckDef::new(
                "change-model-complete",
                ChangeModel::NAME,
                &["8.5.1.3-b"],
                "change models in force",
                "has priority, risk, benefit, feasibility, cost, the five headings of impact, test, back-out and \
                 communication",
            )
            .beside(),
            belongs: |item| item.record.head.state == InForce,
            problem: complete,
        },
    ],
};

fn reviewed(item: &Item<'_, ChangeModel>) -> Option<String> {
    review_is_due(item.record.next_review, 0, item.span)
}

fn complete(item: &Item<'_, ChangeModel>) -> Option<String> {
    let model = item.record;
    let mut missing = Vec::new();
    if model.priority.is_none() {
        missing.push("priority");
    }
    if model.risk.is_none() {
        missing.push("risk");
    }
    missing.extend(empty_ones(&[
        (&model.benefit, "benefit"),
        (&model.feasibility, "feasibility"),
        (&model.financial_impact, "financial impact"),
        (&model.impact_on_services, "impact on services"),
        (&model.impact_on_people, "impact on people"),
        (&model.impact_on_plans, "impact on policies and plans"),
        (&model.impact_on_assurance, "impact on capacity, availability, continuity and security"),
        (&model.impact_on_changes, "impact on other changes"),
        (&model.test_plan, "test"),
        (&model.back_out_plan, "back-out"),
        (&model.communication_plan, "communication"),
    ]));
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_kinds::{Level, change_model::State::Draft};

    use super::*;
    use crate::testing::{Desk, blank};

    fn model() -> ChangeModel {
        let mut model = blank::<ChangeModel>();
        model.head.state = InForce;
        model.priority = Some(3);
        model.risk = Some(Level::Low);
        model.next_review = Some(date(2026, 1, 5));
        for text in [
            &mut model.benefit,
            &mut model.feasibility,
            &mut model.financial_impact,
            &mut model.impact_on_services,
            &mut model.impact_on_people,
            &mut model.impact_on_plans,
            &mut model.impact_on_assurance,
            &mut model.impact_on_changes,
            &mut model.test_plan,
            &mut model.back_out_plan,
            &mut model.communication_plan,
        ] {
            "none".clone_into(text);
        }
        model
    }

    fn desk() -> Desk {
        Desk::at("2026-01-05T09:00:00Z")
    }

    #[test]
    fn a_complete_model_passes_until_the_day_of_its_review() {
        desk().passes_all(&PASS, &model());
    }

    #[test]
    fn a_model_past_its_review_is_named() {
        let mut late = model();
        late.next_review = Some(date(2026, 1, 4));
        let why = desk().judge(&PASS, "change-model-reviewed", &late).flatten();
        assert_eq!(why.as_deref(), Some("Its review was due on 2026-01-04."));
        late.next_review = None;
        assert!(desk().judge(&PASS, "change-model-reviewed", &late).flatten().is_some());
    }

    #[test]
    fn what_a_model_leaves_open_is_named() {
        let mut open = model();
        open.impact_on_plans.clear();
        open.priority = None;
        let why = desk().judge(&PASS, "change-model-complete", &open).flatten();
        assert_eq!(why.as_deref(), Some("Missing: priority, impact on policies and plans."));
    }

    #[test]
    fn a_draft_is_not_judged() {
        let mut draft = model();
        draft.head.state = Draft;
        assert!(PASS.checks.iter().all(|check| desk().judge(&PASS, check.def.id, &draft).is_none()));
    }
}
