//! From what a document says of an item to an entry: links made absolute, names and texts made
//! plain, dates read, keys and digest computed.

use super::ReadContext;
use super::cut::cut;
use super::dates::{self, Habits, Order, Reading};
use super::head::{Head, tag};
use super::item::Item;
use super::links;
use super::people;
use super::prose::Prose;
use crate::model::{Content, Enclosure, Entry, EntryKey, KeyKind, Time};
use crate::{link, text};
use url::Url;

/// Authors, categories and enclosures beyond this number are left out.
const MOST_IN_LIST: usize = 100;

/// Longer categories are cut, in bytes.
const LONGEST_CATEGORY: usize = 1024;

/// What an item is normalized against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) context: &'a ReadContext<'a>,
    pub(super) head: &'a Head,
    /// The base that items inherit.
    pub(super) base: &'a Url,
    /// The order of day and month that the source's dates have settled.
    pub(super) order: Option<Order>,
}

/// The dates of an entry.
struct Dates {
    published: Option<Time>,
    updated: Option<Time>,
    /// Whether the first lay in the future.
    clamped: bool,
    /// Whether the first is a guess.
    guessed: bool,
}

/// Where there is no link, a guid that is unique in the world by its form stands for the entry: another
/// aggregator's item that comes through a third one is still the same.
fn own_name(guid: Option<&str>) -> Option<String> {
    let guid = guid?.to_ascii_lowercase();
    let digits = guid.strip_prefix("urn:uuid:")?;
    uuid::Uuid::try_parse(digits).ok().filter(|id| !id.is_nil())?;
    Some(guid)
}

impl Surroundings<'_> {
    /// Makes an entry of an item.
    pub(super) fn entry(&self, item: Item) -> Entry {
        let base = item.base.clone().unwrap_or_else(|| self.base.clone());
        let enclosures = enclosures(&item.enclosures, &base);
        let link = links::best(&item, &enclosures, &base);
        let evidence = link.as_ref().and_then(|link| links::evidence(&item, link, &base));
        let canonical_link = evidence.as_ref().or(link.as_ref()).map(link::canonical);
        let dates = self.dates(&item);
        let date = self.date_of_key(&item);
        let title = item.title.as_ref().map(Prose::line).unwrap_or_default();
        let (text, content) = bodies(item.summary, item.content, item.caption, base);
        let text_hash = hash_of_text(&text);
        let keys = Ladder {
            guid: item.guid.as_deref(),
            canonical_link: canonical_link.as_deref(),
            title: &title,
            date: date.as_deref(),
            text: &text_hash,
        };
        let keys = keys.keys();
        let canonical_link = canonical_link.or_else(|| own_name(item.guid.as_deref()));
        let mut entry = Entry {
            keys,
            guid: item.guid,
            authors: names(if item.authors.is_empty() {
                &self.head.authors
            } else {
                &item.authors
            }),
            categories: lines(&item.categories),
            language: self.language(item.language.as_deref()),
            origin: item.origin,
            date_clamped: dates.clamped,
            date_guessed: dates.guessed,
            digest: [0; 16],
            link,
            canonical_link,
            title,
            text,
            content,
            enclosures,
            published: dates.published,
            updated: dates.updated,
        };
        entry.digest = digest(&entry, &text_hash);
        entry
    }

    /// Config overrides the entry, the entry the feed.
    fn language(&self, own: Option<&str>) -> Option<String> {
        let own = || own.and_then(tag).or_else(|| self.head.language.clone());
        self.context.source.language.clone().or_else(own)
    }

    /// What the date says, whatever its spelling: another program at the publisher's writes it in
    /// another form. As written where it cannot be read without a guess.
    fn date_of_key(&self, item: &Item) -> Option<String> {
        let raw = item.published.as_deref().or(item.updated.as_deref())?;
        let language = self.context.source.language.as_deref().or(self.head.language.as_deref());
        // Not by what the source's dates have settled: that comes later than its first entries.
        let habits = Habits { order: Order::of_language(language), is_settled: false, language };
        let read = dates::read(raw, habits).filter(|read| !read.guess);
        Some(read.map_or_else(|| raw.to_owned(), |read| read.time.timestamp().to_string()))
    }

    /// An only date of update counts as that of publication as well; none lies in the future.
    fn dates(&self, item: &Item) -> Dates {
        let language = self.context.source.language.as_deref().or(self.head.language.as_deref());
        let order = self.order.unwrap_or_else(|| Order::of_language(language));
        let habits = Habits { order, is_settled: self.order.is_some(), language };
        let reading = |raw: &Option<String>| dates::read(raw.as_deref()?, habits);
        let updated = reading(&item.updated);
        let published = reading(&item.published).or(updated);
        let now = self.context.now;
        let time = |reading: Option<Reading>| reading.map(|reading| reading.time);
        Dates {
            published: time(published).map(|time| time.min(now)),
            updated: time(updated).filter(|time| *time <= now),
            clamped: published.is_some_and(|reading| reading.time > now),
            guessed: published.is_some_and(|reading| reading.guess),
        }
    }
}

fn enclosures(raw: &[Enclosure], base: &Url) -> Vec<Enclosure> {
    let mut enclosures: Vec<Enclosure> = Vec::new();
    for enclosure in raw.iter().take(MOST_IN_LIST) {
        let Some(url) = links::web_address(&enclosure.url, base) else { continue };
        if enclosures.iter().all(|known| known.url != url.as_str()) {
            enclosures.push(Enclosure { url: url.into(), ..enclosure.clone() });
        }
    }
    enclosures
}

/// The plain text, and the HTML that it came from. A content that only repeats the summary is none.
fn bodies(
    summary: Option<Prose>,
    content: Option<Prose>,
    caption: Option<Prose>,
    base: Url,
) -> (String, Content) {
    let summary = summary.filter(|prose| !prose.is_blank());
    let full = content.filter(|prose| !prose.is_blank() && Some(prose) != summary.as_ref());
    let summary = summary.or(if full.is_none() { caption } else { None });
    let text = full.as_ref().or(summary.as_ref()).map(Prose::paragraphs).unwrap_or_default();
    let html = |prose: Option<Prose>| prose.map(Prose::into_html);
    (text, Content { summary: html(summary), full: html(full), base: Some(base) })
}

fn names(raw: &[String]) -> Vec<String> {
    distinct(raw.iter().filter_map(|raw| people::name(raw)))
}

fn lines(raw: &[String]) -> Vec<String> {
    distinct(
        raw.iter()
            .map(|raw| Prose::html(cut(raw, LONGEST_CATEGORY)).line())
            .filter(|line| !line.is_empty()),
    )
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for text in texts.take(MOST_IN_LIST) {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    distinct
}

/// What an entry's keys are made of.
pub(super) struct Ladder<'a> {
    pub(super) guid: Option<&'a str>,
    pub(super) canonical_link: Option<&'a str>,
    pub(super) title: &'a str,
    /// The publisher's own: a date that was clamped or guessed is no identity.
    pub(super) date: Option<&'a str>,
    /// The hash of its text.
    pub(super) text: &'a TextHash,
}

impl Ladder<'_> {
    /// Every key that the entry has, strongest first. The last one there always is.
    pub(super) fn keys(&self) -> Vec<EntryKey> {
        let title = text::fold(self.title);
        let guid = self.guid.map(str::trim).filter(|guid| !guid.is_empty());
        let of = EntryKey::of;
        // A site that goes over to https has not written everything anew.
        let guid = guid.map(|guid| match guid.strip_prefix("http://") {
            Some(rest) => of(KeyKind::Guid, &format!("https://{rest}")),
            None => of(KeyKind::Guid, guid),
        });
        let link = self.canonical_link.filter(|link| !link::is_root(link));
        let keys = [
            guid,
            link.map(|link| of(KeyKind::Link, link)),
            self.date.zip(self.name(&title)).map(|(date, name)| {
                EntryKey::of_lines(KeyKind::TitleDate, &[name, date.as_bytes()])
            }),
            Some(EntryKey::of_lines(KeyKind::Content, &[title.as_bytes(), self.text])),
        ];
        keys.into_iter().flatten().collect()
    }

    /// The title; of an entry without one its text, if it has any.
    fn name<'n>(&'n self, title: &'n str) -> Option<&'n [u8]> {
        if !title.is_empty() {
            return Some(title.as_bytes());
        }
        (*self.text != hash_of_text("")).then_some(self.text)
    }
}

/// BLAKE3 over a plain text without its lines: texts are long, and are hashed once.
pub(super) type TextHash = [u8; 32];

/// Of plain text, whose white space is single spaces and line feeds.
pub(super) fn hash_of_text(text: &str) -> TextHash {
    blake3::hash(text.replace('\n', " ").as_bytes()).into()
}

/// What makes a revision: title, text, canonical link, authors and enclosures. Addresses of images
/// rotate, so they do not count.
pub(super) fn digest(entry: &Entry, text: &TextHash) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(text);
    let mut add = |part: &str| {
        let part = text::squash(part);
        hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
    };
    add(&entry.title);
    add(entry.canonical_link.as_deref().unwrap_or_default());
    entry.authors.iter().for_each(|author| add(author));
    add("");
    entry
        .enclosures
        .iter()
        .filter(|enclosure| !enclosure.is_image())
        .for_each(|enclosure| add(&enclosure.url));
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    digest
}
