//! Histories of publication: made of several kinds, from the dates of feeds that others saved, or given.
//! Times are hours from the start of play; what lies before it is what a first document can show.

use crate::random::Random;
use chrono::{DateTime, Utc};
use std::f64::consts::TAU;
use std::path::Path;

/// How long before the start of play histories begin.
const PAST: f64 = 30.0 * 24.0;
/// How long is played.
const PLAYED: f64 = 14.0 * 24.0;
/// Sources in one play.
const SOURCES: usize = 28;
/// How many entries lists hold.
const WINDOWS: [usize; 8] = [10, 15, 20, 25, 30, 40, 50, 100];

/// One source.
#[derive(Clone)]
pub(crate) struct Source {
    /// When it published, in order.
    pub(crate) times: Vec<f64>,
    /// How many entries its list holds.
    pub(crate) window: usize,
    /// Until when it is played.
    pub(crate) until: f64,
}

/// A kind of history.
pub(crate) enum Kind {
    /// Made by rule.
    Made(Make),
    /// From the dates of saved feeds.
    Saved(Vec<Vec<f64>>),
    /// One after the other of these.
    Mixture(Vec<Kind>),
    /// As files gave them.
    Given(Vec<Vec<f64>>),
}

/// How a history is made.
#[derive(Clone, Copy)]
pub(crate) struct Make {
    name: &'static str,
    what: &'static str,
    times: fn(&mut Random) -> Vec<f64>,
}

const MADE: [Make; 7] = [
    Make { name: "steady", what: "Poisson, 0.01 to 12 entries an hour", times: steady },
    Make { name: "equal", what: "Poisson, one entry an hour each", times: equal },
    Make {
        name: "daily",
        what: "newsrooms that sleep at night and rest on weekends",
        times: daily,
    },
    Make {
        name: "bursts",
        what: "2 to 20 entries at a time, over minutes to hours",
        times: bursts,
    },
    Make { name: "chains", what: "each entry brings others (self-exciting)", times: chains },
    Make { name: "shifts", what: "Poisson whose rate changes every 12 h to 10 d", times: shifts },
    Make { name: "clock", what: "1 to 8 entries at fixed times of the day", times: clock },
];

/// All kinds.
pub(crate) fn kinds() -> Vec<Kind> {
    let made = || MADE.iter().copied().map(Kind::Made);
    let mut kinds: Vec<Kind> = made().collect();
    let mut all: Vec<Kind> = made().filter(|kind| kind.name() != "equal").collect();
    if let Some(saved) = saved() {
        kinds.push(Kind::Saved(saved.clone()));
        all.push(Kind::Saved(saved));
    }
    kinds.push(Kind::Mixture(all));
    kinds
}

impl Kind {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Made(make) => make.name,
            Self::Saved(_) => "saved",
            Self::Mixture(_) => "mixture",
            Self::Given(_) => "given",
        }
    }

    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Made(make) => make.what,
            Self::Saved(_) => "the dates of feeds that others saved, repeated",
            Self::Mixture(_) => "sources of all kinds but `equal` under one budget",
            Self::Given(_) => "the histories that were given",
        }
    }

    pub(crate) fn sources(&self, random: &mut Random) -> Vec<Source> {
        match self {
            Self::Given(histories) => {
                histories.iter().map(|times| given_source(times, random)).collect()
            }
            Self::Mixture(kinds) => {
                (0..SOURCES).map(|n| kinds[n % kinds.len()].source(random)).collect()
            }
            _ => (0..SOURCES).map(|_| self.source(random)).collect(),
        }
    }

    fn source(&self, random: &mut Random) -> Source {
        let mut times = match self {
            Self::Made(make) => (make.times)(random),
            Self::Saved(histories) => repeated(random.one_of::<Vec<f64>>(histories), random),
            Self::Mixture(_) | Self::Given(_) => Vec::new(),
        };
        times.retain(|time| (-PAST..PLAYED).contains(time));
        times.sort_by(f64::total_cmp);
        Source { times, window: *random.one_of(&WINDOWS), until: PLAYED }
    }
}

/// A Poisson process of this rate, which is never more than `most`.
fn poisson(random: &mut Random, most: f64, rate: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut times = Vec::new();
    let mut at = -PAST;
    while at < PLAYED {
        at += random.exponential() / most;
        if random.fraction() * most < rate(at) {
            times.push(at);
        }
    }
    times
}

fn steady(random: &mut Random) -> Vec<f64> {
    let rate = random.of_magnitude(0.01, 12.0);
    poisson(random, rate, |_| rate)
}

fn equal(random: &mut Random) -> Vec<f64> {
    poisson(random, 1.0, |_| 1.0)
}

fn daily(random: &mut Random) -> Vec<f64> {
    let (rate, peak) = (random.of_magnitude(0.02, 12.0), random.between(0.0, 24.0));
    let (sharp, weekend) = (random.between(1.0, 6.0), random.between(0.2, 1.0));
    poisson(random, 2.0 * rate, |at| {
        let hour = f64::midpoint(1.0, ((at - peak) / 24.0 * TAU).cos()).powf(sharp);
        let rests = (at / 24.0).floor().rem_euclid(7.0) >= 5.0;
        2.0 * rate * hour * if rests { weekend } else { 1.0 }
    })
}

fn bursts(random: &mut Random) -> Vec<f64> {
    let (rate, size) = (random.of_magnitude(0.01, 1.0), random.between(2.0, 20.0));
    let (width, between) = (random.of_magnitude(0.1, 4.0), random.between(0.05, 0.5));
    let mut times = poisson(random, rate * between, |_| rate * between);
    let starts = 2.0 * rate * (1.0 - between) / size;
    for start in poisson(random, starts, |_| starts) {
        let mut left = random.exponential() * size;
        while left > 0.0 {
            times.push(start + random.exponential() * width);
            left -= 1.0;
        }
    }
    times
}

fn chains(random: &mut Random) -> Vec<f64> {
    let (rate, brings) = (random.of_magnitude(0.02, 4.0), random.between(0.5, 0.9));
    let fades = random.of_magnitude(0.5, 6.0);
    let (base, mut excited) = (rate * (1.0 - brings), 0.0);
    let (mut at, mut times) = (-PAST, Vec::new());
    while at < PLAYED {
        let most: f64 = base + excited;
        let step = random.exponential() / most;
        at += step;
        excited *= f64::exp(-fades * step);
        if random.fraction() * most < base + excited {
            times.push(at);
            excited += brings * fades;
        }
    }
    times
}

fn shifts(random: &mut Random) -> Vec<f64> {
    let (mut at, mut spans) = (-PAST, Vec::new());
    while at < PLAYED {
        spans.push((at, random.of_magnitude(0.01, 8.0)));
        at += random.of_magnitude(12.0, 240.0);
    }
    let rate = |at| spans.iter().rev().find(|(from, _)| *from <= at).map_or(0.0, |(_, rate)| *rate);
    poisson(random, 8.0, rate)
}

fn clock(random: &mut Random) -> Vec<f64> {
    let hours = |random: &mut Random| (random.between(0.0, 24.0) * 4.0).floor() / 4.0;
    let mut day = vec![hours(random)];
    while random.fraction() < 0.7 {
        day.push(hours(random));
    }
    let at_once = random.between(1.0, 9.0).floor();
    let mut times = Vec::new();
    let mut midnight = -PAST;
    while midnight < PLAYED {
        for hour in &day {
            let mut left = at_once;
            while left > 0.0 {
                times.push(midnight + hour + random.exponential() * 0.1);
                left -= 1.0;
            }
        }
        midnight += 24.0;
    }
    times
}

/// A history of some days over and over, at the same times of the day.
fn repeated(times: &[f64], random: &mut Random) -> Vec<f64> {
    let (first, last) = (times[0], times[times.len() - 1]);
    let (span, midnight) = (last - first, (first / 24.0).floor() * 24.0);
    #[expect(clippy::cast_precision_loss, reason = "some hundred")]
    let after_last = 1.0 + 1.0 / times.len() as f64;
    let (period, shift) = if span < 24.0 {
        (span * after_last, random.between(0.0, span))
    } else {
        let days = (span / 24.0).ceil();
        (days * 24.0, random.between(0.0, days).floor() * 24.0)
    };
    let mut start = shift - period * ((PAST + shift) / period).ceil();
    let mut all = Vec::new();
    while start < PLAYED {
        all.extend(times.iter().map(|time| start + time - midnight + random.between(-0.08, 0.08)));
        start += period;
    }
    all
}

/// The dates of saved feeds with five entries or more; `None` where they are not here.
fn saved() -> Option<Vec<Vec<f64>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/reference.jsonl");
    let Ok(lines) = std::fs::read_to_string(path) else {
        println!("skipped: saved feeds (../shared/corpora is not here)");
        return None;
    };
    let dates = lines.lines().filter_map(|line| {
        let feed: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_real = feed["path"].as_str()?.starts_with("real/");
        let mut dates: Vec<f64> = feed["entries"].as_array()?.iter().filter_map(date).collect();
        dates.sort_by(f64::total_cmp);
        let span = dates.last()? - dates.first()?;
        (is_real && dates.len() >= 5 && span > 0.5).then_some(dates)
    });
    Some(dates.collect())
}

fn date(entry: &serde_json::Value) -> Option<f64> {
    let parts = [&entry["published_parsed"], &entry["updated_parsed"]];
    let parts = parts.into_iter().find_map(|parts| parts.as_array())?;
    let part = |n: usize| parts.get(n)?.as_u64().and_then(|part| u32::try_from(part).ok());
    let day = chrono::NaiveDate::from_ymd_opt(part(0)?.try_into().ok()?, part(1)?, part(2)?)?;
    let time = day.and_hms_opt(part(3)?, part(4)?, part(5)?)?;
    Some(hours(time.and_utc()))
}

/// Hours since 1970.
pub(crate) fn hours(time: DateTime<Utc>) -> f64 {
    (time - DateTime::UNIX_EPOCH).as_seconds_f64() / 3600.0
}

/// The last three quarters of a history, at most 28 days, are played; what was before is known.
fn given_source(times: &[f64], random: &mut Random) -> Source {
    let (first, last) = (times[0], times[times.len() - 1]);
    let played = ((last - first) * 0.75).min(28.0 * 24.0);
    // By whole days: the hour of the day stays what it was.
    let start = ((last - played) / 24.0).floor() * 24.0;
    let times = times.iter().map(|time| time - start).collect();
    Source { times, window: *random.one_of(&WINDOWS), until: last - start }
}
