//! What holds for the markup of every page.

use std::{collections::BTreeSet, fs, path::Path};

use mainstay_pages::Language;
use scraper::{ElementRef, Html, Node, Selector};

use crate::fixtures::Fill;

fn all() -> Vec<(String, String)> {
    let of = |language: Language, rows| {
        Fill::plain(language, rows)
            .pages()
            .into_iter()
            .map(move |(name, html)| (format!("{}-{name}", language.tag()), html))
    };
    of(Language::English, 3).chain(of(Language::German, 3)).chain(of(Language::English, 0)).collect()
}

fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).expect("a selector")).collect()
}

/// What the content security policy forbids, in parsed HTML.
pub fn forbidden(html: &Html) -> Vec<String> {
    let elements = html.tree.nodes().filter_map(|node| match node.value() {
        Node::Element(element) => Some(element),
        _ => None,
    });
    let mut found = Vec::new();
    for element in elements {
        for (name, value) in element.attrs() {
            let runs =
                name.starts_with("on") || name.starts_with("hx-on") || name == "style" || name == "srcdoc";
            // Addresses may hold any text; what htmx would evaluate stands in these.
            let can_evaluate = ["hx-vals", "hx-headers", "hx-confirm", "hx-config"].contains(&name);
            let evaluated = can_evaluate && (value.contains("js:") || value.contains("javascript:"));
            let filtered = name == "hx-trigger" && value.contains('[');
            if runs || evaluated || filtered {
                found.push(format!("<{} {name}>", element.name()));
            }
        }
        if element.name() == "style" || (element.name() == "script" && element.attr("src").is_none()) {
            found.push(format!("<{}>", element.name()));
        }
    }
    found
}

#[test]
fn no_page_holds_what_the_content_security_policy_forbids() {
    for (name, html) in all() {
        let found = forbidden(&Html::parse_document(&html));
        assert!(found.is_empty(), "{name}: {found:?}");
    }
    let bad = Html::parse_document(
        "<p style=a onclick=b hx-on:click=c hx-vals=js:d></p><style></style><script>e</script>",
    );
    assert_eq!(forbidden(&bad).len(), 6);
}

#[test]
fn no_template_marks_anything_as_safe_or_holds_inline_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for file in fs::read_dir(folder).expect("the folder is there").flatten() {
        let text = fs::read_to_string(file.path()).expect("it is text");
        for forbidden in [
            "|safe",
            "| safe",
            "escape(\"none\")",
            "{% autoescape",
            " style=",
            "<style",
            "<script>",
            "hx-on",
            "js:",
        ] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", file.path().display());
        }
    }
}

#[test]
fn every_input_has_a_label_or_a_name_for_those_who_hear_it() {
    for (name, html) in all() {
        let page = Html::parse_document(&html);
        let labelled: BTreeSet<&str> =
            select(&page, "label[for]").iter().filter_map(|label| label.attr("for")).collect();
        for input in select(&page, "input:not([type=hidden]), select, textarea") {
            let wrapped =
                input.ancestors().filter_map(ElementRef::wrap).any(|parent| parent.value().name() == "label");
            let named = input.attr("aria-label").is_some_and(|label| !label.is_empty());
            let by_id = input.attr("id").is_some_and(|id| labelled.contains(id));
            assert!(wrapped || named || by_id, "{name}: {}", input.html());
        }
    }
}

#[test]
fn every_id_stands_once_and_every_reference_to_an_id_is_kept() {
    for (name, html) in all() {
        let page = Html::parse_document(&html);
        let mut ids = BTreeSet::new();
        for element in select(&page, "[id]") {
            let id = element.attr("id").unwrap_or_default();
            assert!(ids.insert(id), "{name}: the id {id} stands twice");
        }
        for attribute in ["for", "aria-describedby", "form"] {
            for element in select(&page, &format!("[{attribute}]")) {
                let id = element.attr(attribute).unwrap_or_default();
                assert!(ids.contains(id), "{name}: {attribute}={id} leads nowhere");
            }
        }
        for link in select(&page, "a[href^='#']") {
            let id = link.attr("href").unwrap_or_default().trim_start_matches('#');
            assert!(ids.contains(id), "{name}: #{id} leads nowhere");
        }
    }
}

#[test]
fn every_page_has_one_first_heading_one_main_part_a_title_and_a_language() {
    for (name, html) in all() {
        let page = Html::parse_document(&html);
        assert_eq!(select(&page, "main h1").len(), 1, "{name}");
        assert_eq!(select(&page, "main").len(), 1, "{name}");
        assert_eq!(select(&page, "a.skip[href='#main']").len(), 1, "{name}");
        let title: String = select(&page, "head title").iter().flat_map(|title| title.text()).collect();
        assert!(title.ends_with("· Mainstay") && title.len() > 12, "{name}: {title}");
        let language = select(&page, "html")[0].attr("lang");
        assert_eq!(language, Some(&name[..2]), "{name}");
        for nav in select(&page, "nav") {
            assert!(
                nav.attr("aria-label").is_some_and(|label| !label.is_empty()),
                "{name}: a nav without a label"
            );
        }
        for table in select(&page, "table") {
            let heads = Selector::parse("th").expect("a selector");
            assert!(
                table.select(&heads).all(|head| head.attr("scope").is_some()),
                "{name}: a head without scope"
            );
        }
    }
}

#[test]
fn every_link_and_button_says_where_it_goes() {
    for (name, html) in all() {
        let page = Html::parse_document(&html);
        for element in select(&page, "a, button, summary") {
            let text: String = element.text().collect();
            let image =
                element.select(&Selector::parse("[aria-label]").expect("a selector")).next().is_some();
            assert!(!text.trim().is_empty() || image, "{name}: {}", element.html());
        }
    }
}

#[test]
fn no_page_has_more_than_one_primary_button() {
    for (name, html) in all() {
        let page = Html::parse_document(&html);
        assert!(select(&page, "main .btn-primary").len() <= 1, "{name}");
    }
}

#[test]
fn a_list_of_fifty_and_a_record_weigh_at_most_80_kilobytes() {
    for language in Language::ALL {
        for (name, html) in Fill::plain(language, 50).pages() {
            assert!(html.len() <= 80_000, "{name}: {} bytes", html.len());
        }
    }
}
