//! The three categories of change (8.5.1.1): each has its own way to a decision.

use mainstay_core::{Cx, Error, Kind, Result};

use super::{Category, Change, State};
use crate::problems::Problems;

/// A standard change does not go through assessment: its model did.
pub(super) fn has_no_model(change: &Change, _: &Cx) -> Result<()> {
    if change.category != Some(Category::Standard) {
        return Ok(());
    }
    Err(Error::refused(
        "a standard change follows its model",
        Change::DEF.clause,
        format!("{} is a standard change and is not assessed one by one", change.head.reference),
    )
    .hint("Use its model. If it is no standard change, cancel it and record a normal one."))
}

/// The short way is for what cannot wait.
pub(super) fn is_an_emergency(change: &Change, _: &Cx) -> Result<()> {
    if change.category == Some(Category::Emergency) {
        return Ok(());
    }
    Err(Error::refused(
        "the short way is for emergencies",
        Change::DEF.clause,
        format!("{} is no emergency change", change.head.reference),
    )
    .hint("Assess it and request its approval."))
}

/// The category is decided at registration: it may be corrected while the change is new.
pub(super) fn stays(change: &Change, before: Option<&Change>, problems: &mut Problems) {
    let Some(before) = before else { return };
    if before.category.is_some() && change.category != before.category && before.head.state != State::New {
        problems
            .add("category", "is decided when the change is recorded; cancel this one and record another");
    }
}
