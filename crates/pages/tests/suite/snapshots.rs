//! What each page looks like as HTML, for people to review.

use mainstay_pages::Language;

use crate::fixtures::Fill;

#[test]
fn every_page_is_as_it_was_reviewed() {
    for (name, html) in Fill::plain(Language::English, 3).pages() {
        insta::assert_snapshot!(name, reviewable(&html));
    }
    let german = Fill::plain(Language::German, 3).timeline().render().expect("it renders");
    insta::assert_snapshot!("record-german", reviewable(&german));
    let suggestions = Fill::plain(Language::English, 3).suggestions().render().expect("it renders");
    insta::assert_snapshot!("suggestions", reviewable(&suggestions));
}

/// One element a line; names of assets change with their content, which has tests of its own.
fn reviewable(html: &str) -> String {
    without_hashes(html).replace("><", ">\n<")
}

fn without_hashes(html: &str) -> String {
    let mut parts = html.split("/assets/");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('-').unwrap_or((part, ""));
        let rest = rest.split_once('.').map_or(rest, |(_, ending)| ending);
        shown.push_str(&format!("/assets/{name}.{rest}"));
    }
    shown
}
