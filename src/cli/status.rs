//! `muara status`: what is known of the sources, for programs here and for people in `text`.

mod text;

pub(super) use text::table;

use super::exit::{Exit, Failure};
use super::out::Out;
use super::poll::unknown;
use crate::app;
use crate::app::control::{self, Command, Event};
use crate::clock;
use crate::config::Config;
use crate::model::{PollKind, PollSummary, Repair, Source, SourceId, SourceNo, SourceState, Time};
use crate::schedule;
use crate::store::{Counts, Mode, SourceStatus, SqliteStore, StoreError};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use text::{show_all, show_one};

#[derive(Serialize)]
struct Report<'a> {
    daemon: Daemon,
    counts: Numbers,
    sources: Vec<SourceRow<'a>>,
}

#[derive(Serialize, Default)]
struct Daemon {
    running: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
}

#[derive(Serialize)]
struct Numbers {
    sources: u64,
    entries: u64,
    pending: u64,
    stories: u64,
    items: u64,
}

#[derive(Serialize)]
struct SourceRow<'a> {
    id: &'a str,
    url: &'a str,
    name: Option<&'a str>,
    domain: &'a str,
    state: &'static str,
    concern: Option<&'a str>,
    last: Option<Last<'a>>,
    due_at: Option<Time>,
    polling: bool,
    reason: &'a str,
    failures: u32,
    failing_since: Option<Time>,
    entries: u64,
    held: Option<Held<'a>>,
    gaps: u32,
    last_gap: Option<Time>,
    rate: Option<f64>,
    window: u32,
    etag: Option<&'a str>,
    last_modified: Option<&'a str>,
    last_new: Option<Time>,
    moved_to: Option<&'a str>,
    language: Option<&'a str>,
    repairs: Vec<String>,
}

#[derive(Serialize)]
struct Held<'a> {
    entries: u64,
    why: &'a str,
}

#[derive(Serialize)]
struct Last<'a> {
    at: Time,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    detail: &'a str,
    #[serde(flatten)]
    brought: Option<Brought>,
    took_ms: u64,
}

#[derive(Serialize)]
struct Brought {
    new: u32,
    revised: u32,
    items: u32,
}

/// Shows how the sources fare, or everything about one.
pub(super) async fn status(
    config: Option<&Path>,
    source: Option<String>,
    json: bool,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let (mut statuses, mut counts) = match SqliteStore::open(&config.daemon.state, Mode::Read).await
    {
        Ok(store) => (store.source_statuses().await?, store.counts().await?),
        Err(StoreError::Missing(_)) => (Vec::new(), Counts::default()),
        Err(error) => return Err(error.into()),
    };
    counts.sources = config.sources.len() as u64;
    let known: HashSet<SourceId> = statuses.iter().map(|status| status.id.clone()).collect();
    statuses.extend(config.sources.iter().filter(|it| !known.contains(&it.id)).map(not_yet));
    tell_who_is_left_alone(&config, &mut statuses);
    if let Some(name) = &source {
        statuses.retain(|status| status.id.as_str() == name);
        if statuses.is_empty() {
            return Err(unknown(&config, name));
        }
    }
    let daemon = daemon(&config).await;
    let mut out = Out::new();
    if json {
        out.json(&report(daemon, counts, &statuses))?;
    } else if source.is_some() {
        for status in &statuses {
            let source = config.sources.iter().find(|source| source.id == status.id);
            show_one(&mut out, status, source)?;
        }
    } else {
        show_all(&mut out, &daemon, counts, &statuses)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

/// A source waits, whatever its own due time, where another one of its domain was told to.
fn tell_who_is_left_alone(config: &Config, statuses: &mut [SourceStatus]) {
    let mut asked: HashMap<String, (Time, String)> = HashMap::new();
    for status in statuses.iter().filter(|status| status.active) {
        let has_rule = config.domains.iter().any(|rule| rule.name == status.domain);
        let Some(last) = status.state.last.as_ref().filter(|_| !has_rule) else { continue };
        let Some(until) = schedule::leave_alone_until(last, 0.0) else { continue };
        if asked.get(&status.domain).is_none_or(|(known, _)| *known < until) {
            let who = format!("{}: {}", status.id, last.detail);
            asked.insert(status.domain.clone(), (until, who));
        }
    }
    for status in statuses.iter_mut().filter(|status| !status.leased) {
        let Some((until, who)) = asked.get(&status.domain) else { continue };
        if *until > clock::now() && status.due_at.is_some_and(|due| due < *until) {
            status.due_at = Some(*until);
            status.state.reason = format!("its domain asked to be left alone ({who})");
        }
    }
}

/// A source of config that the store does not know yet: it waits for its first poll.
fn not_yet(source: &Source) -> SourceStatus {
    SourceStatus {
        number: SourceNo(0),
        id: source.id.clone(),
        url: source.url.to_string(),
        domain: source.domain.clone(),
        name: source.name.clone(),
        active: true,
        first_seen: clock::now(),
        due_at: Some(clock::now()),
        leased: false,
        entries: 0,
        held: None,
        state: SourceState::default(),
    }
}

async fn daemon(config: &Config) -> Daemon {
    let mut daemon = Daemon::default();
    let Some(socket) = app::daemon(&config.daemon.state) else { return daemon };
    daemon.running = true;
    let asked = control::ask(&socket, &Command::About, |event| {
        if let Event::About { pid, listen } = event {
            (daemon.pid, daemon.listen) = (Some(pid), Some(listen));
        }
        Ok(())
    });
    if let Err(error) = asked.await {
        super::out::to_stderr(&format!("muara: {error:#}"));
    }
    daemon
}

fn report(daemon: Daemon, counts: Counts, statuses: &[SourceStatus]) -> Report<'_> {
    let Counts { sources, entries, pending, stories, items } = counts;
    Report {
        daemon,
        counts: Numbers { sources, entries, pending, stories, items },
        sources: statuses.iter().map(source_row).collect(),
    }
}

fn source_row(status: &SourceStatus) -> SourceRow<'_> {
    let state = &status.state;
    SourceRow {
        id: status.id.as_str(),
        url: &status.url,
        name: status.name.as_deref(),
        domain: &status.domain,
        state: word(status),
        concern: state.concern.as_deref(),
        last: state.last.as_ref().map(last),
        due_at: status.due_at,
        polling: status.leased,
        reason: &state.reason,
        failures: state.failures,
        failing_since: state.failing_since,
        entries: status.entries,
        held: status.held.as_ref().map(|(entries, why)| Held { entries: *entries, why }),
        gaps: state.gaps,
        last_gap: state.gap_at,
        rate: state.pace.as_ref().map(schedule::entries_an_hour),
        window: state.window_len,
        etag: state.validators.etag.as_deref(),
        last_modified: state.validators.last_modified.as_deref(),
        last_new: state.last_new,
        moved_to: state.moved.as_ref().map(|(to, _)| to.as_str()),
        language: state.language.as_deref(),
        repairs: state.repairs.iter().map(Repair::to_string).collect(),
    }
}

/// How a source fares, in a word.
fn word(status: &SourceStatus) -> &'static str {
    if status.active { status.state.health.word() } else { "removed" }
}

fn last(summary: &PollSummary) -> Last<'_> {
    let (class, brought) = match summary.kind {
        PollKind::Failed(class) => (Some(class.word()), None),
        PollKind::Fetched { new, revised, items } => (None, Some(Brought { new, revised, items })),
        PollKind::NotModified | PollKind::SameBody => (None, None),
    };
    Last {
        at: summary.at,
        outcome: summary.kind.word(),
        class,
        detail: &summary.detail,
        brought,
        took_ms: u64::try_from(summary.took.as_millis()).unwrap_or(u64::MAX),
    }
}
