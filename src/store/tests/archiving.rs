//! Pages of archives: cut when items leave the feed, written again for what is hidden, dropped by age.

use super::*;
use crate::model::PageState;

/// Writes what is due, as the publisher does; the pages and their places.
async fn close(store: &SqliteStore, topic: TopicNo) -> Vec<(i64, (i64, i64))> {
    store.cut_archive(topic, 4, 2).await.unwrap();
    let due = store.archive_due(topic, true).await.unwrap();
    for page in &due {
        store.archived(topic, page.page, page.hidden.clone()).await.unwrap();
    }
    due.into_iter().map(|page| (page.page, page.places)).collect()
}

async fn placed(store: &SqliteStore, topic: TopicNo, guids: std::ops::Range<u32>) {
    poll(store, "a", guids.map(|n| new(&n.to_string(), "제목")).collect()).await;
    publish_all(store, topic).await;
}

async fn archived(store: &SqliteStore, topic: TopicNo) -> i64 {
    let page =
        store.topic_items(topic, 4, look(PublishContent::Summary, 1)).await.unwrap().unwrap();
    page.feed.archived
}

async fn hide(store: &SqliteStore, topic: TopicNo, seq: i64) {
    let sql = "UPDATE items SET hidden_at = 1 WHERE topic_no = ?1 AND seq = ?2";
    store.write(move |it| it.execute(sql, [topic.0, seq]).map(drop)).await.unwrap();
}

#[tokio::test]
async fn pages_close_when_their_items_would_leave_the_feed_and_no_place_is_missed() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    placed(&store, topic, 0..4).await;
    assert_eq!(close(&store, topic).await, []);
    assert_eq!(archived(&store, topic).await, 0);
    placed(&store, topic, 4..5).await;
    assert_eq!(close(&store, topic).await, [(1, (1, 2))]);
    placed(&store, topic, 5..12).await;
    assert_eq!(close(&store, topic).await, [(2, (3, 4)), (3, (5, 6)), (4, (7, 8))]);
    assert_eq!(archived(&store, topic).await, 4, "the feed shows 9 to 12");
    assert_eq!(close(&store, topic).await, [], "closed pages are not written again");
    let page = store.archived_items(topic, (3, 4), look(PublishContent::Summary, 1)).await.unwrap();
    let seqs: Vec<i64> = page.unwrap().feed.items.iter().map(|item| item.seq).collect();
    assert_eq!(seqs, [4, 3]);
}

#[tokio::test]
async fn a_page_is_written_again_when_something_on_it_is_hidden() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    placed(&store, topic, 0..9).await;
    assert_eq!(close(&store, topic).await.len(), 3);
    hide(&store, topic, 3).await;
    hide(&store, topic, 9).await;
    assert_eq!(close(&store, topic).await, [(2, (3, 4))]);
    let page = store.archived_items(topic, (3, 4), look(PublishContent::Summary, 1)).await.unwrap();
    assert_eq!(page.unwrap().feed.items.len(), 1);
    assert_eq!(close(&store, topic).await, []);
}

#[tokio::test]
async fn a_page_waits_until_it_is_asked_for_and_is_written_once() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    placed(&store, topic, 0..9).await;
    store.cut_archive(topic, 4, 2).await.unwrap();
    let at = async |page, is_lost| store.archive_page(topic, page, is_lost).await.unwrap();
    assert_eq!(store.archive_due(topic, false).await.unwrap(), []);
    let (state, due) = at(2, false).await;
    let due = due.unwrap();
    assert_eq!((state, due.places), (PageState::Closed, (3, 4)));
    store.archived(topic, 2, due.hidden.clone()).await.unwrap();
    assert_eq!(at(2, false).await, (PageState::Closed, None));
    assert_eq!(at(2, true).await, (PageState::Closed, Some(due)), "its file is not there");
    assert_eq!(at(4, false).await, (PageState::Next, None));
    assert_eq!(at(5, false).await, (PageState::Absent, None));
    hide(&store, topic, 1).await;
    hide(&store, topic, 3).await;
    let due = store.archive_due(topic, false).await.unwrap();
    assert_eq!(due.into_iter().map(|page| page.page).collect::<Vec<_>>(), [2]);

    let dropped = store.drop_archives(clock::now()).await.unwrap();
    assert_eq!(dropped, [Dropped { topic, page: 3 }], "written or not");
    assert_eq!(at(1, true).await, (PageState::Dropped, None));
}

#[tokio::test]
async fn old_pages_are_dropped_and_texts_stay_as_long_as_their_page() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    placed(&store, topic, 0..6).await;
    assert_eq!(close(&store, topic).await, [(1, (1, 2))]);
    let retention = Retention {
        texts_before: clock::now(),
        evidence_before: clock::now(),
        signatures_before: clock::now(),
        tellings_before: clock::now(),
        keep_items: 4,
    };
    assert_eq!(store.retain(retention).await.unwrap().texts, 0, "the page can be written again");

    assert_eq!(store.drop_archives(clock::now() - LONG).await.unwrap(), []);
    store.rendered(topic, 1).await.unwrap();
    let dropped = store.drop_archives(clock::now()).await.unwrap();
    assert_eq!(dropped, [Dropped { topic, page: 1 }]);
    assert_eq!(archived(&store, topic).await, 0);
    assert_eq!(store.topics_due(clock::now()).await.unwrap().len(), 1, "its feed links no more");
    assert_eq!(store.retain(retention).await.unwrap().texts, 2);
    placed(&store, topic, 6..7).await;
    assert_eq!(close(&store, topic).await, [(2, (3, 4))], "numbers are not used twice");
}
