//! `muara add`.

use super::args::Add;
use super::exit::{Exit, Failure};
use super::out::{self, Out};
use super::status::table;
use crate::app::{self, Discovery, Found};
use crate::config::{Config, Edit, NewSource, feed_address};
use crate::discovery::Way;
use crate::feed::SITEMAP;
use indicatif::ProgressBar;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Finds the feeds of a site, has the person choose, and writes the chosen ones into the config.
pub(super) async fn add(config: Option<&Path>, wanted: Add) -> Result<Exit, Failure> {
    let path = Config::find(config)?;
    let config = Config::load(&path)?;
    let url = address(&wanted.url)?;
    let spinner = spinner(&url);
    let discovery = app::discover(&config, &url, wanted.allow_private).await;
    spinner.finish_and_clear();
    let discovery =
        discovery.map_err(|error| Failure::new(Exit::Unavailable, format!("{error:#}")))?;
    let chosen = match &discovery.found[..] {
        [] => return Err(nothing(&url, &discovery)),
        // Who gives the address of a feed has chosen.
        [only] if only.way == Way::Given => vec![only],
        [best, ..] if wanted.yes => vec![best],
        found => {
            show(found)?;
            match choose(found, wanted.id.is_some())? {
                Some(chosen) => chosen,
                None => return Ok(Exit::Usage),
            }
        }
    };
    write(&path, &chosen, &wanted)
}

/// Says on a terminal what is being waited for.
fn spinner(url: &Url) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(format!("looking for feeds at {url}"));
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// The address as a person types it: without a scheme it is https.
fn address(text: &str) -> Result<Url, Failure> {
    let is_whole = text.contains("://") || text.starts_with("feed:");
    let whole = if is_whole { text.to_owned() } else { format!("https://{text}") };
    feed_address(&whole).map_err(|refusal| Failure::new(Exit::Usage, refusal.to_string()))
}

fn nothing(url: &Url, discovery: &Discovery) -> Failure {
    let forbidden = match discovery.forbidden {
        0 => String::new(),
        n => format!("; robots.txt forbids {n} more"),
    };
    let asked = discovery.asked;
    Failure::new(
        Exit::Data,
        format!("no feed found at {url}: looked at {asked} addresses{forbidden}"),
    )
}

fn show(found: &[Found]) -> std::io::Result<()> {
    let mut table = table(&["", "title", "entries", "newest", "format", "found", "address"]);
    for (number, feed) in found.iter().enumerate() {
        table.add_row([
            (number + 1).to_string(),
            feed.title.clone().unwrap_or_default(),
            feed.entries.to_string(),
            feed.newest.map(|at| at.format("%F %H:%M").to_string()).unwrap_or_default(),
            feed.format.to_owned(),
            way(feed.way).to_owned(),
            feed.url.to_string(),
        ]);
    }
    let mut out = Out::new();
    out.line(table)?;
    out.flush()
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Given => "given",
        Way::Announced => "announced",
        Way::Linked => "linked",
        Way::Usual => "usual path",
        Way::Sitemap => "sitemap",
    }
}

/// The feeds that the person on the terminal names; `None` where there is none or they decline.
fn choose(found: &[Found], only_one: bool) -> Result<Option<Vec<&Found>>, Failure> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        out::to_stderr("muara: nothing added: name one of these addresses, or add --yes");
        return Ok(None);
    }
    loop {
        let ask = if only_one { "Which one?" } else { "Which ones?" };
        // Nobody is left to ask when the terminal is gone, and then nothing is read either.
        drop(write!(std::io::stderr(), "{ask} [1, q to leave] "));
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match numbers(&line, found.len()) {
            Ok(numbers) if only_one && numbers.len() > 1 => {
                out::to_stderr("With --id it can be only one.");
            }
            Ok(numbers) if numbers.is_empty() => return Ok(None),
            Ok(numbers) => return Ok(Some(numbers.into_iter().map(|n| &found[n]).collect())),
            Err(message) => out::to_stderr(&message),
        }
    }
}

/// The places that an answer names: `2`, `1 3`, `1,3`; nothing is the first, `q` is none.
fn numbers(line: &str, count: usize) -> Result<Vec<usize>, String> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(vec![0]);
    }
    if matches!(line, "q" | "Q") {
        return Ok(Vec::new());
    }
    let words = line.split([' ', ',']).filter(|word| !word.is_empty());
    let mut places = words
        .map(|word| match word.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => Ok(number - 1),
            _ => Err(format!("`{word}` is none of 1 to {count}.")),
        })
        .collect::<Result<Vec<_>, _>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

fn write(path: &Path, chosen: &[&Found], wanted: &Add) -> Result<Exit, Failure> {
    // Opened only now: the person may have taken their time.
    let mut edit = Edit::open(path)?;
    let mut added = Vec::new();
    for found in chosen {
        let id = edit.add(&source(found, wanted)).map_err(|refusal| {
            Failure::new(Exit::Data, format!("{} is not added: {refusal}", found.url))
        })?;
        added.push((id, found));
    }
    edit.save()?;
    let mut out = Out::new();
    for (id, found) in added {
        let title = found.title.as_deref().unwrap_or_default();
        out.line(format_args!("added `{id}` ({title}, {}) to {}", found.url, path.display()))?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn source(found: &Found, wanted: &Add) -> NewSource {
    NewSource {
        address: found.url.to_string(),
        id: wanted.id.clone(),
        name: found.title.clone(),
        language: found.language.clone(),
        tags: Vec::new(),
        is_sitemap: found.format == SITEMAP,
        allow_private: wanted.allow_private,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbers_nothing_or_q() {
        assert_eq!(numbers("\n", 3), Ok(vec![0]));
        assert_eq!(numbers("2\n", 3), Ok(vec![1]));
        assert_eq!(numbers(" 3, 1 3\n", 3), Ok(vec![0, 2]));
        assert_eq!(numbers("q\n", 3), Ok(vec![]));
        assert_eq!(numbers("4", 3), Err("`4` is none of 1 to 3.".to_owned()));
        assert!(numbers("0", 3).is_err() && numbers("the first", 3).is_err());
    }

    #[test]
    fn addresses_may_be_typed_without_their_scheme() {
        let address = |text| address(text).map(String::from).ok();
        assert_eq!(address("한겨레.example").as_deref(), Some("https://xn--h89at9srwx.example/"));
        assert_eq!(address("localhost:80/x").as_deref(), Some("https://localhost:80/x"));
        assert_eq!(address("feed://a.example/f").as_deref(), Some("http://a.example/f"));
        assert_eq!(address("file:///etc/passwd"), None);
    }
}
