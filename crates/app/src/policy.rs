//! Who may do what. Deny by default: a command that no line names is refused.

use mainstay_core::{Actor, Channel, Error, ErrorKind, Result};

use crate::command::{Command, Request};

/// Says whether the request's actor may give its command.
///
/// Until accounts and roles exist, the operator at the host may do everything but speak for the clockwork; the
/// clockwork may only announce; persons act through replay, whose journal says *synthetic*.
///
/// # Errors
/// [`ErrorKind::Forbidden`].
pub fn authorise(request: &Request) -> Result<()> {
    let clockwork = matches!(request.command, Command::ClockReached { .. });
    // A replayed line says through which face it came; only replay sets the time of recording.
    let channel = if request.recorded_at.is_some() && request.channel != Channel::Job {
        Channel::Replay
    } else {
        request.channel
    };
    let allowed = match (&request.actor, channel) {
        (Actor::Operator, Channel::Cli | Channel::Import | Channel::Replay) => !clockwork,
        (Actor::System, Channel::Job) => clockwork,
        (Actor::Person(_), Channel::Replay) => {
            !clockwork
                && !matches!(request.command, Command::ErasePerson { .. } | Command::RecordHistory { .. })
        }
        _ => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::Forbidden, "you may not do this")
            .hint("Ask the administrator which role allows it."))
    }
}
