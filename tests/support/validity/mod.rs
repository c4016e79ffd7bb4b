//! Whether a document is a feed by the rules: those of RFC 4287 with the schema of its appendix B, of
//! RFC 5005, of RSS 2.0 with the RSS Advisory Board's profile, and of JSON Feed 1.1. The W3C's feed
//! validator checks the same ones; where it has a name for a rule, the complaint begins with it. What
//! it only warns of counts as wrong here as well.

#![allow(
    clippy::redundant_pub_crate,
    reason = "included by the library's tests and by those beside it"
)]

mod atom;
mod json;
mod rss;
pub(crate) mod schema;
mod tree;
mod values;

use values::Complaints;

/// What is wrong with an Atom feed, an RSS feed or a JSON Feed; nothing if it is empty.
pub(crate) fn complaints(document: &str) -> Vec<String> {
    let mut found = Complaints::default();
    if document.starts_with('{') {
        json::check(document, &mut found);
        return found.0;
    }
    match tree::parse(document) {
        Err(error) => found.add("SAXError", error),
        Ok(root) if root.name == "rss" => rss::check(&root, &mut found),
        Ok(root) => atom::check(&root, &mut found),
    }
    found.0
}

/// Fails the test, with every complaint, unless the document is valid.
#[track_caller]
pub(crate) fn assert_valid(document: &str) {
    let found = [complaints(document), schema::complaints(document)].concat();
    assert!(found.is_empty(), "{}\nin {document}", found.join("\n"));
}
