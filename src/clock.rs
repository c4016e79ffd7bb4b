//! The only place that asks what time it is.

use crate::model::Time;
use chrono::{SubsecRound, Utc};

/// The current time, cut to the microseconds that the store keeps.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
pub fn now() -> Time {
    Utc::now().trunc_subsecs(6)
}
