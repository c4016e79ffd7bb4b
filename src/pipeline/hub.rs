//! The hub (WebSub): asks subscribers whether they mean it, and sends them what comes into a feed.
//!
//! What a subscriber has is remembered by the entity tag of a version; whatever the shelf holds beyond
//! that is to be delivered, whether it came a moment ago or while the daemon was down.

use super::delivery::{Delivery, Outcome, Payload, deliver, verify};
use super::ping;
use super::tasks::{TaskResult, let_pass};
use super::{Plan, SLOW_TICK, Shared};
use crate::clock;
use crate::model::{HubMode, HubRequest, Subscription, SubscriptionNo, Time, TopicName, TopicNo};
use crate::publish::Encoding;
use crate::store::{HubLimits, StoreError};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Exchanges at once, and at one host: one slow host must not hold up the others.
const EXCHANGES: usize = 64;
const EXCHANGES_AT_A_HOST: usize = 4;
/// A hosted reader subscribes once a topic and format for all of its users.
const LIMITS: HubLimits = HubLimits { all: 20_000, host: 1_000 };
/// Requests that wait for their turn to be verified.
const WAITING: usize = 256;
/// What a lease is, and what it may be asked to be.
const LEASE: Duration = Duration::from_secs(10 * 24 * 60 * 60);
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long after a failed delivery the next one is tried: doubled each time, up to six hours.
const PATIENCE: Duration = Duration::from_secs(10);
const MOST_PATIENCE: Duration = Duration::from_secs(6 * 60 * 60);

/// The hub.
#[derive(Debug)]
pub struct Hub {
    shared: Shared,
    plan: Arc<Plan>,
    topics: HashMap<TopicNo, TopicName>,
    requests: mpsc::Receiver<HubRequest>,
    waiting: Vec<HubRequest>,
    subscriptions: HashMap<SubscriptionNo, Subscription>,
    busy: HashSet<SubscriptionNo>,
    hosts: HashMap<String, usize>,
    exchanges: JoinSet<Done>,
}

/// How an exchange ended.
#[derive(Debug)]
struct Done {
    host: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Verified(Box<HubRequest>, Duration, bool),
    Delivered(SubscriptionNo, Outcome),
}

impl Hub {
    /// A hub for what comes through `requests`.
    #[must_use]
    pub fn new(shared: Shared, requests: mpsc::Receiver<HubRequest>) -> Self {
        let plan = shared.plan();
        Self {
            topics: names(&plan),
            plan,
            shared,
            requests,
            waiting: Vec::new(),
            subscriptions: HashMap::new(),
            busy: HashSet::new(),
            hosts: HashMap::new(),
            exchanges: JoinSet::new(),
        }
    }

    /// Works until `cancel`. A delivery that is cut off is made again after the next start.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        let mut changes = self.shared.shelf.changes();
        while let Err(failed) = self.remember().await {
            let_pass(failed, &cancel).await?;
            if cancel.is_cancelled() {
                return Ok(());
            }
        }
        let mut pings = Box::pin(ping::run(self.shared.clone(), cancel.clone()));
        loop {
            self.dispatch();
            let done = tokio::select! {
                () = cancel.cancelled() => break,
                ended = &mut pings => return ended,
                Some(done) = self.exchanges.join_next() => self.conclude(done).await,
                Some(request) = self.requests.recv(), if self.waiting.len() < WAITING => {
                    self.waiting.push(request);
                    Ok(())
                }
                change = changes.recv() => {
                    if let Err(RecvError::Closed) = change { break }
                    Ok(())
                }
                Ok(()) = self.shared.plan.changed() => {
                    self.plan = self.shared.take_up_plan();
                    self.topics = names(&self.plan);
                    Ok(())
                }
                () = tokio::time::sleep(SLOW_TICK) => self.let_go().await,
            };
            if let Err(failed) = done {
                let_pass(failed, &cancel).await?;
            }
        }
        Ok(())
    }

    async fn remember(&mut self) -> Result<(), StoreError> {
        let known = self.shared.store.subscriptions(clock::now()).await?;
        self.subscriptions = known.into_iter().map(|it| (it.no, it)).collect();
        Ok(())
    }

    /// Forgets whose lease has ended.
    async fn let_go(&mut self) -> Result<(), StoreError> {
        let now = clock::now();
        if self.subscriptions.values().any(|it| it.until <= now) {
            self.remember().await?;
        }
        Ok(())
    }

    /// Begins every exchange that is due and has room.
    fn dispatch(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            if self.has_room(&host(&request.callback)) {
                self.verify(request);
            } else {
                self.waiting.push(request);
            }
        }
        for subscription in self.due(clock::now()) {
            if self.has_room(&host(&subscription.callback)) {
                self.deliver(subscription);
            }
        }
    }

    /// Subscriptions to be told of something, as many as there is room for. This is asked after every exchange: of
    /// each feed the version is looked up once, and nothing while there is no room.
    fn due(&self, now: Time) -> Vec<Subscription> {
        let mut versions = HashMap::new();
        let mut is_behind = |it: &Subscription| {
            let version = versions.entry((it.topic, it.format));
            let version = version.or_insert_with(|| self.current(it.topic, it));
            version.as_ref().is_some_and(|etag| *etag != it.known)
        };
        let room = EXCHANGES.saturating_sub(self.exchanges.len());
        let due = self.subscriptions.values().filter(|it| {
            self.is_ready(it, now) && is_behind(it) && self.has_room(&host(&it.callback))
        });
        due.take(room).cloned().collect()
    }

    fn is_ready(&self, subscription: &Subscription, now: Time) -> bool {
        let may_be_told = subscription.not_before.is_none_or(|time| time <= now);
        self.plan.config.hub.enabled && may_be_told && !self.busy.contains(&subscription.no)
    }

    /// The version of a feed that is on the shelf.
    fn current(&self, topic: TopicNo, subscription: &Subscription) -> Option<String> {
        let name = self.topics.get(&topic)?;
        let shelved = self.shared.shelf.get(name.as_str(), subscription.format)?;
        Some(shelved.etag(Encoding::Identity).to_owned())
    }

    fn has_room(&self, host: &str) -> bool {
        self.exchanges.len() < EXCHANGES
            && self.hosts.get(host).copied().unwrap_or_default() < EXCHANGES_AT_A_HOST
    }

    fn verify(&mut self, request: HubRequest) {
        let host = host(&request.callback);
        *self.hosts.entry(host.clone()).or_default() += 1;
        let lease = request.lease.unwrap_or(LEASE).clamp(SHORTEST, LONGEST);
        let feed = self.address(request.topic.as_str(), request.format.extension());
        let (fetcher, private) = (Arc::clone(&self.plan.fetcher), self.allows_private());
        self.exchanges.spawn(async move {
            let means_it = verify(&fetcher, &request, &feed, (lease, private)).await;
            Done { host, what: What::Verified(Box::new(request), lease, means_it) }
        });
    }

    fn deliver(&mut self, subscription: Subscription) {
        let Some(name) = self.topics.get(&subscription.topic) else { return };
        let (host, no) = (host(&subscription.callback), subscription.no);
        let delivery = Delivery {
            name: name.to_string(),
            feed: self.address(name.as_str(), subscription.format.extension()),
            hub: self.address("hub", ""),
            allow_private: self.allows_private(),
            subscription,
        };
        self.busy.insert(no);
        *self.hosts.entry(host.clone()).or_default() += 1;
        let (fetcher, all) = (Arc::clone(&self.plan.fetcher), Arc::clone(&self.shared.shelf));
        self.exchanges.spawn(async move {
            let outcome = match Payload::of(all, &delivery).await {
                Some(payload) => deliver(&fetcher, delivery, payload).await,
                None => Outcome::Later("its feed cannot be read".to_owned()),
            };
            Done { host, what: What::Delivered(no, outcome) }
        });
    }

    fn allows_private(&self) -> bool {
        self.plan.config.hub.allow_private
    }

    fn address(&self, name: &str, ending: &str) -> String {
        let dot = if ending.is_empty() { "" } else { "." };
        format!("{}{name}{dot}{ending}", self.plan.config.daemon.public_url)
    }

    async fn conclude(&mut self, done: Result<Done, JoinError>) -> Result<(), StoreError> {
        let Done { host, what } = match done {
            Ok(done) => done,
            Err(error) => {
                // Which one is not known any more: all are asked anew.
                tracing::error!("an exchange of the hub failed inside ({error}); this is a bug");
                (self.busy, self.hosts) = (HashSet::new(), HashMap::new());
                self.exchanges.abort_all();
                return Ok(());
            }
        };
        if let Some(count) = self.hosts.get_mut(&host) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.hosts.remove(&host);
            }
        }
        match what {
            What::Verified(request, _, false) => {
                let (mode, topic) = (request.mode.word(), &request.topic);
                tracing::debug!(%host, %topic, mode, "a subscriber did not confirm");
                Ok(())
            }
            What::Verified(request, lease, true) => self.take_up(*request, lease).await,
            What::Delivered(no, outcome) => self.note(no, outcome).await,
        }
    }

    async fn take_up(&mut self, request: HubRequest, lease: Duration) -> Result<(), StoreError> {
        let named = self.topics.iter().find(|(_, name)| **name == request.topic);
        let Some(topic) = named.map(|(no, _)| *no) else { return Ok(()) };
        let HubRequest { mode, topic: name, format, callback, secret, .. } = request;
        let host = host(&callback);
        if mode == HubMode::Unsubscribe {
            let is_meant = |it: &&Subscription| {
                (it.topic, it.format, &it.callback) == (topic, format, &callback)
            };
            let Some(no) = self.subscriptions.values().find(is_meant).map(|it| it.no) else {
                return Ok(());
            };
            self.shared.store.unsubscribe(no).await?;
            self.subscriptions.remove(&no);
            tracing::info!(%host, topic = %name, "a subscription ended");
            return Ok(());
        }
        let no = SubscriptionNo(0);
        let until = clock::now() + lease;
        let (failures, not_before, known) = (0, None, String::new());
        let mut new = Subscription {
            no,
            topic,
            format,
            callback,
            secret,
            until,
            known,
            failures,
            not_before,
        };
        // What stands in the feed by now, the subscriber reads there.
        new.known = self.current(topic, &new).unwrap_or_default();
        if let Some(subscription) = self.shared.store.subscribe(new, LIMITS).await? {
            tracing::info!(%host, topic = %name, "a subscription began");
            self.subscriptions.insert(subscription.no, subscription);
        } else {
            tracing::warn!(%host, topic = %name, "too many subscriptions");
        }
        Ok(())
    }

    async fn note(&mut self, no: SubscriptionNo, outcome: Outcome) -> Result<(), StoreError> {
        self.busy.remove(&no);
        let Some(subscription) = self.subscriptions.get_mut(&no) else { return Ok(()) };
        match outcome {
            Outcome::Has(etag) => {
                subscription.known = etag;
                (subscription.failures, subscription.not_before) = (0, None);
            }
            Outcome::Later(reason) => {
                let host = host(&subscription.callback);
                tracing::debug!(%host, reason, "a subscriber could not be told");
                let factor = 1_u32.checked_shl(subscription.failures).unwrap_or(u32::MAX);
                let wait = PATIENCE.saturating_mul(factor).min(MOST_PATIENCE);
                subscription.failures = subscription.failures.saturating_add(1);
                subscription.not_before = Some(clock::now() + wait);
            }
            Outcome::Gone => {
                self.subscriptions.remove(&no);
                return self.shared.store.unsubscribe(no).await;
            }
        }
        self.shared.store.delivered(subscription.clone()).await
    }
}

fn names(plan: &Plan) -> HashMap<TopicNo, TopicName> {
    plan.topics.iter().map(|planned| (planned.no, planned.topic.name.clone())).collect()
}

fn host(url: &url::Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
