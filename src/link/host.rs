//! Hosts: which labels of a name mean something, and who registered it.

use std::borrow::Cow;

use url::{Host, Url};

/// Labels that name a device or a way of delivery, not another site.
const DELIVERY: [&str; 12] =
    ["www", "m", "mobile", "mobil", "mobi", "touch", "wap", "pda", "3g", "amp", "amphtml", "lite"];

/// The registrable domain of `url` (Public Suffix List, its private part too, so that every
/// `name.github.io` stands for itself), in ASCII form.
///
/// IP literals and names without one (`localhost`, a bare suffix) stand for themselves; a URL
/// without a host gives an empty string.
#[must_use]
pub fn registrable_domain(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            psl::domain_str(name).unwrap_or(name).to_owned()
        }
        Some(address) => address.to_string(),
        None => String::new(),
    }
}

/// Whether `host` is `site` or below it.
pub(super) fn belongs(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The host without final dots and without [`DELIVERY`] labels before the registrable domain
/// (`en.m.wikipedia.org` is `en.wikipedia.org`; `m.me` and `amp.dev` stay).
pub(super) fn folded(url: &Url) -> Cow<'_, str> {
    let Some(Host::Domain(host)) = url.host() else {
        return Cow::Borrowed(url.host_str().unwrap_or_default());
    };
    let Some(name) = Some(host.trim_end_matches('.')).filter(|name| !name.is_empty()) else {
        return Cow::Borrowed(host);
    };
    let Some(domain) = psl::domain_str(name) else {
        return Cow::Borrowed(name);
    };
    let labels = name[..name.len() - domain.len()].split_terminator('.');
    let mut out = String::with_capacity(name.len());
    for label in labels.filter(|label| !DELIVERY.contains(label)) {
        out.push_str(label);
        out.push('.');
    }
    out.push_str(domain);
    Cow::Owned(out)
}
