//! Mapping files: what the columns of a foreign file mean. TOML; an unknown member or a word that no kind knows
//! is refused when the mapping is read, before any row is looked at.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use mainstay_core::{Error, FieldError, Registry, Result, Type, registry};
use serde::Deserialize;
use serde_json::Value as Json;

use super::template::Template;

/// A mapping as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Its name; part of the idempotency keys, so a changed name imports anew.
    pub name: String,
    /// One line for people.
    pub about: String,
    /// Kind of the records.
    pub kind: String,
    /// How the file is written.
    #[serde(default)]
    pub file: FileForm,
    /// How instants are written.
    #[serde(default)]
    pub times: Option<Times>,
    /// How rows make records.
    pub rows: Rows,
    /// What the foreign states mean; needed for history.
    #[serde(default)]
    pub states: Option<States>,
    /// Title and fields.
    pub fields: BTreeMap<String, FieldRule>,
    /// Records that the imported ones need.
    #[serde(default)]
    pub brings: Vec<Brought>,
}

/// How the file is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileForm {
    /// One ASCII character between cells.
    pub delimiter: char,
    /// Cells that mean *not known*.
    pub unknown: Vec<String>,
}

impl Default for FileForm {
    fn default() -> Self {
        Self { delimiter: ',', unknown: vec![String::new()] }
    }
}

/// How instants are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// IANA zone in which readings without an offset are meant. A reading that occurs twice in autumn is the first,
    /// one that does not occur in spring is moved on by the gap.
    pub zone: String,
    /// As `strptime` has it.
    pub format: String,
    /// An instant so written, for messages.
    pub example: String,
}

/// How rows make records.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rows {
    /// Each row is an update of a record; rows with the same key are one record's history.
    AuditLog {
        /// The record's key in the foreign system.
        key: Template,
        /// Order of a record's rows; the place in the file decides last.
        order_by: Vec<Order>,
        /// Column that says when the record began; its first state holds from then until the first row.
        begins_at: String,
        /// Column that says from when the row's state holds; never before the beginning.
        at: String,
        /// Who made the update.
        #[serde(default)]
        by: Option<Template>,
        /// Who began the record: the first that is known.
        #[serde(default)]
        begun_by: Vec<Template>,
    },
    /// Each row is a record, made as if a person typed it: all guards hold.
    OneRowARecord {
        /// The record's key in the foreign system.
        key: Template,
    },
}

impl Rows {
    /// The record's key in the foreign system.
    pub fn key(&self) -> &Template {
        match self {
            Rows::AuditLog { key, .. } | Rows::OneRowARecord { key } => key,
        }
    }
}

/// A column to order by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The column.
    pub column: String,
    /// How its cells compare.
    #[serde(rename = "as")]
    pub form: OrderForm,
}

/// How cells compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderForm {
    /// As instants.
    Time,
    /// As whole numbers.
    Number,
    /// As text, by bytes.
    Text,
}

/// What the foreign states mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct States {
    /// The column.
    pub column: String,
    /// Our state from the beginning until the first row.
    pub begins: String,
    /// Their word to our state.
    pub table: BTreeMap<String, State>,
}

/// One foreign state.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Our state.
    pub state: String,
    /// Fields that come with it, such as what it waits for; empty in all other states.
    #[serde(default)]
    pub fields: BTreeMap<String, Json>,
}

/// Where a field's content comes from: exactly one of `column`, `text`, `constant`, `record`, `named`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// The cell of this column, read as the field's type.
    #[serde(default)]
    pub column: Option<String>,
    /// With `column`: their words to our values; an unlisted word makes the row bad.
    #[serde(default)]
    pub table: Option<BTreeMap<String, Json>>,
    /// With `table`: what an unlisted word means instead.
    #[serde(default)]
    pub table_otherwise: Option<Json>,
    /// Pieces of text with `{column}` in them; a piece with an unknown cell is left out.
    #[serde(default)]
    pub text: Option<Vec<Template>>,
    /// Between the pieces of `text`.
    #[serde(default)]
    pub joined_by: String,
    /// When every piece of `text` was left out.
    #[serde(default)]
    pub otherwise: Option<Template>,
    /// Always this.
    #[serde(default)]
    pub constant: Option<Json>,
    /// A record that is found by its foreign key and made when missing.
    #[serde(default)]
    pub record: Option<Needed>,
    /// The record with this title, among what the mapping brings.
    #[serde(default)]
    pub named: Option<String>,
    /// Taken in these of our states only; empty in the others.
    #[serde(default)]
    pub only_in: Vec<String>,
}

/// A referenced record, found by its foreign key and made when missing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needed {
    /// Its `external_key`; with an unknown cell in it there is no reference.
    pub key: Template,
    /// Title and fields of one that is made. Text is a template.
    pub fields: BTreeMap<String, Json>,
}

/// A record that comes with the mapping. One of the same kind and title that says the same is used instead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its fields; `{ none = true }` is no value.
    #[serde(default)]
    pub fields: BTreeMap<String, Json>,
    /// References to records brought before it, by title.
    #[serde(default)]
    pub named: BTreeMap<String, String>,
    /// Moves to run after it is made.
    #[serde(default)]
    pub moves: Vec<String>,
}

/// Words that TOML lacks: `{ none = true }` is null.
pub(super) fn with_nulls(json: &Json) -> Json {
    match json {
        Json::Object(map) if map.len() == 1 && map.get("none") == Some(&Json::Bool(true)) => Json::Null,
        Json::Object(map) => {
            Json::Object(map.iter().map(|(name, value)| (name.clone(), with_nulls(value))).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(with_nulls).collect()),
        other => other.clone(),
    }
}

impl Mapping {
    /// Reads a mapping and holds its words against the kinds.
    ///
    /// # Errors
    /// Invalid, with every word that is wrong.
    pub fn parse(text: &str, registry: &Registry) -> Result<Self> {
        let mapping: Mapping = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            Error::field(format!("mapping, line {line}"), error.message().to_owned())
        })?;
        let mut problems = Vec::new();
        mapping.check(registry, &mut problems);
        if problems.is_empty() {
            return Ok(mapping);
        }
        let count = problems.len();
        let fields = problems.into_iter().map(|(field, problem)| FieldError { field, problem }).collect();
        let what = if count == 1 { "one place is wrong".into() } else { format!("{count} places are wrong") };
        Err(Error::new(
            mainstay_core::ErrorKind::Invalid(fields),
            format!("the mapping \"{}\" cannot be used: {what}", mapping.name),
        ))
    }

    fn check(&self, registry: &Registry, problems: &mut Vec<(String, String)>) {
        let mut wrong = |place: &str, problem: String| problems.push((place.to_owned(), problem));
        let Ok(kind) = registry.kind(&self.kind) else {
            return wrong("kind", format!("\"{}\" is no kind", self.kind));
        };
        if !self.file.delimiter.is_ascii() {
            wrong("file.delimiter", "is one ASCII character".into());
        }
        if let Some(times) = &self.times
            && zone(&times.zone).is_none()
        {
            wrong("times.zone", format!("\"{}\" is no zone of the tz database", times.zone));
        }
        let state_is = |state: &str| kind.def.states.words.contains(&state);
        match (&self.rows, &self.states) {
            (Rows::AuditLog { .. }, None) => wrong("states", "an audit log needs states".into()),
            (Rows::AuditLog { .. }, Some(states)) => {
                if self.times.is_none() {
                    wrong("times", "an audit log needs times".into());
                }
                let ours = states.table.values().map(|state| &state.state).chain([&states.begins]);
                for state in ours.filter(|state| !state_is(state)) {
                    wrong("states", format!("\"{state}\" is no state of {}", self.kind));
                }
                for name in states.table.values().flat_map(|state| state.fields.keys()) {
                    if kind.def.field(name).is_none() {
                        wrong("states", format!("{} has no field \"{name}\"", self.kind));
                    }
                }
            }
            (Rows::OneRowARecord { .. }, Some(_)) => {
                wrong("states", "a record of one row begins like any new record".into());
            }
            (Rows::OneRowARecord { .. }, None) => {}
        }
        if kind.def.field("external_key").is_none() {
            wrong("kind", format!("{} keeps no key of a foreign system", self.kind));
        }
        for (name, rule) in &self.fields {
            for problem in self.rule_problems(registry, kind, name, rule) {
                wrong(&format!("fields.{name}"), problem);
            }
            for state in rule.only_in.iter().filter(|state| !state_is(state)) {
                wrong(&format!("fields.{name}"), format!("\"{state}\" is no state of {}", self.kind));
            }
        }
        for brought in &self.brings {
            let Ok(kind) = registry.kind(&brought.kind) else {
                wrong("brings", format!("\"{}\" is no kind", brought.kind));
                continue;
            };
            for name in brought.fields.keys().chain(brought.named.keys()) {
                if kind.def.field(name).is_none() {
                    wrong("brings", format!("{} has no field \"{name}\"", brought.kind));
                }
            }
            for name in brought.moves.iter().filter(|name| kind.def.find_move(name).is_none()) {
                wrong("brings", format!("{} has no move \"{name}\"", brought.kind));
            }
        }
    }

    fn brings_record(&self, kind: &str, title: &str) -> bool {
        self.brings.iter().any(|brought| brought.kind == kind && brought.title == title)
    }

    fn rule_problems(
        &self,
        registry: &Registry,
        kind: &registry::Entry,
        name: &str,
        rule: &FieldRule,
    ) -> Vec<String> {
        let mut problems = Vec::new();
        let ty = match (name, kind.def.field(name)) {
            ("title", _) => Type::Text,
            (_, Some(field)) => field.ty,
            (_, None) => return vec![format!("{} has no such field", self.kind)],
        };
        let sources = [
            rule.column.is_some(),
            rule.text.is_some(),
            rule.constant.is_some(),
            rule.record.is_some(),
            rule.named.is_some(),
        ];
        if sources.iter().filter(|given| **given).count() != 1 {
            problems.push("needs exactly one of: column, text, constant, record, named".into());
        }
        if rule.table.is_some() && rule.column.is_none() {
            problems.push("a table needs a column".into());
        }
        if rule.text.is_some() && !matches!(ty, Type::Text) {
            problems.push(format!("holds no text but: {}", ty.name()));
        }
        if matches!(ty, Type::Instant) && rule.column.is_some() && self.times.is_none() {
            problems.push("an instant needs [times]".into());
        }
        let parse = |json: &Json| ty.parse(json, &mut |_, _| Err("is no place for a reference".into()));
        let values = rule.table.iter().flat_map(BTreeMap::values);
        for value in values.chain(&rule.table_otherwise).chain(&rule.constant) {
            if let Err(problem) = parse(&with_nulls(value)) {
                problems.push(problem);
            }
        }
        match (&rule.record, &rule.named, ty) {
            (Some(needed), _, Type::Reference(other)) => match registry.kind(other) {
                Ok(other) if other.def.field("external_key").is_some() => {
                    let unknown = |name: &&String| *name != "title" && other.def.field(name).is_none();
                    for name in needed.fields.keys().filter(unknown) {
                        problems.push(format!("{} has no field \"{name}\"", other.def.name));
                    }
                }
                _ => problems.push(format!("{other} keeps no key of a foreign system")),
            },
            (_, Some(title), Type::Reference(other)) if self.brings_record(other, title) => {}
            (_, Some(title), Type::Reference(other)) => {
                problems.push(format!("the mapping brings no {other} named \"{title}\""));
            }
            (Some(_), _, _) | (_, Some(_), _) => problems.push("is no reference".into()),
            (None, None, Type::Reference(_)) => {
                problems.push("is a reference: use record or named".into());
            }
            _ => {}
        }
        problems
    }
}

/// A zone of the tz database that is compiled in.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    ZONES.get(name).ok().filter(|zone| !zone.is_unknown())
}
