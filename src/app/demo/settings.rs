//! The config of a demo: the topics and concepts of the example config, which comes with the binary,
//! and the recordings as sources. It is written out and read like any other, so that other commands
//! can be pointed at it.

use super::DemoError;
use super::recording::Recording;
use std::net::SocketAddr;
use std::path::PathBuf;
use toml::{Table, Value, toml};
use url::Url;

/// The example config that people start from.
const EXAMPLE: &str = include_str!("../../../config/config.toml");

/// What differs from one demo to the next, beside the recordings.
#[derive(Debug)]
pub(super) struct Settings {
    /// Where the database goes.
    pub state: PathBuf,
    /// Where the daemon serves.
    pub listen: SocketAddr,
    /// Where the recordings are served.
    pub origin: SocketAddr,
    /// Whether there is a topic that holds whatever the recordings hold.
    pub with_everything: bool,
}

impl Settings {
    /// The text of the config.
    pub(super) fn text(&self, recordings: &[Recording]) -> Result<String, DemoError> {
        let mut config = self.own();
        let example: Table = EXAMPLE
            .parse()
            .map_err(|error: toml::de::Error| DemoError::Example(error.to_string()))?;
        config.extend(example.into_iter().filter(|(key, _)| key == "topic" || key == "concepts"));
        if self.with_everything
            && let Some(Value::Array(topics)) = config.get_mut("topic")
        {
            topics.insert(0, everything().into());
        }
        let sources = recordings.iter().map(|recording| self.source(recording).into());
        config.insert("source".to_owned(), Value::Array(sources.collect()));
        Ok(config.to_string())
    }

    /// Polls within seconds, and lifts what protects the servers of others: all recordings come from
    /// one.
    fn own(&self) -> Table {
        let (state, listen) = (self.state.display().to_string(), self.listen.to_string());
        let mut config = toml! {
            [polling]
            every = "2s"
            min = "1s"
            max = "5s"

            [dedup]
            across_languages = true

            [[domain]]
            name = "127.0.0.1"
            connections = 8
        };
        let daemon = [("listen".to_owned(), listen.into()), ("state".to_owned(), state.into())];
        config.insert("daemon".to_owned(), Table::from_iter(daemon).into());
        config
    }

    fn source(&self, recording: &Recording) -> Table {
        let url = Url::parse(&format!("http://{}/", self.origin));
        let mut url = url.expect("an address makes a URL");
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&recording.file);
        }
        let mut source = Table::new();
        source.insert("id".to_owned(), recording.id.clone().into());
        source.insert("url".to_owned(), url.to_string().into());
        source.insert("allow_private".to_owned(), true.into());
        if let Some(language) = &recording.language {
            source.insert("language".to_owned(), language.clone().into());
        }
        source
    }
}

fn everything() -> Table {
    toml! {
        name = "everything"
        title = "Everything"
        description = "Every entry of every recording, copies once"
        rule = "/./"
        collapse = "copy"
    }
}
