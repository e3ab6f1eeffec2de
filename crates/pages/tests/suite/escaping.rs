//! Hostile texts in every slot of every view struct come out as text.

use mainstay_pages::{Language, frame::Theme};
use scraper::{Html, Node};

use crate::{fixtures::Fill, markup::forbidden, payloads::HOSTILE};

/// The document as elements with the names of their attributes, and what is not text.
fn shape(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let shape = page.tree.nodes().filter_map(|node| match node.value() {
        Node::Element(element) => {
            let depth = node.ancestors().count();
            let mut names: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            Some(format!("{depth} {} {names:?}", element.name()))
        }
        Node::Comment(_) => Some("comment".to_owned()),
        Node::ProcessingInstruction(_) => Some("instruction".to_owned()),
        _ => None,
    });
    shape.collect()
}

fn filled_with(text: &dyn Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let fill = Fill { language: Language::English, theme: Theme::System, rows: 3, text, href: text };
    let mut pages = fill.pages();
    pages.push(("suggestions", fill.suggestions().render().expect("it renders")));
    pages
}

/// Long enough that a list cuts it and says the whole on hover.
fn padded(text: &str) -> String {
    format!("{text} in a text that is longer than a cell")
}

#[test]
fn hostile_texts_in_every_slot_change_no_element_and_no_attribute() {
    assert!(HOSTILE.len() >= 60);
    let harmless: Vec<_> =
        filled_with(&|_| padded("x")).into_iter().map(|(name, html)| (name, shape(&html))).collect();
    for hostile in HOSTILE {
        for ((name, html), (_, wanted)) in filled_with(&|_| padded(hostile)).iter().zip(&harmless) {
            let found = shape(html);
            let differs = found.iter().zip(wanted).find(|(found, wanted)| found != wanted);
            assert!(differs.is_none() && found.len() == wanted.len(), "{name} with {hostile:?}: {differs:?}");
            assert_eq!(
                forbidden(&Html::parse_document(html)),
                Vec::<String>::new(),
                "{name} with {hostile:?}"
            );
        }
    }
}

#[test]
fn a_text_is_shown_as_it_was_written() {
    let hostile = "<b>\"it's\"</b> & &amp; {{ x }}";
    for (name, html) in filled_with(&|_| hostile.to_owned()) {
        let page = Html::parse_document(&html);
        let shown =
            page.tree.nodes().any(|node| matches!(node.value(), Node::Text(text) if text.contains(hostile)));
        assert!(shown, "{name} shows it nowhere");
    }
}

#[test]
fn the_test_itself_sees_a_text_that_is_not_escaped() {
    assert_ne!(shape("<p>x</p>"), shape("<p><b>x</b></p>"));
    assert_ne!(shape("<p title=x></p>"), shape("<p title=x onclick=y></p>"));
}
