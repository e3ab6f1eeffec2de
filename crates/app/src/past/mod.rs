//! The past: SQLite files with the tables as they were before a position of the journal, on either database, made by
//! replay from the nearest earlier file and kept in the data folder.
//!
//! A file holds what follows from the journal and the words of search, not the journal itself: entries never change,
//! so those of then are read from the living database up to the position ([`View::journal`](crate::View::journal));
//! a copy would be larger than everything else in the file. The journal's tables are not in the file at all, so that
//! whoever asks the wrong one is told and does not find an empty history.
//!
//! What was erased at any time is in no view: the last erasure is part of a file's name.

mod folder;
pub(crate) mod mark;

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mainstay_core::{Error, ErrorKind, Instant, Result};
use mainstay_store::{Conn, head::Head, readers::Readers, schema, store::connect_frozen};

use self::{
    folder::{Folder, Kept},
    mark::{Mark, first_after, last_erasure},
};
use crate::{
    app::App,
    ledger::Ledger,
    project::{Projection, Scratch, Until, write_words},
};

/// Files of the past that are held open.
const MOST_OPEN: usize = 8;

/// How often a file is made anew when people are erased meanwhile.
const ATTEMPTS: usize = 5;

/// A month: a file is kept at least that often while anything happens.
const MONTH_MS: i64 = 30 * 86_400_000;

/// An open file of the past.
pub(crate) struct Past {
    pub readers: Readers,
    pub mark: Mark,
    path: PathBuf,
}

/// The open ones, the most recently used last.
#[derive(Default)]
pub(crate) struct Pasts {
    open: Mutex<Vec<Arc<Past>>>,
    /// Held while a file is made: two would only hinder each other.
    making: Mutex<()>,
}

impl Pasts {
    fn open(&self) -> MutexGuard<'_, Vec<Arc<Past>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open file of this mark. Those from before the last erasure are closed.
    fn find(&self, mark: &Mark) -> Option<Arc<Past>> {
        let mut open = self.open();
        open.retain(|past| past.mark.erasure == mark.erasure);
        let at = open.iter().position(|past| past.mark == *mark)?;
        let past = open.remove(at);
        open.push(past.clone());
        Some(past)
    }

    fn keep(&self, past: Arc<Past>) {
        let mut open = self.open();
        if open.len() >= MOST_OPEN {
            open.remove(0);
        }
        open.push(past);
    }

    /// Closes all.
    pub fn close(&self) {
        self.open().clear();
    }
}

impl App {
    /// The past as of an instant.
    pub(crate) fn past_at(&self, instant: Instant) -> Result<Arc<Past>> {
        if instant.as_millisecond() > self.config().clock.now_ms() {
            return Err(Error::field("as_of", format!("{instant} lies in the future"))
                .hint("Name an instant that has passed, or leave it out to see what is true now."));
        }
        let position = self.store().read(|conn| first_after(conn, instant.as_millisecond()))?;
        self.past_before(position)
    }

    fn past_before(&self, position: u64) -> Result<Arc<Past>> {
        let marked = || self.store().read(|conn| Mark::before(conn, position));
        for _ in 0..ATTEMPTS {
            let mark = marked()?;
            if let Some(past) = self.pasts().find(&mark) {
                Folder::of(self.data()).touch(&past.path, self.config().clock.now_ms());
                return Ok(past);
            }
            let _making = self.pasts().making.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(past) = self.pasts().find(&mark) {
                return Ok(past);
            }
            // Removed by another process meanwhile, or somebody was erased: once more.
            let Some(path) = self.make_past(&mark)? else { continue };
            let file = path.clone();
            let count = self.config().options().readers;
            let Ok(readers) = Readers::open(count, move || connect_frozen(&file)) else {
                // Gone meanwhile, or damaged.
                let _ = fs::remove_file(&path);
                continue;
            };
            let past = Arc::new(Past { readers, mark, path });
            self.pasts().keep(past.clone());
            return Ok(past);
        }
        Err(Error::new(ErrorKind::Unavailable, "the records of then could not be put together")
            .hint("Try again in a moment."))
    }

    /// Makes sure that the file of a mark is there; none when somebody was erased while it was made.
    fn make_past(&self, mark: &Mark) -> Result<Option<PathBuf>> {
        let folder = Folder::of(self.data());
        let place = folder.place(mark);
        if place.exists() {
            folder.touch(&place, self.config().clock.now_ms());
            return Ok(Some(place));
        }
        // A connection of its own: the few readers are for people.
        let mut source = Ledger::of(self).reader()?;
        let nearest = folder.nearest(&mut *source, mark)?;
        let made = match nearest {
            None => self.replayed(&folder, None, mark, &mut *source),
            Some(base) => match self.replayed(&folder, Some(&base), mark, &mut *source) {
                Ok(made) => Ok(made),
                Err(_) => {
                    // A file that cannot be gone on from is worth nothing; the journal is there.
                    let _ = fs::remove_file(&base.path);
                    self.replayed(&folder, None, mark, &mut *source)
                }
            },
        }?;
        // Entries never change, so they were read without one long transaction; personal values may have gone.
        if last_erasure(&mut *source)? != mark.erasure {
            return Ok(None);
        }
        made.keep_as(&place)?;
        folder.touch(&place, self.config().clock.now_ms());
        folder.tidy(&mut *source, self.config().views_limit_bytes, Some(&place))?;
        Ok(Some(place))
    }

    fn replayed(
        &self,
        folder: &Folder,
        base: Option<&Kept>,
        mark: &Mark,
        source: &mut dyn Conn,
    ) -> Result<Scratch> {
        let mut scratch = match base {
            Some(base) => {
                folder.touch(&base.path, self.config().clock.now_ms());
                Scratch::copy_of(&base.path, folder.path())?
            }
            None => Scratch::new(folder.path())?,
        };
        let target = scratch.conn()?;
        let projection = match base {
            Some(base) => Projection::going_on(self.context(), target, base.position),
            None => Projection::new(self.context(), target),
        };
        let replayed = projection.run(source, Until::Position(mark.position), &mut |_| {})?;
        if replayed.entries != mark.position {
            return Err(Error::bug(format!("journal entry {} is missing", replayed.entries))
                .hint("Run `mainstay journal verify`."));
        }
        if base.is_none() {
            write_words(self.context(), target)?;
        }
        for own in schema::own().iter().filter(|own| !schema::PROJECTED.contains(&own.name)) {
            target.batch(&format!("drop table if exists {}", own.name))?;
        }
        target.take_statistics()?;
        Ok(scratch)
    }

    /// Keeps a file of the past from which later views are quickly made, when the last one is [`Config`]'s
    /// `snapshot_every` entries or a month old; and tidies the folder up. To be called now and then by whoever
    /// serves; says whether a file was made.
    ///
    /// [`Config`]: crate::Config
    ///
    /// # Errors
    /// Unavailable; a bug that names an entry which cannot be replayed.
    pub fn keep_snapshots(&self) -> Result<bool> {
        let folder = Folder::of(self.data());
        let mut source = Ledger::of(self).reader()?;
        folder.tidy(&mut *source, self.config().views_limit_bytes, None)?;
        let next = Head::load(&mut *source, false)?.next_position();
        let last = folder.all()?.first().map_or(0, |kept| kept.position);
        let age_ms = match next.checked_sub(1) {
            Some(newest) if last > 0 => {
                recorded_at_ms(&mut *source, newest)? - recorded_at_ms(&mut *source, last - 1)?
            }
            _ => 0,
        };
        let due =
            next.saturating_sub(last) >= self.config().snapshot_every || (last > 0 && age_ms >= MONTH_MS);
        if !due {
            return Ok(false);
        }
        // What is committed ends with a whole act, so a replay can go on from here.
        let mark = Mark::before(&mut *source, next)?;
        let _making = self.pasts().making.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.make_past(&mark)?.is_some())
    }

    /// Closes and removes all files of the past: after an erasure.
    pub(crate) fn forget_pasts(&self) -> Result<()> {
        self.pasts().close();
        Folder::of(self.data()).clear()
    }

    /// Throws a file away that cannot be read.
    pub(crate) fn forget_past(&self, past: &Past) {
        self.pasts().open().retain(|open| open.mark != past.mark);
        // Whoever tries again makes it anew.
        let _ = fs::remove_file(&past.path);
    }
}

fn recorded_at_ms(conn: &mut dyn Conn, position: u64) -> Result<i64> {
    let sql = conn.dialect().sql("select recorded_at_ms from journal_entry where position = ?1");
    let row = conn.first(&sql, &[position.into()], &[mainstay_store::Cell::Int])?;
    Ok(row.and_then(|row| row[0].as_int()).unwrap_or(0))
}
