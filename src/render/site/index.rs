//! The index of all topics: a page, and the same as OPML. It is made from what was kept of each
//! topic when that was rendered, so that one topic's change does not read all the others again.

use super::{FeedLink, Frame, Moment, Words, language_name, newest_first, rendered, words};
use crate::model::{FeedSettings, Format, OutputFeed, Rendition, RenditionSet, Time, TopicName};
use crate::render::page::{Item, Page};
use askama::Template;
use std::borrow::Cow;
use std::time::Duration;
use url::Url;

/// How long a copy of the list of topics may be used unasked.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// How many of a topic's newest stories the index shows.
const HEADLINES: usize = 5;
/// How many languages are named.
const LANGUAGES: usize = 4;

/// What the index shows of a topic.
#[derive(Debug)]
pub struct TopicDigest {
    name: TopicName,
    changed_at: Time,
    title: Words<'static>,
    /// Plain.
    description: Option<Words<'static>>,
    language: Option<String>,
    pace: Option<String>,
    /// In English, those of the newest stories first.
    languages: Vec<Cow<'static, str>>,
    headlines: Vec<Headline>,
}

#[derive(Debug)]
struct Headline {
    title: Words<'static>,
    link: Option<String>,
    source: Words<'static>,
    language: Option<Cow<'static, str>>,
    published: Moment,
}

impl TopicDigest {
    /// How many of a topic's newest items a digest is made from; more make no difference.
    pub const ITEMS: usize = words::JUDGED;

    /// The digest of a topic. Of `feed.items`, summaries and contents are not looked at.
    #[must_use]
    pub fn of(feed: &OutputFeed, settings: &FeedSettings) -> Self {
        let few = FeedSettings { items: settings.items.min(Self::ITEMS), ..settings.clone() };
        let page = Page::of(feed, &few);
        let described = page.description != page.title;
        let newest = newest_first(&page.items);
        Self {
            name: settings.name.clone(),
            changed_at: page.changed_at,
            title: Words::new(&*page.title, page.language).into_owned(),
            description: described
                .then(|| Words::new(&*page.description, page.language).into_owned()),
            language: page.language.map(str::to_owned),
            pace: words::pace(page.items.iter().map(|item| item.published)),
            languages: languages(&newest),
            headlines: newest.iter().take(HEADLINES).map(|item| headline(item)).collect(),
        }
    }

    fn feeds(&self) -> Vec<FeedLink> {
        FeedLink::all(self.name.as_str(), "")
    }

    /// "Korean, Russian, Arabic and 3 more languages".
    fn spoken(&self) -> String {
        let (named, more) = self.languages.split_at(self.languages.len().min(LANGUAGES));
        let list = named.join(", ");
        match more.len() {
            0 => list,
            1 => format!("{list} and one more language"),
            more => format!("{list} and {more} more languages"),
        }
    }
}

fn headline(item: &Item) -> Headline {
    Headline {
        title: Words::new(&*item.bare_title, item.language).into_owned(),
        link: item.link.as_deref().map(str::to_owned),
        source: Words::new(&*item.source.name, item.source.language).into_owned(),
        language: item.source.language.map(language_name),
        published: Moment::new(item.published),
    }
}

/// The languages of stories and of all who tell them, each once.
fn languages(items: &[&Item]) -> Vec<Cow<'static, str>> {
    let mut names: Vec<Cow<'static, str>> = Vec::new();
    for item in items {
        let told = item.others.iter().map(|other| other.language);
        let listed = item.listed.iter().map(|story| story.language);
        for tag in std::iter::once(item.language).chain(told).chain(listed).flatten() {
            let name = language_name(tag);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

#[derive(Template)]
#[template(path = "index.html", config = "src/render/site/askama.toml")]
struct IndexPage<'a> {
    frame: Frame,
    host: &'a str,
    public_url: &'a str,
    topics: &'a [&'a TopicDigest],
    /// Whether there is a page that searches: not where pages are files.
    has_search: bool,
}

#[derive(Template)]
#[template(path = "opml.xml", config = "src/render/site/askama.toml")]
struct Opml<'a> {
    host: &'a str,
    public_url: &'a str,
    modified: String,
    topics: &'a [&'a TopicDigest],
}

/// The index of `topics`, in their order, as a page and as OPML 2.0.
#[must_use]
pub fn index(
    topics: &[&TopicDigest],
    public_url: &Url,
    version: i64,
    has_search: bool,
) -> RenditionSet {
    let host = public_url.host_str().unwrap_or_default();
    let changed_at = topics.iter().map(|topic| topic.changed_at).max().unwrap_or_default();
    let public_url = public_url.as_str();
    let page = IndexPage { frame: Frame::new(), host, public_url, topics, has_search };
    let modified = changed_at.to_rfc2822();
    let opml = Opml { host, public_url, modified, topics };
    let bodies = [(Format::Page, rendered(&page)), (Format::Opml, rendered(&opml))];
    let renditions =
        bodies.map(|(format, body)| Rendition { format, body: body.into(), items: Vec::new() });
    RenditionSet {
        name: TopicName::index(),
        version,
        changed_at,
        fresh_for: FRESH,
        renditions: renditions.into(),
    }
}
