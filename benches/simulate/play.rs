//! The play: sources publish, a rule polls, and what happened is counted.

use crate::histories::Source;
use crate::ours::Ours;
use crate::random::Random;
use crate::rivals::{self, Poll, Rule};
use muara::schedule::{self, Demand};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Bounds that hold for every rule: no faster than 2 minutes, no slower than a day.
const BOUNDS: (f64, f64) = (2.0 / 60.0, 24.0);
/// How often the daemon adds up what all sources ask for, less often here.
const ADD_UP: f64 = 0.25;
/// How close to the same number of requests is the same.
const CLOSE: f64 = 0.001;

/// How a play went.
pub(crate) struct Played {
    /// Requests, by what was to be.
    pub(crate) requests: f64,
    /// In minutes.
    pub(crate) mean: f64,
    /// The 95th percentile, in minutes.
    pub(crate) p95: f64,
    /// Entries that scrolled by unseen.
    pub(crate) missed: usize,
}

/// Plays `rule` with the factor that brings as many requests as one each `every_hours` would.
pub(crate) fn calibrated(sources: &[Source], rule: &str, every_hours: f64, seed: u64) -> Played {
    let wanted = sources.iter().map(|source| source.until).sum::<f64>() / every_hours;
    // Ours keeps to the budget by itself; what is left is a per cent or two.
    let (mut low, mut high) = match rule {
        "Muara" => (0.5 * every_hours, 2.0 * every_hours),
        _ => (1e-4, 1e3),
    };
    loop {
        let factor = f64::sqrt(low * high);
        let played = Play::new(sources, rule, factor, seed).run(wanted);
        let off = played.requests - 1.0;
        if off.abs() < CLOSE || high / low < 1.0001 {
            return played;
        }
        if off > 0.0 { low = factor } else { high = factor }
    }
}

enum Player {
    Ours(Box<Ours>),
    Theirs(Box<dyn Rule>),
}

struct Play<'a> {
    sources: &'a [Source],
    players: Vec<Player>,
    /// How many entries of each source were published when it was last polled.
    seen: Vec<usize>,
    factor: f64,
    multiplier: f64,
    added_up: f64,
    random: Random,
    polls: usize,
    delays: Vec<f64>,
    missed: usize,
}

impl<'a> Play<'a> {
    fn new(sources: &'a [Source], rule: &str, factor: f64, seed: u64) -> Self {
        let player = |_: &Source| match rule {
            "Muara" => Player::Ours(Box::new(Ours::new())),
            _ => Player::Theirs(rivals::rule(rule)),
        };
        let published = |source: &Source| source.times.partition_point(|time| *time <= 0.0);
        Self {
            sources,
            players: sources.iter().map(player).collect(),
            seen: sources.iter().map(|it| published(it).saturating_sub(it.window)).collect(),
            factor,
            multiplier: 1.0,
            added_up: f64::MIN,
            random: Random::new(seed),
            polls: 0,
            delays: Vec::new(),
            missed: 0,
        }
    }

    fn run(mut self, wanted: f64) -> Played {
        let mut queue = BinaryHeap::new();
        for source in 0..self.sources.len() {
            queue.push(Reverse((ticks(self.random.fraction() * 0.25), source)));
        }
        while let Some(Reverse((due, source))) = queue.pop() {
            #[expect(clippy::cast_precision_loss, reason = "some months in milliseconds")]
            let now = due as f64 / 3.6e6;
            if now >= self.sources[source].until {
                continue;
            }
            self.add_up(now);
            let wait = self.poll(source, now).clamp(BOUNDS.0, BOUNDS.1);
            queue.push(Reverse((ticks(now + wait), source)));
        }
        self.end(wanted)
    }

    fn add_up(&mut self, now: f64) {
        if now < self.added_up + ADD_UP {
            return;
        }
        let demand = |player: &Player| match player {
            Player::Ours(ours) => ours.demand(self.factor),
            Player::Theirs(_) => None,
        };
        let demands: Vec<Demand> = self.players.iter().filter_map(demand).collect();
        (self.multiplier, self.added_up) = (schedule::multiplier(&demands), now);
    }

    fn poll(&mut self, source: usize, now: f64) -> f64 {
        let Source { times, window, .. } = &self.sources[source];
        let published = times.partition_point(|time| *time <= now);
        let (seen, listed) = (self.seen[source], published.min(*window));
        let unlisted = published - listed;
        self.wait_over(&times[seen..published], now);
        let lost = times.get(seen..unlisted).unwrap_or_default();
        self.missed += lost.iter().filter(|at| **at > 0.0).count();
        self.seen[source] = published;
        self.polls += 1;
        let poll = Poll { now, new: &times[seen.max(unlisted)..published], listed };
        let jitter = self.random.fraction();
        match &mut self.players[source] {
            Player::Ours(ours) => ours.wait(&poll, self.factor, self.multiplier, jitter),
            Player::Theirs(rule) => rule.wait(&poll) * self.factor,
        }
    }

    /// Entries wait until a poll; those that are missed until the one that is too late for them, and
    /// those at the end of play until then.
    fn wait_over(&mut self, entries: &[f64], now: f64) {
        self.delays.extend(entries.iter().filter(|at| **at > 0.0).map(|at| (now - at) * 60.0));
    }

    fn end(mut self, wanted: f64) -> Played {
        for (source, seen) in self.sources.iter().zip(self.seen.clone()) {
            let left = source.times.get(seen..).unwrap_or_default();
            self.wait_over(left, source.until);
        }
        self.delays.sort_by(f64::total_cmp);
        let sum: f64 = self.delays.iter().sum();
        let p95 = self.delays.get(self.delays.len() * 95 / 100).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "hundred thousands")]
        let (entries, polls) = (self.delays.len().max(1) as f64, self.polls as f64);
        Played { requests: polls / wanted, mean: sum / entries, p95, missed: self.missed }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some months in milliseconds")]
fn ticks(hours: f64) -> i64 {
    (hours * 3.6e6) as i64
}
