//! How often a source publishes, learned from the dates of its entries.
//!
//! Entries are counted over spans from half an hour to a month; the rate of each span leans on that of
//! the next longer one as far as it has seen little. Twelve ways to foretell the next entry compete:
//! each span, by the clock and by the source's own day. Each counts by how likely it held what came:
//! a steady source is foretold by its month, a newsroom by its day, one of bursts by its last hour.

use super::outlook::{brings, by_clock_and_day, rates_by_span};
use crate::model::{Pace, SPANS, Time};
use chrono::{Duration, Timelike};

/// The spans, in hours.
pub(super) const HOURS: [f64; SPANS] = [0.5, 2.0, 8.0, 36.0, 168.0, 720.0];
/// What was learned of a source's day is forgotten over this many hours.
const DAY_MEMORY: f64 = 21.0 * 24.0;
/// The most that was ever counted is forgotten over this many hours.
const PEAK_MEMORY: f64 = 30.0 * 24.0;
/// How much of what each way has earned is kept from entry to entry.
const CREDIT_KEPT: f32 = 0.99;
/// Entries older than this say nothing of the pace now.
const LOOK_BACK: Duration = Duration::days(60);

/// Learns what the time from `pace.at` until `now` brought: new entries that came to be at `dates`, as
/// far as is known. A date outside of that time counts at its nearer end.
pub fn learn(pace: &mut Pace, dates: &[Time], now: Time) {
    let now = now.max(pace.at);
    let mut dates: Vec<Time> = dates.iter().map(|date| (*date).clamp(pace.at, now)).collect();
    dates.sort_unstable();
    for date in dates {
        watch(pace, date);
        count(pace, date);
    }
    watch(pace, now);
}

/// What the dates of a first document tell: as if it had been watched since its oldest entry.
#[must_use]
pub fn first_look(dates: &[Time], now: Time) -> Pace {
    let earliest = now - LOOK_BACK;
    let since = dates.iter().copied().min().map_or(now, |oldest| oldest.clamp(earliest, now));
    let mut pace = Pace::new(since);
    // The oldest entry is where the list ends: it says nothing of the time before.
    let newer: Vec<Time> = dates.iter().copied().filter(|date| *date > since).collect();
    learn(&mut pace, &newer, now);
    pace
}

/// Time passes without an entry, hour by hour.
fn watch(pace: &mut Pace, until: Time) {
    while pace.at < until {
        let step = hour_end(pace.at).min(until);
        let passed = between(pace.at, step);
        let (rates, hour) = (rates_by_span(pace), hour_of(pace.at));
        let factors = by_clock_and_day(brings(pace, hour));
        for (by, factor) in factors.into_iter().enumerate() {
            for (credit, rate) in pace.credit[by].iter_mut().zip(rates[by]) {
                *credit -= narrow(rate * factor * passed);
            }
        }
        forget(pace, passed, factors);
        pace.hours_watched[hour] += narrow(passed);
        pace.at = step;
    }
}

fn forget(pace: &mut Pace, passed: f64, factors: [f64; 2]) {
    for (span, hours) in HOURS.into_iter().enumerate() {
        let kept = (-passed / hours).exp();
        pace.counts[span] *= narrow(kept);
        for (watched, factor) in pace.watched.iter_mut().zip(factors) {
            let gained = hours * (1.0 - kept) * factor;
            watched[span] = narrow(f64::from(watched[span]) * kept + gained);
        }
    }
    let kept = narrow((-passed / DAY_MEMORY).exp());
    pace.hours.iter_mut().chain(&mut pace.hours_watched).for_each(|value| *value *= kept);
    let kept = narrow((-passed / PEAK_MEMORY).exp());
    pace.peaks.iter_mut().for_each(|peak| *peak *= kept);
}

/// An entry comes.
fn count(pace: &mut Pace, at: Time) {
    let (rates, hour) = (rates_by_span(pace), hour_of(at));
    for (by, factor) in by_clock_and_day(brings(pace, hour)).into_iter().enumerate() {
        for (credit, rate) in pace.credit[by].iter_mut().zip(rates[by]) {
            *credit = *credit * CREDIT_KEPT + narrow((rate * factor).max(1e-9).ln());
        }
    }
    let best = pace.credit.as_flattened().iter().copied().fold(f32::MIN, f32::max);
    pace.credit.as_flattened_mut().iter_mut().for_each(|credit| *credit -= best);
    for (count, peak) in pace.counts.iter_mut().zip(&mut pace.peaks) {
        *count += 1.0;
        *peak = peak.max(*count);
    }
    pace.hours[hour] += 1.0;
}

/// Hours from `from` to `to`.
pub(super) fn between(from: Time, to: Time) -> f64 {
    (to - from).as_seconds_f64() / 3600.0
}

/// So many hours, a hundred years at most.
pub(super) fn hours(hours: f64) -> Duration {
    #[expect(clippy::cast_possible_truncation, reason = "microseconds of a hundred years fit")]
    Duration::microseconds((hours.min(876_600.0) * 3.6e9) as i64)
}

pub(super) fn hour_of(at: Time) -> usize {
    at.hour() as usize
}

/// The end of the hour that `at` is in.
pub(super) fn hour_end(at: Time) -> Time {
    let hour = Duration::hours(1);
    let into = at.timestamp_micros().rem_euclid(3_600_000_000);
    at + (hour - Duration::microseconds(into))
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is plenty")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::super::outlook::Outlook;
    use super::*;

    fn at(hours: f64) -> Time {
        "2026-03-02T00:00:00Z".parse::<Time>().unwrap() + super::hours(hours)
    }

    /// A source that is polled every half hour and publishes at `hours`.
    fn polled(hours: &[f64], until: f64) -> Pace {
        let mut pace = first_look(&[], at(0.0));
        let mut now = 0.0;
        while now < until {
            let new: Vec<Time> =
                hours.iter().filter(|h| **h > now && **h <= now + 0.5).map(|h| at(*h)).collect();
            now += 0.5;
            learn(&mut pace, &new, at(now));
        }
        pace
    }

    fn rate(pace: &Pace, hours: f64) -> f64 {
        Outlook::of(pace).rate(at(hours))
    }

    #[test]
    fn a_steady_source_is_learned() {
        let hours: Vec<f64> = (1..400).map(|n| f64::from(n) * 0.26).collect();
        let pace = polled(&hours, 100.0);
        assert!((3.2..4.6).contains(&rate(&pace, 100.0)), "{}", rate(&pace, 100.0));
    }

    #[test]
    fn the_first_document_tells_the_pace_by_its_dates() {
        let dates: Vec<Time> = (0..48).map(|n| at(-0.5 * f64::from(n))).collect();
        let pace = first_look(&dates, at(0.0));
        assert!((1.5..2.5).contains(&rate(&pace, 0.0)), "{}", rate(&pace, 0.0));
    }

    #[test]
    fn an_outlet_that_sleeps_at_night_is_expected_in_the_morning() {
        let day = |day: i32| (0..40).map(move |n| f64::from(day) * 24.0 + 8.0 + f64::from(n) * 0.2);
        let hours: Vec<f64> = (0..14).flat_map(day).collect();
        let pace = polled(&hours, 14.0 * 24.0);
        let (night, morning) = (rate(&pace, 14.0 * 24.0 + 2.0), rate(&pace, 14.0 * 24.0 + 9.0));
        assert!(morning > 5.0 * night, "{night} {morning}");
    }

    #[test]
    fn a_burst_is_noticed_and_passes() {
        let mut hours: Vec<f64> = (0..20).map(|n| f64::from(n) * 12.0).collect();
        let burst =
            |day: i32| (0..20).map(move |n| f64::from(day) * 60.0 + 7.0 + f64::from(n) * 0.05);
        hours.extend((0..5).flat_map(burst));
        hours.sort_by(f64::total_cmp);
        let pace = polled(&hours, 248.0);
        let (within, later) = (rate(&pace, 248.0), rate(&pace, 270.0));
        assert!(within > 4.0 * later, "{within} {later}");
    }

    #[test]
    fn silence_is_forgotten_into() {
        let hours: Vec<f64> = (1..100).map(f64::from).collect();
        let pace = polled(&hours, 1000.0);
        assert!(rate(&pace, 1000.0) < 0.05, "{}", rate(&pace, 1000.0));
    }

    #[test]
    fn a_date_from_before_the_last_poll_counts_at_it() {
        let mut pace = first_look(&[], at(0.0));
        learn(&mut pace, &[at(-100.0), at(5000.0)], at(1.0));
        assert_eq!(pace.at, at(1.0));
        assert!(pace.counts[0] > 1.0, "both count: {:?}", pace.counts);
    }
}
