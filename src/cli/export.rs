//! `muara export`.

use super::exit::{Exit, Failure};
use super::out::Out;
use crate::config::Config;
use crate::model::{Format, Source};
use crate::opml::{self, Subscription};
use crate::topics::Topic;
use std::path::Path;

/// Prints the sources, or the feeds of the topics, as OPML.
pub(super) fn export(config: Option<&Path>, topics: bool) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let list = if topics {
        let topics = config.topics.iter().map(|topic| topic_feed(&config, topic));
        opml::write("Topics of Muara", &topics.collect::<Vec<_>>())
    } else {
        let sources = config.sources.iter().map(source_feed);
        opml::write("Sources of Muara", &sources.collect::<Vec<_>>())
    };
    let mut out = Out::new();
    out.line(list.trim_end())?;
    out.flush()?;
    Ok(Exit::Ok)
}

fn source_feed(source: &Source) -> Subscription {
    Subscription {
        feed: source.url.to_string(),
        title: Some(source.label().to_owned()),
        site: None,
        language: source.language.clone(),
        tags: source.tags.clone(),
    }
}

fn topic_feed(config: &Config, topic: &Topic) -> Subscription {
    let below = |name: &str| config.daemon.public_url.join(name).map(String::from).ok();
    let feed = format!("{}.{}", topic.name, Format::Rss.extension());
    Subscription {
        feed: below(&feed).unwrap_or(feed),
        title: Some(topic.title.clone()),
        site: below(topic.name.as_str()),
        language: topic.language.clone(),
        tags: Vec::new(),
    }
}
