//! JSON as it is accepted (R-28): UTF-8, no name twice in an object, not nested deeper than thirty-two.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

/// Deepest nesting.
const DEEPEST: usize = 32;

/// Reads a document; the error is a sentence.
pub(crate) fn parse(bytes: &[u8]) -> Result<Json, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Level(0).deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Level(usize);

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Level {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.0 >= DEEPEST {
            Err(E::custom(format!("nested deeper than {DEEPEST}")))
        } else {
            Ok(Self(self.0 + 1))
        }
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::from(number))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::from(number))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let level = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(level)? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let level = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(level)?;
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("\"{name}\" is given twice")));
            }
            map.insert(name, value);
        }
        Ok(Json::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r28_a_name_given_twice_deep_nesting_and_bad_text_are_refused() {
        assert_eq!(
            parse(br#"{"a":1,"a":2}"#).unwrap_err().split(" at ").next(),
            Some("\"a\" is given twice")
        );
        assert!(parse("[".repeat(100_000).as_bytes()).unwrap_err().contains("nested deeper than 32"));
        assert!(parse(b"\"\xff\"").is_err());
        assert!(parse(b"{} {}").is_err());
        assert_eq!(
            parse(br#"{"a":[1,null,{"b":true}]}"#).unwrap(),
            serde_json::json!({"a": [1, null, {"b": true}]})
        );
    }
}
