//! XML feeds: find the items, pass over the known ones, read the rest.

use super::fingerprint::{self, Inherited};
use super::gather;
use super::head::Head;
use super::namespaces::Prefixes;
use super::raw::Around;
use super::scan::{self, Dialect, Scan};
use super::{Draft, MOST_ENTRIES, NotAFeed, ReadContext, fields, mends::Mends, repair};
use url::Url;

/// What sitemaps are called.
pub const SITEMAP: &str = "news sitemap";

/// Reads a document that begins with its root's start tag. A healthy one is scanned once and never
/// copied; only one that the scan cannot follow is repaired, and scanned again.
pub(super) fn read(
    text: &str,
    context: &ReadContext<'_>,
    mends: &mut Mends,
) -> Result<Draft, NotAFeed> {
    if let Ok(scan) = scan::scan(text) {
        return Ok(draft(scan, context, mends));
    }
    let mended = repair::repair(text, mends);
    match scan::scan(&mended) {
        Ok(scan) => Ok(draft(scan, context, mends)),
        Err(trouble) => {
            Err(NotAFeed::new(format!("XML that is broken beyond repair ({})", trouble.0)))
        }
    }
}

fn draft(mut scan: Scan<'_>, context: &ReadContext<'_>, mends: &mut Mends) -> Draft {
    mends.add(
        "entry beyond the first 5,000 left out",
        scan.items.len().saturating_sub(MOST_ENTRIES),
    );
    scan.items.truncate(MOST_ENTRIES);
    let prefixes = Prefixes::of(&scan);
    let base = base(&scan, &context.document.url);
    let head = Head::of(&scan, &prefixes, &base);
    let authors = head.authors.iter().map(String::as_str);
    let parts = scan.ancestors.iter().copied().chain(head.language.as_deref()).chain(authors);
    let inherited = Inherited::new(context, parts);
    let (slots, unread) = fingerprint::split(&scan.items, inherited, context);
    let around = Around { dialect: scan.dialect, prefixes: &prefixes, base: &base };
    let items = gather::items(&scan, &unread, &around);
    Draft { format: format(&scan), head, base, slots, items }
}

/// The address that a feed gives as its own, else that of its page.
pub(super) fn own_address(text: &str) -> Option<Url> {
    let mended = scan::scan(text).is_err().then(|| repair::repair(text, &mut Mends::default()));
    let scan = scan::scan(mended.as_deref().unwrap_or(text)).ok()?;
    let prefixes = Prefixes::of(&scan);
    let links: Vec<_> = scan
        .head
        .iter()
        .map(|element| fields::element(element, &prefixes))
        .filter(|field| field.local.eq_ignore_ascii_case("link"))
        .collect();
    let with = |relations: &'static [Option<&str>]| {
        links.iter().filter(move |link| relations.contains(&link.attribute("rel").as_deref()))
    };
    let own = with(&[Some("self")]).filter_map(|link| link.attribute("href"));
    let page = with(&[None, Some("alternate")]);
    let page = page.filter_map(|link| link.attribute("href").or_else(|| link.text()));
    let mut addresses = own.chain(page).filter_map(|address| Url::parse(&address).ok());
    addresses.find(|url| matches!(url.scheme(), "http" | "https"))
}

/// The base that items inherit: `xml:base` of the elements around them, from the outside in.
fn base(scan: &Scan<'_>, document: &Url) -> Url {
    let bases = scan
        .ancestors
        .iter()
        .flat_map(|tag| fields::attributes(tag))
        .filter(|(name, _)| name == "xml:base");
    bases.fold(document.clone(), |base, (_, value)| base.join(&value).unwrap_or(base))
}

/// The format by its usual name.
fn format(scan: &Scan<'_>) -> &'static str {
    let root = scan.ancestors.first().copied().unwrap_or_default();
    let attribute = |wanted: &str| {
        fields::attributes(root)
            .into_iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    match scan.dialect {
        Dialect::Rss if root.starts_with("<CHANNEL") || attribute("HREF").is_some() => "CDF",
        Dialect::Atom if root.contains("purl.org/atom/") => "Atom 0.3",
        Dialect::Atom => "Atom 1.0",
        Dialect::Sitemap => SITEMAP,
        Dialect::Rdf if root.contains("netscape.com/rdf/simple") => "RSS 0.90",
        Dialect::Rdf if root.contains("rss1.1") => "RSS 1.1",
        Dialect::Rdf => "RSS 1.0",
        Dialect::Rss => match attribute("version").unwrap_or_default().trim() {
            "0.90" => "RSS 0.90",
            "0.91" => "RSS 0.91",
            "0.92" => "RSS 0.92",
            "0.93" => "RSS 0.93",
            "0.94" => "RSS 0.94",
            version if version.starts_with('2') => "RSS 2.0",
            _ => "RSS",
        },
    }
}
