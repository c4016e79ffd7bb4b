//! `muara search`.

use super::args::Search;
use super::exit::{Exit, Failure};
use super::out::Out;
use crate::config::Config;
use crate::model::{Hit, Time};
use crate::store::{Mode, SqliteStore};
use crate::text::SearchQuery;
use serde::Serialize;
use std::path::Path;

/// More than anyone reads.
const MOST: usize = 10_000;

#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    title: &'a str,
    link: Option<&'a str>,
    source: &'a str,
    language: Option<&'a str>,
    published: Time,
    excerpt: &'a str,
}

/// Shows the newest entries with all of the words.
pub(super) async fn search(config: Option<&Path>, wanted: Search) -> Result<Exit, Failure> {
    let query = SearchQuery::of(&wanted.words.join(" "));
    if query.is_empty() {
        return Err(Failure::new(Exit::Usage, "there is no word to look for in this".to_owned()));
    }
    let config = Config::load(&Config::find(config)?)?;
    let store = SqliteStore::open(&config.daemon.state, Mode::Read).await?;
    let hits = store.search(query, wanted.limit.min(MOST), None).await?;
    let mut out = Out::new();
    for hit in &hits {
        if wanted.json {
            out.json(&row(hit))?;
        } else {
            show(&mut out, hit)?;
        }
    }
    if hits.is_empty() && !wanted.json {
        out.line("nothing was found")?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn row(hit: &Hit) -> Row<'_> {
    Row {
        id: hit.entry.0,
        title: &hit.title,
        link: hit.link.as_deref(),
        source: &hit.source,
        language: hit.language.as_deref(),
        published: hit.published,
        excerpt: &hit.excerpt,
    }
}

fn show(out: &mut Out, hit: &Hit) -> std::io::Result<()> {
    let language = hit.language.as_deref().unwrap_or("??");
    let date = hit.published.format("%F %H:%M");
    out.line(format_args!("{date}  {language:6}{}  ({})", hit.title, hit.source))?;
    out.line(format_args!("    {}", hit.link.as_deref().unwrap_or("no link")))
}
