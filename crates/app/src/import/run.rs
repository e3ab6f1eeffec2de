//! The run of an import: read, try, look up, write.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use mainstay_core::{Channel, Error, ErrorKind, Result, Value, registry};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    cells::{Content, Need, Needs, Reader},
    check::rehearse,
    draft::{Draft, drafts},
    mapping::{Mapping, Rows},
    plan,
    rows::{BadRows, Sheet},
};
use crate::{App, Command, HistoryStep, Outcome, Request, rights::Principal};

/// Acts that wait for the writer at a time: a few of its groups.
const IN_FLIGHT: usize = 1024;

/// After how many records the run notes how far it is.
const RECORDS_PER_NOTE: usize = 2048;

/// How an import is run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only read, try and count; write nothing.
    pub dry_run: bool,
    /// The person who imports, with the duty to; none for the operator at the host.
    pub who: Option<Arc<Principal>>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The file is valid; this many acts will be asked for.
    Begins(u64),
    /// This many more acts were answered.
    Done(u64),
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Name of the mapping.
    pub mapping: String,
    /// SHA-256 of the file, hex.
    pub file_sha256: String,
    /// True when nothing was written because only a trial was asked for.
    pub dry_run: bool,
    /// True when an earlier run of the same file had been cut short.
    pub resumed: bool,
    /// Rows of the file.
    pub rows: usize,
    /// Records of the file.
    pub records: usize,
    /// Records that were made.
    pub made: usize,
    /// Steps of history that were made.
    pub steps: usize,
    /// Records that an earlier run made from the same rows.
    pub unchanged: usize,
    /// Records that stand already and of which the file tells something else: left as they are.
    pub known: usize,
    /// The first of these, by their foreign keys.
    pub known_keys: Vec<String>,
    /// Records that were made because they were referred to, by kind.
    pub made_for_reference: Vec<Made>,
    /// Journal entries that were made.
    pub journal_entries: u64,
}

/// How many records of a kind were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Name of the kind.
    pub kind: String,
    /// How many.
    pub count: usize,
}

/// How many known keys a summary names.
const KEYS_NAMED: usize = 20;

/// Imports a file.
///
/// # Errors
/// Invalid: the file or some of its rows are bad, and nothing was written. Conflict: a record that the mapping
/// brings stands there and says something else. Anything later leaves a run that the same command resumes.
pub fn import(
    app: &App,
    file: &str,
    bytes: &[u8],
    mapping: &Mapping,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary> {
    let context = app.context();
    let kind = context.kind(&mapping.kind)?;
    let now = app.now()?;
    let mut bad = BadRows::default();
    let wanted = wanted_columns(mapping);
    let sheet = Sheet::read(file, bytes, mapping.file.delimiter, &wanted, &mut bad)?;
    let mut reader = Reader::new(mapping, kind, &sheet);
    let drafts = drafts(mapping, kind, &sheet, &mut reader, now, &mut bad);
    let needs = std::mem::take(&mut reader.needs);
    let entries = rehearse(context, mapping, kind, &drafts, &needs, now, &mut bad)?;
    bad.result(file, sheet.count)?;

    let file_sha256 = hex::encode(Sha256::digest(bytes));
    let run = Run { app, mapping, kind, needs: &needs, file_sha256, who: options.who.clone() };
    run.write(&sheet, &drafts, &entries, options, progress)
}

fn wanted_columns(mapping: &Mapping) -> Vec<&str> {
    let mut wanted: Vec<&str> = mapping.rows.key().columns().collect();
    if let Rows::AuditLog { order_by, begins_at, at, by, begun_by, .. } = &mapping.rows {
        wanted.extend(order_by.iter().map(|by| by.column.as_str()));
        wanted.extend([begins_at.as_str(), at.as_str()]);
        wanted.extend(by.iter().chain(begun_by).flat_map(|by| by.columns()));
    }
    wanted.extend(mapping.states.iter().map(|states| states.column.as_str()));
    for rule in mapping.fields.values() {
        wanted.extend(rule.column.as_deref());
        wanted.extend(rule.text.iter().flatten().chain(&rule.otherwise).flat_map(|text| text.columns()));
        wanted.extend(rule.record.iter().flat_map(|needed| needed.key.columns()));
    }
    wanted
}

struct Run<'a> {
    app: &'a App,
    mapping: &'a Mapping,
    kind: &'static registry::Entry,
    needs: &'a Needs,
    file_sha256: String,
    who: Option<Arc<Principal>>,
}

/// What the database knows of the drafts.
#[derive(Default)]
struct Standing {
    used: HashSet<String>,
    known: HashMap<String, Uuid>,
    needed: Vec<Option<Uuid>>,
}

impl Run<'_> {
    fn write(
        &self,
        sheet: &Sheet,
        drafts: &[Draft],
        entries: &[usize],
        options: &Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Summary> {
        let keys: Vec<String> = drafts.iter().map(|draft| self.idempotency_key(draft)).collect();
        let standing = self.look_up(drafts, &keys)?;
        let before = self.app.head()?.frontier.size();
        let mut summary = Summary {
            mapping: self.mapping.name.clone(),
            file_sha256: self.file_sha256.clone(),
            dry_run: options.dry_run,
            resumed: self.was_cut_short()?,
            rows: sheet.count,
            records: drafts.len(),
            made: 0,
            steps: 0,
            unchanged: 0,
            known: 0,
            known_keys: Vec::new(),
            made_for_reference: Vec::new(),
            journal_entries: 0,
        };
        let mut fresh: Vec<(&Draft, &String)> = Vec::new();
        for ((draft, key), entries) in drafts.iter().zip(&keys).zip(entries) {
            if standing.used.contains(key) {
                summary.unchanged += 1;
            } else if standing.known.contains_key(&draft.key) {
                summary.known += 1;
                if summary.known_keys.len() < KEYS_NAMED {
                    summary.known_keys.push(draft.key.clone());
                }
            } else {
                fresh.push((draft, key));
                summary.steps += entries;
            }
        }
        let missing = self.missing(&fresh, &standing);
        for place in &missing {
            count(&mut summary.made_for_reference, self.needs.list[*place].kind);
        }
        summary.made = fresh.len();
        if options.dry_run || fresh.is_empty() {
            if !options.dry_run {
                self.finish(sheet)?;
            }
            return Ok(summary);
        }

        progress(Progress::Begins((missing.len() + fresh.len()) as u64));
        self.begin(sheet)?;
        let brought = self.bring(&mut summary)?;
        let needed = self.make_needed(&missing, standing.needed, progress)?;
        self.make_records(&fresh, &brought, &needed, progress)?;
        self.finish(sheet)?;
        summary.journal_entries = self.app.head()?.frontier.size() - before;
        Ok(summary)
    }

    fn idempotency_key(&self, draft: &Draft) -> String {
        let mut hash = Sha256::new();
        for step in &draft.steps {
            hash.update(format!("{}\n{:?}\n{}\n", step.at, step.by, step.state));
            for (name, content) in &step.values {
                match content {
                    Content::Plain(json) => hash.update(format!("{name}={json}\n")),
                    Content::Needed(place) => {
                        hash.update(format!("{name}->{}\n", self.needs.list[*place].key))
                    }
                    Content::Brought(place) => {
                        hash.update(format!("{name}->{}\n", self.mapping.brings[*place].title));
                    }
                }
            }
        }
        // A record made new has no time of its own: the day of the import must not make it another.
        let digest = match self.mapping.states {
            Some(_) => hash.finalize(),
            None => {
                let mut hash = Sha256::new();
                for (name, content) in draft.steps.iter().flat_map(|step| &step.values) {
                    hash.update(format!("{name}={content:?}\n"));
                }
                hash.finalize()
            }
        };
        format!("import/{}/{}/{}", self.mapping.name, draft.key, hex::encode(&digest[..16]))
    }

    fn look_up(&self, drafts: &[Draft], keys: &[String]) -> Result<Standing> {
        let context = self.app.context();
        self.app.store().snapshot(|conn| {
            let used = plan::used_keys(conn, keys)?;
            let draft_keys: Vec<&str> = drafts.iter().map(|draft| draft.key.as_str()).collect();
            let known = plan::ids_by_key(context, conn, self.kind.def.name, &draft_keys)?;
            let mut needed = vec![None; self.needs.list.len()];
            let mut kinds: Vec<&str> = self.needs.list.iter().map(|need| need.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            for kind in kinds {
                let of_kind = |need: &&Need| need.kind == kind;
                let keys: Vec<&str> =
                    self.needs.list.iter().filter(of_kind).map(|need| need.key.as_str()).collect();
                let ids = plan::ids_by_key(context, conn, kind, &keys)?;
                for (place, need) in self.needs.list.iter().enumerate().filter(|(_, need)| need.kind == kind)
                {
                    needed[place] = ids.get(&need.key).copied();
                }
            }
            Ok(Standing { used, known, needed })
        })
    }

    /// The records that the fresh drafts refer to and that are not there.
    fn missing(&self, fresh: &[(&Draft, &String)], standing: &Standing) -> Vec<usize> {
        let mut wanted = vec![false; self.needs.list.len()];
        for (_, content) in fresh.iter().flat_map(|(draft, _)| &draft.steps).flat_map(|step| &step.values) {
            if let Content::Needed(place) = content {
                wanted[*place] = true;
            }
        }
        let missing = wanted
            .into_iter()
            .enumerate()
            .filter(|(place, wanted)| *wanted && standing.needed[*place].is_none());
        missing.map(|(place, _)| place).collect()
    }

    fn request(&self, command: Command, key: String) -> Result<Request> {
        let request = match &self.who {
            Some(who) => Request::by_person(who.clone(), Channel::Import, command)?,
            None => Request::by_operator(command)?.through(Channel::Import),
        };
        let mut request = request.once(key);
        request.reason = Some(format!("import of file {}", &self.file_sha256[..16]));
        Ok(request)
    }

    /// Makes what the mapping brings along, or finds it.
    fn bring(&self, summary: &mut Summary) -> Result<Vec<Uuid>> {
        let context = self.app.context();
        let mut ids = Vec::with_capacity(self.mapping.brings.len());
        for brought in &self.mapping.brings {
            let values = plan::brought_values(context, self.mapping, brought, &ids)?;
            let key = format!("import/{}/brings/{}/{}", self.mapping.name, brought.kind, brought.title);
            let (standing, ours) = self.app.store().read(|conn| {
                let standing = plan::standing(context, conn, brought, &values)?;
                Ok((standing, plan::used_keys(conn, std::slice::from_ref(&key))?.contains(&key)))
            })?;
            let id = match standing {
                Some(id) => id,
                None => {
                    let command = Command::Create { kind: brought.kind.clone(), values };
                    count(&mut summary.made_for_reference, context.kind(&brought.kind)?.def.name);
                    id_of(&self.app.act(self.bringing(command, key.clone())?)?)?
                }
            };
            // What somebody else has made is used as it is. Moves that a run which was cut short has made already
            // are answered from their keys.
            let moves = if standing.is_none() || ours { brought.moves.as_slice() } else { &[] };
            for name in moves {
                let (record, values) = (id.to_string(), Map::new());
                let command = Command::Move { record, name: name.clone(), version: None, values };
                self.app.act(self.bringing(command, format!("{key}/{name}"))?)?;
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// As [`request`](Run::request), the same for every file: what one file brought, another finds.
    fn bringing(&self, command: Command, key: String) -> Result<Request> {
        let mut request = self.request(command, key)?;
        request.reason = Some(format!("brought by the mapping {}", self.mapping.name));
        Ok(request)
    }

    fn unkeyed(&self, command: Command) -> Result<Request> {
        let mut request = self.request(command, String::new())?;
        request.idempotency_key = None;
        Ok(request)
    }

    fn make_needed(
        &self,
        missing: &[usize],
        mut ids: Vec<Option<Uuid>>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Option<Uuid>>> {
        let mut flight = Flight::new(self.app);
        let mut made = Vec::with_capacity(missing.len());
        for place in missing {
            let need = &self.needs.list[*place];
            let command = Command::Create { kind: need.kind.to_owned(), values: need.values.clone() };
            flight.send(self.unkeyed(command)?, &need.key, &mut |outcome| {
                made.push(id_of(&outcome)?);
                progress(Progress::Done(1));
                Ok(())
            })?;
        }
        flight.land(&mut |outcome| {
            made.push(id_of(&outcome)?);
            progress(Progress::Done(1));
            Ok(())
        })?;
        for (place, id) in missing.iter().zip(made) {
            ids[*place] = Some(id);
        }
        Ok(ids)
    }

    fn make_records(
        &self,
        fresh: &[(&Draft, &String)],
        brought: &[Uuid],
        needed: &[Option<Uuid>],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut flight = Flight::new(self.app);
        let (mut done, mut rows) = (0_usize, 0_usize);
        for (draft, key) in fresh {
            let command = self.command(draft, brought, needed)?;
            flight.send(self.request(command, (*key).clone())?, &draft.key, &mut |_| {
                progress(Progress::Done(1));
                Ok(())
            })?;
            done += 1;
            rows += draft.rows;
            if done.is_multiple_of(RECORDS_PER_NOTE) {
                self.note_rows(rows)?;
            }
        }
        flight.land(&mut |_| {
            progress(Progress::Done(1));
            Ok(())
        })
    }

    fn command(&self, draft: &Draft, brought: &[Uuid], needed: &[Option<Uuid>]) -> Result<Command> {
        let json = |content: &Content| match content {
            Content::Plain(json) => Ok(json.clone()),
            Content::Brought(place) => Ok(Json::String(brought[*place].to_string())),
            Content::Needed(place) => needed[*place]
                .map(|id| Json::String(id.to_string()))
                .ok_or_else(|| Error::bug("an import lost a record that it refers to")),
        };
        let mut steps = Vec::with_capacity(draft.steps.len());
        for step in &draft.steps {
            let mut values = Map::new();
            if steps.is_empty() {
                values.insert("external_key".into(), Json::String(draft.key.clone()));
            }
            for (name, content) in &step.values {
                values.insert(name.clone(), json(content)?);
            }
            steps.push(HistoryStep { at: step.at, by: step.by.clone(), state: step.state.clone(), values });
        }
        let kind = self.mapping.kind.clone();
        match (&self.mapping.states, steps.pop()) {
            (None, Some(step)) => Ok(Command::Create { kind, values: step.values }),
            (_, last) => Ok(Command::RecordHistory { kind, steps: steps.into_iter().chain(last).collect() }),
        }
    }

    fn was_cut_short(&self) -> Result<bool> {
        let state = self.app.store().read(|conn| {
            let sql =
                conn.dialect().sql("select state from import_run where file_sha256 = ?1 and mapping = ?2");
            let params = [Value::from(self.file_sha256.as_str()), Value::from(self.mapping.name.as_str())];
            conn.first(&sql, &params, &[mainstay_store::Cell::Text])
        })?;
        Ok(state.is_some_and(|row| row[0].as_text() == Some("running")))
    }

    fn note(&self, sql: &'static str, values: Vec<Value>) -> Result<()> {
        let mut params =
            vec![Value::from(self.file_sha256.as_str()), Value::from(self.mapping.name.as_str())];
        params.extend(values);
        self.app.store().write(move |tx| {
            tx.execute_later(sql, params.clone());
            Ok(())
        })
    }

    fn now_ms(&self) -> Result<Value> {
        Ok(Value::Int(self.app.now()?.as_millisecond()))
    }

    fn begin(&self, sheet: &Sheet) -> Result<()> {
        self.note(
            "insert into import_run(file_sha256, mapping, state, rows, rows_done, started_at_ms) \
             values (?1, ?2, 'running', ?3, 0, ?4) on conflict (file_sha256, mapping) do update \
             set state = 'running', finished_at_ms = null",
            vec![Value::from(sheet.count as u64), self.now_ms()?],
        )
    }

    fn note_rows(&self, rows: usize) -> Result<()> {
        self.note(
            "update import_run set rows_done = ?3 where file_sha256 = ?1 and mapping = ?2",
            vec![Value::from(rows as u64)],
        )
    }

    fn finish(&self, sheet: &Sheet) -> Result<()> {
        self.note(
            "update import_run set state = 'finished', rows_done = ?3, finished_at_ms = ?4 \
             where file_sha256 = ?1 and mapping = ?2 and state = 'running'",
            vec![Value::from(sheet.count as u64), self.now_ms()?],
        )
    }
}

fn id_of(outcome: &Outcome) -> Result<Uuid> {
    outcome.id.parse().map_err(|error| Error::bug("an outcome has no id").caused_by(error))
}

fn count(made: &mut Vec<Made>, kind: &str) {
    match made.iter_mut().find(|made| made.kind == kind) {
        Some(made) => made.count += 1,
        None => made.push(Made { kind: kind.to_owned(), count: 1 }),
    }
}

type Landing<'a> = &'a mut dyn FnMut(Outcome) -> Result<()>;

/// Acts on their way to the writer, answered in the order in which they were sent.
struct Flight<'a> {
    app: &'a App,
    waiting: VecDeque<(String, std::sync::mpsc::Receiver<Result<Outcome>>)>,
}

impl<'a> Flight<'a> {
    fn new(app: &'a App) -> Self {
        Self { app, waiting: VecDeque::with_capacity(IN_FLIGHT) }
    }

    fn send(&mut self, request: Request, key: &str, landed: Landing<'_>) -> Result<()> {
        if self.waiting.len() >= IN_FLIGHT {
            self.land_one(landed)?;
        }
        self.waiting.push_back((key.to_owned(), self.app.act_later(request)?));
        Ok(())
    }

    fn land_one(&mut self, landed: Landing<'_>) -> Result<()> {
        let Some((key, answer)) = self.waiting.pop_front() else { return Ok(()) };
        let answer = answer.recv().unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Unavailable, "Mainstay is stopping and takes no more changes"))
        });
        answer.and_then(landed).map_err(|error| {
            let hint = format!("The import stopped at {key}. Run the same command again to resume it.");
            error.hint(hint)
        })
    }

    fn land(&mut self, landed: Landing<'_>) -> Result<()> {
        while !self.waiting.is_empty() {
            self.land_one(landed)?;
        }
        Ok(())
    }
}
