//! A clock that a test sets, for the processes that it starts: libfaketime stands between them and the system's. What
//! they measure (how long a fetch took, when to look again) goes by the real one.

use super::skip;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Where Debian puts it, for several threads.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// A clock.
pub(crate) struct Clock {
    library: PathBuf,
    /// How far it is from the system's; processes look here.
    file: PathBuf,
}

impl Clock {
    /// A clock, kept in `folder`, that shows `at` (RFC 3339) now. `None`, and said so, where libfaketime is missing.
    pub(crate) fn at(folder: &Path, at: &str) -> Option<Self> {
        let places = std::fs::read_dir("/usr/lib").expect("/usr/lib").flatten();
        let libraries = places.map(|place| place.path().join(LIBRARY));
        let Some(library) = libraries.into_iter().find(|path| path.exists()) else {
            skip::skipped("digests by a clock that is set", "faketime is not installed");
            return None;
        };
        let clock = Self { library, file: folder.join("clock") };
        clock.set(at);
        Some(clock)
    }

    /// Lets it show `at` now, and go on from there.
    pub(crate) fn set(&self, at: &str) {
        let at = DateTime::parse_from_rfc3339(at).expect("a date in RFC 3339");
        let offset = (at.to_utc() - by_the_system()).as_seconds_f64();
        let new = self.file.with_extension("new");
        std::fs::write(&new, format!("{offset:+.3}")).expect("a writable folder");
        std::fs::rename(new, &self.file).expect("a writable folder");
    }

    /// `command` by this clock.
    pub(crate) fn over(&self, mut command: Command) -> Command {
        command.env("LD_PRELOAD", &self.library).env("FAKETIME_TIMESTAMP_FILE", &self.file);
        for switch in ["FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT"] {
            command.env(switch, "1");
        }
        command
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock that a test's own is set by")]
fn by_the_system() -> DateTime<Utc> {
    SystemTime::now().into()
}
