//! Addresses whose path carries another one, in an encoding of its own.

use super::{host, path, percent};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;
use url::Url;

/// The address behind a mark in the path of `url`, which is of the (folded) `host`.
pub(super) fn behind(url: &Url, host: &str) -> Option<String> {
    match host {
        "r.search.yahoo.com" => {
            let path = url.path();
            let inner = path.split_once("/RU=").map(|(_, rest)| rest)?;
            let inner = inner.split_once("/RK=").map_or(inner, |(inner, _)| inner);
            Some(unescaped(inner))
        }
        "rd.yahoo.com" | "rd.yahoo.co.jp" | "clck.yandex.ru" => {
            let inner = url.path().split_once('*').map(|(_, rest)| rest)?;
            Some(with_query(&unescaped(inner), url))
        }
        "go.theregister.com" => {
            let path = path::canonical(url.path());
            Some(with_query(&format!("https://{}", path.strip_prefix("/feed/")?), url))
        }
        "news.google.com" => google_news(&path::canonical(url.path())),
        "urldefense.proofpoint.com" if path::canonical(url.path()) == "/v2/url" => {
            let coded = super::wrapper::parameter(url, "u")?;
            Some(unescaped(&coded.replace('-', "%").replace('_', "/")))
        }
        "urldefense.com" => proofpoint_v3(url),
        "href.li" => bare_query(url),
        // Disqus signs the address behind a colon.
        "disq.us" => {
            let signed = super::wrapper::parameter(url, "url")?;
            signed.rsplit_once(':').map(|(inner, _)| inner.to_owned())
        }
        _ => turbo_page(url, host),
    }
}

/// The whole query, or what of it begins with an address.
fn bare_query(url: &Url) -> Option<String> {
    let query = percent::normalized(url.query()?);
    let mut rest = &*query;
    loop {
        let bare = rest.trim_start_matches("amp;");
        let (piece, behind) = bare.split_once('&').unwrap_or((bare, ""));
        let host = Url::parse(piece).ok().filter(super::is_web);
        if host.is_some_and(|url| url.host_str().is_some_and(|host| host.contains('.'))) {
            return Some(bare.to_owned());
        }
        if behind.is_empty() {
            return None;
        }
        rest = behind;
    }
}

fn with_query(inner: &str, url: &Url) -> String {
    let join = if inner.contains('?') { '&' } else { '?' };
    url.query().map_or_else(|| inner.to_owned(), |query| format!("{inner}{join}{query}"))
}

fn unescaped(text: &str) -> String {
    // The form of parameters, in which only `+` means something else.
    let pair = format!("u={}", text.replace('+', "%2B").replace('&', "%26"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map_or_else(String::new, |(_, value)| value.into_owned())
}

/// Google News as it was until 2024: base64 of a message whose fourth field is the address. Later
/// ones say nothing without a request.
fn google_news(path: &str) -> Option<String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let forms = ["/articles/", "/read/", "/rss/articles/", "/rss/read/", "/__i/rss/rd/articles/"];
    let coded = forms.iter().find_map(|form| path.strip_prefix(form))?;
    let message = LENIENT.decode(coded).ok()?;
    let rest = message.strip_prefix(&[0x08, 0x13, 0x22])?;
    // A length of seven bits, or of two times seven.
    let (length, rest) = match *rest {
        [low, ref rest @ ..] if low < 0x80 => (usize::from(low), rest),
        [low, high, ref rest @ ..] if high < 0x80 => {
            (usize::from(low & 0x7f) | usize::from(high) << 7, rest)
        }
        _ => return None,
    };
    let inner = std::str::from_utf8(rest.get(..length)?).ok()?;
    inner.starts_with("http").then(|| inner.to_owned())
}

/// `/v3/__ADDRESS__;BASE64!!…`, where each `*` of the address stands for the next character of what
/// the base64 says. Runs (`**`) are left alone.
fn proofpoint_v3(url: &Url) -> Option<String> {
    let mut whole = path::canonical(url.path());
    if let Some(query) = url.query() {
        whole.push('?');
        whole.push_str(&percent::normalized(query));
    }
    let rest = whole.strip_prefix("/v3/__")?;
    let (inner, code) = rest.rsplit_once("__;")?;
    if !inner.contains('*') {
        return Some(inner.to_owned());
    }
    let (coded, _) = code.split_once("!!")?;
    let characters = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(coded.trim_end_matches('='))
        .ok()?;
    let characters = String::from_utf8(characters).ok()?;
    if inner.contains("**") {
        return None;
    }
    let mut characters = characters.chars();
    let filled = inner.chars().map(|c| if c == '*' { characters.next() } else { Some(c) });
    filled.collect()
}

/// Yandex' light pages: `site-ru.turbopages.org/turbo/site.ru/s/PATH`.
fn turbo_page(url: &Url, host: &str) -> Option<String> {
    if host != "yandex.ru" && !host::belongs(host, "turbopages.org") {
        return None;
    }
    let path: Cow<'_, str> = path::canonical(url.path()).into();
    let rest = match path.strip_prefix("/turbo/") {
        Some(rest) => rest,
        None if host == "yandex.ru" => return None,
        None => path.strip_prefix('/')?,
    };
    let (site, page) = rest.split_once("/s/")?;
    (!site.contains('/')).then(|| with_query(&format!("https://{site}/{page}"), url))
}
