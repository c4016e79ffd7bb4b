//! `muara read`.

use super::args::Read;
use super::exit::{Exit, Failure};
use super::out::Out;
use crate::clock;
use crate::feed::{self, ReadContext, ReadFeed};
use crate::fetch::{FetchLimits, Fetcher};
use crate::model::{
    DateOrders, Document, DocumentEntry, Entry, FailureClass, Repair, ServerHints, Source,
    Validators, Window,
};
use crate::pipeline;
use bytes::Bytes;
use chrono::{SecondsFormat, SubsecRound};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Read as _;
use url::Url;

/// What relative links of a file refer to where nothing better is known.
const NOWHERE: &str = "http://localhost/";

/// Shows what documents hold.
pub(super) async fn read(wanted: Read) -> Result<Exit, Failure> {
    let fetcher = Fetcher::new(FetchLimits::default())
        .map_err(|error| Failure::new(Exit::Software, error.to_string()))?;
    let mut out = Out::new();
    let mut failed = 0;
    for path in &wanted.documents {
        let (source, shown) = match document(&fetcher, path, &wanted).await {
            Ok(document) => shown(&fetcher, &document, path, &wanted).await,
            Err(error) => (String::new(), Err(error)),
        };
        failed += usize::from(shown.is_err());
        if wanted.json {
            out.json(&report(path, &source, &shown))?;
        } else {
            show(&mut out, path, &shown)?;
        }
    }
    out.flush()?;
    Ok(if failed == 0 { Exit::Ok } else { Exit::Data })
}

/// What was read, or why nothing could be.
type Shown = Result<ReadFeed, String>;

/// The source's id, and what was read.
async fn shown(
    fetcher: &Fetcher,
    document: &Document,
    path: &str,
    wanted: &Read,
) -> (String, Shown) {
    let source = match source_of(&document.url) {
        Ok(source) => source,
        Err(error) => return (String::new(), Err(error)),
    };
    let context = ReadContext {
        document,
        window: &Window::default(),
        date_orders: DateOrders::default(),
        source: &source,
        now: clock::now(),
    };
    let shown = match feed::read(&context) {
        // Who reads a file asks for no other.
        Err(refusal) if refusal.is_index() && web_address(path).is_some() => {
            together(fetcher, &context, wanted.allow_private).await
        }
        read => read.map_err(|error| error.to_string()),
    };
    (source.id.to_string(), shown)
}

/// What the sitemaps hold that an index lists.
async fn together(fetcher: &Fetcher, context: &ReadContext<'_>, allow_private: bool) -> Shown {
    let sitemaps = pipeline::follow(fetcher, context.document, allow_private).await;
    let sitemaps = sitemaps.map_err(|failure| {
        format!("an index of sitemaps, of which none can be had: {}", failure.detail)
    })?;
    feed::read_together(&sitemaps, context).map_err(|error| error.to_string())
}

async fn document(fetcher: &Fetcher, path: &str, wanted: &Read) -> Result<Document, String> {
    match web_address(path) {
        Some(url) => fetched(fetcher, &url, wanted.allow_private).await,
        None => from_file(path, wanted),
    }
}

fn web_address(path: &str) -> Option<Url> {
    Url::parse(path).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

async fn fetched(fetcher: &Fetcher, url: &Url, allow_private: bool) -> Result<Document, String> {
    fetcher.get(url, allow_private, clock::now()).await.map_err(|failure| match failure.class {
        FailureClass::Blocked => {
            format!("blocked: {}; here --allow-private does", failure.detail)
        }
        class => format!("{}: {}", class.word(), failure.detail),
    })
}

fn from_file(path: &str, wanted: &Read) -> Result<Document, String> {
    let mut body = Vec::new();
    let read = if path == "-" {
        std::io::stdin().read_to_end(&mut body)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut body))
    };
    read.map_err(|error| format!("cannot be read: {error}"))?;
    let nowhere = Url::parse(NOWHERE).map_err(|error| error.to_string())?;
    let mut document = Document {
        body: Bytes::from(body),
        url: nowhere,
        charset: wanted.header_charset.clone(),
        validators: Validators::default(),
        hints: ServerHints::default(),
        moved_to: None,
    };
    if let Some(base) = wanted.base.clone().or_else(|| feed::own_address(&document)) {
        document.url = base;
    }
    Ok(document)
}

fn source_of(url: &Url) -> Result<Source, String> {
    let id = crate::config::source_id(url).ok_or("its address names nothing")?;
    Ok(Source::bare(id, url.clone()))
}

#[derive(Serialize)]
struct Report<'a> {
    path: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    format: &'a str,
    encoding: &'a str,
    encoding_from: &'a str,
    repairs: Vec<String>,
    title: Option<&'a str>,
    link: Option<&'a str>,
    language: Option<&'a str>,
    entries: Vec<ReportedEntry<'a>>,
}

#[derive(Serialize)]
struct ReportedEntry<'a> {
    key: String,
    id: Option<&'a str>,
    link: Option<&'a str>,
    title: &'a str,
    summary: String,
    content: Option<String>,
    published: Option<String>,
    /// Whether `published` may be read otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    guessed: bool,
    updated: Option<String>,
    authors: &'a [String],
    categories: &'a [String],
    language: Option<&'a str>,
    source: ReportedSource<'a>,
    image: Option<String>,
}

/// Where an entry comes from: the id that config would give the document's address, and what the
/// publisher says of where it was taken from.
#[derive(Serialize)]
struct ReportedSource<'a> {
    id: &'a str,
    title: Option<&'a str>,
    url: Option<&'a str>,
}

fn report<'a>(path: &'a str, source: &'a str, shown: &'a Shown) -> Report<'a> {
    let empty = Report {
        path,
        ok: false,
        error: None,
        format: "",
        encoding: "",
        encoding_from: "",
        repairs: Vec::new(),
        title: None,
        link: None,
        language: None,
        entries: Vec::new(),
    };
    match shown {
        Err(error) => Report { error: Some(error), ..empty },
        Ok(feed) => Report {
            ok: true,
            format: feed.format,
            encoding: &feed.encoding,
            encoding_from: feed.encoding_from,
            repairs: feed.repairs.iter().map(Repair::to_string).collect(),
            title: feed.title.as_deref(),
            link: feed.site.as_deref(),
            language: feed.language.as_deref(),
            entries: read_entries(feed).map(|entry| reported(entry, source)).collect(),
            ..empty
        },
    }
}

fn read_entries(feed: &ReadFeed) -> impl Iterator<Item = &Entry> {
    feed.entries.iter().filter_map(|item| match item {
        DocumentEntry::Read { entry, .. } => Some(entry.as_ref()),
        DocumentEntry::Known(_) => None,
    })
}

fn reported<'a>(entry: &'a Entry, source: &'a str) -> ReportedEntry<'a> {
    let html =
        |html: &String| feed::sanitize(html, entry.content.base.as_ref()).as_str().to_owned();
    let date =
        |at: &crate::model::Time| at.trunc_subsecs(0).to_rfc3339_opts(SecondsFormat::Secs, true);
    let content = entry.content.full.as_ref().map(html);
    let origin = entry.origin.as_ref();
    ReportedEntry {
        key: entry.keys.first().map(key).unwrap_or_default(),
        id: entry.guid.as_deref(),
        link: entry.link.as_ref().map(Url::as_str),
        title: &entry.title,
        summary: entry.content.summary.as_deref().map(crate::text::plain).unwrap_or_default(),
        image: image(entry)
            .or_else(|| content.as_deref().and_then(first_image))
            .or_else(|| entry.content.summary.as_ref().map(html).as_deref().and_then(first_image)),
        content,
        published: entry.published.as_ref().map(date),
        guessed: entry.date_guessed,
        updated: entry.updated.as_ref().map(date),
        authors: &entry.authors,
        categories: &entry.categories,
        language: entry.language.as_deref(),
        source: ReportedSource {
            id: source,
            title: origin.and_then(|origin| origin.title.as_deref()),
            url: origin.and_then(|origin| origin.url.as_deref()),
        },
    }
}

/// The first image among its files.
fn image(entry: &Entry) -> Option<String> {
    entry.enclosures.iter().find(|file| file.is_image()).map(|file| file.url.clone())
}

/// The first image of sanitized HTML, where every address is absolute and quoted.
fn first_image(html: &str) -> Option<String> {
    let (_, image) = html.split_once("<img src=\"")?;
    Some(image.split_once('"')?.0.replace("&amp;", "&"))
}

fn key(key: &crate::model::EntryKey) -> String {
    key.to_bytes().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn show(out: &mut Out, path: &str, shown: &Shown) -> std::io::Result<()> {
    let feed = match shown {
        Ok(read) => read,
        Err(error) => return out.line(format_args!("{path}: {error}")),
    };
    let entries: Vec<&Entry> = read_entries(feed).collect();
    out.line(format_args!("{path}"))?;
    out.line(format_args!(
        "  {}, {} ({}), {} entries",
        feed.format,
        feed.encoding,
        feed.encoding_from,
        entries.len()
    ))?;
    if let Some(title) = &feed.title {
        out.line(format_args!("  {title} [{}]", feed.language.as_deref().unwrap_or("??")))?;
    }
    if !feed.repairs.is_empty() {
        let repairs: Vec<String> = feed.repairs.iter().map(Repair::to_string).collect();
        out.line(format_args!("  repaired: {}", repairs.join(", ")))?;
    }
    for entry in &entries {
        let date = entry.published.map(|at| at.format("%F %H:%M").to_string());
        let mark = if entry.date_guessed { '?' } else { ' ' };
        out.line(format_args!("  {:16}{mark} {}", date.unwrap_or_default(), entry.title))?;
    }
    if entries.iter().any(|entry| entry.date_guessed) {
        out.line(format_args!("  ? another reading of this date was possible"))?;
    }
    Ok(())
}
