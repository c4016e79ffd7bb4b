//! Whether what the client has is still what we have (RFC 9110 §13).

use crate::model::Time;
use axum::http::HeaderMap;
use axum::http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
use std::time::SystemTime;

/// Which of `etags` the client has, by its place; the first for a client that asks by date or with
/// `*`. `None` if it needs the body.
pub(super) fn has_current(
    headers: &HeaderMap,
    etags: &[&str],
    last_modified: Time,
) -> Option<usize> {
    if headers.contains_key(IF_NONE_MATCH) {
        // Then the date is not looked at (§13.2.2).
        return matched(headers, etags);
    }
    let since = headers.get(IF_MODIFIED_SINCE)?.to_str().ok()?;
    let since = httpdate::parse_http_date(since).ok()?;
    (SystemTime::from(last_modified) <= since).then_some(0)
}

/// The entity tags that the client shows, without `W/`.
pub(super) fn shown(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(Tags).filter(|tag| *tag != "*")
}

fn matched(headers: &HeaderMap, etags: &[&str]) -> Option<usize> {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(Tags).find_map(|tag| match tag {
        "*" => Some(0),
        tag => etags.iter().position(|etag| *etag == tag),
    })
}

/// The tags of a list, each with its quotes but without `W/`: the comparison is the weak one
/// (§13.1.2), which proxies that compress on their own rely on.
struct Tags<'h>(&'h str);

impl<'h> Iterator for Tags<'h> {
    type Item = &'h str;

    fn next(&mut self) -> Option<&'h str> {
        let list = self.0.trim_start_matches([',', ' ', '\t']);
        if let Some(rest) = list.strip_prefix('*') {
            self.0 = rest;
            return Some("*");
        }
        let tag = list.strip_prefix("W/").unwrap_or(list);
        // A comma may stand within the quotes, a quote may not.
        let end = tag.strip_prefix('"')?.find('"')? + 2;
        self.0 = &tag[end..];
        Some(&tag[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;
    use chrono::DateTime;

    const ETAGS: [&str; 3] = ["\"a-br\"", "\"a\"", "\"a-gz\""];

    fn asked(lines: &[(HeaderName, &str)]) -> Option<usize> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        // Sun, 06 Nov 1994 08:49:37 GMT
        has_current(&headers, &ETAGS, DateTime::from_timestamp(784_111_777, 0).unwrap())
    }

    #[test]
    fn a_tag_in_the_list_is_enough() {
        for (list, found) in [
            ("\"a-br\"", Some(0)),
            ("W/\"a\"", Some(1)),
            ("\"x\", \"y,z\" , W/\"a-gz\"", Some(2)),
            (",, \"a\"", Some(1)),
            ("*", Some(0)),
            ("\"b\"", None),
            ("\"A\"", None),
            ("a", None),
            ("\"a", None),
            ("", None),
            ("\"x\" garbage \"a\"", None),
        ] {
            assert_eq!(asked(&[(IF_NONE_MATCH, list)]), found, "{list}");
        }
        assert_eq!(asked(&[(IF_NONE_MATCH, "\"x\""), (IF_NONE_MATCH, "\"a\"")]), Some(1));
    }

    #[test]
    fn a_date_counts_from_the_second_of_the_change_on() {
        for (date, current) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", true),
            ("Sun, 06 Nov 1994 08:49:38 GMT", true),
            ("Sunday, 06-Nov-94 08:49:37 GMT", true),
            ("Sun Nov  6 08:49:37 1994", true),
            ("Sun, 06 Nov 1994 08:49:36 GMT", false),
            ("yesterday", false),
            ("", false),
        ] {
            assert_eq!(asked(&[(IF_MODIFIED_SINCE, date)]).is_some(), current, "{date}");
        }
    }

    #[test]
    fn a_tag_wins_over_a_date() {
        let late = (IF_MODIFIED_SINCE, "Sat, 06 Nov 2094 08:49:37 GMT");
        assert_eq!(asked(&[(IF_NONE_MATCH, "\"old\""), late.clone()]), None);
        assert_eq!(asked(&[late]), Some(0));
        assert_eq!(asked(&[]), None);
    }
}
