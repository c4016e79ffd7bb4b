//! What a sequenced entry changes in topics: which items it opens and which it joins. The store's
//! part is to number and save them; that an item appears once rests on what is decided here.

use crate::model::{Collapse, Growth, ItemUnit, NewItem, Placed, Reason, Sequenced, TopicNo};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What one entry changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Placement {
    /// Items that it opens, in the order of the matches.
    pub items: Vec<NewItem>,
    /// Items that it joins, by topic; at most one a topic.
    pub growth: Vec<Growth>,
}

/// Which topics have an item for a unit already.
#[derive(Debug, Clone, Default)]
pub struct Covered(HashMap<ItemUnit, Vec<TopicNo>>);

impl Extend<Placed> for Covered {
    fn extend<T: IntoIterator<Item = Placed>>(&mut self, placed: T) {
        for Placed { topic, unit } in placed {
            self.0.entry(unit).or_default().push(topic);
        }
    }
}

impl FromIterator<Placed> for Covered {
    fn from_iter<T: IntoIterator<Item = Placed>>(placed: T) -> Self {
        let mut covered = Self::default();
        covered.extend(placed);
        covered
    }
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
pub fn place(
    entry: &Sequenced,
    matches: &[(TopicNo, Collapse, f32, Vec<Reason>)],
    covered: &Covered,
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
    let is_match = |topic| matches.iter().any(|(matched, ..)| *matched == topic);
    let growth = joined.map(|(&topic, &unit)| Growth {
        topic,
        unit,
        entry: entry.entry,
        matches: is_match(topic),
    });
    Placement { items: items.collect(), growth: growth.collect() }
}

/// For each topic with an item that covers the entry, the smallest unit that does.
fn covering(entry: &Sequenced, covered: &Covered) -> BTreeMap<TopicNo, ItemUnit> {
    let units =
        [ItemUnit::Story(entry.story), ItemUnit::Group(entry.group), ItemUnit::Entry(entry.entry)];
    let mut covering = BTreeMap::new();
    for unit in units {
        let topics = covered.0.get(&unit).into_iter().flatten();
        covering.extend(topics.map(|topic| (*topic, unit)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntryId, GroupId, Relation, SourceNo, StoryId};

    const IDS: (Uuid, Uuid) = (Uuid::from_u128(1), Uuid::from_u128(2));

    /// Entry 30 in group 20 of story 10.
    fn entry() -> Sequenced {
        Sequenced {
            entry: EntryId(30),
            change: 1,
            source: SourceNo(1),
            story: StoryId(10),
            group: GroupId(20),
            relation: Relation::Copy,
            of: Some(EntryId(20)),
            evidence: Vec::new(),
            signature: None,
            terms: (0, Vec::new()),
            also: None,
            seen: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn story(topic: i64) -> Placed {
        Placed { topic: TopicNo(topic), unit: ItemUnit::Story(StoryId(10)) }
    }

    fn group(topic: i64) -> Placed {
        Placed { topic: TopicNo(topic), unit: ItemUnit::Group(GroupId(20)) }
    }

    fn itself(topic: i64) -> Placed {
        Placed { topic: TopicNo(topic), unit: ItemUnit::Entry(EntryId(30)) }
    }

    /// Units of the items opened and joined, with their topics.
    fn placed(matches: &[(i64, Collapse)], covered: &[Placed]) -> (Vec<Placed>, Vec<Placed>) {
        let matches: Vec<_> = matches
            .iter()
            .map(|(topic, collapse)| (TopicNo(*topic), *collapse, 1.0, Vec::new()))
            .collect();
        let covered = covered.iter().copied().collect();
        let Placement { items, growth } = place(&entry(), &matches, &covered, IDS);
        for item in &items {
            assert_eq!((item.opening, item.item_id, item.fallback_id), (EntryId(30), IDS.0, IDS.1));
        }
        assert!(growth.iter().all(|growth| growth.entry == EntryId(30)));
        let opened = items.iter().map(|item| Placed { topic: item.topic, unit: item.unit });
        let joined = growth.iter().map(|joins| Placed { topic: joins.topic, unit: joins.unit });
        (opened.collect(), joined.collect())
    }

    #[test]
    fn a_match_that_nothing_covers_opens_an_item_of_the_topics_collapse() {
        let matches = [(3, Collapse::Off), (1, Collapse::Story), (2, Collapse::Copy)];
        assert_eq!(placed(&matches, &[]), (vec![itself(3), story(1), group(2)], vec![]));
    }

    #[test]
    fn an_entry_joins_the_item_that_covers_it() {
        let (opened, joined) = placed(&[(1, Collapse::Story)], &[story(1)]);
        assert_eq!((opened, joined), (vec![], vec![story(1)]));
    }

    #[test]
    fn an_entry_that_does_not_match_is_listed_where_its_story_is() {
        let covered = [story(2), group(1), story(9)];
        assert_eq!(placed(&[], &covered), (vec![], vec![group(1), story(2), story(9)]));
    }

    #[test]
    fn a_change_of_collapse_concerns_later_items_only() {
        for collapse in [Collapse::Story, Collapse::Copy, Collapse::Off] {
            for covered in [story(1), group(1)] {
                assert_eq!(placed(&[(1, collapse)], &[covered]), (vec![], vec![covered]));
            }
            assert_eq!(placed(&[(1, collapse)], &[itself(1)]), (vec![], vec![]));
        }
    }

    #[test]
    fn an_entry_joins_one_item_a_topic_and_that_the_smallest() {
        let (opened, joined) = placed(&[(1, Collapse::Story)], &[story(1), group(1)]);
        assert_eq!((opened, joined), (vec![], vec![group(1)]));
        let all = [story(1), group(1), itself(1)];
        assert_eq!(placed(&[(1, Collapse::Story)], &all), (vec![], vec![]));
    }

    #[test]
    fn units_of_others_cover_nothing() {
        let other = Placed { topic: TopicNo(1), unit: ItemUnit::Story(StoryId(30)) };
        assert_eq!(placed(&[(1, Collapse::Story)], &[other]), (vec![story(1)], vec![]));
    }
}
