//! A journal of the test's own making. It is written from the description of the format with the plainest means,
//! so that a mistake in the writer or in the verifier does not stand here a second time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer, SigningKey};
use mainstay_verify::{Report, Request, verify};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub type Hash = [u8; 32];

pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

pub fn leaf(line: &str) -> Hash {
    sha256(&[&[0], line.as_bytes()].concat())
}

/// The root exactly as RFC 6962, section 2.1, defines it.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [only] => *only,
        _ => {
            let mut left = 1;
            while left * 2 < leaves.len() {
                left *= 2;
            }
            sha256(&[&[1], &root(&leaves[..left])[..], &root(&leaves[left..])[..]].concat())
        }
    }
}

/// A stream of numbers that look random and are the same every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// One epoch as it will be exported.
#[derive(Clone)]
pub struct Epoch {
    pub origin: String,
    pub seed: u8,
    pub entries: Vec<String>,
    pub leaves: Vec<String>,
    pub checkpoints: Vec<String>,
}

/// The key and its name with hash, as it stands in `key.pub`.
pub fn vkey(origin: &str, seed: u8) -> String {
    let key = [&[1], SigningKey::from_bytes(&[seed; 32]).verifying_key().as_bytes().as_slice()].concat();
    let id = sha256(&[origin.as_bytes(), b"\n", &key].concat());
    format!("{origin}+{}+{}\n", hex::encode(&id[..4]), BASE64.encode(key))
}

/// A checkpoint of this size and root.
pub fn checkpoint(origin: &str, seed: u8, size: usize, root: &Hash) -> String {
    let text = format!("{origin}\n{size}\n{}\n", BASE64.encode(root));
    let signature = SigningKey::from_bytes(&[seed; 32]).sign(text.as_bytes());
    let key = [&[1], SigningKey::from_bytes(&[seed; 32]).verifying_key().as_bytes().as_slice()].concat();
    let id = sha256(&[origin.as_bytes(), b"\n", &key].concat());
    let signature = BASE64.encode([&id[..4], &signature.to_bytes()].concat());
    format!("{text}\n\u{2014} {origin} {signature}\n")
}

/// The salt of the personal value of an entry.
pub fn salt(index: usize) -> Hash {
    sha256(format!("salt {index}").as_bytes())
}

pub fn has_personal(index: usize) -> bool {
    index % 5 == 2
}

pub fn content(index: usize) -> String {
    format!("\"person {index}\"")
}

/// An entry of an epoch. `draft` makes it another one.
pub fn entry(epoch: u32, index: usize, draft: u64) -> String {
    let mut numbers = Numbers(draft ^ (index as u64) << 8 ^ u64::from(epoch) << 40);
    let at = 1_700_000_000_000 + u64::from(epoch) * 10_000_000 + index as u64 * 997;
    let personal = if has_personal(index) {
        let commitment = sha256(&[&salt(index)[..], content(index).as_bytes()].concat());
        format!(",\"personal\":{{\"caller_name\":\"{}\"}}", hex::encode(commitment))
    } else {
        String::new()
    };
    let reason = if index % 7 == 3 { ",\"reason\":\"said \\\"so\\\"\\u000aon paper\"" } else { "" };
    format!(
        "{{\"act\":\"act-{draft}-{index}\",\"actor\":\"user:{}\",\"channel\":\"api\",\"command\":\"incident.change\",\
         \"epoch\":{epoch},\"index\":{index},\"occurred_at\":{},\"op\":\"put\"{personal}{reason},\
         \"record\":\"r-{}\",\"recorded_at_ms\":{at},\"row\":\"r-{}\",\"schema\":1,\"table\":\"incident\",\"v\":1,\
         \"values\":{{\"n\":{},\"title\":\"t\u{e4}tle {:x}\"}},\"version\":{}}}",
        numbers.below(20),
        at / 1_000,
        numbers.below(50),
        numbers.below(50),
        numbers.next() as i64,
        numbers.next(),
        index / 10 + 1,
    )
}

impl Epoch {
    pub fn new(number: u32, entries: usize, checkpoints: &[usize], draft: u64) -> Epoch {
        let entries = (0..entries).map(|index| entry(number, index, draft)).collect();
        let mut epoch = Epoch {
            origin: format!("mainstay/test/{number}"),
            seed: 1,
            entries,
            leaves: Vec::new(),
            checkpoints: Vec::new(),
        };
        epoch.list_leaves();
        epoch.checkpoints = checkpoints.iter().map(|size| epoch.checkpoint(*size)).collect();
        epoch
    }

    /// Makes the leaf list anew from the entries.
    pub fn list_leaves(&mut self) {
        self.leaves = self.entries.iter().map(|line| hex::encode(leaf(line))).collect();
    }

    pub fn root(&self, size: usize) -> Hash {
        root(&self.entries[..size].iter().map(|line| leaf(line)).collect::<Vec<_>>())
    }

    pub fn checkpoint(&self, size: usize) -> String {
        checkpoint(&self.origin, self.seed, size, &self.root(size))
    }

    /// The files of the epoch.
    pub fn write(&self, folder: &Path, number: u32) {
        let lines = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        fs::write(folder.join(format!("epoch-{number}.jsonl")), lines(&self.entries)).unwrap();
        fs::write(folder.join(format!("epoch-{number}.leaves")), lines(&self.leaves)).unwrap();
        fs::write(folder.join(format!("epoch-{number}.checkpoints")), self.checkpoints.join("--\n")).unwrap();
    }
}

/// An exported journal.
#[derive(Clone)]
pub struct Journal {
    pub epochs: BTreeMap<u32, Epoch>,
    pub keys: String,
    pub personal: Vec<String>,
}

impl Journal {
    /// A journal of one epoch.
    pub fn of(first: Epoch) -> Journal {
        let personal = (0..first.entries.len())
            .filter(|index| has_personal(*index))
            .map(|index| {
                let (salt, content) = (hex::encode(salt(index)), content(index));
                format!(
                    "{{\"epoch\":1,\"index\":{index},\"column\":\"caller_name\",\"salt\":\"{salt}\",\
                     \"content\":{content}}}"
                )
            })
            .collect();
        let keys = vkey(&first.origin, first.seed);
        Journal { epochs: BTreeMap::from([(1, first)]), keys, personal }
    }

    pub fn first(&mut self) -> &mut Epoch {
        self.epochs.get_mut(&1).unwrap()
    }

    pub fn write(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (number, epoch) in &self.epochs {
            epoch.write(folder.path(), *number);
        }
        fs::write(folder.path().join("key.pub"), &self.keys).unwrap();
        let personal: String = self.personal.iter().map(|line| format!("{line}\n")).collect();
        fs::write(folder.path().join("personal.jsonl"), personal).unwrap();
        folder
    }

    pub fn verify(&self) -> Report {
        let folder = self.write();
        verify(&Request { folder: folder.path().to_owned(), ..Request::default() })
    }

    /// Verifies against checkpoints that were kept outside.
    pub fn verify_against(&self, kept: &[&str]) -> Report {
        let (folder, outside) = (self.write(), TempDir::new().unwrap());
        let known = kept
            .iter()
            .enumerate()
            .map(|(number, text)| {
                let file = outside.path().join(format!("kept-{number}"));
                fs::write(&file, text).unwrap();
                file
            })
            .collect();
        verify(&Request { folder: folder.path().to_owned(), known, key: None })
    }
}

/// Runs the program; returns its exit code and what it said.
pub fn run(arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_mainstay-verify")).args(arguments).output().unwrap();
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    (status.code().unwrap(), said)
}
