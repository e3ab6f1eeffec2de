//! Words of closed lists inside structured fields: stored as the same words as everywhere else.

use mainstay_core::{Choice, Goal};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// `#[serde(with = "words::list")]` for a list of a [`Choice`].
pub(crate) mod list {
    use super::*;

    pub(crate) fn serialize<C: Choice, S: Serializer>(list: &[C], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(list.iter().map(|choice| choice.name()))
    }

    pub(crate) fn deserialize<'de, C: Choice, D: Deserializer<'de>>(from: D) -> Result<Vec<C>, D::Error> {
        Vec::<String>::deserialize(from)?.iter().map(|word| parse(word)).collect()
    }
}

/// `#[serde(with = "words::one")]` for one [`Choice`].
pub(crate) mod one {
    use super::*;

    pub(crate) fn serialize<C: Choice, S: Serializer>(choice: &C, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(choice.name())
    }

    pub(crate) fn deserialize<'de, C: Choice, D: Deserializer<'de>>(from: D) -> Result<C, D::Error> {
        parse(&String::deserialize(from)?)
    }
}

/// `#[serde(with = "words::goal")]` for a clock's [`Goal`].
pub(crate) mod goal {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(goal: &Goal, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(goal.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Goal, D::Error> {
        let word = String::deserialize(from)?;
        Goal::parse(&word).ok_or_else(|| unknown(&word, &Goal::ALL.map(Goal::name)))
    }
}

fn parse<C: Choice, E: Error>(word: &str) -> Result<C, E> {
    C::parse(word).ok_or_else(|| unknown(word, C::DEF.words))
}

fn unknown<E: Error>(word: &str, words: &[&str]) -> E {
    E::custom(format!("\"{word}\" is not one of: {}", words.join(", ")))
}
