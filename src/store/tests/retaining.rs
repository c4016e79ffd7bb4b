//! What goes with time, and what stays for ever.

use super::*;
use crate::model::{Evidence, EvidenceKind};

fn all_but(keep_items: usize) -> Retention {
    let now = clock::now();
    Retention {
        texts_before: now,
        evidence_before: now,
        signatures_before: now,
        tellings_before: now,
        keep_items,
    }
}

#[tokio::test]
async fn texts_go_but_not_those_that_feeds_show_or_that_wait() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", (0..5).map(|n| new(&n.to_string(), "제목")).collect()).await;
    publish_all(&store, topic).await;
    poll(&store, "a", vec![new("waiting", "기다림")]).await;

    let retained = store.retain(all_but(2)).await.unwrap();
    assert_eq!(retained, Retained { texts: 3, ..Retained::default() });
    let page =
        store.topic_items(topic, 9, look(PublishContent::Summary, 1)).await.unwrap().unwrap();
    let texts: Vec<bool> = page.feed.items.iter().map(|it| it.text.is_empty()).collect();
    assert_eq!(texts, [false, false, true, true, true]);
    assert!(!store.take_pending(9).await.unwrap()[0].text.is_empty());
    assert_eq!(store.retain(all_but(2)).await.unwrap(), Retained::default());
}

#[tokio::test]
async fn what_was_deleted_does_not_come_back() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", vec![new("1", "하나")]).await;
    publish_all(&store, topic).await;
    store.retain(all_but(0)).await.unwrap();
    assert!(poll(&store, "a", vec![new("1", "하나")]).await.is_empty());
    let number = lease(&store, "a").await.source;
    let known = store.known(number, vec![key("1")]).await.unwrap();
    assert_eq!(known.by_key[&key("1")], EntryId(1));
}

#[tokio::test]
async fn more_texts_than_one_step_holds_all_go() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", (0..1203).map(|n| new(&n.to_string(), "제목")).collect()).await;
    publish_all(&store, topic).await;
    publish_all(&store, topic).await;
    assert_eq!(store.retain(all_but(3)).await.unwrap().texts, 1200);
}

#[tokio::test]
async fn old_evidence_goes() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", vec![new("1", "하나"), new("2", "둘")]).await;
    let pending = store.take_pending(9).await.unwrap();
    let shared =
        |hash| [[hash; 16], [hash - 1; 16]].map(|hash| Evidence { kind: EvidenceKind::Link, hash });
    let bearing = |entry, hash| Sequenced { evidence: shared(hash).into(), ..opening(entry) };
    let mut later = bearing(&pending[1], 0xff);
    later.seen = clock::now() + LONG;
    let entries = vec![bearing(&pending[0], 0xff), later];
    store.publish(SequencedBatch { entries, ..SequencedBatch::default() }).await.unwrap();

    assert_eq!(store.retain(all_but(0)).await.unwrap().evidence, 2);
    let left = store.evidence(shared(0xff).into(), pending[0].first_seen).await.unwrap();
    assert!(left.values().all(|it| it.len() == 1 && it[0].entry == pending[1].id));
    assert_eq!(left.len(), 2);
}
