//! Who acts, and through which door.

use uuid::Uuid;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person of the organisation or a customer.
    Person(Uuid),
    /// Mainstay's own clockwork: jobs that no person started.
    System,
    /// The operator at the host's command line.
    Operator,
    /// A name from a foreign system, in imported history.
    Foreign(String),
}

impl Actor {
    /// The actor as the journal has it.
    pub fn to_text(&self) -> String {
        match self {
            Actor::Person(id) => format!("person:{id}"),
            Actor::System => "system".into(),
            Actor::Operator => "operator".into(),
            Actor::Foreign(name) => format!("foreign:{name}"),
        }
    }

    /// The actor that the journal means.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "system" => Some(Actor::System),
            "operator" => Some(Actor::Operator),
            other => match other.split_once(':')? {
                ("person", id) => id.parse().ok().map(Actor::Person),
                ("foreign", name) => Some(Actor::Foreign(name.into())),
                _ => None,
            },
        }
    }

    /// The person's id, if a person acts.
    pub fn person(&self) -> Option<Uuid> {
        match self {
            Actor::Person(id) => Some(*id),
            _ => None,
        }
    }
}

/// The face through which a command came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Command line.
    Cli,
    /// Web page.
    Web,
    /// REST.
    Api,
    /// Import of a file.
    Import,
    /// Replay or simulation.
    Replay,
    /// Clockwork.
    Job,
}

impl Channel {
    /// Stored word.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Cli => "cli",
            Channel::Web => "web",
            Channel::Api => "api",
            Channel::Import => "import",
            Channel::Replay => "replay",
            Channel::Job => "job",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_back_as_it_was_written() {
        for actor in [
            Actor::System,
            Actor::Operator,
            Actor::Foreign("Updated by: 21".into()),
            Actor::Person(Uuid::from_u128(7)),
        ] {
            assert_eq!(Actor::parse(&actor.to_text()), Some(actor));
        }
    }
}
