//! Leases and what a poll brings.

use super::*;
use crate::model::{
    DateOrders, FailureClass, Fingerprint, GuidTrust, Health, Oddity, Pace, Repair, SourceId,
    SourceNo, Time, Validators, Visit, Window, WindowSlot,
};
use std::collections::HashMap;

/// Room for everything.
fn room() -> DomainRoom {
    DomainRoom { others: usize::MAX, of: HashMap::new() }
}

async fn claim_all(store: &SqliteStore, lease: Duration) -> Vec<String> {
    let due = store.claim_due(10, lease, room()).await.unwrap();
    due.leases.into_iter().map(|lease| lease.id.to_string()).collect()
}

#[tokio::test]
async fn a_leased_source_is_not_leased_again_until_the_lease_runs_out() {
    let (_dir, store) = with_sources().await;
    assert_eq!(claim_all(&store, Duration::ZERO).await.len(), 3);
    assert_eq!(claim_all(&store, LONG).await.len(), 3, "leases of no time ran out at once");
    assert_eq!(claim_all(&store, LONG).await.len(), 0);
}

#[tokio::test]
async fn claims_leave_out_crowded_domains_and_take_the_longest_due_first() {
    let (_dir, store) = with_sources().await;
    sync_sources(&store, &[source("a"), source("b"), source("c"), source("d")]).await;
    let busy = DomainRoom { of: HashMap::from([("a.example".to_owned(), 0)]), ..room() };
    let first = store.claim_due(2, LONG, busy).await.unwrap();
    assert_eq!(first.leases.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    assert!(first.crowded.contains("a.example"));
    let rest = store.claim_due(9, LONG, room()).await.unwrap();
    assert_eq!(rest.leases.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a", "d"]);
}

#[tokio::test]
async fn a_record_under_an_old_epoch_changes_nothing() {
    let (_dir, store) = with_sources().await;
    let old = store.claim_due(1, Duration::ZERO, room()).await.unwrap().leases.remove(0);
    let newer = store.claim_due(1, Duration::ZERO, room()).await.unwrap().leases;
    let rest = store.claim_due(9, LONG, room()).await.unwrap().leases;
    let mut newer = newer.into_iter().chain(rest);
    let newer = newer.find(|lease| lease.id == old.id).unwrap();
    assert!(newer.epoch > old.epoch);

    let mut late = record(&old, vec![new("1", "늦은 소식")]);
    late.state.validators = Validators { etag: Some("\"old\"".to_owned()), last_modified: None };
    late.window = Some(Window::default());
    let before = store.source_status(old.id.clone()).await.unwrap();
    assert_eq!(store.finish_poll(&old, late).await.unwrap(), Finish::Fenced);
    assert_eq!(store.source_status(old.id.clone()).await.unwrap(), before);
    assert_eq!(store.counts().await.unwrap().entries, 0);
}

#[tokio::test]
async fn a_finished_poll_gives_the_source_its_state_and_its_next_time() {
    let (_dir, store) = with_sources().await;
    let lease = lease(&store, "a").await;
    let mut record = record(&lease, Vec::new());
    let now = record.at;
    record.state = SourceState {
        first_polled: Some(now),
        validators: Validators {
            etag: Some("W/\"ж\"".to_owned()),
            last_modified: Some("Mon, 23 Nov 2026 00:00:00 GMT".to_owned()),
        },
        validators_since: Some(now),
        body_hash: Some([7; 16]),
        visits: vec![Visit {
            url: "https://a.example/news.xml".parse().unwrap(),
            validators: Validators { etag: Some("\"1\"".to_owned()), last_modified: None },
            hash: Some([8; 16]),
        }],
        guid_trust: GuidTrust::Dishonest,
        date_orders: DateOrders { day_first: true, month_first: false },
        repairs: vec![Repair { what: "bare ampersand".to_owned(), times: 3 }],
        failures: 3,
        failing_since: Some(now),
        last: Some(PollSummary {
            at: now,
            kind: PollKind::Failed(FailureClass::Throttled),
            detail: "503 Service Unavailable".to_owned(),
            took: Duration::from_micros(1_234_567),
            hints: ServerHints {
                retry_after: Some(Duration::from_secs(60)),
                max_age: Some(Duration::from_secs(300)),
                expires: Some(now),
            },
        }),
        last_new: Some(now),
        newest: Some(now),
        pace: Some(pace(now)),
        window_len: 40,
        gap_at: Some(now),
        oddity: Some(Oddity::AllIdsChanged),
        health: Health::Degraded,
        concern: Some("дела".to_owned()),
        gaps: 2,
        moved: Some((Url::parse("https://new.example/feed").unwrap(), now)),
        reason: "ждёт: the server asked for it".to_owned(),
        title: Some("연합뉴스".to_owned()),
        site: Some("https://a.example/".to_owned()),
        language: Some("ko".to_owned()),
    };
    let (state, due_at) = (record.state.clone(), record.due_at);
    store.finish_poll(&lease, record).await.unwrap();
    let status = store.source_status(lease.id).await.unwrap().unwrap();
    assert_eq!((status.state, status.due_at, status.leased), (state, Some(due_at), false));
    assert_eq!(status.name.as_deref(), Some("연합뉴스"));
}

/// A different number in each place.
fn pace(at: Time) -> Pace {
    let mut numbers = (1_u16..).map(f32::from);
    let mut pace = Pace::new(at);
    let fields = [
        pace.counts.as_mut_slice(),
        pace.watched.as_flattened_mut(),
        &mut pace.hours,
        &mut pace.hours_watched,
        pace.credit.as_flattened_mut(),
        &mut pace.peaks,
        std::slice::from_mut(&mut pace.demand),
    ];
    fields.into_iter().flatten().for_each(|field| *field = numbers.next().unwrap());
    pace
}

#[tokio::test]
async fn every_end_of_a_poll_is_remembered() {
    let (_dir, store) = with_sources().await;
    let fetched = PollKind::Fetched { new: 2, revised: 1, items: 30 };
    let failures = FailureClass::ALL.map(PollKind::Failed);
    for kind in [PollKind::NotModified, PollKind::SameBody, fetched].into_iter().chain(failures) {
        let lease = lease(&store, "a").await;
        let mut record = record(&lease, Vec::new());
        record.state.last.as_mut().unwrap().kind = kind;
        store.finish_poll(&lease, record).await.unwrap();
        let status = store.source_status(lease.id).await.unwrap().unwrap();
        assert_eq!(status.state.last.unwrap().kind, kind);
    }
}

#[tokio::test]
async fn an_operators_claim_minds_leases_and_retry_after_but_not_due_times() {
    let (_dir, store) = with_sources().await;
    let asked: Vec<SourceId> = ["a", "b", "c", "x"].map(|id| id.parse().unwrap()).into();
    poll(&store, "a", Vec::new()).await;
    let running = lease(&store, "b").await;
    let throttled = lease(&store, "c").await;
    let mut record = record(&throttled, Vec::new());
    let hints = &mut record.state.last.as_mut().unwrap().hints;
    hints.retry_after = Some(Duration::from_secs(600));
    let until = record.at + Duration::from_secs(600);
    store.finish_poll(&throttled, record).await.unwrap();

    let claimed = store.claim(&asked, LONG).await.unwrap();
    let leased: Vec<&str> = claimed.leases.iter().map(|lease| lease.id.as_str()).collect();
    assert_eq!(leased, ["a"], "not due, but asked for");
    let why: Vec<Refusal> = claimed.refused.iter().map(|refused| refused.why).collect();
    assert!(
        matches!(why[..], [Refusal::Leased(_), Refusal::NotBefore(t), Refusal::Unknown] if t == until)
    );
    let finish = store.finish_poll(&running, super::record(&running, Vec::new())).await.unwrap();
    assert!(matches!(finish, Finish::Done { .. }), "the running lease was left alone");
}

#[tokio::test]
async fn the_next_due_time_counts_leases_too() {
    let (_dir, store) = with_sources().await;
    let before = clock::now();
    store.claim_due(9, LONG, room()).await.unwrap();
    assert!(store.next_due_at().await.unwrap().unwrap() >= before + LONG);
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(open(empty.path()).await.next_due_at().await.unwrap(), None);
}

#[tokio::test]
async fn the_same_entries_twice_bring_nothing_new() {
    let (_dir, store) = with_sources().await;
    let entries = || vec![new("1", "하나"), new("2", "два"), new("1", "하나")];
    assert_eq!(poll(&store, "a", entries()).await.len(), 2, "a document may hold one twice");
    assert_eq!(poll(&store, "a", entries()).await.len(), 0);
    assert_eq!(poll(&store, "b", entries()).await.len(), 2, "keys are of one source");
    let status = store.source_status("a".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(status.entries, 2);
    assert_eq!(store.take_pending(9).await.unwrap().len(), 4);
}

#[tokio::test]
async fn repeated_guids_of_a_dishonest_source_lose_no_entry() {
    let (_dir, store) = with_sources().await;
    let lease = lease(&store, "a").await;
    let mut entries = vec![new("1", "하나"), new("2", "둘")];
    for entry in &mut entries {
        entry.new_keys[0] = key("same for all");
    }
    let mut record = record(&lease, entries);
    record.state.guid_trust = GuidTrust::Dishonest;
    let finish = store.finish_poll(&lease, record).await.unwrap();
    assert!(matches!(finish, Finish::Done { new, .. } if new.len() == 2));
}

#[tokio::test]
async fn known_answers_with_digest_and_all_keys() {
    let (_dir, store) = with_sources().await;
    let mut untaken = new("old", "예전 소식");
    untaken.taken = false;
    let ids = poll(&store, "a", vec![new("1", "하나"), untaken]).await;
    let alias = key("renamed");
    let unchanged = Identified {
        identity: Identity::Unchanged(Some(ids[0])),
        new_keys: vec![alias],
        ..new("1", "하나")
    };
    poll(&store, "a", vec![unchanged]).await;

    let number = lease(&store, "a").await.source;
    let asked = vec![key("1"), alias, key("old"), key("unknown")];
    let known = store.known(number, asked).await.unwrap();
    assert_eq!(known.by_key.len(), 3);
    assert_eq!(known.by_key[&alias], ids[0]);
    assert_eq!(known.by_key[&key("old")], EntryId(0), "known, never taken");
    let first = &known.entries[&ids[0]];
    assert_eq!(first.digest, key("하나").hash);
    assert_eq!(first.keys, [entry("1", "").keys, vec![alias]].concat());
    assert_eq!(known.entries.len(), 1);
    let elsewhere = store.known(SourceNo(number.0 + 1), vec![key("1")]).await.unwrap();
    assert!(elsewhere.by_key.is_empty());
}

#[tokio::test]
async fn a_revision_replaces_the_words_and_keeps_the_old_ones() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    let ids = poll(&store, "a", vec![new("1", "Переговоры")]).await;
    publish_all(&store, topic).await;
    let lease = lease(&store, "a").await;
    let record = record(&lease, vec![revision(ids[0], "1", "Переговоры сорваны")]);
    let finish = store.finish_poll(&lease, record).await.unwrap();
    assert_eq!(finish, Finish::Done { new: Vec::new(), revised: ids.clone() });

    let pending = store.take_pending(9).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!((pending[0].change, pending[0].title.as_str()), (2, "Переговоры сорваны"));
    assert_eq!(pending[0].sequenced, Some((StoryId(ids[0].0), GroupId(ids[0].0))));
    let kept: (i64, String) = store
        .read(|it| it.query_row("SELECT change, title FROM revisions", [], |row| row.try_into()))
        .await
        .unwrap();
    assert_eq!(kept, (1, "Переговоры".to_owned()));
}

#[tokio::test]
async fn the_window_is_kept_by_a_poll_that_brings_none() {
    let (_dir, store) = with_sources().await;
    let slot = |n: u128| WindowSlot { fingerprint: Fingerprint(n << 70_u32), key: key("1") };
    let window = Window { slots: vec![slot(1), slot(2)] };
    let lease = lease(&store, "a").await;
    assert_eq!(store.window(lease.source).await.unwrap(), Window::default());
    let record = PollRecord { window: Some(window.clone()), ..record(&lease, Vec::new()) };
    store.finish_poll(&lease, record).await.unwrap();
    poll(&store, "a", Vec::new()).await;
    assert_eq!(store.window(lease.source).await.unwrap(), window);
}

#[tokio::test]
async fn a_source_that_leaves_config_and_comes_back_goes_on() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", vec![new("1", "하나")]).await;
    let running = lease(&store, "a").await;
    let synced = sync_sources(&store, &[source("b"), source("c")]).await;
    assert_eq!(synced.removed, ["a".parse().unwrap()]);
    let late = store.finish_poll(&running, record(&running, Vec::new())).await.unwrap();
    assert_eq!(late, Finish::Fenced);
    assert!(!claim_all(&store, LONG).await.contains(&"a".to_owned()));

    let back = sync_sources(&store, &[source("a"), source("b"), source("c")]).await;
    assert_eq!(back.added, ["a".parse().unwrap()]);
    assert_eq!(back.numbers[0], running.source);
    assert_eq!(claim_all(&store, LONG).await, ["a"]);
}

#[tokio::test]
async fn a_new_address_forgets_the_validators_of_the_old_one() {
    let (_dir, store) = with_sources().await;
    let first = lease(&store, "a").await;
    let mut done = record(&first, Vec::new());
    done.state.validators.etag = Some("\"1\"".to_owned());
    store.finish_poll(&first, done).await.unwrap();
    let mut moved = source("a");
    moved.url = Url::parse("https://a.example/atom").unwrap();
    let synced = sync_sources(&store, &[moved, source("b"), source("c")]).await;
    assert_eq!(synced.changed, ["a".parse().unwrap()]);
    let again = lease(&store, "a").await;
    assert!(again.state.validators.is_empty());
    assert_eq!(again.source, first.source);
}

#[tokio::test]
async fn what_a_clock_that_was_ahead_put_off_is_due_when_the_store_is_opened_again() {
    let (dir, store) = with_sources().await;
    for (source, ahead) in [("a", Duration::from_secs(365 * 24 * 3600)), ("b", Duration::ZERO)] {
        let lease = lease(&store, source).await;
        let mut record = record(&lease, Vec::new());
        let at = clock::now() + ahead;
        record.due_at = at + LONG;
        record.state.last.as_mut().unwrap().at = at;
        store.finish_poll(&lease, record).await.unwrap();
    }
    store.close().await.unwrap();
    let reopened = open(dir.path()).await;
    let due = claim_all(&reopened, LONG).await;
    assert!(due.contains(&"a".to_owned()), "{due:?}");
    assert!(!due.contains(&"b".to_owned()), "{due:?}");
}
