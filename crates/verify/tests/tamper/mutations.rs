//! Random changes to a journal: each is found and located, or is of a kind that is documented as not to be found
//! inside the folder.

use mainstay_verify::{Report, Verdict};

use crate::generator::{Epoch, Journal, Numbers, checkpoint, entry, salt};

/// Entries; the last ten are behind the last checkpoint.
const ENTRIES: usize = 300;
const CHECKPOINTS: [usize; 7] = [1, 40, 100, 101, 160, 256, VOUCHED];
const VOUCHED: usize = 290;

fn journal() -> Journal {
    Journal::of(Epoch::new(1, ENTRIES, &CHECKPOINTS, 0))
}

/// The change is found, and the place that is named is exactly or contains entry `index`.
fn tampered(report: &Report, index: usize, exact: bool, what: &str) {
    let Verdict::Tampered(place) = report.verdict() else {
        panic!("{what} at {index} was not found:\n{report}");
    };
    let (index, to) = (index as u64, place.to.unwrap_or(u64::MAX));
    assert!(place.epoch == 1 && (place.from..=to).contains(&index), "{what} at {index}:\n{report}");
    assert!(!exact || place.from == to, "{what} at {index} has no exact place:\n{report}");
}

/// The change is found if a checkpoint vouches for the entry, and else told to be unvouched for.
fn bracketed(report: &Report, index: usize, what: &str) {
    if index < VOUCHED {
        tampered(report, index, false, what);
        let Verdict::Tampered(place) = report.verdict() else { unreachable!() };
        let to = place.to.unwrap() as usize;
        let last_good = CHECKPOINTS.into_iter().rfind(|size| *size <= index).unwrap_or(0);
        let first_bad = CHECKPOINTS.into_iter().find(|size| *size > index).unwrap();
        assert!(
            place.from as usize >= last_good && to < first_bad,
            "{what} at {index} is too wide:\n{report}"
        );
    } else {
        assert_eq!(report.verdict(), Verdict::Consistent, "{what} at {index}:\n{report}");
        assert!(report.epochs[0].vouched_size <= index as u64);
    }
}

/// Another text of the same length in the title of an entry.
fn retitle(line: &str, numbers: &mut Numbers) -> String {
    let at = line.rfind("tle ").unwrap() + 4;
    let digit = char::from_digit(numbers.below(16) as u32, 16).unwrap();
    let digit = if line[at..].starts_with(digit) { 'g' } else { digit };
    format!("{}{digit}{}", &line[..at], &line[at + 1..])
}

fn renumber(epoch: &mut Epoch, from: usize) {
    for index in from..epoch.entries.len() {
        let line = &epoch.entries[index];
        let (before, rest) = line.split_once("\"index\":").unwrap();
        let (_, after) = rest.split_once(',').unwrap();
        epoch.entries[index] = format!("{before}\"index\":{index},{after}");
    }
}

/// One change of each kind.
fn mutate(kind: usize, numbers: &mut Numbers) {
    let mut journal = journal();
    let epoch = journal.first();
    let index = numbers.below(ENTRIES);
    match kind {
        0 => {
            epoch.entries[index] = retitle(&epoch.entries[index], numbers);
            tampered(&journal.verify(), index, true, "a changed value");
        }
        1 => {
            let mut line = epoch.entries[index].clone().into_bytes();
            // A byte in the middle of a letter of two bytes would not be text any more.
            let at =
                std::iter::repeat_with(|| numbers.below(line.len())).find(|at| line[*at].is_ascii()).unwrap();
            line[at] = b'~';
            epoch.entries[index] = String::from_utf8(line).unwrap();
            tampered(&journal.verify(), index, true, "a changed byte");
        }
        2 => {
            epoch.entries[index] = retitle(&epoch.entries[index], numbers);
            epoch.list_leaves();
            bracketed(&journal.verify(), index, "a changed value with the leaf list made anew");
        }
        3 => {
            epoch.entries.remove(index);
            tampered(&journal.verify(), index, true, "a deleted entry");
        }
        4 => {
            epoch.entries.remove(index);
            renumber(epoch, index);
            epoch.list_leaves();
            journal.personal.clear();
            bracketed(&journal.verify(), index, "a deleted entry with everything renumbered");
        }
        5 => {
            let other = numbers.below(ENTRIES - 1);
            let (first, second) = (index.min(other), index.max(other + usize::from(other >= index)));
            let (first, second) = if first == second { (first - 1, second) } else { (first, second) };
            epoch.entries.swap(first, second);
            tampered(&journal.verify(), first, true, "two swapped entries");
        }
        6 => {
            // The contents change places, the numbers and times stay.
            let other = (index + 1 + numbers.below(ENTRIES - 1)) % ENTRIES;
            let title = |line: &str| line[line.rfind("tle ").unwrap()..].to_owned();
            let (one, two) = (title(&epoch.entries[index]), title(&epoch.entries[other]));
            epoch.entries[index] = epoch.entries[index].replace(&one, &two);
            epoch.entries[other] = epoch.entries[other].replace(&two, &one);
            epoch.list_leaves();
            bracketed(
                &journal.verify(),
                index.min(other),
                "two swapped contents with the leaf list made anew",
            );
        }
        7 => {
            let line = epoch.entries[index].clone();
            epoch.entries.insert(index + 1, line);
            tampered(&journal.verify(), index + 1, true, "a repeated entry");
        }
        8 => {
            let line = entry(1, index, 99);
            epoch.entries.insert(index, line);
            renumber(epoch, index);
            epoch.list_leaves();
            journal.personal.clear();
            bracketed_or_late(&journal.verify(), index, "an inserted entry with everything renumbered");
        }
        9 => {
            epoch.entries.truncate(index);
            epoch.leaves.truncate(index);
            bracketed_end(&journal.verify(), index);
        }
        10 => {
            let line = &epoch.entries[index];
            let mut at = 1 + numbers.below(line.len() - 1);
            while !line.is_char_boundary(at) {
                at -= 1;
            }
            epoch.entries[index].truncate(at);
            epoch.entries.truncate(index + 1);
            tampered(&journal.verify(), index, true, "a file that ends within an entry");
        }
        11 => {
            let digit = if epoch.leaves[index].starts_with('0') { "1" } else { "0" };
            epoch.leaves[index].replace_range(..1, digit);
            tampered(&journal.verify(), index, true, "a changed leaf list");
        }
        12 => {
            // Everything is hashed anew, and signed by another key under the right name.
            let index = numbers.below(VOUCHED);
            epoch.entries[index] = retitle(&epoch.entries[index], numbers);
            epoch.list_leaves();
            let other_key = Epoch { seed: 2, ..epoch.clone() };
            for (text, size) in
                epoch.checkpoints.iter_mut().zip(CHECKPOINTS).filter(|(_, size)| *size > index)
            {
                *text = other_key.checkpoint(size);
            }
            bracketed(&journal.verify(), index, "everything hashed anew without the key");
        }
        13 => {
            // Everything is hashed anew, and the old signatures stand below.
            let index = numbers.below(VOUCHED);
            epoch.entries[index] = retitle(&epoch.entries[index], numbers);
            epoch.list_leaves();
            let changed = epoch.clone();
            for (text, size) in
                epoch.checkpoints.iter_mut().zip(CHECKPOINTS).filter(|(_, size)| *size > index)
            {
                let (_, signature) = text.split_once("\n\n").unwrap();
                let anew = changed.checkpoint(size);
                *text = format!("{}\n\n{signature}", anew.split_once("\n\n").unwrap().0);
            }
            bracketed(&journal.verify(), index, "everything hashed anew below old signatures");
        }
        14 => {
            let which = numbers.below(CHECKPOINTS.len());
            let mut text = epoch.checkpoints[which].clone().into_bytes();
            let at = numbers.below(text.len());
            text[at] = if text[at] == b'7' { b'8' } else { b'7' };
            epoch.checkpoints[which] = String::from_utf8_lossy(&text).into_owned();
            assert_eq!(journal.verify().verdict().exit_code(), 2, "byte {at} of checkpoint {which} changed");
        }
        15 => {
            let at = numbers.below(journal.personal.len());
            let line = &journal.personal[at];
            journal.personal[at] = line.replace("person ", "somebody ");
            tampered(&journal.verify(), at * 5 + 2, true, "a changed personal value");
        }
        16 => {
            let at = numbers.below(journal.personal.len());
            let index = at * 5 + 2;
            let line = &journal.personal[at];
            journal.personal[at] = line.replace(&hex::encode(salt(index)), &hex::encode(salt(index + 1)));
            tampered(&journal.verify(), index, true, "a changed salt");
        }
        17 => {
            // Later than the entry behind it: one of the two was not written then.
            let index = numbers.below(ENTRIES - 1);
            let (before, rest) = epoch.entries[index].split_once("\"recorded_at_ms\":").unwrap();
            let (_, after) = rest.split_once(',').unwrap();
            epoch.entries[index] = format!("{before}\"recorded_at_ms\":1900000000000,{after}");
            epoch.list_leaves();
            tampered(&journal.verify(), index, false, "a changed time with the leaf list made anew");
        }
        18 => {
            let line = [" ", "\r", "", "{}"][numbers.below(4)];
            epoch.entries[index] = match line {
                "" | "{}" => line.to_owned(),
                space => format!("{}{space}", epoch.entries[index]),
            };
            epoch.list_leaves();
            tampered(&journal.verify(), index, true, "a line that is not an entry");
        }
        _ => {
            // A checkpoint with a right signature over a history that never was.
            let index = numbers.below(VOUCHED);
            let which = CHECKPOINTS.into_iter().position(|size| size > index).unwrap();
            let other = Epoch::new(1, ENTRIES, &[], 5).root(CHECKPOINTS[which]);
            epoch.checkpoints[which] = checkpoint(&epoch.origin, epoch.seed, CHECKPOINTS[which], &other);
            assert_eq!(journal.verify().verdict().exit_code(), 2, "a contradicting checkpoint");
        }
    }
}

/// An entry put in before the end of what is vouched for moves others; one behind moves none of them.
fn bracketed_or_late(report: &Report, index: usize, what: &str) {
    match report.verdict() {
        // The made-up entry can be earlier than the one before, which tells by itself.
        Verdict::Tampered(_) if index >= VOUCHED => tampered(report, index, false, what),
        _ => bracketed(report, index, what),
    }
}

/// Entries cut off are missed as far as a checkpoint vouches for them, and the first of them is named.
fn bracketed_end(report: &Report, index: usize) {
    if index < VOUCHED {
        tampered(report, index, false, "a cut end");
        let Verdict::Tampered(place) = report.verdict() else { unreachable!() };
        assert_eq!(place.from, index as u64, "a cut end:\n{report}");
    } else {
        assert_eq!(report.verdict(), Verdict::Consistent, "a cut end at {index}:\n{report}");
    }
}

#[test]
fn five_hundred_random_changes_are_found_and_located() {
    let mut numbers = Numbers(31);
    for round in 0..500 {
        mutate(round % 20, &mut numbers);
    }
}

#[test]
fn a_journal_that_nobody_touched_is_consistent() {
    let report = journal().verify();
    assert_eq!(report.verdict(), Verdict::Consistent, "{report}");
    let facts = &report.epochs[0];
    assert_eq!((facts.entries, facts.vouched_size), (ENTRIES as u64, VOUCHED as u64));
    assert_eq!((facts.checkpoints, facts.checkpoints_good), (7, 7));
    assert_eq!((facts.commitments, facts.opened), (60, 60));
    assert_eq!(report.unvouched(), 10);
}

#[test]
fn an_erased_person_is_not_tampering() {
    let mut journal = journal();
    journal.personal.retain(|line| !line.contains("person 52"));
    let report = journal.verify();
    assert_eq!(report.verdict(), Verdict::Consistent, "{report}");
    assert_eq!((report.epochs[0].commitments, report.epochs[0].opened), (60, 59));
    journal.personal.clear();
    assert_eq!(journal.verify().verdict(), Verdict::Consistent);
}

#[test]
fn a_decoy_in_the_leaf_list_does_not_hide_a_change_further_on() {
    let mut journal = journal();
    let epoch = journal.first();
    epoch.leaves[10] = epoch.leaves[11].clone();
    epoch.entries[200] = retitle(&epoch.entries[200].clone(), &mut Numbers(1));
    tampered(&journal.verify(), 200, true, "a change behind a decoy");
}

#[test]
fn a_checkpoint_with_a_huge_size_does_not_hide_those_behind_it() {
    let mut journal = journal();
    let epoch = journal.first();
    epoch.checkpoints[1] = epoch.checkpoints[1].replace("\n40\n", "\n4000000\n");
    epoch.entries[200] = retitle(&epoch.entries[200].clone(), &mut Numbers(1));
    epoch.list_leaves();
    let report = journal.verify();
    assert!(
        report.findings.iter().any(|found| found.place.from == 160 && found.place.to == Some(255)),
        "{report}"
    );
}

#[test]
fn a_line_without_end_is_refused_in_bounded_memory() {
    let mut journal = journal();
    let epoch = journal.first();
    epoch.entries[7] = format!("{{\"act\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let report = journal.verify();
    tampered(&report, 7, true, "a line that is too long");
    assert_eq!(report.epochs[0].entries, ENTRIES as u64);
}

#[test]
fn a_changed_time_is_found_even_where_no_checkpoint_vouches() {
    let mut journal = journal();
    let epoch = journal.first();
    let (before, rest) = epoch.entries[295].split_once("\"recorded_at_ms\":").unwrap();
    let (_, after) = rest.split_once(',').unwrap();
    epoch.entries[295] = format!("{before}\"recorded_at_ms\":1900000000000,{after}");
    epoch.list_leaves();
    let report = journal.verify();
    tampered(&report, 295, false, "a changed time behind the last checkpoint");
    assert_eq!(report.findings.len(), 1, "{report}");
}
