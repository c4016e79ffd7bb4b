//! `muara import`.

use super::exit::{Exit, Failure};
use super::out::Out;
use crate::config::{Config, Edit, NewSource};
use crate::opml::{self, Opml, Subscription};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Read as _;
use std::path::Path;

/// Adds the feeds of an OPML list to the config.
pub(super) fn import(config: Option<&Path>, file: &Path, dry_run: bool) -> Result<Exit, Failure> {
    let mut edit = Edit::open(&Config::find(config)?)?;
    let path = edit.config().path.clone();
    let list = opml::read(&bytes(file)?)
        .map_err(|error| Failure::new(Exit::Data, format!("{} is {error}", file.display())))?;
    let report = take(&mut edit, &list);
    if dry_run {
        edit.preview()?;
    } else {
        edit.save()?;
    }
    let mut out = Out::new();
    for defect in &list.defects {
        out.line(format_args!("{}: {defect}", file.display()))?;
    }
    let (label, done) = if dry_run { ("new", "would be added") } else { ("added", "added") };
    for line in &report.added {
        out.line(format_args!("{label:8} {line}"))?;
    }
    for line in &report.skipped {
        out.line(format_args!("skipped  {line}"))?;
    }
    let (added, skipped) = (report.added.len(), report.skipped.len());
    out.line(format_args!("{added} {done} to {}, {skipped} skipped", path.display()))?;
    out.flush()?;
    Ok(Exit::Ok)
}

/// What a file holds; `-` is standard input.
pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        Failure::new(Exit::NoInput, format!("{} cannot be read: {error}", file.display()))
    })?;
    Ok(bytes)
}

/// What became of each feed, a line for each.
#[derive(Default)]
struct Report {
    added: Vec<String>,
    skipped: Vec<String>,
}

/// Takes over what can be taken.
fn take(edit: &mut Edit, list: &Opml) -> Report {
    let mut report = Report::default();
    let bar = progress(list.subscriptions.len());
    for subscription in merged(&list.subscriptions) {
        let title = subscription.title.as_deref().unwrap_or(&subscription.feed);
        match edit.add(&source(&subscription)) {
            Ok(id) => report.added.push(format!("{id}  {title}")),
            Err(refusal) => report.skipped.push(format!("{title}: {refusal}")),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let passed_over = list.passed_over.iter();
    report.skipped.extend(passed_over.map(|passed| format!("{}: {}", passed.title, passed.reason)));
    report
}

/// A feed that lies in several folders is one feed with the tags of all of them.
fn merged(subscriptions: &[Subscription]) -> Vec<Subscription> {
    let mut merged: Vec<Subscription> = Vec::with_capacity(subscriptions.len());
    let mut places = std::collections::HashMap::new();
    for subscription in subscriptions {
        if let Some(&place) = places.get(subscription.feed.as_str()) {
            let first: &mut Subscription = &mut merged[place];
            first.tags.extend(subscription.tags.iter().cloned());
        } else {
            places.insert(subscription.feed.as_str(), merged.len());
            merged.push(subscription.clone());
        }
    }
    merged
}

fn source(subscription: &Subscription) -> NewSource {
    NewSource {
        address: subscription.feed.clone(),
        name: subscription.title.clone(),
        language: subscription.language.clone(),
        tags: subscription.tags.clone(),
        ..NewSource::default()
    }
}

/// Hidden where standard error is no terminal.
fn progress(count: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{bar:40} {pos}/{len}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
