//! Reading a list, however it is written.
//!
//! An HTML tokenizer reads it, not an XML parser: real exports have bare ampersands, `&nbsp;`,
//! `XMLURL`, no root, no end. Names in lower case, references decoded as HTML decodes them, and tags
//! without an order are what such files ask for.

use super::Subscription;
use super::decode::decode;
use crate::text;
use html5gum::{StartTag, Token, Tokenizer};

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opml {
    /// Its feeds in their order; one that stands there twice is twice here.
    pub subscriptions: Vec<Subscription>,
    /// What is no feed, and why.
    pub passed_over: Vec<PassedOver>,
    /// What is wrong with the document though it could be read.
    pub defects: Vec<String>,
}

/// An outline that is no feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// What it calls itself, else its address.
    pub title: String,
    /// Why it is left out.
    pub reason: &'static str,
}

/// A document that is no list of subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, not an OPML list")]
pub struct NotOpml {
    what: &'static str,
}

/// Reads a list. Outlines that arrived whole are kept, whatever else is missing.
///
/// # Errors
/// [`NotOpml`] where the document has neither an `opml` element nor an outline.
pub fn read(bytes: &[u8]) -> Result<Opml, NotOpml> {
    let (text, replaced) = decode(bytes);
    let mut reading = Reading::default();
    for Ok(token) in Tokenizer::new(text.as_ref()) {
        match token {
            Token::StartTag(tag) => reading.start(&tag),
            Token::EndTag(tag) => reading.end(&tag.name),
            Token::Doctype(doctype) => {
                reading.root.get_or_insert_with(|| doctype.name.to_vec());
            }
            _ => {}
        }
    }
    reading.finish(replaced, text.trim().is_empty())
}

/// An outline that is open.
#[derive(Debug)]
enum Frame {
    /// What is inside belongs to this folder.
    Folder(String),
    /// A feed, or a folder without a name: it adds nothing to what is inside. Feeds that nobody
    /// closed come to this as well.
    Plain,
    /// Commented out with all that is inside (OPML 2.0, `isComment`).
    Comment,
}

/// Folders beyond this depth give no tags.
const DEEPEST: usize = 16;

#[derive(Debug, Default)]
struct Reading {
    opml: Opml,
    open: Vec<Frame>,
    /// How many of the open ones are comments.
    comments: usize,
    /// The first element, or what the document type says that it is.
    root: Option<Vec<u8>>,
    has_root: bool,
    has_end: bool,
    has_outlines: bool,
}

impl Reading {
    fn start(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        self.root.get_or_insert_with(|| name.to_vec());
        match name {
            b"opml" => self.has_root = true,
            b"outline" => {
                self.has_outlines = true;
                let frame = self.outline(&Outline(tag));
                if !tag.self_closing {
                    self.comments += usize::from(matches!(frame, Frame::Comment));
                    self.open.push(frame);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"outline" => {
                if let Some(Frame::Comment) = self.open.pop() {
                    self.comments -= 1;
                }
            }
            b"body" | b"opml" => self.has_end = true,
            _ => {}
        }
    }

    /// Takes note of an outline; says what it is to those inside.
    fn outline(&mut self, outline: &Outline<'_>) -> Frame {
        let kind = outline.get("type").unwrap_or_default().to_ascii_lowercase();
        let address = outline.address(&kind);
        let title = outline.title(address.as_deref());
        let is_comment = outline.get("iscomment").is_some_and(|v| v.eq_ignore_ascii_case("true"));
        if is_comment || self.comments > 0 {
            self.pass_over(address.as_ref().and(title).or(address), "it is commented out");
            return Frame::Comment;
        }
        if let Some(feed) = address {
            let tags = self.tags(outline);
            let (site, language) = (outline.get("htmlurl"), outline.get("language"));
            self.opml.subscriptions.push(Subscription { feed, title, site, language, tags });
            return Frame::Plain;
        }
        match kind.as_str() {
            "include" => self.pass_over(title, "it stands for another list"),
            "rss" | "atom" => self.pass_over(title, "it has no address of a feed"),
            _ if outline.get("url").is_some() => self.pass_over(title, "it is a link, not a feed"),
            _ => return title_of_folder(title),
        }
        Frame::Plain
    }

    fn pass_over(&mut self, title: Option<String>, reason: &'static str) {
        if let Some(title) = title {
            self.opml.passed_over.push(PassedOver { title, reason });
        }
    }

    /// The folders that are open, then the outline's own categories.
    fn tags(&self, outline: &Outline<'_>) -> Vec<String> {
        let folders = self.open.iter().take(DEEPEST).filter_map(|frame| match frame {
            Frame::Folder(name) => Some(name.clone()),
            Frame::Plain | Frame::Comment => None,
        });
        let categories = outline.get("category").unwrap_or_default();
        let categories = categories.split(',').flat_map(category);
        let mut tags = Vec::new();
        for tag in folders.chain(categories) {
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    fn finish(mut self, replaced: usize, is_empty: bool) -> Result<Opml, NotOpml> {
        if !self.has_root && !self.has_outlines {
            let root = self.root.as_deref().unwrap_or_default();
            return Err(NotOpml { what: if is_empty { "an empty file" } else { what(root) } });
        }
        if replaced > 0 {
            self.opml.defects.push(format!("bytes that are no text ×{replaced}"));
        }
        if !self.has_end {
            self.opml.defects.push("it has no end: what came after may be lost".to_owned());
        }
        Ok(self.opml)
    }
}

fn title_of_folder(title: Option<String>) -> Frame {
    title.map_or(Frame::Plain, Frame::Folder)
}

/// One category as tags: a path of OPML 2.0 (`/Boston/Weather`) is one for each of its steps.
fn category(category: &str) -> Vec<String> {
    let category = category.trim();
    match category.strip_prefix('/') {
        Some(path) => path.split('/').map(|step| step.trim().to_owned()).collect(),
        None => vec![category.to_owned()],
    }
}

/// What a document that is no list is instead, by its first element.
fn what(root: &[u8]) -> &'static str {
    match root {
        b"rss" | b"feed" | b"rdf:rdf" | b"channel" => "a feed (`muara add` takes its address)",
        b"html" | b"head" | b"body" | b"div" => "an HTML page",
        b"" => "a text without elements",
        _ => "some other document",
    }
}

/// The attributes of an outline.
struct Outline<'a>(&'a StartTag<()>);

impl Outline<'_> {
    /// The value of the attribute `name` (in lower case), on one line; `None` where it is empty.
    fn get(&self, name: &str) -> Option<String> {
        let value = self.0.attributes.get(name.as_bytes())?;
        let value = String::from_utf8_lossy(&value.value);
        let value = text::squash(&text::clean(&value)).into_owned();
        (!value.is_empty()).then_some(value)
    }

    /// The address of its feed. Some programs write it into `url` and tell by the type.
    fn address(&self, kind: &str) -> Option<String> {
        let address = self.get("xmlurl").or_else(|| {
            matches!(kind, "rss" | "atom" | "feed").then(|| self.get("url")).flatten()
        })?;
        // A line break inside an address came from the program that wrapped the lines.
        Some(address.replace(' ', ""))
    }

    fn title(&self, address: Option<&str>) -> Option<String> {
        let title = self.get("text").or_else(|| self.get("title"))?;
        (Some(title.as_str()) != address).then_some(title)
    }
}

#[cfg(test)]
mod tests;
