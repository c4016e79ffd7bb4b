//! `muara topics`.

use super::exit::{Exit, Failure};
use super::out::Out;
use super::status::table;
use crate::config::Config;
use crate::model::{Format, Time};
use crate::store::{Mode, SqliteStore, StoreError, TopicStatus};
use crate::topics::Topic;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    title: &'a str,
    items: u64,
    last_seq: i64,
    version: i64,
    newest: Option<Time>,
    /// Items a day.
    pace: f64,
    address: String,
}

/// Lists the topics of config, with how they fare where a store tells.
pub(super) async fn topics(config: Option<&Path>, json: bool) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let statuses = match SqliteStore::open(&config.daemon.state, Mode::Read).await {
        Ok(store) => store.topic_statuses().await?,
        Err(StoreError::Missing(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let rows: Vec<Row> = config.topics.iter().map(|topic| row(&config, topic, &statuses)).collect();
    let mut out = Out::new();
    if json {
        out.json(&rows)?;
    } else {
        show(&mut out, &rows)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn row<'a>(config: &Config, topic: &'a Topic, statuses: &[TopicStatus]) -> Row<'a> {
    let status = statuses.iter().find(|status| status.name == topic.name);
    let feed = format!("{}.{}", topic.name, Format::Rss.extension());
    let address = config.daemon.public_url.join(&feed).map(String::from).unwrap_or(feed);
    Row {
        name: topic.name.as_str(),
        title: &topic.title,
        items: status.map_or(0, |status| status.items),
        last_seq: status.map_or(0, |status| status.last_seq),
        version: status.map_or(0, |status| status.version),
        newest: status.and_then(|status| status.newest),
        pace: status.map_or(0.0, |status| status.per_day),
        address,
    }
}

fn show(out: &mut Out, rows: &[Row]) -> std::io::Result<()> {
    let mut table = table(&["topic", "items", "a day", "newest", "subscribe to"]);
    for row in rows {
        table.add_row([
            row.title.to_owned(),
            row.items.to_string(),
            format!("{:.1}", row.pace),
            row.newest.map(|at| at.format("%F %H:%M").to_string()).unwrap_or_default(),
            row.address.clone(),
        ]);
    }
    out.line(table)
}
