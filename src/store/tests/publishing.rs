//! Stories, items, and what a topic shows.

use super::*;
use crate::model::{Evidence, EvidenceKind, Growth, Placed, Reason, SanitizedHtml};

async fn page(store: &SqliteStore, topic: TopicNo) -> TopicPage {
    store.topic_items(topic, 100, look(PublishContent::Summary, 1)).await.unwrap().unwrap()
}

async fn version(store: &SqliteStore, topic: TopicNo) -> i64 {
    page(store, topic).await.feed.version
}

fn joining(entry: &PendingEntry, opener: EntryId, relation: Relation) -> Sequenced {
    let group = if relation == Relation::Copy { opener } else { entry.id };
    Sequenced {
        story: StoryId(opener.0),
        group: GroupId(group.0),
        relation,
        of: Some(opener),
        ..opening(entry)
    }
}

#[tokio::test]
async fn places_are_given_without_gaps_and_never_twice() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    for round in 0..3 {
        let entries = (0..4).map(|n| new(&format!("{round}-{n}"), "제목")).collect();
        poll(&store, "a", entries).await;
        let pending = store.take_pending(9).await.unwrap();
        let mut items: Vec<NewItem> = pending.iter().map(|it| item(topic, it.id)).collect();
        items.push(items[0].clone());
        let entries = pending.iter().map(opening).collect();
        let batch = SequencedBatch { entries, items, ..SequencedBatch::default() };
        let published = store.publish(batch.clone()).await.unwrap();
        assert_eq!((published.cleared, published.items), (4, 4));
        let again = store.publish(batch).await.unwrap();
        assert_eq!((again.items, again.topics), (0, Vec::new()), "a repeated batch shows nothing");
    }
    let seqs: Vec<i64> = page(&store, topic).await.feed.items.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, (1..=12).rev().collect::<Vec<_>>());
    assert_eq!(store.counts().await.unwrap().stories, 12);
}

#[tokio::test]
async fn an_entry_that_changed_while_it_was_sequenced_stays_pending() {
    let (_dir, store) = with_sources().await;
    let ids = poll(&store, "a", vec![new("1", "старое")]).await;
    let taken = store.take_pending(9).await.unwrap();
    poll(&store, "a", vec![revision(ids[0], "1", "новое")]).await;
    let entries = taken.iter().map(opening).collect();
    let batch = SequencedBatch { entries, ..SequencedBatch::default() };
    assert_eq!(store.publish(batch).await.unwrap().cleared, 0);
    let again = store.take_pending(9).await.unwrap();
    assert_eq!(again[0].title, "новое");
    assert_eq!(again[0].sequenced, Some((StoryId(ids[0].0), GroupId(ids[0].0))));
    let batch = SequencedBatch { entries: vec![opening(&again[0])], ..SequencedBatch::default() };
    assert_eq!(store.publish(batch).await.unwrap().cleared, 1);
    assert_eq!(store.counts().await.unwrap().stories, 1, "it opened its story once");
}

#[tokio::test]
async fn a_topic_shows_its_items_with_source_and_other_outlets() {
    let (_dir, store) = with_sources().await;
    let mut named = source("b");
    named.name = Some("Б-новости".to_owned());
    sync_sources(&store, &[source("a"), named, source("c")]).await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", vec![new("1", "북러 회담")]).await;
    poll(&store, "b", vec![new("2", "Переговоры"), new("3", "Переговоры: итог")]).await;
    poll(&store, "c", vec![new("4", "The talks")]).await;
    let pending = store.take_pending(9).await.unwrap();
    let opener = pending[0].id;
    let reasons =
        vec![Reason { term: "북러".into(), concept: None, field: "title".into(), count: 1 }];
    let batch = SequencedBatch {
        entries: vec![
            opening(&pending[0]),
            joining(&pending[1], opener, Relation::Telling),
            joining(&pending[2], opener, Relation::Telling),
            joining(&pending[3], opener, Relation::Copy),
        ],
        items: vec![NewItem { reasons: reasons.clone(), ..item(topic, opener) }],
        ..SequencedBatch::default()
    };
    store.publish(batch).await.unwrap();

    let page = page(&store, topic).await;
    let item = &page.feed.items[0];
    assert_eq!((item.title.as_str(), &item.reasons), ("북러 회담", &reasons));
    assert_eq!(
        (item.authors.as_slice(), item.published),
        (&["Анна Ким".to_owned()][..], pending[0].first_seen)
    );
    assert_eq!(item.updated, item.published);
    assert_eq!(item.source.name, "a.example");
    assert_eq!(item.source.feed_url, "https://a.example/rss");
    let others: Vec<_> =
        item.others.iter().map(|it| (it.name.as_str(), it.title.as_str())).collect();
    assert_eq!(others, [("Б-новости", "Переговоры"), ("c.example", "The talks")]);

    let stories = store.stories(9, None, Telling::BySeveral).await.unwrap();
    assert_eq!(stories.len(), 1);
    let relations: Vec<_> = stories[0].entries.iter().map(|it| it.relation.word()).collect();
    assert_eq!(relations, ["opens", "telling", "telling", "copy"]);
    assert_eq!(stories[0].entries[3].of, Some(opener));
}

#[tokio::test]
async fn a_group_of_copies_lists_only_its_copies() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    for (source, guid) in [("a", "1"), ("b", "2"), ("c", "3")] {
        poll(&store, source, vec![new(guid, "제목")]).await;
    }
    let pending = store.take_pending(9).await.unwrap();
    let opener = pending[0].id;
    let group = ItemUnit::Group(GroupId(opener.0));
    let batch = SequencedBatch {
        entries: vec![
            opening(&pending[0]),
            joining(&pending[1], opener, Relation::Copy),
            joining(&pending[2], opener, Relation::Telling),
        ],
        items: vec![NewItem { unit: group, ..item(topic, opener) }],
        ..SequencedBatch::default()
    };
    store.publish(batch).await.unwrap();
    let page = page(&store, topic).await;
    let others: Vec<&str> = page.feed.items[0].others.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(others, ["b.example"]);
    let own_group = ItemUnit::Group(GroupId(pending[2].id.0));
    let placed = store.coverage(vec![group, own_group]).await.unwrap();
    assert_eq!(placed.into_iter().collect::<Vec<_>>(), [Placed { topic, unit: group }]);
}

#[tokio::test]
async fn an_entry_that_an_item_covers_never_opens_another() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", vec![new("1", "하나")]).await;
    poll(&store, "b", vec![new("2", "둘")]).await;
    let pending = store.take_pending(9).await.unwrap();
    let opener = pending[0].id;
    let entries = vec![opening(&pending[0]), joining(&pending[1], opener, Relation::Copy)];
    let items = vec![item(topic, opener)];
    store.publish(SequencedBatch { entries, items, ..SequencedBatch::default() }).await.unwrap();
    // The topic's collapse became "off": units are entries from now on.
    let second = pending[1].id;
    let single = NewItem { unit: ItemUnit::Entry(second), ..item(topic, second) };
    let batch = SequencedBatch { items: vec![single], ..SequencedBatch::default() };
    assert_eq!(store.publish(batch).await.unwrap(), Published::default());
    assert_eq!(page(&store, topic).await.feed.items.len(), 1);
}

#[tokio::test]
async fn growth_moves_the_version_but_waits_to_be_rendered() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", vec![new("1", "하나")]).await;
    publish_all(&store, topic).await;
    let before = version(&store, topic).await;
    store.rendered(topic, before - 1).await.unwrap();
    let due = store.topics_due(clock::now()).await.unwrap();
    assert_eq!(due.len(), 1, "an old version was rendered, so it is still due");
    store.rendered(topic, due[0].version).await.unwrap();
    assert_eq!(store.next_render_due().await.unwrap(), None);

    poll(&store, "b", vec![new("2", "둘")]).await;
    let pending = store.take_pending(9).await.unwrap();
    let opener = EntryId(1);
    let growth =
        Growth { topic, unit: ItemUnit::Story(StoryId(1)), entry: pending[0].id, matches: true };
    let batch = SequencedBatch {
        entries: vec![joining(&pending[0], opener, Relation::Copy)],
        growth: vec![growth, growth],
        ..SequencedBatch::default()
    };
    assert_eq!(store.publish(batch.clone()).await.unwrap().topics, [topic]);
    assert_eq!(version(&store, topic).await, before + 1);
    let now = clock::now();
    assert_eq!(store.topics_due(now).await.unwrap(), []);
    assert_eq!(store.topics_due(now + Duration::from_secs(900)).await.unwrap().len(), 1);
    assert_eq!(store.publish(batch).await.unwrap().topics, [], "it covers that entry already");

    let corrected = SequencedBatch { corrected: vec![pending[0].id], ..SequencedBatch::default() };
    assert_eq!(store.publish(corrected).await.unwrap().topics, [topic]);
    assert_eq!(
        store.topics_due(clock::now()).await.unwrap().len(),
        1,
        "a correction waits for nothing"
    );
}

#[tokio::test]
async fn an_id_is_given_once_and_is_the_same_in_all_topics() {
    let (_dir, store) = with_sources().await;
    let spec = |name: &str| TopicSpec {
        name: name.parse().unwrap(),
        aliases: Vec::new(),
        rule_hash: [0; 16],
        digest: None,
    };
    let topics = sync_topics(&store, &[spec("one"), spec("two")]).await;
    let (one, two) = (topics[0].topic, topics[1].topic);
    let ids = poll(&store, "a", vec![new("1", "하나"), new("2", "둘"), new("3", "셋")]).await;
    let taken = item(one, ids[0]).item_id;
    let same =
        |topic, entry, fallback_id| NewItem { item_id: taken, fallback_id, ..item(topic, entry) };
    let items = vec![
        item(one, ids[0]),
        NewItem { item_id: Uuid::nil(), ..item(two, ids[0]) },
        same(one, ids[1], item(one, ids[1]).fallback_id),
        same(one, ids[2], taken),
    ];
    let entries = store.take_pending(9).await.unwrap().iter().map(opening).collect();
    store.publish(SequencedBatch { entries, items, ..SequencedBatch::default() }).await.unwrap();

    let given: Vec<Uuid> = page(&store, one).await.feed.items.iter().map(|it| it.id).collect();
    let [third, second, first] = given[..] else { panic!("{given:?}") };
    assert_eq!((first, second), (taken, item(one, ids[1]).fallback_id));
    assert!(third != first && third != second && third.get_version_num() == 5);
    assert_eq!(page(&store, two).await.feed.items[0].id, taken);
}

#[tokio::test]
async fn html_is_sanitized_once_for_each_revision_and_policy() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    let ids = poll(&store, "a", vec![new("1", "하나")]).await;
    publish_all(&store, topic).await;
    let raw = page(&store, topic).await.unsanitized.remove(0);
    assert_eq!((raw.place, raw.entry), (0, ids[0]));
    assert_eq!(raw.content.summary.as_deref(), Some("<p>하나</p>"));
    let summary = SanitizedHtml::trusted("<p>safe</p>".to_owned());
    let kept = Sanitized {
        entry: raw.entry,
        digest: raw.digest,
        policy: 1,
        publish: PublishContent::Summary,
        summary: summary.clone(),
        content: None,
    };
    store.keep_sanitized(vec![kept]).await.unwrap();
    let cached = page(&store, topic).await;
    assert_eq!((cached.unsanitized.len(), &cached.feed.items[0].summary), (0, &summary));
    for (publish, policy) in [(PublishContent::Summary, 2), (PublishContent::Full, 1)] {
        let page = store.topic_items(topic, 9, look(publish, policy)).await.unwrap().unwrap();
        assert_eq!(page.unsanitized.len(), 1, "{publish:?} {policy}");
    }
    poll(&store, "a", vec![revision(ids[0], "1", "하나, 고침")]).await;
    let revised = page(&store, topic).await;
    assert_eq!(revised.unsanitized.len(), 1);
    assert!(revised.feed.items[0].updated > revised.feed.items[0].published);
}

#[tokio::test]
async fn evidence_is_answered_by_those_who_bear_it_within_the_window() {
    let (_dir, store) = with_sources().await;
    poll(&store, "a", vec![new("1", "하나")]).await;
    let pending = store.take_pending(9).await.unwrap();
    let link = Evidence { kind: EvidenceKind::Link, hash: [1; 16] };
    let other = Evidence { kind: EvidenceKind::Link, hash: [2; 16] };
    let entries = vec![Sequenced { evidence: vec![link], ..opening(&pending[0]) }];
    store.publish(SequencedBatch { entries, ..SequencedBatch::default() }).await.unwrap();
    let seen = pending[0].first_seen;
    let found = store.evidence(vec![link, other], seen).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[&link][0].entry, found[&link][0].seen), (pending[0].id, seen));
    let later = seen + Duration::from_micros(1);
    assert!(store.evidence(vec![link], later).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_renamed_topic_keeps_its_places() {
    let (_dir, store) = with_sources().await;
    let spec = |name: &str, aliases: &[&str], rule| TopicSpec {
        name: name.parse().unwrap(),
        aliases: aliases.iter().map(|alias| alias.parse().unwrap()).collect(),
        rule_hash: [rule; 16],
        digest: None,
    };
    let first = sync_topics(&store, &[spec("korea", &[], 1)]).await[0];
    assert!(first.is_new);
    let again = sync_topics(&store, &[spec("korea", &[], 1)]).await[0];
    assert!(again.is_new, "a crash before it was filled leaves it new");
    store.filled(first.topic).await.unwrap();
    poll(&store, "a", vec![new("1", "하나")]).await;
    publish_all(&store, first.topic).await;

    let renamed = [spec("korea-russia", &["korea"], 2), spec("other", &["korea-russia"], 1)];
    let synced = sync_topics(&store, &renamed).await;
    assert_eq!(
        (synced[0].topic, synced[0].is_new, synced[0].rule_changed),
        (first.topic, false, true)
    );
    assert!(synced[1].is_new, "an alias that is a topic's name takes nothing over");
    assert_eq!(page(&store, first.topic).await.name.as_str(), "korea-russia");
    assert_eq!(page(&store, first.topic).await.feed.items.len(), 1);

    sync_topics(&store, &renamed[1..]).await;
    let due = store.topics_due(clock::now()).await.unwrap();
    assert_eq!(due.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["other"]);
    let statuses = store.topic_statuses().await.unwrap();
    assert_eq!(
        statuses.iter().map(|it| (it.active, it.items)).collect::<Vec<_>>(),
        [(false, 1), (true, 0)]
    );
}

#[tokio::test]
async fn stored_entries_are_walked_both_ways() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", (0..5).map(|n| new(&n.to_string(), "제목")).collect()).await;
    publish_all(&store, topic).await;
    let middle = clock::now();
    poll(&store, "b", vec![new("late", "늦음")]).await;

    let newest = store.newest_entries(3, None).await.unwrap();
    assert_eq!(newest.iter().map(|it| it.id.0).collect::<Vec<_>>(), [5, 4, 3]);
    let older = store.newest_entries(9, Some(newest[2].id)).await.unwrap();
    assert_eq!(older.iter().map(|it| it.id.0).collect::<Vec<_>>(), [2, 1]);
    let late = store.entries_since(middle, 9, None).await.unwrap();
    assert_eq!(late.iter().map(|it| it.id.0).collect::<Vec<_>>(), [6]);
    let start = newest[0].first_seen;
    let first = store.entries_since(start, 2, None).await.unwrap();
    let next = store.entries_since(start, 9, first.last().map(|it| it.id)).await.unwrap();
    assert_eq!(next.iter().map(|it| it.id.0).collect::<Vec<_>>(), [3, 4, 5, 6]);
    let wanted = vec![newest[2].sequenced.unwrap().0];
    let told = store.first_entries(wanted.clone(), newest[1].id, 9).await.unwrap();
    assert_eq!(told.iter().map(|it| it.id.0).collect::<Vec<_>>(), [3]);
    assert_eq!(store.first_entries(wanted, newest[2].id, 9).await.unwrap(), []);
}
