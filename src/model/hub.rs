//! What subscribers ask of the hub (WebSub), and what is remembered of them.

use super::{Format, Time, TopicName, TopicNo};
use std::time::Duration;
use url::Url;

/// A request that was understood; whether who sent it means it is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubRequest {
    /// Whether it is to begin or to end.
    pub mode: HubMode,
    /// The topic.
    pub topic: TopicName,
    /// Which of its feeds.
    pub format: Format,
    /// Where the subscriber is reached.
    pub callback: Url,
    /// How long the subscriber would have it.
    pub lease: Option<Duration>,
    /// What deliveries are to be signed with.
    pub secret: Option<String>,
}

/// What a subscriber wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubMode {
    /// To be told of changes.
    Subscribe,
    /// Not to be told any more.
    Unsubscribe,
}

impl HubMode {
    /// The value of `hub.mode`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// The store's number for a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionNo(pub i64);

/// A subscription whose subscriber has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its number.
    pub no: SubscriptionNo,
    /// The topic.
    pub topic: TopicNo,
    /// Which of its feeds.
    pub format: Format,
    /// Where the subscriber is reached.
    pub callback: Url,
    /// What deliveries are signed with.
    pub secret: Option<String>,
    /// When its lease ends.
    pub until: Time,
    /// The entity tag of the version that the subscriber has; it was there or delivered.
    pub known: String,
    /// Deliveries that failed, in a row.
    pub failures: u32,
    /// No delivery before this.
    pub not_before: Option<Time>,
}
