//! Folding of text for search: done here, not by a database, so that both find the same records.

use std::collections::BTreeSet;

use unicode_normalization::char::decompose_canonical;

/// Most characters of one text that are indexed; the rest is kept but not searched.
pub const INDEXED_CHARACTERS: usize = 50_000;

/// Most words of one question.
pub const ASKED_WORDS: usize = 64;

/// Most characters of one word that are indexed: the databases' indexes have limits of their own.
const WORD_CHARACTERS: usize = 100;

/// Splits text into folded words: letters and digits only, lower case, accents removed.
///
/// `Éléphant-10` becomes `elephant` and `10`. Scripts that write without spaces give a word for each character.
/// Both databases index exactly these words.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars().take(INDEXED_CHARACTERS) {
        if stands_alone(character) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            words.push(character.to_string());
        } else if character.is_alphanumeric() && word.chars().count() < WORD_CHARACTERS {
            for lower in character.to_lowercase() {
                fold(lower, &mut word);
            }
        } else if !character.is_alphanumeric() && !is_combining(character) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The words of a question, each once; the last one stays last, for it may be a beginning only.
///
/// # Errors
/// A problem for people when there are more than [`ASKED_WORDS`]: each costs the database a look.
pub fn asked(typed: &str) -> Result<Vec<String>, String> {
    let mut known = BTreeSet::new();
    let mut asked: Vec<String> =
        words(typed).into_iter().rev().filter(|word| known.insert(word.clone())).collect();
    asked.reverse();
    if asked.len() > ASKED_WORDS {
        return Err(format!(
            "holds {} different words; at most {ASKED_WORDS} are searched for at once",
            asked.len()
        ));
    }
    Ok(asked)
}

/// The folded words joined by single spaces: what is written into the index.
pub fn folded(text: &str) -> String {
    words(text).join(" ")
}

/// Chinese characters and Japanese syllables: written without spaces between words.
fn stands_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn fold(character: char, into: &mut String) {
    if character.is_ascii() {
        into.push(character);
        return;
    }
    decompose_canonical(character, |part| {
        if !is_combining(part) {
            into.push(part);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_signs_make_no_difference() {
        assert_eq!(folded("Éléphant-10, VIỆT"), "elephant 10 viet");
        assert_eq!(folded("e\u{301}te\u{301}"), "ete");
        assert_eq!(folded("  "), "");
        assert_eq!(folded("straße"), "straße");
        assert_eq!(folded("東京 Tower"), "東 京 tower");
    }

    #[test]
    fn r32_a_question_has_each_word_once_and_no_more_than_a_limit() {
        assert_eq!(
            asked("mail is Mail down is ma"),
            Ok(vec!["mail".into(), "down".into(), "is".into(), "ma".into()])
        );
        let many = |count: usize| (0..count).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        assert_eq!(asked(&many(ASKED_WORDS)).map(|words| words.len()), Ok(ASKED_WORDS));
        assert!(asked(&many(ASKED_WORDS + 1)).is_err_and(|problem| problem.contains("65 different words")));
        assert_eq!(asked(&"<b>".repeat(5000)), Ok(vec!["b".into()]));
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"x".repeat(5000)), ["x".repeat(100)]);
    }
}
