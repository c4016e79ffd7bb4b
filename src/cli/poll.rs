//! `muara poll`.

use super::exit::{Exit, Failure};
use super::out::{self, Out};
use crate::app;
use crate::app::control::{Event, Polled};
use crate::config::Config;
use crate::model::SourceId;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::Path;

/// Polls some sources or all, and says how it went.
pub(super) async fn poll(
    config: Option<&Path>,
    sources: Vec<String>,
    all: bool,
    json: bool,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let chosen = if all { None } else { Some(chosen(&config, &sources)?) };
    let count = chosen.as_ref().map_or(config.sources.len(), Vec::len);
    let mut tally = Tally::new(count, json);
    app::poll(config, chosen, |event| Ok(tally.hear(event)?)).await?;
    tally.sum_up()
}

fn chosen(config: &Config, names: &[String]) -> Result<Vec<SourceId>, Failure> {
    names
        .iter()
        .map(|name| {
            let source = config.sources.iter().find(|source| source.id.as_str() == name);
            source.map(|source| source.id.clone()).ok_or_else(|| unknown(config, name))
        })
        .collect()
}

/// Says that config has no such source, and which it may have meant.
pub(super) fn unknown(config: &Config, name: &str) -> Failure {
    let ids = config.sources.iter().map(|source| source.id.as_str());
    let near = ids
        .map(|id| (strsim::jaro_winkler(id, name), id))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = near.map(|(_, id)| format!("; did you mean `{id}`?")).unwrap_or_default();
    Failure::new(
        Exit::Usage,
        format!("there is no source `{name}` in {}{hint}", config.path.display()),
    )
}

struct Tally {
    bar: ProgressBar,
    json: bool,
    out: Out,
    polled: usize,
    unchanged: usize,
    failed: usize,
    refused: usize,
    new: u64,
    revised: u64,
}

impl Tally {
    fn new(count: usize, json: bool) -> Self {
        let bar = if json || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(count as u64)
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        let out = Out::new();
        Self { bar, json, out, polled: 0, unchanged: 0, failed: 0, refused: 0, new: 0, revised: 0 }
    }

    fn hear(&mut self, event: Event) -> std::io::Result<()> {
        if self.json {
            self.out.json(&event)?;
        }
        match event {
            Event::Polled(polled) => self.count(&polled),
            Event::Refused { source, why } => {
                self.refused += 1;
                self.say(&format!("{source}: not polled: {why}"));
            }
            _ => return Ok(()),
        }
        self.bar.inc(1);
        Ok(())
    }

    fn count(&mut self, polled: &Polled) {
        self.polled += 1;
        self.new += u64::from(polled.new);
        self.revised += u64::from(polled.revised);
        match polled.class.as_deref() {
            Some(class) => {
                self.failed += 1;
                self.say(&format!("{}: {class}: {}", polled.source, polled.detail));
            }
            None if polled.outcome != "fetched" => self.unchanged += 1,
            None => self.bar.set_message(polled.source.clone()),
        }
    }

    fn say(&self, line: &str) {
        if !self.json {
            self.bar.suspend(|| out::to_stderr(line));
        }
    }

    fn sum_up(mut self) -> Result<Exit, Failure> {
        self.bar.finish_and_clear();
        if !self.json {
            self.out.line(format_args!(
                "{} polled: {} new entries, {} revised; {} unchanged, {} failed, {} refused",
                self.polled, self.new, self.revised, self.unchanged, self.failed, self.refused
            ))?;
        }
        self.out.flush()?;
        let answered = self.polled - self.failed;
        let nothing = answered == 0 && self.failed + self.refused > 0;
        Ok(if nothing { Exit::Unavailable } else { Exit::Ok })
    }
}
