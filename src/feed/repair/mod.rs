//! Broken XML made well-formed, and each mend told.
//!
//! A lenient tokenizer splits the text; every start tag is then given its end, every end tag its
//! start, and every `&` and `<` that means itself is escaped. What arrived of a truncated document
//! is kept, but for the item that was cut. Healthy documents never come here.

mod references;
mod tokens;

use super::mends::Mends;
use super::scan::DEEPEST as DEEPEST_IN_ITEM;
use references::push_text;
use tokens::{Token, Tokens};

/// Elements of HTML that have no end, where they stand unescaped in a text. Those that are also
/// elements of feeds (`link`, `source`) are not among them.
const VOID: [&str; 9] = ["br", "hr", "img", "input", "wbr", "col", "embed", "area", "param"];

/// Deeper nesting is flattened; what the scan lets pass within an item leaves room for the frame.
const DEEPEST: usize = DEEPEST_IN_ITEM;

/// Makes a document well-formed that begins with its root's start tag.
pub(super) fn repair(text: &str, mends: &mut Mends) -> String {
    let mut balance = Balance {
        out: String::with_capacity(text.len() + text.len() / 16),
        open: Vec::new(),
        item: None,
        mends,
    };
    let mut tokens = Tokens::of(text);
    while let Some(token) = tokens.next(balance.open.last().map(|element| element.name)) {
        balance.take(token);
        if balance.open.is_empty() {
            break;
        }
    }
    tokens.mends.tell(balance.mends);
    balance.finish()
}

/// An element that has begun.
struct Open<'a> {
    name: &'a str,
    /// Where its start tag stands in the output.
    at: usize,
}

/// The output, and what is open in it.
struct Balance<'a, 'm> {
    out: String,
    open: Vec<Open<'a>>,
    /// The depth of the open item, if one is.
    item: Option<usize>,
    mends: &'m mut Mends,
}

impl<'a> Balance<'a, '_> {
    fn take(&mut self, token: Token<'a>) {
        match token {
            Token::Text(text) => push_text(&mut self.out, text, self.mends),
            Token::CData(text) => self.out.extend(["<![CDATA[", text, "]]>"]),
            Token::Start { name, attributes, is_empty } => self.start(name, attributes, is_empty),
            Token::End(name) => self.end(name),
        }
    }

    fn start(&mut self, name: &'a str, attributes: &'a str, is_empty: bool) {
        if is_item(name) {
            self.close_for_item(name);
        }
        let is_void = self.open.len() > 3 && is_one_of(name, &VOID);
        if self.open.len() >= DEEPEST {
            self.mends.add("nesting beyond all reason", 1);
            return;
        }
        let at = self.out.len();
        self.out.push('<');
        self.out.push_str(name);
        references::push_attributes(&mut self.out, attributes, self.mends);
        if is_empty || is_void {
            self.mends.add("unclosed element", usize::from(!is_empty));
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        if self.item.is_none() && is_item(name) && self.open.len() < 4 {
            self.item = Some(self.open.len());
        }
        self.open.push(Open { name, at });
    }

    /// An item begins outside of everything but what holds items: whatever else is open was not
    /// closed, least of all another item.
    fn close_for_item(&mut self, name: &str) {
        let depth = match self.item {
            _ if self.open.is_empty() => return,
            Some(depth) if self.open[depth].name == name => depth,
            Some(_) => return,
            None => self
                .open
                .iter()
                .rposition(|open| is_container(open.name))
                .map_or(0, |depth| depth + 1),
        };
        self.mends.add("unclosed element", self.open.len() - depth);
        self.close_to(depth.max(1));
    }

    fn end(&mut self, name: &str) {
        let same = self.open.iter().rposition(|open| open.name == name);
        let alike = || self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name));
        match same.or_else(alike) {
            Some(depth) => {
                self.mends.add("unclosed element", self.open.len() - depth - 1);
                self.mends.add("end tag in other letters", usize::from(same.is_none()));
                self.close_to(depth);
            }
            None if VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) => {}
            None => self.mends.add("stray end tag", 1),
        }
    }

    /// Closes the elements from the innermost to that at `depth`.
    fn close_to(&mut self, depth: usize) {
        for open in self.open.drain(depth..).rev() {
            self.out.extend(["</", open.name, ">"]);
        }
        self.item = self.item.filter(|item| *item < depth);
    }

    /// A document that ends with elements open was cut off on its way: the item that was being
    /// written is dropped, for its texts may end anywhere.
    fn finish(mut self) -> String {
        if self.open.is_empty() {
            return self.out;
        }
        self.mends.add("truncated", 1);
        if let Some(depth) = self.item.filter(|depth| *depth > 0).or_else(|| self.page()) {
            self.out.truncate(self.open[depth].at);
            self.open.truncate(depth);
        }
        self.close_to(0);
        self.out
    }

    /// The depth of the open page of a sitemap, if one is: elsewhere a `url` is no item.
    fn page(&self) -> Option<usize> {
        let is_sitemap = self.open.first().is_some_and(|root| is_one_of(root.name, &["urlset"]));
        (is_sitemap && self.open.len() > 1).then_some(1)
    }
}

fn is_item(name: &str) -> bool {
    is_one_of(name, &["item", "entry"])
}

fn is_container(name: &str) -> bool {
    is_one_of(name, &["rss", "rdf", "channel", "items", "feed"])
}

/// By local name, in any case of letters.
fn is_one_of(name: &str, locals: &[&str]) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    locals.iter().any(|known| known.eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests;
