//! Making a checkpoint: the head of the running epoch, checked against every checkpoint made before, signed, kept
//! in the database and written to the folders.

use mainstay_core::{Error, ErrorKind, Result, Value};
use mainstay_journal::{
    Checkpoint, SignedCheckpoint, VerifyingKey, consistency_proof, root_at, verify_consistency,
};
use mainstay_store::{
    Conn,
    head::Head,
    journal::{self, Epoch, EpochLeaves},
};

use super::{
    KEYS, Ledger, damaged, keys_for, origin_of, running_epoch,
    sinks::{self, Written},
    stored_keys,
};

/// Seconds after which new entries are due to be vouched for.
pub const DUE_AFTER_SECONDS: i64 = 60;

/// Entries after which a checkpoint is due.
pub const DUE_AFTER_ENTRIES: u64 = 1000;

/// Whether a checkpoint is due: `last` is the size of the newest one and when it was made, UTC milliseconds.
pub fn due(last: Option<(u64, i64)>, size: u64, now_ms: i64) -> bool {
    match last {
        None => size > 0,
        Some((before, made_at_ms)) => {
            let new = size.saturating_sub(before);
            new >= DUE_AFTER_ENTRIES
                || (new > 0 && now_ms.saturating_sub(made_at_ms) >= DUE_AFTER_SECONDS * 1000)
        }
    }
}

/// A checkpoint and where it was written.
#[derive(Debug, Clone)]
pub struct Made {
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// False when there was one of this size already.
    pub new: bool,
    /// Each sink.
    pub sinks: Vec<Written>,
}

impl Made {
    /// True when every sink has it.
    pub fn everywhere(&self) -> bool {
        self.sinks.iter().all(|sink| sink.failure.is_none())
    }
}

impl Ledger {
    /// Size and time of the newest checkpoint of the running epoch, as [`due`] wants it.
    ///
    /// # Errors
    /// Unavailable.
    pub fn last_checkpoint(&self, conn: &mut dyn Conn) -> Result<Option<(u64, i64)>> {
        let head = Head::load(conn, false)?;
        journal::last_checkpoint(conn, head.epoch)
    }

    /// Makes a checkpoint when one is due, for a job that runs beside the server.
    ///
    /// # Errors
    /// As [`checkpoint`](Ledger::checkpoint).
    pub fn checkpoint_if_due(&self, now_ms: i64) -> Result<Option<Made>> {
        let (size, last) = self
            .snapshot(|conn| Ok((Head::load(conn, false)?.frontier.size(), self.last_checkpoint(conn)?)))?;
        if due(last, size, now_ms) { self.checkpoint().map(Some) } else { Ok(None) }
    }

    /// Signs the head of the running epoch and writes it to every sink. A sink that fails is named and does not
    /// keep the others from being written.
    ///
    /// # Errors
    /// Refused when the journal does not go on from a checkpoint that was made before: signing would vouch for two
    /// histories. Unavailable without key or database.
    pub fn checkpoint(&self) -> Result<Made> {
        let key = self.signing_key()?;
        let (epoch, head, before, known, stored) = self.snapshot(|conn| {
            let epoch = running_epoch(conn)?;
            let head = Head::load(conn, false)?;
            let known = self.public_keys(conn)?;
            let mut before = Vec::new();
            if let Some((_, text)) = journal::checkpoints(conn, epoch.epoch)?.pop() {
                before.push(("the database".to_owned(), SignedCheckpoint::parse(&text).map_err(damaged)?));
            }
            for folder in self.checkpoint_folders() {
                // A folder that cannot be read will be named as one that cannot be written.
                if let Ok(Some((path, newest))) = sinks::newest(&folder) {
                    before.push((path.display().to_string(), newest));
                }
            }
            let leaves = EpochLeaves::new(conn, epoch.epoch, epoch.first_position);
            let root = root_at(&leaves, head.frontier.size())
                .map_err(|error| Error::bug("the journal's tree cannot be read").caused_by(error))?;
            if root != head.frontier.root() {
                return Err(fork("the journal's head is not the head of its entries".into()));
            }
            for (place, checkpoint) in &before {
                self.goes_on(conn, &epoch, &head, &known, place, checkpoint)?;
            }
            Ok((epoch, head, before, known, stored_keys(conn)?))
        })?;
        let origin = origin_of(&epoch)?;
        let size = head.frontier.size();
        let signed = key.sign(&Checkpoint { origin: origin.clone(), size, root: head.frontier.root() });
        let new = !before.iter().any(|(place, checkpoint)| {
            place == "the database" && checkpoint.checkpoint() == signed.checkpoint()
        });
        let mut written = Vec::new();
        let keep = self.keep(&epoch, &signed, &stored);
        written.push(Written { sink: "database".into(), failure: keep.err().map(|error| error.to_string()) });
        for folder in self.checkpoint_folders() {
            let failure = sinks::write(&folder, &signed, &known).err().map(|error| error.to_string());
            written.push(Written { sink: folder.display().to_string(), failure });
        }
        Ok(Made { checkpoint: signed, new, sinks: written })
    }

    /// Refuses when the journal is not a continuation of what `checkpoint` vouches for.
    fn goes_on(
        &self,
        conn: &mut dyn Conn,
        epoch: &Epoch,
        head: &Head,
        known: &[VerifyingKey],
        place: &str,
        checkpoint: &SignedCheckpoint,
    ) -> Result<()> {
        let origin = origin_of(epoch)?;
        let old = checkpoint.checkpoint();
        if old.origin.instance() != origin.instance() || old.origin.is_synthetic() != origin.is_synthetic() {
            return Err(Error::refused(
                "a folder holds the checkpoints of one installation",
                "7.5.3",
                format!("{place} holds checkpoints of another journal: {}", old.origin),
            ));
        }
        if old.origin.epoch() < origin.epoch() {
            return Ok(());
        }
        // Whoever can write to a sink must not be able to stop the journal with a forged checkpoint.
        if checkpoint.verify(&keys_for(known, &old.origin.to_string())).is_err() {
            return Ok(());
        }
        let size = head.frontier.size();
        if old.origin.epoch() > origin.epoch() {
            return Err(fork(format!("{place} vouches for epoch {}, which is later", old.origin.epoch())));
        }
        if old.size > size {
            return Err(fork(format!(
                "the journal holds {size} entries, and {place} vouches for {}: this is an older copy",
                old.size
            )));
        }
        let leaves = EpochLeaves::new(conn, epoch.epoch, epoch.first_position);
        let proof = consistency_proof(&leaves, old.size, size)
            .map_err(|error| Error::bug("the journal's tree cannot be read").caused_by(error))?;
        let root = head.frontier.root();
        if verify_consistency(old.size, &old.root, size, &root, &proof) {
            Ok(())
        } else {
            Err(fork(format!(
                "the journal does not begin with the {} entries that {place} vouches for",
                old.size
            )))
        }
    }

    /// Keeps the checkpoint and its key in the database. No act is changed by it, so it does not pass the door.
    fn keep(&self, epoch: &Epoch, signed: &SignedCheckpoint, stored: &[VerifyingKey]) -> Result<()> {
        let mut conn = self.writer()?;
        let made_at_ms = self.options.clock.now_ms();
        conn.batch(conn.dialect().begin_write())?;
        let kept = (|| {
            let sql = conn.dialect().sql(
                "insert into journal_checkpoint(epoch, size, made_at_ms, note) values (?1, ?2, ?3, ?4) \
                 on conflict (epoch, size) do nothing",
            );
            let row = [
                Value::Int(epoch.epoch.into()),
                Value::from(signed.checkpoint().size),
                Value::Int(made_at_ms),
                Value::from(signed.text()),
            ];
            conn.execute(&sql, &row)?;
            let own = self.signing_key()?.verifying_key(&epoch.origin).map_err(damaged)?;
            if !stored.iter().any(|known| known.as_bytes() == own.as_bytes()) {
                let mut keys = stored.to_vec();
                keys.push(own);
                keep_keys(&mut *conn, &keys)?;
            }
            Ok(())
        })();
        match kept {
            Ok(()) => conn.batch("commit"),
            Err(error) => {
                conn.batch("rollback")?;
                Err(error)
            }
        }
    }
}

fn fork(what: String) -> Error {
    Error::refused("a journal never vouches for two histories", "7.5.3", what)
        .hint("Keep a copy of the data folder and of every checkpoint as they are.")
        .hint("Run `mainstay journal verify`, then restore a backup with `mainstay restore`.")
}

/// Writes the public keys that have signed this journal.
pub(crate) fn keep_keys(conn: &mut dyn Conn, keys: &[VerifyingKey]) -> Result<()> {
    let text: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let sql = conn.dialect().sql(
        "insert into mainstay_meta(name, content) values (?1, ?2) \
         on conflict (name) do update set content = excluded.content",
    );
    conn.execute(&sql, &[Value::from(KEYS), Value::Text(text)]).map(|_| ())
}

/// The newest kept checkpoint of an epoch that covers `index`.
pub(crate) fn covering(conn: &mut dyn Conn, epoch: u32, index: u64) -> Result<Option<SignedCheckpoint>> {
    match journal::checkpoints(conn, epoch)?.pop() {
        Some((size, text)) if size > index => SignedCheckpoint::parse(&text).map(Some).map_err(damaged),
        _ => Ok(None),
    }
}

/// Reads a checkpoint that somebody kept.
///
/// # Errors
/// Bad input when the file holds none.
pub fn from_file(path: &std::path::Path) -> Result<SignedCheckpoint> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::unavailable(format!("{} cannot be read", path.display()), error))?;
    SignedCheckpoint::parse(&text).map_err(|error| {
        Error::new(ErrorKind::Invalid(Vec::new()), format!("{} is no checkpoint: {error}", path.display()))
    })
}
