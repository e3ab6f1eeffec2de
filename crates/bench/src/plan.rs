//! How long and how much to measure.

use std::time::Duration;

/// One run of the bench.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Its name, for the report.
    pub(crate) name: &'static str,
    /// Numbers of tickets; each is measured in a store of its own.
    pub(crate) volumes: &'static [u64],
    /// Numbers of clients; each asks again as soon as it has its answer.
    pub(crate) clients: &'static [usize],
    /// Time before the measurement of each operation, which is not counted.
    pub(crate) warming: Duration,
    /// Time of the measurement of each operation in process.
    pub(crate) time: Duration,
    /// Rounds of the measurement of each operation over HTTP, an odd number.
    pub(crate) rounds: u64,
    /// Time of one of these rounds.
    pub(crate) round: Duration,
}

impl Plan {
    /// The whole, for figures that may be quoted: about half an hour on a quiet machine.
    pub(crate) fn full() -> Self {
        Self {
            name: "full",
            volumes: &[10_000, 100_000],
            clients: &[1, 16],
            warming: Duration::from_secs(1),
            time: Duration::from_secs(3),
            rounds: 3,
            round: Duration::from_secs(2),
        }
    }

    /// As the whole, and with a million tickets: on demand, since filling them takes long.
    pub(crate) fn million() -> Self {
        Self { name: "million", volumes: &[10_000, 100_000, 1_000_000], ..Self::full() }
    }

    /// Shows in half a minute that everything works; its figures mean nothing.
    pub(crate) fn smoke() -> Self {
        Self {
            name: "smoke",
            volumes: &[500, 2_000],
            clients: &[1, 16],
            warming: Duration::from_millis(20),
            time: Duration::from_millis(100),
            rounds: 1,
            round: Duration::from_millis(100),
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::full(), Self::million(), Self::smoke()].into_iter().find(|plan| plan.name == name)
    }
}
