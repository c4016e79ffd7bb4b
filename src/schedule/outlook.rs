//! What is expected of a source, from what was learned of its pace; and when that is worth a poll.

use super::pace::{HOURS, between, hour_end, hour_of, hours};
use crate::model::{Pace, SPANS, Time};

/// Before anything is known: an entry in this many hours.
const PRIOR_HOURS: f64 = 24.0;
/// For how many entries the rate of the next longer span counts.
const LEANING: f64 = 1.5;
/// For how many entries an even day counts against what was seen of a source's own.
const EVEN_DAY: f64 = 6.0;
/// What is out of the ordinary is expected to last this many times as long as the span over which it
/// was counted.
const LASTS: f64 = 2.0;

/// What is expected of a source from `pace.at` on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook {
    at: Time,
    /// Entries an hour by each span: by the clock, and by the hour of the source's own day.
    rates: [[f64; SPANS]; 2],
    /// How much each of them counts; one, together.
    shares: [[f64; SPANS]; 2],
    day: [f64; 24],
}

/// The factors at an hour of the source's own day to which it brings `day` times the average.
pub(super) fn by_clock_and_day(day: f64) -> [f64; 2] {
    [1.0, day]
}

impl Outlook {
    pub(super) fn of(pace: &Pace) -> Self {
        let own_day = OwnDay::of(pace);
        let day = std::array::from_fn(|hour| own_day.brings(hour));
        Self { at: pace.at, rates: rates_by_span(pace), shares: shares(&pace.credit), day }
    }

    /// Entries an hour, expected at `at`.
    pub(super) fn rate(&self, at: Time) -> f64 {
        let ahead = between(self.at, at).max(0.0);
        let factors = by_clock_and_day(self.day[hour_of(at)]);
        let both = self.rates.iter().zip(&self.shares).zip(factors);
        both.map(|((rates, shares), factor)| expected(rates, shares, ahead) * factor).sum()
    }
}

/// Each rate falls back to that of the next longer span as time goes on.
fn expected(rates: &[f64; SPANS], shares: &[f64; SPANS], ahead: f64) -> f64 {
    let mut longer = rates[SPANS - 1];
    let mut sum = shares[SPANS - 1] * longer;
    for span in (0..SPANS - 1).rev() {
        let kept = (-ahead / (LASTS * HOURS[span])).exp();
        longer = (longer + (rates[span] - rates[span + 1]) * kept).max(0.0);
        sum += shares[span] * longer;
    }
    sum
}

fn rates(counts: &[f32; SPANS], watched: &[f32; SPANS]) -> [f64; SPANS] {
    let mut longer = 1.0 / PRIOR_HOURS;
    let mut rates = [0.0; SPANS];
    for span in (0..SPANS).rev() {
        let (count, watched) = (f64::from(counts[span]), f64::from(watched[span]));
        longer = (count + LEANING) / (watched + LEANING / longer);
        rates[span] = longer;
    }
    rates
}

/// By how much a span must do better than the next longer one to count as much: what was counted
/// over a short span varies by chance.
const PATIENCE: f64 = 0.7;

fn shares(credit: &[[f32; SPANS]; 2]) -> [[f64; SPANS]; 2] {
    let best = credit.as_flattened().iter().copied().fold(f32::MIN, f32::max);
    let mut shares = credit.map(|by| by.map(|credit| f64::from(credit - best).exp()));
    for by in &mut shares {
        let mut patience = 1.0;
        for share in by {
            *share *= patience;
            patience *= PATIENCE.exp();
        }
    }
    let sum: f64 = shares.as_flattened().iter().sum();
    shares.as_flattened_mut().iter_mut().for_each(|share| *share /= sum);
    shares
}

/// Entries an hour by each span: by the clock, and by the hour of the source's own day.
pub(super) fn rates_by_span(pace: &Pace) -> [[f64; SPANS]; 2] {
    pace.watched.map(|watched| rates(&pace.counts, &watched))
}

/// How many times the average an hour of the source's own day brings.
pub(super) fn brings(pace: &Pace, hour: usize) -> f64 {
    OwnDay::of(pace).brings(hour)
}

/// The hours of a source's own day, with all that they brought together.
struct OwnDay<'p> {
    pace: &'p Pace,
    entries: f64,
    watched: f64,
}

impl<'p> OwnDay<'p> {
    fn of(pace: &'p Pace) -> Self {
        let total = |values: &[f32; 24]| values.iter().copied().map(f64::from).sum::<f64>();
        Self { pace, entries: total(&pace.hours), watched: total(&pace.hours_watched) }
    }

    /// How many times the average an hour brings, its neighbours considered.
    fn brings(&self, hour: usize) -> f64 {
        if self.entries < 1.0 || self.watched < 24.0 {
            return 1.0;
        }
        let around = |values: &[f32; 24]| {
            let [before, here, after] =
                [(hour + 23) % 24, hour, (hour + 1) % 24].map(|hour| values[hour]);
            f64::from(before + 2.0 * here + after) / 4.0
        };
        let average = around(&self.pace.hours_watched) * self.entries / self.watched;
        (around(&self.pace.hours) + EVEN_DAY) / (average + EVEN_DAY)
    }
}

/// Entries an hour, as expected now.
#[must_use]
pub fn entries_an_hour(pace: &Pace) -> f64 {
    Outlook::of(pace).rate(pace.at)
}

/// When a source is worth a poll.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worth {
    /// The time.
    pub(super) at: Time,
    /// The square root of its expected rate, on average until then.
    pub(super) root: f64,
}

/// When the polls that the expected rate is worth, `multiplier` times its square root, add up to
/// one; not after `latest`.
pub(super) fn worth_a_poll(pace: &Pace, multiplier: f64, latest: Time) -> Worth {
    let outlook = Outlook::of(pace);
    let root = |at| outlook.rate(at).max(1e-9).sqrt();
    let wanted = 1.0 / multiplier.max(1e-9);
    let step = (wanted / root(pace.at) / 12.0).clamp(0.01, 1.0);
    let (mut at, mut sum) = (pace.at, 0.0);
    while at < latest && sum < wanted {
        let to = (at + hours(step)).min(hour_end(at)).min(latest);
        let root = root(at + (to - at) / 2);
        let passed = between(at, to).min((wanted - sum) / root);
        sum += root * passed;
        at = if sum < wanted { to } else { at + hours(passed) };
    }
    let passed = between(pace.at, at);
    Worth { at, root: if passed > 0.0 { sum / passed } else { root(pace.at) } }
}

/// What a list did when most was published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Burst {
    /// In how many hours half of the list scrolled by.
    pub(super) half: f64,
    /// How many entries came.
    pub(super) entries: f64,
    /// In how many hours they did.
    pub(super) span: f64,
}

/// What a list of `window` entries would do in a burst of so many `times` the largest that is
/// remembered; `None` when half of it would not scroll by.
pub(super) fn burst(pace: &Pace, window: u32, times: f64) -> Option<Burst> {
    let half = f64::from(window) / 2.0;
    let spans = pace.peaks.into_iter().zip(HOURS);
    spans
        .map(|(most, span)| (f64::from(most), span))
        .filter(|(most, _)| most * times > half)
        .map(|(most, span)| Burst { half: span * half / (most * times), entries: most, span })
        .min_by(|a, b| a.half.total_cmp(&b.half))
}

#[cfg(test)]
mod tests {
    use super::super::pace::first_look;
    use super::*;

    fn start() -> Time {
        "2026-03-02T00:00:00Z".parse().unwrap()
    }

    /// One entry each `step` hours for two days.
    fn steady(step: f64) -> Pace {
        let mut dates = Vec::new();
        let mut ago = 0.0;
        while ago < 48.0 {
            dates.push(start() - hours(ago));
            ago += step;
        }
        first_look(&dates, start())
    }

    fn wait(pace: &Pace) -> f64 {
        between(start(), worth_a_poll(pace, 1.0, start() + hours(48.0)).at)
    }

    #[test]
    fn four_times_the_entries_mean_twice_the_polls() {
        let ratio = wait(&steady(1.0)) / wait(&steady(0.25));
        assert!((1.8..2.2).contains(&ratio), "{ratio}");
    }

    #[test]
    fn twice_the_multiplier_means_twice_the_polls() {
        let pace = steady(0.5);
        let wait = |multiplier| {
            between(start(), worth_a_poll(&pace, multiplier, start() + hours(48.0)).at)
        };
        let ratio = wait(1.0) / wait(2.0);
        assert!((1.8..2.2).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_list_that_scrolled_by_once_is_remembered() {
        let dates: Vec<Time> =
            (0..40).map(|n| start() - hours(30.0 + f64::from(n) / 80.0)).collect();
        let pace = first_look(&dates, start());
        let found = burst(&pace, 20, 1.0).unwrap();
        assert!(found.half < 0.4 && found.entries > 20.0, "{found:?}");
        assert_eq!(burst(&pace, 200, 1.0), None);
    }
}
