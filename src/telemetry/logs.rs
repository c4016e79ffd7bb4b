//! Sends log lines to the journal under systemd, else to standard error.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::str::FromStr;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// The variable that chooses what is logged, in the words of `tracing`: `debug`, or
/// `muara::fetch=debug,warn`.
const VARIABLE: &str = "MUARA_LOG";

/// What holds before that variable is read: the scheduler tells at `info` of each tick.
const BASE: &str = "info,tokio_cron_scheduler=warn";

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// To the journal with all fields if standard error leads there, else as [`Self::Text`].
    #[default]
    Auto,
    /// Lines for people on standard error, in colour on a terminal.
    Text,
    /// One JSON object a line on standard error.
    Json,
}

/// A word that is no log format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a log format is auto, text or json")]
pub struct UnknownLogFormat;

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(word: &str) -> Result<Self, UnknownLogFormat> {
        match word {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(UnknownLogFormat),
        }
    }
}

/// Starts logging for the whole process; a second call changes nothing.
pub fn init(format: LogFormat) {
    let wished = std::env::var(VARIABLE).unwrap_or_default();
    let (filter, problem) = filter(&wished);
    let _ = tracing_subscriber::registry().with(filter).with(output(format)).try_init();
    if let Some(problem) = problem {
        tracing::warn!("{VARIABLE} is not used, it says nothing that can be read: {problem}");
    }
}

/// The filter, and what is wrong with the wish if it could not be followed. The later directive of
/// two for the same target holds.
fn filter(wished: &str) -> (EnvFilter, Option<String>) {
    match EnvFilter::try_new(format!("{BASE},{wished}")) {
        Ok(filter) => (filter, None),
        Err(problem) => (EnvFilter::new(BASE), Some(problem.to_string())),
    }
}

type Output = Box<dyn Layer<FilteredRegistry> + Send + Sync>;
type FilteredRegistry = tracing_subscriber::layer::Layered<EnvFilter, Registry>;

fn output(format: LogFormat) -> Output {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    match (format, journal(format)) {
        (LogFormat::Json, _) => lines.json().flatten_event(true).boxed(),
        (_, Some(journal)) => journal.boxed(),
        (_, None) => lines.with_target(false).with_ansi(colour()).boxed(),
    }
}

/// The journal, if that is where standard error goes and it can be reached. In a container
/// `JOURNAL_STREAM` may be set while the socket is not there.
fn journal(format: LogFormat) -> Option<tracing_journald::Layer> {
    let wanted =
        format == LogFormat::Auto && leads_to_journal(&std::env::var("JOURNAL_STREAM").ok()?);
    // Fields without prefix, as `journalctl -o verbose` shows those of others: SOURCE=, not F_SOURCE=.
    wanted.then(|| tracing_journald::layer().ok())?.map(|layer| layer.with_field_prefix(None))
}

/// Whether `JOURNAL_STREAM` (device and inode, `systemd.exec(5)`) is our standard error. The
/// variable is inherited even where the output has been sent elsewhere.
fn leads_to_journal(stream: &str) -> bool {
    let stderr = io::stderr().as_fd().try_clone_to_owned().map(File::from);
    let Ok(meta) = stderr.and_then(|file| file.metadata()) else { return false };
    stream == format!("{}:{}", meta.dev(), meta.ino())
}

/// Colour on a terminal only, and not where `NO_COLOR` forbids it.
fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter_text(wished: &str) -> String {
        filter(wished).0.to_string()
    }

    #[test]
    fn without_a_wish_the_scheduler_is_quiet_and_the_rest_informs() {
        assert_eq!(filter_text(""), "tokio_cron_scheduler=warn,info");
    }

    #[test]
    fn a_wish_is_followed_and_the_scheduler_stays_quiet_unless_named() {
        assert_eq!(filter_text("debug"), "tokio_cron_scheduler=warn,debug");
        assert_eq!(filter_text("tokio_cron_scheduler=debug"), "tokio_cron_scheduler=debug,info");
        assert!(filter_text("muara::fetch=trace").contains("muara::fetch=trace"));
    }

    #[test]
    fn a_wish_that_cannot_be_read_is_said_and_leaves_the_default() {
        let (filter, problem) = filter("muara=loudly");
        assert_eq!(filter.to_string(), "tokio_cron_scheduler=warn,info");
        assert!(problem.is_some());
    }

    #[test]
    fn a_journal_that_is_not_our_standard_error_is_not_used() {
        assert!(!leads_to_journal(""));
        assert!(!leads_to_journal("0:0"));
        let meta = std::fs::metadata("/dev/stderr").unwrap();
        assert!(leads_to_journal(&format!("{}:{}", meta.dev(), meta.ino())));
    }

    #[test]
    fn formats_are_words() {
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        assert_eq!("auto".parse(), Ok(LogFormat::default()));
        assert_eq!("JSON".parse::<LogFormat>(), Err(UnknownLogFormat));
    }
}
