//! Looks for broken promises: what was acknowledged and is gone, what is there in part, what nobody asked for.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_app::{App, Outcome, ledger::Ledger, rebuild};
use mainstay_core::{Result, Value, parts};
use mainstay_journal::{Entry, Frontier, Op, leaf_hash};
use mainstay_store::{Cell, Dialect, head::Head, journal, rows, timeline};
use uuid::Uuid;

use crate::client::{Acknowledged, What};

/// What was found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Acknowledged acts that are gone, or not as they were acknowledged.
    pub lost: Vec<String>,
    /// What is there in part, or does not fit together.
    pub broken: Vec<String>,
    /// What nobody asked for.
    pub phantoms: Vec<String>,
    /// Acts that were kept, acknowledged or not.
    pub kept: usize,
}

impl Findings {
    /// True when every promise was kept.
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.broken.is_empty() && self.phantoms.is_empty()
    }
}

/// Everything the oracles look at, read in one state of the database.
struct State {
    head: Head,
    entries: Vec<(journal::Stored, Entry)>,
    answers: BTreeMap<String, String>,
    incidents: BTreeMap<Uuid, rows::Keyed>,
    comments: BTreeMap<Uuid, rows::Keyed>,
    registered: BTreeMap<Uuid, (i64, String)>,
    points: BTreeMap<u64, Uuid>,
}

const ALL: u32 = 1_000_000;

fn read(app: &App) -> Result<State> {
    // Whatever a connection of a killed program still has under way ends before this act has the head's lock.
    app.store().write(|_| Ok(()))?;
    // One read may meet the loss of a connection that happened while nobody read.
    let _ = app.store().read(|conn| conn.first("select 1", &[], &[Cell::Int]));
    let (incident, comment) =
        (app.context().table("incident")?.clone(), app.context().table(parts::COMMENT)?.clone());
    app.store().snapshot(|conn| {
        let by_id = |all: Vec<rows::Keyed>| {
            all.into_iter()
                .map(|row| (row.row[0].as_id().unwrap_or_default(), row))
                .collect::<BTreeMap<_, _>>()
        };
        let entries = journal::from(conn, 0, ALL)?;
        let entries =
            entries.into_iter().map(|stored| Ok((stored.clone(), stored.entry()?))).collect::<Result<_>>()?;
        let answers = conn.query("select name, answer from idempotency", &[], &[Cell::Text, Cell::Text])?;
        let registered =
            conn.query("select id, \"key\", ref from record", &[], &[Cell::Id, Cell::Int, Cell::Text])?;
        Ok(State {
            head: Head::load(conn, false)?,
            entries,
            answers: answers.iter().map(|row| (row[0].to_string(), row[1].to_string())).collect(),
            incidents: by_id(rows::after(conn, &incident, -1, ALL)?),
            comments: by_id(rows::after(conn, &comment, -1, ALL)?),
            registered: registered
                .iter()
                .filter_map(|row| Some((row[0].as_id()?, (row[1].as_int()?, row[2].to_string()))))
                .collect(),
            points: timeline::after(conn, -1, ALL)?
                .into_iter()
                .map(|point| (point.position, point.record))
                .collect(),
        })
    })
}

/// Holds the database against what was acknowledged and what was asked for.
///
/// # Errors
/// Unavailable.
pub fn look(app: &App, acknowledged: &[Acknowledged], asked: &BTreeSet<String>) -> Result<Findings> {
    let state = read(app)?;
    let mut findings = Findings { kept: state.answers.len(), ..Findings::default() };
    state.lost(acknowledged, &mut findings.lost);
    state.broken(&mut findings.broken);
    state.phantoms(asked, &mut findings.phantoms);
    if app.store().dialect() == Dialect::Sqlite {
        let said = Ledger::of(app).writer()?.query("pragma integrity_check", &[], &[Cell::Text])?;
        if said != [[Value::from("ok")]] {
            findings.broken.push(format!("SQLite's integrity check says {said:?}"));
        }
    }
    let report = rebuild::check(&Ledger::of(app), &mut |_| {})?;
    findings
        .broken
        .extend(report.differences.iter().map(|difference| format!("not as journalled: {difference:?}")));
    Ok(findings)
}

impl State {
    /// Every acknowledged act is there with its answer and its content.
    fn lost(&self, acknowledged: &[Acknowledged], lost: &mut Vec<String>) {
        let mut of_record: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for (_, entry) in &self.entries {
            of_record.entry(entry.record.clone().unwrap_or_default()).or_default().push(entry);
        }
        for promise in acknowledged {
            let key = &promise.key;
            let Some(answer) = self.answers.get(key) else {
                lost.push(format!("{key}: nothing is known of it"));
                continue;
            };
            let Ok(kept) = serde_json::from_str::<Outcome>(answer) else {
                lost.push(format!("{key}: its answer cannot be read"));
                continue;
            };
            if promise.outcome.as_ref().is_some_and(|outcome| *outcome != kept) {
                lost.push(format!("{key}: acknowledged {:?}, kept {kept:?}", promise.outcome));
            }
            let id: Uuid = kept.id.parse().unwrap_or_default();
            let row = self.incidents.get(&id);
            let whole = match promise.what {
                What::Create => row.is_some_and(|row| row.row[2].as_text() == Some(key)),
                What::Comment => {
                    let part = kept.part.as_deref().and_then(|part| part.parse().ok()).unwrap_or_default();
                    self.comments.get(&part).is_some_and(|part| part.row.contains(&Value::from(key.as_str())))
                }
                What::Move => row.is_some_and(|row| row.row[4].as_int() >= i64::try_from(kept.version).ok()),
            };
            let journalled = of_record.get(&kept.id).is_some_and(|entries| {
                entries.iter().any(|entry| match promise.what {
                    What::Comment => entry.row == kept.part && entry.command == "comment.write",
                    _ => entry.table == "incident" && entry.version == kept.version,
                })
            });
            if !whole || !journalled {
                lost.push(format!("{key}: answered, but row {whole}, journal {journalled}"));
            }
        }
    }

    /// Tables, journal, registry, timeline and head say the same.
    fn broken(&self, broken: &mut Vec<String>) {
        let mut frontier = Frontier::new();
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        for (at, (stored, entry)) in self.entries.iter().enumerate() {
            if stored.position != at as u64 || entry.index != at as u64 {
                broken.push(format!("entry {at} stands at {} and says {}", stored.position, entry.index));
            }
            if leaf_hash(&stored.body).as_slice() != stored.leaf {
                broken.push(format!("entry {at} has another leaf"));
            }
            frontier.append(leaf_hash(&stored.body));
            if entry.table == "incident" && entry.op == Op::Put {
                let version = versions.entry(entry.record.clone().unwrap_or_default()).or_default();
                *version += 1;
                if *version != entry.version {
                    broken.push(format!("entry {at} has version {} after {}", entry.version, *version - 1));
                }
            }
        }
        if frontier != self.head.frontier {
            let sizes = (self.head.frontier.size(), frontier.size());
            broken.push(format!("head and entries make different trees, of sizes {sizes:?}"));
        }
        for (id, row) in &self.incidents {
            let version = versions.remove(&id.to_string()).unwrap_or_default();
            if row.row[4] != Value::from(version) {
                broken.push(format!("{id} has version {} after {version} entries", row.row[4]));
            }
            let wanted = (row.key, row.row[1].to_string());
            if self.registered.get(id) != Some(&wanted) {
                broken.push(format!("{id} is registered as {:?}, not {wanted:?}", self.registered.get(id)));
            }
            if !self.points.values().any(|record| record == id) {
                broken.push(format!("{id} has no timeline"));
            }
            let made_by = usize::try_from(row.key).ok().and_then(|at| self.entries.get(at));
            if made_by.is_none_or(|(_, entry)| entry.record.as_deref() != Some(&id.to_string())) {
                broken.push(format!("{id} has the key {}, which is not the entry that made it", row.key));
            }
        }
        broken.extend(versions.keys().map(|id| format!("{id} is journalled and has no row")));
        let entries = self.entries.len() as u64;
        broken.extend(
            self.points.keys().filter(|at| **at >= entries).map(|at| format!("a point at {at} has no entry")),
        );
    }

    /// Nothing is there that nobody asked for, and nothing twice.
    fn phantoms(&self, asked: &BTreeSet<String>, phantoms: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        let titles = self.incidents.values().map(|row| row.row[2].to_string());
        let bodies = self.comments.values().map(|row| row.row[6].to_string());
        for content in titles.chain(bodies) {
            if !asked.contains(&content) {
                phantoms.push(format!("nobody asked for \"{content}\""));
            } else if !seen.insert(content.clone()) {
                phantoms.push(format!("\"{content}\" is there twice"));
            }
        }
        let keys = self.answers.keys().filter(|key| !asked.contains(*key));
        phantoms.extend(keys.map(|key| format!("nobody asked for the act {key}")));
    }
}
