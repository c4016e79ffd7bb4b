//! The command line's grammar.

use crate::config;
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Polls the world's news feeds, works out which entries tell the same story, and republishes merged
/// topic feeds.
#[derive(Debug, Parser)]
#[command(name = "muara", version, propagate_version = true)]
pub(super) struct Args {
    /// The config file [default: ./config/config.toml, else /etc/muara/config.toml]
    #[arg(long, short, global = true, value_name = "FILE", env = "MUARA_CONFIG")]
    pub config: Option<PathBuf>,
    /// What to do; without it, `run`
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Runs the daemon: polls, publishes, serves
    Run,
    /// Checks a config file and shows every problem in it
    Check {
        /// The file to check, in place of the one that would be used
        #[arg(value_name = "CONFIG")]
        file: Option<PathBuf>,
        /// Also shows what it would add to each topic and take from it, against the config that the daemon
        /// runs with
        #[arg(long)]
        against_running: bool,
        /// Over entries first seen within this time (`7d`, `12h`)
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = config::parse_duration)]
        since: std::time::Duration,
    },
    /// Shows how the sources fare
    Status {
        /// Everything about this one
        source: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Polls now, whatever is due, and ends when what came is published
    Poll {
        /// This source
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        source: Vec<String>,
        /// Every source
        #[arg(long)]
        all: bool,
        /// One JSON object a poll
        #[arg(long)]
        json: bool,
    },
    /// Makes the running daemon take up its config file as it is now
    Reload {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Shows what documents hold: format, encoding, repairs, entries
    Read(Read),
    /// Lists the topics and their addresses
    Topics {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Shows what a rule catches
    Try(Try),
    /// Finds entries by words, in whatever language, the newest first
    Search(Search),
    /// Lists the concepts that rules can name, or shows which of them stand in texts
    Concepts(Concepts),
    /// Shows which entries tell the same story
    Stories(Stories),
    /// Says everything about an entry: its keys, revisions, story, topics, and why
    Explain {
        /// An item's id, an entry's number, or an address
        #[arg(value_name = "ID|URL")]
        what: String,
        /// One JSON object an entry
        #[arg(long)]
        json: bool,
    },
    /// Takes an item out of feeds, pages and archives for good
    Hide {
        /// An item's id, an entry's number, or an address
        #[arg(value_name = "ID|URL")]
        what: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Says that two entries tell the same story
    Merge {
        /// An item's id, an entry's number, or an address
        #[arg(value_name = "A")]
        one: String,
        /// Another
        #[arg(value_name = "B")]
        other: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Says that an entry does not tell the story that it stands in
    Split {
        /// An item's id, an entry's number, or an address
        #[arg(value_name = "ID|URL")]
        what: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Lets go of entries that were held back because their source changed everything at once
    Release {
        /// Which source
        source: String,
        /// Only notes that they are known; they are not published
        #[arg(long)]
        drop: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Copies the store, also while the daemon runs
    Backup {
        /// A file, or a directory for a new file
        #[arg(value_name = "FILE|DIR")]
        to: PathBuf,
        /// Output for programs: one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Puts a backup in the place of the store, or takes over the ids of published feeds
    Restore {
        /// A backup
        #[arg(required_unless_present = "from")]
        file: Option<PathBuf>,
        /// Feeds that Muara published as files: what they show keeps its ids
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// Output for programs: one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Finds the feeds of a site and writes the chosen one into the config
    Add(Add),
    /// Adds the feeds of another reader's OPML list to the config
    Import {
        /// The list; `-` is standard input
        #[arg(value_name = "FILE.opml")]
        file: PathBuf,
        /// Only says what would be added
        #[arg(long)]
        dry_run: bool,
    },
    /// Prints the sources as an OPML list for other readers
    Export {
        /// The feeds of the topics instead
        #[arg(long)]
        topics: bool,
    },
    /// Shows everything at work on recorded feeds, without a network
    Demo(Demo),
    /// Prints a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The address of a feed, or of a page whose feeds are looked for
    pub url: String,
    /// Takes the best feed without asking
    #[arg(long, short)]
    pub yes: bool,
    /// The address may be a private one
    #[arg(long)]
    pub allow_private: bool,
    /// What the config is to call the source
    #[arg(long)]
    pub id: Option<crate::model::SourceId>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Read {
    /// Files or addresses; `-` is standard input
    #[arg(required = true, value_name = "FILE|URL")]
    pub documents: Vec<String>,
    /// The charset that HTTP declares for files
    #[arg(long, value_name = "NAME")]
    pub header_charset: Option<String>,
    /// The address that relative links in files refer to; without it, the one that the feed gives as its own
    #[arg(long, value_name = "URL")]
    pub base: Option<url::Url>,
    /// Addresses may be private ones
    #[arg(long)]
    pub allow_private: bool,
    /// One JSON object a document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Try {
    /// The rule, as in config; without it, the rules of all topics
    pub rule: Option<String>,
    /// Entries first seen within this time (`7d`, `12h`)
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = config::parse_duration)]
    pub since: std::time::Duration,
    /// Entries from a file instead of the store, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub jsonl: Option<PathBuf>,
    /// Every match, not only the newest
    #[arg(long)]
    pub all: bool,
    /// One JSON object a match
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Concepts {
    #[command(subcommand)]
    pub command: Option<ConceptsCommand>,
    /// The concepts in texts from a file, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub jsonl: Option<PathBuf>,
    /// With the words that were found
    #[arg(long, requires = "jsonl")]
    pub evidence: bool,
    /// One JSON object a concept
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConceptsCommand {
    /// Lists the concepts that are built in and those of the config
    List {
        /// One JSON object a concept
        #[arg(long)]
        json: bool,
    },
    /// Adds concepts to the config from a table of names (CSV or TSV, as Wikidata's query service gives it)
    Import {
        /// The table; `-` is standard input. Its first line names the columns: `concept` or `item`, `language`, `name` or
        /// `label`, and where wanted `title` and `implies`
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Only says what would be added
        #[arg(long)]
        dry_run: bool,
    },
    /// Shows one concept: what it implies, and its names by language
    Show {
        /// Its name, with or without `@`: `KP`, `north-korea`, `북한`
        name: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Stories {
    /// One JSON object a story, those that one entry tells as well
    #[arg(long)]
    pub json: bool,
    /// Stories that one entry tells as well
    #[arg(long)]
    pub all: bool,
    /// Stories that opened within this time (`7d`, `12h`)
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = config::parse_duration)]
    pub since: std::time::Duration,
    /// Replays entries from a file through the real dedup, one JSON object a line; `-` is standard
    /// input
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Search {
    /// Words that must all be there
    #[arg(value_name = "WORD", required = true)]
    pub words: Vec<String>,
    /// One JSON object an entry
    #[arg(long)]
    pub json: bool,
    /// How many are shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// Plays the feeds in this folder; `NAME.2`, `NAME.3` are later versions of NAME
    #[arg(long, value_name = "DIR")]
    pub feeds: Option<PathBuf>,
    /// Where to serve; port 0 takes one that is free
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7878")]
    pub listen: SocketAddr,
    /// The time until the next version of some feed appears
    #[arg(long, value_name = "TIME", default_value = "8s", value_parser = config::parse_duration)]
    pub pace: std::time::Duration,
}
