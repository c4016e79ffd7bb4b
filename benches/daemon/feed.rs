//! A feed that publishes at random. Times are seconds since the origin's start.

use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::fmt::Write as _;

/// Entries in a list.
const WINDOW: usize = 10;
/// Entries a second: from one in four days to twelve an hour, where a minute stands for a quarter of an
/// hour.
const RATES: (f64, f64) = (0.15 / 3600.0, 180.0 / 3600.0);

pub(crate) struct Feed {
    random: u64,
    /// Entries a second.
    rate: f64,
    pub(crate) published: usize,
    /// When the newest entries were published.
    times: VecDeque<f64>,
    next: f64,
    /// Entries that no request has brought yet.
    unseen: usize,
}

impl Feed {
    pub(crate) fn new(number: usize) -> Self {
        let (random, times) = (number as u64 + 1, VecDeque::new());
        let mut feed = Self { random, rate: 0.0, published: WINDOW, times, next: 0.0, unseen: 0 };
        // The first of such numbers are alike.
        feed.fraction();
        feed.rate = RATES.0 * (feed.fraction() * (RATES.1 / RATES.0).ln()).exp();
        let mut at = 0.0;
        for _ in 0..WINDOW {
            at -= feed.wait();
            feed.times.push_front(at);
        }
        feed.next = feed.wait();
        feed
    }

    fn fraction(&mut self) -> f64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        f64::from(u32::try_from(self.random >> 32).unwrap()) / f64::from(u32::MAX)
    }

    fn wait(&mut self) -> f64 {
        -self.fraction().max(1e-9).ln() / self.rate
    }

    /// Publishes until now; how long each entry waited that nobody had seen.
    pub(crate) fn read(&mut self, now: f64) -> Vec<f64> {
        while self.next <= now {
            (self.published, self.unseen) = (self.published + 1, self.unseen + 1);
            self.times.push_back(self.next);
            self.next += self.wait();
        }
        let unseen = std::mem::take(&mut self.unseen);
        let waited = self.times.iter().rev().take(unseen).map(|at| now - at).collect();
        self.times.drain(..self.times.len() - WINDOW);
        waited
    }

    pub(crate) fn document(&self, number: usize, start: DateTime<Utc>) -> String {
        let mut text =
            format!("<rss version=\"2.0\"><channel><title>River {number}</title><description/>");
        let first = self.published - WINDOW;
        for (n, at) in self.times.iter().enumerate().rev() {
            #[expect(clippy::cast_possible_truncation, reason = "milliseconds of some days")]
            let date = start + chrono::Duration::milliseconds((at * 1000.0) as i64);
            let (n, date) = (first + n, date.to_rfc2822());
            write!(
                text,
                "<item><title>Note {n} of river {number}</title><guid>r{number}-{n}</guid>\
                 <link>https://river.example/{number}/{n}</link><pubDate>{date}</pubDate>\
                 <description>What river {number} did at hour {n}, told in a few words.</description></item>"
            )
            .unwrap();
        }
        text + "</channel></rss>"
    }
}
