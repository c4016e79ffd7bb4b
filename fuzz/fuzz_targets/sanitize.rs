//! Any text as an entry's HTML. What holds: no panic; sanitizing again changes nothing; no element or
//! attribute of the result runs, frames or leads to a script; plain text is clean.

#![no_main]

use html5gum::{StartTag, Token, Tokenizer};
use libfuzzer_sys::fuzz_target;
use muara::{feed, text};
use url::Url;

const FORBIDDEN: [&[u8]; 12] = [
    b"script", b"style", b"iframe", b"svg", b"math", b"form", b"object", b"embed", b"base", b"meta",
    b"link", b"template",
];

fuzz_target!(|html: &str| {
    let base = Url::parse("https://example.org/a/b").unwrap();
    let once = feed::sanitize(html, Some(&base));
    for Ok(token) in Tokenizer::new(once.as_str()) {
        if let Token::StartTag(tag) = token {
            check(&tag, once.as_str());
        }
    }
    assert_eq!(feed::sanitize(once.as_str(), Some(&base)).as_str(), once.as_str());
    let plain = text::plain(html);
    assert_eq!(text::clean(&plain), plain);
});

fn check(tag: &StartTag<()>, html: &str) {
    assert!(!FORBIDDEN.contains(&&tag.name[..]), "{html}");
    for (name, value) in &tag.attributes {
        let value = String::from_utf8_lossy(&value.value).to_ascii_lowercase();
        let leads = matches!(&name[..], b"href" | b"src" | b"cite" | b"poster" | b"srcset");
        let schemes = ["https:", "http:", "mailto:"];
        assert!(!name.starts_with(b"on") && &name[..] != b"style", "{html}");
        assert!(!leads || schemes.iter().any(|scheme| value.starts_with(scheme)), "{html}");
    }
}
