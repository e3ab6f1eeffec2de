//! The clocks of a record, for a person: customers see what was promised and what was counted, not how calendars and
//! agreements are called inside.

use mainstay_core::Result;

use super::{Query, RecordView};
use crate::explain::{Clock, Explanation, explain};

impl Query<'_> {
    /// The clocks with their derivation.
    ///
    /// # Errors
    /// Unavailable.
    pub fn clocks(&self, record: &RecordView) -> Result<Explanation> {
        let mut explanation = explain(&self.view, record.reference(), None, None)?;
        if !record.internal {
            for clock in &mut explanation.clocks {
                self.without_internal_names(clock);
            }
        }
        Ok(explanation)
    }

    fn without_internal_names(&self, clock: &mut Clock) {
        // An agreement is written as its ref and version.
        let is_readable = |agreement: &str| {
            agreement.split_whitespace().next().is_some_and(|reference| self.record(reference).is_ok())
        };
        for term in &mut clock.terms {
            term.calendar.clear();
            if !is_readable(&term.agreement) {
                term.agreement.clear();
            }
        }
        if let Some(frozen) = &mut clock.frozen {
            frozen.calendar = None;
            frozen.agreement = frozen.agreement.take().filter(|agreement| is_readable(agreement));
        }
        for segment in &mut clock.reading.segments {
            // What follows the semicolon names agreements and calendars.
            let end = segment.note.find(';').unwrap_or(segment.note.len());
            segment.note.truncate(end);
        }
    }
}
