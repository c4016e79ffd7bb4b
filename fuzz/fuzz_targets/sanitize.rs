//! Any text as an entry's HTML. What holds: no panic; sanitizing again changes nothing; nothing in
//! the result runs; plain text is clean.

#![no_main]

use libfuzzer_sys::fuzz_target;
use muara::{feed, text};
use url::Url;

const FORBIDDEN: [&str; 8] =
    ["<script", "<style", "<iframe", "<svg", "<math", "<form", "href=\"javascript:", "src=\"data:"];

fuzz_target!(|html: &str| {
    let base = Url::parse("https://example.org/a/b").unwrap();
    let once = feed::sanitize(html, Some(&base));
    let folded = once.as_str().to_ascii_lowercase();
    for forbidden in FORBIDDEN {
        assert!(!folded.contains(forbidden), "{forbidden} in {folded}");
    }
    assert_eq!(feed::sanitize(once.as_str(), Some(&base)).as_str(), once.as_str());
    let plain = text::plain(html);
    assert_eq!(text::clean(&plain), plain);
});
