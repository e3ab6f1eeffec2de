//! Reading canonical bytes. There is one spelling of each value, and this reader knows no other: it does not
//! tolerate first and compare afterwards.

use std::collections::BTreeMap;

use crate::entry::EntryError;
use crate::json::Json;

/// A place in canonical text.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, EntryError> {
        let text =
            std::str::from_utf8(bytes).map_err(|error| EntryError::NotUtf8 { at: error.valid_up_to() })?;
        Ok(Cursor { text, at: 0 })
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn refuse<T>(&self, expected: &'static str) -> Result<T, EntryError> {
        Err(EntryError::NotCanonical { at: self.at, expected })
    }

    /// Takes `literal` if it stands here.
    pub(crate) fn skip(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal.as_bytes());
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Takes `literal` or refuses the input.
    pub(crate) fn literal(&mut self, literal: &'static str) -> Result<(), EntryError> {
        if self.skip(literal) { Ok(()) } else { self.refuse(literal) }
    }

    /// Refuses anything that is left.
    pub(crate) fn end(&self) -> Result<(), EntryError> {
        if self.at == self.text.len() { Ok(()) } else { self.refuse("the end") }
    }

    /// A whole number with sign: no leading zero, no `-0`, within 64 bits.
    pub(crate) fn int(&mut self) -> Result<i64, EntryError> {
        let rest = self.rest();
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let padded = digits > 1 && rest[sign] == b'0';
        let minus_zero = sign == 1 && digits == 1 && rest[sign] == b'0';
        if digits == 0 || padded || minus_zero {
            return self.refuse("a whole number");
        }
        let end = self.at + sign + digits;
        match self.text[self.at..end].parse() {
            Ok(value) => {
                self.at = end;
                Ok(value)
            }
            Err(_) => self.refuse("a whole number of 64 bits"),
        }
    }

    /// A whole number that fits `T`, which is an unsigned type.
    pub(crate) fn count<T: TryFrom<i64>>(&mut self) -> Result<T, EntryError> {
        let at = self.at;
        let value = self.int()?;
        T::try_from(value)
            .map_err(|_| EntryError::NotCanonical { at, expected: "a smaller number, not below zero" })
    }

    /// A text in quotes.
    pub(crate) fn text(&mut self) -> Result<String, EntryError> {
        if self.peek() != Some(b'"') {
            return self.refuse("a text");
        }
        self.at += 1;
        let mut out = String::new();
        loop {
            let plain = self
                .rest()
                .iter()
                .position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\')
                .unwrap_or(self.rest().len());
            out.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return self.refuse("the end of a text"),
            }
        }
    }

    /// One of the escapes that canonical text has: `\"`, `\\` and `\u0000` to `\u001f`.
    fn escape(&mut self) -> Result<char, EntryError> {
        if self.skip("\\\"") {
            return Ok('"');
        }
        if self.skip("\\\\") {
            return Ok('\\');
        }
        if let [b'\\', b'u', b'0', b'0', high @ (b'0' | b'1'), low @ (b'0'..=b'9' | b'a'..=b'f'), ..] =
            *self.rest()
        {
            self.at += 6;
            let low = if low.is_ascii_digit() { low - b'0' } else { low - b'a' + 10 };
            return Ok(char::from((high - b'0') * 16 + low));
        }
        self.refuse("an escape that is needed")
    }

    /// A list, each item by `item`.
    pub(crate) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, EntryError>,
    ) -> Result<Vec<T>, EntryError> {
        self.literal("[")?;
        let mut items = Vec::new();
        if self.skip("]") {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.skip("]") {
                return Ok(items);
            }
            self.literal(",")?;
        }
    }

    /// A map with names in rising order of their bytes, each value by `value`.
    pub(crate) fn map<T>(
        &mut self,
        mut value: impl FnMut(&mut Self) -> Result<T, EntryError>,
    ) -> Result<BTreeMap<String, T>, EntryError> {
        self.literal("{")?;
        let mut members: Vec<(String, T)> = Vec::new();
        if self.skip("}") {
            return Ok(BTreeMap::new());
        }
        loop {
            let at = self.at;
            let name = self.text()?;
            if members.last().is_some_and(|(before, _)| *before >= name) {
                return Err(EntryError::NotCanonical {
                    at,
                    expected: "a name that sorts after the one before",
                });
            }
            self.literal(":")?;
            members.push((name, value(self)?));
            if self.skip("}") {
                return Ok(members.into_iter().collect());
            }
            self.literal(",")?;
        }
    }

    /// Any value, with at most `depth` lists and maps inside each other.
    pub(crate) fn value(&mut self, depth: usize) -> Result<Json, EntryError> {
        match self.peek() {
            Some(b'"') => Ok(Json::Text(self.text()?)),
            Some(b'{' | b'[') if depth == 0 => Err(EntryError::TooDeep { at: self.at }),
            Some(b'{') => Ok(Json::Map(self.map(|cursor| cursor.value(depth - 1))?)),
            Some(b'[') => Ok(Json::List(self.list(|cursor| cursor.value(depth - 1))?)),
            Some(b'-' | b'0'..=b'9') => Ok(Json::Int(self.int()?)),
            _ if self.skip("null") => Ok(Json::Null),
            _ if self.skip("true") => Ok(Json::Bool(true)),
            _ if self.skip("false") => Ok(Json::Bool(false)),
            _ => self.refuse("a value"),
        }
    }
}
