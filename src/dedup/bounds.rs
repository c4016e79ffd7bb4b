//! How much of what is new goes on to topics: a source's first document brings some entries, not its
//! whole history, and none brings what is too old.

use crate::model::{Identified, Identity, Time};
use std::time::Duration;

/// What one document may bring.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most new entries, the newest of them.
    pub most: usize,
    /// None that are older; `None`: of any age.
    pub max_age: Option<Duration>,
}

impl Bounds {
    /// Marks the new entries beyond the bounds as not taken. `entries` are in the order of sequencing,
    /// oldest first.
    pub fn apply(self, entries: &mut [Identified], now: Time) {
        let too_old = |published: Option<Time>| {
            let age = published.and_then(|at| (now - at).to_std().ok());
            self.max_age.zip(age).is_some_and(|(max, age)| age > max)
        };
        let mut left = self.most;
        for identified in entries.iter_mut().rev().filter(|i| i.identity == Identity::New) {
            identified.taken = left > 0 && !too_old(identified.entry.published);
            left -= usize::from(identified.taken);
        }
    }
}
