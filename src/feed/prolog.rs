//! The front of a document: what kind it is, and where the feed in it begins.
//!
//! XML declarations and document types are left out here (the text is decoded already, and no
//! entity that a stranger declares is ever expanded), with whatever junk a server's script printed
//! before. Characters that XML forbids go too, wherever they stand.

use super::cut::cut;
use super::{NotAFeed, entities, mends::Mends};
use std::borrow::Cow;

/// A feed's text by the syntax it is in, from its first significant character.
#[derive(Debug)]
pub(super) enum Document<'a> {
    /// From the root element's start tag on; only characters that XML allows.
    Xml(Cow<'a, str>),
    /// From the opening brace on.
    Json(Cow<'a, str>),
}

/// The local names of root elements that hold items, folded.
const ROOTS: [&str; 6] = ["rss", "feed", "rdf", "channel", "entry", "urlset"];

/// Names are compared up to here, and document types read, in bytes: neither is ever longer, and
/// what looks for them again and again must not read to the end each time.
const LONGEST_NAME: usize = 64;
const LONGEST_DOCUMENT_TYPE: usize = 64 * 1024;

/// Tells what a document is.
pub(super) fn document<'a>(text: &'a str, mends: &mut Mends) -> Result<Document<'a>, NotAFeed> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    match text.chars().next() {
        None => Err(NotAFeed::new("an empty document")),
        Some('{') => Ok(Document::Json(Cow::Borrowed(text))),
        Some('<') => xml(text, mends),
        Some(_) if has_feed_root(text) => xml(text, mends),
        Some('[') => Err(NotAFeed::new("a JSON array")),
        Some(_) => Err(other(text)),
    }
}

fn xml<'a>(text: &'a str, mends: &mut Mends) -> Result<Document<'a>, NotAFeed> {
    let root = first_start_tag(text);
    let text = if root.is_some_and(|root| is_feed_root(&text[root..])) {
        &text[root.unwrap_or_default()..]
    } else if let Some(wrapped) =
        root.filter(|root| is_page(&text[*root..])).and_then(|_| feed_in_page(text))
    {
        mends.add("a page around the feed", 1);
        wrapped
    } else if root.is_some_and(|root| is_page(&text[root..])) || !has_feed_root(text) {
        return Err(other(text));
    } else {
        mends.add("junk before the feed", 1);
        &text[feed_root(text).unwrap_or_default()..]
    };
    Ok(Document::Xml(without_forbidden(text, mends)))
}

/// What a document without a feed's root is.
fn other(text: &str) -> NotAFeed {
    let head: String = text.chars().take(1024).collect::<String>().to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<body"].iter().any(|mark| head.contains(mark)) {
        return NotAFeed::page(text);
    }
    match first_start_tag(text) {
        Some(root) if text.starts_with('<') => {
            NotAFeed::xml(&shortened(tag_name(&text[root..])), text)
        }
        _ => NotAFeed::new(format!("a text that begins “{}”", shortened(text))),
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Where the first element begins, past declarations, comments and the document type.
fn first_start_tag(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].find('<')?;
        let rest = &text[at..];
        at += match rest.as_bytes().get(1)? {
            b'?' => rest.find("?>").map_or(rest.find('>')? + 1, |end| end + 2),
            b'!' if rest.starts_with("<!--") => rest.find("-->")? + 3,
            b'!' => document_type(rest)?,
            byte if byte.is_ascii_alphabetic() || *byte >= 0x80 || *byte == b'_' => {
                return Some(at);
            }
            _ => 1,
        };
    }
}

/// The length of a document type, with its internal subset.
fn document_type(text: &str) -> Option<usize> {
    let (mut quote, mut in_subset) = (None, false);
    for (at, byte) in text.bytes().take(LONGEST_DOCUMENT_TYPE).enumerate() {
        match (quote, byte) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != byte),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => in_subset = true,
            (None, b']') => in_subset = false,
            (None, b'>') if !in_subset => return Some(at + 1),
            _ => {}
        }
    }
    // A stray quote swallowed the rest: the plain end of the tag must do.
    text.find('>').map(|end| end + 1)
}

fn tag_name(tag: &str) -> &str {
    let near = cut(tag, LONGEST_NAME);
    let name = near.strip_prefix('<').unwrap_or(near);
    name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
}

fn is_feed_root(tag: &str) -> bool {
    let name = tag_name(tag);
    let local = name.rsplit(':').next().unwrap_or(name);
    ROOTS.iter().any(|root| root.eq_ignore_ascii_case(local))
}

fn is_page(tag: &str) -> bool {
    ["html", "head", "body"].iter().any(|name| name.eq_ignore_ascii_case(tag_name(tag)))
}

/// Where a feed's root stands behind junk. Only `rss`, `feed` and `rdf` are telling enough.
fn feed_root(text: &str) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|at| {
        let name = tag_name(&text[*at..]);
        let local = name.rsplit(':').next().unwrap_or(name);
        ROOTS[..3].iter().any(|root| root.eq_ignore_ascii_case(local))
    })
}

/// A feed that a framework wrapped into its page template. Pages about feeds show theirs escaped,
/// and scripts hold them in quotes; this one declares itself and has its end.
fn feed_in_page(text: &str) -> Option<&str> {
    let (mark, end) = [("<feed xmlns", "</feed>"), ("<rss version", "</rss>")]
        .into_iter()
        .find(|(mark, _)| text.contains(mark))?;
    let feed = &text[text.find(mark)?..];
    feed.rfind(end).map(|at| &feed[..at + end.len()])
}

fn has_feed_root(text: &str) -> bool {
    feed_root(text).is_some()
}

/// Leaves out the characters that XML 1.0 forbids; copies only where there are any.
fn without_forbidden<'a>(text: &'a str, mends: &mut Mends) -> Cow<'a, str> {
    if !may_hold_forbidden(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let forbidden = text.chars().filter(|c| !entities::is_xml_char(*c)).count();
    if forbidden == 0 {
        return Cow::Borrowed(text);
    }
    mends.add("character that XML forbids", forbidden);
    Cow::Owned(text.chars().filter(|c| entities::is_xml_char(*c)).collect())
}

/// A quick look that the compiler makes wide: controls, or the first two bytes of U+FFFE and
/// U+FFFF.
fn may_hold_forbidden(bytes: &[u8]) -> bool {
    let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let suspicious = |pair: (&u8, &u8)| control(*pair.0) || (*pair.0 == 0xef && *pair.1 == 0xbf);
    let after = bytes.get(1..).unwrap_or_default();
    bytes
        .chunks(4096)
        .zip(after.chunks(4096))
        .any(|(one, next)| one.iter().zip(next).fold(false, |any, pair| any | suspicious(pair)))
        || bytes.last().is_some_and(|last| control(*last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xml_of(text: &str) -> Result<(String, Vec<String>), String> {
        let mut mends = Mends::default();
        match document(text, &mut mends) {
            Ok(Document::Xml(text)) => Ok((text.into_owned(), mends.into_lines())),
            Ok(Document::Json(_)) => Err("JSON".to_owned()),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    #[test]
    fn declarations_and_document_types_are_left_out() {
        let text = "\u{feff}\n<?xml version='1.0'?><?xml-stylesheet href='x'?>\n<!-- <rss> -->\n\
            <!DOCTYPE rss [ <!ENTITY x \"]>\"> <!ELEMENT a (b)> ]>\n<rss version='2.0'></rss>";
        assert_eq!(xml_of(text), Ok(("<rss version='2.0'></rss>".to_owned(), vec![])));
    }

    #[test]
    fn junk_of_a_script_is_cut_and_told() {
        let text =
            "<br />\n<b>Warning</b>: mysql_connect() on line 12\n<?xml version='1.0'?><rss></rss>";
        assert_eq!(
            xml_of(text),
            Ok(("<rss></rss>".to_owned(), vec!["junk before the feed".to_owned()]))
        );
        assert!(xml_of("Notice: x\n<feed xmlns='http://www.w3.org/2005/Atom'/>").is_ok());
    }

    #[test]
    fn what_is_no_feed_is_named() {
        let error = |text| xml_of(text).unwrap_err();
        assert_eq!(error(" \n"), "an empty document, not a feed");
        assert_eq!(
            error("<!DOCTYPE html><html><title>여보세요</title> <rss>"),
            "an HTML page (“여보세요”), not a feed"
        );
        assert_eq!(error("<svg xmlns='x'/>"), "an XML document whose root is <svg>, not a feed");
        assert_eq!(
            error("404 page not found\n"),
            "a text that begins “404 page not found”, not a feed"
        );
        assert_eq!(error("[1]"), "a JSON array, not a feed");
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        let (text, mends) = xml_of("<rss>a\u{b}b\u{0}c\u{ffff}d\u{fffd}\t</rss>").unwrap();
        assert_eq!(text, "<rss>abcd\u{fffd}\t</rss>");
        assert_eq!(mends, ["character that XML forbids ×3"]);
    }
}
