//! Rules for values that several formats share.

use super::tree::Element;
use chrono::DateTime;
use std::collections::HashSet;
use url::Url;

/// What was found wrong.
#[derive(Debug, Default)]
pub(super) struct Complaints(pub(super) Vec<String>);

impl Complaints {
    pub(super) fn add(&mut self, rule: &str, what: impl std::fmt::Display) {
        self.0.push(format!("{rule}: {what}"));
    }

    pub(super) fn unless(&mut self, holds: bool, rule: &str, what: impl std::fmt::Display) {
        if !holds {
            self.add(rule, what);
        }
    }

    /// Checks which children an element has, and how many: `name`, `name?`, `name*` or `name+`.
    pub(super) fn children(&mut self, element: &Element, model: &[&str]) {
        let mut known = HashSet::new();
        for particle in model {
            let name = particle.trim_end_matches(['?', '*', '+']);
            known.insert(name);
            let count = element.all(name).count();
            let fits = match particle.as_bytes().last() {
                Some(b'?') => count <= 1,
                Some(b'*') => true,
                Some(b'+') => count >= 1,
                _ => count == 1,
            };
            let rule = if count == 0 { "MissingElement" } else { "DuplicateElement" };
            self.unless(fits, rule, format_args!("{count} {name} in {}", element.name));
        }
        for child in element.children.iter().filter(|child| !known.contains(child.name.as_str())) {
            self.add("UndefinedElement", format_args!("{} in {}", child.name, element.name));
        }
        let stray = !element.children.is_empty() && !element.text.trim().is_empty();
        self.unless(
            !stray,
            "UnexpectedText",
            format_args!("{:?} in {}", element.text, element.name),
        );
    }

    /// Checks which attributes an element has: `name` must be there, `name?` may.
    pub(super) fn attributes(&mut self, element: &Element, model: &[&str]) {
        let common = ["xml:lang", "xml:base"];
        let mut known: HashSet<&str> = common.into();
        for particle in model {
            let name = particle.trim_end_matches('?');
            known.insert(name);
            let fits = particle.ends_with('?') || element.attributes.contains_key(name);
            self.unless(fits, "MissingAttribute", format_args!("{name} of {}", element.name));
        }
        for (name, value) in &element.attributes {
            let is_known = known.contains(name.as_str()) || name.starts_with("xmlns");
            self.unless(
                is_known,
                "UnexpectedAttribute",
                format_args!("{name} of {}", element.name),
            );
            self.unless(!value.is_empty(), "NotBlank", format_args!("{name} of {}", element.name));
        }
        for (name, rule) in [("xml:lang", "InvalidLanguage"), ("hreflang", "InvalidLanguage")] {
            let value = element.attribute(name);
            self.unless(value.is_empty() || is_language(value), rule, value);
        }
    }

    pub(super) fn address(&mut self, value: &str, of: &str) {
        self.unless(is_address(value), "InvalidFullLink", format_args!("{value:?} of {of}"));
    }

    pub(super) fn not_blank(&mut self, value: &str, of: &str) {
        self.unless(!value.trim().is_empty(), "NotBlank", of);
    }

    pub(super) fn rfc3339(&mut self, value: &str, of: &str) {
        let fits = DateTime::parse_from_rfc3339(value).is_ok() && !value.contains('.');
        self.unless(fits, "InvalidRFC3339Date", format_args!("{value:?} of {of}"));
    }

    /// HTML that readers will show: whole addresses, and nothing that runs.
    pub(super) fn html(&mut self, html: &str, of: &str) {
        for tag in html.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0)) {
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            let dangerous = ["script", "style", "iframe", "object", "embed", "meta", "form"];
            self.unless(
                !dangerous.contains(&name),
                "SecurityRisk",
                format_args!("<{tag}> in {of}"),
            );
            for (attribute, value) in quoted(tag) {
                let is_event = attribute.starts_with("on") || attribute == "style";
                self.unless(!is_event, "SecurityRiskAttr", format_args!("{attribute} in {of}"));
                let is_link = matches!(attribute, "href" | "src" | "poster" | "cite");
                let is_whole = is_address(value) || value.starts_with("mailto:");
                self.unless(
                    !is_link || is_whole,
                    "ContainsRelRef",
                    format_args!("{value} in {of}"),
                );
            }
        }
    }
}

/// The attributes of a tag; ours are all in double quotes.
fn quoted(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts: Vec<&str> = tag.split('"').collect();
    let pairs: Vec<(&str, &str)> = parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter().map(|(before, value)| {
        (before.trim_end_matches('=').rsplit(' ').next().unwrap_or_default(), value)
    })
}

/// A whole web address, in the characters that an address may have.
pub(super) fn is_address(value: &str) -> bool {
    let parsed = Url::parse(value);
    let is_web = parsed.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    is_web
        && !value
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c))
}

/// RFC 5646 §2.1, by its shape.
pub(super) fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let is_primary =
        |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_other = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(is_primary) && parts.all(is_other)
}

/// RFC 6838 §4.2.
pub(super) fn is_media_type(value: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    value.split_once('/').is_some_and(|(kind, rest)| is_name(kind) && is_name(rest))
}
