//! How often a source publishes, learned from what its polls bring.

use crate::model::Time;
use std::time::Duration;

/// Time after which what was learned counts for 1/e: a day, so that a newsroom's night is not
/// mistaken for its end and a breaking day is noticed within hours.
const MEMORY: Duration = Duration::from_secs(24 * 3600);

/// The least span that a first estimate may rest on: three entries within a minute are a batch, not
/// a rate.
const LEAST_SPAN_HOURS: f64 = 1.0;

/// New entries an hour, after a poll that found `new` of them since the one before, `elapsed` ago.
#[must_use]
pub fn learn(rate: Option<f64>, new: u32, elapsed: Duration) -> f64 {
    let hours = (elapsed.as_secs_f64() / 3600.0).max(1.0 / 3600.0);
    let seen = f64::from(new) / hours;
    let weight = 1.0 - (-elapsed.as_secs_f64() / MEMORY.as_secs_f64()).exp();
    rate.map_or(seen, |rate| rate + (seen - rate) * weight)
}

/// New entries an hour, from the dates in a first document; `None` when fewer than two tell.
#[must_use]
pub fn estimate(dates: &[Time], now: Time) -> Option<f64> {
    let (first, count) = (dates.iter().min()?, dates.len());
    if count < 2 {
        return None;
    }
    let hours = (now - *first).as_seconds_f64() / 3600.0;
    #[expect(clippy::cast_precision_loss, reason = "a document holds some thousands at most")]
    Some(count as f64 / hours.max(LEAST_SPAN_HOURS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_steady_source_is_learned_and_kept() {
        let mut rate = None;
        for _ in 0..200 {
            rate = Some(learn(rate, 4, HOUR));
        }
        assert!((rate.unwrap() - 4.0).abs() < 1e-6);
    }

    #[test]
    fn silence_is_learned_slower_than_a_day() {
        let after_a_night = (0..8).fold(10.0, |rate, _| learn(Some(rate), 0, HOUR));
        assert!(after_a_night > 5.0, "{after_a_night}");
        let after_a_week = (0..168).fold(10.0, |rate, _| learn(Some(rate), 0, HOUR));
        assert!(after_a_week < 0.1, "{after_a_week}");
    }

    #[test]
    fn the_first_document_tells_the_rate_by_its_dates() {
        let now: Time = "2026-01-02T00:00:00Z".parse().unwrap();
        let dates: Vec<Time> = (0..48).map(|n| now - chrono::Duration::minutes(30 * n)).collect();
        let rate = estimate(&dates, now).unwrap();
        assert!((1.9..2.2).contains(&rate), "{rate}");
        assert_eq!(estimate(&dates[..1], now), None);
    }
}
