//! Restoring a backup into an empty data folder or database. It is verified first, filled in one transaction, and
//! begins a new epoch of the journal: the old tree may have been vouched for beyond what the backup holds, and must
//! never grow in another direction. The first entry of the new epoch says where the old one ended and what is known
//! to be lost.

use std::path::{Path, PathBuf};

use mainstay_core::{Error, ErrorKind, Registry, Result, Value};
use mainstay_journal::{EpochLink, Frontier, Json, Op, SignedCheckpoint, epoch::EPOCH_COMMAND, root_at};
use mainstay_store::{
    Cell, Options, Store, WriteTx,
    head::Head,
    journal::{self, EpochLeaves},
};

use crate::{
    App, Config,
    app::note,
    backup::{self, ATTACHMENTS, Manifest, copy_file, kept, missing_attachments, open_rows},
    context::Context,
    keys::SIGNING_KEY,
    ledger::{
        Ledger, keys_for, origin_of, running_epoch,
        sinks::{self, Written},
        stored_keys,
    },
    rebuild::{after_repair, repair},
};

/// What came of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Entries that were restored, of all epochs.
    pub entries: u64,
    /// The new epoch's origin.
    pub origin: String,
    /// The newest checkpoint of the old epoch that is known: its size.
    pub known: Option<u64>,
    /// Entries that this checkpoint vouches for and the backup lacks.
    pub lost: u64,
    /// Messages that waited when the backup was made and are not sent: they may have been sent since.
    pub not_sent: u64,
    /// Attachments that records name and that the backup does not hold.
    pub missing: Vec<String>,
    /// Where the first checkpoint of the new epoch was written.
    pub sinks: Vec<Written>,
    /// True when the checkpoints of the new epoch are signed by another key than those of the old one.
    pub new_key: bool,
}

/// Restores the backup in `from`. `known` are checkpoints that somebody kept; those in the folders to which
/// checkpoints are written count as well. `seen` is told how many entries were replayed.
///
/// # Errors
/// Bad input for a folder without backup or a checkpoint that cannot be used; refused when there are records here
/// already, or when a known checkpoint shows another history; unavailable when the backup is not good.
pub fn restore(
    config: &Config,
    registry: &'static Registry,
    from: &Path,
    known: &[PathBuf],
    seen: &mut dyn FnMut(u64),
) -> Result<Restored> {
    let manifest = backup::manifest(from)?;
    let context = Context::new(registry);
    std::fs::create_dir_all(&config.data).map_err(backup::io(&config.data))?;
    let verified = backup::verify(&context, from, &manifest, &config.data, seen)?;
    let known = newest_known(config, from, known)?;

    let store = Store::open(
        &config.location(),
        &Options { alone: true, ..config.options() },
        registry.tables().cloned(),
        config.migrations,
        &mut || Err(occupied()),
    )?;
    if !store.read(|conn| journal::epochs(conn))?.is_empty() {
        return Err(occupied());
    }
    copy_files(config, from, &manifest)?;
    let before = stored_keys(&mut *open_rows(from)?)?;
    let (mut scratch, replayed) = (verified.scratch, verified.replayed);
    let missing = missing_attachments(scratch.conn()?, &config.data)?;

    let mut scratch = Some(scratch);
    let (folder, newest) = (from.to_owned(), known.clone());
    let not_sent = store.write(move |tx| {
        let mut scratch = scratch
            .take()
            .ok_or_else(|| Error::new(ErrorKind::Unavailable, "the restore was interrupted"))?;
        let filled = (|| {
            copy_rows(tx, &folder)?;
            repair(&context, tx.conn(), &mut scratch)?;
            after_repair(tx, &replayed);
            let not_sent = hold_messages(tx)?;
            begin_epoch(tx, newest.as_ref())?;
            Ok(not_sent)
        })();
        // Whatever fails undoes everything.
        filled.map_err(|error: Error| match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Bug => error,
            _ => Error::bug("the backup could not be filled in").caused_by(error),
        })
    })?;
    drop(store);

    let app = App::open(config.clone(), registry)?;
    let origin = app.origin()?.to_string();
    let own = app.signing_key().verifying_key(&origin).map_err(crate::ledger::damaged)?;
    let size = known.as_ref().map(|known| known.checkpoint().size);
    Ok(Restored {
        entries: manifest.entries,
        origin,
        known: size,
        lost: size.unwrap_or(0).saturating_sub(manifest.size),
        not_sent,
        missing,
        sinks: Ledger::of(&app).checkpoint()?.sinks,
        new_key: !before.iter().any(|key| key.as_bytes() == own.as_bytes()),
    })
}

fn occupied() -> Error {
    Error::refused("a backup is restored where nothing is", "7.5.3", "there are records here already")
        .hint("Name an empty folder with --data, or an empty database.")
}

/// The newest checkpoint of the backup's epoch that is known, with proof that the backup is the beginning of what it
/// vouches for, or is vouched for by it.
fn newest_known(config: &Config, from: &Path, known: &[PathBuf]) -> Result<Option<SignedCheckpoint>> {
    let mut rows = open_rows(from)?;
    let epoch = running_epoch(&mut *rows)?;
    let origin = origin_of(&epoch)?;
    let keys = keys_for(&stored_keys(&mut *rows)?, &epoch.origin);
    let mut all: Vec<(PathBuf, SignedCheckpoint)> = Vec::new();
    for path in known {
        let checkpoint = crate::ledger::checkpoint::from_file(path)?;
        let head = checkpoint.checkpoint();
        let what = if head.origin.instance() != origin.instance() {
            Some(format!("is of another installation: {}", head.origin))
        } else if head.origin == origin && checkpoint.verify(&keys).is_err() {
            Some("is not signed by a key of this journal".to_owned())
        } else {
            None
        };
        if let Some(what) = what {
            return Err(Error::field("known", format!("{} {what}", path.display())));
        }
        all.push((path.clone(), checkpoint));
    }
    for folder in std::iter::once(config.data.join("checkpoints")).chain(config.checkpoint_sinks.clone()) {
        all.extend(sinks::read(&folder)?);
    }
    let later = |(path, checkpoint): &(PathBuf, SignedCheckpoint)| {
        let other = &checkpoint.checkpoint().origin;
        (other.instance() == origin.instance() && other.epoch() > origin.epoch()).then(|| path.clone())
    };
    if let Some(path) = all.iter().find_map(later) {
        return Err(Error::refused(
            "an epoch is begun once",
            "7.5.3",
            format!("{} is of a later epoch than this backup", path.display()),
        )
        .hint("Restore a backup that was made in that epoch; the one before was already restored from."));
    }
    all.retain(|(_, checkpoint)| {
        checkpoint.checkpoint().origin == origin && checkpoint.verify(&keys).is_ok()
    });
    if let Some((_, text)) = journal::checkpoints(&mut *rows, epoch.epoch)?.pop()
        && let Ok(checkpoint) = SignedCheckpoint::parse(&text)
    {
        all.push((from.to_owned(), checkpoint));
    }
    let head = Head::load(&mut *rows, false)?;
    let leaves = EpochLeaves::new(&mut *rows, epoch.epoch, epoch.first_position);
    for (path, checkpoint) in &all {
        let vouched = checkpoint.checkpoint();
        if vouched.size > head.frontier.size() {
            continue;
        }
        let root = root_at(&leaves, vouched.size)
            .map_err(|error| Error::bug("the backup's tree cannot be read").caused_by(error))?;
        if root != vouched.root {
            return Err(Error::refused(
                "a history that contradicts a known checkpoint is not restored",
                "7.5.3",
                format!("{} vouches for another history than this backup holds", path.display()),
            )
            .hint("Use another backup, and keep this one as it is."));
        }
    }
    Ok(all
        .into_iter()
        .map(|(_, checkpoint)| checkpoint)
        .max_by_key(|checkpoint| checkpoint.checkpoint().size))
}

fn copy_files(config: &Config, from: &Path, manifest: &Manifest) -> Result<()> {
    let key = format!("keys/{SIGNING_KEY}");
    for file in &manifest.files {
        let wanted = file.path.starts_with(&format!("{ATTACHMENTS}/"))
            || (file.path == key && !config.data.join(&key).exists());
        let inside =
            Path::new(&file.path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if wanted && inside {
            copy_file(&from.join(&file.path), &config.data.join(&file.path))?;
        }
    }
    Ok(())
}

/// Copies what the tables are made from. The journal here is empty, as was seen before.
fn copy_rows(tx: &mut WriteTx<'_>, from: &Path) -> Result<()> {
    let mut rows = open_rows(from)?;
    let conn = tx.conn();
    for table in kept(&mut *rows)? {
        // An empty database may have its head row already.
        conn.execute(&format!("delete from {}", table.table), &[])?;
        table.walk(&mut *rows, &mut |page| table.insert(conn, &page))?;
    }
    *tx.head() = Head::load(tx.conn(), true)?;
    Ok(())
}

/// Marks what waited as done: it may have been sent after the backup was made.
fn hold_messages(tx: &mut WriteTx<'_>) -> Result<u64> {
    let at_ms = Value::Int(tx.recorded_at_ms());
    let conn = tx.conn();
    let sql = conn.dialect().sql("update outbox set done_at_ms = ?1, failure = ?2 where done_at_ms is null");
    conn.execute(&sql, &[at_ms, Value::from("not sent: it waited when the backup was made")])
}

/// Begins the next epoch with an entry that says where the one before ended.
fn begin_epoch(tx: &mut WriteTx<'_>, known: Option<&SignedCheckpoint>) -> Result<()> {
    let epoch = running_epoch(tx.conn())?;
    let previous = origin_of(&epoch)?;
    let origin = previous.next_epoch().map_err(crate::ledger::damaged)?;
    let head = tx.head();
    let size = head.frontier.size();
    let lost = known.map(|known| known.checkpoint().size.saturating_sub(size)).filter(|lost| *lost > 0);
    let link = EpochLink {
        previous_origin: previous,
        previous_size: size,
        previous_root: head.frontier.root(),
        last_known_checkpoint: known.map(|known| known.text().to_owned()),
        lost_entries: lost,
    };
    head.first_position = head.next_position();
    head.epoch = origin.epoch();
    head.frontier = Frontier::new();
    let first = head.first_position;
    let mut entry = note::<0>(EPOCH_COMMAND, tx.recorded_at_ms(), []);
    entry.op = Op::Note;
    entry.values = link.to_values();
    entry.values.insert("origin".into(), Json::Text(origin.to_string()));
    tx.append(entry, Vec::new());
    tx.execute_later(
        "insert into journal_epoch(epoch, origin, first_position) values (?1, ?2, ?3)",
        vec![Value::Int(origin.epoch().into()), Value::Text(origin.to_string()), Value::from(first)],
    );
    Ok(())
}

/// How many rows the outbox holds that nobody has carried out.
///
/// # Errors
/// Unavailable.
pub fn waiting_messages(app: &App) -> Result<u64> {
    app.store().read(|conn| {
        let row = conn.first("select count(*) from outbox where done_at_ms is null", &[], &[Cell::Int])?;
        Ok(row.and_then(|row| row[0].as_int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    })
}
