//! How the requirements of the standard stand, for a person. The duty opens the board with its counts; an exception is
//! named only when its record may be read.

use mainstay_conformity::{Board, RequirementDetail};
use mainstay_core::{Error, ErrorKind, Result};

use super::Query;
use crate::{App, conformity, rights::Duty};

impl Query<'_> {
    fn must_have_the_duty(&self) -> Result<()> {
        if self.who.has(Duty::Conformity) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forbidden, "you may not see how the requirements stand")
            .hint("Ask the administrator which role allows it."))
    }

    /// How every requirement stands.
    ///
    /// # Errors
    /// Forbidden; unavailable.
    pub fn board(&self, app: &App) -> Result<Board> {
        self.must_have_the_duty()?;
        conformity::board(app, &self.view)
    }

    /// Everything about one requirement.
    ///
    /// # Errors
    /// Forbidden; not found; unavailable.
    pub fn requirement(&self, app: &App, id: &str) -> Result<RequirementDetail> {
        self.must_have_the_duty()?;
        let mut detail = conformity::requirement(app, &self.view, id)?;
        for run in detail.checks_detail.iter_mut().filter_map(|check| check.latest.as_mut()) {
            // An exception without a record names something that is missing.
            run.exceptions
                .retain(|exception| exception.id.as_deref().is_none_or(|id| self.record(id).is_ok()));
        }
        Ok(detail)
    }
}
