//! The teams of the provider and the places where they work.

use crate::holidays::Place;

/// A team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Desk {
    FirstLineZurich,
    FirstLineLisbon,
    Operations,
    Network,
    Workplace,
    Applications,
    Platform,
}

impl Desk {
    pub(crate) const ALL: [Desk; 7] = [
        Desk::FirstLineZurich,
        Desk::FirstLineLisbon,
        Desk::Operations,
        Desk::Network,
        Desk::Workplace,
        Desk::Applications,
        Desk::Platform,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Desk::FirstLineZurich => "Service desk Zürich",
            Desk::FirstLineLisbon => "Service desk Lisboa",
            Desk::Operations => "Operations day and night",
            Desk::Network => "Network and security",
            Desk::Workplace => "Workplace",
            Desk::Applications => "Applications",
            Desk::Platform => "Databases and platform",
        }
    }

    pub(crate) const fn email(self) -> &'static str {
        match self {
            Desk::FirstLineZurich => "desk.zurich@alpenblick.example",
            Desk::FirstLineLisbon => "desk.lisboa@alpenblick.example",
            Desk::Operations => "operations@alpenblick.example",
            Desk::Network => "network@alpenblick.example",
            Desk::Workplace => "workplace@alpenblick.example",
            Desk::Applications => "applications@alpenblick.example",
            Desk::Platform => "platform@alpenblick.example",
        }
    }

    pub(crate) const fn place(self) -> Place {
        match self {
            Desk::FirstLineLisbon | Desk::Workplace | Desk::Platform => Place::Lisbon,
            _ => Place::Zurich,
        }
    }

    /// Agents of the team.
    pub(crate) const fn agents(self) -> usize {
        match self {
            Desk::FirstLineZurich | Desk::Operations => 6,
            Desk::FirstLineLisbon | Desk::Applications => 5,
            _ => 4,
        }
    }

    /// The desk to which a customer at this place calls.
    pub(crate) const fn desk_of(place: Place) -> Desk {
        match place {
            Place::Zurich => Desk::FirstLineZurich,
            Place::Lisbon => Desk::FirstLineLisbon,
        }
    }
}
