//! What every format shows of a feed: cleaned, cut to seconds, with something in place of what is
//! missing. No string reaches a format but through here.

use super::html;
use crate::model::{self, Enclosure, FeedSettings, Format, OutputFeed, OutputItem, Reason, Time};
use crate::text;
use chrono::{DateTime, SubsecRound};
use std::borrow::Cow;
use url::Url;
use uuid::Uuid;

/// How many characters of its text stand in for a title.
const TITLE_CHARS: usize = 90;
/// How many characters of its text stand in for a summary.
const SUMMARY_CHARS: usize = 400;

/// A feed, ready to be arranged.
pub(super) struct Page<'a> {
    /// `urn:uuid:`, made from the topic's name alone: it survives a move of the daemon.
    pub id: String,
    pub title: Cow<'a, str>,
    pub description: Cow<'a, str>,
    pub language: Option<&'a str>,
    /// The address of the topic for people.
    pub home: String,
    pub changed_at: Time,
    /// How long a copy stays fresh, in minutes.
    pub ttl: u32,
    pub items: Vec<Item<'a>>,
}

/// One item of a feed.
pub(super) struct Item<'a> {
    pub id: String,
    /// One line, never empty.
    pub title: Cow<'a, str>,
    pub link: Option<Cow<'a, str>>,
    /// HTML, with the other outlets appended.
    pub summary: String,
    /// HTML, with the other outlets appended.
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
    pub source: Outlet<'a>,
    pub others: Vec<Outlet<'a>>,
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
}

impl<'a> Page<'a> {
    pub(super) fn of(feed: &'a OutputFeed, settings: &'a FeedSettings) -> Self {
        let topic = format!("urn:muara:topic:{}", settings.name);
        let title = line(&settings.title);
        let description = settings.description.as_deref().map(line);
        let shown = &feed.items[..feed.items.len().min(settings.items)];
        Self {
            id: urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, topic.as_bytes())),
            description: description.filter(|words| !words.is_empty()).unwrap_or(title.clone()),
            title,
            language: settings.language.as_deref().and_then(tag),
            home: format!("{}{}", settings.public_url, settings.name),
            changed_at: whole_seconds(feed.changed_at),
            ttl: ttl(shown),
            items: shown.iter().map(Item::of).collect(),
        }
    }

    /// The feed's own address in `format`.
    pub(super) fn address(&self, format: Format) -> String {
        format!("{}.{}", self.home, format.extension())
    }
}

impl<'a> Item<'a> {
    fn of(item: &'a OutputItem) -> Self {
        let source = Outlet::of(&item.source);
        let others: Vec<_> = item.others.iter().map(Outlet::of).collect();
        let also = html::also(&others);
        let with_others = |html: &str| text::clean(html).into_owned() + &also;
        Self {
            id: urn(item.id),
            title: title(item, &source),
            link: item.link.as_deref().and_then(address),
            summary: with_others(&summary(item)),
            content: item.content.as_ref().map(|full| with_others(full.as_str())),
            excerpt: text::excerpt(&line(&item.text), SUMMARY_CHARS),
            authors: authors(item, &source),
            categories: distinct_lines(&item.categories),
            reasons: item.reasons.iter().filter_map(reason).collect(),
            enclosures: item.enclosures.iter().filter_map(enclosure).collect(),
            language: item.language.as_deref().and_then(tag),
            published: whole_seconds(item.published),
            updated: whole_seconds(item.updated),
            source,
            others,
        }
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
            name: if name.is_empty() { feed_url.clone() } else { name },
            feed_url,
            site: outlet.site.as_deref().and_then(address),
            link: outlet.link.as_deref().and_then(address),
            title: line(&outlet.title),
            language: outlet.language.as_deref().and_then(tag),
        }
    }
}

fn urn(id: Uuid) -> String {
    id.urn().to_string()
}

/// `text` without what XML or a reader would choke on, in one line.
fn line(text: &str) -> Cow<'_, str> {
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
    if !summary.trim().is_empty() || item.text.is_empty() {
        return summary.into();
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

/// `url` if a reader may follow it: http or https, without a user's name and password, which a
/// source's address may hold and a subscriber must not see.
fn address(url: &str) -> Option<Cow<'_, str>> {
    let after_scheme = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let unusual = |c: char| c.is_whitespace() || c.is_control() || "<>\"\\".contains(c);
    if url.contains(unusual) || authority.contains('@') {
        return Url::parse(url).ok().map(|url| without_user(url).into());
    }
    Some(url.into())
}

fn without_user(mut url: Url) -> String {
    // Both only fail on addresses that cannot have a user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// `language` if it has the shape of a BCP 47 tag: feeds write `English` and `en_US` as well.
fn tag(language: &str) -> Option<&str> {
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
