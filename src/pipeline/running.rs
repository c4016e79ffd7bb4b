//! Polls under way, and how many more may start. Those that wait for slow servers make room for
//! others: servers that hang until their time-out cost nobody else, even where most of them do.

use super::collector::Collected;
use crate::model::{Source, SourceId};
use crate::store::StoreError;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::{Id, JoinError, JoinSet};

/// A poll that is under way for longer waits for its server.
const SLOW: Duration = Duration::from_secs(2);

/// How many times as many as may be under way at once may wait for slow servers beside them. Ten thousand
/// sources that all hang for half a minute are five times as many as may be under way by default, and
/// each is asked less often after that.
const TIMES: usize = 4;
/// No more than that, since each has an open connection; but as many as may be under way at once.
const MOST_SLOW: usize = 1024;

/// How a poll ended; `None`: its lease ran out before it was recorded.
pub(super) type Outcome = Result<Option<Collected>, StoreError>;

/// Polls under way.
#[derive(Debug, Default)]
pub(super) struct Running {
    polls: JoinSet<Outcome>,
    of: HashMap<Id, Begun>,
}

#[derive(Debug)]
struct Begun {
    source: Arc<Source>,
    at: Instant,
}

impl Running {
    /// Starts a poll of `source`.
    pub(super) fn start<F>(&mut self, source: Arc<Source>, now: Instant, poll: F)
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let handle = self.polls.spawn(poll);
        self.of.insert(handle.id(), Begun { source, at: now });
    }

    /// The next poll that ends: of which source it was, and how it went; `None` while none is under
    /// way.
    pub(super) async fn next(&mut self) -> Option<(Arc<Source>, Result<Outcome, JoinError>)> {
        let (id, outcome) = match self.polls.join_next_with_id().await? {
            Ok((id, outcome)) => (id, Ok(outcome)),
            Err(error) => (error.id(), Err(error)),
        };
        Some((self.of.remove(&id)?.source, outcome))
    }

    /// Whether a poll of that source is under way.
    pub(super) fn has(&self, id: &SourceId) -> bool {
        self.of.values().any(|begun| begun.source.id == *id)
    }

    /// How many more may start where `bound` is how many may be under way at once.
    pub(super) fn free(&self, bound: usize, now: Instant) -> usize {
        let slow = self.of.values().filter(|begun| begun.at + SLOW <= now).count();
        bound.saturating_sub(self.of.len() - slow.min(room_for_slow(bound)))
    }

    /// When the next of them makes room by being slow.
    pub(super) fn slow_at(&self, now: Instant) -> Option<Instant> {
        self.of.values().map(|begun| begun.at + SLOW).filter(|at| *at > now).min()
    }

    /// Drops all of them, unrecorded.
    pub(super) async fn shutdown(&mut self) {
        self.polls.shutdown().await;
    }
}

fn room_for_slow(bound: usize) -> usize {
    bound.saturating_mul(TIMES).min(MOST_SLOW).max(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str) -> Arc<Source> {
        let url = url::Url::parse("https://example.org/feed").unwrap();
        Arc::new(Source::bare(id.parse().unwrap(), url))
    }

    #[tokio::test]
    async fn polls_that_wait_for_slow_servers_make_room_for_others_up_to_a_bound() {
        let mut running = Running::default();
        let mut now = Instant::now();
        let mut sources = (0..).map(|n| source(&format!("s{n}")));
        for _ in 0..=TIMES {
            for _ in 0..4 {
                running.start(sources.next().unwrap(), now, std::future::pending());
            }
            assert_eq!((running.free(4, now), running.slow_at(now)), (0, Some(now + SLOW)));
            now += SLOW;
        }
        assert_eq!((running.free(4, now), running.slow_at(now)), (0, None), "and no more");
        assert!(running.has(&"s19".parse().unwrap()) && !running.has(&"s20".parse().unwrap()));
        running.shutdown().await;
    }

    #[test]
    fn connections_are_bounded_whatever_config_allows() {
        assert_eq!([1, 64, 512, 4096].map(room_for_slow), [4, 256, 1024, 4096]);
    }
}
