//! A source's state as a row of `source_state`, both ways.

use super::rows::{
    Cells, duration_us, from_duration_us, from_us, list_json, pace_blob, pace_from, to_us,
};
use crate::model::{
    DateOrders, FailureClass, GuidTrust, Health, Oddity, PollKind, PollSummary, ServerHints,
    SourceState, Time, Validators,
};
use rusqlite::{Connection, Result, params};
use std::time::Duration;
use url::Url;

/// What [`read`] takes, in its order; `s` is the row of `source_state`.
pub(super) const COLUMNS: &str = "s.first_polled_at, s.etag, s.last_modified, s.validators_since,
    s.body_hash, s.visits, s.guid_trust, s.date_orders, s.repairs, s.failures, s.failing_since, s.last_at, s.last_kind, s.last_new,
    s.last_revised, s.last_items, s.last_detail, s.last_took, s.hint_retry_after, s.hint_max_age,
    s.hint_expires_at, s.last_new_at, s.newest_at, s.pace, s.window_len, s.gaps, s.gap_at, s.oddity, s.health, s.concern,
    s.moved_url, s.moved_since,
    s.reason, s.title, s.site, s.language";

/// The longest that a `Retry-After` keeps operators away: servers that ask for years mean "no".
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// Reads [`COLUMNS`].
pub(super) fn read(cells: &mut Cells<'_, '_>) -> Result<SourceState> {
    Ok(SourceState {
        first_polled: cells.maybe_time()?,
        validators: Validators { etag: cells.take()?, last_modified: cells.take()? },
        validators_since: cells.maybe_time()?,
        body_hash: cells.take()?,
        visits: cells.list()?,
        guid_trust: match cells.take::<i64>()? {
            0 => GuidTrust::Honest,
            1 => GuidTrust::Dishonest,
            _ => GuidTrust::NorLinks,
        },
        date_orders: date_orders_from(cells.take()?),
        repairs: cells.list()?,
        failures: cells.take()?,
        failing_since: cells.maybe_time()?,
        last: read_summary(cells)?,
        last_new: cells.maybe_time()?,
        newest: cells.maybe_time()?,
        pace: cells.take::<Option<Vec<u8>>>()?.and_then(|pace| pace_from(&pace)),
        window_len: cells.take()?,
        gaps: cells.take()?,
        gap_at: cells.maybe_time()?,
        oddity: cells.maybe_parsed(Oddity::from_word)?,
        health: cells.parsed(Health::from_word)?,
        concern: cells.take()?,
        moved: read_moved(cells)?,
        reason: cells.take()?,
        title: cells.take()?,
        site: cells.take()?,
        language: cells.take()?,
    })
}

fn read_summary(cells: &mut Cells<'_, '_>) -> Result<Option<PollSummary>> {
    let at = cells.maybe_time()?;
    let kind: Option<String> = cells.take()?;
    let (new, revised, items) = (count(cells)?, count(cells)?, count(cells)?);
    let detail: Option<String> = cells.take()?;
    let took: Option<i64> = cells.take()?;
    let hints = ServerHints {
        retry_after: cells.maybe_duration()?,
        max_age: cells.maybe_duration()?,
        expires: cells.maybe_time()?,
    };
    let (Some(at), Some(kind)) = (at, kind) else { return Ok(None) };
    let kind = match kind.as_str() {
        "not-modified" => PollKind::NotModified,
        "same-body" => PollKind::SameBody,
        "fetched" => PollKind::Fetched { new, revised, items },
        word => {
            let odd = || cells.odd(format!("{word:?} is no end of a poll"));
            PollKind::Failed(FailureClass::from_word(word).ok_or_else(odd)?)
        }
    };
    let took = from_duration_us(took.unwrap_or(0));
    Ok(Some(PollSummary { at, kind, detail: detail.unwrap_or_default(), took, hints }))
}

fn count(cells: &mut Cells<'_, '_>) -> Result<u32> {
    Ok(cells.take::<Option<u32>>()?.unwrap_or(0))
}

fn read_moved(cells: &mut Cells<'_, '_>) -> Result<Option<(Url, Time)>> {
    let url = cells.maybe_parsed(|text| Url::parse(text).ok())?;
    let since = cells.maybe_time()?;
    Ok(url.zip(since))
}

/// Replaces a source's state and ends its lease, if `epoch` is still that lease's. `false`: it is
/// not, and nothing was changed.
pub(super) fn replace(
    connection: &Connection,
    (source_no, epoch): (i64, i64),
    state: &SourceState,
    (due_at, new_entries): (Time, usize),
) -> Result<bool> {
    let last = state.last.as_ref();
    let hints = last.map(|last| last.hints).unwrap_or_default();
    let (kind, [new, revised, items]) = kind_columns(last.map(|last| last.kind));
    let not_before = last.zip(hints.retry_after).map(|(last, after)| {
        to_us(last.at).saturating_add(duration_us(after.min(LONGEST_RETRY_AFTER)))
    });
    let changed = connection.prepare_cached(REPLACE)?.execute(params![
        source_no,
        epoch,
        to_us(due_at),
        not_before,
        new_entries,
        state.first_polled.map(to_us),
        state.validators.etag,
        state.validators.last_modified,
        state.validators_since.map(to_us),
        state.body_hash,
        list_json(&state.visits)?,
        match state.guid_trust {
            GuidTrust::Honest => 0_i64,
            GuidTrust::Dishonest => 1,
            GuidTrust::NorLinks => 2,
        },
        date_orders_column(state.date_orders),
        list_json(&state.repairs)?,
        state.failures,
        state.failing_since.map(to_us),
        last.map(|last| to_us(last.at)),
        kind,
        new,
        revised,
        items,
        last.map(|last| last.detail.as_str()),
        last.map(|last| duration_us(last.took)),
        hints.retry_after.map(duration_us),
        hints.max_age.map(duration_us),
        hints.expires.map(to_us),
        state.last_new.map(to_us),
        state.newest.map(to_us),
        state.pace.as_ref().map(pace_blob),
        state.window_len,
        state.gaps,
        state.gap_at.map(to_us),
        state.oddity.map(Oddity::word),
        state.health.word(),
        state.concern,
        state.moved.as_ref().map(|(url, _)| url.as_str()),
        state.moved.as_ref().map(|(_, since)| to_us(*since)),
        state.reason,
        state.title,
        state.site,
        state.language,
    ])?;
    Ok(changed == 1)
}

const REPLACE: &str = "UPDATE source_state SET
    due_at = ?3, lease_owner = NULL, lease_until = NULL, not_before = ?4, entries = entries + ?5,
    first_polled_at = ?6, etag = ?7, last_modified = ?8, validators_since = ?9, body_hash = ?10, visits = ?11,
    guid_trust = ?12, date_orders = ?13, repairs = ?14, failures = ?15, failing_since = ?16,
    last_at = ?17, last_kind = ?18, last_new = ?19, last_revised = ?20, last_items = ?21,
    last_detail = ?22, last_took = ?23, hint_retry_after = ?24, hint_max_age = ?25,
    hint_expires_at = ?26, last_new_at = ?27, newest_at = ?28, pace = ?29, window_len = ?30,
    gaps = ?31, gap_at = ?32, oddity = ?33, health = ?34, concern = ?35, moved_url = ?36,
    moved_since = ?37, reason = ?38, title = ?39, site = ?40, language = ?41
  WHERE source_no = ?1 AND lease_epoch = ?2";

fn date_orders_column(seen: DateOrders) -> i64 {
    i64::from(seen.day_first) | i64::from(seen.month_first) << 1
}

/// The inverse of [`date_orders_column`].
fn date_orders_from(column: i64) -> DateOrders {
    DateOrders { day_first: column & 1 != 0, month_first: column & 2 != 0 }
}

fn kind_columns(kind: Option<PollKind>) -> (Option<&'static str>, [Option<u32>; 3]) {
    match kind {
        None => (None, [None; 3]),
        Some(PollKind::NotModified) => (Some("not-modified"), [None; 3]),
        Some(PollKind::SameBody) => (Some("same-body"), [None; 3]),
        Some(PollKind::Failed(class)) => (Some(class.word()), [None; 3]),
        Some(PollKind::Fetched { new, revised, items }) => {
            (Some("fetched"), [Some(new), Some(revised), Some(items)])
        }
    }
}

/// What a lease row says about when its source may be polled again.
pub(super) fn not_before(us: Option<i64>, now: i64) -> Option<Time> {
    us.filter(|us| *us > now).map(from_us)
}
