//! Every text colour can be read on every ground it stands on, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11).

use std::{collections::BTreeMap, fs, path::Path};

type Colour = [f64; 3];

fn themes() -> Vec<BTreeMap<String, Colour>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/colours.css");
    let text = fs::read_to_string(path).expect("the style sheet is there");
    let blocks = text.split('{').skip(1).filter_map(|block| block.split_once('}')).map(|(block, _)| block);
    let theme = |block: &str| -> BTreeMap<String, Colour> {
        let lines = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
        lines.map(|(name, hex)| (name.to_owned(), colour(hex))).collect()
    };
    blocks.map(theme).filter(|theme| !theme.is_empty()).collect()
}

fn colour(hex: &str) -> Colour {
    let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two hex digits"));
    [part(0), part(2), part(4)]
}

fn luminance(colour: &Colour) -> f64 {
    let linear = |part: f64| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

fn contrast(one: &Colour, other: &Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Text colours with the grounds they stand on.
const TEXTS: &[(&str, &[&str])] = &[
    (
        "ink",
        &[
            "ground",
            "surface",
            "hover",
            "grey-soft",
            "blue-soft",
            "amber-soft",
            "red-soft",
            "green-soft",
            "mark",
        ],
    ),
    ("quiet", &["ground", "surface", "hover", "grey-soft", "amber-soft", "blue-soft"]),
    ("accent", &["ground", "surface", "hover", "blue-soft"]),
    ("accent-ink", &["accent"]),
    ("grey", &["ground", "surface", "hover", "blue-soft"]),
    ("blue", &["ground", "surface", "hover", "blue-soft"]),
    ("amber", &["ground", "surface", "hover", "amber-soft", "blue-soft"]),
    ("red", &["ground", "surface", "hover", "red-soft", "blue-soft"]),
    ("green", &["ground", "surface", "hover", "green-soft", "blue-soft"]),
];

#[test]
fn every_text_has_a_contrast_of_at_least_four_and_a_half() {
    let themes = themes();
    assert_eq!(themes.len(), 2, "light and dark");
    for theme in &themes {
        for (text, grounds) in TEXTS {
            for ground in *grounds {
                let ratio = contrast(&theme[*text], &theme[*ground]);
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_borders_of_what_is_filled_in_have_a_contrast_of_at_least_three() {
    for theme in &themes() {
        for ground in ["surface", "ground"] {
            let ratio = contrast(&theme["line-strong"], &theme[ground]);
            assert!(ratio >= 3.0, "line-strong on {ground}: {ratio:.2}");
        }
    }
}
