//! What a sequenced entry changes in topics: which items it opens and which it joins. The store's
//! part is to number and save them; that an item appears once rests on what is decided here.

use crate::model::{Collapse, Growth, ItemUnit, NewItem, Placed, Reason, Sequenced, TopicNo};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// What one entry changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Placement {
    /// Items that it opens, in the order of the matches.
    pub items: Vec<NewItem>,
    /// Items that it joins, by topic; at most one a topic.
    pub growth: Vec<Growth>,
}

/// Decides what `entry` changes, given the topics that it matches (with their collapse, score and
/// reasons), the units that items cover already, and the entry's preferred and fallback id.
///
/// An entry is part of three units: its story, its group of copies, and itself. Where an item covers
/// one of them, the entry joins that item, whether the topic's rule matches it or not; if several do,
/// the smallest. Only where none does, a match opens an item. Asking for all three units whatever the
/// topic's collapse is what lets a change of collapse concern later items only. An item that was
/// opened by this very entry as a unit of its own is left as it is.
///
/// The caller adds the units of new items to `covered` before it places the next entry of a batch.
#[must_use]
#[expect(clippy::implicit_hasher, reason = "one caller, which has no other hasher")]
pub fn place(
    entry: &Sequenced,
    matches: &[(TopicNo, Collapse, f32, Vec<Reason>)],
    covered: &HashSet<Placed>,
    ids: (Uuid, Uuid),
) -> Placement {
    let covering = covering(entry, covered);
    let fresh = matches.iter().filter(|(topic, ..)| !covering.contains_key(topic));
    let items = fresh.map(|(topic, collapse, score, reasons)| NewItem {
        topic: *topic,
        unit: opened(entry, *collapse),
        opening: entry.entry,
        item_id: ids.0,
        fallback_id: ids.1,
        score: *score,
        reasons: reasons.clone(),
    });
    let joined = covering.iter().filter(|(_, unit)| **unit != ItemUnit::Entry(entry.entry));
    let growth = joined.map(|(&topic, &unit)| Growth { topic, unit, entry: entry.entry });
    Placement { items: items.collect(), growth: growth.collect() }
}

/// For each topic with an item that covers the entry, the smallest unit that does.
fn covering(entry: &Sequenced, covered: &HashSet<Placed>) -> BTreeMap<TopicNo, ItemUnit> {
    let units =
        [ItemUnit::Story(entry.story), ItemUnit::Group(entry.group), ItemUnit::Entry(entry.entry)];
    let mut covering = BTreeMap::new();
    for unit in units {
        let topics = covered.iter().filter(|placed| placed.unit == unit);
        covering.extend(topics.map(|placed| (placed.topic, unit)));
    }
    covering
}

/// The unit of an item that the entry opens.
fn opened(entry: &Sequenced, collapse: Collapse) -> ItemUnit {
    match collapse {
        Collapse::Story => ItemUnit::Story(entry.story),
        Collapse::Copy => ItemUnit::Group(entry.group),
        Collapse::Off => ItemUnit::Entry(entry.entry),
    }
}
