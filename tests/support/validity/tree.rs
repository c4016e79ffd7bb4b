//! XML as a tree, and what makes it well-formed with namespaces.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// An element; names are written with the prefix that our feeds use for their namespace, none for the
/// document's own.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: HashMap<String, String>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

const NAMESPACES: [(&str, &str); 7] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("fh", "http://purl.org/syndication/history/1.0"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("sy", "http://purl.org/rss/1.0/modules/syndication/"),
    ("xml", "http://www.w3.org/XML/1998/namespace"),
];

impl Element {
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn one(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn text_of(&self, name: &str) -> &str {
        self.one(name).map_or("", |child| child.text.as_str())
    }

    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

pub(super) fn parse(document: &str) -> Result<Element, String> {
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if let Some(bad) = document.chars().find(|c| !legal(*c)) {
        return Err(format!("U+{:04X} must not stand in XML", u32::from(bad)));
    }
    let mut reader = Reader::from_str(document);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => {
                let child = element(&start)?;
                open.last_mut().ok_or("nothing is open")?.children.push(child);
            }
            Event::End(_) => {
                let child = open.pop().ok_or("nothing is open")?;
                open.last_mut().ok_or("nothing is open")?.children.push(child);
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(data) => add(&mut open, &data.xml10_content()),
            Event::GeneralRef(reference) => {
                let written = format!("&{};", &*reference);
                let text =
                    quick_xml::escape::unescape(&written).map_err(|error| error.to_string())?;
                add(&mut open, &text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut document = open.pop().ok_or("nothing is there")?;
    if !open.is_empty() || document.children.len() != 1 {
        return Err("an element is not closed, or there is no single root".to_owned());
    }
    let root = document.children.remove(0);
    check_prefixes(&root, &root)?;
    Ok(root)
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart) -> Result<Element, String> {
    let mut attributes = HashMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|e| e.to_string())?;
        attributes.insert(attribute.key.as_ref().to_owned(), value.into_owned());
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, ..Element::default() })
}

/// All prefixes are declared at the root, as what they are known for.
fn check_prefixes(root: &Element, element: &Element) -> Result<(), String> {
    let names = std::iter::once(&element.name).chain(element.attributes.keys());
    for prefix in names.filter_map(|name| Some(name.split_once(':')?.0)) {
        let known = NAMESPACES.iter().find(|(known, _)| *known == prefix);
        let declared = root.attribute(&format!("xmlns:{prefix}"));
        let is_right = known.is_some_and(|(_, address)| declared == *address);
        if !is_right && !matches!(prefix, "xml" | "xmlns") {
            return Err(format!("UndeclaredPrefix: {prefix} is {declared:?}"));
        }
    }
    element.children.iter().try_for_each(|child| check_prefixes(root, child))
}
