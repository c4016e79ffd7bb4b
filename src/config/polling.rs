//! `[polling]` and `[[domain]]`: how often and how gently sources are asked, and how much is taken.

use super::findings::Complaint;
use super::problem::Problem;
use super::reader::Section;
use super::units;
use crate::{link, model::IntervalBounds};
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use url::Url;

/// How sources are polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polling {
    /// The wished average and its bounds; a source may have its own.
    pub interval: IntervalBounds,
    /// How many polls may be under way at once, those of slow servers apart.
    pub concurrency: usize,
    /// How many entries, newest first, the first sight of a source brings.
    pub first_poll: usize,
    /// Entries older than this are known but never taken; `None` takes any age.
    pub max_age: Option<Duration>,
    /// How long a request may take.
    pub timeouts: Timeouts,
    /// The largest body that is read, in bytes after decompression.
    pub max_body: usize,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Between two reads.
    pub read: Duration,
    /// In all, redirects included.
    pub total: Duration,
}

/// An exception from the two connections that a registrable domain gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainRule {
    /// The registrable domain, or an IP address.
    pub name: String,
    /// How many requests may be under way there at once.
    pub connections: usize,
    /// How long to wait between the starts of two of them.
    pub pause: Duration,
}

const INTERVAL: IntervalBounds = IntervalBounds {
    every: Duration::from_secs(15 * 60),
    min: Duration::from_secs(2 * 60),
    max: Duration::from_secs(24 * 60 * 60),
};
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    read: Duration::from_secs(10),
    total: Duration::from_secs(30),
};
const CONCURRENCY: usize = 64;
const FIRST_POLL: usize = 100;
const MAX_BODY: usize = 10 << 20;

/// Less would be an attack, not a poll.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

pub(super) fn read(mut section: Section<'_, '_, '_>) -> Polling {
    let interval = interval(&mut section, INTERVAL, "the default");
    let concurrency = section.whole("concurrency", 1..=4096);
    let first_poll = section.whole("first_poll", 0..=5_000);
    let max_age = at_least(&mut section, "max_age", Duration::from_secs(60));
    let timeouts = timeouts(&mut section);
    let max_body = section.size("max_body");
    let max_body = max_body.and_then(|size| body_size(&mut section, &size));
    section.finish();
    Polling {
        interval,
        concurrency: concurrency.map_or(CONCURRENCY, Spanned::into_inner),
        first_poll: first_poll.map_or(FIRST_POLL, Spanned::into_inner),
        max_age: max_age.map(Spanned::into_inner),
        timeouts,
        max_body: max_body.unwrap_or(MAX_BODY),
    }
}

/// `every`, `min` and `max` of a section; what it leaves out comes from `inherited`, which messages
/// call `whence`.
pub(super) fn interval(
    section: &mut Section<'_, '_, '_>,
    inherited: IntervalBounds,
    whence: &str,
) -> IntervalBounds {
    let every = at_least(section, "every", LEAST_INTERVAL);
    let min = at_least(section, "min", LEAST_INTERVAL);
    let max = at_least(section, "max", LEAST_INTERVAL);
    let bound = |name, given: &Option<Spanned<Duration>>, inherited| Bound {
        name,
        value: given.as_ref().map_or(inherited, |given| *given.get_ref()),
        span: given.as_ref().map(Spanned::span),
    };
    let every = bound("every", &every, inherited.every);
    let min = bound("min", &min, inherited.min);
    let max = bound("max", &max, inherited.max);
    if min.value > max.value {
        out_of_order(section, &min, &max, whence);
    } else {
        out_of_order_unless(min.value <= every.value, section, (&min, &every), whence);
        out_of_order_unless(every.value <= max.value, section, (&every, &max), whence);
    }
    IntervalBounds { every: every.value, min: min.value, max: max.value }
}

struct Bound {
    name: &'static str,
    value: Duration,
    /// Where it is given; `None` where it is inherited.
    span: Option<Range<usize>>,
}

fn out_of_order_unless(
    in_order: bool,
    section: &mut Section<'_, '_, '_>,
    (low, high): (&Bound, &Bound),
    whence: &str,
) {
    if !in_order {
        out_of_order(section, low, high, whence);
    }
}

/// Notes that `low` is more than `high`. At least one of them is given: inherited ones are in order.
fn out_of_order(section: &mut Section<'_, '_, '_>, low: &Bound, high: &Bound, whence: &str) {
    let message = format!("`{}` is longer than `{}`", low.name, high.name);
    let said = |bound: &Bound| format!("{} = \"{}\"", bound.name, units::say(bound.value));
    let problem = match (&low.span, &high.span) {
        (Some(low_span), Some(high_span)) => {
            Problem::error(message).at(low_span.clone()).also(high_span.clone(), "longer than this")
        }
        (Some(span), None) => Problem::error(message)
            .at(span.clone())
            .help(format!("`{}` is {whence}; set it as well", said(high))),
        (None, Some(span)) => Problem::error(message)
            .at(span.clone())
            .help(format!("`{}` is {whence}; set it as well", said(low))),
        (None, None) => return,
    };
    section.findings.push(problem);
}

/// A duration of `least` or more.
pub(super) fn at_least(
    section: &mut Section<'_, '_, '_>,
    key: &'static str,
    least: Duration,
) -> Option<Spanned<Duration>> {
    let given = section.duration(key)?;
    if *given.get_ref() >= least {
        return Some(given);
    }
    let message = format!("`{key}` must be {} or more", units::say(least));
    section.findings.push(Problem::error(message).at(given.span()));
    None
}

fn timeouts(section: &mut Section<'_, '_, '_>) -> Timeouts {
    let least = Duration::from_millis(100);
    let connect = at_least(section, "connect_timeout", least);
    let read = at_least(section, "read_timeout", least);
    let total = at_least(section, "timeout", least);
    Timeouts {
        connect: connect.map_or(TIMEOUTS.connect, Spanned::into_inner),
        read: read.map_or(TIMEOUTS.read, Spanned::into_inner),
        total: total.map_or(TIMEOUTS.total, Spanned::into_inner),
    }
}

/// Between 1 KiB, where hardly a feed fits, and 1 GiB, which would be held in memory at once.
fn body_size(section: &mut Section<'_, '_, '_>, size: &Spanned<u64>) -> Option<usize> {
    let bytes = usize::try_from(*size.get_ref()).unwrap_or(usize::MAX);
    if (1 << 10..=1 << 30).contains(&bytes) {
        return Some(bytes);
    }
    let message = "`max_body` must lie between 1 KiB and 1 GiB";
    section.findings.push(Problem::error(message).at(size.span()));
    None
}

/// Reads the `[[domain]]` tables one by one.
#[derive(Default)]
pub(super) struct Domains {
    pub(super) rules: Vec<DomainRule>,
    named_at: HashMap<String, Range<usize>>,
}

impl Domains {
    pub(super) fn read(&mut self, mut section: Section<'_, '_, '_>) {
        section.require("name", "\"example.org\"");
        section.require("connections", "4");
        let name = section.text("name", domain);
        let connections = section.whole("connections", 1..=256);
        let pause = section.duration("pause").map_or(Duration::ZERO, Spanned::into_inner);
        if let Some(name) = &name
            && let Some(first) = self.named_at.insert(name.get_ref().clone(), name.span())
        {
            section.findings.push(
                Problem::error(format!("the domain `{}` is there twice", name.get_ref()))
                    .at(name.span())
                    .also(first, "first here"),
            );
        }
        section.finish();
        if let (Some(name), Some(connections)) = (name, connections) {
            let (name, connections) = (name.into_inner(), connections.into_inner());
            self.rules.push(DomainRule { name, connections, pause });
        }
    }
}

/// A name as politeness counts it: the registrable domain, or an IP address.
fn domain(text: &str) -> Result<String, Complaint> {
    let url = Url::parse(&format!("http://{text}/")).ok();
    let url = url.filter(|url| url.port().is_none() && url.path() == "/" && url.query().is_none());
    let Some(url) = url else {
        return Err(Complaint::new("this is not the name of a domain").help("`\"example.org\"`"));
    };
    let name = link::registrable_domain(&url);
    if name == text {
        return Ok(name);
    }
    Err(Complaint::new("connections are counted for whole registrable domains")
        .help(format!("`\"{name}\"`")))
}
