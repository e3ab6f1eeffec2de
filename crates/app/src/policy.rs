//! Who may come to the door with which command, before any record is looked at. Deny by default: a command that no
//! line names is refused. What a person may do with which record the [rights](crate::rights) say.

use mainstay_core::{Actor, Channel, Error, Result};

use crate::{
    command::{Command, Request},
    rights::Duty,
};

/// Says whether the request's actor may give its command through its channel.
///
/// The operator at the host may do everything but speak for the clockwork; the clockwork may only announce; a person
/// comes with rights, or through replay, whose journal says *synthetic*.
///
/// # Errors
/// [`mainstay_core::ErrorKind::Forbidden`].
pub fn authorise(request: &Request) -> Result<()> {
    let clockwork = matches!(request.command, Command::ClockReached { .. });
    let history = matches!(request.command, Command::RecordHistory { .. });
    let erasure = matches!(request.command, Command::ErasePerson { .. });
    let checks = matches!(request.command, Command::RecordCheckRuns { .. });
    let replayed = request.recorded_at.is_some();
    // A replayed line says through which face it came; only replay sets the time of recording.
    let channel = if replayed && request.channel != Channel::Job { Channel::Replay } else { request.channel };
    let allowed = match (&request.actor, channel, &request.rights) {
        (Actor::Operator, Channel::Cli, None) => !clockwork,
        // What a check found is said by the program that ran it, never by a file.
        (Actor::Operator, Channel::Import | Channel::Replay, None) => !clockwork && !checks,
        (Actor::System, Channel::Job, None) => clockwork || checks,
        (Actor::Person(_), Channel::Replay, None) => !clockwork && !erasure && !history && !checks,
        (Actor::Person(person), Channel::Web | Channel::Api, Some(who)) => {
            // Times and other people are not claimed over a network.
            let plain = request.occurred_at.is_none() && request.on_behalf_of.is_none() && !replayed;
            let allowed = if erasure { who.has(Duty::Erase) } else { !clockwork && !history && !checks };
            plain && allowed && *person == who.person
        }
        (Actor::Person(person), Channel::Import, Some(who)) => {
            !replayed && !clockwork && !erasure && !checks && who.has(Duty::Import) && *person == who.person
        }
        _ => false,
    };
    if allowed { Ok(()) } else { Err(Error::forbidden()) }
}
