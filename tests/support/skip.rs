//! Saying that a test cannot run here. The harness shows nothing of a test that passes, so this goes
//! past it; `tests/run` collects the lines.

use std::io::Write as _;

/// Says that `what` was not tested, and why.
pub(crate) fn skipped(what: &str, why: &str) {
    let line = format!("SKIPPED {what}: {why}\n");
    // Who closed our output does not read it.
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
