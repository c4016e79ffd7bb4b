//! Waiting on a condition with a deadline, the only way in which these tests wait.

use std::time::{Duration, Instant};

/// How long anything may take on a busy machine before it counts as failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks `condition` until it gives a value; panics with `what` when that takes longer than [`PATIENCE`].
#[track_caller]
pub(crate) fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}");
        pause(Duration::from_millis(10));
    }
}

/// Waits until `condition` holds.
#[track_caller]
pub(crate) fn until_true(what: &str, mut condition: impl FnMut() -> bool) {
    until(what, || condition().then_some(()));
}

/// Lets time pass where the passing of time is what is tested.
#[expect(clippy::disallowed_methods, reason = "the one place that waits, between two looks")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
