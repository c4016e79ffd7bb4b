//! Tags and texts of XML that may be broken anywhere.

use crate::feed::mends::Mends;

/// A piece of a document. Comments, declarations and processing instructions are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// As written, references unresolved.
    Text(&'a str),
    /// Without its brackets.
    CData(&'a str),
    Start {
        name: &'a str,
        attributes: &'a str,
        is_empty: bool,
    },
    End(&'a str),
}

/// What the tokenizer mended by itself.
#[derive(Debug, Default)]
pub(super) struct TokenMends {
    cdata: usize,
    declarations: usize,
    tags: usize,
}

impl TokenMends {
    pub(super) fn tell(&self, mends: &mut Mends) {
        mends.add("unclosed CDATA", self.cdata);
        mends.add("declaration within the document", self.declarations);
        mends.add("unclosed tag", self.tags);
    }
}

/// The tokens of a text, one after the other.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    cdata_end: Ahead,
    comment_end: Ahead,
    instruction_end: Ahead,
    pub(super) mends: TokenMends,
}

/// Where a mark stands next, remembered: a document that opens a thousand sections and closes none
/// is not searched to its end a thousand times.
#[derive(Debug)]
struct Ahead {
    mark: &'static str,
    /// Bytes from the mark to the end of the text; `None` before the first search.
    from_end: Option<usize>,
}

impl Ahead {
    fn of(mark: &'static str) -> Self {
        Self { mark, from_end: None }
    }

    /// The place of the mark in `rest`, a shorter end of the same text at each call.
    fn find(&mut self, rest: &str) -> Option<usize> {
        if self.from_end.is_none_or(|from_end| from_end > rest.len()) {
            // No mark at all is remembered as one at the very end.
            self.from_end = Some(rest.find(self.mark).map_or(0, |at| rest.len() - at));
        }
        self.from_end.filter(|from_end| *from_end > 0).map(|from_end| rest.len() - from_end)
    }
}

const CDATA: &str = "<![CDATA[";

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            rest: text,
            cdata_end: Ahead::of("]]>"),
            comment_end: Ahead::of("-->"),
            instruction_end: Ahead::of("?>"),
            mends: TokenMends::default(),
        }
    }

    /// The next token; `open` is the innermost open element, whose end tag also ends a CDATA
    /// section that nobody closed.
    pub(super) fn next(&mut self, open: Option<&str>) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let token = if self.rest.starts_with(CDATA) {
                Some(self.cdata(open))
            } else if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.skip_declaration();
                None
            } else if let Some(name) = self.rest.strip_prefix("</").filter(|rest| begins_name(rest))
            {
                Some(self.end_tag(name))
            } else if begins_tag(self.rest) {
                self.start_tag()
            } else {
                Some(self.text())
            };
            if token.is_some() {
                return token;
            }
        }
    }

    /// Up to the next `<`; one that begins no tag belongs to the text.
    fn text(&mut self) -> Token<'a> {
        let begins_markup = |at: usize| {
            let rest = &self.rest[at..];
            begins_tag(rest)
                || rest.starts_with("<!")
                || rest.starts_with("<?")
                || rest.strip_prefix("</").is_some_and(begins_name)
        };
        let end =
            self.rest.match_indices('<').map(|(at, _)| at).find(|at| *at > 0 && begins_markup(*at));
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Token::Text(text)
    }

    fn cdata(&mut self, open: Option<&str>) -> Token<'a> {
        let body = &self.rest[CDATA.len()..];
        let end = self.cdata_end.find(body);
        let section = &body[..end.unwrap_or(body.len())];
        // Another section cannot begin within one: then this one was to end with its element.
        let is_unclosed = end.is_none() || section.contains(CDATA);
        let end_tag =
            open.filter(|_| is_unclosed).and_then(|name| section.find(&format!("</{name}>")));
        match (end, end_tag) {
            (_, Some(tag)) => {
                self.mends.cdata += 1;
                self.rest = &body[tag..];
                Token::CData(&body[..tag])
            }
            (Some(end), _) => {
                self.rest = &body[end + 3..];
                Token::CData(&body[..end])
            }
            (None, _) => {
                self.rest = "";
                Token::CData(body.trim_end_matches([']', '>']))
            }
        }
    }

    fn skip_declaration(&mut self) {
        let is_declaration = self.rest.starts_with("<?xml ") || self.rest.starts_with("<!DOCTYPE");
        self.mends.declarations += usize::from(is_declaration);
        let end = if self.rest.starts_with("<!--") {
            self.comment_end.find(self.rest).map(|at| at + 3)
        } else if self.rest.starts_with("<?") {
            self.instruction_end.find(self.rest).map(|at| at + 2)
        } else {
            None
        };
        let end = end.or_else(|| self.rest.find('>').map(|at| at + 1));
        self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
    }

    fn end_tag(&mut self, after: &'a str) -> Token<'a> {
        let length = name_length(after);
        let name = &after[..length];
        let rest = &after[length..];
        // `</title <link>` lacks its bracket.
        let end = rest.find(['>', '<']).unwrap_or(rest.len());
        self.rest = rest[end..].strip_prefix('>').unwrap_or(&rest[end..]);
        Token::End(name)
    }

    /// `None` for a tag in which the document ends.
    fn start_tag(&mut self) -> Option<Token<'a>> {
        let after = &self.rest[1..];
        let (name, rest) = after.split_at(name_length(after));
        let Some((attributes, rest)) = self.tag_end(rest) else {
            self.rest = "";
            return None;
        };
        self.rest = rest;
        let attributes = attributes.trim();
        let is_empty = attributes.ends_with('/');
        Some(Token::Start { name, attributes: attributes.trim_end_matches('/'), is_empty })
    }

    /// Splits at the `>` that ends a tag: the first outside quotes, unless a quote was never
    /// closed. A `<` outside quotes begins the next tag.
    fn tag_end(&mut self, rest: &'a str) -> Option<(&'a str, &'a str)> {
        let mut quote = None;
        let mut before = ' ';
        for (at, c) in rest.char_indices() {
            match (quote, c) {
                // An end tag within a value: its quote was forgotten.
                (Some(_), '<') if rest[at..].starts_with("</") => break,
                (Some(open), _) => quote = Some(open).filter(|open| *open != c),
                (None, '"' | '\'') if before == '=' => quote = Some(c),
                (None, '>') => return Some((&rest[..at], &rest[at + 1..])),
                (None, '<') => {
                    self.mends.tags += 1;
                    return Some((&rest[..at], &rest[at..]));
                }
                _ => {}
            }
            if !c.is_whitespace() {
                before = c;
            }
        }
        let end = rest.find('>')?;
        self.mends.tags += 1;
        Some((&rest[..end], &rest[end + 1..]))
    }
}

fn begins_tag(rest: &str) -> bool {
    rest.strip_prefix('<').is_some_and(begins_name)
}

fn begins_name(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn name_length(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')))
        .unwrap_or(rest.len())
}
