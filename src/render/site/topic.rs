//! The page of a topic: its stories by day, each with who tells it in which language.

use super::{FeedLink, Frame, Moment, Teller, Words, language_name, newest_first, rendered, words};
use crate::render::html;
use crate::render::page::{self, Item, Page};
use crate::text;
use askama::Template;
use std::borrow::Cow;

/// How many characters of a story's text are shown.
const EXCERPT_CHARS: usize = 280;
/// How many of the other outlets are named at once; the rest unfolds.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "topic.html", config = "src/render/site/askama.toml")]
struct TopicPage<'a> {
    frame: Frame,
    title: Words<'a>,
    description: Option<Words<'a>>,
    /// The page's own address.
    address: &'a str,
    pace: Option<String>,
    changed: Moment,
    feeds: Vec<FeedLink>,
    days: Vec<Day<'a>>,
}

struct Day<'a> {
    /// `2024-06-19`.
    iso: String,
    words: String,
    stories: Vec<Story<'a>>,
}

struct Story<'a> {
    title: Words<'a>,
    link: Option<&'a str>,
    excerpt: Option<String>,
    iso: String,
    clock: String,
    source: Teller<'a>,
    /// What leads to it on the page, where it is a digest.
    anchor: Option<&'a str>,
    listed: Vec<Listed<'a>>,
    others: Vec<Teller<'a>>,
    /// The outlets beyond those of `others`.
    more: Vec<Teller<'a>>,
}

/// A story of a digest.
struct Listed<'a> {
    title: Words<'a>,
    link: Option<&'a str>,
    source: &'a str,
    language: Option<Cow<'static, str>>,
    also: Option<String>,
}

/// The page of a topic.
pub(in crate::render) fn document(page: &Page, name: &str) -> Vec<u8> {
    let public_url = page.home.strip_suffix(name).unwrap_or_default();
    let described = page.description != page.title;
    let topic = TopicPage {
        frame: Frame::new(),
        title: Words::new(&*page.title, page.language),
        description: described.then(|| Words::new(&*page.description, page.language)),
        address: &page.home,
        pace: words::pace(page.items.iter().map(|item| item.published)),
        changed: Moment::new(page.changed_at),
        feeds: FeedLink::all(name, public_url),
        days: days(&page.items),
    };
    rendered(&topic)
}

fn days<'a>(items: &'a [Item]) -> Vec<Day<'a>> {
    let sorted = newest_first(items);
    let same_day = |a: &&Item, b: &&Item| a.published.date_naive() == b.published.date_naive();
    let days = sorted.chunk_by(same_day).map(|items| {
        let date = items[0].published.date_naive();
        Day {
            iso: date.to_string(),
            words: words::day(date),
            stories: items.iter().map(|item| story(item)).collect(),
        }
    });
    days.collect()
}

fn story<'a>(item: &'a Item) -> Story<'a> {
    let excerpt = text::excerpt(&item.excerpt, EXCERPT_CHARS);
    let says_more =
        !excerpt.is_empty() && !item.bare_title.starts_with(excerpt.trim_end_matches('…'));
    let mut others = Vec::new();
    for outlet in item.others.iter().filter(|outlet| outlet.link.is_some()) {
        others.push(Teller::new(outlet, outlet.link.as_deref()));
    }
    let more = others.split_off(others.len().min(NAMED));
    let is_digest = !item.listed.is_empty();
    Story {
        anchor: item.id.strip_prefix("urn:uuid:").filter(|_| is_digest),
        listed: item.listed.iter().map(listed).collect(),
        title: Words::new(&*item.bare_title, item.language),
        link: item.link.as_deref(),
        excerpt: (says_more && !is_digest).then_some(excerpt),
        iso: words::iso(item.published),
        clock: words::clock(item.published),
        source: Teller::new(&item.source, item.source.site.as_deref()),
        others,
        more,
    }
}

fn listed<'a>(story: &'a page::Listed) -> Listed<'a> {
    Listed {
        title: Words::new(&*story.title, story.language),
        link: story.link.as_deref(),
        source: &story.outlet,
        language: story.language.map(language_name),
        also: (story.others > 0).then(|| html::also_told(story.others)),
    }
}
