//! The one error of the application: what happened, which field, what to do next.

use std::fmt;

/// A result with the one [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller may branch on. Everything else in an [`Error`] is text for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input is wrong; each field error says where and why.
    Invalid(Vec<FieldError>),
    /// The record, kind or move does not exist, or is not visible to the actor.
    NotFound,
    /// The actor lacks a right.
    Forbidden,
    /// Two changes do not go together: a value or a key is taken.
    Conflict,
    /// The record was changed by somebody else since the caller read it.
    Stale,
    /// A rule of the process says no; `clause` is the clause of ISO/IEC 20000-1 it serves.
    Refused {
        /// Name of the rule.
        rule: String,
        /// Clause of ISO/IEC 20000-1:2018 that the rule serves, or an empty text.
        clause: String,
    },
    /// A limit was reached; try later or ask for less.
    TooMany,
    /// The outcome of a commit is not known: it may or may not have happened.
    Unknown,
    /// A database, disk or other part is not available now.
    Unavailable,
    /// A defect in Mainstay.
    Bug,
}

/// One wrong field of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field as the API has it.
    pub field: String,
    /// What is wrong, for people.
    pub problem: String,
}

/// An error for people: kind, message, hints, and a cause for the log.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hints: Vec<String>,
    cause: Option<Box<str>>,
    retry_after_seconds: Option<u32>,
}

impl Error {
    /// A new error of `kind` with a message for people.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), cause: None, retry_after_seconds: None }
    }

    /// One wrong field.
    pub fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), problem: problem.into() }])
    }

    /// Several wrong fields.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let message = match fields.as_slice() {
            [one] => format!("{}: {}", one.field, one.problem),
            many => format!("{} fields need attention", many.len()),
        };
        Self::new(ErrorKind::Invalid(fields), message)
    }

    /// Something asked for does not exist or is not visible.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, format!("{what} does not exist"))
    }

    /// None of the actor's roles allows it.
    pub fn forbidden() -> Self {
        Self::new(ErrorKind::Forbidden, "you may not do this")
            .hint("Ask the administrator which role allows it.")
    }

    /// A process rule says no.
    pub fn refused(rule: impl Into<String>, clause: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused { rule: rule.into(), clause: clause.into() }, message)
    }

    /// A value or a key is taken.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// Somebody else was faster: the caller has seen version `seen`, and the record is at version `now`.
    pub fn stale(seen: u64, now: u64) -> Self {
        let message =
            format!("the record was changed in the meantime: you have version {seen}, it is now at {now}");
        Self::new(ErrorKind::Stale, message)
            .hint("Load it again, look at what changed, and repeat your change.")
    }

    /// A part that we need is not available.
    pub fn unavailable(message: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Unavailable, message).caused_by(cause)
    }

    /// A defect in Mainstay: what should never happen.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message)
            .hint("This is a defect in Mainstay. Please report it with this text.")
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says after how many seconds trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds the technical cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string().into());
        self
    }

    /// What to branch on.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// What happened, for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// After how many seconds trying again makes sense, if that is known.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.retry_after_seconds
    }

    /// The technical cause, if one is known.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The wrong fields of an [`ErrorKind::Invalid`], else none.
    pub fn fields(&self) -> &[FieldError] {
        match &self.kind {
            ErrorKind::Invalid(fields) => fields,
            _ => &[],
        }
    }

    /// The exit code of the command line for this kind of error (`architecture.md` section 7 of the design):
    /// 2 bad input, 3 refused, 4 unavailable, 70 bug.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ErrorKind::Invalid(_) | ErrorKind::NotFound => 2,
            ErrorKind::Forbidden | ErrorKind::Conflict | ErrorKind::Stale | ErrorKind::Refused { .. } => 3,
            ErrorKind::TooMany | ErrorKind::Unknown | ErrorKind::Unavailable => 4,
            ErrorKind::Bug => 70,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let ErrorKind::Invalid(fields) = &self.kind
            && fields.len() > 1
        {
            for field in fields {
                write!(f, "\n  {}: {}", field.field, field.problem)?;
            }
        }
        if let Some(cause) = &self.cause {
            write!(f, " ({cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_what_happened_where_and_why() {
        let one = Error::field("resolution", "say what restored the service");
        assert_eq!(one.to_string(), "resolution: say what restored the service");
        assert_eq!(one.exit_code(), 2);
        let two = Error::invalid(vec![
            FieldError { field: "a".into(), problem: "is missing".into() },
            FieldError { field: "b".into(), problem: "is no date".into() },
        ]);
        assert_eq!(two.to_string(), "2 fields need attention\n  a: is missing\n  b: is no date");
    }

    #[test]
    fn a_refusal_names_the_rule_and_exits_with_three() {
        let refused = Error::refused("merge into an open incident", "8.6.1", "INC-000002 is closed");
        assert_eq!(refused.exit_code(), 3);
        assert!(matches!(refused.kind(), ErrorKind::Refused { clause, .. } if clause == "8.6.1"));
    }
}
