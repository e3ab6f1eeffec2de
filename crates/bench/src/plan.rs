//! How long and how much to measure.

use std::path::PathBuf;
use std::time::Duration;

/// One run of the bench.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Its name, for the report.
    pub(crate) name: &'static str,
    /// Numbers of tickets; each is measured in a store of its own.
    pub(crate) volumes: Vec<u64>,
    /// The only operations that are measured over HTTP; all when none is named.
    pub(crate) operations: Vec<String>,
    /// Most tickets with which PostgreSQL is measured: beyond it only SQLite is.
    pub(crate) most_on_postgres: u64,
    /// Where filled installations on SQLite are kept, so that the next run need not fill them again.
    pub(crate) stores: Option<PathBuf>,
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
            volumes: vec![10_000, 100_000],
            operations: Vec::new(),
            most_on_postgres: 100_000,
            stores: None,
            clients: &[1, 16],
            warming: Duration::from_secs(1),
            time: Duration::from_secs(3),
            rounds: 3,
            round: Duration::from_secs(2),
        }
    }

    /// From ten thousand tickets to a million, a million on SQLite only: on demand, since filling them takes long.
    pub(crate) fn million() -> Self {
        Self { name: "million", volumes: vec![10_000, 1_000_000], ..Self::full() }
    }

    /// Shows in half a minute that everything works; its figures mean nothing.
    pub(crate) fn smoke() -> Self {
        Self {
            name: "smoke",
            volumes: vec![500, 2_000],
            clients: &[1, 16],
            warming: Duration::from_millis(20),
            time: Duration::from_millis(100),
            rounds: 1,
            round: Duration::from_millis(100),
            ..Self::full()
        }
    }

    /// Whether an operation is to be measured.
    pub(crate) fn measures(&self, operation: &str) -> bool {
        self.operations.is_empty() || self.operations.iter().any(|one| one == operation)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::full(), Self::million(), Self::smoke()].into_iter().find(|plan| plan.name == name)
    }
}
