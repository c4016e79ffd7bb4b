//! Addresses that carry another address: redirectors, as search engines, mail scanners and social
//! networks put in front of links, and caches of pages made light. Those that hide it (shorteners)
//! need the network and are left as they are.

use super::{host, marked, path, percent, sites};
use std::borrow::Cow;
use url::Url;

/// Redirectors whose query holds the article's address: site, path, parameter. The path is `*` where a
/// host has no other purpose.
const REDIRECTORS: &[(&str, &str, &str)] = &[
    ("google.com", "/url", "url"), // Google Alerts' feeds
    ("google.com", "/url", "q"),
    ("news.google.com", "/news/url", "url"), // Google News' feeds as they were
    ("bing.com", "/news/apiclick.aspx", "url"), // Bing News' feeds
    ("google.com", "/imgres", "imgrefurl"),
    ("duckduckgo.com", "/l", "uddg"),
    ("yandex.ru", "/turbo", "text"),
    ("facebook.com", "/l.php", "u"),
    ("l.instagram.com", "/", "u"),
    ("vk.com", "/away.php", "to"),
    ("youtube.com", "/redirect", "q"),
    ("t.umblr.com", "/redirect", "z"),
    ("t.me", "/iv", "url"), // Telegram's Instant View
    ("out.reddit.com", "*", "url"),
    ("slack-redir.net", "/link", "url"),
    ("linkedin.com", "/redir/redirect", "url"),
    ("steamcommunity.com", "/linkfilter", "url"),
    ("linkedin.com", "/safety/go", "url"),
    ("link.zhihu.com", "/", "target"),
    ("ok.ru", "/dk", "st.link"),
    ("medium.com", "/r", "url"),
    ("getpocket.com", "/redirect", "url"),
    ("flipboard.com", "/redirect", "url"),
    ("click.mail.ru", "/redir", "u"),
    ("click.linksynergy.com", "*", "murl"),
    ("go.redirectingat.com", "*", "url"),
    ("go.skimresources.com", "*", "url"),
    ("redirect.viglink.com", "*", "u"),
    ("safelinks.protection.outlook.com", "*", "url"),
    ("urldefense.proofpoint.com", "/v1/url", "u"),
];

/// Caches of light pages: host, and what stands before the article's host in the path.
const CACHES: &[(&str, &[&str])] = &[
    ("cdn.ampproject.org", AMP_FORMS),
    ("bing-amp.com", AMP_FORMS),
    ("bing.com", &["/amp/"]),
    ("google.com", &["/amp/"]),
];

/// Of articles, of articles in a viewer, and of those in a viewer that loads them beforehand.
const AMP_FORMS: &[&str] = &["/c/", "/v/", "/wp/"];

/// No honest address is wrapped so often.
const DEEPEST: usize = 16;

/// The address inside `url`, or inside that one, and so on; `None` if there is none.
pub(super) fn unwrapped(url: &Url) -> Option<Url> {
    std::iter::successors(inner(url), inner).take(DEEPEST).last()
}

/// What `url` wraps. It sees host and path as a canonical link has them: else a link could be
/// recognized only after it was made canonical, and the second time would say more than the first.
fn inner(url: &Url) -> Option<Url> {
    let host = host::folded(url);
    let host = if is_google(&host) { "google.com" } else { &host };
    let text = redirected(url, host)
        .or_else(|| cached(url, host))
        .or_else(|| marked::behind(url, host))
        .or_else(|| sites::usual(url, host))?;
    let inner = Url::parse(&text).ok()?;
    let is_whole = super::is_web(&inner) && inner.host_str().is_some_and(|host| host.contains('.'));
    (is_whole && inner != *url).then_some(inner)
}

/// Whether a folded host is Google's in some country.
fn is_google(host: &str) -> bool {
    host.starts_with("google.") && psl::domain_str(host) == Some(host)
}

fn redirected(url: &Url, host: &str) -> Option<String> {
    let mut forms = REDIRECTORS.iter().filter(|(site, _, _)| host::belongs(host, site)).peekable();
    forms.peek()?;
    let path = path::canonical(url.path());
    forms
        .filter(|(_, its_path, _)| *its_path == "*" || *its_path == path)
        .find_map(|(_, _, name)| parameter(url, name))
}

/// The value of the first parameter of that name. A feed that escapes twice leaves `&amp;name=`.
pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    let pair = url.query_pairs().find(|(key, _)| key.trim_start_matches("amp;") == name);
    pair.map(|(_, value)| value.into_owned())
}

/// `google.com/amp/s/…` and `….cdn.ampproject.org/c/s/…`: `s` stands for https, and the article's
/// query stands behind as it was, or escaped.
fn cached(url: &Url, host: &str) -> Option<String> {
    let (_, forms) = CACHES.iter().find(|(site, _)| match *site {
        "google.com" | "bing.com" => host == *site,
        site => host::belongs(host, site),
    })?;
    // Where `/amp/` is the mark, it must still be there.
    let path: Cow<'_, str> = match forms {
        ["/amp/"] => percent::normalized(url.path()),
        _ => path::canonical(url.path()).into(),
    };
    let rest = forms.iter().find_map(|form| path.strip_prefix(form))?;
    let rest = rest.strip_prefix("s/").unwrap_or(rest);
    let rest = match rest.split_once("%3F") {
        Some((page, query)) => format!("{page}?{}", query.replace("%3D", "=").replace("%26", "&")),
        None => rest.to_owned(),
    };
    let join = if rest.contains('?') { '&' } else { '?' };
    let query = url.query().map(|query| format!("{join}{query}")).unwrap_or_default();
    Some(format!("https://{rest}{query}"))
}
