//! The handle that tests hold.

use std::sync::OnceLock;

use super::cluster::{Cluster, Durability};
use super::{Database, ServerError};
use crate::environment;

/// A PostgreSQL server for tests. If this process started it, it ends with the handle, and also when the process is
/// killed.
#[derive(Debug)]
pub struct Server {
    url: String,
    cluster: Option<Cluster>,
}

impl Server {
    /// The server of this test run: the one that `with-postgres` started around it, else one that this process starts
    /// at the first call and keeps until its end. It flushes nothing to disk.
    ///
    /// # Panics
    /// When no server can be started; the message says what is missing.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| match environment::shared_postgres_url() {
            Some(url) => Self { url, cluster: None },
            None => Self::fast().unwrap_or_else(|error| panic!("no PostgreSQL for the tests: {error}")),
        })
    }

    /// A server of its own that flushes nothing to disk.
    pub fn fast() -> Result<Self, ServerError> {
        Self::start(Durability::None)
    }

    /// A server of its own that keeps every commit it has answered, and that may be crashed with [`Server::crash`].
    pub fn durable() -> Result<Self, ServerError> {
        Self::start(Durability::Full)
    }

    fn start(durability: Durability) -> Result<Self, ServerError> {
        let cluster = Cluster::start(durability)?;
        let url = format!("postgresql:///postgres?host={}&user=postgres", cluster.socket_folder().display());
        Ok(Self { url, cluster: Some(cluster) })
    }

    /// The address of the server's maintenance database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes an empty database, dropped with the handle that is returned; see [`Database`].
    ///
    /// # Panics
    /// When the server does not answer or refuses.
    pub fn fresh_database(&self) -> Database {
        Database::create(&self.url)
            .unwrap_or_else(|error| panic!("no test database on {}: {error}", self.url))
    }

    /// Ends the server at once, as a power cut would: no checkpoint, connections cut. Fails with
    /// [`ServerError::NotOurs`] on a server that this process did not start.
    pub fn crash(&self) -> Result<(), ServerError> {
        self.ours()?.crash()
    }

    /// Starts the server again after [`Server::crash`] and waits until it has recovered. Addresses stay the same.
    pub fn restart(&self) -> Result<(), ServerError> {
        self.ours()?.start_again()
    }

    /// The process number of the server's main process; the processes of its connections are its children.
    pub fn postmaster(&self) -> Result<u32, ServerError> {
        self.ours()?.postmaster()
    }

    fn ours(&self) -> Result<&Cluster, ServerError> {
        self.cluster.as_ref().ok_or(ServerError::NotOurs)
    }
}
