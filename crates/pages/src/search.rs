//! Search results, with the words that were found.

use askama::Template;

use crate::{
    frame::{Frame, Place},
    list::Empty,
    page,
    tone::Badge,
    when::At,
};

/// A page with what was found.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// The frame; its `query` is what was searched.
    pub frame: Frame,
    /// How many were found, in a sentence: `12 found`, `more than 100 found, newest first`.
    pub summary: String,
    /// The same search within one kind; the current one is marked.
    pub kinds: Vec<Place>,
    /// What was found.
    pub hits: Vec<Hit>,
    /// The next page.
    pub next_href: Option<String>,
    /// What is said when nothing was found.
    pub empty: Empty,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hit {
    /// Its ref.
    pub reference: String,
    /// Its page.
    pub href: String,
    /// Its title, in pieces.
    pub title: Vec<Piece>,
    /// Where else the words stand: a field's label and its text, in pieces.
    pub places: Vec<(String, Vec<Piece>)>,
    /// State and whatever else helps to choose.
    pub badges: Vec<Badge>,
    /// When it last changed.
    pub at: At,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// It is a word that was searched.
    pub found: bool,
}

/// Cuts `text` into pieces at the places where one of `terms` begins a word, without regard to case, and shortens it
/// to about `limit` characters around the first of them.
pub fn highlight(text: &str, terms: &[&str], limit: usize) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let found = places(&chars, terms, limit);
    let first = found.first().map_or(0, |place| place.0);
    let start = if chars.len() <= limit { 0 } else { first.saturating_sub(limit / 4) };
    let end = chars.len().min(start.saturating_add(limit));
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize, found: bool| {
        if from < to {
            pieces.push(Piece { text: chars[from..to].iter().collect(), found });
        }
    };
    let mut at = start;
    for (from, to) in found.into_iter().filter(|(from, to)| *from >= start && *to <= end) {
        push(at, from, false);
        push(from, to, true);
        at = to;
    }
    push(at, end, false);
    if start > 0 {
        pieces.insert(0, Piece { text: "… ".into(), found: false });
    }
    if end < chars.len() {
        pieces.push(Piece { text: " …".into(), found: false });
    }
    pieces
}

/// Where terms begin words, as half-open ranges that do not overlap; looked for no further than `limit` characters
/// behind the first one, for no more is shown.
fn places(chars: &[char], terms: &[&str], limit: usize) -> Vec<(usize, usize)> {
    let terms: Vec<Vec<char>> = terms
        .iter()
        .map(|term| term.chars().map(fold).collect())
        .filter(|term: &Vec<char>| !term.is_empty())
        .collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < chars.len() && found.first().is_none_or(|first| at <= first.0.saturating_add(limit)) {
        let begins = at == 0 || !chars[at - 1].is_alphanumeric();
        if !begins {
            at += 1;
            continue;
        }
        let fits = |term: &&Vec<char>| {
            chars[at..].len() >= term.len()
                && chars[at..].iter().zip(*term).all(|(here, wanted)| fold(*here) == *wanted)
        };
        match terms.iter().filter(fits).map(Vec::len).max() {
            Some(length) => {
                found.push((at, at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn fold(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

page!(SearchPage);

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, terms: &[&str], limit: usize) -> String {
        let mark = |piece: &Piece| if piece.found { format!("[{}]", piece.text) } else { piece.text.clone() };
        highlight(text, terms, limit).iter().map(mark).collect()
    }

    #[test]
    fn found_words_are_marked_at_their_beginnings_whatever_their_case() {
        assert_eq!(shown("VPN drops; the vpn again", &["vpn"], 80), "[VPN] drops; the [vpn] again");
        assert_eq!(shown("Überlauf im Überlaufbecken", &["überlauf"], 80), "[Überlauf] im [Überlauf]becken");
        assert_eq!(shown("airport", &["port"], 80), "airport");
        assert_eq!(shown("nothing", &[""], 80), "nothing");
    }

    #[test]
    fn a_long_text_is_shortened_around_the_first_found_word() {
        let text = format!("{}needle {}", "hay ".repeat(50), "hay ".repeat(50));
        let shown = shown(&text, &["needle"], 40);
        assert!(shown.starts_with("… ") && shown.contains("[needle]") && shown.ends_with(" …"), "{shown}");
        assert!(shown.chars().count() < 60);
    }
}
