//! Checks that several kinds share: fields that stay as they were decided on, and priorities.

use mainstay_core::Kind;

use crate::problems::Problems;

/// Notes each of the named fields in which the record differs from what it was: what was decided on is not
/// reworded afterwards.
pub(crate) fn fixed<K: Kind>(record: &K, before: &K, names: &[&str], why: &str, problems: &mut Problems) {
    for field in K::DEF.fields.list.iter().filter(|field| names.contains(&field.def.name)) {
        if (field.get)(record) != (field.get)(before) {
            problems.add(field.def.name, why);
        }
    }
}

/// Notes a priority that is none: priorities go from 1, first, to 4, last.
pub(crate) fn priority(priority: Option<i64>, problems: &mut Problems) {
    if let Some(wrong) = priority.filter(|priority| !(1..=4).contains(priority)) {
        problems.add("priority", format!("is {wrong}; priorities go from 1 to 4"));
    }
}
