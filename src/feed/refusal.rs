//! Documents that are no feeds: what they are instead, in words that help an operator.

use super::cut::cut;
use crate::text;

/// A document that is not a feed, and what it is instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, not a feed")]
pub struct NotAFeed {
    what: String,
}

/// What pages that stand between a reader and a feed say, and whose they are.
const CHALLENGES: [(&str, &str); 12] = [
    ("challenge-platform", "a Cloudflare challenge"),
    ("cf-browser-verification", "a Cloudflare challenge"),
    ("cf_chl_", "a Cloudflare challenge"),
    ("attention required! | cloudflare", "a Cloudflare block page"),
    ("ddos-guard", "a DDoS-Guard challenge"),
    ("incapsula", "an Imperva challenge"),
    ("captcha-delivery.com", "a DataDome challenge"),
    ("px-captcha", "a PerimeterX challenge"),
    ("sucuri_cloudproxy", "a Sucuri challenge"),
    ("awswafintegration", "an AWS WAF challenge"),
    ("making sure you&#39;re not a bot", "an Anubis challenge"),
    ("g-recaptcha", "a page with a captcha"),
];

/// How far into a page its title and its marks are looked for, in bytes.
const REACH: usize = 64 * 1024;

impl NotAFeed {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }

    /// Names an HTML page by its challenge, else by its title.
    pub(super) fn page(html: &str) -> Self {
        let head = cut(html, REACH);
        let folded = head.to_ascii_lowercase();
        if let Some((_, name)) = CHALLENGES.iter().find(|(mark, _)| folded.contains(mark)) {
            return Self::new(*name);
        }
        match title(head, &folded) {
            Some(title) => Self::new(format!("an HTML page (“{title}”)")),
            None => Self::new("an HTML page"),
        }
    }
}

/// The page's title in at most 60 characters. `folded` has the same byte offsets as `html`.
fn title(html: &str, folded: &str) -> Option<String> {
    let open = folded.find("<title")?;
    let start = open + folded[open..].find('>')? + 1;
    let end = start + folded[start..].find("</title")?;
    let title = text::one_line(&html[start..end]);
    (!title.is_empty()).then(|| text::excerpt(&title, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_named_by_what_an_operator_must_do_about_them() {
        let page = |html: &str| NotAFeed::page(html).to_string();
        assert_eq!(page("<html><p>hi"), "an HTML page, not a feed");
        assert_eq!(
            page("<HTML><TITLE>404 &ndash; 찾을 수 없음</TITLE>"),
            "an HTML page (“404 – 찾을 수 없음”), not a feed"
        );
        let challenge = "<!DOCTYPE html><title>Just a moment...</title><script src=\"/cdn-cgi/challenge-platform/x\">";
        assert_eq!(page(challenge), "a Cloudflare challenge, not a feed");
    }
}
