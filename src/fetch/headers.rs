//! What the headers of an answer say about the next request, and about the bytes.

use crate::model::{ServerHints, Time, Validators};
use chrono::{DateTime, Utc};
use reqwest::header::{
    AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, LAST_MODIFIED,
    RETRY_AFTER,
};
use std::time::{Duration, SystemTime};

/// The longest time that a header can ask for: RFC 9111 §1.2.2 lets a recipient cut what overflows
/// to this. It also keeps sums with a date within what dates can hold.
const LONGEST: Duration = Duration::from_secs(1 << 31);

/// `ETag` and Last-Modified, byte for byte (RFC 9110 §8.8).
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let owned = |name| text(headers, name).map(str::to_owned);
    Validators { etag: owned(ETAG), last_modified: owned(LAST_MODIFIED) }
}

/// What the server wishes about the next request, reckoned from `now`.
pub(super) fn hints(headers: &HeaderMap, now: Time) -> ServerHints {
    // Dates are compared with the server's own clock, which may differ from ours (RFC 9111 §4.2.1).
    let server_now = text(headers, DATE).and_then(date).unwrap_or(now);
    ServerHints {
        retry_after: text(headers, RETRY_AFTER).and_then(|value| delay(value, server_now)),
        max_age: max_age(headers),
        expires: text(headers, EXPIRES)
            .and_then(date)
            .and_then(|expires| now.checked_add_signed(expires - server_now)),
    }
}

/// `Retry-After`: seconds or a date (RFC 9110 §10.2.3); a date in the past is no time at all.
fn delay(value: &str, server_now: Time) -> Option<Duration> {
    if let Some(seconds) = seconds(value) {
        return Some(seconds);
    }
    let until = date(value)? - server_now;
    Some(until.to_std().unwrap_or_default().min(LONGEST))
}

/// A number of seconds however large; `None` where it is no number.
fn seconds(value: &str) -> Option<Duration> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| value.parse().map_or(LONGEST, Duration::from_secs).min(LONGEST))
}

/// `max-age` less the time that the answer has spent in caches (RFC 9111 §4.2). The smallest where
/// it is said twice.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let directives = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let fresh = directives
        .flat_map(|value| value.split(','))
        .filter_map(|directive| directive.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))
        .filter_map(|(_, value)| seconds(value.trim().trim_matches('"')))
        .min()?;
    let age = text(headers, AGE).and_then(seconds).unwrap_or_default();
    Some(fresh.saturating_sub(age))
}

/// The three forms of RFC 9110 §5.6.7, and RFC 2822 with its zones and one-digit days, which
/// scripts write by hand.
fn date(value: &str) -> Option<Time> {
    let strict = httpdate::parse_http_date(value).ok().map(from_system);
    strict.or_else(|| DateTime::parse_from_rfc2822(value).ok().map(|date| date.with_timezone(&Utc)))
}

fn from_system(time: SystemTime) -> Time {
    time.into()
}

/// The `charset` parameter of the Content-Type, as written (RFC 9110 §8.3.2).
pub(super) fn charset(headers: &HeaderMap) -> Option<String> {
    let mut parameters = text(headers, CONTENT_TYPE)?.split(';').skip(1);
    let charset = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    })?;
    let charset = charset.trim().trim_matches(['"', '\'']).trim();
    (!charset.is_empty()).then(|| charset.to_owned())
}

/// The value of a header, trimmed; `None` where it is absent, empty or not UTF-8.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let value = std::str::from_utf8(headers.get(name)?.as_bytes()).ok()?.trim();
    (!value.is_empty()).then_some(value)
}
