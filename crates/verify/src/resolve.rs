//! Putting together what the passes over the epochs found out.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::folder::Folder;
use crate::keys::{KeySource, Keys, Signed};
use crate::known::{self, Known, Outcome};
use crate::link::Link;
use crate::note::{Note, Origin};
use crate::personal::Openings;
use crate::report::{Kind, Report};
use crate::walk::{By, Mark, Walk};

/// What to verify.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The folder with the exported journal.
    pub folder: PathBuf,
    /// A file with trusted keys, one a line; without it `key.pub` in the folder is taken.
    pub key: Option<PathBuf>,
    /// Files with checkpoints that were kept outside.
    pub known: Vec<PathBuf>,
}

/// Verifies an exported journal. What cannot be read becomes an obstacle in the report.
pub fn verify(request: &Request) -> Report {
    let mut report = Report::default();
    if let Err(error) = run(request, &mut report) {
        report.obstacles.insert(0, format!("{} cannot be read: {error}", request.folder.display()));
    }
    report
}

fn run(request: &Request, report: &mut Report) -> io::Result<()> {
    let folder = Folder::open(&request.folder)?;
    let keys = read_keys(request, &folder, report);
    let outside = read_known(request, report);
    missing_epochs(&folder, report);

    let base = match folder.find_checkpoint(|note| keys.check(note) == Signed::Good)? {
        Some(note) => Some(note),
        None => folder.find_checkpoint(|_| true)?,
    };
    let base = base.as_ref().or(outside.first()).map(|note| note.origin.clone());
    let origin_of = |epoch| base.clone().map(|origin| Origin { epoch, ..origin });
    report.instance = base.as_ref().map(|origin| origin.instance.clone());
    report.synthetic = base.as_ref().is_some_and(|origin| origin.synthetic);

    let mut links: Vec<Option<Result<Link, &'static str>>> = Vec::new();
    for epoch in folder.epochs() {
        links.push(if *epoch > 1 { Some(Link::read(&folder, *epoch)?) } else { None });
    }

    let mut openings = Openings::new(folder.personal()?)?;
    let mut walks = Vec::new();
    for (position, epoch) in folder.epochs().iter().enumerate() {
        let origin = origin_of(*epoch);
        let mut marks = Vec::new();
        for (number, note) in
            outside.iter().enumerate().filter(|(_, note)| Some(&note.origin) == origin.as_ref())
        {
            marks.push(mark(note.size, note.root, By::Outside(number)));
        }
        if let Some(Some(Ok(link))) = links.get(position + 1) {
            marks.push(mark(link.previous_size, link.previous_root, By::Link));
            marks.extend(link.last_known.as_ref().map(|note| mark(note.size, note.root, By::LastKnown)));
        }
        let mut walk = Walk::new(*epoch, origin, &keys, marks);
        walk.run(&folder, &mut openings)?;
        walks.push(walk);
    }
    while let Some(opening) = openings.take_before(u64::MAX, 0)? {
        if let Some(last) = walks.last_mut() {
            let detail = format!("a personal value belongs to epoch {}, which is not here", opening.epoch);
            last.found(Kind::Personal, opening.index, Some(opening.index), detail);
        }
    }
    report.obstacles.extend(openings.fault());

    for position in 1..walks.len() {
        if let Some(link) = &links[position] {
            let previous_origin = origin_of(walks[position - 1].facts.epoch);
            check_link(link.as_ref(), &mut walks, position, previous_origin, &keys);
        }
    }
    check_ends(&mut walks, &links, report);
    let loss_of = |epoch: u32| {
        let position = walks.iter().position(|walk| walk.facts.epoch == epoch)?;
        match links.get(position + 1) {
            Some(Some(Ok(link))) if link.previous_size == walks[position].facts.entries => {
                Some((epoch + 1, link))
            }
            _ => None,
        }
    };
    for (number, note) in outside.iter().enumerate() {
        let known = &mut report.known[number];
        if matches!(known.outcome, Outcome::Unusable(_)) {
            continue;
        }
        known.outcome =
            judge(number, note, &keys, &walks, origin_of(note.origin.epoch), loss_of(note.origin.epoch));
    }
    vouch(&mut walks, &links, &report.known);
    for known in &report.known {
        if let Outcome::Unusable(why) = &known.outcome {
            report.obstacles.push(format!("{}: {why}", known.file));
        }
    }
    for walk in walks {
        report.epochs.push(walk.facts);
        report.findings.extend(walk.findings);
    }
    let entries: u64 = report.epochs.iter().map(|epoch| epoch.entries).sum();
    if !keys.is_empty() && entries == report.unvouched() {
        report.obstacles.push("no checkpoint vouches for any of the entries".to_owned());
    }
    Ok(())
}

fn mark(size: u64, root: [u8; 32], by: By) -> Mark {
    Mark { size, root, by, agrees: None, until_ms: None }
}

fn read_keys(request: &Request, folder: &Folder, report: &mut Report) -> Keys {
    let (path, source) = match &request.key {
        Some(path) => (path.clone(), KeySource::Given),
        None => (folder.file("key.pub"), KeySource::Folder),
    };
    let read =
        fs::read_to_string(&path).map_err(|error| error.to_string()).and_then(|text| Keys::parse(&text));
    match read {
        Ok(keys) if !keys.is_empty() => {
            report.keys = Some((source, keys.names()));
            keys
        }
        Ok(keys) => {
            report.obstacles.push(format!("{} holds no key", path.display()));
            keys
        }
        Err(why) => {
            report.obstacles.push(format!("no key: {}: {why}", path.display()));
            Keys::default()
        }
    }
}

fn read_known(request: &Request, report: &mut Report) -> Vec<Note> {
    let mut outside = Vec::new();
    for path in &request.known {
        match known::read(path) {
            Ok(notes) => {
                for note in notes {
                    report.known.push(Known {
                        file: path.display().to_string(),
                        origin: note.origin.to_string(),
                        size: note.size,
                        outcome: Outcome::Agrees,
                    });
                    outside.push(note);
                }
            }
            Err(why) => report.obstacles.push(why),
        }
    }
    outside
}

fn missing_epochs(folder: &Folder, report: &mut Report) {
    match folder.epochs().last() {
        None => report.obstacles.push("the folder holds no epoch-1.jsonl".to_owned()),
        Some(last) => {
            if let Some(missing) = (1..*last).find(|epoch| !folder.epochs().contains(epoch)) {
                report.obstacles.push(format!("epoch {missing} is not in the folder, and epoch {last} is"));
            }
        }
    }
}

/// Whether an epoch goes on from where the one before ended. What the link says about the epoch before is
/// believed as far as the checkpoints of its own epoch vouch for it.
fn check_link(
    link: Result<&Link, &&'static str>,
    walks: &mut [Walk<'_>],
    position: usize,
    previous_origin: Option<Origin>,
    keys: &Keys,
) {
    let [.., before, here] = &mut walks[..=position] else { return };
    let epoch = here.facts.epoch;
    if before.facts.epoch + 1 != epoch {
        return;
    }
    let link = match link {
        Ok(link) => link,
        Err(why) => {
            here.found(Kind::Link, 0, Some(0), format!("the first entry of epoch {epoch} is no link: {why}"));
            return;
        }
    };
    if previous_origin.is_some_and(|origin| origin != link.previous_origin) {
        here.found(
            Kind::Link,
            0,
            Some(0),
            format!("epoch {epoch} follows another journal: {}", link.previous_origin),
        );
    }
    if let Some(note) = &link.last_known
        && !keys.is_empty()
        && keys.check(note) != Signed::Good
    {
        let detail = format!("the last known checkpoint in epoch {epoch} is not signed by a known key");
        here.found(Kind::Link, 0, Some(0), detail);
    }
    let (size, entries) = (link.previous_size, before.facts.entries);
    if size < entries {
        let detail = format!("epoch {epoch} begins after {size} entries of epoch {}", before.facts.epoch);
        before.found(Kind::Link, size, Some(entries - 1), detail);
    }
    if size > entries {
        let detail = format!("epoch {epoch} begins after {size} entries; {entries} are here");
        before.found(Kind::Missing, entries, Some(size - 1), detail);
    }
    let disagrees = |by: By| {
        before.marks.iter().find(|mark| mark.by == by && mark.agrees == Some(false)).map(|mark| mark.size)
    };
    for size in [disagrees(By::LastKnown), disagrees(By::Link)].into_iter().flatten() {
        let link_is_doubtful = here.facts.vouched_size == 0 && !here.findings.is_empty();
        if before.matched >= size || link_is_doubtful {
            here.found(
                Kind::Link,
                0,
                Some(0),
                format!("epoch {epoch} names another root of the epoch before"),
            );
        } else {
            let detail = format!("epoch {epoch} names another root over {size} entries");
            before.found(Kind::Root, before.matched, Some(size - 1), detail);
        }
    }
}

/// Checkpoints in the folder that are larger than their epoch: cut off, or lost by a declared restore.
fn check_ends(walks: &mut [Walk<'_>], links: &[Option<Result<Link, &'static str>>], report: &mut Report) {
    for (position, walk) in walks.iter_mut().enumerate() {
        let entries = walk.facts.entries;
        let link = match links.get(position + 1) {
            Some(Some(Ok(link))) if link.previous_size == entries => Some(link),
            _ => None,
        };
        walk.facts.declared_lost = link.map_or(0, |link| link.lost);
        let Some(size) = walk.beyond else { continue };
        match link {
            Some(link) if size <= link.declared_size() => report.known.push(Known {
                file: format!("epoch-{}.checkpoints", walk.facts.epoch),
                origin: link.previous_origin.to_string(),
                size,
                outcome: Outcome::DeclaredRestore { epoch: walk.facts.epoch + 1, lost: link.lost },
            }),
            _ => {
                let detail = format!("a checkpoint vouches for {size} entries; {entries} are here");
                walk.found(Kind::Missing, entries, Some(size - 1), detail);
            }
        }
    }
}

fn judge(
    number: usize,
    note: &Note,
    keys: &Keys,
    walks: &[Walk<'_>],
    origin: Option<Origin>,
    loss: Option<(u32, &Link)>,
) -> Outcome {
    if Some(&note.origin) != origin.as_ref() {
        return Outcome::Unusable(format!("the checkpoint is of another journal: {}", note.origin));
    }
    match keys.check(note) {
        Signed::Good => {}
        Signed::NoKey => return Outcome::Unusable("there is no key to check the checkpoint with".to_owned()),
        Signed::Bad | Signed::Stranger => {
            return Outcome::Unusable("the checkpoint is not signed by a known key".to_owned());
        }
    }
    let Some(walk) = walks.iter().find(|walk| walk.facts.epoch == note.origin.epoch) else {
        let older = walks.iter().all(|walk| walk.facts.epoch < note.origin.epoch);
        return if older {
            Outcome::Rollback
        } else {
            Outcome::Unusable("its epoch is not in the folder".to_owned())
        };
    };
    let agrees = walk.marks.iter().find(|mark| mark.by == By::Outside(number)).and_then(|mark| mark.agrees);
    match (agrees, loss) {
        (Some(true), _) => Outcome::Agrees,
        (Some(false), _) => Outcome::Fork,
        (None, Some((epoch, link))) if note.size <= link.declared_size() => match &link.last_known {
            Some(last) if last.size == note.size && last.root != note.root => Outcome::Fork,
            _ => Outcome::DeclaredRestore { epoch, lost: link.lost },
        },
        (None, _) => Outcome::Rollback,
    }
}

/// Raises what is vouched for by checkpoints from outside, and by the link of a later epoch that is itself
/// vouched for.
fn vouch(walks: &mut [Walk<'_>], links: &[Option<Result<Link, &'static str>>], known: &[Known]) {
    let mut next_is_vouched = false;
    for (position, walk) in walks.iter_mut().enumerate().rev() {
        for mark in walk.marks.iter().filter(|mark| mark.agrees == Some(true)) {
            let vouched = match mark.by {
                By::Outside(number) => {
                    known.get(number).is_some_and(|known| known.outcome == Outcome::Agrees)
                }
                By::Link => next_is_vouched && matches!(links.get(position + 1), Some(Some(Ok(_)))),
                By::LastKnown => false,
            };
            if vouched && mark.size > walk.facts.vouched_size {
                walk.facts.vouched_size = mark.size;
                walk.facts.vouched_until_ms = mark.until_ms;
            }
        }
        next_is_vouched = walk.facts.vouched_size > 0;
    }
}
