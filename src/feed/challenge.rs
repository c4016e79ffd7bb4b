//! Pages that guards put in the place of a document to keep programs out, known by what stands in them.

use super::cut::cut;

/// What such pages say, in lower case, and whose they are. Some of the guards' scripts stand in ordinary pages as
/// well (Cloudflare's `challenge-platform/scripts`): these marks do not.
const MARKS: [(&str, &str); 12] = [
    ("/orchestrate/", "a Cloudflare challenge"),
    ("cf-browser-verification", "a Cloudflare challenge"),
    ("cf_chl_", "a Cloudflare challenge"),
    ("<title>just a moment...</title>", "a Cloudflare challenge"),
    ("attention required! | cloudflare", "a Cloudflare block page"),
    ("ddos-guard", "a DDoS-Guard challenge"),
    ("incapsula", "an Imperva challenge"),
    ("captcha-delivery.com", "a DataDome challenge"),
    ("px-captcha", "a PerimeterX challenge"),
    ("sucuri_cloudproxy", "a Sucuri challenge"),
    ("awswafintegration", "an AWS WAF challenge"),
    ("making sure you&#39;re not a bot", "an Anubis challenge"),
];

/// How far into a page the marks are looked for, in bytes.
const REACH: usize = 64 * 1024;

/// Whose challenge an HTML page is, if it is one: `"a Cloudflare challenge"`.
#[must_use]
pub fn challenge(page: &str) -> Option<&'static str> {
    let folded = cut(page, REACH).to_ascii_lowercase();
    MARKS.iter().find(|(mark, _)| folded.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_told_from_pages_that_a_guard_only_watches() {
        for (page, name) in [
            ("<title>Just a moment...</title>", Some("a Cloudflare challenge")),
            ("<script>window._cf_chl_opt={cvId:'3'}", Some("a Cloudflare challenge")),
            ("<title>Making sure you&#39;re not a bot!</title>", Some("an Anubis challenge")),
            ("<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>", None),
            ("<title>Just a moment of peace</title>", None),
        ] {
            assert_eq!(challenge(page), name, "{page}");
        }
    }
}
