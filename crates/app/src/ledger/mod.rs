//! The journal from outside the door: checkpoints, verification, export, proofs. Nothing here changes a record.
//!
//! A [`Ledger`] opens the database beside a running server: it reads in snapshots of its own and writes nothing but
//! checkpoints, so that an auditor can look while people work.

pub mod check;
pub mod checkpoint;
pub mod export;
pub mod prove;
pub mod sinks;

use std::path::{Path, PathBuf};

use mainstay_core::{Error, ErrorKind, Registry, Result};
use mainstay_journal::{Origin, SignedCheckpoint, SigningKey, VerifyingKey};
use mainstay_store::{
    Conn, Location, Options,
    journal::{self, Epoch},
    migrate,
    store::{connect_reader, connect_writer},
};

use crate::{
    App, Config,
    app::{MIGRATIONS, meta},
    context::Context,
    keys,
};

/// Where the store keeps the public keys that have signed this journal, one a line.
pub const KEYS: &str = "journal_keys";

/// The journal of a data folder or database.
pub struct Ledger {
    pub(crate) context: Context,
    pub(crate) location: Location,
    pub(crate) options: Options,
    pub(crate) data: PathBuf,
    pub(crate) sinks: Vec<PathBuf>,
}

impl Ledger {
    /// Opens what is there; makes nothing and brings no schema up to date.
    ///
    /// # Errors
    /// Unavailable when there is no database, or one of another version of the schema.
    pub fn open(config: &Config, registry: &'static Registry) -> Result<Self> {
        let location = config.location();
        if let Location::Sqlite(file) = &location
            && config.vfs.is_none()
            && !file.exists()
        {
            return Err(Error::new(ErrorKind::Unavailable, format!("there is no {}", file.display()))
                .hint("Name the data folder with --data, or make one with `mainstay init`."));
        }
        let ledger = Self::at(config, Context::new(registry));
        let (version, _) = migrate::version(&mut *ledger.writer()?, MIGRATIONS)?;
        let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
        if version == newest {
            Ok(ledger)
        } else {
            Err(Error::new(
                ErrorKind::Unavailable,
                format!("the database has schema {version}, not {newest}"),
            )
            .hint("Run `mainstay init`, which brings it up to date."))
        }
    }

    /// The journal of an open application.
    pub fn of(app: &App) -> Self {
        Self::at(app.config(), app.context().clone())
    }

    /// The journal of a place, whatever is there.
    pub(crate) fn at(config: &Config, context: Context) -> Self {
        Self {
            context,
            location: config.location(),
            options: config.options(),
            data: config.data.clone(),
            sinks: config.checkpoint_sinks.clone(),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A connection that reads.
    ///
    /// # Errors
    /// Unavailable.
    pub fn reader(&self) -> Result<Box<dyn Conn>> {
        connect_reader(&self.location, &self.options)
    }

    /// A connection that writes.
    ///
    /// # Errors
    /// Unavailable.
    pub fn writer(&self) -> Result<Box<dyn Conn>> {
        connect_writer(&self.location, &self.options)
    }

    /// Reads one state of the database on a connection of its own.
    ///
    /// # Errors
    /// What `read` says.
    pub fn snapshot<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.reader()?;
        conn.batch(conn.dialect().begin_snapshot())?;
        let result = read(&mut *conn);
        let ended = conn.batch("rollback");
        let value = result?;
        ended?;
        Ok(value)
    }

    /// The key that signs checkpoints.
    ///
    /// # Errors
    /// Unavailable when there is none, or when others can read it.
    pub fn signing_key(&self) -> Result<SigningKey> {
        let folder = self.data.join("keys");
        keys::load(&folder)?.ok_or_else(|| {
            Error::new(ErrorKind::Unavailable, format!("there is no signing key in {}", folder.display()))
                .hint("Put it back from where it is kept; without it no checkpoint can be signed.")
        })
    }

    /// The newest checkpoint of the running epoch, with the keys that verify it.
    ///
    /// # Errors
    /// Not found while there is none; unavailable.
    pub fn newest_checkpoint(&self) -> Result<(SignedCheckpoint, Vec<VerifyingKey>)> {
        self.snapshot(|conn| {
            let epoch = running_epoch(conn)?;
            let newest = checkpoint::covering(conn, epoch.epoch, 0)?;
            let newest = newest.ok_or_else(|| Error::not_found("a checkpoint"))?;
            Ok((newest, keys_for(&self.public_keys(conn)?, &epoch.origin)))
        })
    }

    /// The folders to which checkpoints are written beside the database: first the one in the data folder.
    pub fn checkpoint_folders(&self) -> Vec<PathBuf> {
        std::iter::once(self.data.join("checkpoints")).chain(self.sinks.iter().cloned()).collect()
    }

    /// The public keys that are known to have signed this journal.
    ///
    /// # Errors
    /// Unavailable; a bug when a stored key is none.
    pub fn public_keys(&self, conn: &mut dyn Conn) -> Result<Vec<VerifyingKey>> {
        let mut known = stored_keys(conn)?;
        let epochs = journal::epochs(conn)?;
        if let Some(last) = epochs.last()
            && let Some(key) = keys::load(&self.data.join("keys")).ok().flatten()
        {
            let own = key.verifying_key(&last.origin).map_err(damaged)?;
            if !known.iter().any(|known| known.as_bytes() == own.as_bytes()) {
                known.push(own);
            }
        }
        Ok(known)
    }
}

/// The public keys that the database names.
pub(crate) fn stored_keys(conn: &mut dyn Conn) -> Result<Vec<VerifyingKey>> {
    meta(conn, KEYS)?.unwrap_or_default().lines().map(|line| line.parse().map_err(damaged)).collect()
}

pub(crate) fn damaged(error: impl std::fmt::Display) -> Error {
    Error::bug("the journal's keys or origins are damaged").caused_by(error)
}

/// The keys under the name of an origin: a key is trusted for every epoch of its installation.
pub(crate) fn keys_for(keys: &[VerifyingKey], origin: &str) -> Vec<VerifyingKey> {
    keys.iter().filter_map(|key| key.renamed(origin).ok()).collect()
}

/// The origin of an epoch.
pub(crate) fn origin_of(epoch: &Epoch) -> Result<Origin> {
    epoch.origin.parse().map_err(damaged)
}

/// The running epoch.
pub(crate) fn running_epoch(conn: &mut dyn Conn) -> Result<Epoch> {
    journal::epochs(conn)?.pop().ok_or_else(|| {
        Error::new(ErrorKind::Unavailable, "the database holds no journal").hint("Run `mainstay init`.")
    })
}
