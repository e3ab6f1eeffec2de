//! What surrounds every page: navigation by what one does, search, as-of switch, who is signed in.

use crate::{
    assets,
    tone::Tone,
    words::{Argument, Language, Words, words},
};

/// The cookie that keeps the theme: `light` or `dark`; absent means as the system has it.
pub const THEME_COOKIE: &str = "mainstay_theme";

/// The frame of a page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// Title of the page, for the browser's tab.
    pub title: String,
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Entries of the navigation, only those that exist and are allowed.
    pub navigation: Vec<Place>,
    /// Entries behind *More*.
    pub more: Vec<Place>,
    /// Who is signed in; without, there is neither navigation nor search.
    pub me: Option<Me>,
    /// Where the page stands, from the outermost on; the last is the page itself.
    pub breadcrumbs: Vec<Crumb>,
    /// The as-of switch; none where the page knows only now.
    pub as_of: Option<AsOf>,
    /// What just happened: `INC-000123 resolved.`
    pub notice: Option<Notice>,
    /// What was searched, to stand in the search box.
    pub query: String,
    /// Path and query of this page, to come back to.
    pub here: String,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// From the cookie.
    pub fn parse(word: &str) -> Self {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// The word in the cookie.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// An entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The word.
    pub label: String,
    /// Where it goes.
    pub href: String,
    /// The page is there.
    pub current: bool,
    /// The letter after `g` that goes there, or none.
    pub letter: Option<char>,
}

impl Place {
    /// An entry without a letter: a kind's list behind *More*.
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self { label: label.into(), href: href.into(), current, letter: None }
    }

    /// The entry of a well-known activity.
    pub fn of(activity: Activity, href: impl Into<String>, current: bool, language: Language) -> Self {
        let (key, letter) = match activity {
            Activity::Desk => ("nav-desk", 'd'),
            Activity::Incidents => ("nav-incidents", 'i'),
            Activity::Services => ("nav-services", 's'),
            Activity::Changes => ("nav-changes", 'c'),
            Activity::Knowledge => ("nav-knowledge", 'k'),
            Activity::Conformity => ("nav-conformity", 'f'),
            Activity::Reports => ("nav-reports", 'r'),
        };
        let label = words(language).say(key).to_owned();
        Self { label, href: href.into(), current, letter: Some(letter) }
    }
}

/// What people come to do, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// The day's work (`g d`).
    Desk,
    /// What was reported (`g i`).
    Incidents,
    /// What is offered and runs (`g s`).
    Services,
    /// Planned changes (`g c`).
    Changes,
    /// Known errors and articles (`g k`).
    Knowledge,
    /// The board of requirements (`g f`).
    Conformity,
    /// Reports (`g r`).
    Reports,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Me {
    /// Name.
    pub name: String,
    /// Mail address or roles, in small print.
    pub detail: String,
    /// Page of sessions and tokens.
    pub sessions_href: String,
}

impl Me {
    /// Up to two letters that stand for the name.
    pub fn initials(&self) -> String {
        let mut words = self.name.split_whitespace().filter_map(|word| word.chars().next());
        let (first, last) = (words.next(), words.next_back());
        first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
    }
}

/// One step of where a page stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crumb {
    /// The word.
    pub label: String,
    /// Where it goes; none for the page itself.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that can be gone back to.
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// The as-of switch: a `GET` form that adds `as_of` (local, as [`crate::when::for_input`] writes it) to this page's address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AsOf {
    /// Path of this page, without its query.
    pub action: String,
    /// The rest of its query, kept.
    pub hidden: Vec<(String, String)>,
    /// The instant shown, as it stands in the input; empty means now.
    pub value: String,
    /// The instant shown, for people, exact with zone; a band across the page says it when it is not now.
    pub shown: Option<String>,
    /// This page, now.
    pub now_href: String,
}

/// What just happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    /// How it went.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
}

impl Frame {
    /// A frame in a language with a title; everything else is empty.
    pub fn new(language: Language, title: impl Into<String>) -> Self {
        Self { language, title: title.into(), ..Self::default() }
    }

    /// The words of the page's language.
    pub fn words(&self) -> &'static Words {
        words(self.language)
    }

    pub(crate) fn say(&self, key: &'static str) -> &'static str {
        self.words().say(key)
    }

    pub(crate) fn say_of(&self, key: &str, name: &'static str, argument: impl Into<Argument>) -> String {
        self.words().say_of(key, name, argument)
    }

    pub(crate) fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    pub(crate) fn icons(&self) -> String {
        assets::href("icons.svg")
    }

    /// The message with its placeholder left in it, for the scripts.
    pub(crate) fn pattern(&self, key: &str) -> String {
        self.say_of(key, "time", "{time}")
    }
}
