//! How sources fare, as text for people: a table of all with what wants a look, or everything about one.

use super::{Daemon, word};
use crate::cli::out::Out;
use crate::clock;
use crate::model::{
    Access, Health, Login, Pace, PollKind, PollSummary, Repair, ServerHints, Source, Time,
};
use crate::schedule;
use crate::store::{Counts, OVERDUE, SourceStatus};
use comfy_table::Table;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

/// More sources than these that want a look are summed up.
const MANY: usize = 20;

/// A plain table: no lines between cells, so that it can be cut and searched.
pub(in crate::cli) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(header.to_vec());
    table
}

/// How all sources fare, a line each, and what wants a look.
pub(super) fn show_all(
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
        "muara is {state}; {} sources ({}), {} entries, {} stories, {} items, {} pending",
        counts.sources,
        by_health(statuses),
        counts.entries,
        counts.stories,
        counts.items,
        counts.pending
    ))?;
    let mut table = table(&["source", "state", "last poll", "outcome", "entries", "next", "why"]);
    let active = || statuses.iter().filter(|status| status.active);
    for status in active() {
        table.add_row(cells(status));
    }
    out.line(table)?;
    let troubled: Vec<_> = active().filter_map(|status| Some((status, trouble(status)?))).collect();
    if !troubled.is_empty() {
        out.line("\nwhat wants a look:")?;
    }
    for (status, trouble) in &troubled {
        out.line(format_args!(" {}: {trouble}", status.id))?;
    }
    // Last, since that is what a terminal shows.
    if troubled.len() > MANY {
        let sum = by_cause(troubled.iter().map(|(status, _)| *status));
        out.line(format_args!("{} sources want a look: {sum}", troubled.len()))?;
    }
    Ok(())
}

/// How many sources want a look for which reason, the most frequent first: `"9 timeout, 2 dns"`.
fn by_cause<'a>(statuses: impl Iterator<Item = &'a SourceStatus>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    statuses.for_each(|status| *counts.entry(cause(status)).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let words: Vec<String> = counts.iter().map(|(cause, n)| format!("{n} {cause}")).collect();
    words.join(", ")
}

/// Why a source wants a look, in a word.
fn cause(status: &SourceStatus) -> &'static str {
    match status.state.last.as_ref().map(|last| last.kind) {
        _ if status.held.is_some() => "held back",
        Some(PollKind::Failed(class)) => class.word(),
        _ => status.state.health.word(),
    }
}

/// How many sources fare how, and how many wait too long: `"3 healthy, 1 failing"`.
fn by_health(statuses: &[SourceStatus]) -> String {
    let count = |health: Health| {
        let fare_so = |status: &&SourceStatus| status.active && status.state.health == health;
        statuses.iter().filter(fare_so).count()
    };
    let all = Health::ALL.map(|health| (count(health), health.word()));
    let late = clock::now() - OVERDUE;
    let is_overdue = |status: &&SourceStatus| {
        status.active && !status.leased && status.due_at.is_some_and(|due| due < late)
    };
    let overdue = statuses.iter().filter(is_overdue).count();
    let all = all.into_iter().chain([(overdue, "overdue")]);
    let some: Vec<String> =
        all.filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if some.is_empty() { "none yet".to_owned() } else { some.join(", ") }
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
            let times = times(state.failures);
            let since =
                state.failing_since.map(|at| format!(" since {}", stamp(at))).unwrap_or_default();
            Some(format!("failed {times}{since}: {}", last.detail))
        }
        Health::Retired => {
            Some("gone for good (410); take it out, or give it its new url".to_owned())
        }
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
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

/// Everything about one source.
pub(super) fn show_one(
    out: &mut Out,
    status: &SourceStatus,
    source: Option<&Source>,
) -> std::io::Result<()> {
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
        line("failing", &format!("{} since {}", times(state.failures), stamp(since)))?;
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
    line("Last-Modified", state.validators.last_modified.as_deref().unwrap_or("-"))?;
    match source.and_then(|source| access(&source.access)) {
        Some(access) => line("asked with", &access),
        None => Ok(()),
    }
}
