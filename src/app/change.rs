//! What a reload changed, in numbers and words.

use crate::config::Config;
use crate::model::{Source, SourceId, TopicNo};
use crate::pipeline::Plan;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// What a reload changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Change {
    /// Sources by their ids.
    pub sources: Tally,
    /// Topics by their numbers: one that was renamed has changed.
    pub topics: Tally,
    /// Settings that differ and hold from the next start only, as config writes them.
    pub kept: Vec<String>,
}

/// How many came, changed and went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// They came.
    pub added: usize,
    /// They stayed and are described otherwise.
    pub changed: usize,
    /// They went.
    pub removed: usize,
}

impl Change {
    /// From `before` to `after`.
    pub(super) fn between(before: &Plan, after: &Plan, kept: Vec<String>) -> Self {
        Self {
            sources: Tally::of(&sources(before), &sources(after)),
            topics: Tally::of(&topics(before), &topics(after)),
            kept,
        }
    }
}

impl Tally {
    fn of<K: Eq + std::hash::Hash, V: PartialEq>(
        before: &HashMap<K, V>,
        after: &HashMap<K, V>,
    ) -> Self {
        let stayed = |(key, now): (&K, &V)| before.get(key).map(|then| then == now);
        let stayed: Vec<Option<bool>> = after.iter().map(stayed).collect();
        let count = |what| stayed.iter().filter(|is| **is == what).count();
        let removed = before.keys().filter(|key| !after.contains_key(key)).count();
        Self { added: count(None), changed: count(Some(false)), removed }
    }
}

fn sources(plan: &Plan) -> HashMap<&SourceId, &Source> {
    plan.config.sources.iter().map(|source| (&source.id, source)).collect()
}

fn topics(plan: &Plan) -> HashMap<TopicNo, impl PartialEq> {
    plan.topics.iter().map(|it| (it.no, (&it.topic, &it.settings))).collect()
}

/// Puts back into `config` what cannot change while the daemon runs; says what that was.
pub(super) fn keep(config: &mut Config, running: &Config) -> Vec<String> {
    let (now, then) = (&config.daemon, &running.daemon);
    let settings = [
        ("listen", now.listen == then.listen),
        ("public_url", now.public_url == then.public_url),
        ("state", now.state == then.state),
        ("shelf", now.shelf == then.shelf),
    ];
    let kept = settings.into_iter().filter(|(_, is_same)| !is_same);
    let kept = kept.map(|(key, _)| format!("daemon.{key}")).collect();
    config.daemon = running.daemon.clone();
    kept
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sources: {}; topics: {}", self.sources, self.topics)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, changed, removed } = self;
        let counts = [(added, "added"), (changed, "changed"), (removed, "removed")];
        let said = counts.into_iter().filter(|(count, _)| **count > 0);
        let said: Vec<String> = said.map(|(count, word)| format!("{count} {word}")).collect();
        f.write_str(if said.is_empty() { "as before" } else { "" })?;
        f.write_str(&said.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_few_words() {
        let before = HashMap::from([("a", 1), ("b", 1), ("c", 1)]);
        let after = HashMap::from([("b", 2), ("c", 1), ("d", 1), ("e", 1)]);
        let sources = Tally::of(&before, &after);
        assert_eq!(sources, Tally { added: 2, changed: 1, removed: 1 });
        let change = Change { sources, ..Change::default() };
        let said = "sources: 2 added, 1 changed, 1 removed; topics: as before";
        assert_eq!(change.to_string(), said);
    }
}
