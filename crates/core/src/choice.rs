//! Closed lists of words: states, levels, reasons.

/// A closed list of words. Made by [`choice!`](crate::choice!).
pub trait Choice: Copy + Eq + std::fmt::Debug + Default + Send + Sync + 'static {
    /// All words in their natural order, as stored and as people see them.
    const DEF: ChoiceDef;

    /// The word as stored and as the API has it.
    fn name(self) -> &'static str;

    /// The choice with this stored word.
    fn parse(name: &str) -> Option<Self>;
}

/// The words of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoiceDef {
    /// Name of the Rust type, for error messages and the schema of the API.
    pub name: &'static str,
    /// The stored words.
    pub words: &'static [&'static str],
}

impl ChoiceDef {
    /// True when the list has this word.
    pub fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }
}

/// The stored word as people read it: `in_progress` becomes `In progress`.
pub fn label(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut chars = spaced.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Declares a closed list of words: `choice!(State { New = "new", InProgress = "in_progress" })`.
///
/// The first word is the default. Doc comments may stand before the name and each word.
#[macro_export]
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$word_meta:meta])* $word:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$word_meta])* #[doc = $text] $word),+ }

        impl $crate::Choice for $name {
            const DEF: $crate::ChoiceDef =
                $crate::ChoiceDef { name: stringify!($name), words: &[$($text),+] };
            fn name(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }
            fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$word),)+ _ => None }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                [$(Self::$word),+][0]
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    choice!(Level { High = "high", VeryLow = "very_low" });

    #[test]
    fn a_choice_is_stored_by_its_word_and_read_back() {
        assert_eq!(Level::parse("very_low"), Some(Level::VeryLow));
        assert_eq!(Level::VeryLow.name(), "very_low");
        assert_eq!(Level::parse("lowest"), None);
        assert_eq!(Level::default(), Level::High);
        assert_eq!(label("very_low"), "Very low");
    }
}
