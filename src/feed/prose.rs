//! Texts of a feed with what they are: plain, or HTML.
//!
//! Feeds lie about that in both ways. Here it is decided once, and each text is decoded exactly
//! once.

use super::cut::cut;
use super::fields::{Field, escaped};
use crate::text;
use std::borrow::Cow;

/// Longer texts are cut, in bytes.
const LONGEST: usize = 1024 * 1024;

/// A text, no longer escaped for its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prose {
    text: String,
    kind: Kind,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Characters that mean themselves.
    Plain,
    /// HTML, perhaps without a tag; what looks like a tag may be text.
    Html,
    /// HTML whose tags are tags: they stood as elements in the document.
    Markup,
}

/// RSS texts are HTML; Atom says which of its are.
pub(super) fn kind(field: &Field<'_>, is_atom: bool) -> Kind {
    let is_plain = matches!(field.attribute("type").as_deref(), None | Some("text" | "text/plain"));
    if is_atom && is_plain { Kind::Plain } else { Kind::Html }
}

/// Tags that give HTML away in a text that calls itself plain.
const TELLING: [&str; 14] = [
    "<p>",
    "<p ",
    "</p>",
    "<br",
    "<a href",
    "</a>",
    "<img ",
    "<div",
    "<ul>",
    "<li>",
    "<strong>",
    "<em>",
    "<blockquote",
    "<span ",
];

/// The elements that a title may hold; `<` before anything else is a character.
const IN_TITLES: [&str; 30] = [
    "a", "abbr", "b", "big", "blink", "br", "center", "cite", "code", "del", "div", "em", "font",
    "h1", "h2", "h3", "h4", "i", "img", "ins", "p", "q", "s", "script", "small", "span", "strong",
    "sub", "sup", "u",
];

impl Prose {
    pub(super) fn new(mut text: String, kind: Kind) -> Self {
        text.truncate(cut(&text, LONGEST).len());
        Self { text, kind }
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::new(text.into(), Kind::Plain)
    }

    pub(super) fn html(text: impl Into<String>) -> Self {
        Self::new(text.into(), Kind::Html)
    }

    pub(super) fn markup(html: String) -> Self {
        Self::new(html, Kind::Markup)
    }

    /// A body that calls itself plain but may be HTML all the same.
    pub(super) fn body(text: String, kind: Kind) -> Self {
        let is_html = kind == Kind::Plain && text.contains('<') && {
            let folded = text.to_ascii_lowercase();
            TELLING.iter().any(|tag| folded.contains(tag))
        };
        Self::new(text, if is_html { Kind::Html } else { kind })
    }

    /// The same as a body.
    pub(super) fn into_body(self) -> Self {
        Self::body(self.text, self.kind)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// As one line of plain text: a title, a name, a category.
    pub(super) fn line(&self) -> String {
        match self.kind {
            Kind::Plain => text::squash(&text::clean(&self.text)).into_owned(),
            Kind::Html => text::one_line(&literal_angles(&self.text)),
            Kind::Markup => text::one_line(&self.text),
        }
    }

    /// As plain text, paragraphs by line feeds.
    pub(super) fn paragraphs(&self) -> String {
        match self.kind {
            Kind::Plain => lines(&text::clean(&self.text)),
            Kind::Html | Kind::Markup => text::plain(&self.text),
        }
    }

    /// As HTML.
    pub(super) fn into_html(self) -> String {
        match self.kind {
            Kind::Html | Kind::Markup => self.text,
            Kind::Plain => escaped(self.text.trim()).replace("\r\n", "\n").replace('\n', "<br>\n"),
        }
    }
}

/// Each line squashed, blank ones gone.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(text::squash).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Escapes each `<` that opens no element which a title may hold: `x<y`, `Vec<String>`.
fn literal_angles(html: &str) -> Cow<'_, str> {
    if !html.contains('<') {
        return Cow::Borrowed(html);
    }
    let mut escaped = String::with_capacity(html.len());
    for (at, c) in html.char_indices() {
        if c == '<' && !opens_element(&html[at + 1..]) {
            escaped.push_str("&lt;");
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

fn opens_element(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let (name, after) = name.split_at(end);
    let is_element = IN_TITLES.iter().any(|known| known.eq_ignore_ascii_case(name));
    (is_element && after.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')))
        || rest.starts_with("!--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_decoded_exactly_once() {
        assert_eq!(Prose::html("AT&amp;T &amp; caf&eacute;").line(), "AT&T & café");
        assert_eq!(Prose::html("AT&T <b>wins</b>").line(), "AT&T wins");
        assert_eq!(Prose::html("&amp;lt;b&amp;gt;").line(), "&lt;b&gt;");
        assert_eq!(
            Prose::plain("how to write &amp; in HTML\n <b>").line(),
            "how to write &amp; in HTML <b>"
        );
    }

    #[test]
    fn angles_that_open_no_element_are_characters() {
        assert_eq!(Prose::html("x<y in Vec<String> & 3 < 4").line(), "x<y in Vec<String> & 3 < 4");
        assert_eq!(Prose::html("<한국> <i>뉴스</i>").line(), "<한국> 뉴스");
    }

    #[test]
    fn a_body_that_calls_itself_plain_may_be_html() {
        assert_eq!(
            Prose::body("<p>One</p><p>Two".to_owned(), Kind::Plain).paragraphs(),
            "One\nTwo"
        );
        assert_eq!(
            Prose::body("1 < 2\n\n  and &amp;".to_owned(), Kind::Plain).paragraphs(),
            "1 < 2\nand &amp;"
        );
        assert_eq!(Prose::plain("a<b\nc").into_html(), "a&lt;b<br>\nc");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(Prose::plain("한".repeat(LONGEST)).text.len(), LONGEST / 3 * 3);
    }
}
