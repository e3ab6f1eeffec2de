//! What the tests of this binary share.

use std::{collections::BTreeSet, path::Path};

use mainstay_app::App;
use mainstay_core::{Instant, Result};
use mainstay_durability::{
    client::Acknowledged,
    log,
    oracle::{Findings, look},
};

pub fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// Promises and requests of one database.
#[derive(Debug, Default, Clone)]
pub struct Promises {
    pub asked: BTreeSet<String>,
    pub acknowledged: Vec<Acknowledged>,
}

impl Promises {
    /// Reads the logs of bursts.
    pub fn read(logs: &Path) -> Self {
        let asked: Vec<String> = log::read(logs, "asked-").expect("the log of requests");
        let acknowledged = log::read(logs, "acknowledged-").expect("the log of answers");
        Self { asked: asked.into_iter().collect(), acknowledged }
    }

    /// What became of them, if the database can be read.
    pub fn try_look(&self, app: &App) -> Result<Findings> {
        look(app, &self.acknowledged, &self.asked)
    }

    /// What became of them.
    pub fn look(&self, app: &App) -> Findings {
        self.try_look(app).unwrap_or_else(|error| panic!("{error} {:?}", error.cause()))
    }

    #[track_caller]
    pub fn check(&self, app: &App, place: &str) -> Findings {
        let findings = self.look(app);
        assert!(findings.is_clean(), "{place}: {findings:#?}");
        findings
    }
}
