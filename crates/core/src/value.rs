//! The untyped view of a field's content: exists once, at the edge.

use std::{cmp::Ordering, fmt};

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

/// Content of a column or a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, or not known.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number; durations are whole seconds.
    Int(i64),
    /// Text, or the name of a choice.
    Text(String),
    /// A moment in UTC, whole seconds.
    Instant(Timestamp),
    /// A local date.
    Date(Date),
    /// A record.
    Id(Uuid),
    /// Structured content without floating point numbers.
    Json(serde_json::Value),
    /// Raw bytes: hashes and encoded journal entries. Never a field of a kind.
    Bytes(Vec<u8>),
}

/// Cuts a moment to the whole second at or before it: the resolution of all rules.
pub fn whole_second(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_millisecond().div_euclid(1000)).unwrap_or(instant)
}

/// True for the years 1 to 9999, which both databases keep and order alike.
pub fn is_kept(instant: Timestamp) -> bool {
    // From 0001-01-01T00:00:00Z to the last second that every zone can show.
    (-62_135_596_800..=253_402_207_200).contains(&instant.as_second())
}

impl Value {
    /// True for [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// The moment, if this is one.
    pub fn as_instant(&self) -> Option<Timestamp> {
        match self {
            Value::Instant(instant) => Some(*instant),
            _ => None,
        }
    }

    /// The record's id, if this is one.
    pub fn as_id(&self) -> Option<Uuid> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// The flag, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The bytes, if this is that.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The order that both databases use: NULL first, texts by their bytes.
    pub fn order(&self, other: &Value) -> Ordering {
        fn rank(value: &Value) -> u8 {
            match value {
                Value::Null => 0,
                Value::Bool(_) => 1,
                Value::Int(_) => 2,
                Value::Instant(_) => 3,
                Value::Date(_) => 4,
                Value::Text(_) => 5,
                Value::Id(_) => 6,
                Value::Bytes(_) => 7,
                Value::Json(_) => 8,
            }
        }
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Id(a), Value::Id(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
            (Value::Json(a), Value::Json(b)) => a.to_string().cmp(&b.to_string()),
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }

    /// The JSON of the API: instants as RFC 3339 in UTC with `Z`, ids as text.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Int(int) => Json::from(*int),
            Value::Text(text) => Json::String(text.clone()),
            Value::Instant(instant) => Json::String(instant.to_string()),
            Value::Date(date) => Json::String(date.to_string()),
            Value::Id(id) => Json::String(id.to_string()),
            Value::Json(json) => json.clone(),
            Value::Bytes(bytes) => Json::String(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Text(text) => f.write_str(text),
            other => match other.to_json() {
                serde_json::Value::String(text) => f.write_str(&text),
                json => write!(f, "{json}"),
            },
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}
impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Value::Int(int)
    }
}
impl From<u64> for Value {
    fn from(int: u64) -> Self {
        Value::Int(i64::try_from(int).unwrap_or(i64::MAX))
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}
impl From<Timestamp> for Value {
    fn from(instant: Timestamp) -> Self {
        Value::Instant(instant)
    }
}
impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        if id.is_nil() { Value::Null } else { Value::Id(id) }
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(bytes)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(option: Option<T>) -> Self {
        option.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_cut_to_the_whole_second_before_it_also_before_1970() {
        let cut = |text: &str| whole_second(text.parse().unwrap()).to_string();
        assert_eq!(cut("2026-01-01T00:00:00.999Z"), "2026-01-01T00:00:00Z");
        assert_eq!(cut("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn nothing_sorts_before_everything() {
        assert_eq!(Value::Null.order(&Value::Int(i64::MIN)), Ordering::Less);
        assert_eq!(Value::from("Z").order(&Value::from("a")), Ordering::Less);
    }
}
