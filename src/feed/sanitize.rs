//! HTML of strangers made safe to republish. The only maker of [`SanitizedHtml`]; text for
//! matching is `text::plain`'s, and when an entry is sanitized is decided where outputs are made.
//!
//! Two walls. First `rewrite` reads tokens and writes only what `policy` allows, in one unambiguous
//! spelling: no tree, linear, whatever the input. Then ammonia parses that as a browser would,
//! closes what is open, and checks every element and attribute again. The first keeps the second
//! away from what tree builders are weak at: depth, torn quotes, foreign content, raw text.

mod load;
mod policy;
mod rewrite;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use url::Url;

use crate::model::SanitizedHtml;
use crate::text;

/// To be raised whenever the same HTML may give another result: a change of the policy or of the
/// rewriting here, or an upgrade of ammonia, html5ever or html5gum. Cached results of other
/// versions are made anew.
pub const SANITIZER_VERSION: u32 = 1;

/// Longer HTML, in bytes, is shown as text; no result is longer.
const LARGEST: usize = 1 << 20;

/// `html` with nothing in it that runs, tracks by an invisible image, imitates, or leaves its place.
///
/// Addresses are made absolute with `base`, where it is a web address; relative ones are dropped
/// without it. HTML that is too long, too deep or too tangled for a tree (ammonia's time grows with
/// the square of the depth) becomes paragraphs of its plain text. Idempotent, at most 1 MiB.
#[must_use]
pub fn sanitize(html: &str, base: Option<&Url>) -> SanitizedHtml {
    let base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
    let clean = rewrite::rewrite(html, base, LARGEST)
        .map(|safe| if safe.contains('<') { settled(WALL.clean(&safe).to_string()) } else { safe })
        .map(|safe| text::clean(&safe).into_owned())
        .filter(|safe| is_fit(safe));
    SanitizedHtml::trusted(clean.unwrap_or_else(|| paragraphs(html)))
}

/// A link within a table within a link is taken out of the table, and parts the outer one only when
/// it is read again.
fn settled(safe: String) -> String {
    let may_be_torn = safe.contains("<table") && safe.contains("<a ");
    if may_be_torn { WALL.clean(&safe).to_string() } else { safe }
}

/// Whether the result could be sanitized once more: it has the end tags that its source left out.
fn is_fit(safe: &str) -> bool {
    let tags = safe.bytes().filter(|byte| *byte == b'<').count();
    safe.len() <= LARGEST && tags <= load::MOST_TAGS as usize
}

/// The plain text of `html`, each line a paragraph, as far as it fits.
fn paragraphs(html: &str) -> String {
    const OPEN: &str = "<p>";
    const CLOSE: &str = "</p>";
    let text = text::plain(html);
    let mut out = String::new();
    for line in text.lines() {
        let start = out.len();
        out.push_str(OPEN);
        let room = LARGEST.saturating_sub(out.len() + CLOSE.len());
        rewrite::push_escaped(&mut out, fitting(line, room));
        if out.len() == start + OPEN.len() {
            out.truncate(start);
            break;
        }
        out.push_str(CLOSE);
    }
    out
}

/// The longest beginning of `line` that takes at most `room` bytes when escaped.
fn fitting(line: &str, room: usize) -> &str {
    let mut left = room;
    let end = line.char_indices().find(|&(_, c)| {
        match left.checked_sub(rewrite::escape(c).map_or(c.len_utf8(), str::len)) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        }
    });
    end.map_or(line, |(at, _)| &line[..at])
}

/// The second wall; it allows exactly what `policy` lets through.
static WALL: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: HashMap<&str, HashSet<&str>> = policy::ATTRIBUTES
        .iter()
        .map(|&(tag, names)| (tag, names.iter().copied().collect()))
        .collect();
    let mut builder = Builder::default();
    builder
        .tags(policy::TAGS.iter().copied().collect())
        .tag_attributes(attributes)
        .generic_attributes(policy::EVERYWHERE.iter().copied().collect())
        .url_schemes(policy::LINK_SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});
