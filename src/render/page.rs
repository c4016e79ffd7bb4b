//! What every format shows of a feed: cleaned, cut to seconds, with something in place of what is
//! missing. No string reaches a format but through here.

use super::address::address;
use super::html;
use crate::model::{
    self, Enclosure, FeedSettings, Format, ListedStory, OnGrowth, OutputFeed, OutputItem,
    PublishContent, Reason, Time, TitleFields,
};
use crate::text;
use chrono::{DateTime, SubsecRound};
use std::borrow::Cow;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// A source without a name and an address.
const UNNAMED: &str = "unnamed";
/// How many characters of its text stand in for a title.
const TITLE_CHARS: usize = 90;
/// How many characters of its text stand in for a summary.
const SUMMARY_CHARS: usize = 400;

/// A feed, ready to be arranged.
pub(super) struct Page<'a> {
    /// The topic's name, as in its address.
    pub name: &'a str,
    /// `urn:uuid:`, made from the topic's name alone: it survives a move of the daemon.
    pub id: String,
    pub title: Cow<'a, str>,
    pub description: Cow<'a, str>,
    pub language: Option<&'a str>,
    /// The address of the topic for people.
    pub home: String,
    /// What follows the address of the feed: the rule that was asked.
    pub query: String,
    pub changed_at: Time,
    /// How long a copy stays fresh, in minutes.
    pub ttl: u32,
    pub hubs: &'a [Url],
    /// Which page of the topic's archive it is; `None` for the feed that is subscribed to.
    pub archive: Option<i64>,
    /// The page of the archive before it.
    pub previous: Option<i64>,
    pub items: Vec<Item<'a>>,
}

/// One item of a feed.
pub(super) struct Item<'a> {
    pub id: String,
    /// As feeds show it: one line, never empty.
    pub title: Cow<'a, str>,
    /// As pages show it, which name the source beside it.
    pub bare_title: Cow<'a, str>,
    pub link: Option<Cow<'a, str>>,
    /// HTML; empty where the topic publishes titles. What a topic shows around the text stands here
    /// only where there is no content.
    pub summary: String,
    /// HTML, with what the topic shows around it.
    pub content: Option<String>,
    /// The beginning of the text, plain, one line.
    pub excerpt: String,
    /// The source's name where the entry has none; never empty.
    pub authors: Vec<Cow<'a, str>>,
    pub categories: Vec<Cow<'a, str>>,
    pub reasons: Vec<Reason>,
    pub enclosures: Vec<Enclosure>,
    pub language: Option<&'a str>,
    pub published: Time,
    pub updated: Time,
    /// By its own account: of an entry from another aggregator, the source which that one names.
    pub source: Outlet<'a>,
    /// The feed that brought it, where that is not the source's.
    pub via: Option<Cow<'a, str>>,
    pub others: Vec<Outlet<'a>>,
    /// The stories that it lists, where it is a digest; empty for all other items.
    pub listed: Vec<Listed<'a>>,
}

/// A story as a digest lists it.
pub(super) struct Listed<'a> {
    /// Never empty.
    pub title: Cow<'a, str>,
    pub link: Option<Cow<'a, str>>,
    /// Never empty.
    pub outlet: Cow<'a, str>,
    pub language: Option<&'a str>,
    /// How many other outlets told it.
    pub others: usize,
}

/// A source, as it is named.
pub(super) struct Outlet<'a> {
    /// Never empty.
    pub name: Cow<'a, str>,
    pub feed_url: Cow<'a, str>,
    pub site: Option<Cow<'a, str>>,
    pub link: Option<Cow<'a, str>>,
    pub title: Cow<'a, str>,
    pub language: Option<&'a str>,
    pub published: Time,
}

impl<'a> Page<'a> {
    pub(super) fn of(feed: &'a OutputFeed, settings: &'a FeedSettings) -> Self {
        let shown = &feed.items[..feed.items.len().min(settings.items)];
        Self {
            previous: (feed.archived > 0).then_some(feed.archived),
            ..Self::with(feed, settings, shown)
        }
    }

    /// Page `number` of the topic's archive.
    pub(super) fn of_archive(
        feed: &'a OutputFeed,
        settings: &'a FeedSettings,
        number: i64,
    ) -> Self {
        Self {
            hubs: &[],
            archive: Some(number),
            previous: (number > 1).then_some(number - 1),
            ..Self::with(feed, settings, &feed.items)
        }
    }

    fn with(feed: &OutputFeed, settings: &'a FeedSettings, shown: &'a [OutputItem]) -> Self {
        let topic = match &settings.asked {
            None => format!("urn:muara:topic:{}", settings.name),
            Some(rule) => format!("urn:muara:search:{}", escaped(rule)),
        };
        let title = line(&settings.title);
        let description = settings.description.as_deref().map(line);
        Self {
            name: settings.name.as_str(),
            id: urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, topic.as_bytes())),
            description: description.filter(|words| !words.is_empty()).unwrap_or(title.clone()),
            title,
            language: settings.language.as_deref().and_then(tag),
            home: format!("{}{}", settings.public_url, settings.name),
            query: settings.asked.as_deref().map(query).unwrap_or_default(),
            changed_at: whole_seconds(feed.changed_at),
            ttl: ttl(shown),
            hubs: &settings.hubs,
            archive: None,
            previous: None,
            items: shown.iter().map(|item| Item::of(item, settings)).collect(),
        }
    }

    /// The feed's own address in `format`.
    pub(super) fn address(&self, format: Format) -> String {
        match self.archive {
            None => self.current(format),
            Some(number) => self.archive_address(number, format),
        }
    }

    /// The address of the feed that is subscribed to.
    fn current(&self, format: Format) -> String {
        format!("{}.{}{}", self.home, format.extension(), self.query)
    }

    pub(super) fn archive_address(&self, number: i64, format: Format) -> String {
        format!("{}/archive/{number}.{}", self.home, format.extension())
    }

    /// What the feed is related to: link relations and addresses. The next page of an archive may
    /// not be closed yet; its address leads to the current feed until then, so that a closed page
    /// need not change.
    pub(super) fn relations(&self, format: Format) -> Vec<(&'static str, String)> {
        let archive = |number| self.archive_address(number, format);
        let mut relations = vec![("self", self.address(format)), ("alternate", self.home.clone())];
        relations.extend(self.hubs.iter().map(|hub| ("hub", hub.to_string())));
        if let Some(number) = self.archive {
            relations.push(("current", self.current(format)));
            relations.push(("next-archive", archive(number + 1)));
        }
        relations.extend(self.previous.map(|number| ("prev-archive", archive(number))));
        relations
    }

    /// A third of what lies between two items on average, an hour at most: a proxy stays useful, and
    /// nothing is late by more than that. A closed page of the archive changes only when something is
    /// taken out of it.
    pub(super) fn fresh_for(&self) -> Duration {
        const HOUR: u64 = 60 * 60;
        let seconds = u64::from(self.ttl) * 60 / 3;
        Duration::from_secs(if self.archive.is_some() { 24 * HOUR } else { seconds.min(HOUR) })
    }

    pub(super) fn has_images(&self) -> bool {
        self.items.iter().any(|item| item.image().is_some())
    }
}

impl<'a> Item<'a> {
    fn of(item: &'a OutputItem, settings: &'a FeedSettings) -> Self {
        if !item.listed.is_empty() {
            return Self::of_digest(item, settings);
        }
        let (source, via) = source(item);
        let others: Vec<_> = item.others.iter().map(Outlet::of).collect();
        let title = title(item, &source);
        let mut ready = Self {
            id: urn(item.id),
            bare_title: title.clone(),
            title,
            link: item.link.as_deref().and_then(address),
            summary: String::new(),
            content: None,
            excerpt: text::excerpt(&line(&item.text), SUMMARY_CHARS),
            authors: authors(item, &source),
            categories: distinct_lines(&item.categories),
            reasons: item.reasons.iter().filter_map(reason).collect(),
            enclosures: item.enclosures.iter().filter_map(enclosure).collect(),
            language: item.language.as_deref().and_then(tag),
            published: whole_seconds(item.published),
            updated: whole_seconds(updated(item, settings.profile.on_growth)),
            source,
            via,
            others,
            listed: Vec::new(),
        };
        ready.add_texts(item, settings);
        ready.write_title(settings);
        ready
    }

    /// A digest is the topic's own: it bears its name and leads to its page.
    fn of_digest(item: &'a OutputItem, settings: &'a FeedSettings) -> Self {
        let topic = line(&settings.title);
        let day = line(&item.title);
        let listed: Vec<_> = item.listed.iter().map(Listed::of).collect();
        let titles: Vec<&str> = listed.iter().map(|story| &*story.title).collect();
        let home = format!("{}{}", settings.public_url, settings.name);
        let language = settings.language.as_deref().and_then(tag);
        Self {
            id: urn(item.id),
            title: format!("{topic} · {day}").into(),
            bare_title: day,
            link: Some(format!("{home}#{}", item.id).into()),
            summary: html::list(&listed),
            content: None,
            excerpt: text::excerpt(&titles.join(" · "), SUMMARY_CHARS),
            authors: vec![topic.clone()],
            categories: Vec::new(),
            reasons: Vec::new(),
            enclosures: Vec::new(),
            language,
            published: whole_seconds(item.published),
            updated: whole_seconds(item.updated),
            source: Outlet {
                name: topic,
                feed_url: Cow::Borrowed(""),
                site: Some(home.into()),
                link: None,
                title: Cow::Borrowed(""),
                language,
                published: item.published,
            },
            via: None,
            others: Vec::new(),
            listed,
        }
    }

    /// What the topic publishes of the text, and shows around it.
    fn add_texts(&mut self, item: &OutputItem, settings: &FeedSettings) {
        let around = html::Around::of(self, settings.profile.shown);
        let publish = settings.content;
        if publish == PublishContent::Title {
            self.excerpt.clear();
            self.summary = around.put("");
            return;
        }
        let summary = said(&summary(item));
        let content = item.content.as_ref().map(|full| said(full.as_str()));
        self.content = content.filter(|full| !full.is_empty()).map(|full| around.put(&full));
        self.summary = if self.content.is_some() { summary } else { around.put(&summary) };
    }

    fn write_title(&mut self, settings: &FeedSettings) {
        let template = &settings.profile.title;
        if template.is_plain() {
            return;
        }
        let written = template.fill(TitleFields {
            title: &self.title,
            source: &self.source.name,
            language: self.language.unwrap_or_default(),
            outlets: 1 + self.others.len(),
        });
        self.title = line(&written).into_owned().into();
    }

    /// The first picture.
    pub(super) fn image(&self) -> Option<&Enclosure> {
        self.enclosures.iter().find(|file| file.is_image())
    }

    /// The terms that brought the item into the topic, each once.
    pub(super) fn terms(&self) -> Vec<&str> {
        let mut terms: Vec<&str> = Vec::new();
        for reason in &self.reasons {
            if !terms.contains(&reason.term.as_str()) {
                terms.push(&reason.term);
            }
        }
        terms
    }
}

impl<'a> Outlet<'a> {
    fn of(outlet: &'a model::Outlet) -> Self {
        let feed_url = address(&outlet.feed_url).unwrap_or_default();
        let name = line(&outlet.name);
        Self {
            name: [name, feed_url.clone()]
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or(Cow::Borrowed(UNNAMED)),
            published: outlet.published,
            feed_url,
            site: outlet.site.as_deref().and_then(address),
            link: outlet.link.as_deref().and_then(address),
            title: line(&outlet.title),
            language: outlet.language.as_deref().and_then(tag),
        }
    }
}

impl<'a> Listed<'a> {
    fn of(story: &'a ListedStory) -> Self {
        let named = |text: &'a str| Some(line(text)).filter(|line| !line.is_empty());
        Self {
            title: named(&story.title).unwrap_or(Cow::Borrowed(UNNAMED)),
            link: story.link.as_deref().and_then(address),
            outlet: named(&story.outlet).unwrap_or(Cow::Borrowed(UNNAMED)),
            language: story.language.as_deref().and_then(tag),
            others: story.others,
        }
    }
}

/// The source, and the feed that brought the entry where that feed says that it took the entry from
/// there: a story that went through other aggregators keeps the source that it had.
fn source(item: &OutputItem) -> (Outlet<'_>, Option<Cow<'_, str>>) {
    let outlet = Outlet::of(&item.source);
    let Some(origin) = &item.origin else { return (outlet, None) };
    let named = origin.title.as_deref().map(line).filter(|name| !name.is_empty());
    let (Some(name), Some(feed_url)) = (named, origin.url.as_deref().and_then(address)) else {
        return (outlet, None);
    };
    let via = Some(outlet.feed_url.clone()).filter(|url| !url.is_empty() && *url != feed_url);
    (Outlet { name, feed_url, site: None, ..outlet }, via)
}

/// HTML without what XML or a reader would choke on; nothing where it says nothing.
fn said(html: &str) -> String {
    let clean = text::clean(html);
    if clean.trim().is_empty() { String::new() } else { clean.into_owned() }
}

fn updated(item: &OutputItem, on_growth: OnGrowth) -> Time {
    match (on_growth, item.grown) {
        (OnGrowth::Bump, Some(grown)) => item.updated.max(grown),
        _ => item.updated,
    }
}

fn query(rule: &str) -> String {
    format!("?q={}", escaped(rule))
}

fn escaped(rule: &str) -> String {
    url::form_urlencoded::byte_serialize(rule.as_bytes()).collect()
}

fn urn(id: Uuid) -> String {
    id.urn().to_string()
}

/// `text` without what XML or a reader would choke on, in one line.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    match text::clean(text) {
        Cow::Borrowed(clean) => text::squash(clean),
        Cow::Owned(clean) => text::squash(&clean).into_owned().into(),
    }
}

/// The title; else how the text begins, else the source: no format likes an item without one.
fn title<'a>(item: &'a OutputItem, source: &Outlet<'a>) -> Cow<'a, str> {
    let title = line(&item.title);
    if !title.is_empty() {
        return title;
    }
    let beginning = text::excerpt(&line(&item.text), TITLE_CHARS);
    if beginning.is_empty() { source.name.clone() } else { beginning.into() }
}

/// The summary's HTML; else the beginning of the text.
fn summary(item: &OutputItem) -> Cow<'_, str> {
    let summary = item.summary.as_str();
    if !summary.trim().is_empty() {
        return summary.into();
    }
    if line(&item.text).is_empty() {
        return "".into();
    }
    html::paragraph(&text::excerpt(&item.text, SUMMARY_CHARS)).into()
}

fn authors<'a>(item: &'a OutputItem, source: &Outlet<'a>) -> Vec<Cow<'a, str>> {
    let named = distinct_lines(&item.authors);
    if named.is_empty() { vec![source.name.clone()] } else { named }
}

fn distinct_lines(texts: &[String]) -> Vec<Cow<'_, str>> {
    let mut lines: Vec<Cow<'_, str>> = Vec::with_capacity(texts.len());
    for line in texts.iter().map(|text| line(text)) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn reason(reason: &Reason) -> Option<Reason> {
    let clean = |text: &str| line(text).into_owned();
    let term = clean(&reason.term);
    (!term.is_empty()).then(|| Reason {
        term,
        concept: reason.concept.as_deref().map(clean),
        field: clean(&reason.field),
        count: reason.count,
    })
}

fn enclosure(file: &Enclosure) -> Option<Enclosure> {
    Some(Enclosure {
        url: address(&file.url)?.into_owned(),
        media_type: file
            .media_type
            .as_deref()
            .filter(|text| is_media_type(text))
            .map(str::to_owned),
        bytes: file.bytes,
    })
}

/// `language` if it has the shape of a BCP 47 tag: feeds write `English` and `en_US` as well.
pub(super) fn tag(language: &str) -> Option<&str> {
    let mut parts = language.split('-');
    let alphanumeric = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = parts.next()?;
    let shaped = (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && alphanumeric(part));
    shaped.then_some(language)
}

/// Whether `text` reads `type/subtype` (RFC 6838 §4.2), parameters aside.
fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

/// `time` in whole seconds, within the years that RFC 822 and RFC 3339 can write.
fn whole_seconds(time: Time) -> Time {
    const FIRST: i64 = -62_135_596_800; // 0001-01-01T00:00:00Z
    const LAST: i64 = 253_402_300_799; // 9999-12-31T23:59:59Z
    let seconds = time.trunc_subsecs(0).timestamp().clamp(FIRST, LAST);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A round number of minutes, not more than what lies between two items on average: it moves
/// rarely, and only when an item does.
fn ttl(items: &[OutputItem]) -> u32 {
    const STEPS: [u32; 5] = [240, 120, 60, 30, 15];
    let (Some(newest), Some(oldest)) = (items.first(), items.last()) else { return STEPS[0] };
    let span = (newest.placed_at - oldest.placed_at).num_minutes();
    let gaps = i64::try_from(items.len() - 1).unwrap_or(i64::MAX).max(1);
    let pace = span / gaps;
    STEPS.into_iter().find(|step| i64::from(*step) <= pace).unwrap_or(STEPS[4])
}
