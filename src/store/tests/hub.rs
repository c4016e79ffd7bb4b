//! Subscriptions: renewed, not doubled, and not more than the hub has room for.

use super::*;
use crate::model::{Format, Subscription, SubscriptionNo};

fn subscription(topic: TopicNo, callback: &str) -> Subscription {
    Subscription {
        no: SubscriptionNo(0),
        topic,
        format: Format::Atom,
        callback: callback.parse().unwrap(),
        secret: Some("비밀".to_owned()),
        until: clock::now() + LONG,
        known: "\"1\"".to_owned(),
        failures: 0,
        not_before: None,
    }
}

const LIMITS: HubLimits = HubLimits { all: 3, host: 2 };

#[tokio::test]
async fn a_renewal_keeps_what_the_subscriber_has_and_ends_its_waiting() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    let asked = subscription(topic, "https://reader.example/1");
    let first = store.subscribe(asked.clone(), LIMITS).await.unwrap().unwrap();
    let waiting = Subscription {
        known: "\"2\"".to_owned(),
        failures: 3,
        not_before: Some(clock::now()),
        ..first.clone()
    };
    store.delivered(waiting.clone()).await.unwrap();
    assert_eq!(store.subscriptions(clock::now()).await.unwrap(), [waiting]);

    let renewed = Subscription { secret: None, until: clock::now() + 2 * LONG, ..asked };
    let second = store.subscribe(renewed, LIMITS).await.unwrap().unwrap();
    assert_eq!((second.no, second.known.as_str()), (first.no, "\"2\""));
    assert_eq!((second.secret, second.failures, second.not_before), (None, 0, None));
    assert!(second.until > first.until);
}

#[tokio::test]
async fn leases_end_and_limits_hold() {
    let (_dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    let subscribe = async |callback: &str| {
        store.subscribe(subscription(topic, callback), LIMITS).await.unwrap()
    };
    let first = subscribe("https://reader.example/1").await.unwrap();
    assert!(subscribe("https://reader.example/2").await.is_some());
    assert!(subscribe("https://reader.example/3").await.is_none(), "two of a host");
    assert!(subscribe("https://reader.example/1").await.is_some(), "a renewal needs no room");
    assert!(subscribe("https://other.example/").await.is_some());
    assert!(subscribe("https://third.example/").await.is_none(), "three in all");
    store.unsubscribe(first.no).await.unwrap();
    assert_eq!(store.subscriptions(clock::now()).await.unwrap().len(), 2);
    assert_eq!(store.subscriptions(clock::now() + 2 * LONG).await.unwrap(), []);
}
