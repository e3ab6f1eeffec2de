//! Reports for a person. A report counts all records of a kind, so only who may read all of them may ask.

use mainstay_core::{Error, ErrorKind, Filter, Kind, Result};
use mainstay_kinds::Incident;

use super::Query;
use crate::{
    report::sla::{self, Question, SlaReport},
    rights::Duty,
};

impl Query<'_> {
    /// How many incidents were resolved within their targets.
    ///
    /// # Errors
    /// Forbidden without the duty to report or with a role that is limited to a customer or service; else as
    /// [`sla::report`].
    pub fn sla_report(&self, question: &Question) -> Result<SlaReport> {
        let def = &self.view.context().kind(Incident::NAME)?.def;
        if !self.who.has(Duty::Report) || self.readable(def) != Filter::All {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "this report counts all incidents, and you may not read all",
            )
            .hint("Ask who has a role for all customers and services."));
        }
        sla::report(&self.view, question, &mut |_| {})
    }
}
