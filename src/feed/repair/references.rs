//! Escaping what means itself: references and brackets in texts and attributes.

use crate::feed::entities;
use crate::feed::mends::Mends;

/// The longest reference that is looked for, in bytes.
const LONGEST: usize = 40;

/// Attributes of one element beyond this number are left out.
const MOST_ATTRIBUTES: usize = 64;

/// Adds a text with its references made those of XML and its brackets escaped.
pub(super) fn push_text(out: &mut String, text: &str, mends: &mut Mends) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest.as_bytes()[at] == b'<' {
            mends.add("bare <", 1);
            out.push_str("&lt;");
            rest = after;
        } else {
            rest = push_reference(out, after, mends);
        }
    }
    out.push_str(rest);
}

/// Adds what the reference is whose `&` stands before `after`, and returns what follows it.
fn push_reference<'a>(out: &mut String, after: &'a str, mends: &mut Mends) -> &'a str {
    let end = after.as_bytes().iter().take(LONGEST).position(|byte| *byte == b';');
    let name = end.map(|end| &after[..end]).filter(|name| is_name(name));
    let (Some(end), Some(name)) = (end, name) else {
        mends.add("bare ampersand", 1);
        out.push_str("&amp;");
        return after;
    };
    let rest = &after[end + 1..];
    if let Some(digits) = name.strip_prefix('#') {
        push_number(out, name, digits, mends);
    } else if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
        out.extend(["&", name, ";"]);
    } else if let Some(text) = entities::named(name) {
        mends.add("HTML entity", 1);
        out.push_str(&quick_xml::escape::escape(text.as_str()));
    } else {
        mends.add("unknown entity", 1);
        out.extend(["&amp;", name, ";"]);
    }
    rest
}

fn is_name(name: &str) -> bool {
    let digits = name.strip_prefix('#').unwrap_or(name);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn push_number(out: &mut String, name: &str, digits: &str, mends: &mut Mends) {
    if entities::is_sound_number(digits) {
        out.extend(["&", name, ";"]);
        return;
    }
    mends.add("reference to no character", 1);
    if let Some(c) = entities::numeric(digits) {
        out.push_str(&quick_xml::escape::escape(c.to_string()));
    }
}

/// Adds attributes in the one form that every parser reads: quoted, escaped, each name once.
pub(super) fn push_attributes(out: &mut String, attributes: &str, mends: &mut Mends) {
    let mut rest = attributes.trim();
    let mut seen: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '<' | '>' | '&'))
            .unwrap_or(rest.len());
        if length == 0 {
            rest = rest[rest.chars().next().map_or(1, char::len_utf8)..].trim_start();
            continue;
        }
        let (name, after) = rest.split_at(length);
        let (value, after) = value(after.trim_start(), mends);
        rest = after.trim_start();
        if seen.len() >= MOST_ATTRIBUTES
            || seen.contains(&name)
            || !name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        {
            continue;
        }
        seen.push(name);
        out.extend([" ", name, "=\""]);
        let mut escaped = String::with_capacity(value.len());
        push_text(&mut escaped, value, mends);
        out.push_str(&escaped.replace('"', "&quot;"));
        out.push('"');
    }
}

/// The value behind an attribute's name, and what follows it.
fn value<'a>(after: &'a str, mends: &mut Mends) -> (&'a str, &'a str) {
    let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
        mends.add("attribute without a value", 1);
        return ("", after);
    };
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\''))
        && let Some((value, rest)) = value[1..].split_once(quote)
    {
        return (value, rest);
    }
    mends.add("attribute without quotes", 1);
    let value = value.trim_start_matches(['"', '\'']);
    value.split_at(value.find(char::is_whitespace).unwrap_or(value.len()))
}
