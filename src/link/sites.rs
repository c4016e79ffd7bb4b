//! Sites that give one article several addresses of quite different forms.

use super::wrapper::parameter;
use super::{host, path};
use url::Url;

/// The usual address of the article that `url`, of the (folded) `host`, leads to; `None` where it is
/// that already, or where the site has only one form.
pub(super) fn usual(url: &Url, host: &str) -> Option<String> {
    match host {
        "news.naver.com" | "n.news.naver.com" => naver(url, host),
        "news.v.daum.net" => Some(format!("https://v.daum.net{}", path::canonical(url.path()))),
        "youtu.be" | "youtube.com" | "youtube-nocookie.com" => youtube(url, host),
        // One newsroom; which of the two is linked depends on where the reader is.
        "bbc.co.uk" => moved(url, "bbc.com"),
        _ => blogspot(url, host),
    }
}

fn moved(url: &Url, host: &str) -> Option<String> {
    let mut there = url.clone();
    there.set_host(Some(host)).ok()?;
    Some(there.into())
}

/// Naver's reader has had a page with parameters, one for telephones, and one with a path.
fn naver(url: &Url, host: &str) -> Option<String> {
    let path = path::canonical(url.path());
    let (outlet, article) = match path.strip_prefix("/mnews/article/") {
        Some(rest) => {
            rest.split_once('/').map(|(outlet, id)| (outlet.to_owned(), id.to_owned()))?
        }
        None if host == "n.news.naver.com" => return None,
        None if path.contains("/read.") || path.starts_with("/read.") => {
            (parameter(url, "oid")?, parameter(url, "aid")?)
        }
        None => return None,
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = is_number(&outlet) && is_number(&article);
    whole.then(|| format!("https://n.news.naver.com/article/{outlet}/{article}"))
}

fn youtube(url: &Url, host: &str) -> Option<String> {
    let path = path::canonical(url.path());
    let id = if host == "youtu.be" {
        path.strip_prefix('/')?.to_owned()
    } else {
        let forms = ["/shorts/", "/live/", "/embed/", "/v/"];
        forms.iter().find_map(|form| path.strip_prefix(form))?.to_owned()
    };
    let is_id = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    let whole = id.len() == 11 && id.bytes().all(is_id);
    whole.then(|| format!("https://www.youtube.com/watch?v={id}"))
}

/// Blogger leads readers to a domain of their country.
fn blogspot(url: &Url, host: &str) -> Option<String> {
    let at = host.find(".blogspot.")?;
    let country = &host[at + ".blogspot.".len()..];
    let is_country = country != "com" && matches!(country.len(), 2 | 5 | 6);
    (is_country && host::belongs(host, &host[at + 1..]))
        .then(|| moved(url, &format!("{}.blogspot.com", &host[..at])))
        .flatten()
}
