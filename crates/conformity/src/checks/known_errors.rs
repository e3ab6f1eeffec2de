//! Known errors (8.6.3): reviewed in time.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{KnownError, known_error::State::Active};

use crate::{
    books::Notes,
    check::CheckDef,
    pass::{Around, Check, Pass, review_is_due},
    span::Span,
};

/// The walk over known errors.
pub static PASS: Pass<KnownError> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: Some(note),
    checks: &[Check {
        def: CheckDef::new(
            "known-error-reviewed",
            KnownError::NAME,
            &["8.6.3-f"],
            "active known errors",
            "is within its review date",
        )
        .selected(),
        belongs: |item| item.record.head.state == Active,
        problem: |item| review_is_due(item.record.next_review, 0, item.span),
    }],
};

fn note(error: &KnownError, _: &Around, _: &Span, notes: &mut Notes) {
    if error.head.state == Active && error.problem.is_some() {
        notes.problems_with_known_error.insert(error.problem.uuid());
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use mainstay_kinds::known_error::State::Fixed;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, blank};

    fn span() -> Span {
        Desk::at("2026-01-05T09:00:00Z").span
    }

    #[test]
    fn an_active_known_error_is_reviewed_in_time_and_a_fixed_one_is_not_judged() {
        let desk = Desk::at("2026-01-05T09:00:00Z");
        let mut error = blank::<KnownError>();
        error.next_review = Some(date(2026, 1, 5));
        assert_eq!(desk.judge(&PASS, "known-error-reviewed", &error), Some(None));
        error.next_review = Some(date(2026, 1, 4));
        let why = desk.judge(&PASS, "known-error-reviewed", &error).flatten();
        assert_eq!(why.as_deref(), Some("Its review was due on 2026-01-04."));
        error.head.state = Fixed;
        assert_eq!(desk.judge(&PASS, "known-error-reviewed", &error), None);
    }

    #[test]
    fn only_an_active_known_error_counts_for_its_problem() {
        let mut notes = Notes::default();
        let mut error = blank::<KnownError>();
        error.problem = Id::new(Uuid::from_u128(1));
        error.head.state = Fixed;
        note(&error, &Around::default(), &span(), &mut notes);
        assert!(notes.problems_with_known_error.is_empty());
        error.head.state = Active;
        note(&error, &Around::default(), &span(), &mut notes);
        assert!(notes.problems_with_known_error.contains(&Uuid::from_u128(1)));
    }
}
