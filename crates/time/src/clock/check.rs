//! What an input should fulfil. [`super::read`] answers for any input; this says whether to believe it.

use super::{ClockInput, Phase};
use crate::instant::Instant;

/// A data error in the input of a clock, to be listed with the record and kept out of the metrics (E30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockInputError {
    /// Nothing is promised.
    #[error("the clock has no term")]
    NoTerm,
    /// The steps are not sorted.
    #[error("the step at {at} comes after a later one")]
    StepsOutOfOrder {
        /// The step that comes too late.
        at: Instant,
    },
    /// The terms are not sorted.
    #[error("the term from {from} comes after a later one")]
    TermsOutOfOrder {
        /// The term that comes too late.
        from: Instant,
    },
    /// A target below zero.
    #[error("the target of {target_seconds} s is negative")]
    NegativeTarget {
        /// The target as entered.
        target_seconds: i64,
    },
    /// The ticket stopped before it started: a negative duration (E30). Read as 0 s.
    #[error("the stop at {stop} lies before the start {start}")]
    StopBeforeStart {
        /// The stop as entered.
        stop: Instant,
        /// The start as entered.
        start: Instant,
    },
    /// The ticket is said to be closed while its clock still runs or waits.
    #[error("the ticket is closed but its last step at {at} does not stop the clock")]
    ClosedWithoutStop {
        /// The last step, or the start if there is no step.
        at: Instant,
    },
}

impl ClockInput {
    /// Checks the input.
    ///
    /// # Errors
    /// The first [`ClockInputError`] found.
    pub fn check(&self) -> Result<(), ClockInputError> {
        if self.terms.is_empty() {
            return Err(ClockInputError::NoTerm);
        }
        if let Some(pair) = self.steps.windows(2).find(|pair| pair[1].at < pair[0].at) {
            return Err(ClockInputError::StepsOutOfOrder { at: pair[1].at });
        }
        // The first term's own `from` has no meaning, so it is not compared.
        let later_terms = self.terms.get(1..).unwrap_or_default();
        if let Some(pair) = later_terms.windows(2).find(|pair| pair[1].from < pair[0].from) {
            return Err(ClockInputError::TermsOutOfOrder { from: pair[1].from });
        }
        if let Some(term) = self.terms.iter().find(|term| term.target_seconds < 0) {
            return Err(ClockInputError::NegativeTarget { target_seconds: term.target_seconds });
        }
        let stopped_early = |step: &&super::Step| step.phase == Phase::Stopped && step.at < self.start;
        if let Some(step) = self.steps.iter().find(stopped_early) {
            return Err(ClockInputError::StopBeforeStart { stop: step.at, start: self.start });
        }
        let last = self.steps.last();
        if self.final_ && last.is_none_or(|step| step.phase != Phase::Stopped) {
            return Err(ClockInputError::ClosedWithoutStop { at: last.map_or(self.start, |step| step.at) });
        }
        Ok(())
    }
}
