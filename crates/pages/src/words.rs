//! The words of the pages, in catalogues: `texts/en.ftl` and `texts/de.ftl`.

use std::{collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use mainstay_core::choice;
use unic_langid::LanguageIdentifier;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// English; words that have no translation are shown in it.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All languages, in the order of menus.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// The tag of BCP 47: `en`, `de`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// The first of a browser's languages (header `Accept-Language`) that we have.
    pub fn accepted(header: &str) -> Self {
        let wanted = header.split(',').filter_map(|part| {
            let tag = part.split(';').next()?.trim().to_ascii_lowercase();
            let main = tag.split('-').next()?.to_owned();
            Language::ALL.into_iter().find(|language| language.tag() == main)
        });
        wanted.into_iter().next().unwrap_or_default()
    }

    fn identifier(self) -> LanguageIdentifier {
        self.tag().parse().unwrap_or_default()
    }

    fn catalogue(self) -> &'static str {
        match self {
            Language::English => include_str!("../texts/en.ftl"),
            Language::German => include_str!("../texts/de.ftl"),
        }
    }
}

/// The words of a language.
pub struct Words {
    language: Language,
    /// Messages without arguments, formatted once.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::of(Language::English));
static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::of(Language::German));

/// The words of `language`.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

impl Words {
    fn of(language: Language) -> Self {
        // A message that cannot be read is missing, and the tests say so.
        let resource =
            FluentResource::try_new(language.catalogue().to_owned()).unwrap_or_else(|(read, _)| read);
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // The marks that isolate directions would stand in titles and attributes too.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let mut plain = HashMap::new();
        for id in keys(language.catalogue()) {
            let mut errors = Vec::new();
            let value = bundle.get_message(id).and_then(|message| message.value());
            let text = value.map(|pattern| bundle.format_pattern(pattern, None, &mut errors).into_owned());
            if let (Some(text), true) = (text, errors.is_empty()) {
                plain.insert(id.to_owned(), text);
            }
        }
        Self { language, plain, bundle }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The message `key`, which takes no argument; the key itself if there is none.
    pub fn say(&'static self, key: &'static str) -> &'static str {
        self.plain.get(key).map_or(key, String::as_str)
    }

    /// The message `key` with its arguments; the key itself if there is none. Numbers that look like numbers
    /// choose plural forms.
    pub fn say_with(&self, key: &str, arguments: &[(&'static str, Argument)]) -> String {
        if let (true, Some(text)) = (arguments.is_empty(), self.plain.get(key)) {
            return text.clone();
        }
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut given = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            match argument {
                Argument::Text(text) => given.set(*name, text.as_str()),
                Argument::Number(number) => given.set(*name, *number),
            }
        }
        self.bundle.format_pattern(pattern, Some(&given), &mut Vec::new()).into_owned()
    }

    /// The message `key` with one argument.
    pub fn say_of(&self, key: &str, name: &'static str, argument: impl Into<Argument>) -> String {
        self.say_with(key, &[(name, argument.into())])
    }

    /// Name of a field for people: `assigned_team` is `Assigned team`.
    pub fn field(&self, name: &str) -> String {
        self.name_of("field", name)
    }

    /// Name of a kind, in the singular: `incident` is `Incident`.
    pub fn kind(&self, name: &str) -> String {
        self.name_of("kind", name)
    }

    /// Name of a kind's list, by the plural that the API's path has: `incidents` is `Incidents`.
    pub fn kinds(&self, plural: &str) -> String {
        self.name_of("kinds", plural)
    }

    /// A word of a closed list, as a state: `in_progress` is `In progress`.
    pub fn choice(&self, word: &str) -> String {
        self.name_of("choice", word)
    }

    /// Name of a move on its button: `resolve` is `Resolve`.
    pub fn a_move(&self, name: &str) -> String {
        self.name_of("move", name)
    }

    /// What a clock measures: `response` is `Response`.
    pub fn goal(&self, name: &str) -> String {
        self.name_of("goal", name)
    }

    /// A relation between records: `duplicate_of` is `Duplicate of`.
    pub fn relation(&self, name: &str) -> String {
        self.name_of("relation", name)
    }

    /// How the title of a kind is called: `Short description`.
    pub fn title(&self, kind: &str, descriptor: &str) -> String {
        self.or(&format!("title-{kind}"), descriptor)
    }

    /// What a record of a kind is, in a sentence.
    pub fn about(&self, kind: &str, descriptor: &str) -> String {
        self.or(&format!("about-{kind}"), descriptor)
    }

    /// What a move of a kind means, in a sentence.
    pub fn about_move(&self, kind: &str, name: &str, descriptor: &str) -> String {
        self.or(&format!("about-{kind}-{name}"), descriptor)
    }

    /// Help of a field of a kind: the translation, or the descriptor's own sentence.
    pub fn help(&self, kind: &str, field: &str, descriptor: &str) -> String {
        self.or(&format!("help-{kind}-{field}"), descriptor)
    }

    fn or(&self, key: &str, descriptor: &str) -> String {
        self.plain.get(key).cloned().unwrap_or_else(|| descriptor.to_owned())
    }

    fn name_of(&self, prefix: &str, name: &str) -> String {
        self.plain.get(&format!("{prefix}-{name}")).cloned().unwrap_or_else(|| choice::label(name))
    }
}

/// The keys of a catalogue: what stands before the sign of equality at the beginning of a line.
fn keys(catalogue: &str) -> impl Iterator<Item = &str> {
    let begins = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    catalogue.lines().filter(begins).filter_map(|line| Some(line.split_once('=')?.0.trim()))
}

/// An argument of a message.
#[derive(Debug, Clone)]
pub enum Argument {
    /// Text, written as it is.
    Text(String),
    /// A number, which may choose a plural form.
    Number(i64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Argument::Text(text.to_owned())
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Argument::Text(text.clone())
    }
}

impl From<&&String> for Argument {
    fn from(text: &&String) -> Self {
        Argument::Text((*text).clone())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Argument::Text(text)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Argument::Number(number)
    }
}

impl From<&i64> for Argument {
    fn from(number: &i64) -> Self {
        Argument::Number(*number)
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Argument::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
