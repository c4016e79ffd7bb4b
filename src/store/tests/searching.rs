//! What is found: by the index and beyond it, after revisions, and nothing that is hidden.

use super::*;
use crate::text::SearchQuery;

async fn found(store: &SqliteStore, query: &str) -> Vec<i64> {
    let hits = store.search(SearchQuery::of(query), 9, None).await.unwrap();
    hits.into_iter().map(|hit| hit.entry.0).collect()
}

#[tokio::test]
async fn entries_are_found_before_they_are_indexed_and_after_the_newest_first() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", vec![new("1", "首都は東京"), new("2", "Министр в Москве")]).await;
    assert_eq!(found(&store, "東京").await, [1]);
    assert_eq!(store.index_for_search().await.unwrap(), 2);
    assert_eq!(store.index_for_search().await.unwrap(), 0);
    poll(&store, "b", vec![new("3", "東京都")]).await;
    assert_eq!(found(&store, "東京").await, [3, 1]);
    assert_eq!(found(&store, "모스크바").await, [3, 2, 1], "it stands in their texts");
    assert_eq!(found(&store, "москв министр").await, [2]);
    let page = store.search(SearchQuery::of("모스크바"), 2, None).await.unwrap();
    let rest = store.search(SearchQuery::of("모스크바"), 2, Some(page[1].entry)).await.unwrap();
    assert_eq!((page.len(), rest.len(), rest[0].entry), (2, 1, EntryId(1)));
}

#[tokio::test]
async fn a_revision_is_found_by_its_new_words_alone() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", vec![new("1", "Сеул")]).await;
    store.index_for_search().await.unwrap();
    poll(&store, "a", vec![revision(EntryId(1), "1", "Пекин")]).await;
    assert_eq!(store.index_for_search().await.unwrap(), 1);
    assert_eq!((found(&store, "сеул").await, found(&store, "пекин").await), (vec![], vec![1]));
}

#[tokio::test]
async fn what_is_hidden_or_has_lost_its_text_is_not_found() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", vec![new("1", "하나"), new("2", "하나 둘")]).await;
    publish_all(&store, topic).await;
    store.index_for_search().await.unwrap();
    let hide = "UPDATE items SET hidden_at = 1 WHERE opening_entry = 2";
    store.write(move |it| it.execute(hide, []).map(drop)).await.unwrap();
    assert_eq!(found(&store, "하나").await, [1]);
    let now = clock::now();
    let all = Retention {
        texts_before: now,
        evidence_before: now,
        signatures_before: now,
        tellings_before: now,
        keep_items: 0,
    };
    store.retain(all).await.unwrap();
    assert_eq!(found(&store, "하나").await, [0; 0]);
}

#[tokio::test]
async fn no_query_is_too_strange() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", vec![new("1", "it's \"x")]).await;
    store.index_for_search().await.unwrap();
    for query in ["foo AND", "\"x", "NEAR(", "it's", "-x col:y", "* ^ {", "words:x", "\u{0}a"] {
        found(&store, query).await;
    }
    assert_eq!(found(&store, "it's \"X").await, [1]);
}
