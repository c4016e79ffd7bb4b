//! The page that a browser gets at a feed's address, which would otherwise show markup or a
//! download: what a feed is good for, and its addresses to copy.

use super::{FeedLink, Frame, Words, rendered};
use crate::render::page::Page;
use askama::Template;

#[derive(Template)]
#[template(path = "subscribe.html", config = "src/render/site/askama.toml")]
struct SubscribePage<'a> {
    frame: Frame,
    title: Words<'a>,
    /// The topic's page, relative to the feeds.
    topic: &'a str,
    feeds: Vec<FeedLink>,
}

/// The page about the feeds of a topic.
pub(in crate::render) fn document(page: &Page, name: &str) -> Vec<u8> {
    let public_url = page.home.strip_suffix(name).unwrap_or_default();
    rendered(&SubscribePage {
        frame: Frame::new(),
        title: Words::new(&*page.title, page.language),
        topic: name,
        feeds: FeedLink::all(name, public_url),
    })
}
