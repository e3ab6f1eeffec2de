//! Periods of days that a record is about, both ends included.

use jiff::civil::Date;
use mainstay_core::Cx;

use crate::problems::Problems;

/// Notes a period that runs backwards. History is taken as it comes.
pub(crate) fn check(from: Option<Date>, until: Option<Date>, cx: &Cx, problems: &mut Problems) {
    if let (Some(from), Some(until)) = (from, until)
        && until < from
        && !cx.history
    {
        problems.add("period_until", format!("lies before the first day, {from}"));
    }
}
