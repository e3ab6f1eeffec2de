//! What is on a disk: files and their names, each as programs see it and as a power cut would leave it.

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::survival::Survival;

/// Number of a file, apart from its name.
pub(crate) type FileId = u64;

/// Position of a change among all changes of a disk.
pub(crate) type Moment = u64;

/// Files and names.
#[derive(Debug, Default)]
pub(crate) struct Image {
    files: BTreeMap<FileId, File>,
    names: BTreeMap<String, FileId>,
    durable_names: BTreeMap<String, FileId>,
    unsynced_names: Vec<(Moment, NameChange)>,
    last_id: FileId,
}

/// One file. `durable` and `current` may differ for ever after a flush that failed.
#[derive(Debug, Default)]
struct File {
    current: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<(Moment, Change)>,
    handles: usize,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Resize { length: usize },
}

#[derive(Debug)]
enum NameChange {
    Create(String, FileId),
    Remove(String),
}

impl Image {
    pub(crate) fn find(&self, name: &str) -> Option<FileId> {
        self.names.get(name).copied()
    }

    /// Makes an empty file, with a name or (for a temporary one) without.
    pub(crate) fn create(&mut self, name: Option<&str>, moment: Moment) -> FileId {
        self.last_id += 1;
        self.files.insert(self.last_id, File::default());
        if let Some(name) = name {
            self.names.insert(name.to_owned(), self.last_id);
            self.unsynced_names.push((moment, NameChange::Create(name.to_owned(), self.last_id)));
        }
        self.last_id
    }

    /// Takes a name away; says whether it was there. Whoever has the file open keeps it.
    pub(crate) fn remove(&mut self, name: &str, moment: Moment) -> bool {
        let there = self.names.remove(name).is_some();
        if there {
            self.unsynced_names.push((moment, NameChange::Remove(name.to_owned())));
            self.forget_unreachable();
        }
        there
    }

    pub(crate) fn open(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(&id) {
            file.handles += 1;
        }
    }

    pub(crate) fn close(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(&id) {
            file.handles = file.handles.saturating_sub(1);
        }
        self.forget_unreachable();
    }

    pub(crate) fn length(&self, id: FileId) -> usize {
        self.files.get(&id).map_or(0, |file| file.current.len())
    }

    /// Reads from `offset` into the buffer; says how many bytes there were.
    pub(crate) fn read(&self, id: FileId, offset: usize, buffer: &mut [u8]) -> usize {
        let rest = self.files.get(&id).and_then(|file| file.current.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        count
    }

    pub(crate) fn write(&mut self, id: FileId, offset: usize, bytes: &[u8], moment: Moment) {
        self.change(id, Change::Write { offset, bytes: bytes.to_vec() }, moment);
    }

    pub(crate) fn resize(&mut self, id: FileId, length: usize, moment: Moment) {
        self.change(id, Change::Resize { length }, moment);
    }

    fn change(&mut self, id: FileId, change: Change, moment: Moment) {
        if let Some(file) = self.files.get_mut(&id) {
            change.apply(&mut file.current);
            file.unsynced.push((moment, change));
        }
    }

    /// Flushes a file: what was written to it is durable from now on. Its name is another matter.
    pub(crate) fn sync(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(&id) {
            for (_, change) in file.unsynced.drain(..) {
                change.apply(&mut file.durable);
            }
        }
    }

    /// A flush that failed: what was not flushed stays readable but never becomes durable, even if a later flush
    /// succeeds. Linux does so: it reports the error once and marks the pages as clean.
    pub(crate) fn fail_to_sync(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(&id) {
            file.unsynced.clear();
        }
    }

    /// Flushes the folder: names made and removed so far are durable.
    pub(crate) fn sync_names(&mut self) {
        for (_, change) in std::mem::take(&mut self.unsynced_names) {
            change.apply(&mut self.durable_names);
        }
        self.forget_unreachable();
    }

    /// The disk that the next start finds when power goes now.
    pub(crate) fn after_cut(&self, chance: &mut Chance) -> Self {
        let moments = self.unsynced_moments();
        let survival = Survival::by(chance, &moments);
        let mut names = self.durable_names.clone();
        for (moment, change) in &self.unsynced_names {
            if survival.keeps(*moment, chance) {
                change.apply(&mut names);
            }
        }
        let mut after = Self { last_id: self.last_id, ..Self::default() };
        for (name, id) in names {
            let Some(file) = self.files.get(&id) else { continue };
            let content = file.after_cut(&survival, chance);
            after.files.insert(id, File { current: content.clone(), durable: content, ..File::default() });
            after.names.insert(name.clone(), id);
            after.durable_names.insert(name, id);
        }
        after
    }

    fn unsynced_moments(&self) -> Vec<Moment> {
        let of_files = self.files.values().flat_map(|file| &file.unsynced).map(|(moment, _)| *moment);
        let mut moments: Vec<Moment> =
            of_files.chain(self.unsynced_names.iter().map(|(moment, _)| *moment)).collect();
        moments.sort_unstable();
        moments
    }

    /// Drops files that no name, no change of a name and no program refers to any more.
    fn forget_unreachable(&mut self) {
        let made = |id: &FileId| {
            self.unsynced_names
                .iter()
                .any(|(_, change)| matches!(change, NameChange::Create(_, new) if new == id))
        };
        let named =
            |id: &FileId| self.names.values().chain(self.durable_names.values()).any(|other| other == id);
        let gone: Vec<FileId> = self
            .files
            .iter()
            .filter(|(id, file)| file.handles == 0 && !named(id) && !made(id))
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            self.files.remove(&id);
        }
    }
}

impl File {
    fn after_cut(&self, survival: &Survival, chance: &mut Chance) -> Vec<u8> {
        let mut content = self.durable.clone();
        for (moment, change) in &self.unsynced {
            match change {
                Change::Resize { .. } => {
                    if survival.keeps(*moment, chance) {
                        change.apply(&mut content);
                    }
                }
                Change::Write { offset, bytes } => {
                    survival.write(&mut content, *offset, bytes, *moment, chance)
                }
            }
        }
        content
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Resize { length } => content.resize(*length, 0),
            Self::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(bytes);
            }
        }
    }
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<String, FileId>) {
        match self {
            Self::Create(name, id) => names.insert(name.clone(), *id),
            Self::Remove(name) => names.remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::SECTOR;

    fn content(image: &Image, name: &str) -> Option<Vec<u8>> {
        let id = image.find(name)?;
        let mut bytes = vec![0; image.length(id)];
        image.read(id, 0, &mut bytes);
        Some(bytes)
    }

    fn cuts(image: &Image) -> Vec<Image> {
        (0..200).map(|seed| image.after_cut(&mut Chance::new(seed))).collect()
    }

    /// A file of three sectors of `a`, flushed with its name, then the middle one overwritten with `b`.
    fn overwritten() -> (Image, FileId) {
        let mut image = Image::default();
        let id = image.create(Some("f"), 1);
        image.write(id, 0, &[b'a'; 3 * SECTOR], 2);
        image.sync(id);
        image.sync_names();
        image.write(id, SECTOR, &[b'b'; SECTOR], 3);
        (image, id)
    }

    #[test]
    fn what_was_flushed_survives_every_cut() {
        let (mut image, id) = overwritten();
        image.sync(id);
        let expected = content(&image, "f");
        assert!(cuts(&image).iter().all(|after| content(after, "f") == expected));
    }

    #[test]
    fn a_write_that_was_not_flushed_is_kept_dropped_or_torn() {
        let (image, _) = overwritten();
        let afterwards: Vec<Vec<u8>> = cuts(&image).iter().filter_map(|after| content(after, "f")).collect();
        let new = |bytes: &Vec<u8>| bytes.iter().filter(|byte| **byte == b'b').count();
        assert!(afterwards.iter().all(|bytes| bytes.len() == 3 * SECTOR));
        assert!(afterwards.iter().all(|bytes| bytes[..SECTOR] == [b'a'; SECTOR]), "its neighbours are safe");
        for expected in [0, SECTOR] {
            assert!(afterwards.iter().any(|bytes| new(bytes) == expected), "{expected} of {SECTOR} bytes");
        }
        assert!(afterwards.iter().any(|bytes| (1..SECTOR).contains(&new(bytes))));
    }

    #[test]
    fn a_name_is_not_safe_until_its_folder_is_flushed() {
        let mut image = Image::default();
        let id = image.create(Some("f"), 1);
        image.sync(id);
        let there = |image: &Image| cuts(image).iter().filter(|after| after.find("f").is_some()).count();
        assert!((1..200).contains(&there(&image)));
        image.sync_names();
        assert_eq!(there(&image), 200);
        assert!(image.remove("f", 2));
        assert!((1..200).contains(&there(&image)), "a removed file can come back");
        image.sync_names();
        assert_eq!(there(&image), 0);
    }

    #[test]
    fn what_a_failed_flush_should_have_written_is_never_durable() {
        let (mut image, id) = overwritten();
        image.fail_to_sync(id);
        image.write(id, 2 * SECTOR, &[b'c'; SECTOR], 4);
        image.sync(id);
        assert_eq!(content(&image, "f").map(|bytes| bytes[SECTOR]), Some(b'b'), "a reader sees it");
        for after in cuts(&image) {
            let bytes = content(&after, "f").unwrap_or_default();
            assert_eq!((bytes[SECTOR], bytes[2 * SECTOR]), (b'a', b'c'));
        }
    }

    #[test]
    fn a_file_without_name_and_reader_is_forgotten() {
        let (mut image, id) = overwritten();
        image.open(id);
        image.remove("f", 4);
        image.sync_names();
        assert_eq!(image.length(id), 3 * SECTOR, "whoever has it open still reads it");
        image.close(id);
        assert_eq!(image.length(id), 0);
    }
}
