//! The little HTML that we write ourselves, around what the sanitizer let through.

use super::page::{Item, Listed, Outlet};
use super::xml::escape;
use crate::model::Shown;
use std::fmt::Write;

/// How many other outlets a person is shown; programs get them all.
const NAMED: usize = 20;
/// How many reasons a person is shown.
const REASONS: usize = 8;

/// What stands in front of an item's text and behind it.
pub(super) struct Around {
    before: String,
    after: String,
}

impl Around {
    pub(super) fn of(item: &Item, shown: Shown) -> Self {
        let mut after = String::new();
        if shown.outlets {
            after += &also(&item.others);
        }
        if shown.reasons {
            after += &reasons(item);
        }
        Self { before: if shown.byline { byline(item) } else { String::new() }, after }
    }

    pub(super) fn put(&self, html: &str) -> String {
        [self.before.as_str(), html, self.after.as_str()].concat()
    }
}

/// `text` as one paragraph; its line feeds become breaks.
pub(super) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escaped(text).replace('\n', "<br>"))
}

/// The source and who wrote it.
fn byline(item: &Item) -> String {
    let source = &item.source;
    let mut line = match &source.site {
        Some(site) => format!("<a href=\"{}\">{}</a>", escaped(site), escaped(&source.name)),
        None => escaped(&source.name),
    };
    for author in item.authors.iter().filter(|author| **author != source.name) {
        let _ = write!(line, " · {}", escaped(author));
    }
    let language = source.language.map(|tag| format!(" lang=\"{tag}\"")).unwrap_or_default();
    format!("<p{language}>{line}</p>")
}

/// "Also told by" and a list, so that every reader shows who else tells the story; empty when nobody
/// does.
fn also(outlets: &[Outlet]) -> String {
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
    let mut html = String::from("<p lang=\"en\">Also told by</p><ul>");
    named.into_iter().take(NAMED).for_each(|outlet| mention(&mut html, outlet));
    if more > 0 {
        let _ = write!(html, "<li lang=\"en\">and {more} more</li>");
    }
    html + "</ul>"
}

fn mention(html: &mut String, outlet: &Outlet) {
    html.push_str("<li><a");
    let mut attribute = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(html, " {name}=\"{}\"", escaped(value));
        }
    };
    attribute("href", outlet.link.as_deref().unwrap_or_default());
    attribute("hreflang", outlet.language.unwrap_or_default());
    attribute("lang", outlet.language.unwrap_or_default());
    attribute("title", &outlet.title);
    let language = outlet.language.map(|tag| format!(" ({tag})")).unwrap_or_default();
    let _ = write!(html, ">{}</a>{language}</li>", escaped(&outlet.name));
}

/// The stories of a digest: titles that lead to them, who told each, in which language, and how many others did.
pub(super) fn list(stories: &[Listed]) -> String {
    let mut html = String::from("<ul>");
    for story in stories {
        html += "<li>";
        let language = story.language.map(|tag| format!(" lang=\"{tag}\"")).unwrap_or_default();
        let title = escaped(&story.title);
        let _ = match &story.link {
            Some(link) => {
                let speaks = story.language.map(|tag| format!(" hreflang=\"{tag}\""));
                let speaks = speaks.unwrap_or_default() + &language;
                write!(html, "<a href=\"{}\"{speaks}>{title}</a>", escaped(link))
            }
            None => write!(html, "<span{language}>{title}</span>"),
        };
        let _ = write!(html, " · {}", escaped(&story.outlet));
        if let Some(tag) = story.language {
            let _ = write!(html, " ({tag})");
        }
        if story.others > 0 {
            let _ = write!(html, " · <span lang=\"en\">{}</span>", also_told(story.others));
        }
        html += "</li>";
    }
    html + "</ul>"
}

/// How many others tell a story.
pub(super) fn also_told(others: usize) -> String {
    match others {
        1 => "also told by 1 other".to_owned(),
        others => format!("also told by {others} others"),
    }
}

/// Which terms brought the item into the topic.
fn reasons(item: &Item) -> String {
    let terms = item.terms();
    if terms.is_empty() {
        return String::new();
    }
    let named: Vec<String> = terms.iter().take(REASONS).map(|term| escaped(term)).collect();
    let more = if terms.len() > REASONS { ", …" } else { "" };
    format!("<p lang=\"en\">Here because of: {}{more}</p>", named.join(", "))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape(&mut escaped, text);
    escaped
}
