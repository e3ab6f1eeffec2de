//! Configuration: the only place that reads the environment (through clap).

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use mainstay_app::{App, Config};
use mainstay_core::Result;
use mainstay_kinds::REGISTRY;
use mainstay_store::SystemClock;

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Data folder: database file, attachments, keys, checkpoints
    #[arg(long, env = "MAINSTAY_DATA", default_value = "./data", global = true, value_name = "DIR")]
    pub data: PathBuf,

    /// PostgreSQL to use instead of the SQLite file: postgres://…
    #[arg(long, env = "MAINSTAY_DATABASE_URL", global = true, value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Another folder to which checkpoints of the journal are written, such as one that the auditor mounts; may be
    /// given more than once
    #[arg(long, env = "MAINSTAY_CHECKPOINT_SINKS", global = true, value_name = "DIR", value_delimiter = ',')]
    pub sink: Vec<PathBuf>,
}

impl Place {
    /// The configuration of a living system here.
    pub fn config(&self) -> Config {
        let mut config = Config::new(&self.data, Arc::new(SystemClock));
        config.database_url.clone_from(&self.database_url);
        config.checkpoint_sinks.clone_from(&self.sink);
        config
    }

    /// Opens the application here.
    pub fn open(&self) -> Result<App> {
        self.open_with(self.config())
    }

    /// Opens the application with another configuration of this place.
    pub fn open_with(&self, config: Config) -> Result<App> {
        App::open(config, &REGISTRY)
    }
}
