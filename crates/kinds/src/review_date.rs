//! Dates on which something in force has to be looked at again.

use jiff::civil::Date;
use mainstay_core::Cx;

use crate::{acting, problems::Problems};

/// Months between reviews when a record names none.
pub(crate) const MONTHS: i64 = 12;

/// Notes an interval that is none. From one month to ten years.
pub(crate) fn check_interval(months: Option<i64>, cx: &Cx, problems: &mut Problems) {
    if let Some(months) = months
        && !(1..=120).contains(&months)
        && !cx.history
    {
        problems.add("review_months", format!("is {months}; a review interval has from 1 to 120 months"));
    }
}

/// The next review after one that is held, or after something was put in force, at the time of the act.
pub(crate) fn next(months: Option<i64>, cx: &Cx) -> Date {
    acting::months_later(acting::today(cx), months.unwrap_or(MONTHS))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::cx;

    #[test]
    fn a_review_is_due_after_the_interval_or_after_a_year() {
        assert_eq!(next(Some(6), &cx()), date(2026, 7, 5));
        assert_eq!(next(None, &cx()), date(2027, 1, 5));
    }

    #[test]
    fn an_interval_has_from_one_month_to_ten_years() {
        for (months, good) in
            [(None, true), (Some(1), true), (Some(120), true), (Some(0), false), (Some(121), false)]
        {
            let mut problems = Problems::default();
            check_interval(months, &cx(), &mut problems);
            assert_eq!(problems.result().is_ok(), good, "{months:?}");
        }
    }
}
