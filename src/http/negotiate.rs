//! What a client gets of what there is: the coding (RFC 9110 §12.5.3), and at a feed's address the
//! feed or the page about it (§12.5.1).

use crate::publish::Encoding;
use axum::http::{
    HeaderMap,
    header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT},
};

/// The weight of a coding in ten-thousandths: finer than a client can say, so that "not
/// mentioned" fits below its least wish.
type Weight = u32;

const FULL: Weight = 10_000;
/// What is not coded is acceptable even if it is not mentioned, but only if nothing else is.
const UNSPOKEN: Weight = 1;

/// What a client says of each coding.
#[derive(Default)]
struct Wishes {
    brotli: Option<Weight>,
    gzip: Option<Weight>,
    identity: Option<Weight>,
    /// `*`: every coding that is not mentioned.
    others: Option<Weight>,
}

/// The coding that the client likes best, and of equals the smallest; `None` if it takes none.
pub(super) fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let wishes = Wishes::of(headers);
    let candidates = [
        (Encoding::Brotli, wishes.brotli.or(wishes.others).unwrap_or(0)),
        (Encoding::Gzip, wishes.gzip.or(wishes.others).unwrap_or(0)),
        (Encoding::Identity, wishes.identity.or(wishes.others).unwrap_or(UNSPOKEN)),
    ];
    let liked = candidates.into_iter().filter(|(_, weight)| *weight > 0);
    // Of equals, `max_by_key` would take the last.
    liked.rev().max_by_key(|(_, weight)| *weight).map(|(encoding, _)| encoding)
}

impl Wishes {
    fn of(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
        for wish in lines.flat_map(|line| line.split(',')) {
            let (coding, weight) = parse(wish);
            let coding = coding.to_ascii_lowercase();
            match coding.as_str() {
                "br" => wishes.brotli = weight,
                "gzip" | "x-gzip" => wishes.gzip = weight,
                "identity" => wishes.identity = weight,
                "*" => wishes.others = weight,
                _ => {}
            }
        }
        wishes
    }
}

/// A coding and its weight; no weight if what is written there is none.
fn parse(wish: &str) -> (&str, Option<Weight>) {
    let (coding, parameters) = wish.split_once(';').unwrap_or((wish, ""));
    let parameters = parameters.trim();
    let weight = if parameters.is_empty() { Some(FULL) } else { quality(parameters) };
    (coding.trim(), weight)
}

/// `q=` and a number from 0 to 1 with at most three decimals (RFC 9110 §12.4.2).
fn quality(parameter: &str) -> Option<Weight> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let fraction: Weight =
        if digits { format!("{decimals:0<4}").parse().ok()? } else { return None };
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(FULL),
        _ => None,
    }
}

/// A library that asks for it whatever the program above it understands, and a reader above that takes
/// 226 for an error: it would never see an update.
const MISTAKEN: [&str; 2] = ["feedparser", "rss2email"];

/// Whether the client takes a part of a feed for the whole, where it has the rest (RFC 3229's `A-IM`
/// with the manipulation `feed`).
pub(super) fn takes_news_alone(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if MISTAKEN.iter().any(|reader| agent.contains(reader)) {
        return false;
    }
    let lines = headers.get_all("a-im").iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|wish| {
        let (manipulation, weight) = parse(wish);
        manipulation.eq_ignore_ascii_case("feed") && weight.is_some_and(|weight| weight > 0)
    })
}

/// What readers ask for when they want a feed.
const FEED_TYPES: [(&str, &str); 7] = [
    ("application", "rss+xml"),
    ("application", "atom+xml"),
    ("application", "feed+json"),
    ("application", "rdf+xml"),
    ("application", "xml"),
    ("application", "json"),
    ("text", "xml"),
];

/// Whether the client would rather have a page than any feed, as browsers say. Who likes them the
/// same, or says nothing, is a reader or a program.
pub(super) fn prefers_page(headers: &HeaderMap) -> bool {
    let page = liking(headers, ("text", "html"));
    let feed = FEED_TYPES.into_iter().map(|kind| liking(headers, kind)).max();
    page > feed.unwrap_or_default()
}

/// The weight of a media type: that of the range which fits it most closely.
fn liking(headers: &HeaderMap, (kind, subtype): (&str, &str)) -> Weight {
    let closeness = |range: &str| {
        let (its_kind, its_subtype) = range.split_once('/')?;
        let is = |part: &str, wanted: &str| part.eq_ignore_ascii_case(wanted);
        match (its_kind, its_subtype) {
            ("*", "*") => Some(0),
            (_, "*") if is(its_kind, kind) => Some(1),
            _ if is(its_kind, kind) && is(its_subtype, subtype) => Some(2),
            _ => None,
        }
    };
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .filter_map(|wish| {
            let (range, parameters) = wish.split_once(';').unwrap_or((wish, ""));
            Some((closeness(range.trim())?, weight(parameters)))
        })
        .max()
        .map_or(0, |(_, weight)| weight)
}

/// The weight among the parameters of a media range, full where there is none.
fn weight(parameters: &str) -> Weight {
    let is_weight = |parameter: &&str| parameter.trim_start().starts_with(['q', 'Q']);
    match parameters.split(';').find(is_weight) {
        Some(parameter) => quality(parameter.trim()).unwrap_or_default(),
        None => FULL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &[&str]) -> Option<Encoding> {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(ACCEPT_ENCODING, line.parse().unwrap());
        }
        encoding(&headers)
    }

    fn gets_page(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, accept.parse().unwrap());
        prefers_page(&headers)
    }

    #[test]
    fn browsers_get_the_page_and_readers_the_feed() {
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html",
            "TEXT/HTML;level=1;Q=0.7, application/rss+xml; q=0.699",
            "text/html, text/*;q=0.5",
        ] {
            assert!(gets_page(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "text/*",
            "application/rss+xml, application/xml;q=0.9, text/html;q=0.5, */*;q=0.1",
            "application/atom+xml,application/rss+xml,text/html",
            "text/html, */*",
            "text/html;q=0, */*;q=0.1",
            "text/html;q=0.8, */*;q=0.9",
            "text/html;q=nonsense",
            "text/html;q=0.5, text/xml",
            "application/json",
        ] {
            assert!(!gets_page(accept), "{accept}");
        }
        assert!(!prefers_page(&HeaderMap::new()));
    }

    #[test]
    fn who_asks_for_nothing_gets_it_as_it_is() {
        assert_eq!(chosen(&[]), Some(Encoding::Identity));
        assert_eq!(chosen(&[""]), Some(Encoding::Identity));
        assert_eq!(chosen(&["zstd, compress"]), Some(Encoding::Identity));
    }

    #[test]
    fn of_what_is_liked_best_the_smallest_is_taken() {
        for (accept, best) in [
            ("gzip, deflate, br", Encoding::Brotli),
            ("gzip", Encoding::Gzip),
            ("x-gzip", Encoding::Gzip),
            ("BR;Q=1.0", Encoding::Brotli),
            ("br;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("br ; q=0.801 , gzip;q=0.8", Encoding::Brotli),
            ("gzip;q=0.001", Encoding::Gzip),
            ("identity;q=0.9, gzip;q=0.5", Encoding::Identity),
            ("identity, gzip", Encoding::Gzip),
            ("*", Encoding::Brotli),
            ("*, br;q=0", Encoding::Gzip),
            ("gzip;q=0, br;q=0", Encoding::Identity),
        ] {
            assert_eq!(chosen(&[accept]), Some(best), "{accept}");
        }
        assert_eq!(chosen(&["deflate", "gzip"]), Some(Encoding::Gzip), "two lines are one list");
    }

    #[test]
    fn who_refuses_everything_gets_nothing() {
        assert_eq!(chosen(&["identity;q=0"]), None);
        assert_eq!(chosen(&["*;q=0"]), None);
        assert_eq!(chosen(&["*;q=0, identity;q=0.1"]), Some(Encoding::Identity));
        assert_eq!(chosen(&["identity;q=0, gzip"]), Some(Encoding::Gzip));
    }

    #[test]
    fn what_is_not_a_weight_says_nothing() {
        for accept in
            ["gzip;q=2", "gzip;q=-1", "gzip;q=0.1234", "gzip;q=", "gzip;level=9", "gzip;q=a"]
        {
            assert_eq!(chosen(&[accept]), Some(Encoding::Identity), "{accept}");
        }
    }
}
