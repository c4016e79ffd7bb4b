//! The children of an element as slices of the document, decoded on demand.
//!
//! This is how everything is read that feed-rs hides or loses: raw guids and dates, sources,
//! markup that stands where escaped text should.

use super::entities;
use super::namespaces::{Prefixes, Space};
use super::scan::Child;
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::{Attribute, Attributes};
use std::borrow::Cow;

/// One child element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    /// Its vocabulary.
    pub(super) space: Space,
    /// Its prefix as written; empty for none.
    pub(super) prefix: &'a str,
    /// Its local name as written.
    pub(super) local: &'a str,
    /// The whole of it.
    pub(super) element: &'a str,
    /// Its start tag, with brackets.
    pub(super) tag: &'a str,
    /// What stands between its tags.
    inner: &'a str,
}

/// The elements at the top of `inner`, in order. It has passed the scan; at anything odd the rest is
/// left out.
fn within<'a>(inner: &'a str, prefixes: &Prefixes) -> Vec<Field<'a>> {
    let mut reader = Reader::from_str(inner);
    let mut fields = Vec::new();
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(0);
    loop {
        let start = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let tag_end = position(&reader);
                let Ok(span) = reader.read_to_end(tag.to_end().name()) else { break };
                let end = usize::try_from(span.end).unwrap_or(tag_end);
                let element = &inner[start..position(&reader)];
                fields.push(field(element, tag_end - start, &inner[tag_end..end], prefixes));
            }
            Ok(Event::Empty(_)) => {
                let element = &inner[start..position(&reader)];
                fields.push(field(element, element.len(), "", prefixes));
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    fields
}

fn field<'a>(element: &'a str, tag: usize, inner: &'a str, prefixes: &Prefixes) -> Field<'a> {
    let tag = &element[..tag];
    let (prefix, local) = name(tag).split_once(':').unwrap_or(("", name(tag)));
    Field { space: prefixes.within(tag).space(prefix), prefix, local, element, tag, inner }
}

/// The children of an item as fields.
pub(super) fn of_children<'a>(children: &[Child<'a>], prefixes: &Prefixes) -> Vec<Field<'a>> {
    let own = |child: &Child<'a>| field(child.element, child.tag, child.inner, prefixes);
    children.iter().map(own).collect()
}

/// A single element as a field.
pub(super) fn element<'a>(element: &'a str, prefixes: &Prefixes) -> Field<'a> {
    field(element, inner_start(element), inner(element), prefixes)
}

/// Where an element's start tag ends: at the first `>` outside quotes.
fn inner_start(element: &str) -> usize {
    let mut quote = None;
    for (at, byte) in element.bytes().enumerate() {
        quote = match (quote, byte) {
            (Some(open), _) => Some(open).filter(|open| *open != byte),
            (None, b'"' | b'\'') => Some(byte),
            (None, b'>') => return at + 1,
            (None, _) => None,
        };
    }
    element.len()
}

fn inner(element: &str) -> &str {
    let start = inner_start(element);
    let end = element.rfind("</").unwrap_or(start);
    element.get(start..end).unwrap_or_default()
}

/// The qualified name in a start tag.
pub(super) fn name(tag: &str) -> &str {
    let name = tag.strip_prefix('<').unwrap_or(tag);
    name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
}

/// The attributes of a start tag, decoded, by their names as written. Doubled ones count once.
pub(super) fn attributes(tag: &str) -> Vec<(String, String)> {
    let owned = |it: Attribute| (it.key.as_ref().to_owned(), decoded(&it.value).trim().to_owned());
    written_attributes(tag).map(owned).collect()
}

/// The attributes of a start tag as they are written.
fn written_attributes(tag: &str) -> impl Iterator<Item = Attribute<'_>> {
    let content = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let mut attributes = Attributes::html(content, name(tag).len());
    attributes.with_checks(false);
    attributes.filter_map(Result::ok)
}

/// What stands in a CDATA section that is all there is: most texts.
fn only_cdata(inner: &str) -> Option<&str> {
    let content = inner.trim().strip_prefix("<![CDATA[")?.strip_suffix("]]>")?;
    (!content.contains("]]>")).then_some(content)
}

impl<'a> Field<'a> {
    /// Whether it is the element of that name, in any case of letters.
    pub(super) fn is(&self, space: Space, local: &str) -> bool {
        self.space == space && self.local.eq_ignore_ascii_case(local)
    }

    /// The value of an attribute by its name as written.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        if !self.tag.contains(name) {
            return None;
        }
        let known = written_attributes(self.tag).find(|it| it.key.as_ref() == name)?;
        Some(decoded(&known.value).trim().to_owned())
    }

    /// Its child elements.
    pub(super) fn children(&self, prefixes: &Prefixes) -> Vec<Field<'a>> {
        within(self.inner, prefixes)
    }

    /// Whether elements stand where text should.
    pub(super) fn has_elements(&self) -> bool {
        self.inner.contains('<') && only_cdata(self.inner).is_none() && {
            let mut reader = Reader::from_str(self.inner);
            std::iter::from_fn(|| {
                reader.read_event().ok().filter(|event| !matches!(event, Event::Eof))
            })
            .any(|event| matches!(event, Event::Start(_) | Event::Empty(_)))
        }
    }

    /// Whether [`Self::text`] would find anything. What begins with a character that means itself has a
    /// text; only the rest must be decoded to know.
    pub(super) fn has_text(&self) -> bool {
        match self.inner.trim_start().chars().next() {
            None => false,
            Some('<' | '&') => self.text().is_some(),
            Some(_) => true,
        }
    }

    /// Its text, references and CDATA resolved, elements within ignored; trimmed, `None` if empty.
    pub(super) fn text(&self) -> Option<String> {
        if let Some(text) = only_cdata(self.inner) {
            return Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        let mut text = String::new();
        if self.inner.contains('<') {
            let mut reader = Reader::from_str(self.inner);
            loop {
                match reader.read_event() {
                    Ok(Event::Text(part)) => text.push_str(&part),
                    Ok(Event::CData(part)) => text.push_str(&part),
                    Ok(Event::GeneralRef(reference)) => push_reference(&mut text, &reference),
                    Ok(Event::Eof) | Err(_) => break,
                    Ok(_) => {}
                }
            }
        } else {
            text = decoded(self.inner).into_owned();
        }
        text.truncate(text.trim_end().len());
        if text.starts_with(char::is_whitespace) {
            text.drain(..text.len() - text.trim_start().len());
        }
        (!text.is_empty()).then_some(text)
    }

    /// Its content as HTML, where elements stand within: prefixes dropped, and elements closed
    /// that HTML would leave open.
    pub(super) fn markup(&self) -> String {
        let mut html = String::with_capacity(self.inner.len());
        let mut reader = Reader::from_str(self.inner);
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    push_tag(&mut html, tag.local_name().as_ref(), tag.attributes_raw(), false);
                }
                Ok(Event::Empty(tag)) => {
                    push_tag(&mut html, tag.local_name().as_ref(), tag.attributes_raw(), true);
                }
                Ok(Event::End(tag)) => {
                    html.push_str("</");
                    html.push_str(tag.local_name().as_ref());
                    html.push('>');
                }
                Ok(Event::Text(part)) => html.push_str(&part),
                Ok(Event::CData(part)) => html.push_str(&escaped(&part)),
                Ok(Event::GeneralRef(reference)) => {
                    html.push('&');
                    html.push_str(&reference);
                    html.push(';');
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        html.trim().to_owned()
    }
}

/// HTML's void elements (HTML standard §13.1.2).
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

fn push_tag(html: &mut String, name: &str, attributes: &str, is_empty: bool) {
    html.push('<');
    html.push_str(name);
    if !attributes.trim().is_empty() {
        html.push(' ');
        html.push_str(attributes.trim());
    }
    html.push('>');
    if is_empty && !VOID.contains(&name) {
        html.push_str("</");
        html.push_str(name);
        html.push('>');
    }
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The longest reference that is looked for, in bytes.
const LONGEST_REFERENCE: usize = 40;

/// Text with its references resolved, as far as they mean anything.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let end = after.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';');
        if let Some(end) = end {
            push_reference(&mut decoded, &after[..end]);
            rest = &after[end + 1..];
        } else {
            decoded.push('&');
            rest = after;
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn push_reference(text: &mut String, name: &str) {
    if let Some(common) = entities::common(name) {
        return text.push_str(common);
    }
    let resolved = match name.strip_prefix('#') {
        Some(digits) => entities::numeric(digits).map(String::from),
        None => entities::named(name),
    };
    match resolved {
        Some(resolved) => text.push_str(&resolved),
        None => text.extend(["&", name, ";"]),
    }
}
