//! What HTML may stay in republished entries: elements, attributes, schemes of addresses. Tables
//! and small decisions only; `rewrite` applies them, and ammonia does so again.

use std::borrow::Cow;

use url::Url;

/// Elements that stay.
pub(super) const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Attributes that stay on any element.
pub(super) const EVERYWHERE: &[&str] = &["lang", "dir"];

/// Attributes that stay on one element.
pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "title"]),
    ("abbr", &["title"]),
    ("dfn", &["title"]),
    ("img", &["src", "alt", "width", "height", "title"]),
    ("li", &["value"]),
    ("ol", &["start"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan"]),
    ("time", &["datetime"]),
];

/// Schemes of links; of images, all but the last.
pub(super) const LINK_SCHEMES: &[&str] = &["http", "https", "mailto"];

/// The element that stands for the one named `name`: mostly itself. `None`: its content stays
/// without it.
///
/// Containers that a reader does not need become `div`, for without them their texts would run
/// together.
pub(super) fn element(name: &[u8]) -> Option<&'static str> {
    let stand_in = match name {
        b"address" | b"article" | b"aside" | b"center" | b"dialog" | b"fieldset" | b"footer"
        | b"form" | b"header" | b"hgroup" | b"main" | b"nav" | b"section" => "div",
        b"acronym" => "abbr",
        b"dir" | b"menu" => "ul",
        b"strike" => "s",
        b"tt" => "code",
        name => return TAGS.iter().find(|tag| tag.as_bytes() == name).copied(),
    };
    Some(stand_in)
}

/// Elements without content and end tag.
pub(super) fn is_void(tag: &str) -> bool {
    matches!(tag, "br" | "hr" | "img" | "wbr")
}

/// Elements that a tree builder closes by itself, so that leaving their end tags out is good HTML
/// and nests nothing.
pub(super) fn closes_itself(tag: &str) -> bool {
    matches!(
        tag,
        "caption" | "dd" | "dt" | "li" | "p" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr"
    )
}

/// Elements that a tree builder opens again after whatever interrupted them (HTML, section
/// 13.2.4.3, formatting elements).
pub(super) fn reopens(tag: &str) -> bool {
    matches!(tag, "a" | "b" | "code" | "em" | "i" | "s" | "small" | "strong" | "u")
}

/// The value to be written for an attribute of `tag`, or `None` to leave it out.
pub(super) fn attribute<'a>(
    tag: &str,
    name: &str,
    value: &'a str,
    base: Option<&Url>,
) -> Option<Cow<'a, str>> {
    match (tag, name) {
        (_, "dir") => direction(value).map(Cow::Borrowed),
        (_, "lang") | ("a", "hreflang") => is_language(value).then_some(Cow::Borrowed(value)),
        ("a", "href") => address(value, base, LINK_SCHEMES).map(Cow::Owned),
        ("img", "src") => address(value, base, &LINK_SCHEMES[..2]).map(Cow::Owned),
        ("img", "width" | "height") => pixels(value).map(|size| Cow::Owned(size.to_string())),
        ("td" | "th", "colspan" | "rowspan") | ("ol", "start") | ("li", "value") => {
            number(value).map(Cow::Borrowed)
        }
        ("a" | "abbr" | "dfn" | "img", "title") | ("img", "alt") | ("time", "datetime") => {
            Some(Cow::Borrowed(value))
        }
        _ => None,
    }
}

/// The length that an attribute like `width` gives: `"1"`, `"1px"`.
pub(super) fn pixels(value: &str) -> Option<u16> {
    let value = value.trim();
    value.strip_suffix("px").unwrap_or(value).trim_end().parse().ok()
}

/// `value` as an absolute URL of one of `schemes`. Links within the page are left out: what they
/// point to has lost its `id`.
fn address(value: &str, base: Option<&Url>, schemes: &[&str]) -> Option<String> {
    let value = value.trim();
    if value.is_empty() || value.starts_with('#') {
        return None;
    }
    let url = Url::options().base_url(base).parse(value).ok()?;
    schemes.contains(&url.scheme()).then(|| url.into())
}

fn direction(value: &str) -> Option<&'static str> {
    ["ltr", "rtl", "auto"].into_iter().find(|known| value.trim().eq_ignore_ascii_case(known))
}

/// Shaped like a language tag (BCP 47).
fn is_language(value: &str) -> bool {
    (1..=35).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn number(value: &str) -> Option<&str> {
    let value = value.trim();
    value.parse::<i16>().is_ok().then_some(value)
}
