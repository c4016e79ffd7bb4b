//! Ids that were published before the store began.

use super::*;
use crate::dedup::link_id;
use crate::store::Seed;

fn link(guid: &str) -> String {
    format!("https://news.example/{guid}")
}

fn seed(id: Uuid, link: String, others: &[String]) -> Seed {
    Seed { links: vec![link], others: others.to_vec(), ..Seed::of(id) }
}

/// The ids in a topic, newest first, when `entries` come one after the other, each from its source.
async fn ids(seeds: Vec<Seed>, entries: &[(&str, &str)]) -> Vec<Uuid> {
    let (_dir, store) = with_sources().await;
    store.seed(seeds, "out".to_owned()).await.unwrap();
    let topic = topic(&store, "korea-russia").await;
    for (source, guid) in entries {
        poll(&store, source, vec![new(guid, "제목")]).await;
        publish_all(&store, topic).await;
    }
    let look = look(PublishContent::Summary, 1);
    let page = store.topic_items(topic, 9, look).await.unwrap().unwrap();
    page.feed.items.iter().map(|item| item.id).collect()
}

const FORMER: Uuid = Uuid::from_u128(7);
const OTHER: Uuid = Uuid::from_u128(8);

#[tokio::test]
async fn an_entry_gets_the_id_that_files_show_at_its_address() {
    let found = ids(vec![seed(FORMER, link("1"), &[])], &[("a", "1"), ("a", "2")]).await;
    assert_eq!((found.len(), found[1]), (2, FORMER));
    assert_ne!(found[0], FORMER);
}

#[tokio::test]
async fn whichever_outlet_comes_first_the_item_is_the_one_that_was_published() {
    let seeds = || vec![seed(FORMER, link("1"), &[link("2")])];
    assert_eq!(ids(seeds(), &[("b", "2"), ("a", "1")]).await, [FORMER]);
    assert_eq!(ids(seeds(), &[("a", "1"), ("b", "2")]).await, [FORMER]);
    // Two entries of one source are two, whatever files say.
    assert_eq!(ids(seeds(), &[("a", "1"), ("a", "2")]).await.len(), 2);
}

#[tokio::test]
async fn an_address_goes_to_the_item_whose_id_was_made_from_it() {
    // Two topics showed the first article, each under the id of the entry that opened its item.
    let (first, second) = (link_id(&link("1")), link_id(&link("2")));
    let seeds = vec![seed(second, link("1"), &[link("2")]), seed(first, link("1"), &[link("2")])];
    let found = ids(seeds, &[("a", "1"), ("b", "2")]).await;
    assert_eq!(found, [second, first]);
}

#[tokio::test]
async fn an_address_of_several_items_gives_no_id() {
    let seeds = vec![seed(FORMER, link("1"), &[]), seed(OTHER, link("1"), &[])];
    let found = ids(seeds, &[("a", "1")]).await;
    assert!(found.len() == 1 && found[0] != FORMER && found[0] != OTHER, "{found:?}");
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let (_dir, store) = with_sources().await;
    let seeds = vec![seed(FORMER, link("1"), &[link("2")]), seed(OTHER, link("3"), &[])];
    assert_eq!(store.seed(seeds.clone(), "out".to_owned()).await.unwrap(), 3);
    assert_eq!(store.seed(seeds, "out".to_owned()).await.unwrap(), 0);
}
