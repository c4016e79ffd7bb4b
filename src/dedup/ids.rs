//! What subscribers know an item by.

use crate::model::{EntryKey, SourceId, Time, TopicName};
use uuid::Uuid;

/// The namespace of all item ids. It must never change: ids are made from it and from nothing else
/// than what the publisher wrote, so that a daemon that lost everything gives the same ones.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d75_6172_6100_5e57_a1a1_0a57_0000_0001);

/// The id made from the opening entry's canonical link, and the one made from its source and key.
///
/// `link` is `None` where the entry has no link or its link is no evidence of sameness; both ids are
/// then the same. The store takes the second where another entry has the first.
#[must_use]
pub fn item_ids(link: Option<&str>, source: &SourceId, key: EntryKey) -> (Uuid, Uuid) {
    let mut name = Vec::with_capacity(96);
    name.extend_from_slice(source.as_str().as_bytes());
    name.push(b'\n');
    name.extend_from_slice(&key.to_bytes());
    let by_key = Uuid::new_v5(&NAMESPACE, &name);
    (link.map_or(by_key, link_id), by_key)
}

/// The id made from a canonical link. An id that another aggregator gave stays what it is.
#[must_use]
pub fn link_id(link: &str) -> Uuid {
    let own = link.strip_prefix("urn:uuid:").and_then(|id| Uuid::try_parse(id).ok());
    own.unwrap_or_else(|| Uuid::new_v5(&NAMESPACE, link.as_bytes()))
}

/// The id of a topic's digest, by the time of its schedule that it is of.
#[must_use]
pub fn digest_id(topic: &TopicName, at: Time) -> Uuid {
    let name = format!("digest\n{topic}\n{}", at.timestamp());
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KeyKind;

    #[test]
    fn an_id_depends_on_the_link_alone() {
        let key = EntryKey::of(KeyKind::Guid, "1");
        let (a, b): (SourceId, SourceId) = ("a".parse().unwrap(), "b".parse().unwrap());
        let link = Some("https://example.org/1");
        assert_eq!(item_ids(link, &a, key).0, item_ids(link, &b, key).0);
        assert_ne!(item_ids(None, &a, key).0, item_ids(None, &b, key).0);
    }

    #[test]
    fn an_id_that_an_aggregator_gave_stays() {
        let key = EntryKey::of(KeyKind::Guid, "1");
        let (first, _) = item_ids(None, &"a".parse().unwrap(), key);
        let urn = first.urn().to_string();
        assert_eq!(item_ids(Some(&urn), &"b".parse().unwrap(), key).0, first);
    }

    #[test]
    fn ids_never_change_between_versions_of_the_program() {
        let source: SourceId = "yonhap".parse().unwrap();
        let key = EntryKey::of(KeyKind::Guid, "AEN20240619");
        let (by_link, _) = item_ids(Some("https://example.org/1"), &source, key);
        // As any other implementation of RFC 9562 §5.5 gives it for this namespace and name.
        assert_eq!(by_link.to_string(), "b25bf38b-db41-58db-baaf-a51d23341981");
    }
}
