//! Feeds for origins to serve: entries written out as RSS 2.0, RSS 1.0, Atom or JSON Feed, in any
//! encoding that newspapers use.

use super::origin::Page;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

/// The formats that feeds come in.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    Rss,
    Rdf,
    Atom,
    Json,
}

/// What a feed says of one entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) title: String,
    /// HTML, before any escaping for XML.
    pub(crate) summary: String,
    pub(crate) link: String,
    pub(crate) guid: Option<String>,
    /// RFC 3339.
    pub(crate) published: String,
}

impl Entry {
    pub(crate) fn new(title: &str, summary: &str, link: &str) -> Self {
        Self {
            title: title.to_owned(),
            summary: summary.to_owned(),
            link: link.to_owned(),
            guid: None,
            published: "2024-06-19T09:00:00+09:00".to_owned(),
        }
    }

    pub(crate) fn guid(mut self, guid: &str) -> Self {
        self.guid = Some(guid.to_owned());
        self
    }

    fn date(&self) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(&self.published).expect("a date in RFC 3339")
    }
}

/// A feed as its publisher sees it.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    pub(crate) shape: Shape,
    pub(crate) title: String,
    pub(crate) language: String,
    /// The publisher's home page.
    pub(crate) site: String,
    /// An IANA name. XML only; JSON Feed is always UTF-8.
    pub(crate) encoding: String,
    pub(crate) entries: Vec<Entry>,
}

impl Feed {
    /// An English RSS feed in UTF-8.
    pub(crate) fn rss(title: &str, entries: Vec<Entry>) -> Self {
        Self {
            shape: Shape::Rss,
            title: title.to_owned(),
            language: "en".to_owned(),
            site: "https://example.org/".to_owned(),
            encoding: "utf-8".to_owned(),
            entries,
        }
    }

    /// The document as an origin serves it.
    pub(crate) fn page(&self) -> Page {
        let media_type = match self.shape {
            Shape::Rss => "application/rss+xml",
            Shape::Rdf => "application/rdf+xml",
            Shape::Atom => "application/atom+xml",
            Shape::Json => "application/feed+json",
        };
        Page::new(media_type, encode(&self.text(), &self.encoding))
    }

    fn text(&self) -> String {
        match self.shape {
            Shape::Rss => self.as_rss(),
            Shape::Rdf => self.as_rdf(),
            Shape::Atom => self.as_atom(),
            Shape::Json => self.as_json(),
        }
    }

    fn as_rss(&self) -> String {
        let Self { encoding, language, .. } = self;
        let (title, site) = (escape(&self.title), escape(&self.site));
        let item = |entry: &Entry| {
            let date = entry.date().to_rfc2822();
            let guid = entry.guid.as_deref().map(escape);
            let guid = guid.map(|guid| format!("<guid isPermaLink=\"false\">{guid}</guid>"));
            let guid = guid.unwrap_or_default();
            format!("<item>{}<pubDate>{date}</pubDate>{guid}</item>\n", rss_fields(entry))
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n\
             <rss version=\"2.0\"><channel><title>{title}</title><link>{site}</link>\n\
             <description>{title}</description><language>{language}</language>\n\
             {}</channel></rss>\n",
            self.each(item)
        )
    }

    fn as_rdf(&self) -> String {
        let Self { encoding, language, .. } = self;
        let (title, site) = (escape(&self.title), escape(&self.site));
        let item = |entry: &Entry| {
            let about = escape(entry.guid.as_deref().unwrap_or(&entry.link));
            let (fields, date) = (rss_fields(entry), &entry.published);
            format!("<item rdf:about=\"{about}\">{fields}<dc:date>{date}</dc:date></item>\n")
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n\
             <rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\
             \x20xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
             <channel rdf:about=\"{site}\"><title>{title}</title><link>{site}</link>\n\
             <description>{title}</description><dc:language>{language}</dc:language></channel>\n\
             {}</rdf:RDF>\n",
            self.each(item)
        )
    }

    fn as_atom(&self) -> String {
        let Self { encoding, language, .. } = self;
        let (title, site) = (escape(&self.title), escape(&self.site));
        let item = |entry: &Entry| {
            let (title, link) = (escape(&entry.title), escape(&entry.link));
            let id = escape(entry.guid.as_deref().unwrap_or(&entry.link));
            let (date, summary) = (&entry.published, escape(&entry.summary));
            format!(
                "<entry><title>{title}</title><id>{id}</id><link href=\"{link}\"/>\n\
                 <published>{date}</published><updated>{date}</updated>\n\
                 <summary type=\"html\">{summary}</summary></entry>\n"
            )
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n\
             <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
             <title>{title}</title><id>{site}</id><link href=\"{site}\"/>\n\
             <updated>2024-06-20T00:00:00Z</updated>\n{}</feed>\n",
            self.each(item)
        )
    }

    /// Every entry written by `item`, one after the other.
    fn each(&self, item: impl Fn(&Entry) -> String) -> String {
        self.entries.iter().map(item).collect::<Vec<_>>().concat()
    }

    fn as_json(&self) -> String {
        let item = |entry: &Entry| {
            serde_json::json!({
                "id": entry.guid.as_deref().unwrap_or(&entry.link),
                "url": entry.link,
                "title": entry.title,
                "content_html": entry.summary,
                "date_published": entry.published,
            })
        };
        let items: Vec<_> = self.entries.iter().map(item).collect();
        serde_json::json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": self.site,
            "language": self.language,
            "items": items,
        })
        .to_string()
    }
}

/// What an item of RSS 1.0 and 2.0 begins with.
fn rss_fields(entry: &Entry) -> String {
    let [title, link, summary] =
        [&entry.title, &entry.link, &entry.summary].map(|text| escape(text));
    format!("<title>{title}</title><link>{link}</link><description>{summary}</description>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// `text` in `encoding`; panics where the encoding lacks a character.
fn encode(text: &str, encoding: &str) -> Vec<u8> {
    if encoding == "utf-16" {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        return units.flat_map(u16::to_le_bytes).collect();
    }
    let known = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("a known encoding");
    let (bytes, _, has_lost) = known.encode(text);
    assert!(!has_lost, "{encoding} cannot say all of this");
    bytes.into_owned()
}

/// `count` entries whose titles, texts and links are all different and contain `word`.
pub(crate) fn series(word: &str, count: usize) -> Vec<Entry> {
    (0..count)
        .rev()
        .map(|n| {
            let link = format!("https://{word}.example/{n}");
            let title = format!("{word} report number {n}");
            let summary =
                format!("<p>What the {word} did on day {n}, and what <b>{n}</b> people say.</p>");
            Entry {
                published: format!(
                    "2024-06-{:02}T{:02}:{:02}:00Z",
                    1 + n / 720,
                    n / 60 % 12,
                    n % 60
                ),
                ..Entry::new(&title, &summary, &link).guid(&format!("{word}-{n}"))
            }
        })
        .collect()
}
