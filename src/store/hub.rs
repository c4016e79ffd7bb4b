//! The hub's subscriptions: who has confirmed, until when, and what each subscriber has.

use super::rows::{Cells, to_us};
use super::{SqliteStore, StoreError};
use crate::model::{Format, Subscription, SubscriptionNo, Time, TopicNo};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use url::Url;

/// How many subscriptions there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubLimits {
    /// In all.
    pub all: i64,
    /// To callbacks at one host.
    pub host: i64,
}

const COLUMNS: &str = "subscription_no, topic_no, format, callback, secret, until, known, failures,
    not_before";

impl SqliteStore {
    /// All subscriptions whose lease has not ended at `now`; the others are forgotten.
    pub async fn subscriptions(&self, now: Time) -> Result<Vec<Subscription>, StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM subscriptions WHERE until <= ?1")?
                .execute([to_us(now)])?;
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM subscriptions"))?
                .query_map([], read)?
                .collect()
        })
        .await
    }

    /// Begins a subscription, or renews the lease of the one that there is of the same callback;
    /// `subscription.no` is not looked at. `None` where there are too many already.
    pub async fn subscribe(
        &self,
        subscription: Subscription,
        limits: HubLimits,
    ) -> Result<Option<Subscription>, StoreError> {
        self.write(move |connection| subscribe(connection, &subscription, limits)).await
    }

    /// Notes what a subscriber has, or that it could not be told.
    pub async fn delivered(&self, subscription: Subscription) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE subscriptions SET known = ?2, failures = ?3, not_before = ?4
            WHERE subscription_no = ?1";
        self.write(move |connection| {
            let Subscription { no, known, failures, not_before, .. } = &subscription;
            connection
                .prepare_cached(SQL)?
                .execute(params![no.0, known, failures, not_before.map(to_us)])
                .map(drop)
        })
        .await
    }

    /// Forgets a subscription.
    pub async fn unsubscribe(&self, no: SubscriptionNo) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM subscriptions WHERE subscription_no = ?1";
        self.write(move |connection| connection.prepare_cached(SQL)?.execute([no.0]).map(drop))
            .await
    }
}

fn subscribe(
    connection: &Connection,
    new: &Subscription,
    limits: HubLimits,
) -> Result<Option<Subscription>> {
    let host = new.callback.host_str().unwrap_or_default();
    let same = params![new.topic.0, new.format.extension(), new.callback.as_str()];
    let is_renewal = connection
        .prepare_cached(
            "SELECT 1 FROM subscriptions WHERE topic_no = ?1 AND format = ?2 AND callback = ?3",
        )?
        .exists(same)?;
    let (all, of_host): (i64, i64) = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM subscriptions),
               (SELECT count(*) FROM subscriptions WHERE host = ?1)",
        )?
        .query_row([host], |row| row.try_into())?;
    if !is_renewal && (all >= limits.all || of_host >= limits.host) {
        return Ok(None);
    }
    connection
        .prepare_cached(
            "INSERT INTO subscriptions
               (topic_no, format, callback, host, secret, until, known, failures)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
             ON CONFLICT (topic_no, format, callback) DO UPDATE SET
               secret = excluded.secret, until = excluded.until, failures = 0, not_before = NULL",
        )?
        .execute(params![
            new.topic.0,
            new.format.extension(),
            new.callback.as_str(),
            host,
            new.secret,
            to_us(new.until),
            new.known
        ])?;
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM subscriptions
             WHERE topic_no = ?1 AND format = ?2 AND callback = ?3"
        ))?
        .query_row(same, read)
        .optional()
}

fn read(row: &Row<'_>) -> Result<Subscription> {
    let mut cells = Cells::of(row);
    Ok(Subscription {
        no: SubscriptionNo(cells.take()?),
        topic: TopicNo(cells.take()?),
        format: cells
            .parsed(|ending| Format::FEEDS.into_iter().find(|it| it.extension() == ending))?,
        callback: cells.parsed(|url| Url::parse(url).ok())?,
        secret: cells.take()?,
        until: cells.time()?,
        known: cells.take()?,
        failures: cells.take()?,
        not_before: cells.maybe_time()?,
    })
}
