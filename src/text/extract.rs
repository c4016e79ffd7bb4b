//! Listens to the HTML tokenizer and writes down the text. It decides which elements break lines
//! and which hold no text; how white space is folded is `layout`'s.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State};

use super::layout::{Gap, Layout};

/// Receives the tokenizer's calls. Attributes, comments and errors are thrown away unread, which is
/// why it is an emitter of its own: that is most of the bytes of a typical entry.
#[derive(Debug)]
pub(super) struct Extractor<'a> {
    html: &'a str,
    layout: Layout,
    /// Whether line feeds of the source are lines: in text without tags and in `<pre>`.
    keep_lines: bool,
    keep_lines_outside_pre: bool,
    /// Characters since the last tag.
    text: Vec<u8>,
    /// The tag that is being read, its name in lower case.
    name: Vec<u8>,
    is_end: bool,
    self_closing: bool,
    last_start: Vec<u8>,
    skip: Option<Skip>,
    /// Bytes read.
    position: usize,
    /// Where the `<` stands that nothing has come of yet.
    open: Option<usize>,
}

/// What is being dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    /// Until the tokenizer itself finds the element's end.
    Raw,
    Head,
    Template,
    /// A drawing: its words are labels, its titles names of icons.
    Drawing,
    /// The reading beside a Han character; inside a word it would hide the word.
    Ruby,
}

impl<'a> Extractor<'a> {
    pub(super) fn new(html: &'a str, keep_lines: bool) -> Self {
        Self {
            html,
            layout: Layout::with_capacity(html.len() / 2),
            keep_lines,
            keep_lines_outside_pre: keep_lines,
            text: Vec::new(),
            name: Vec::new(),
            is_end: false,
            self_closing: false,
            last_start: Vec::new(),
            skip: None,
            position: 0,
            open: None,
        }
    }

    /// The text, once the tokenizer has ended.
    pub(super) fn finish(self) -> String {
        self.layout.finish()
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            match simdutf8::basic::from_utf8(&self.text) {
                Ok(text) => self.layout.push(text, self.keep_lines),
                Err(_) => {
                    self.layout.push(&String::from_utf8_lossy(&self.text), self.keep_lines);
                }
            }
            self.text.clear();
        }
    }

    /// Takes note of a whole tag; the source of it is `html[from..self.position]`.
    fn tag(&mut self, from: usize) -> Option<State> {
        if let Some(skip) = self.skip {
            if !ends_skip(skip, &self.name, self.is_end) {
                return None;
            }
            self.skip = None;
        } else if !is_markup(&self.name) {
            self.text.extend(self.html.as_bytes().get(from..self.position).unwrap_or_default());
            return None;
        }
        self.flush();
        self.layout.separate(gap(&self.name));
        if self.name == b"pre" {
            self.keep_lines = self.keep_lines_outside_pre || !self.is_end;
        }
        // Feeds hold XHTML, too, where `<script/>` is whole; a browser would swallow the rest.
        if self.is_end || self.self_closing {
            return None;
        }
        self.skip = skipped(&self.name);
        content_state(&self.name)
    }
}

/// How an element, at both of its ends, divides text.
fn gap(name: &[u8]) -> Gap {
    match name {
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"br" | b"caption"
        | b"center" | b"dd" | b"details" | b"dialog" | b"dir" | b"div" | b"dl" | b"dt"
        | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"h1" | b"h2" | b"h3"
        | b"h4" | b"h5" | b"h6" | b"header" | b"hgroup" | b"hr" | b"html" | b"legend" | b"li"
        | b"main" | b"menu" | b"nav" | b"ol" | b"option" | b"p" | b"pre" | b"section"
        | b"summary" | b"table" | b"tbody" | b"tfoot" | b"thead" | b"title" | b"tr" | b"ul"
        | b"xmp" => Gap::Line,
        b"audio" | b"button" | b"canvas" | b"embed" | b"iframe" | b"img" | b"input" | b"object"
        | b"select" | b"svg" | b"td" | b"textarea" | b"th" | b"video" => Gap::Space,
        _ => Gap::None,
    }
}

/// What is dropped from this start tag on.
fn skipped(name: &[u8]) -> Option<Skip> {
    match name {
        b"script" | b"style" | b"title" | b"iframe" | b"noembed" | b"noframes" | b"noscript" => {
            Some(Skip::Raw)
        }
        b"head" => Some(Skip::Head),
        b"template" => Some(Skip::Template),
        b"svg" => Some(Skip::Drawing),
        b"rt" | b"rp" | b"rtc" => Some(Skip::Ruby),
        _ => None,
    }
}

/// Whether a tag ends what is being dropped. End tags may be missing: a `<body>` ends a head, and
/// any block ends a drawing or a reading.
fn ends_skip(skip: Skip, name: &[u8], is_end: bool) -> bool {
    match skip {
        Skip::Raw => is_end,
        Skip::Head => {
            if is_end {
                name == b"head"
            } else {
                name == b"body"
            }
        }
        Skip::Template => is_end && name == b"template",
        Skip::Drawing => match name {
            b"svg" => is_end,
            b"title" => false,
            _ => gap(name) == Gap::Line,
        },
        Skip::Ruby => match name {
            b"ruby" | b"rt" | b"rp" | b"rtc" => is_end,
            b"rb" => true,
            _ => gap(name) == Gap::Line,
        },
    }
}

/// How the tokenizer must read an element's content (HTML, section 13.2.6.4.7), for what is read
/// otherwise than as markup.
fn content_state(name: &[u8]) -> Option<State> {
    match name {
        b"textarea" | b"title" => Some(State::RcData),
        b"script" => Some(State::ScriptData),
        b"style" | b"iframe" | b"xmp" | b"noembed" | b"noframes" | b"noscript" => {
            Some(State::RawText)
        }
        _ => None,
    }
}

/// Whether a tag of this name is a tag. `Vec<T>` and `<me@example.org>` are not.
///
/// Names of one or two letters must be known ones; longer ones need only be spelled like names,
/// for feeds are full of private elements that nobody wants to read.
fn is_markup(name: &[u8]) -> bool {
    match name {
        b"a" | b"b" | b"g" | b"i" | b"p" | b"q" | b"s" | b"u" | b"br" | b"dd" | b"dl" | b"dt"
        | b"em" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"hr" | b"li" | b"ol" | b"rb"
        | b"rp" | b"rt" | b"td" | b"th" | b"tr" | b"tt" | b"ul" => true,
        [] | [_] | [_, _] | [.., b':'] => false,
        _ => name
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.')),
    }
}

/// Whether an unfinished tag at the very end was meant as text (`5 <b and b> 3` cut short) and not
/// as a tag that somebody's length limit tore (`<a href="https://exam`).
fn is_prose(rest: &str, name: &[u8]) -> bool {
    !rest.contains('=') && (!is_markup(name) || rest.split_whitespace().nth(2).is_some())
}

impl Emitter for &mut Extractor<'_> {
    type Token = Infallible;

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend(name.unwrap_or_default());
    }

    fn emit_string(&mut self, characters: &[u8]) {
        self.open = None;
        if self.skip.is_none() {
            self.text.extend(characters);
        }
    }

    fn start_open_tag(&mut self) {
        self.open = Some(self.position.saturating_sub(1));
    }

    fn init_start_tag(&mut self) {
        self.name.clear();
        self.is_end = false;
        self.self_closing = false;
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.is_end = true;
    }

    fn push_tag_name(&mut self, characters: &[u8]) {
        self.name.extend(characters);
    }

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let from = self.open.take().unwrap_or(self.position);
        if self.is_end {
            self.last_start.clear();
        } else {
            self.last_start.clone_from(&self.name);
        }
        self.tag(from)
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.name.is_empty() && self.name == self.last_start
    }

    fn emit_current_comment(&mut self) {
        self.open = None;
    }

    fn emit_current_doctype(&mut self) {
        self.open = None;
    }

    fn emit_eof(&mut self) {
        if let Some(rest) = self.open.take().and_then(|from| self.html.get(from..))
            && self.skip.is_none()
            && is_prose(rest, &self.name)
        {
            self.text.extend(rest.as_bytes());
        }
        self.flush();
    }

    fn init_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn init_attribute(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn push_attribute_name(&mut self, _: &[u8]) {}
    fn push_attribute_value(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}
