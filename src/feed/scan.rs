//! One quick pass over a document that finds its items and understands nothing of them.
//!
//! It is on the path of every poll, so it keeps slices, allocates nothing per event, and gives up
//! at the first thing that is not well-formed: mending is for `repair`.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The families of XML feeds, by where their items stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `rss/channel/item`, and with misplaced items `rss/item`; a bare `channel/item` too.
    Rss,
    /// `RDF/channel` beside `RDF/item`, or `Channel/items/item`.
    Rdf,
    /// `feed/entry`, or an `entry` alone.
    Atom,
    /// `urlset/url` with `news:news`.
    Sitemap,
}

/// A document with its items found.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) dialect: Dialect,
    /// The start tags around items, from the root inwards, with their brackets.
    pub(super) ancestors: Vec<&'a str>,
    /// The elements about the feed as a whole: the container's children that are no items.
    pub(super) head: Vec<&'a str>,
    /// The items, each from its start tag to its end tag.
    pub(super) items: Vec<&'a str>,
    /// The children of the items, all in one list; `bounds` tells whose they are.
    pub(super) children: Vec<Child<'a>>,
    /// How many of `children` there are up to the end of each item.
    pub(super) bounds: Vec<usize>,
}

/// An element within an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child<'a> {
    /// The whole of it.
    pub(super) element: &'a str,
    /// The length of its start tag.
    pub(super) tag: usize,
    /// What stands between its tags.
    pub(super) inner: &'a str,
}

impl<'a> Scan<'a> {
    /// The children of the item at `index`.
    pub(super) fn children_of(&self, index: usize) -> &[Child<'a>] {
        let bound = |index: usize| self.bounds.get(index).copied().unwrap_or(0);
        let start = index.checked_sub(1).map_or(0, bound);
        self.children.get(start..bound(index)).unwrap_or_default()
    }
}

/// Where a document stopped being well-formed, in words.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) String);

impl From<quick_xml::Error> for Trouble {
    fn from(error: quick_xml::Error) -> Self {
        Self(error.to_string())
    }
}

/// feed-rs reads some elements recursively: a document of nothing but depth would overflow its
/// stack, which no one can catch.
pub(super) const DEEPEST: usize = 250;

/// What a child of the document's frame is.
enum Part {
    /// An element that holds items in its turn.
    Container,
    Item,
    Head,
}

/// Finds the items of a document that begins with its root's start tag.
pub(super) fn scan(text: &str) -> Result<Scan<'_>, Trouble> {
    let mut walk = Walk { text, reader: Reader::from_str(text) };
    let (root, is_empty) = match walk.reader.read_event()? {
        Event::Start(root) => (root, false),
        Event::Empty(root) => (root, true),
        _ => return Err(Trouble("the root element does not come first".to_owned())),
    };
    check_attributes(&root)?;
    let dialect =
        dialect(&root).ok_or_else(|| Trouble("the root is not that of a feed".to_owned()))?;
    let ancestors = vec![&text[..walk.position()]];
    let mut scan = Scan {
        dialect,
        ancestors,
        head: Vec::new(),
        items: Vec::new(),
        children: Vec::new(),
        bounds: Vec::new(),
    };
    if is_empty {
        return Ok(scan);
    }
    if is(&root, "entry") {
        walk.skip_item(&mut scan.children)?;
        walk.keep(&mut scan, &Part::Item, 0);
        return Ok(scan);
    }
    walk.children(&mut scan, 1)?;
    Ok(scan)
}

fn dialect(root: &BytesStart<'_>) -> Option<Dialect> {
    let table = [
        ("rss", Dialect::Rss),
        ("feed", Dialect::Atom),
        ("rdf", Dialect::Rdf),
        ("urlset", Dialect::Sitemap),
        ("entry", Dialect::Atom),
    ];
    // RSS 1.1 calls its root Channel; a channel without the rss around it is small.
    let channel =
        || if root.local_name().as_ref() == "Channel" { Dialect::Rdf } else { Dialect::Rss };
    table
        .into_iter()
        .find(|(name, _)| is(root, name))
        .map(|(_, dialect)| dialect)
        .or_else(|| is(root, "channel").then(channel))
}

fn is(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.local_name().as_ref().eq_ignore_ascii_case(name)
}

fn part(dialect: Dialect, depth: usize, tag: &BytesStart<'_>) -> Part {
    let (containers, item): (&[&str], _) = match dialect {
        Dialect::Rss => (&["channel"], "item"),
        Dialect::Rdf => (&["channel", "items"], "item"),
        Dialect::Atom => (&[], "entry"),
        Dialect::Sitemap => (&[], "url"),
    };
    if is(tag, item) {
        Part::Item
    } else if depth == 1 && containers.iter().any(|name| is(tag, name)) {
        Part::Container
    } else {
        Part::Head
    }
}

struct Walk<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
}

impl<'a> Walk<'a> {
    fn position(&self) -> usize {
        // A document of more bytes than memory addresses does not exist.
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Goes through the children of the frame's element at `depth` (the root: 1) to its end.
    fn children(&mut self, scan: &mut Scan<'a>, depth: usize) -> Result<(), Trouble> {
        loop {
            let start = self.position();
            match self.reader.read_event()? {
                Event::Start(tag) => {
                    check_attributes(&tag)?;
                    let part = part(scan.dialect, depth, &tag);
                    if matches!(part, Part::Container) {
                        scan.ancestors.push(&self.text[start..self.position()]);
                        self.children(scan, depth + 1)?;
                        continue;
                    }
                    match part {
                        Part::Item => self.skip_item(&mut scan.children)?,
                        _ => drop(self.skip_to_end()?),
                    }
                    self.keep(scan, &part, start);
                }
                Event::Empty(tag) => {
                    check_attributes(&tag)?;
                    self.keep(scan, &part(scan.dialect, depth, &tag), start);
                }
                Event::End(_) => return Ok(()),
                event => check(&event)?,
            }
        }
    }

    fn keep(&self, scan: &mut Scan<'a>, part: &Part, start: usize) {
        let element = &self.text[start..self.position()];
        match part {
            Part::Item => {
                scan.items.push(element);
                scan.bounds.push(scan.children.len());
            }
            Part::Head => scan.head.push(element),
            Part::Container => {}
        }
    }

    /// Reads on to the end of the item whose start tag was read last, and notes its children.
    fn skip_item(&mut self, children: &mut Vec<Child<'a>>) -> Result<(), Trouble> {
        loop {
            let start = self.position();
            match self.reader.read_event()? {
                Event::Start(tag) => {
                    check_attributes(&tag)?;
                    let from = self.position();
                    let inner = &self.text[from..self.skip_to_end()?];
                    let element = &self.text[start..self.position()];
                    children.push(Child { element, tag: from - start, inner });
                }
                Event::Empty(tag) => {
                    check_attributes(&tag)?;
                    let element = &self.text[start..self.position()];
                    children.push(Child { element, tag: element.len(), inner: "" });
                }
                Event::End(_) => return Ok(()),
                event => check(&event)?,
            }
        }
    }

    /// Reads on to the end of the element whose start tag was read last, and returns where its end
    /// tag begins: the hot loop.
    fn skip_to_end(&mut self) -> Result<usize, Trouble> {
        let mut depth = 0_usize;
        loop {
            let start = self.position();
            match self.reader.read_event()? {
                Event::Start(tag) => {
                    check_attributes(&tag)?;
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(Trouble("elements nested beyond all reason".to_owned()));
                    }
                }
                Event::Empty(tag) => check_attributes(&tag)?,
                Event::End(_) if depth == 0 => return Ok(start),
                Event::End(_) => depth -= 1,
                event => check(&event)?,
            }
        }
    }
}

/// Only what feed-rs reads without loss passes: its own table of HTML's entities is wrong, a
/// second declaration makes it panic, and a number that is no character ends its reading.
fn check(event: &Event<'_>) -> Result<(), Trouble> {
    match event {
        Event::GeneralRef(reference) if is_sound_reference(reference) => Ok(()),
        Event::GeneralRef(reference) => {
            Err(Trouble(format!("&{}; means nothing in XML", &**reference)))
        }
        Event::Eof => Err(Trouble("the document ends within an element".to_owned())),
        Event::Decl(_) | Event::DocType(_) => {
            Err(Trouble("a declaration within the document".to_owned()))
        }
        _ => Ok(()),
    }
}

fn is_sound_reference(name: &str) -> bool {
    match name {
        "lt" | "gt" | "amp" | "quot" | "apos" => true,
        _ => name.strip_prefix('#').is_some_and(super::entities::is_sound_number),
    }
}

/// quick-xml does not look into attributes by itself. Most are clean, and short: a plain loop
/// over their bytes is faster than to set up a search.
fn check_attributes(tag: &BytesStart<'_>) -> Result<(), Trouble> {
    let attributes = tag.attributes_raw();
    if attributes.is_empty() {
        return Ok(());
    }
    let is_plain = !attributes.bytes().any(|byte| matches!(byte, b'&' | b'<'));
    if is_plain && are_quoted_plainly(attributes.as_bytes()) {
        return Ok(());
    }
    if !are_quoted(attributes.as_bytes()) {
        return Err(Trouble("an attribute without quotes".to_owned()));
    }
    if is_plain {
        return Ok(());
    }
    for (at, _) in attributes.match_indices('&') {
        let end = attributes[at..].find(';').map(|end| at + end);
        if !end.is_some_and(|end| is_sound_reference(&attributes[at + 1..end])) {
            return Err(Trouble("a bare & in an attribute".to_owned()));
        }
    }
    if attributes.contains('<') {
        return Err(Trouble("an unclosed tag".to_owned()));
    }
    Ok(())
}

/// Whether there are two quotes for each sign of equality, as where values are quoted and hold none.
/// A plain count is quicker than to follow what is open.
fn are_quoted_plainly(attributes: &[u8]) -> bool {
    let balance = attributes.iter().fold(0_usize, |balance, byte| match byte {
        b'=' => balance.wrapping_add(2),
        b'"' | b'\'' => balance.wrapping_sub(1),
        _ => balance,
    });
    balance == 0
}

/// Whether every value is quoted.
fn are_quoted(attributes: &[u8]) -> bool {
    let (mut quote, mut before) = (0, b' ');
    for byte in attributes {
        if quote != 0 {
            if *byte == quote {
                quote = 0;
            }
        } else if matches!(byte, b'"' | b'\'') {
            quote = *byte;
        } else if before == b'=' && !byte.is_ascii_whitespace() {
            return false;
        }
        if quote != 0 || !byte.is_ascii_whitespace() {
            before = *byte;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_by_their_right_parents() {
        let rss = "<rss><channel><title>t</title><item><title>1</title><x:item xmlns:x='y'/></item>\
            <image><item>not one</item></image><item/></channel><item>loose</item></rss>";
        let found = scan(rss).unwrap();
        assert_eq!(
            found.items,
            ["<item><title>1</title><x:item xmlns:x='y'/></item>", "<item/>", "<item>loose</item>"]
        );
        assert_eq!(found.head, ["<title>t</title>", "<image><item>not one</item></image>"]);
        assert_eq!(found.ancestors, ["<rss>", "<channel>"]);
    }

    #[test]
    fn every_dialect_has_its_items() {
        let cases = [
            (
                "<rdf:RDF><channel><title/></channel><item>1</item><item>2</item></rdf:RDF>",
                Dialect::Rdf,
                2,
            ),
            ("<Channel><title/><items><item>1</item></items></Channel>", Dialect::Rdf, 1),
            (
                "<feed><entry>1</entry><entry><source><entry/></source></entry></feed>",
                Dialect::Atom,
                2,
            ),
            ("<a:feed xmlns:a='x'><a:entry>1</a:entry></a:feed>", Dialect::Atom, 1),
            ("<entry><title/></entry>", Dialect::Atom, 1),
            ("<urlset><url/><url/></urlset>", Dialect::Sitemap, 2),
            ("<feed/>", Dialect::Atom, 0),
        ];
        for (text, dialect, items) in cases {
            let found = scan(text).unwrap();
            assert_eq!((found.dialect, found.items.len()), (dialect, items), "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_left_to_repair() {
        for text in [
            "<rss><channel><item>a & b</item></channel></rss>",
            "<rss><channel><item>a&nbsp;b</item></channel></rss>",
            "<rss><channel><item>&#11;</item></channel></rss>",
            "<rss><channel><item><a href='?a=1&b=2'/></item></channel></rss>",
            "<rss><channel><item><p>a<br></p></item></channel></rss>",
            "<rss><channel><item>cut off",
            "<rss><channel><?xml version='1.0'?></channel></rss>",
            "<rss><channel></item></channel></rss>",
            "<rss><channel><item><enclosure url=http://a.example/ length='1'/></item></channel></rss>",
        ] {
            assert!(scan(text).is_err(), "{text}");
        }
        assert!(scan("<rss><item>&amp;&#8217;&#x1F600;</item></rss>").is_ok());
    }
}
