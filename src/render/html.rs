//! The little HTML that we write ourselves, around what the sanitizer let through.

use super::page::Outlet;
use std::fmt::Write;

/// How many other outlets a person is shown; programs get them all.
const NAMED: usize = 20;

/// `text` as one paragraph; its line feeds become breaks.
pub(super) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escaped(text).replace('\n', "<br>"))
}

/// "Also: …", so that every reader shows who else tells the story; empty when nobody does.
pub(super) fn also(outlets: &[Outlet]) -> String {
    let mut named: Vec<&Outlet> = Vec::new();
    for outlet in outlets.iter().filter(|outlet| outlet.link.is_some()) {
        let same = |other: &&Outlet| other.name == outlet.name && other.language == outlet.language;
        if !named.iter().any(same) {
            named.push(outlet);
        }
    }
    if named.is_empty() {
        return String::new();
    }
    let more = named.len().saturating_sub(NAMED);
    let mentions: Vec<String> = named.into_iter().take(NAMED).map(mention).collect();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("<p lang=\"en\">Also: {}{more}</p>", mentions.join(", "))
}

fn mention(outlet: &Outlet) -> String {
    let mut html = String::from("<a");
    let mut attribute = |name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(html, " {name}=\"{}\"", escaped(value));
        }
    };
    attribute("href", outlet.link.as_deref().unwrap_or_default());
    attribute("hreflang", outlet.language.unwrap_or_default());
    attribute("lang", outlet.language.unwrap_or_default());
    attribute("title", &outlet.title);
    let language = outlet.language.map(|tag| format!(" ({tag})")).unwrap_or_default();
    format!("{html}>{}</a>{language}", escaped(&outlet.name))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
