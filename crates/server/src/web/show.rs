//! Values of records as pages show them: names instead of ids, local time, words instead of stored words.

use jiff::tz::TimeZone;
use mainstay_app::query::{Name, RecordView};
use mainstay_core::{Instant, Type, Value, registry::Entry};
use mainstay_pages::{At, Badge, Tone, Words, list::Cell, when};

use crate::call::Call;

/// What pages need to show values: words, zone and instant.
pub(super) struct Show<'a> {
    pub call: &'a Call,
    pub words: &'static Words,
    pub zone: TimeZone,
    pub now: Instant,
}

impl<'a> Show<'a> {
    pub(super) fn new(call: &'a Call, words: &'static Words) -> mainstay_core::Result<Self> {
        Ok(Self { call, words, zone: call.settings().zone.clone(), now: call.app().now()? })
    }

    /// The page of a record, by its ref.
    pub(super) fn href(&self, reference: &str) -> String {
        let kind = self.call.app().context().registry.kind_of_ref(reference);
        let path = kind.map_or_else(String::new, |kind| format!("/{}/{reference}", kind.def.plural));
        self.then(&path)
    }

    /// An address of ours that keeps the instant that is looked at.
    pub(super) fn then(&self, path: &str) -> String {
        match self.call.asked("as_of").filter(|text| !text.is_empty()) {
            Some(as_of) => {
                let sign = if path.contains('?') { '&' } else { '?' };
                format!("{path}{sign}as_of={}", encoded(as_of))
            }
            None => path.to_owned(),
        }
    }

    pub(super) fn at(&self, instant: Instant) -> At {
        At::new(instant, self.now, &self.zone, self.words)
    }

    /// The name of a record as a link; its ref where it has no title any more.
    pub(super) fn link(&self, name: &Name) -> Cell {
        let text = if name.title.is_empty() { name.reference.clone() } else { name.title.clone() };
        Cell::Link { text, href: self.href(&name.reference) }
    }

    /// A field's value as a cell.
    pub(super) fn cell(&self, ty: Type, value: &Value, name: Option<&Name>) -> Cell {
        match (ty, value) {
            (_, Value::Null) => Cell::Empty,
            (Type::Reference(_), _) => name.map_or(Cell::Empty, |name| self.link(name)),
            (_, Value::Instant(instant)) => Cell::At(self.at(*instant)),
            (_, Value::Int(int)) => Cell::Number(int.to_string()),
            _ => Cell::Text(self.text(ty, value, name)),
        }
    }

    /// A field's value as text.
    pub(super) fn text(&self, ty: Type, value: &Value, name: Option<&Name>) -> String {
        match (ty, value) {
            (Type::Reference(_), _) => name.map(full_name).unwrap_or_default(),
            (Type::Choice(_), Value::Text(word)) => self.words.choice(word),
            (_, Value::Bool(flag)) => self.words.say(if *flag { "yes" } else { "no" }).to_owned(),
            (_, Value::Instant(instant)) => when::exact(*instant, &self.zone),
            (_, Value::Json(json)) => serde_json::to_string_pretty(json).unwrap_or_default(),
            (_, value) => value.to_string(),
        }
    }

    /// A field's value as it stands in a form.
    pub(super) fn content(&self, ty: Type, value: &Value, name: Option<&Name>) -> String {
        match (ty, value) {
            (Type::Choice(_), Value::Text(word)) => word.clone(),
            (_, Value::Bool(flag)) => flag.to_string(),
            (_, Value::Instant(instant)) => when::for_input(*instant, &self.zone),
            _ => self.text(ty, value, name),
        }
    }

    /// What a record has in a field, as it stands in a form.
    pub(super) fn saved(&self, record: &RecordView, name: &str) -> String {
        let value = record.value(name);
        self.content(type_of(record.kind, name), &value, record.name_of(&value))
    }

    pub(super) fn state(&self, word: &str) -> Badge {
        Badge::state(word, self.words)
    }

    /// `P1`, amber and red for the most urgent.
    pub(super) fn priority(priority: i64) -> Badge {
        let tone = match priority {
            ..=1 => Tone::Failed,
            2 => Tone::Attention,
            _ => Tone::Plain,
        };
        Badge::new(tone, format!("P{priority}"))
    }

    /// The cell of a field of a record.
    pub(super) fn field(&self, record: &RecordView, name: &str) -> Cell {
        let value = record.value(name);
        match (name, &value) {
            ("state", Value::Text(word)) => Cell::Badge(self.state(word)),
            ("title", Value::Text(title)) => Cell::Title(title.clone()),
            ("priority", Value::Int(priority)) => Cell::Badge(Self::priority(*priority)),
            _ => self.cell(type_of(record.kind, name), &value, record.name_of(&value)),
        }
    }

    /// The name of a field for people.
    pub(super) fn label(&self, kind: &'static Entry, name: &str) -> String {
        if name == "title" {
            self.words.title(kind.def.name, kind.def.title.label)
        } else {
            self.words.field(name)
        }
    }
}

/// `TEAM-000003 Network`, as reference fields have it.
pub(super) fn full_name(name: &Name) -> String {
    if name.title.is_empty() { name.reference.clone() } else { format!("{} {}", name.reference, name.title) }
}

/// The type of a field or head column.
pub(super) fn type_of(kind: &'static Entry, name: &str) -> Type {
    match name {
        "created_at" | "updated_at" => Type::Instant,
        "state" => Type::Choice(kind.def.states),
        "version" => Type::Int,
        _ => kind.def.field(name).map_or(Type::Text, |field| field.ty),
    }
}

/// For the query of an address.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
