//! The values an entry may hold, and their canonical bytes.

use std::collections::BTreeMap;

use crate::entry::EntryError;
use crate::read::Cursor;

/// How many lists and maps may stand inside each other in one value. Deeper values are refused when read, so
/// that no input can exhaust the stack of a reader.
pub const MAX_DEPTH: usize = 32;

/// A value: JSON without fractions. A quantity that needs a fraction is written in its smallest unit (minutes,
/// cents, parts per million) or as text, so that a short script in any language re-creates the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Json {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number of 64 bits with sign.
    Int(i64),
    /// Unicode text. It is not normalised: two texts that look alike may differ.
    Text(String),
    /// Values in order.
    List(Vec<Json>),
    /// Values by name, ordered by the bytes of the name.
    Map(BTreeMap<String, Json>),
}

impl Json {
    /// The canonical bytes: no spaces, names sorted by their bytes, texts escaped as little as JSON allows.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        self.write(&mut out);
        out
    }

    /// Appends the canonical bytes to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Json::Null => out.extend_from_slice(b"null"),
            Json::Bool(true) => out.extend_from_slice(b"true"),
            Json::Bool(false) => out.extend_from_slice(b"false"),
            Json::Int(value) => write_int(*value, out),
            Json::Text(text) => write_text(text, out),
            Json::List(items) => write_list(items, out, |item, out| item.write(out)),
            Json::Map(members) => write_map(members, out, |value, out| value.write(out)),
        }
    }

    /// Reads a value from its canonical bytes, and refuses any other spelling of it.
    pub fn decode(bytes: &[u8]) -> Result<Json, EntryError> {
        let mut cursor = Cursor::new(bytes)?;
        let value = cursor.value(MAX_DEPTH)?;
        cursor.end()?;
        Ok(value)
    }

    /// The number of lists and maps that stand inside each other: 0 for a plain value, 1 for a list of them.
    pub fn depth(&self) -> usize {
        match self {
            Json::List(items) => 1 + items.iter().map(Json::depth).max().unwrap_or(0),
            Json::Map(members) => 1 + members.values().map(Json::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Json::Int(value) => Some(*value),
            _ => None,
        }
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Json::Int(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Json::Text(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Json::Text(value)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

impl From<&Json> for serde_json::Value {
    fn from(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Int(value) => Self::from(*value),
            Json::Text(text) => Self::from(text.as_str()),
            Json::List(items) => items.iter().map(Self::from).collect(),
            Json::Map(members) => {
                members.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect()
            }
        }
    }
}

/// A number that is not whole, or outside of 64 bits with sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a whole number of 64 bits")]
pub struct NotWhole(String);

impl TryFrom<&serde_json::Value> for Json {
    type Error = NotWhole;

    fn try_from(value: &serde_json::Value) -> Result<Self, NotWhole> {
        Ok(match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(value) => Json::Bool(*value),
            serde_json::Value::Number(number) => {
                Json::Int(number.as_i64().ok_or_else(|| NotWhole(number.to_string()))?)
            }
            serde_json::Value::String(text) => Json::Text(text.clone()),
            serde_json::Value::Array(items) => {
                Json::List(items.iter().map(Json::try_from).collect::<Result<_, _>>()?)
            }
            serde_json::Value::Object(members) => Json::Map(
                members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), Json::try_from(value)?)))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }
}

/// Writes a text with its quotes. Escaped are only the quotation mark, the backslash and the control characters
/// U+0000 to U+001F, these as `\u00xx` in lower-case hexadecimal. Everything else stands as its UTF-8 bytes.
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    let mut written = 0;
    out.push(b'"');
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[written..at]);
        written = at + 1;
        if byte < 0x20 {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        } else {
            out.extend_from_slice(&[b'\\', byte]);
        }
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

/// Writes a whole number in decimal, without leading zeros.
pub(crate) fn write_int(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    write_unsigned(value.unsigned_abs(), out);
}

/// Writes a whole number without sign.
pub(crate) fn write_unsigned(mut value: u64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

/// Writes a list, each item by `write`.
pub(crate) fn write_list<T>(items: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

/// Writes a map, each value by `write`.
pub(crate) fn write_map<T>(
    members: &BTreeMap<String, T>,
    out: &mut Vec<u8>,
    write: impl Fn(&T, &mut Vec<u8>),
) {
    out.push(b'{');
    for (position, (name, value)) in members.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_text(name, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}
