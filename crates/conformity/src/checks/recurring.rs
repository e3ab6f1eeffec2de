//! Recurring incidents (8.6.3): what comes again and again is looked into as a problem.

use mainstay_core::Kind;
use mainstay_kinds::Incident;

use super::Whole;
use crate::{
    books::{Books, Notes},
    check::{CheckDef, Parameter},
    engine::Subject,
    span::Span,
};

/// So many incidents of one service and category …
const RECURRING_COUNT: u64 = 5;

/// … in the last so many days are recurring.
pub(super) const RECURRING_DAYS: i64 = 30;

/// Recurring incidents lead to a problem.
pub static RECURRING: Whole = Whole {
    def: CheckDef::new(
        "recurring-incidents-have-problem",
        Incident::NAME,
        &["8.6.3-a"],
        "services and categories with incidents reported lately",
        "has fewer incidents than count as recurring, or one that names a problem",
    )
    .parameters(&[
        Parameter { name: "recurring_count", value: RECURRING_COUNT as i64, unit: "incidents" },
        Parameter { name: "recurring_days", value: RECURRING_DAYS, unit: "days" },
    ])
    .version(2),
    judge: recurring,
};

fn recurring(books: &Books, notes: &Notes, _: &Span) -> Vec<Subject> {
    notes
        .recent
        .iter()
        .map(|((service, category), (count, with_problem))| {
            let name = books.service(*service).map_or("no service", |found| found.head.reference.as_str());
            let open = *count >= RECURRING_COUNT && *with_problem == 0;
            Subject {
                reference: format!("{name} {category}").trim_end().to_owned(),
                id: None,
                version: 0,
                problem: open
                    .then(|| format!("{count} incidents in {RECURRING_DAYS} days, none with a problem.")),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::testing::Desk;

    fn named(count: u64, with_problem: u64) -> Vec<String> {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        desk.notes.recent.insert((Uuid::from_u128(5), "Mail".into()), (count, with_problem));
        let subjects = recurring(&desk.books, &desk.notes, &desk.span);
        subjects.into_iter().filter_map(|subject| subject.problem).collect()
    }

    #[test]
    fn five_of_a_kind_without_a_problem_are_named_and_four_are_not() {
        assert_eq!(named(5, 0), ["5 incidents in 30 days, none with a problem."]);
        assert!(named(4, 0).is_empty());
        assert!(named(9, 1).is_empty());
    }
}
