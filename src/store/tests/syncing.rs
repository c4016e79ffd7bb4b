//! Config brought into the store while a daemon runs.

use super::*;

fn spec(name: &str, aliases: &[&str]) -> TopicSpec {
    TopicSpec {
        name: name.parse().unwrap(),
        aliases: aliases.iter().map(|alias| alias.parse().unwrap()).collect(),
        rule_hash: [0; 16],
        digest: None,
    }
}

fn names(synced: &Synced) -> Vec<&str> {
    synced.gone.iter().map(crate::model::TopicName::as_str).collect()
}

#[tokio::test]
async fn a_topic_that_leaves_is_gone_under_all_its_names_until_it_comes_back() {
    let (_dir, store) = with_sources().await;
    let sources = [source("a"), source("b"), source("c")];
    let both = [spec("korea", &["corea"]), spec("rivers", &[])];
    let synced = store.sync(&sources, &both).await.unwrap();
    assert!(synced.gone.is_empty());
    let number = synced.topics[0].topic;
    store.filled(number).await.unwrap();

    let synced = store.sync(&sources, &both[1..]).await.unwrap();
    assert_eq!(names(&synced), ["korea", "corea"]);
    let taken = [spec("rivers", &["corea"])];
    assert_eq!(names(&store.sync(&sources, &taken).await.unwrap()), ["korea"]);

    let synced = store.sync(&sources, &both).await.unwrap();
    assert!(synced.gone.is_empty());
    assert_eq!((synced.topics[0].topic, synced.topics[0].is_new), (number, false));
}

#[tokio::test]
async fn a_source_that_is_being_polled_is_not_rescheduled() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", Vec::new()).await;
    lease(&store, "b").await;
    let due = clock::now();
    let all = store.source_statuses().await.unwrap().into_iter();
    let dues = all.map(|status| (status.number, due, "its schedule".to_owned())).collect();
    store.reschedule(dues).await.unwrap();
    let statuses = store.source_statuses().await.unwrap();
    let rescheduled = statuses.iter().filter(|status| status.state.reason == "its schedule");
    assert_eq!(rescheduled.map(|status| status.id.as_str()).collect::<Vec<_>>(), ["a", "c"]);
}
