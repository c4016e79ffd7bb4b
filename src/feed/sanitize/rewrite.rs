//! The first wall: reads tokens, writes only allowed elements and attributes, in one spelling. It
//! does not balance tags; ammonia does.

use std::{borrow::Cow, convert::Infallible};

use html5gum::{
    Emitter, Error, ForwardingEmitter, Span, State, Tokenizer,
    emitters::callback::{Callback, CallbackEmitter, CallbackEvent},
};
use url::Url;

use super::{load::Load, policy};

/// `html` in its allowed parts, all addresses absolute; `None` if it, or the result, is longer than
/// `largest` or more than a tree builder should be given.
pub(super) fn rewrite(html: &str, base: Option<&Url>, largest: usize) -> Option<String> {
    if html.len() > largest {
        return None;
    }
    let mut listener = Listener(CallbackEmitter::new(Rewriter::new(html.len(), base)));
    let Ok(()) = Tokenizer::new_with_emitter(html, &mut listener).finish();
    let rewriter = listener.0.callback_mut();
    let out = std::mem::take(&mut rewriter.out);
    (!rewriter.load.is_too_much() && out.len() <= largest).then_some(out)
}

/// Appends `text` as the content of an element or of a quoted attribute; returns how many of its
/// characters it had to escape.
pub(super) fn push_escaped(out: &mut String, text: &str) -> usize {
    let (mut from, mut escapes) = (0, 0);
    for (at, c) in text.char_indices() {
        if let Some(escaped) = escape(c) {
            out.push_str(&text[from..at]);
            out.push_str(escaped);
            from = at + c.len_utf8();
            escapes += 1;
        }
    }
    out.push_str(&text[from..]);
    escapes
}

/// What must stand for `c` in HTML, if not itself; the same as ammonia writes.
pub(super) fn escape(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\u{a0}' => Some("&nbsp;"),
        _ => None,
    }
}

/// An element that is left out with its content.
#[derive(Debug)]
struct Skip {
    name: Vec<u8>,
    /// How often it is open within itself.
    depth: u32,
}

#[derive(Debug)]
struct Rewriter<'a> {
    base: Option<&'a Url>,
    out: String,
    load: Load,
    skip: Option<Skip>,
    /// The start tag that is being read.
    name: Option<Vec<u8>>,
    attributes: Vec<(String, String)>,
    /// How the tokenizer must go on after this tag.
    state: Option<State>,
    /// A line feed that opens a `<pre>` is not content.
    after_pre: bool,
}

impl<'a> Rewriter<'a> {
    fn new(capacity: usize, base: Option<&'a Url>) -> Self {
        Self {
            base,
            out: String::with_capacity(capacity),
            load: Load::new(),
            skip: None,
            name: None,
            attributes: Vec::new(),
            state: None,
            after_pre: false,
        }
    }

    fn attribute_name(&mut self, name: &[u8]) {
        // End tags may carry attributes, too.
        if self.name.is_some() {
            self.attributes.push((lossy(name).into_owned(), String::new()));
        }
    }

    fn attribute_value(&mut self, value: &[u8]) {
        if let Some((_, last)) = self.attributes.last_mut() {
            last.push_str(&lossy(value));
        }
    }

    fn start(&mut self, name: &[u8], self_closing: bool) {
        if let Some(skip) = &mut self.skip {
            if !breaks_out(&skip.name, name) {
                skip.depth += u32::from(skip.name == name && !self_closing);
                return;
            }
            self.skip = None;
        }
        // Feeds hold XHTML, too, where `<script/>` is whole; a browser would swallow the rest.
        if is_left_out(name) {
            if !self_closing {
                self.skip = Some(Skip { name: name.to_vec(), depth: 1 });
                self.state = content_state(name);
            }
            return;
        }
        if let Some(tag) = policy::element(name) {
            self.write_start(tag);
        }
    }

    fn write_start(&mut self, tag: &'static str) {
        let from = self.out.len();
        self.out.push('<');
        self.out.push_str(tag);
        let has_source = self.write_attributes(tag);
        self.out.push('>');
        if tag == "img" && (!has_source || is_invisible(&self.attributes)) {
            self.out.truncate(from);
            return;
        }
        self.load.start(tag);
        self.after_pre = tag == "pre";
    }

    /// Writes what may stay of the attributes, the first of each name. Says whether `src` is there.
    fn write_attributes(&mut self, tag: &str) -> bool {
        let mut written: Vec<&str> = Vec::new();
        for (name, value) in &self.attributes {
            let Some(value) = policy::attribute(tag, name, value, self.base) else { continue };
            if written.contains(&name.as_str()) {
                continue;
            }
            written.push(name);
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            push_quoted(&mut self.out, &value);
            self.out.push('"');
        }
        written.contains(&"src")
    }

    fn end(&mut self, name: &[u8]) {
        if let Some(skip) = &mut self.skip {
            skip.depth -= u32::from(skip.name == name);
            if skip.depth == 0 {
                self.skip = None;
            }
            return;
        }
        let Some(tag) = policy::element(name) else { return };
        if self.load.end(tag) {
            self.after_pre = false;
            self.out.push_str("</");
            self.out.push_str(tag);
            self.out.push('>');
        }
    }

    fn text(&mut self, text: &str) {
        if self.skip.is_some() {
            return;
        }
        let text = if self.after_pre { text.trim_start_matches(['\r', '\n']) } else { text };
        if !text.is_empty() {
            self.after_pre = false;
            let references = push_escaped(&mut self.out, text);
            self.load.text(text, references);
        }
    }
}

impl Callback<Infallible, ()> for Rewriter<'_> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, _: Span<()>) -> Option<Infallible> {
        if self.load.is_too_much() {
            return None;
        }
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.attributes.clear();
                self.name = Some(name.to_vec());
            }
            CallbackEvent::AttributeName { name } => self.attribute_name(name),
            CallbackEvent::AttributeValue { value } => self.attribute_value(value),
            CallbackEvent::CloseStartTag { self_closing } => {
                if let Some(name) = self.name.take() {
                    self.start(&name, self_closing);
                }
            }
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } => self.text(&lossy(value)),
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
        None
    }
}

/// The tokenizer's side of the rewriter: tells it how to read on after a start tag, and spares it
/// the work of reporting errors.
#[derive(Debug)]
struct Listener<'a>(CallbackEmitter<Rewriter<'a>, Infallible>);

impl ForwardingEmitter for &mut Listener<'_> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.0
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        // Always `None`: it was not asked to guess.
        let _ = self.0.emit_current_tag();
        self.0.callback_mut().state.take()
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}
}

fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn push_quoted(out: &mut String, value: &str) {
    for (at, piece) in value.split('"').enumerate() {
        if at > 0 {
            out.push_str("&quot;");
        }
        push_escaped(out, piece);
    }
}

/// Elements of which nothing stays. `noscript` is not among them: feed readers run no scripts, and
/// lazy images have their real address in it.
fn is_left_out(name: &[u8]) -> bool {
    content_state(name).is_some()
        || matches!(name, b"datalist" | b"head" | b"math" | b"select" | b"svg" | b"template")
}

/// How the tokenizer must read an element's content (HTML, section 13.2.6.4.7), for what is read
/// otherwise than as markup.
fn content_state(name: &[u8]) -> Option<State> {
    match name {
        b"textarea" | b"title" => Some(State::RcData),
        b"script" => Some(State::ScriptData),
        b"style" | b"iframe" | b"noembed" | b"noframes" => Some(State::RawText),
        _ => None,
    }
}

/// Whether a start tag ends an element that is being left out and was never closed: lest a torn
/// `<svg>` swallow the article. (Browsers do alike: HTML, section 13.2.6.5.)
fn breaks_out(skipped: &[u8], name: &[u8]) -> bool {
    match skipped {
        b"head" => name == b"body",
        b"datalist" | b"math" | b"select" | b"svg" => matches!(
            name,
            b"blockquote"
                | b"div"
                | b"h1"
                | b"h2"
                | b"h3"
                | b"h4"
                | b"h5"
                | b"h6"
                | b"hr"
                | b"img"
                | b"ol"
                | b"p"
                | b"pre"
                | b"table"
                | b"ul"
        ),
        _ => false,
    }
}

/// Whether an image is there to be fetched, not to be seen.
fn is_invisible(attributes: &[(String, String)]) -> bool {
    let get = |wanted: &str| {
        attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let sizes = || ["width", "height"].into_iter().filter_map(get).filter_map(policy::pixels);
    let is_dot =
        sizes().any(|size| size == 0) || (sizes().count() > 0 && sizes().all(|size| size <= 1));
    let style = get("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    is_dot
        || get("hidden").is_some()
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}
