//! A small journal with a restore in it: the golden folder and the test vectors of the format are made of it.

use std::collections::BTreeMap;

use mainstay_journal::*;

/// The seed of the key of the test vectors: the bytes 0 to 31.
pub fn key() -> SigningKey {
    SigningKey::from_seed(&std::array::from_fn(|byte| byte as u8))
}

pub fn origin(epoch: u32) -> Origin {
    Origin::new("example", epoch, false).unwrap()
}

fn row(last: u32) -> Option<String> {
    Some(format!("019a3c00-0000-7000-8000-{last:012}"))
}

fn values<const N: usize>(members: [(&str, Json); N]) -> BTreeMap<String, Json> {
    members.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The salt of the one personal value of an entry.
pub fn salt(index: u64) -> [u8; 32] {
    [0x50 + index as u8; 32]
}

fn personal(index: u64, column: &str, content: &str) -> BTreeMap<String, Commitment> {
    BTreeMap::from([(column.to_owned(), Commitment::of(&salt(index), &content.into()))])
}

/// An entry with nothing but what every entry has.
pub fn plain(epoch: u32, index: u64) -> Entry {
    Entry {
        epoch,
        index,
        recorded_at_ms: 1_767_607_200_000 + i64::from(epoch - 1) * 86_400_000 + index as i64 * 1_250,
        occurred_at: 1_767_607_200 + i64::from(epoch - 1) * 86_400,
        actor: "user:anna".to_owned(),
        on_behalf_of: None,
        channel: "api".to_owned(),
        act: format!("019a3c00-0000-7000-9000-{index:012}"),
        command: "incident.create".to_owned(),
        table: "incident".to_owned(),
        schema: 1,
        record: row(1),
        row: row(1),
        version: 1,
        op: Op::Put,
        values: BTreeMap::new(),
        personal: BTreeMap::new(),
        waived: Vec::new(),
        reason: None,
    }
}

fn note(epoch: u32, index: u64, command: &str) -> Entry {
    Entry {
        actor: "system".to_owned(),
        channel: "cli".to_owned(),
        command: command.to_owned(),
        table: "journal".to_owned(),
        record: None,
        row: None,
        version: 0,
        op: Op::Note,
        ..plain(epoch, index)
    }
}

/// Nine entries of epoch 1, of which the last two are lost when a backup is restored.
pub fn first_epoch() -> Vec<Entry> {
    vec![
        Entry { values: values([("instance", "example".into())]), ..note(1, 0, "journal.open") },
        Entry {
            values: values([
                ("priority", Json::Int(2)),
                ("reference", "INC-000001".into()),
                ("state", "new".into()),
                ("title", "Mail \"stuck\" in C:\\spool\n\u{e4}\u{4e2d}\u{1f525}".into()),
            ]),
            personal: personal(1, "caller_name", "Bo \u{c5}str\u{f6}m"),
            ..plain(1, 1)
        },
        Entry {
            command: "incident.comment".to_owned(),
            table: "comment".to_owned(),
            row: row(2),
            values: values([("public", Json::Bool(true))]),
            personal: personal(2, "text", "Please call me back."),
            ..plain(1, 2)
        },
        Entry {
            command: "incident.resolve".to_owned(),
            on_behalf_of: Some("user:carl".to_owned()),
            version: 2,
            values: values([
                ("affected", Json::List(vec![Json::Int(-1), Json::Int(i64::MAX), Json::List(vec![])])),
                ("extra", Json::Map(values([("", Json::Null), ("\u{7f}", Json::Bool(false))]))),
                ("resolved_at", Json::Int(1_767_607_190)),
                ("state", "resolved".into()),
            ]),
            reason: Some("Queue\tcleared".to_owned()),
            ..plain(1, 3)
        },
        Entry {
            channel: "import".to_owned(),
            command: "incident.record_history".to_owned(),
            occurred_at: -86_400,
            record: row(3),
            row: row(3),
            values: values([("state", "closed".into())]),
            waived: vec!["closed_needs_resolution".to_owned(), "four_eyes".to_owned()],
            ..plain(1, 4)
        },
        Entry {
            command: "incident.unlink".to_owned(),
            table: "link".to_owned(),
            row: row(4),
            version: 2,
            op: Op::Delete,
            ..plain(1, 5)
        },
        Entry { record: row(9), ..note(1, 6, "person.erase") },
        Entry { version: 3, values: values([("state", "new".into())]), ..plain(1, 7) },
        Entry { version: 4, values: values([("priority", Json::Int(1))]), ..plain(1, 8) },
    ]
}

/// How many entries of epoch 1 the restored copy has.
pub const RESTORED: usize = 7;

/// Three entries of epoch 2, which begins with the restore.
pub fn second_epoch() -> Vec<Entry> {
    let link = EpochLink {
        previous_origin: origin(1),
        previous_size: RESTORED as u64,
        previous_root: frontier(&first_epoch()[..RESTORED]).root(),
        last_known_checkpoint: Some(checkpoint(1, &first_epoch()).text().to_owned()),
        lost_entries: Some(2),
    };
    vec![
        Entry { values: link.to_values(), ..note(2, 0, "journal.epoch") },
        Entry { version: 3, values: values([("state", "new".into())]), ..plain(2, 1) },
        Entry { version: 4, values: values([("state", "closed".into())]), ..plain(2, 2) },
    ]
}

pub fn leaves(entries: &[Entry]) -> Vec<Hash> {
    entries.iter().map(|entry| leaf_hash(&entry.encode())).collect()
}

pub fn frontier(entries: &[Entry]) -> Frontier {
    let mut frontier = Frontier::new();
    for leaf in leaves(entries) {
        frontier.append(leaf);
    }
    frontier
}

/// The checkpoint over these entries.
pub fn checkpoint(epoch: u32, entries: &[Entry]) -> SignedCheckpoint {
    let frontier = frontier(entries);
    key().sign(&Checkpoint { origin: origin(epoch), size: frontier.size(), root: frontier.root() })
}

/// The personal values that were not erased.
pub fn openings() -> Vec<Opening> {
    vec![Opening {
        epoch: 1,
        index: 2,
        column: "text".to_owned(),
        salt: salt(2),
        content: "Please call me back.".into(),
    }]
}

/// The proof for entry 3 of epoch 1.
pub fn proof() -> EntryProof {
    let restored = &first_epoch()[..RESTORED];
    let hashes = inclusion_proof(leaves(restored).as_slice(), 3, RESTORED as u64).unwrap();
    EntryProof { index: 3, hashes, checkpoint: checkpoint(1, restored) }
}

/// An exported journal: files by name.
pub fn folder() -> BTreeMap<&'static str, String> {
    let (first, second) = (&first_epoch()[..RESTORED], &second_epoch()[..]);
    let lines = |lines: Vec<Vec<u8>>| -> String {
        lines.into_iter().map(|line| String::from_utf8(line).unwrap() + "\n").collect()
    };
    let entries = |entries: &[Entry]| lines(entries.iter().map(Entry::encode).collect());
    let hashes = |entries: &[Entry]| -> String {
        leaves(entries)
            .iter()
            .map(|leaf| leaf.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n")
            .collect()
    };
    let key_line = |epoch| format!("{}\n", key().verifying_key(&origin(epoch).to_string()).unwrap());
    BTreeMap::from([
        ("epoch-1.jsonl", entries(first)),
        ("epoch-1.leaves", hashes(first)),
        (
            "epoch-1.checkpoints",
            format!("{}--\n{}", checkpoint(1, &first[..3]).text(), checkpoint(1, first).text()),
        ),
        ("epoch-2.jsonl", entries(second)),
        ("epoch-2.leaves", hashes(second)),
        ("epoch-2.checkpoints", checkpoint(2, &second[..2]).text().to_owned()),
        ("key.pub", key_line(1) + &key_line(2)),
        ("personal.jsonl", lines(openings().iter().map(Opening::encode).collect())),
        ("outside/before-the-restore.checkpoint", checkpoint(1, &first_epoch()).text().to_owned()),
        ("outside/entry-3.json", entries(&first[3..4])),
        ("outside/entry-3.tlog-proof", proof().text()),
        ("outside/spellings.txt", spellings()),
    ])
}

/// Lines that are entries, behind `+ `, and lines that look like one and are refused, behind `- `. Another reader
/// must come to the same answers.
fn spellings() -> String {
    let base = Entry {
        act: "a".to_owned(),
        on_behalf_of: Some("\u{1f}\"\\/".to_owned()),
        record: None,
        row: None,
        values: values([
            ("", Json::Null),
            ("\u{1}", Json::List(vec![Json::Int(-10), Json::Bool(true)])),
            ("\"", Json::Map(BTreeMap::new())),
            ("z", "\u{e4}".into()),
        ]),
        personal: personal(0, "n", "x"),
        waived: vec![String::new(), "w".to_owned()],
        ..plain(1, 10)
    };
    let line = String::from_utf8(base.encode()).unwrap();
    let pieces = [
        "", " ", "\\", "\"", "0", "1", "-", ",", ":", "{}", "[]", "null", "\\u000a", "\\u0041", "\u{e4}",
        "\t",
    ];
    let mut lines = vec![line.clone()];
    for at in (0..line.len()).step_by(3).filter(|at| line.is_char_boundary(*at)) {
        let piece = pieces[(at / 3 + at / 48) % pieces.len()];
        let width = line[at..].chars().next().map_or(0, char::len_utf8) * (at % 2);
        lines.push(format!("{}{piece}{}", &line[..at], &line[at + width..]));
    }
    for (from, to) in [
        ("[-10,true]", "[-10,true,[[[]]]]"),
        ("[-10,true]", "9223372036854775807"),
        ("[-10,true]", "9223372036854775808"),
        ("[-10,true]", "-9223372036854775808"),
        ("[-10,true]", "-0"),
        ("[-10,true]", "1e1"),
        ("[-10,true]", "1.0"),
        ("\"z\":", "\"\\\\\":1,\"z\":"),
        ("\"z\":", "\"!\":1,\"z\":"),
        ("\"z\":", "\"y\":1,\"y\":2,\"z\":"),
        ("\"index\":10", "\"index\":9223372036854775807"),
        ("\"schema\":1", "\"schema\":4294967295"),
        ("\"schema\":1", "\"schema\":4294967296"),
        ("\"occurred_at\":1767607200", "\"occurred_at\":-1"),
        ("\"put\"", "\"delete\""),
        ("\"put\"", "\"note\""),
        ("\"put\"", "\"merge\""),
        ("\"v\":1", "\"v\":2"),
        ("\"waived\":[\"\",\"w\"]", "\"waived\":[]"),
        (",\"waived\":[\"\",\"w\"]", ""),
        ("\"version\":1,", "\"version\":1,\"wait\":1,"),
    ] {
        assert!(line.contains(from), "{from}");
        lines.push(line.replacen(from, to, 1));
    }
    lines.push(line.replacen("[-10,true]", &("[".repeat(32) + &"]".repeat(32)), 1));
    lines.push(line.replacen("[-10,true]", &("[".repeat(33) + &"]".repeat(33)), 1));
    let mark = |line: &str| if Entry::decode(line.as_bytes()).is_ok() { '+' } else { '-' };
    lines.iter().map(|line| format!("{} {line}\n", mark(line))).collect()
}
