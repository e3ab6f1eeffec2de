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
    /// Time of the measurement of each operation.
    pub(crate) time: Duration,
}

impl Plan {
    /// The whole, for figures that may be quoted: about ten minutes on a quiet machine.
    pub(crate) fn full() -> Self {
        Self {
            name: "full",
            volumes: &[10_000, 100_000],
            clients: &[1, 16],
            warming: Duration::from_secs(1),
            time: Duration::from_secs(3),
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
            volumes: &[10_000],
            clients: &[1, 16],
            warming: Duration::from_millis(200),
            time: Duration::from_secs(1),
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::full(), Self::million(), Self::smoke()].into_iter().find(|plan| plan.name == name)
    }
}
