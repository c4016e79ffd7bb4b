//! What a document says of the feed as a whole.

use super::fields::{self, Field};
use super::namespaces::{Prefixes, Space};
use super::prose::{self, Prose};
use super::scan::{Dialect, Scan};
use super::{base64, gather};
use std::time::Duration;
use url::Url;

/// What a document says of the feed as a whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// One line of plain text.
    pub(super) title: Option<String>,
    /// The page that it belongs to; absolute.
    pub(super) site: Option<String>,
    /// BCP 47.
    pub(super) language: Option<String>,
    pub(super) ttl: Option<Duration>,
    /// Who wrote its items where they do not say (RFC 4287 §4.2.1; JSON Feed).
    pub(super) authors: Vec<String>,
}

impl Head {
    /// Reads an XML document's, relative addresses against `base`.
    pub(super) fn of(scan: &Scan<'_>, prefixes: &Prefixes, base: &Url) -> Self {
        let fields: Vec<Field<'_>> =
            scan.head.iter().map(|element| fields::element(element, prefixes)).collect();
        let own = |name: &str| {
            fields.iter().filter(|field| field.is(Space::Own, name)).find_map(Field::text)
        };
        let dublin = |name: &str| {
            fields.iter().filter(|field| field.is(Space::DublinCore, name)).find_map(Field::text)
        };
        let of_tags = || scan.ancestors.iter().rev().flat_map(|tag| fields::attributes(tag));
        let language = own("language")
            .or_else(|| dublin("language"))
            .or_else(|| of_tags().find(|(name, _)| name == "xml:lang").map(|(_, value)| value));
        Self {
            title: title(&fields, scan.dialect),
            site: site(&fields, scan.dialect, base),
            language: language.as_deref().and_then(tag),
            ttl: own("ttl")
                .and_then(|minutes| minutes.parse().ok())
                .map(|minutes: u32| Duration::from_secs(60 * u64::from(minutes))),
            authors: if scan.dialect == Dialect::Atom {
                authors(&fields, prefixes)
            } else {
                Vec::new()
            },
        }
    }
}

fn title(fields: &[Field<'_>], dialect: Dialect) -> Option<String> {
    let titles = || fields.iter().filter(|field| field.local.eq_ignore_ascii_case("title"));
    let own = titles().find(|field| field.space == Space::Own);
    let field = own.or_else(|| titles().find(|field| field.space == Space::DublinCore))?;
    let prose = if field.has_elements() {
        Prose::markup(field.markup())
    } else if let Some(decoded) = base64::of(field) {
        Prose::html(decoded)
    } else {
        Prose::new(field.text()?, prose::kind(field, dialect == Dialect::Atom))
    };
    Some(prose.line()).filter(|title| !title.is_empty())
}

/// Of several plain links, readers agree on the last; an `atom:link` stands in for none.
fn site(fields: &[Field<'_>], dialect: Dialect, base: &Url) -> Option<String> {
    let links = |space| fields.iter().filter(move |field| field.is(space, "link"));
    let alternate =
        |field: &&Field<'_>| matches!(field.attribute("rel").as_deref(), None | Some("alternate"));
    let address = |space| links(space).filter(alternate).find_map(|field| field.attribute("href"));
    let plain = |field: &Field<'_>| field.text().or_else(|| field.attribute("href"));
    let link = match dialect {
        Dialect::Atom => address(Space::Own),
        _ => links(Space::Own).filter(alternate).filter_map(plain).next_back(),
    };
    let link = link.or_else(|| address(Space::Atom))?;
    let url = base.join(link.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

fn authors(fields: &[Field<'_>], prefixes: &Prefixes) -> Vec<String> {
    let authors = fields.iter().filter(|field| field.is(Space::Own, "author"));
    authors.filter_map(|field| gather::person(field, prefixes)).collect()
}

/// A language tag in its usual form (BCP 47 §2.1.1); `None` for what is none (`"unknown"`).
pub(super) fn tag(raw: &str) -> Option<String> {
    let raw = raw.split([',', ';']).next()?.trim().replace('_', "-");
    let mut parts = raw.split('-');
    let language = parts.next().filter(|part| {
        matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_alphabetic())
    })?;
    let mut tag = language.to_ascii_lowercase();
    for part in parts.take_while(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    }) {
        tag.push('-');
        tag.push_str(&match part.len() {
            2 => part.to_ascii_uppercase(),
            4 => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
            _ => part.to_ascii_lowercase(),
        });
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn language_tags_get_their_usual_form() {
        for (raw, expected) in [
            ("en-us", "en-US"),
            ("KO", "ko"),
            ("zh_hans_cn", "zh-Hans-CN"),
            ("es-419", "es-419"),
            ("id, en", "id"),
        ] {
            assert_eq!(tag(raw).as_deref(), Some(expected), "{raw}");
        }
        for raw in ["", "english", "unknown", "1", "-"] {
            assert_eq!(tag(raw), None, "{raw}");
        }
    }
}
