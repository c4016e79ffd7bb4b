//! Which address is an item's link: what may be one, and which of those is best.

use super::fields::Field;
use super::item::Item;
use super::namespaces::Space;
use super::raw::Raw;
use super::scan::Dialect;
use crate::model::Enclosure;
use feed_rs::model as rs;
use url::Url;

/// The link itself, the guid if it is one, and then whatever leads to the matter.
pub(super) fn candidates(raw: &Raw<'_>, entry: Option<&rs::Entry>) -> Vec<String> {
    let content = entry
        .filter(|_| raw.around.dialect == Dialect::Atom)
        .and_then(|entry| entry.content.as_ref());
    let source = content.and_then(|content| content.src.as_ref()).map(|link| link.href.clone());
    let mut links: Vec<String> = match raw.around.dialect {
        Dialect::Atom => entry.map(alternates).unwrap_or_default(),
        // Of several plain links, readers agree on the last.
        _ => elements(raw, &["", "alternate"], |field| field.space == Space::Own).rev().collect(),
    };
    links.extend(elements(raw, &["", "alternate"], |_| true));
    links.extend(raw.guid());
    links.extend(original(raw));
    links.extend(source);
    links.extend(elements(raw, &["via", "related", "self"], |_| true));
    links.extend(raw.element.attribute("HREF").or_else(|| raw.element.attribute("href")));
    links
}

/// Where a counting service leads to.
pub(super) fn original(raw: &Raw<'_>) -> Option<String> {
    raw.text(Space::Feedburner, "origLink").filter(|link| link.starts_with("http"))
}

/// feed-rs's links to the item itself, pages before other files.
fn alternates(entry: &rs::Entry) -> Vec<String> {
    let is_alternate = |link: &&rs::Link| {
        matches!(relation(link.rel.as_deref().unwrap_or_default()), "" | "alternate")
            && link.target.is_none()
    };
    // What calls itself a page, what does not say, what is something else.
    let rank = |link: &&rs::Link| match link.media_type.as_deref() {
        Some(kind) if kind.contains("html") => 0,
        None => 1,
        Some(_) => 2,
    };
    let mut alternates: Vec<&rs::Link> = entry.links.iter().filter(is_alternate).collect();
    alternates.sort_by_key(rank);
    alternates.into_iter().map(|link| link.href.clone()).collect()
}

/// A relation by its name; its full form is an address (RFC 4287 §4.2.7.2).
fn relation(rel: &str) -> &str {
    rel.rsplit_once("/relation/").map_or(rel, |(_, name)| name)
}

/// Links as their elements say them.
fn elements<'r>(
    raw: &'r Raw<'_>,
    relations: &'r [&str],
    wanted: fn(&Field<'_>) -> bool,
) -> impl DoubleEndedIterator<Item = String> + 'r {
    let is_wanted = move |field: &&Field<'_>| {
        field.local.eq_ignore_ascii_case("link")
            && wanted(field)
            && relations.contains(&relation(&field.attribute("rel").unwrap_or_default()))
    };
    let address = |field: &Field<'_>| {
        let attribute = field.attribute("href").or_else(|| field.attribute("rdf:resource"));
        attribute.or_else(|| field.text())
    };
    raw.fields.iter().filter(is_wanted).filter_map(address)
}

/// The first candidate that is an http(s) address; where there is none, the file itself is the
/// matter.
pub(super) fn best(item: &Item, enclosures: &[Enclosure], base: &Url) -> Option<Url> {
    let file = || enclosures.first().and_then(|enclosure| Url::parse(&enclosure.url).ok());
    addresses(item, base).next().or_else(file)
}

/// What the item's sameness with others is judged by: where its link only leads through a counting
/// service, the address behind it.
pub(super) fn evidence(item: &Item, link: &Url, base: &Url) -> Option<Url> {
    let original = item.original.as_deref().and_then(|raw| web_address(raw, base));
    original.or_else(|| {
        let direct = || addresses(item, base).find(|link| !leads_through_counter(link));
        leads_through_counter(link).then(direct).flatten()
    })
}

fn addresses(item: &Item, base: &Url) -> impl Iterator<Item = Url> {
    let is_guid = |raw: &String| Some(raw.as_str()) == item.guid.as_deref();
    // RFC 3986 §3.1: the letters of a scheme may be large ones.
    let names = |raw: &str, scheme: &str| {
        raw.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let is_whole = move |raw: &&String| {
        !is_guid(raw) || ["http://", "https://"].iter().any(|scheme| names(raw, scheme))
    };
    item.links.iter().filter(is_whole).filter_map(|raw| web_address(raw, base))
}

fn leads_through_counter(link: &Url) -> bool {
    let host = link.host_str().unwrap_or_default();
    host == "feedproxy.google.com"
        || host.starts_with("feeds.feedburner.")
        || host == "rss.feedsportal.com"
}

/// An absolute http(s) address. Some feeds escape theirs twice.
pub(super) fn web_address(raw: &str, base: &Url) -> Option<Url> {
    let raw = raw.trim().replace("&amp;", "&");
    let raw = raw.strip_prefix("feed:").filter(|rest| rest.starts_with("http")).unwrap_or(&raw);
    if raw.is_empty() || raw == "#" {
        return None;
    }
    // A browser's address line takes them so.
    let without_scheme = raw.starts_with("www.").then(|| format!("http://{raw}"));
    let url = base.join(without_scheme.as_deref().unwrap_or(raw)).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}
