//! Backups: one portable form for both databases. A backup is a folder with a SQLite file that holds what the
//! tables are made from (the journal, its side tables and the store's own tables, not the tables that follow from
//! the journal), the attachments, and a manifest with sizes and hashes. So a backup of either database restores
//! into either, and every restore proves again that the journal makes the tables.
//!
//! A backup is taken in one snapshot while people work, and is called a backup only after it was read back,
//! verified and replayed; until then its folder has another name. The signing key is not in it unless asked for:
//! whoever holds both could rewrite the history and sign it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use mainstay_core::{Error, ErrorKind, Instant, Result};
use mainstay_store::{
    Cell, Conn, Location, Options, SystemClock,
    head::Head,
    journal,
    migrate::{self, Migration, migrate},
    pages::Paged,
    schema,
    store::{connect_reader, connect_writer},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    app::MIGRATIONS,
    attachments::Attachments,
    context::Context,
    keys::SIGNING_KEY,
    ledger::{
        Ledger, check,
        export::{must_be_free, unfinished},
        running_epoch, sinks, stored_keys,
    },
    project::{Projection, Replayed, Scratch, Until},
    rebuild::projected,
};

/// Version of the form.
pub const FORM: u32 = 1;

/// Name of the file with the rows.
pub const ROWS: &str = "journal.db";

/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";

/// Folder of the attachments, in a backup and in the data folder.
pub const ATTACHMENTS: &str = "attachments";

/// Own tables that mean nothing in another life of the database.
const NOT_KEPT: &[&str] = &["lease"];

/// How a backup is made.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Put the signing key in as well.
    pub with_key: bool,
    /// Stop as a kill would after this many rows or files, leaving what there is: for tests.
    pub stop_after: Option<u64>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Path in the backup.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the form.
    pub form: u32,
    /// Version of the program that made it.
    pub program: String,
    /// Version of the schema.
    pub schema: u32,
    /// When it was made, UTC milliseconds.
    pub made_at_ms: i64,
    /// The journal's running epoch.
    pub origin: String,
    /// Entries of the running epoch.
    pub size: u64,
    /// Root over them, hex.
    pub root: String,
    /// Entries of all epochs.
    pub entries: u64,
    /// The newest checkpoint of the running epoch.
    pub checkpoint: Option<String>,
    /// Rows of each table, kept or replayed, when the backup was made.
    pub rows: BTreeMap<String, u64>,
    /// The files.
    pub files: Vec<KeptFile>,
    /// Attachments that records name and that were not there, or had other content.
    pub missing: Vec<String>,
}

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The folder.
    pub folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    /// Tables whose rows were not as many as the journal makes: the backup is right, the database is not.
    pub differing: Vec<String>,
}

pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.display().to_string();
    move |error| Error::unavailable(format!("{path} cannot be used"), error)
}

/// The tables that a backup keeps as they are, with the columns that this database has: one of an earlier schema may
/// have fewer.
pub(crate) fn kept(conn: &mut dyn Conn) -> Result<Vec<Paged>> {
    let here = columns(conn)?;
    let kept = |own: &&schema::Own| !schema::PROJECTED.contains(&own.name) && !NOT_KEPT.contains(&own.name);
    let of_here = |mut table: Paged| {
        let known = |column: &str| here.contains(&(table.table.to_owned(), column.to_owned()));
        let places: Vec<usize> = (0..table.columns.len()).filter(|at| known(table.columns[*at])).collect();
        let key = table.key.iter().map(|at| places.iter().position(|place| place == at));
        table.key = key.collect::<Option<_>>()?;
        table.columns = places.iter().map(|at| table.columns[*at]).collect();
        table.cells = places.iter().map(|at| table.cells[*at]).collect();
        Some(table)
    };
    Ok(schema::own().iter().filter(kept).map(Paged::from).filter_map(of_here).collect())
}

/// The columns of all tables, each with its table's name.
fn columns(conn: &mut dyn Conn) -> Result<BTreeSet<(String, String)>> {
    let rows = conn.query(conn.dialect().list_columns(), &[], &[Cell::Text, Cell::Text])?;
    Ok(rows.iter().map(|row| (row[0].to_string(), row[1].to_string())).collect())
}

/// Opens the rows of a backup for reading.
///
/// # Errors
/// Unavailable.
pub(crate) fn open_rows(folder: &Path) -> Result<Box<dyn Conn>> {
    connect_reader(&Location::Sqlite(folder.join(ROWS)), &Options::new(Arc::new(SystemClock)))
}

/// Counts down to a kill that a test wishes for.
struct Left(Option<u64>);

impl Left {
    fn spend(&mut self, count: u64) -> Result<()> {
        match &mut self.0 {
            Some(left) if *left < count => {
                Err(Error::new(ErrorKind::Unavailable, "stopped on purpose, as a kill would"))
            }
            Some(left) => {
                *left -= count;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Makes a backup in `folder`, which must not exist or be empty, beside a running server. `seen` is told how many
/// rows were copied.
///
/// # Errors
/// Bad input for a folder that holds something; unavailable when another backup is being made there or something
/// cannot be read or written; a bug when what was written does not verify. There is no backup then.
pub fn make(ledger: &Ledger, folder: &Path, wish: &Wish, seen: &mut dyn FnMut(u64)) -> Result<Made> {
    make_of(ledger, folder, MIGRATIONS, wish, seen)
}

/// Makes a backup of a database whose schema is at the last of these migrations.
fn make_of(
    ledger: &Ledger,
    folder: &Path,
    migrations: &[Migration],
    wish: &Wish,
    seen: &mut dyn FnMut(u64),
) -> Result<Made> {
    let preparing = unfinished(folder);
    let (_lock, lock_file) = lock(folder)?;
    // Only now: whoever held the lock before may have just finished.
    must_be_free(folder)?;
    if preparing.exists() {
        // Whoever made it holds the lock no more: it was killed.
        fs::remove_dir_all(&preparing).map_err(io(&preparing))?;
    }
    fs::create_dir_all(&preparing).map_err(io(&preparing))?;
    let mut left = Left(wish.stop_after);
    let result = fill(ledger, &preparing, migrations, wish, &mut left, seen);
    let (manifest, differing) = match result {
        Ok(done) => done,
        Err(error) => {
            if wish.stop_after.is_none() {
                let _ = fs::remove_dir_all(&preparing);
            }
            return Err(error);
        }
    };
    if folder.exists() {
        fs::remove_dir(folder).map_err(io(folder))?;
    }
    fs::rename(&preparing, folder).map_err(io(folder))?;
    sinks::sync_folder(folder.parent().unwrap_or(Path::new(".")))?;
    let _ = fs::remove_file(lock_file);
    Ok(Made { folder: folder.to_owned(), manifest, differing })
}

/// Makes a backup of the records here before their schema is changed: in `backups` in the data folder, as it was
/// under the schema of before, verified, and replayed by this program.
///
/// # Errors
/// Unavailable; the schema must then stay as it is.
pub(crate) fn before_migration(ledger: &Ledger, migrations: &[Migration]) -> Result<PathBuf> {
    let made = (|| {
        let (version, _) = migrate::version(&mut *ledger.writer()?, migrations)?;
        let known: Vec<Migration> =
            migrations.iter().filter(|migration| migration.version <= version).copied().collect();
        let newest = migrations.last().map_or(0, |migration| migration.version);
        let now = Instant::from_millisecond(ledger.options.clock.now_ms())
            .map_err(|error| Error::bug("the clock shows no time").caused_by(error))?;
        let name = format!("before-migration-{newest}-{}", now.strftime("%Y%m%dT%H%M%SZ"));
        make_of(ledger, &ledger.data().join("backups").join(name), &known, &Wish::default(), &mut |_| {})
    })();
    made.map(|made| made.folder).map_err(|error| {
        let what =
            format!("the backup before the change of the schema could not be made: {}", error.message());
        let error = error.hints().iter().fold(Error::unavailable(what, &error), |all, hint| all.hint(hint));
        error.hint("Nothing was changed; the version of Mainstay that was here before still runs.")
    })
}

/// Keeps a second backup away from the same folder.
fn lock(folder: &Path) -> Result<(File, PathBuf)> {
    let mut name = folder.as_os_str().to_owned();
    name.push(".unfinished.lock");
    let path = PathBuf::from(name);
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(io(parent))?;
    }
    let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(io(&path))?;
    lock.try_lock().map_err(|error| {
        Error::unavailable(format!("another backup is being made in {}", folder.display()), error)
    })?;
    Ok((lock, path))
}

fn fill(
    ledger: &Ledger,
    folder: &Path,
    migrations: &[Migration],
    wish: &Wish,
    left: &mut Left,
    seen: &mut dyn FnMut(u64),
) -> Result<(Manifest, Vec<String>)> {
    let rows_file = folder.join(ROWS);
    let (mut manifest, live) = ledger.snapshot(|conn| {
        let mut target = new_rows(&rows_file, migrations)?;
        let copied = copy_rows(conn, &mut *target, left, seen)?;
        let schema = migrations.last().map_or(0, |migration| migration.version);
        let manifest = describe(conn, ledger, schema, copied)?;
        let mut live = BTreeMap::new();
        let here = columns(conn)?;
        for table in projected(&ledger.context) {
            // A table that a later migration brings is not there yet, and nothing is in it.
            if !here.iter().any(|(name, _)| name == table.table) {
                continue;
            }
            live.insert(table.table.to_owned(), table.count(conn)?);
        }
        // One file, with nothing beside it that a copy could leave behind.
        target.batch("pragma journal_mode=delete")?;
        Ok((manifest, live))
    })?;
    File::open(&rows_file).and_then(|file| file.sync_all()).map_err(io(&rows_file))?;
    manifest.files.push(kept_file(folder, ROWS)?);

    let attachments = ledger.data().join(ATTACHMENTS);
    for path in files_below(&attachments)? {
        left.spend(1)?;
        let name = format!("{ATTACHMENTS}/{path}");
        copy_file(&attachments.join(&path), &folder.join(&name))?;
        manifest.files.push(kept_file(folder, &name)?);
    }
    if wish.with_key {
        let name = format!("keys/{SIGNING_KEY}");
        copy_file(&ledger.data().join(&name), &folder.join(&name))?;
        manifest.files.push(kept_file(folder, &name)?);
    }

    let verified = verify(&ledger.context, folder, &manifest, folder, &mut |_| {})?;
    manifest.missing = verified.missing;
    let differing: Vec<String> = verified
        .rows
        .iter()
        .filter(|(table, rows)| live.get(*table).is_some_and(|live| live != *rows))
        .map(|(table, _)| table.clone())
        .collect();
    manifest.rows.extend(verified.rows);
    left.spend(1)?;
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Error::bug("the manifest cannot be written").caused_by(error))?;
    sinks::write_whole(&folder.join(MANIFEST), &text)?;
    Ok((manifest, differing))
}

/// A SQLite file with the schema and nothing in it.
fn new_rows(path: &Path, migrations: &[Migration]) -> Result<Box<dyn Conn>> {
    let mut target =
        connect_writer(&Location::Sqlite(path.to_owned()), &Options::new(Arc::new(SystemClock)))?;
    migrate(&mut *target, migrations, &mut || Ok(()))?;
    Ok(target)
}

fn copy_rows(
    source: &mut dyn Conn,
    target: &mut dyn Conn,
    left: &mut Left,
    seen: &mut dyn FnMut(u64),
) -> Result<BTreeMap<String, u64>> {
    let mut copied = BTreeMap::new();
    let mut total = 0;
    target.batch("begin")?;
    for table in kept(target)? {
        let mut count = 0;
        table.walk(source, &mut |page| {
            left.spend(page.len() as u64)?;
            count += page.len() as u64;
            table.insert(target, &page)?;
            seen(total + count);
            Ok(())
        })?;
        total += count;
        copied.insert(table.table.to_owned(), count);
    }
    target.batch("commit")?;
    Ok(copied)
}

fn describe(
    conn: &mut dyn Conn,
    ledger: &Ledger,
    schema: u32,
    rows: BTreeMap<String, u64>,
) -> Result<Manifest> {
    let epoch = running_epoch(conn)?;
    let head = Head::load(conn, false)?;
    Ok(Manifest {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").into(),
        schema,
        made_at_ms: ledger.options.clock.now_ms(),
        origin: epoch.origin.clone(),
        size: head.frontier.size(),
        root: hex::encode(head.frontier.root()),
        entries: head.next_position(),
        checkpoint: journal::checkpoints(conn, epoch.epoch)?.pop().map(|(_, text)| text),
        rows,
        files: Vec::new(),
        missing: Vec::new(),
    })
}

/// A backup that was read back.
pub(crate) struct Verified {
    /// The tables as its journal makes them.
    pub scratch: Scratch,
    /// What the replay came to.
    pub replayed: Replayed,
    /// Rows of each replayed table.
    pub rows: BTreeMap<String, u64>,
    /// Attachments that are missing.
    pub missing: Vec<String>,
}

/// Reads a backup back as a restore does: the file is sound, the journal verifies, it ends where the manifest says,
/// the tables replay, into a temporary file in `scratch_in`.
///
/// # Errors
/// Unavailable; a bug when something does not hold.
pub(crate) fn verify(
    context: &Context,
    folder: &Path,
    manifest: &Manifest,
    scratch_in: &Path,
    seen: &mut dyn FnMut(u64),
) -> Result<Verified> {
    let bad = |what: String| {
        Error::new(ErrorKind::Unavailable, format!("the backup in {} is not good: {what}", folder.display()))
            .hint("Use another backup; run `mainstay journal verify` on the database that it was made from.")
    };
    for file in &manifest.files {
        if kept_file(folder, &file.path)? != *file {
            return Err(bad(format!("{} was changed", file.path)));
        }
    }
    let mut rows = open_rows(folder)?;
    let sound = rows.query("pragma integrity_check", &[], &[Cell::Text])?;
    if sound.len() != 1 || sound[0][0].as_text() != Some("ok") {
        return Err(bad("its database file is damaged".into()));
    }
    for table in kept(&mut *rows)? {
        let count = table.count(&mut *rows)?;
        if manifest.rows.get(table.table) != Some(&count) {
            return Err(bad(format!("{} holds {count} rows, another number than was copied", table.table)));
        }
    }
    let head = Head::load(&mut *rows, false)?;
    let here = (running_epoch(&mut *rows)?.origin, head.frontier.size(), hex::encode(head.frontier.root()));
    if here != (manifest.origin.clone(), manifest.size, manifest.root.clone()) {
        return Err(bad("its journal ends elsewhere than its manifest says".into()));
    }
    let known = stored_keys(&mut *rows)?;
    let report = check::verify_database(&mut *rows, &known, &mut |_| {})?;
    if let Some(finding) = report.findings.first() {
        return Err(bad(format!(
            "journal entry {} of epoch {}: {}",
            finding.index, finding.epoch, finding.what
        )));
    }
    let mut scratch = Scratch::new(scratch_in)?;
    let replayed = Projection::new(context, scratch.conn()?).run(&mut *rows, Until::Now, seen)?;
    let mut counts = BTreeMap::new();
    for table in projected(context) {
        counts.insert(table.table.to_owned(), table.count(scratch.conn()?)?);
    }
    let missing = missing_attachments(scratch.conn()?, folder)?;
    Ok(Verified { scratch, replayed, rows: counts, missing })
}

/// Attachments that records name and that the data folder or backup does not hold as they were stored.
///
/// # Errors
/// Unavailable.
pub(crate) fn missing_attachments(conn: &mut dyn Conn, folder: &Path) -> Result<Vec<String>> {
    let attachments = Attachments::new(folder);
    let rows = conn.query(
        "select stored_as, sha256 from attachment order by \"key\"",
        &[],
        &[Cell::Text, Cell::Text],
    )?;
    let mut missing = Vec::new();
    for row in rows {
        let (name, wanted) = (row[0].to_string(), row[1].to_string());
        if !attachments.holds(&name, &wanted) {
            missing.push(name);
        }
    }
    Ok(missing)
}

/// Reads the manifest of a backup.
///
/// # Errors
/// Bad input when the folder holds no backup, or one of a later form.
pub fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let none = |why: String| {
        Error::new(ErrorKind::Invalid(Vec::new()), format!("{} holds no backup: {why}", folder.display()))
    };
    let text = fs::read(&path).map_err(|error| none(format!("{}: {error}", path.display())))?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| none(error.to_string()))?;
    let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
    if manifest.form > FORM || manifest.schema > newest {
        return Err(Error::new(
            ErrorKind::Unavailable,
            format!("the backup was made by Mainstay {}, which is newer than this program", manifest.program),
        )
        .hint("Restore it with that version or a newer one."));
    }
    Ok(manifest)
}

/// Length and hash of a file.
fn hash_of(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex::encode(sha.finalize())));
        }
        bytes += read as u64;
        sha.update(&buffer[..read]);
    }
}

fn kept_file(folder: &Path, name: &str) -> Result<KeptFile> {
    let path = folder.join(name);
    let (bytes, sha256) = hash_of(&path).map_err(io(&path))?;
    Ok(KeptFile { path: name.to_owned(), bytes, sha256 })
}

/// Copies a file with its permissions, and flushes it.
pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(io(folder))?;
    }
    fs::copy(from, to).map_err(io(from))?;
    File::open(to).and_then(|file| file.sync_all()).map_err(io(to))
}

/// The files below a folder, by their paths in it, in order; those that are being written are left out.
fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let files = match fs::read_dir(folder.join(&below)) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io(&folder.join(&below))(error)),
        };
        for file in files {
            let file = file.map_err(io(folder))?;
            let path = below.join(file.file_name());
            let kind = file.file_type().map_err(io(folder))?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && let Some(name) = path.to_str()
                && !name.ends_with(".unfinished")
            {
                found.push(name.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
