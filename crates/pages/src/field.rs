//! Fields of forms, and their inputs.

use mainstay_core::{FieldDef, Type};

use crate::words::Words;

/// A field of a form, with label, help and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// Name as the API has it; also the name in the form.
    pub name: String,
    /// Label for people.
    pub label: String,
    /// One sentence of help; none if empty.
    pub help: String,
    /// Must have content.
    pub required: bool,
    /// What to fill in.
    pub input: Input,
    /// What is wrong, as a sentence.
    pub error: Option<String>,
}

/// What a field is filled in with, and its present content. Nothing typed is ever lost: on an error give back what
/// was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line of text.
    Text(String),
    /// A mail address.
    Mail(String),
    /// Several lines of text.
    LongText(String),
    /// A whole number.
    Number {
        /// The content as sent.
        value: String,
        /// The least number allowed.
        min: Option<i64>,
        /// The greatest number allowed.
        max: Option<i64>,
    },
    /// Yes or no. The form sends `true`, or nothing.
    YesNo(bool),
    /// One word of a closed list.
    Choice {
        /// The words, in their natural order.
        choices: Vec<Choice>,
        /// An empty choice stands first.
        may_be_empty: bool,
    },
    /// A record, by its ref. The form sends what stands in the field: a ref, or `REF Title` when it was chosen from the
    /// suggestions; [`reference_of`] reads it.
    Reference {
        /// The content: `TEAM-000003 Network`, or what was sent.
        value: String,
        /// Where suggestions come from: `/suggest?kind=team`; `&q=…` is added.
        suggest_href: String,
    },
    /// A local date: `2026-01-31`.
    Date(String),
    /// An instant to the minute in the zone of the page: `2026-01-31T14:05`, see [`crate::when::for_input`].
    Instant {
        /// The content.
        value: String,
        /// The zone, for people.
        zone: String,
    },
    /// A file of the person's device; the form is sent as `multipart/form-data`.
    File,
    /// Structured content as JSON text.
    Structured(String),
    /// A secret, never given back.
    Secret,
    /// Content that cannot be changed here.
    Shown(String),
}

impl Default for Input {
    fn default() -> Self {
        Input::Text(String::new())
    }
}

/// One word of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// As stored.
    pub value: String,
    /// For people.
    pub label: String,
    /// It is the present content.
    pub chosen: bool,
}

impl Field {
    /// A field.
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self { name: name.into(), label: label.into(), input, ..Self::default() }
    }

    /// The field of a descriptor with its content as text: what was sent, or the record's value (a choice by its
    /// stored word, an instant by [`crate::when::for_input`], a reference as `REF Title`). `kind` is the kind's name,
    /// `zone` the zone of the page.
    pub fn of(def: &FieldDef, kind: &str, content: &str, zone: &str, words: &Words) -> Self {
        let value = content.to_owned();
        let input = match def.ty {
            Type::Bool => Input::YesNo(content == "true"),
            Type::Int => Input::Number { value, min: None, max: None },
            Type::Instant => Input::Instant { value, zone: zone.to_owned() },
            Type::Date => Input::Date(value),
            Type::Choice(choice) => Input::Choice {
                choices: choices(choice.words, content, words),
                may_be_empty: !def.required || content.is_empty(),
            },
            Type::Reference(to) => Input::Reference { value, suggest_href: format!("/suggest?kind={to}") },
            Type::Structured(_) => Input::Structured(value),
            Type::Bytes => Input::Shown(value),
            Type::Text if is_long(def.name) => Input::LongText(value),
            Type::Text => Input::Text(value),
        };
        Self {
            name: def.name.to_owned(),
            label: words.field(def.name),
            help: words.help(kind, def.name, def.help),
            required: def.required,
            input,
            error: None,
        }
    }

    /// Must have content.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With one sentence of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// With what is wrong.
    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }

    /// The id of the input in the page.
    pub(crate) fn id(&self) -> String {
        format!("field-{}", self.name)
    }

    pub(crate) fn is_described(&self) -> bool {
        self.error.is_some() || !self.help.is_empty()
    }

    /// Takes the whole width of a form: several lines of text, and the title.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(self.input, Input::LongText(_) | Input::Structured(_)) || self.name == "title"
    }

    pub(crate) fn is_check(&self) -> bool {
        matches!(self.input, Input::YesNo(_))
    }
}

/// Choices from the stored words of a closed list, with names in the words of a language.
pub fn choices(stored: &[&str], chosen: &str, words: &Words) -> Vec<Choice> {
    let choice = |word: &&str| Choice {
        value: (*word).to_owned(),
        label: words.choice(word),
        chosen: *word == chosen,
    };
    stored.iter().map(choice).collect()
}

/// The ref in what a reference field sent: the first word of `TEAM-000003 Network` if it looks like a ref, else the
/// whole text, trimmed, which may be a name.
pub fn reference_of(sent: &str) -> &str {
    let sent = sent.trim();
    let first = sent.split_whitespace().next().unwrap_or_default();
    let looks = first.split_once('-').is_some_and(|(prefix, number)| {
        let letters = prefix.bytes().all(|byte| byte.is_ascii_uppercase()) && !prefix.is_empty();
        letters && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if looks { first } else { sent }
}

/// Texts that people write in sentences get several lines.
fn is_long(name: &str) -> bool {
    const LONG: &[&str] =
        &["description", "resolution", "scope", "body", "text", "purpose", "workaround", "plan"];
    name.ends_with("_reason") || LONG.iter().any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_field_gives_its_ref_or_the_whole_name() {
        assert_eq!(reference_of(" TEAM-000003 Network "), "TEAM-000003");
        assert_eq!(reference_of("TEAM-000003"), "TEAM-000003");
        assert_eq!(reference_of("Network team"), "Network team");
        assert_eq!(reference_of("Wi-Fi in Berlin"), "Wi-Fi in Berlin");
        assert_eq!(reference_of("A-B 1"), "A-B 1");
    }
}
