//! `muara status`.

use super::exit::{Exit, Failure};
use super::out::Out;
use super::poll::unknown;
use crate::app;
use crate::app::control::{self, Command, Event};
use crate::clock;
use crate::config::Config;
use crate::model::{
    Access, Health, Login, Pace, PollKind, PollSummary, Repair, ServerHints, Source, SourceId,
    SourceNo, SourceState, Time,
};
use crate::schedule;
use crate::store::{Counts, Mode, SourceStatus, SqliteStore, StoreError};
use comfy_table::Table;
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

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
            show_one(&mut out, status)?;
            let source = config.sources.iter().find(|source| source.id == status.id);
            if let Some(access) = source.and_then(|source| access(&source.access)) {
                out.line(format_args!("{:12} {access}", "asked with"))?;
            }
        }
    } else {
        show_all(&mut out, &daemon, counts, &statuses)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
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

/// A plain table: no lines between cells, so that it can be cut and searched.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(header.to_vec());
    table
}

fn show_all(
    out: &mut Out,
    daemon: &Daemon,
    counts: Counts,
    statuses: &[SourceStatus],
) -> std::io::Result<()> {
    let state = match (daemon.running, &daemon.listen) {
        (true, Some(listen)) => format!("running at {listen}"),
        (true, None) => "running".to_owned(),
        (false, _) => "not running".to_owned(),
    };
    out.line(format_args!(
        "muara is {state}; {} sources, {} entries, {} stories, {} items, {} pending",
        counts.sources, counts.entries, counts.stories, counts.items, counts.pending
    ))?;
    let mut table = table(&["source", "state", "last poll", "outcome", "entries", "next", "why"]);
    let active = || statuses.iter().filter(|status| status.active);
    for status in active() {
        table.add_row(cells(status));
    }
    out.line(table)?;
    let mut troubled = active().filter_map(|status| Some((status, trouble(status)?))).peekable();
    if troubled.peek().is_some() {
        out.line("\nwhat wants a look:")?;
    }
    for (status, trouble) in troubled {
        out.line(format_args!(" {}: {trouble}", status.id))?;
    }
    Ok(())
}

/// What a person should look at, and where it came from.
fn trouble(status: &SourceStatus) -> Option<String> {
    let troubles: Vec<String> = held(status).into_iter().chain(ailment(status)).collect();
    (!troubles.is_empty()).then(|| troubles.join("; "))
}

/// What waits for a word of the operator, and how to say it.
fn held(status: &SourceStatus) -> Option<String> {
    let (entries, why) = status.held.as_ref()?;
    let id = &status.id;
    Some(format!(
        "{entries} new entries are held back ({why}); `muara release {id}` publishes them, \
         `muara release --drop {id}` does not"
    ))
}

fn ailment(status: &SourceStatus) -> Option<String> {
    let state = &status.state;
    let last = state.last.as_ref()?;
    match state.health {
        Health::New | Health::Healthy => None,
        Health::Degraded => state.concern.clone(),
        Health::Failing => {
            let times = if state.failures == 1 {
                "once".to_owned()
            } else {
                format!("{} times", state.failures)
            };
            let since =
                state.failing_since.map(|at| format!(" since {}", stamp(at))).unwrap_or_default();
            Some(format!("failed {times}{since}: {}", last.detail))
        }
        Health::Retired => {
            Some("gone for good (410); take it out, or give it its new url".to_owned())
        }
    }
}

fn stamp(at: Time) -> String {
    at.format("%F %T UTC").to_string()
}

fn cells(status: &SourceStatus) -> [String; 7] {
    let last = status.state.last.as_ref();
    [
        status.id.to_string(),
        word(status).to_owned(),
        last.map(|last| ago(last.at)).unwrap_or_default(),
        last.map(outcome).unwrap_or_default(),
        status.entries.to_string(),
        next(status),
        status.state.reason.clone(),
    ]
}

fn outcome(summary: &PollSummary) -> String {
    match summary.kind {
        PollKind::Failed(class) => class.word().to_owned(),
        PollKind::Fetched { new, items, .. } => format!("{new} new of {items}"),
        PollKind::NotModified | PollKind::SameBody => summary.kind.word().to_owned(),
    }
}

fn next(status: &SourceStatus) -> String {
    match status.due_at {
        _ if status.leased => "polling".to_owned(),
        None => "never".to_owned(),
        Some(due) if due <= clock::now() => "now".to_owned(),
        Some(due) => format!("in {}", span(due - clock::now())),
    }
}

fn ago(at: Time) -> String {
    format!("{} ago", span(clock::now() - at))
}

fn span(duration: chrono::TimeDelta) -> String {
    schedule::duration(duration.to_std().unwrap_or_default())
}

/// What is expected of a source now, and what a burst of it was.
fn pace(pace: &Pace) -> String {
    let most = pace.peaks[1];
    let expected = schedule::number(schedule::entries_an_hour(pace));
    if most < 2.0 { expected } else { format!("{expected}; up to {most:.0} within 2h so far") }
}

/// How a source is asked, beyond its address; never with a secret.
fn access(access: &Access) -> Option<String> {
    let login = access.login.as_ref().map(|login| match login {
        Login::Basic { user, .. } => format!("the password of {user}"),
        Login::Bearer(_) => "a bearer token".to_owned(),
    });
    let names: Vec<&str> = access.headers.iter().map(|(name, _)| name.as_str()).collect();
    let headers = (!names.is_empty()).then(|| format!("headers {}", names.join(", ")));
    let proxy = access.proxy.as_ref().map(|_| "a proxy".to_owned());
    let insecure = access.insecure_tls.then(|| "ANY CERTIFICATE (insecure_tls)".to_owned());
    let all: Vec<String> = [login, headers, proxy, insecure].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// What the server said about the next request.
fn wishes(hints: &ServerHints) -> Option<String> {
    let wait = |name: &str, wait: Option<Duration>| {
        wait.map(|wait| format!("{name} {}", schedule::duration(wait)))
    };
    let said = [
        wait("Retry-After", hints.retry_after),
        wait("max-age", hints.max_age),
        hints.expires.map(|at| format!("Expires {}", stamp(at))),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn show_one(out: &mut Out, status: &SourceStatus) -> std::io::Result<()> {
    let state = &status.state;
    let mut line = |name: &str, value: &str| out.line(format_args!("{name:12} {value}"));
    line("source", status.id.as_str())?;
    line("name", status.name.as_deref().unwrap_or("-"))?;
    line("address", &status.url)?;
    line("state", word(status))?;
    if let Some(last) = &state.last {
        let took = last.took.as_millis();
        line("last poll", &format!("{}, {}, {took} ms", stamp(last.at), outcome(last)))?;
        if !last.detail.is_empty() {
            line("", &last.detail)?;
        }
    }
    if let Some(concern) = &state.concern {
        line("concern", concern)?;
    }
    line("next", &format!("{}: {}", next(status), state.reason))?;
    if let Some(since) = state.failing_since {
        line("failing", &format!("{} times since {}", state.failures, stamp(since)))?;
    }
    line("entries", &format!("{} stored, {} in its list", status.entries, state.window_len))?;
    if let Some(held) = held(status) {
        line("held", &held)?;
    }
    line("pace", &state.pace.as_ref().map(pace).unwrap_or_default())?;
    if let Some(newest) = state.last_new {
        line("newest", &format!("seen {}", stamp(newest)))?;
    }
    if !state.repairs.is_empty() {
        let repairs: Vec<String> = state.repairs.iter().map(Repair::to_string).collect();
        line("repaired", &repairs.join(", "))?;
    }
    if let Some(last) = state.gap_at {
        let gaps =
            format!("{}, the last {}: entries may have been missed", state.gaps, stamp(last));
        line("gaps", &gaps)?;
    }
    if let Some((to, since)) = &state.moved {
        line("moved", &format!("to {to}, since {}", stamp(*since)))?;
    }
    if let Some(hints) = state.last.as_ref().and_then(|last| wishes(&last.hints)) {
        line("it wishes", &hints)?;
    }
    line("domain", &status.domain)?;
    line("ETag", state.validators.etag.as_deref().unwrap_or("-"))?;
    line("Last-Modified", state.validators.last_modified.as_deref().unwrap_or("-"))
}
