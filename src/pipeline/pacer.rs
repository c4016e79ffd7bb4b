//! Spreads the starts of polls over time: after a start, a clock that jumped or an outage, everything
//! may be due at once.

use std::time::{Duration, Instant};

/// How much faster than on average what is due is caught up with. Less than twice, so that no second
/// sees twice the average.
const HASTE: f64 = 1.5;
/// Starts a second that are always allowed, however few sources there are.
const LEAST: f64 = 8.0;
/// With fewer starts a second on average there is no herd to fear.
const SMALL: f64 = 1.0;
/// Starts at once where there are few sources.
const HANDFUL: f64 = 64.0;

/// A bucket of starts that refills with time.
#[derive(Debug, Clone, Copy)]
pub struct Pacer {
    a_second: f64,
    most: f64,
    left: f64,
    at: Instant,
}

impl Pacer {
    /// For as many polls a second, on average, as all sources together are to get.
    #[must_use]
    pub fn new(average: f64, now: Instant) -> Self {
        let a_second = (average * HASTE).max(LEAST);
        let most = if average < SMALL { HANDFUL } else { (a_second / 8.0).max(1.0) };
        Self { a_second, most, left: most, at: now }
    }

    /// How many polls may start now.
    #[must_use]
    pub fn left(&mut self, now: Instant) -> usize {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed * self.a_second).min(self.most);
        self.at = self.at.max(now);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small count"
        )]
        let left = self.left.max(0.0) as usize;
        left
    }

    /// Takes note that `count` polls start.
    pub fn take(&mut self, count: usize) {
        self.left -= f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// How long until another poll may start.
    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_secs_f64(((1.0 - self.left) / self.a_second).max(0.01))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Starts in each second while everything is due at once.
    fn herd(average: f64, seconds: usize) -> Vec<usize> {
        let start = Instant::now();
        let mut pacer = Pacer::new(average, start);
        let mut starts = vec![0; seconds];
        for step in 0..seconds * 50 {
            let left = pacer.left(start + Duration::from_millis(20) * u32::try_from(step).unwrap());
            pacer.take(left);
            starts[step / 50] += left;
        }
        starts
    }

    #[test]
    fn a_herd_is_led_out_one_by_one() {
        let starts = herd(11.1, 60);
        assert!(starts.iter().all(|starts| *starts < 22), "{starts:?}");
        assert!(starts.iter().sum::<usize>() > 60 * 16, "but faster than they come due");
    }

    #[test]
    fn a_handful_of_sources_starts_at_once() {
        assert_eq!(herd(0.1, 2)[0], 64 + 7);
    }
}
