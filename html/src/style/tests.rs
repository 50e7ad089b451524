//! Whether what stands on what can be read.

use std::collections::BTreeMap;

use super::STYLESHEET;

/// What a text stands on: 4.5 to 1 (WCAG 2.2, 1.4.3).
const TEXTS: &[(&str, &str)] = &[
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "neutral-soft"),
    ("ink", "information-soft"),
    ("ink", "success-soft"),
    ("ink", "warning-soft"),
    ("ink", "danger-soft"),
    ("muted", "paper"),
    ("muted", "surface"),
    ("muted", "neutral-soft"),
    ("link", "paper"),
    ("link", "surface"),
    ("link", "neutral-soft"),
    ("link", "information-soft"),
    ("link", "success-soft"),
    ("link", "warning-soft"),
    ("link", "danger-soft"),
    ("link-visited", "paper"),
    ("link-visited", "surface"),
    ("link-visited", "neutral-soft"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("brand-deep", "neutral-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("danger", "paper"),
    ("danger", "surface"),
    ("danger", "danger-soft"),
    ("on-danger", "danger"),
    ("success", "success-soft"),
    ("warning", "warning-soft"),
    ("information", "information-soft"),
    ("neutral", "neutral-soft"),
];

/// What has to be seen on what, though it is no text: 3 to 1 (WCAG 2.2, 1.4.11).
const SHAPES: &[(&str, &str)] = &[
    ("edge", "paper"),
    ("edge", "surface"),
    ("danger", "surface"),
    ("brand", "paper"),
    ("success", "paper"),
    ("warning", "paper"),
    ("focus", "on-focus"),
];

#[test]
fn every_text_can_be_read_on_what_it_stands_on() {
    for (scheme, colours) in schemes() {
        for (text, ground) in TEXTS {
            let contrast = contrast(colours[*text], colours[*ground]);
            assert!(contrast >= 4.5, "{scheme}: {text} on {ground} has {contrast:.2}");
        }
    }
}

#[test]
fn every_edge_and_mark_is_seen() {
    for (scheme, colours) in schemes() {
        for (shape, ground) in SHAPES {
            let contrast = contrast(colours[*shape], colours[*ground]);
            assert!(contrast >= 3.0, "{scheme}: {shape} on {ground} has {contrast:.2}");
        }
    }
}

#[test]
fn one_of_the_two_colours_of_the_focus_is_seen_on_every_ground() {
    for (scheme, colours) in schemes() {
        for ground in ["paper", "surface", "neutral-soft", "danger-soft", "brand", "danger"] {
            let seen = ["focus", "on-focus"].map(|colour| contrast(colours[colour], colours[ground]));
            assert!(seen[0].max(seen[1]) >= 3.0, "{scheme}: the focus on {ground} has {seen:?}");
        }
    }
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    for word in ["url(", "@import", "@font-face", "http:", "https:"] {
        assert!(!STYLESHEET.contains(word), "{word}");
    }
    assert!(STYLESHEET.len() < 16 << 10, "{} bytes", STYLESHEET.len());
}

type Colours = BTreeMap<&'static str, [f64; 3]>;

/// The colours of the light and the dark scheme.
fn schemes() -> [(&'static str, Colours); 2] {
    let mut blocks = STYLESHEET.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    let light = colours(blocks.next().expect("the light colours"));
    let mut dark = light.clone();
    dark.extend(colours(blocks.next().expect("the dark colours")));
    [("light", light), ("dark", dark)]
}

fn colours(block: &'static str) -> Colours {
    let declarations =
        block.split(';').filter_map(|declaration| declaration.trim().strip_prefix("--")?.split_once(": #"));
    declarations.map(|(name, hex)| (name, [0, 2, 4].map(|at| channel(&hex[at..at + 2])))).collect()
}

/// WCAG 2.2, "relative luminance".
fn channel(hex: &str) -> f64 {
    let value = f64::from(u8::from_str_radix(hex, 16).expect("a colour")) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |[red, green, blue]: [f64; 3]| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
