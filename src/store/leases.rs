//! The right to poll a source: given when it is due, by the store's clock, until a time. A lease
//! that is never given back runs out by itself, and its epoch keeps late records out.

use super::rows::{Cells, duration_us, from_us, to_us, window_from};
use super::{SqliteStore, StoreError, state};
use crate::clock;
use crate::model::{Lease, SourceId, SourceNo, Time, Window};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// A clock that is put right by less than this is no clock that was wrong.
const CLOCK_SLACK: Duration = Duration::from_secs(60);

/// What an operator's claim brought.
#[derive(Debug, Clone, Default)]
pub struct Claimed {
    /// Leases for those that may be polled, in the order in which they were asked for.
    pub leases: Vec<Lease>,
    /// Those that may not.
    pub refused: Vec<Refused>,
}

/// A source that may not be polled now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The source.
    pub source: SourceId,
    /// Why.
    pub why: Refusal,
}

/// How many leases each registrable domain may get.
#[derive(Debug, Clone, Default)]
pub struct DomainRoom {
    /// Domains that are not named in `of`.
    pub others: usize,
    /// Those where it is another number.
    pub of: HashMap<String, usize>,
}

impl DomainRoom {
    /// Takes a place at `domain`, when there is one.
    fn take(&mut self, domain: &str) -> bool {
        if !self.of.contains_key(domain) {
            self.of.insert(domain.to_owned(), self.others);
        }
        let Some(left @ 1..) = self.of.get_mut(domain) else { return false };
        *left -= 1;
        true
    }
}

/// What a claim of due sources brought.
#[derive(Debug, Clone, Default)]
pub struct Due {
    /// The leases, longest due first.
    pub leases: Vec<Lease>,
    /// Domains with further sources that are due and for which there was no room.
    pub crowded: HashSet<String>,
}

/// Why a source may not be polled now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is being polled; the lease ends at the latest then.
    Leased(Time),
    /// Its server asked not to be asked before (Retry-After).
    NotBefore(Time),
    /// No such source, or not in config any more.
    Unknown,
}

impl SqliteStore {
    /// Leases up to `max` sources that are due, longest due first, of each domain no more than it has
    /// `room` for.
    pub async fn claim_due(
        &self,
        max: usize,
        lease: Duration,
        room: DomainRoom,
    ) -> Result<Due, StoreError> {
        let owner = Arc::clone(&self.owner);
        self.write(move |connection| {
            let now = to_us(clock::now());
            let until = now.saturating_add(duration_us(lease));
            let mut due = due(connection, now, max, room)?;
            for lease in &mut due.leases {
                lease.epoch = begin(connection, lease.source, until, &owner)?;
            }
            Ok(due)
        })
        .await
    }

    /// Leases these sources whether they are due or not. Refused are those that are being polled,
    /// and those whose server said `Retry-After`.
    pub async fn claim(
        &self,
        sources: &[SourceId],
        lease: Duration,
    ) -> Result<Claimed, StoreError> {
        let owner = Arc::clone(&self.owner);
        let sources = sources.to_vec();
        self.write(move |connection| {
            let now = to_us(clock::now());
            let until = now.saturating_add(duration_us(lease));
            let mut claimed = Claimed::default();
            for source in sources {
                match ask(connection, &source, now)? {
                    Err(why) => claimed.refused.push(Refused { source, why }),
                    Ok(mut lease) => {
                        lease.epoch = begin(connection, lease.source, until, &owner)?;
                        claimed.leases.push(lease);
                    }
                }
            }
            Ok(claimed)
        })
        .await
    }

    /// When the next source is due or the next lease runs out; `None` without sources.
    pub async fn next_due_at(&self) -> Result<Option<Time>, StoreError> {
        const SQL: &str = "SELECT min(due_at) FROM source_state";
        self.read(|connection| {
            let due: Option<i64> = connection.prepare_cached(SQL)?.query_row([], |r| r.get(0))?;
            Ok(due.map(from_us))
        })
        .await
    }

    /// The items of a source's last document; empty before the first.
    pub async fn window(&self, source: SourceNo) -> Result<Window, StoreError> {
        const SQL: &str = "SELECT slots FROM windows WHERE source_no = ?1";
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(SQL)?;
            let slots: Option<Vec<u8>> =
                statement.query_row([source.0], |row| row.get(0)).optional()?;
            Ok(slots.map(|slots| window_from(&slots)).unwrap_or_default())
        })
        .await
    }

    /// Makes due what was last polled in the future: the clock was ahead then, and so are the due
    /// times that it gave. How many sources that are.
    pub async fn clock_was_ahead(&self) -> Result<usize, StoreError> {
        const SQL: &str = "UPDATE source_state SET due_at = ?1, not_before = NULL,
              reason = 'the clock was ahead'
            WHERE last_at > ?2 AND due_at > ?1 AND lease_until IS NULL";
        self.write(|connection| {
            let now = to_us(clock::now());
            connection.execute(SQL, params![now, now + duration_us(CLOCK_SLACK)])
        })
        .await
    }

    /// The last owner is gone: what it polled is due, and what it may still send is refused.
    pub(super) async fn end_all_leases(&self) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE source_state SET lease_owner = NULL, lease_until = NULL,
              lease_epoch = lease_epoch + 1, due_at = ?1
            WHERE lease_until IS NOT NULL";
        self.write(|connection| connection.execute(SQL, [to_us(clock::now())]).map(drop)).await
    }
}

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT o.domain, s.source_no, o.id, o.url, s.lease_epoch, {}
         FROM source_state s CROSS JOIN sources o ON o.source_no = s.source_no
         WHERE s.due_at <= ?1 ORDER BY s.due_at",
        state::COLUMNS
    )
});

/// No LIMIT in the SQL, and a join that walks the index: rows are taken one by one, and those of
/// crowded domains do not count.
fn due(connection: &Connection, now: i64, max: usize, mut room: DomainRoom) -> Result<Due> {
    let mut due = Due::default();
    let mut statement = connection.prepare_cached(&DUE)?;
    let mut rows = statement.query([now])?;
    while due.leases.len() < max {
        let Some(row) = rows.next()? else { break };
        let domain = row.get_ref(0)?.as_str()?;
        if room.take(domain) {
            let mut cells = Cells::of(row);
            let _domain: String = cells.take()?;
            due.leases.push(read_lease(&mut cells)?);
        } else if !due.crowded.contains(domain) {
            due.crowded.insert(domain.to_owned());
        }
    }
    Ok(due)
}

static ASK: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT o.active, s.lease_until, s.not_before, s.source_no, o.id, o.url, s.lease_epoch, {}
         FROM sources o JOIN source_state s ON s.source_no = o.source_no
         WHERE o.id = ?1",
        state::COLUMNS
    )
});

fn ask(
    connection: &Connection,
    source: &SourceId,
    now: i64,
) -> Result<std::result::Result<Lease, Refusal>> {
    let mut statement = connection.prepare_cached(&ASK)?;
    let answer = statement.query_row([source.as_str()], |row| judge(row, now)).optional()?;
    Ok(answer.unwrap_or(Err(Refusal::Unknown)))
}

fn judge(row: &Row<'_>, now: i64) -> Result<std::result::Result<Lease, Refusal>> {
    let mut cells = Cells::of(row);
    let active: bool = cells.take()?;
    let leased_until: Option<i64> = cells.take()?;
    let not_before = state::not_before(cells.take()?, now);
    Ok(match (leased_until.filter(|until| *until > now), not_before) {
        _ if !active => Err(Refusal::Unknown),
        (Some(until), _) => Err(Refusal::Leased(from_us(until))),
        (None, Some(time)) => Err(Refusal::NotBefore(time)),
        (None, None) => Ok(read_lease(&mut cells)?),
    })
}

/// Reads number, id, address, epoch and state.
fn read_lease(cells: &mut Cells<'_, '_>) -> Result<Lease> {
    Ok(Lease {
        source: SourceNo(cells.take()?),
        id: cells.parsed(|id| id.parse().ok())?,
        url: cells.take()?,
        epoch: cells.take()?,
        state: state::read(cells)?,
    })
}

/// Starts a lease; its epoch. `due_at` doubles as its end, so that one index serves both.
fn begin(connection: &Connection, source: SourceNo, until: i64, owner: &str) -> Result<i64> {
    connection
        .prepare_cached(
            "UPDATE source_state
             SET due_at = ?2, lease_until = ?2, lease_owner = ?3, lease_epoch = lease_epoch + 1
             WHERE source_no = ?1 RETURNING lease_epoch",
        )?
        .query_row(params![source.0, until, owner], |row| row.get(0))
}
