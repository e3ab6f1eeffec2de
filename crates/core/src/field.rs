//! Fields: what a kind's struct holds, as seen from outside.

use jiff::{Timestamp, civil::Date};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    choice::{Choice, ChoiceDef},
    id::Id,
    value::{Value, is_kept, whole_second},
};

/// The type of a field, and so of its column, its form input and its API member.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// Text of any length.
    Text,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// A moment, whole seconds, UTC.
    Instant,
    /// A local date.
    Date,
    /// One word of a closed list.
    Choice(ChoiceDef),
    /// A record of the named kind.
    Reference(&'static str),
    /// Structured content; the function checks and normalises it, or says what is wrong.
    Structured(fn(serde_json::Value) -> Result<serde_json::Value, String>),
    /// Bytes; only in tables of the store.
    Bytes,
}

impl Type {
    /// The type's name for people and for the schema.
    pub fn name(&self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Bool => "yes_or_no",
            Type::Int => "number",
            Type::Instant => "instant",
            Type::Date => "date",
            Type::Choice(_) => "choice",
            Type::Reference(_) => "reference",
            Type::Structured(_) => "structured",
            Type::Bytes => "bytes",
        }
    }

    /// Reads the API's JSON. `resolve` finds a record by kind and by `ref` or id.
    ///
    /// # Errors
    /// A problem for people, without the field's name.
    pub fn parse(
        &self,
        json: &serde_json::Value,
        resolve: &mut dyn FnMut(&'static str, &str) -> Result<Uuid, String>,
    ) -> Result<Value, String> {
        use serde_json::Value as Json;
        match (self, json) {
            (_, Json::Null) => Ok(Value::Null),
            (Type::Text, Json::String(text)) if text.contains('\0') => {
                Err("holds a NUL character, which no database keeps".into())
            }
            (Type::Text, Json::String(text)) if text.is_empty() => Ok(Value::Null),
            (Type::Text, Json::String(text)) => Ok(Value::Text(text.clone())),
            (Type::Bool, Json::Bool(flag)) => Ok(Value::Bool(*flag)),
            (Type::Int, Json::Number(number)) => number
                .as_i64()
                .map(Value::Int)
                .ok_or_else(|| format!("{number} is no whole number in the 64-bit range")),
            (Type::Instant, Json::String(text)) => {
                let instant = text
                    .parse::<Timestamp>()
                    .map_err(|_| format!("\"{text}\" is no instant; write it like 2026-01-31T14:05:00Z"))?;
                let kept = is_kept(instant).then(|| Value::Instant(whole_second(instant)));
                kept.ok_or_else(|| format!("{instant} lies outside of the years 1 to 9999"))
            }
            (Type::Date, Json::String(text)) => {
                let date = text
                    .parse::<Date>()
                    .map_err(|_| format!("\"{text}\" is no date; write it like 2026-01-31"))?;
                let kept = (date.year() >= 1).then_some(Value::Date(date));
                kept.ok_or_else(|| format!("{date} lies outside of the years 1 to 9999"))
            }
            (Type::Choice(choice), Json::String(word)) => {
                if choice.has(word) {
                    Ok(Value::Text(word.clone()))
                } else {
                    Err(format!("\"{word}\" is not one of: {}", choice.words.join(", ")))
                }
            }
            (Type::Reference(kind), Json::String(name)) => resolve(kind, name).map(Value::Id),
            (Type::Structured(_), json) if holds_nul(json) => {
                Err("holds a NUL character, which no database keeps".into())
            }
            (Type::Structured(check), json) => check(json.clone()).map(Value::Json),
            (wanted, _) => Err(format!("a {} is wanted here", wanted.name().replace('_', " "))),
        }
    }

    /// Reads a journal or file value, in which references are ids and nothing is looked up.
    ///
    /// # Errors
    /// A problem for people, without the field's name.
    pub fn parse_stored(&self, json: &serde_json::Value) -> Result<Value, String> {
        self.parse(json, &mut |_, text| text.parse().map_err(|_| format!("\"{text}\" is no id")))
    }
}

fn holds_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(holds_nul),
        serde_json::Value::Object(map) => {
            map.iter().any(|(name, value)| name.contains('\0') || holds_nul(value))
        }
        _ => false,
    }
}

/// Whose personal data a field holds. Such content stands in the journal as a salted commitment
/// and can be erased without breaking proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The record is the person.
    Itself,
    /// The person named by this reference field of the same record.
    Named(&'static str),
}

/// Whether and for whom a field's words are found by search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Not searched.
    No,
    /// Found by everyone who may read the record.
    Public,
    /// Found by staff only.
    Internal,
}

/// What is known of a field without its kind.
#[derive(Debug, Clone, Copy)]
pub struct FieldDef {
    /// Name in the struct, the column, the API and CSV files.
    pub name: &'static str,
    /// One sentence for forms and documentation.
    pub help: &'static str,
    /// Type of the content.
    pub ty: Type,
    /// Must be given.
    pub required: bool,
    /// Has a database index.
    pub indexed: bool,
    /// No two records share a value.
    pub unique: bool,
    /// Set by rules, or given with a move that asks for it or takes it; all other input that names it is refused.
    pub system: bool,
    /// Whose personal data it is.
    pub personal: Option<Subject>,
    /// Whether its words are searched.
    pub search: Search,
    /// The person it names stands in the relation *own* to the record.
    pub own: bool,
    /// Shown to staff, never to customers.
    pub staff_only: bool,
}

/// A field of kind `K`: its description and how to reach it in the struct.
#[derive(Clone, Copy)]
pub struct Field<K> {
    /// Description without the kind.
    pub def: FieldDef,
    /// Reads the field.
    pub get: fn(&K) -> Value,
    /// Writes the field; an error is a problem for people.
    pub set: fn(&mut K, Value) -> Result<(), String>,
}

impl<K> Field<K> {
    /// A plain field. Made by [`fields!`](crate::fields!).
    pub const fn new(
        name: &'static str,
        help: &'static str,
        ty: Type,
        get: fn(&K) -> Value,
        set: fn(&mut K, Value) -> Result<(), String>,
    ) -> Self {
        let def = FieldDef {
            name,
            help,
            ty,
            required: false,
            indexed: false,
            unique: false,
            system: false,
            personal: None,
            search: Search::No,
            own: false,
            staff_only: false,
        };
        Self { def, get, set }
    }

    /// Must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.def.required = true;
        self
    }

    /// Gets a database index. Of a yes-or-no field only those that say yes are in it, by their state.
    #[must_use]
    pub const fn indexed(mut self) -> Self {
        self.def.indexed = true;
        self
    }

    /// No two records share a value.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.def.unique = true;
        self
    }

    /// Set by rules, or given with a move that names it.
    #[must_use]
    pub const fn system(mut self) -> Self {
        self.def.system = true;
        self
    }

    /// Holds personal data of `subject`.
    #[must_use]
    pub const fn personal(mut self, subject: Subject) -> Self {
        self.def.personal = Some(subject);
        self
    }

    /// The person it names owns the record: what roles may do with their own records they may do with it.
    #[must_use]
    pub const fn own(mut self) -> Self {
        self.def.own = true;
        self
    }

    /// Shown to staff, never to customers.
    #[must_use]
    pub const fn staff_only(mut self) -> Self {
        self.def.staff_only = true;
        self
    }

    /// Its words are searched.
    #[must_use]
    pub const fn searched(mut self, search: Search) -> Self {
        self.def.search = search;
        self
    }
}

/// All fields of a kind, with the functions that need the struct's shape.
#[derive(Clone, Copy)]
pub struct Fields<K: 'static> {
    /// In the order of the form.
    pub list: &'static [Field<K>],
    /// A struct with nothing in it.
    pub empty: fn() -> K,
}

/// A Rust type that a field may have.
pub trait FieldType: Sized {
    /// The field type it is seen as.
    const TYPE: Type;
    /// To the untyped view; *nothing* becomes [`Value::Null`].
    fn to_value(&self) -> Value;
    /// From the untyped view.
    ///
    /// # Errors
    /// A problem for people when the value is of another type.
    fn from_value(value: Value) -> Result<Self, String>;
}

fn wanted<T>(what: &str, value: &Value) -> Result<T, String> {
    Err(format!("a {what} is wanted here, not {value:?}"))
}

impl FieldType for String {
    const TYPE: Type = Type::Text;
    fn to_value(&self) -> Value {
        if self.is_empty() { Value::Null } else { Value::Text(self.clone()) }
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(String::new()),
            Value::Text(text) => Ok(text),
            other => wanted("text", &other),
        }
    }
}

impl FieldType for bool {
    const TYPE: Type = Type::Bool;
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(false),
            Value::Bool(flag) => Ok(flag),
            other => wanted("yes or no", &other),
        }
    }
}

impl FieldType for Option<i64> {
    const TYPE: Type = Type::Int;
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            Value::Int(int) => Ok(Some(int)),
            other => wanted("number", &other),
        }
    }
}

impl FieldType for i64 {
    const TYPE: Type = Type::Int;
    fn to_value(&self) -> Value {
        Value::Int(*self)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        Option::<i64>::from_value(value).map(Option::unwrap_or_default)
    }
}

impl FieldType for Option<Timestamp> {
    const TYPE: Type = Type::Instant;
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            Value::Instant(instant) => Ok(Some(instant)),
            other => wanted("instant", &other),
        }
    }
}

impl FieldType for Option<Date> {
    const TYPE: Type = Type::Date;
    fn to_value(&self) -> Value {
        self.map_or(Value::Null, Value::Date)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            Value::Date(date) => Ok(Some(date)),
            other => wanted("date", &other),
        }
    }
}

impl<C: Choice> FieldType for C {
    const TYPE: Type = Type::Choice(C::DEF);
    fn to_value(&self) -> Value {
        Value::Text(self.name().into())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(C::default()),
            Value::Text(word) => C::parse(&word)
                .ok_or_else(|| format!("\"{word}\" is not one of: {}", C::DEF.words.join(", "))),
            other => wanted("word of a list", &other),
        }
    }
}

impl<C: Choice> FieldType for Option<C> {
    const TYPE: Type = Type::Choice(C::DEF);
    fn to_value(&self) -> Value {
        self.map_or(Value::Null, |choice| choice.to_value())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        if value.is_null() { Ok(None) } else { C::from_value(value).map(Some) }
    }
}

impl<K: crate::Kind> FieldType for Id<K> {
    const TYPE: Type = Type::Reference(K::NAME);
    fn to_value(&self) -> Value {
        Value::from(self.uuid())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(Id::none()),
            Value::Id(uuid) => Ok(Id::new(uuid)),
            other => wanted("reference", &other),
        }
    }
}

/// Structured content of a field: stored as JSON, checked as `T`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Structured<T>(pub T);

impl<T: Serialize + DeserializeOwned + Default> FieldType for Structured<T> {
    const TYPE: Type = Type::Structured(|json| {
        let typed: T = serde_json::from_value(json).map_err(|error| error.to_string())?;
        serde_json::to_value(typed).map_err(|error| error.to_string())
    });
    fn to_value(&self) -> Value {
        serde_json::to_value(&self.0).map_or(Value::Null, Value::Json)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(Self::default()),
            Value::Json(json) => serde_json::from_value(json).map(Self).map_err(|error| error.to_string()),
            other => wanted("structured value", &other),
        }
    }
}

/// The type of the field that a getter reaches. Used by [`fields!`](crate::fields!).
pub const fn type_of<K, T: FieldType>(_: fn(&K) -> &T) -> Type {
    T::TYPE
}

/// Lists the fields of a kind's struct, each with one sentence of help and options.
///
/// ```ignore
/// fields!(Incident {
///     service: "The service that is hit".indexed(),
///     resolution: "What restored the service".searched(Search::Public),
/// })
/// ```
/// The list rebuilds the struct, so the compiler names a field that was forgotten.
#[macro_export]
macro_rules! fields {
    ($kind:ident { $($name:ident : $help:literal $(. $option:ident ( $($argument:expr),* ))*),* $(,)? }) => {
        $crate::Fields {
            list: &[$(
                $crate::Field::<$kind>::new(
                    stringify!($name),
                    $help,
                    $crate::field::type_of::<$kind, _>(|kind| &kind.$name),
                    |kind| $crate::FieldType::to_value(&kind.$name),
                    |kind, value| {
                        kind.$name = $crate::FieldType::from_value(value)?;
                        Ok(())
                    },
                ) $(. $option ( $($argument),* ))*
            ),*],
            empty: || $kind { head: Default::default(), $($name: Default::default()),* },
        }
    };
}

/// Names fields of a kind; a misspelt one does not compile: `names!(Incident: resolution)`.
#[macro_export]
macro_rules! names {
    ($kind:ident : $($name:ident),+ $(,)?) => {{
        const _: fn(&$kind) = |kind| { $(let _ = &kind.$name;)+ };
        &[$(stringify!($name)),+]
    }};
}
