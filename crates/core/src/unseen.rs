//! Characters that nobody sees, and what they may stand in.
//!
//! Control characters reach terminals, mail headers and files; turned directions and marks without width make one
//! name look like another. Both are refused where they have no business, so that what is read is what is stored.

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One: titles, names, words by which records are found.
    One,
    /// Many: descriptions, comments. Languages that are written from the right may steer their direction here.
    Many,
}

/// Characters that are not seen or turn the direction of what is seen: control characters, marks without width,
/// tags. U+200C and U+200D, which join letters and pictures, are among them.
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// What is wrong with a text, for people: the first character that may not stand in it.
pub fn problem(text: &str, lines: Lines) -> Option<String> {
    let mut before = None;
    for (at, character) in text.char_indices() {
        let after = text[at + character.len_utf8()..].chars().next();
        if is_refused(character, lines, before, after) {
            let code = u32::from(character);
            return Some(match character {
                '\0' => "holds a NUL character, which no database keeps".into(),
                '\n' | '\r' | '\t' => "is one line, without line ends and tabs".into(),
                _ => format!("holds the character U+{code:04X}, which is not seen; take it out"),
            });
        }
        before = Some(character);
    }
    None
}

fn is_refused(character: char, lines: Lines, before: Option<char>, after: Option<char>) -> bool {
    match (character, lines) {
        ('\n' | '\r' | '\t', Lines::Many) => false,
        (character, _) if character.is_control() => true,
        (_, Lines::Many) => false,
        // Persian words and pictures of families are written with these, between two characters that are seen.
        ('\u{200c}' | '\u{200d}', _) => {
            let is_seen = |beside: Option<char>| {
                beside
                    .is_some_and(|beside| !beside.is_whitespace() && !is_unseen(beside) && !beside.is_ascii())
            };
            !(is_seen(before) && is_seen(after))
        }
        // The soft hyphen and the three flags of countries' parts are harmless: they never hide a whole word.
        ('\u{ad}' | '\u{e0020}'..='\u{e007f}', _) => false,
        (character, _) => is_unseen(character),
    }
}

/// The first problem of a text anywhere in structured content.
pub fn problem_within(json: &serde_json::Value) -> Option<String> {
    use serde_json::Value as Json;
    match json {
        Json::String(text) => problem(text, Lines::Many),
        Json::Array(items) => items.iter().find_map(problem_within),
        Json::Object(map) => {
            map.iter().find_map(|(name, value)| problem(name, Lines::One).or_else(|| problem_within(value)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r29_control_characters_stand_nowhere_and_turned_directions_in_no_line() {
        for text in ["a\0b", "a\u{1}b", "\u{1b}[2J", "a\u{7f}", "a\u{85}b"] {
            assert!(problem(text, Lines::One).is_some() && problem(text, Lines::Many).is_some(), "{text:?}");
        }
        for text in
            ["\u{202e}txt.exe", "ad\u{200b}min", "\u{2066}x", "\u{feff}x", "a\nb", "a\tb", "a\u{2028}b"]
        {
            assert!(problem(text, Lines::One).is_some(), "{text:?}");
            assert_eq!(problem(text, Lines::Many), None, "{text:?}");
        }
    }

    #[test]
    fn words_of_all_languages_and_pictures_are_texts() {
        for text in [
            "Übertragung",
            "می‌خواهم",
            "👨‍👩‍👧 family",
            "नमस्ते",
            "שלום",
            "日本語",
            "e\u{301}",
            "Weiter\u{ad}leitung",
        ] {
            assert_eq!(problem(text, Lines::One), None, "{text:?}");
        }
    }

    #[test]
    fn a_joiner_joins_something() {
        for text in ["\u{200d}x", "ad\u{200d}min", "x\u{200c}", "ש\u{200d}\u{200d}ל"] {
            assert!(problem(text, Lines::One).is_some(), "{text:?}");
        }
    }

    #[test]
    fn what_is_within_structured_content_is_looked_at() {
        assert!(problem_within(&serde_json::json!([{"a": ["b\u{1}"]}])).is_some());
        assert!(problem_within(&serde_json::json!([{"a\u{202e}": 1}])).is_some());
        assert!(problem_within(&serde_json::json!([{"a": "b\nc", "d": 1}])).is_none());
    }
}
