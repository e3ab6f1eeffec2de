//! Problems with fields, collected so that one answer names them all.

use mainstay_core::{Error, FieldError, Result};

/// What a kind's rules find wrong with single fields.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    /// Notes what is wrong with `field`, for people.
    pub(crate) fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), problem: problem.into() });
    }

    /// All problems as one error.
    ///
    /// # Errors
    /// [`Invalid`](mainstay_core::ErrorKind::Invalid) when a problem was noted.
    pub(crate) fn result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}
