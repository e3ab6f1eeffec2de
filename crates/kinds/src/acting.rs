//! Who acts and on which day, as rules ask for it.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use mainstay_core::{Cx, Id};

use crate::Person;

/// The person who acts; none when the operator, the clockwork or a foreign system does.
pub(crate) fn person(cx: &Cx) -> Id<Person> {
    cx.actor.person().map_or(Id::none(), Id::new)
}

/// The day of the act, in UTC: for reviews and validity, which count in whole days.
pub(crate) fn today(cx: &Cx) -> Date {
    cx.now.to_zoned(TimeZone::UTC).date()
}

/// The day so many months later; the last day that can be written when there is none so late.
pub(crate) fn months_later(day: Date, months: i64) -> Date {
    day.checked_add(months.clamp(0, 12_000).months()).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::cx;

    #[test]
    fn a_review_falls_due_on_the_same_day_of_a_later_month_or_on_its_last_one() {
        assert_eq!(months_later(date(2026, 1, 5), 12), date(2027, 1, 5));
        assert_eq!(months_later(date(2026, 1, 31), 1), date(2026, 2, 28));
        assert_eq!(months_later(date(2026, 1, 5), -3), date(2026, 1, 5));
        assert_eq!(months_later(Date::MAX, 1), Date::MAX);
    }

    #[test]
    fn a_day_is_that_of_the_act() {
        assert_eq!(today(&cx()), date(2026, 1, 5));
        assert!(person(&cx()).is_some());
    }
}
