//! Request models (8.6.2): instructions that are current and in the hands of those who fulfil.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{RequestModel, request_model::State::Active};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, review_is_due, sentence},
};

/// The walk over request models.
pub static PASS: Pass<RequestModel> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[Check {
        def: CheckDef::new(
            "request-model-current",
            RequestModel::NAME,
            &["8.6.2-c"],
            "active request models",
            "has instructions, a team that fulfils, and is within its review date",
        ),
        belongs: |item| item.record.head.state == Active,
        problem: current,
    }],
};

fn current(item: &Item<'_, RequestModel>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.instructions.is_empty() {
        missing.push("instructions");
    }
    if item.record.fulfilment_team.is_none() {
        missing.push("team that fulfils");
    }
    sentence(missing).or_else(|| review_is_due(item.record.next_review, 0, item.span))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, blank};

    #[test]
    fn a_model_with_instructions_team_and_a_review_ahead_passes_and_others_are_named() {
        let desk = Desk::at("2026-01-05T09:00:00Z");
        let mut model = blank::<RequestModel>();
        model.head.state = Active;
        model.instructions = "Add the account".into();
        model.fulfilment_team = Id::new(Uuid::from_u128(1));
        model.next_review = Some(date(2026, 1, 5));
        desk.passes_all(&PASS, &model);
        let why = |model: &RequestModel| desk.judge(&PASS, "request-model-current", model).flatten();
        model.next_review = Some(date(2026, 1, 4));
        assert_eq!(why(&model).as_deref(), Some("Its review was due on 2026-01-04."));
        model.instructions.clear();
        assert_eq!(why(&model).as_deref(), Some("Missing: instructions."));
    }
}
