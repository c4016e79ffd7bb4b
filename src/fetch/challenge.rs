//! Recognizes the guards that stand before a site and turn programs away, so that an operator
//! learns whom to talk to instead of reading "403".

use super::headers::text;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};

/// Headers by which a guard says that its answer is a challenge and not the site's: header, words
/// of its value, who it is. With any status: some send 200 or 202.
const CHALLENGES: &[(&str, &[&str], &str)] = &[
    ("cf-mitigated", &["challenge"], "Cloudflare"),
    ("x-amzn-waf-action", &["challenge", "captcha"], "AWS WAF"),
    ("x-vercel-mitigated", &["challenge", "deny"], "Vercel"),
];

/// Headers of guards, and how the value begins, that are told from the site only by the refusal.
const GUARDS: &[(&str, &str, &str)] = &[
    ("server", "cloudflare", "Cloudflare"),
    ("server", "akamaighost", "Akamai"),
    ("server", "ddos-guard", "DDoS-Guard"),
    ("server", "sucuri", "Sucuri"),
    ("server", "datadome", "DataDome"),
    ("x-datadome", "", "DataDome"),
    ("x-iinfo", "", "Imperva"),
];

/// Who answers with a challenge in place of the document.
pub(super) fn challenger(headers: &HeaderMap) -> Option<&'static str> {
    let found = CHALLENGES.iter().find(|(name, words, _)| {
        value(headers, name).is_some_and(|value| words.contains(&value.as_str()))
    });
    found.map(|(_, _, who)| *who)
}

/// Who stands before the site, where a refusal (403) or an overload (503) may be theirs.
pub(super) fn guard(status: StatusCode, headers: &HeaderMap) -> Option<&'static str> {
    if !matches!(status.as_u16(), 403 | 503) {
        return None;
    }
    let found = GUARDS.iter().find(|(name, begin, _)| {
        value(headers, name).is_some_and(|value| value.starts_with(begin))
    });
    found.map(|(_, _, who)| *who)
}

fn value(headers: &HeaderMap, name: &'static str) -> Option<String> {
    text(headers, HeaderName::from_static(name)).map(str::to_ascii_lowercase)
}
