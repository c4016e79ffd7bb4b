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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use reqwest::header::HeaderValue;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for &(name, value) in lines {
            map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        map
    }

    fn noon() -> Time {
        Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
    }

    fn hinted(lines: &[(&'static str, &str)]) -> ServerHints {
        hints(&headers(lines), noon())
    }

    #[test]
    fn retry_after_is_read_in_every_form_that_servers_write() {
        for (value, seconds) in [
            ("120", Some(120)),
            (" 120 ", Some(120)),
            ("0", Some(0)),
            ("Sun, 01 Mar 2026 12:10:00 GMT", Some(600)),
            ("Sunday, 01-Mar-26 12:10:00 GMT", Some(600)),
            ("Sun Mar  1 12:10:00 2026", Some(600)),
            ("Sun, 1 Mar 2026 21:10:00 +0900", Some(600)),
            ("Sun, 01 Mar 2026 11:00:00 GMT", Some(0)),
            ("99999999999999999999999999", Some(1 << 31)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(1 << 31)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let read = hinted(&[("retry-after", value)]).retry_after;
            assert_eq!(read, seconds.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn dates_are_reckoned_by_the_clock_of_the_server_that_wrote_them() {
        // This one is an hour ahead of ours.
        let read = hinted(&[
            ("date", "Sun, 01 Mar 2026 13:00:00 GMT"),
            ("retry-after", "Sun, 01 Mar 2026 13:01:00 GMT"),
            ("expires", "Sun, 01 Mar 2026 13:30:00 GMT"),
        ]);
        assert_eq!(read.retry_after, Some(Duration::from_mins(1)));
        assert_eq!(read.expires, Some(noon() + chrono::Duration::minutes(30)));
    }

    #[test]
    fn expires_is_a_date_or_nothing() {
        let expires = |value| hinted(&[("expires", value)]).expires;
        let past = expires("Thu, 19 Nov 1981 08:52:00 GMT").unwrap();
        assert!(past < noon());
        for nothing in ["0", "-1", "never", ""] {
            assert_eq!(expires(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn max_age_is_found_among_directives_and_shortened_by_age() {
        for (lines, seconds) in [
            (&[("cache-control", "max-age=300")][..], Some(300)),
            (&[("cache-control", "public, Max-Age = \"300\", immutable")], Some(300)),
            (&[("cache-control", "s-maxage=10, stale-while-revalidate=600")], None),
            (&[("cache-control", "no-cache, no-store")], None),
            (&[("cache-control", "max-age=600"), ("cache-control", "max-age=60")], Some(60)),
            (&[("cache-control", "max-age=300"), ("age", "100")], Some(200)),
            (&[("cache-control", "max-age=300"), ("age", "301")], Some(0)),
            (&[("cache-control", "max-age=1e9")], None),
            (&[("cache-control", "max-age=99999999999999999999")], Some(1 << 31)),
        ] {
            assert_eq!(hinted(lines).max_age, seconds.map(Duration::from_secs), "{lines:?}");
        }
    }

    #[test]
    fn the_longest_times_can_be_added_to_a_date() {
        let read = hinted(&[("retry-after", "99999999999999999999")]);
        assert!(
            noon()
                .checked_add_signed(chrono::Duration::from_std(read.retry_after.unwrap()).unwrap())
                .is_some()
        );
    }

    #[test]
    fn a_charset_is_taken_as_written() {
        for (value, charset) in [
            ("application/rss+xml; charset=UTF-8", Some("UTF-8")),
            ("text/xml;charset=\"windows-1251\"", Some("windows-1251")),
            ("text/xml; version=1; CharSet = 'euc-kr' ; x", Some("euc-kr")),
            ("text/xml", None),
            ("text/xml; charset=", None),
            ("text/xml; charset", None),
            ("charset=utf-8", None),
        ] {
            assert_eq!(
                super::charset(&headers(&[("content-type", value)])).as_deref(),
                charset,
                "{value}"
            );
        }
    }

    #[test]
    fn validators_are_kept_byte_for_byte() {
        let read = validators(&headers(&[
            ("etag", "W/\"Ω-'x\""),
            ("last-modified", "yesterday, about noon"),
        ]));
        assert_eq!(read.etag.as_deref(), Some("W/\"Ω-'x\""));
        assert_eq!(read.last_modified.as_deref(), Some("yesterday, about noon"));
        assert!(validators(&headers(&[("etag", " ")])).is_empty());
    }
}
