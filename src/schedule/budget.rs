//! One budget of requests over all sources: the sum of polls stays at sources divided by `every`.
//!
//! For a given number of requests the mean delay of entries is least when each source is polled in
//! proportion to the square root of its rate. By what that is multiplied follows from what all
//! sources ask for together, within the bounds of each.

use super::outlook::{Burst, burst, entries_an_hour};
use crate::model::{IntervalBounds, Pace};
use std::time::Duration;

/// What a source asks of the budget.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Polls an hour that it would get for a multiplier of one.
    weight: f64,
    /// What it brings to the budget, polls an hour.
    brings: f64,
    least: f64,
    most: f64,
}

impl Demand {
    /// What a source asks for of which something was learned. One without brings its part and gets it.
    #[must_use]
    pub fn of(pace: &Pace, window: u32, bounds: IntervalBounds) -> Self {
        let brings = an_hour(bounds.every);
        let most = an_hour(bounds.min);
        let young = if is_young(pace) { brings } else { 0.0 };
        let remembered = longest_by_window(pace, window, bounds.every);
        let remembered = remembered.map_or(0.0, |(longest, _)| longest.recip());
        let least = an_hour(bounds.max).max(young).max(remembered).min(most);
        // It goes before `min`.
        let expected = longest_as_expected(entries_an_hour(pace), window).recip();
        Self { weight: f64::from(pace.demand) * brings, brings, least: least.max(expected), most }
    }

    fn polls(&self, multiplier: f64) -> f64 {
        (self.weight * multiplier).min(self.most).max(self.least)
    }
}

/// A source that was watched for fewer hours than this is polled at least at `every`.
const YOUNG: f64 = 24.0;
/// Not even a list that scrolls by faster is asked for more often, in hours.
const SHORTEST: f64 = 30.0 / 3600.0;
/// The next burst may be so many times the largest that is remembered.
const LARGER: f64 = 2.5;
/// Even a source without bursts so far is left alone for `every` at most for so many entries of its
/// list: a short list may scroll by in its first one. docs/polling.md says what other numbers would
/// miss and cost.
const UNHEARD: f64 = 6.0;
/// A list of fewer entries is one that still grows.
const SHORT: u32 = 10;

/// Whether less than a day is known of it, by the dates in its first document or by polls.
pub(super) fn is_young(pace: &Pace) -> bool {
    pace.watched[0].iter().all(|watched| f64::from(*watched) < YOUNG)
}

/// For how many hours at most a list of `window` entries is left alone that scrolls by at `rate`, in
/// entries an hour: half of the time that it takes.
pub(super) fn longest_as_expected(rate: f64, window: u32) -> f64 {
    let scrolls = if window == 0 { f64::INFINITY } else { f64::from(window) / rate };
    (scrolls / 2.0).max(SHORTEST)
}

/// For how many hours at most a source is left alone that published in bursts, and the burst. Watching
/// for what is rare costs requests that others need: never less than a third of `every` for bursts as
/// they were, and `every` for larger ones.
pub(super) fn longest_by_window(pace: &Pace, window: u32, every: Duration) -> Option<(f64, Burst)> {
    let every = every.as_secs_f64() / 3600.0;
    let remembered = |times, least: f64| {
        let burst = burst(pace, window, times)?;
        Some((burst.half.max(least), burst))
    };
    let unheard =
        Burst { half: every * f64::from(window.max(SHORT)) / UNHEARD, entries: 0.0, span: 0.0 };
    let unheard = Some((unheard.half, unheard));
    let claims = [remembered(1.0, every / 3.0), remembered(LARGER, every), unheard];
    claims.into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0))
}

/// Times an hour, at one for each `interval`.
fn an_hour(interval: Duration) -> f64 {
    3600.0 / interval.as_secs_f64().max(1e-3)
}

/// The multiplier for which all demands together get what they bring. One where there are none.
#[must_use]
pub fn multiplier(demands: &[Demand]) -> f64 {
    let brought: f64 = demands.iter().map(|demand| demand.brings).sum();
    let polls = |multiplier: f64| demands.iter().map(|it| it.polls(multiplier)).sum::<f64>();
    if demands.is_empty() {
        return 1.0;
    }
    let (mut low, mut high) = (1e-6_f64, 1e9_f64);
    // Each step halves the ratio of both in logarithms: 48 leave less than a millionth.
    for _ in 0..48 {
        let middle = (low * high).sqrt();
        if polls(middle) < brought { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SPANS;

    const BOUNDS: IntervalBounds = IntervalBounds {
        every: Duration::from_secs(900),
        min: Duration::from_secs(120),
        max: Duration::from_secs(24 * 3600),
    };

    fn demand(weight: f32) -> Demand {
        let mut pace = Pace::new("2026-03-02T00:00:00Z".parse().unwrap());
        (pace.demand, pace.watched) = (weight, [[48.0; SPANS]; 2]);
        Demand::of(&pace, 30, BOUNDS)
    }

    #[test]
    fn the_sum_of_polls_is_that_of_the_parts() {
        let demands: Vec<Demand> = [0.1, 0.2, 1.0, 3.0, 4.0].map(demand).to_vec();
        let multiplier = multiplier(&demands);
        let sum: f64 = demands.iter().map(|it| it.polls(multiplier)).sum();
        assert!((sum - 20.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn what_one_source_may_not_use_the_others_get() {
        let alone = multiplier(&[demand(1.0), demand(1.0)]);
        let beside_one_at_its_bound = multiplier(&[demand(1.0), demand(1.0), demand(1e-6)]);
        assert!(beside_one_at_its_bound > alone);
    }

    #[test]
    fn what_is_polled_more_often_than_it_is_worth_is_part_of_the_sum() {
        let every = 4.0;
        let young = Demand::of(&Pace::new("2026-03-02T00:00:00Z".parse().unwrap()), 30, BOUNDS);
        let old = |demand| Demand { weight: demand * every, brings: every, least: 0.1, most: 30.0 };
        let demands = [young, young, old(0.5), old(1.5)];
        let multiplier = multiplier(&demands);
        assert!((multiplier - 1.0).abs() < 1e-3, "new ones take what they bring: {multiplier}");
        let fast = Demand { least: 6.0, ..old(0.5) };
        let multiplier = super::multiplier(&[fast, old(0.5)]);
        assert!((multiplier - 1.0).abs() < 1e-3, "the window of one takes of others: {multiplier}");
    }

    #[test]
    fn without_sources_there_is_nothing_to_share() {
        assert!((multiplier(&[]) - 1.0).abs() < f64::EPSILON);
    }
}
