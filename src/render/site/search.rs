//! The page that searches what is stored, and shows what it found.

use super::{Frame, Moment, Words, language_name, rendered};
use crate::model::Hit;
use crate::render::{address, page};
use askama::Template;
use std::borrow::Cow;
use url::Url;

#[derive(Template)]
#[template(path = "search.html", config = "src/render/site/askama.toml")]
struct SearchPage<'a> {
    frame: Frame,
    home: &'a str,
    query: &'a str,
    stories: Vec<Found<'a>>,
    older: Option<String>,
}

struct Found<'a> {
    title: Words<'a>,
    link: Option<Cow<'a, str>>,
    excerpt: Cow<'a, str>,
    source: Cow<'a, str>,
    language: Option<Cow<'static, str>>,
    published: Moment,
}

/// The page for `query` with what was found; `more`: there are older ones than these.
#[must_use]
pub fn search_page(query: &str, hits: &[Hit], more: bool, public_url: &Url) -> Vec<u8> {
    let query = page::line(query);
    let older = hits.last().filter(|_| more).map(|hit| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("q", &query).append_pair("before", &hit.entry.0.to_string());
        format!("{}search?{}", public_url.path(), form.finish())
    });
    rendered(&SearchPage {
        frame: Frame::searching(),
        home: public_url.path(),
        query: &query,
        stories: hits.iter().map(found).collect(),
        older,
    })
}

fn found(hit: &Hit) -> Found<'_> {
    let language = hit.language.as_deref().and_then(page::tag);
    let title = page::line(&hit.title);
    let title = if title.is_empty() { page::line(&hit.source) } else { title };
    Found {
        title: Words::new(title, language),
        link: hit.link.as_deref().and_then(address::address),
        excerpt: page::line(&hit.excerpt),
        source: page::line(&hit.source),
        language: language.map(language_name),
        published: Moment::new(hit.published),
    }
}
