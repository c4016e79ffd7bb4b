//! Time in hours, as what a source repeats is remembered by.

use crate::model::Time;
use std::time::Duration;

/// The hour of `time`, wrapping every seven years.
#[must_use]
pub fn hour(time: Time) -> u16 {
    u16::try_from(time.timestamp().div_euclid(3600).rem_euclid(1 << 16)).unwrap_or_default()
}

/// Whole hours in `window`, a year at most.
#[must_use]
pub fn hours(window: Duration) -> u16 {
    u16::try_from(window.as_secs() / 3600).unwrap_or(u16::MAX).min(366 * 24)
}
