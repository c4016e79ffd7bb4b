//! The style sheet, and the policy under which browsers show our pages: it names the style sheet by
//! its digest, so that no other style and nothing else at all applies.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The style sheet of all pages.
pub(super) const STYLE: &str = include_str!("style.css");

/// What a page may load: its style, and its icon, which is in it. (CSP 3)
static META: LazyLock<String> = LazyLock::new(|| policy("'none'"));

/// The same for the page with the form of the search.
static META_SEARCH: LazyLock<String> = LazyLock::new(|| policy("'self'"));

fn policy(form_action: &str) -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; \
         form-action {form_action}"
    )
}

/// `frame-ancestors` counts in the header alone.
static HEADER: LazyLock<String> =
    LazyLock::new(|| format!("{}; frame-ancestors 'none'", meta_policy()));

static HEADER_SEARCH: LazyLock<String> =
    LazyLock::new(|| format!("{}; frame-ancestors 'none'", meta_search_policy()));

/// The value of `Content-Security-Policy` for the page that searches.
#[must_use]
pub fn search_policy() -> &'static str {
    &HEADER_SEARCH
}

/// The same for the page itself.
pub(super) fn meta_search_policy() -> &'static str {
    &META_SEARCH
}

/// The value of `Content-Security-Policy` for pages.
#[must_use]
pub fn page_policy() -> &'static str {
    &HEADER
}

/// The same for the page itself: as a file it is served without our headers.
pub(super) fn meta_policy() -> &'static str {
    &META
}
