//! `muara demo`.

use super::args;
use super::exit::{Exit, Failure};
use super::out::Out;
use crate::app::demo::{Demo, DemoError, Wishes};
use crate::config::Config;
use crate::telemetry::{self, LogFormat};
use std::io;
use std::time::Duration;

/// Plays recorded feeds to a daemon of its own until it is interrupted.
pub(super) async fn demo(wanted: args::Demo) -> Result<Exit, Failure> {
    let args::Demo { feeds, listen, pace } = wanted;
    telemetry::init(LogFormat::Auto);
    let what = match &feeds {
        Some(folder) => format!("recorded feeds of {}", folder.display()),
        None => "feeds of invented outlets about real days: 18 to 20 June 2024, when Putin\n\
                 came to Pyongyang"
            .to_owned(),
    };
    let demo = Demo::prepare(&Wishes { feeds, listen, pace }).await?;
    welcome(&demo, &what, pace)?;
    demo.run().await?;
    Ok(Exit::Ok)
}

/// Says what is there to see, and where.
fn welcome(demo: &Demo, what: &str, pace: Duration) -> io::Result<()> {
    let config = demo.config();
    let mut out = Out::new();
    out.line(format_args!("Muara plays {} {what}.", config.sources.len()))?;
    out.line(format_args!(
        "A server on this machine serves them: no network is needed. Every {pace:?} one of them moves on\n\
         to its next version, while there is any: watch new entries arrive.\n"
    ))?;
    addresses(&mut out, config)?;
    out.line(format_args!(
        "\nIn another terminal:\n  muara --config {0} status\n  muara --config {0} stories\n\n\
         Ctrl-C ends it and removes {1}.\n",
        config.path.display(),
        demo.folder().display()
    ))?;
    out.flush()
}

fn addresses(out: &mut Out, config: &Config) -> io::Result<()> {
    let base = &config.daemon.public_url;
    out.line(format_args!("Open       {base}"))?;
    let mut label = "Subscribe";
    for topic in &config.topics {
        let address = format!("{base}{}.rss", topic.name);
        out.line(format_args!("{label:9}  {address:55} {}", topic.title))?;
        label = "";
    }
    out.line("           … and the same with .atom or .json in place of .rss")
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        let exit = match error {
            DemoError::Config(problems) => return problems.into(),
            DemoError::Listen { .. } => Exit::Unavailable,
            DemoError::Unreadable { .. } | DemoError::Empty(_) => Exit::NoInput,
            DemoError::SameId { .. } => Exit::Data,
            DemoError::Example(_) => Exit::Software,
            DemoError::Folder(_) => Exit::Io,
        };
        Self::new(exit, error.to_string())
    }
}
