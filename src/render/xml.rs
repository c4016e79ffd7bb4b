//! Writes XML: elements, attributes and text, escaped, into memory.
//!
//! The crate for Atom could not put a language on an entry, nor say where in the bytes it stands, which
//! what comes in since a version is cut from. Nesting is the caller's.

/// A document under way.
pub(super) struct Xml(String);

/// A name and its value; without a value the attribute is left out.
pub(super) type Attribute<'a> = (&'a str, Option<&'a str>);

impl Xml {
    /// A document with nothing but its declaration.
    pub(super) fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned())
    }

    /// A start tag.
    pub(super) fn open(&mut self, name: &str, attributes: &[Attribute]) {
        self.tag(name, attributes);
        self.0.push('>');
    }

    /// An end tag.
    pub(super) fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[Attribute]) {
        self.tag(name, attributes);
        self.0.push_str("/>");
    }

    /// An element that holds text.
    pub(super) fn text(&mut self, name: &str, attributes: &[Attribute], text: &str) {
        self.open(name, attributes);
        escape(&mut self.0, text);
        self.close(name);
    }

    /// How many bytes are written: where the next element begins.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The whole document.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.push('\n');
        self.0.into_bytes()
    }

    fn tag(&mut self, name: &str, attributes: &[Attribute]) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            let Some(value) = value else { continue };
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(&mut self.0, value);
            self.0.push('"');
        }
    }
}

/// For text and for attributes in double quotes, of XML and of HTML alike. `>` too: `]]>` must not
/// stand in text.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(escaped);
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_escaped_and_what_is_missing_left_out() {
        let mut xml = Xml::new();
        xml.open("a", &[("b", Some("\"<&>'")), ("c", None)]);
        let start = xml.len();
        xml.text("d", &[], "평양 ]]> & <e>");
        let end = xml.len();
        xml.empty("f", &[]);
        xml.close("a");
        let document = String::from_utf8(xml.finish()).unwrap();
        assert_eq!(&document[start..end], "<d>평양 ]]&gt; &amp; &lt;e&gt;</d>");
        assert!(document.ends_with(
            "<a b=\"&quot;&lt;&amp;&gt;'\"><d>평양 ]]&gt; &amp; &lt;e&gt;</d><f/></a>\n"
        ));
    }
}
