//! What the origin shows at the moment, and when it moves on. A recording moves on only after its
//! current version was fetched: however slow the machine, nobody misses a version.

use super::recording::Recording;
use crate::clock;
use crate::model::Time;
use axum::body::Bytes;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// All recordings, each at one of its versions.
#[derive(Debug)]
pub(super) struct Stage(Mutex<Vec<Act>>);

#[derive(Debug)]
struct Act {
    recording: Recording,
    /// The version that is shown, counted from 0.
    shown: usize,
    /// Since when.
    since: Time,
    /// Whether somebody has it.
    was_fetched: bool,
}

/// A document as it is now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scene {
    pub body: Bytes,
    pub etag: String,
    /// When the origin moved on to it.
    pub since: Time,
}

/// What a look for the next version came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// This file is at this version, counted from 1, of so many.
    Moved { file: String, version: usize, of: usize },
    /// Nobody has fetched the versions that would be followed by another.
    Waits,
    /// Every recording is at its last version.
    Over,
}

impl Stage {
    /// All recordings at their first versions.
    pub(super) fn new(recordings: Vec<Recording>, now: Time) -> Self {
        let act = |recording| Act { recording, shown: 0, since: now, was_fetched: false };
        Self(Mutex::new(recordings.into_iter().map(act).collect()))
    }

    /// What is at `file` now.
    pub(super) fn scene(&self, file: &str) -> Option<Scene> {
        let acts = self.acts();
        let act = acts.iter().find(|act| act.recording.file == file)?;
        let body = act.recording.versions.get(act.shown)?.clone();
        let etag = format!("\"{}\"", &blake3::hash(&body).to_hex()[..16]);
        Some(Scene { body, etag, since: act.since })
    }

    /// Notes that the scene with `etag` has left for whoever asked.
    pub(super) fn fetched(&self, file: &str, etag: &str) {
        let is_shown = self.scene(file).is_some_and(|scene| scene.etag == etag);
        let mut acts = self.acts();
        if let Some(act) = acts.iter_mut().find(|act| act.recording.file == file) {
            act.was_fetched |= is_shown;
        }
    }

    /// Moves one recording on: of those that can, the one that is least far.
    pub(super) fn step(&self, now: Time) -> Step {
        let mut acts = self.acts();
        let ahead = || acts.iter().filter(|act| act.shown + 1 < act.recording.versions.len());
        if ahead().next().is_none() {
            return Step::Over;
        }
        let next = acts
            .iter_mut()
            .filter(|act| act.was_fetched && act.shown + 1 < act.recording.versions.len())
            .min_by_key(|act| act.shown);
        let Some(act) = next else { return Step::Waits };
        (act.shown, act.since, act.was_fetched) = (act.shown + 1, now, false);
        let Recording { file, versions, .. } = &act.recording;
        Step::Moved { file: file.clone(), version: act.shown + 1, of: versions.len() }
    }

    fn acts(&self) -> MutexGuard<'_, Vec<Act>> {
        // Each change is complete before anything could panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Moves on every `pace`, and rests at the end.
pub(super) async fn play(stage: &Stage, pace: Duration) -> Infallible {
    loop {
        tokio::time::sleep(pace).await;
        match stage.step(clock::now()) {
            Step::Moved { file, version, of } => {
                tracing::info!("{file} moves on to version {version} of {of}");
            }
            Step::Waits => {}
            Step::Over => break,
        }
    }
    tracing::info!("every recording is at its last version; what was published stays");
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(file: &str, versions: &'static [&'static str]) -> Recording {
        Recording {
            file: file.to_owned(),
            id: file.to_owned(),
            language: None,
            versions: versions.iter().map(|text| Bytes::from_static(text.as_bytes())).collect(),
        }
    }

    fn stage() -> Stage {
        let recordings = vec![
            recording("a", &["a1", "a2", "a3"]),
            recording("b", &["b1"]),
            recording("c", &["c1", "c2"]),
        ];
        Stage::new(recordings, clock::now())
    }

    fn fetch(stage: &Stage, file: &str) -> Bytes {
        let scene = stage.scene(file).unwrap();
        stage.fetched(file, &scene.etag);
        scene.body
    }

    fn moved(file: &str, version: usize, of: usize) -> Step {
        Step::Moved { file: file.to_owned(), version, of }
    }

    #[test]
    fn a_recording_moves_on_only_once_its_version_was_fetched() {
        let stage = stage();
        assert_eq!(stage.step(clock::now()), Step::Waits);
        assert_eq!(fetch(&stage, "a"), "a1");
        assert_eq!(stage.step(clock::now()), moved("a", 2, 3));
        assert_eq!(stage.step(clock::now()), Step::Waits);
        stage.fetched("a", "\"of another version\"");
        assert_eq!(stage.step(clock::now()), Step::Waits);
    }

    #[test]
    fn recordings_take_turns_and_end_at_their_last_versions() {
        let stage = stage();
        for step in [moved("a", 2, 3), moved("c", 2, 2), moved("a", 3, 3), Step::Over, Step::Over] {
            for file in ["a", "b", "c"] {
                fetch(&stage, file);
            }
            assert_eq!(stage.step(clock::now()), step);
        }
        assert_eq!(fetch(&stage, "a"), "a3");
        assert_eq!(stage.scene("d"), None);
    }
}
