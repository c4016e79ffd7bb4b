//! Every metric by name, and a function for each thing that is counted.
//!
//! Labels take few values: outcomes, states, HTTP statuses. Nothing here is per source or topic;
//! `muara status` and the store answer that.

use crate::feed::DAMAGE;
use crate::model::{FailureClass, PollKind, Repair};
use metrics::{Unit, counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

const POLLS: &str = "muara_polls_total";
const POLL_SECONDS: &str = "muara_poll_seconds";
const ENTRIES_NEW: &str = "muara_entries_new_total";
const ENTRIES_REVISED: &str = "muara_entries_revised_total";
const ITEMS: &str = "muara_items_total";
const REPAIRS: &str = "muara_repairs_total";
const GAPS: &str = "muara_gaps_total";
const SOURCES: &str = "muara_sources";
const OVERDUE: &str = "muara_overdue_sources";
const PENDING: &str = "muara_pending_entries";
const HELD: &str = "muara_held_entries";
const TOPICS: &str = "muara_topics";
const RENDER_SECONDS: &str = "muara_render_seconds";
const HTTP_REQUESTS: &str = "muara_http_requests_total";
const STORE_UNITS: &str = "muara_store_units_total";
const STORE_COMMITS: &str = "muara_store_commits_total";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Name, kind, unit and the line that `/metrics` shows as HELP.
const ALL: &[(&str, Kind, Unit, &str)] = &[
    (POLLS, Kind::Counter, Unit::Count, "Polls that ended, by outcome"),
    (POLL_SECONDS, Kind::Histogram, Unit::Seconds, "Time of a poll, fetch and reading"),
    (ENTRIES_NEW, Kind::Counter, Unit::Count, "Entries seen for the first time"),
    (ENTRIES_REVISED, Kind::Counter, Unit::Count, "Entries whose text changed"),
    (ITEMS, Kind::Counter, Unit::Count, "Items given a place in a topic"),
    (REPAIRS, Kind::Counter, Unit::Count, "Documents that were mended to be read, by damage"),
    (GAPS, Kind::Counter, Unit::Count, "Polls that found nothing of the poll before"),
    (SOURCES, Kind::Gauge, Unit::Count, "Sources, by how they fare"),
    (
        OVERDUE,
        Kind::Gauge,
        Unit::Count,
        "Sources that are due for more than a minute, and not polled",
    ),
    (PENDING, Kind::Gauge, Unit::Count, "Stored entries that wait for the sequencer"),
    (HELD, Kind::Gauge, Unit::Count, "Stored entries that are held back until a release"),
    (TOPICS, Kind::Gauge, Unit::Count, "Topics that are published"),
    (RENDER_SECONDS, Kind::Histogram, Unit::Seconds, "Time to render one topic in all formats"),
    (HTTP_REQUESTS, Kind::Counter, Unit::Count, "Requests answered, by status"),
    (STORE_UNITS, Kind::Counter, Unit::Count, "Units of work written to the store"),
    (STORE_COMMITS, Kind::Counter, Unit::Count, "Commits that those units were grouped into"),
];

/// Upper bounds in seconds: a 304 from near by up to a fetch that ran into its total time-out.
const POLL_BUCKETS: &[f64] = &[0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];
/// Upper bounds in seconds: a hundred items take about a millisecond a format.
const RENDER_BUCKETS: &[f64] = &[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

/// The process's metrics; without [`Metrics::install`] every count is dropped.
#[derive(Debug, Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Starts counting for the whole process; a second call gives the same metrics.
    #[must_use]
    pub fn install() -> Self {
        static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();
        let handle = INSTALLED.get_or_init(|| {
            let recorder = recorder().build_recorder();
            let handle = recorder.handle();
            // Fails only where another library got here first; then ours counts nothing.
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("metrics are recorded elsewhere; /metrics stays empty");
            }
            describe();
            handle
        });
        Self { handle: handle.clone() }
    }

    /// Everything counted so far in Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds what histograms have gathered since the last call into their buckets. To be called
    /// every few seconds: between calls memory grows with each observation.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

/// Histograms with buckets; without them the exporter makes summaries, which cannot be added up
/// over several daemons.
fn recorder() -> PrometheusBuilder {
    let buckets = [(POLL_SECONDS, POLL_BUCKETS), (RENDER_SECONDS, RENDER_BUCKETS)];
    buckets.into_iter().fold(PrometheusBuilder::new(), |builder, (name, bounds)| {
        let full = Matcher::Full(name.to_owned());
        // Refused only where there are no bounds at all.
        builder.set_buckets_for_metric(full, bounds).unwrap_or_default()
    })
}

/// Gives every metric its HELP line and, where its labels are known, a first value: a rate over a
/// counter that appears with its first event would miss that event.
fn describe() {
    for &(name, kind, unit, help) in ALL {
        match kind {
            Kind::Counter => metrics::describe_counter!(name, unit, help),
            Kind::Gauge => metrics::describe_gauge!(name, unit, help),
            Kind::Histogram => metrics::describe_histogram!(name, unit, help),
        }
    }
    for name in [ENTRIES_NEW, ENTRIES_REVISED, ITEMS, GAPS, STORE_UNITS, STORE_COMMITS] {
        counter!(name).increment(0);
    }
    for name in [OVERDUE, PENDING, HELD, TOPICS] {
        gauge!(name).set(0.0);
    }
    let failures = FailureClass::ALL.map(FailureClass::word);
    for outcome in ["not-modified", "same-body", "fetched"].into_iter().chain(failures) {
        counter!(POLLS, "outcome" => outcome).increment(0);
    }
    for damage in DAMAGE {
        counter!(REPAIRS, "damage" => damage).increment(0);
    }
    counter!(HTTP_REQUESTS, "status" => "200").increment(0);
    let _ = (histogram!(POLL_SECONDS), histogram!(RENDER_SECONDS));
}

/// A poll ended.
pub fn poll_finished(kind: PollKind, took: Duration) {
    counter!(POLLS, "outcome" => outcome(kind)).increment(1);
    histogram!(POLL_SECONDS).record(took);
    if let PollKind::Fetched { new, revised, .. } = kind {
        counter!(ENTRIES_NEW).increment(new.into());
        counter!(ENTRIES_REVISED).increment(revised.into());
    }
}

/// A document was read, and this had to be mended in it. The kinds are few, and ours.
pub fn repaired(repairs: &[Repair]) {
    for repair in repairs {
        counter!(REPAIRS, "damage" => repair.what.clone()).increment(1);
    }
}

fn outcome(kind: PollKind) -> &'static str {
    match kind {
        PollKind::NotModified => "not-modified",
        PollKind::SameBody => "same-body",
        PollKind::Fetched { .. } => "fetched",
        PollKind::Failed(class) => class.word(),
    }
}

/// A poll found nothing of the one before.
pub fn gap_found() {
    counter!(GAPS).increment(1);
}

/// Items were given places in topics.
pub fn items_published(count: usize) {
    counter!(ITEMS).increment(count as u64);
}

/// How many sources fare like this now; `state` is one of a few words.
pub fn sources_in(state: &'static str, count: usize) {
    gauge!(SOURCES, "state" => state).set(whole(count));
}

/// How many sources should have been polled a minute ago or before.
pub fn sources_overdue(count: usize) {
    gauge!(OVERDUE).set(whole(count));
}

/// How many stored entries wait for the sequencer now.
pub fn entries_pending(count: usize) {
    gauge!(PENDING).set(whole(count));
}

/// How many stored entries are held back until an operator releases them.
pub fn entries_held(count: usize) {
    gauge!(HELD).set(whole(count));
}

/// How many topics are published now.
pub fn topics_served(count: usize) {
    gauge!(TOPICS).set(whole(count));
}

/// A topic was rendered in all its formats.
pub fn topic_rendered(took: Duration) {
    histogram!(RENDER_SECONDS).record(took);
}

/// A request over HTTP was answered.
pub fn request_answered(status: u16) {
    counter!(HTTP_REQUESTS, "status" => status_word(status)).increment(1);
}

/// What the store has written since it was opened. It counts by itself and the totals are handed
/// on: being on the same floor, it does not know of metrics.
pub fn store_written(units: u64, commits: u64) {
    counter!(STORE_UNITS).absolute(units);
    counter!(STORE_COMMITS).absolute(commits);
}

/// The statuses that we send, by themselves; others by class, so that labels stay few.
fn status_word(status: u16) -> &'static str {
    match status {
        200 => "200",
        301 => "301",
        304 => "304",
        400 => "400",
        404 => "404",
        405 => "405",
        410 => "410",
        500 => "500",
        503 => "503",
        100..=199 => "1xx",
        201..=299 => "2xx",
        300..=399 => "3xx",
        401..=499 => "4xx",
        _ => "5xx",
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn whole(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `/metrics` says after `events`, apart from other tests in the process.
    fn rendered(events: impl FnOnce()) -> String {
        let recorder = recorder().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            describe();
            events();
        });
        recorder.handle().render()
    }

    #[track_caller]
    fn assert_has(text: &str, line: &str) {
        assert!(text.lines().any(|l| l == line), "no line {line:?} in:\n{text}");
    }

    #[test]
    fn every_metric_but_the_sources_is_there_with_its_help_before_anything_happened() {
        let text = rendered(|| {});
        for (name, _, _, help) in ALL.iter().filter(|(name, ..)| *name != SOURCES) {
            assert_has(&text, &format!("# HELP {name} {help}"));
        }
        assert_has(&text, r#"muara_polls_total{outcome="not-a-feed"} 0"#);
        assert_has(&text, "muara_entries_new_total 0");
    }

    #[test]
    fn a_poll_counts_by_its_outcome_with_its_time_and_what_it_brought() {
        let text = rendered(|| {
            let fetched = PollKind::Fetched { new: 3, revised: 1, items: 20 };
            poll_finished(fetched, Duration::from_millis(200));
            poll_finished(PollKind::NotModified, Duration::from_millis(20));
            poll_finished(PollKind::Failed(FailureClass::Throttled), Duration::from_secs(2));
        });
        assert_has(&text, r#"muara_polls_total{outcome="fetched"} 1"#);
        assert_has(&text, r#"muara_polls_total{outcome="not-modified"} 1"#);
        assert_has(&text, r#"muara_polls_total{outcome="throttled"} 1"#);
        assert_has(&text, "muara_entries_new_total 3");
        assert_has(&text, "muara_entries_revised_total 1");
        assert_has(&text, "# TYPE muara_poll_seconds histogram");
        assert_has(&text, r#"muara_poll_seconds_bucket{le="0.03"} 1"#);
        assert_has(&text, r#"muara_poll_seconds_bucket{le="+Inf"} 3"#);
    }

    #[test]
    fn gauges_say_how_it_is_and_counters_how_much_it_was() {
        let text = rendered(|| {
            sources_in("failing", 7);
            sources_in("failing", 2);
            sources_overdue(5);
            entries_pending(40);
            topics_served(3);
            items_published(5);
            items_published(6);
            gap_found();
            topic_rendered(Duration::from_micros(800));
        });
        assert_has(&text, r#"muara_sources{state="failing"} 2"#);
        assert_has(&text, "muara_overdue_sources 5");
        assert_has(&text, "muara_pending_entries 40");
        assert_has(&text, "muara_topics 3");
        assert_has(&text, "muara_items_total 11");
        assert_has(&text, "muara_gaps_total 1");
        assert_has(&text, r#"muara_render_seconds_bucket{le="0.001"} 1"#);
    }

    #[test]
    fn totals_of_the_store_replace_each_other() {
        let text = rendered(|| {
            store_written(10, 2);
            store_written(30, 4);
        });
        assert_has(&text, "muara_store_units_total 30");
        assert_has(&text, "muara_store_commits_total 4");
    }

    #[test]
    fn odd_statuses_make_no_labels_of_their_own() {
        let text = rendered(|| [200, 304, 418, 451, 599].into_iter().for_each(request_answered));
        assert_has(&text, r#"muara_http_requests_total{status="304"} 1"#);
        assert_has(&text, r#"muara_http_requests_total{status="4xx"} 2"#);
        assert_has(&text, r#"muara_http_requests_total{status="5xx"} 1"#);
    }

    #[test]
    fn installing_twice_gives_the_same_metrics() {
        let (first, second) = (Metrics::install(), Metrics::install());
        gap_found();
        first.upkeep();
        assert_has(
            &second.render(),
            &format!("# HELP {GAPS} Polls that found nothing of the poll before"),
        );
        assert!(!second.render().contains("muara_gaps_total 0"));
    }
}
