//! What keys leave open: items whose keys are all new although the publisher says again what the
//! store has, and items under the guid of another entry. Both are settled by the words of the stored
//! entries. Where nearly everything of a document is new and that is not certain, it is held back.

use super::identify::{CHURN, Decision};
use super::pool::{Pool, are_alike, is_date_same, is_midnight, is_text_same};
use crate::link;
use crate::model::{
    DocumentEntry, Entry, EntryId, GuidTrust, Identity, KeyKind, Known, StoredEntry, Time, Window,
};
use std::collections::HashSet;
use url::Url;

/// How much older than the newest entry of the document before an entry may be and still be news: some
/// are written down late, and dates without a time are midnight's.
const LATE: chrono::Duration = chrono::Duration::days(2);

/// What is asked of the store before a document is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Keys settle everything.
    None,
    /// What these entries say.
    Entries(Vec<EntryId>),
    /// What the source's newest entries say.
    Source,
}

/// A document, and what is known when it comes.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// Its items.
    pub items: &'a [DocumentEntry],
    /// What the store knows of their keys and of those of `before`.
    pub known: &'a Known,
    /// The items of the source's document before this one.
    pub before: &'a Window,
    /// When the source was last read; `None` at first sight.
    pub last_read: Option<Time>,
}

/// A document whose items are settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// What each item is.
    pub decisions: Vec<Decision>,
    /// How far the source's guids can be trusted from now on, by this alone.
    pub trust: GuidTrust,
    /// Why some of the new entries are held back, in words.
    pub held: Option<String>,
    /// Whether most of what seemed new was there before: what is still new may have been, too, before the
    /// last document.
    pub is_upheaval: bool,
}

impl Arrival<'_> {
    /// What must be known beside keys.
    #[must_use]
    pub fn question(&self, decisions: &[Decision]) -> Question {
        let new: Vec<&Entry> = self.of(decisions, |it| it == Identity::New).collect();
        let newest = self.newest();
        let stale = new.iter().filter(|entry| !is_fresh(entry, newest)).count();
        if self.last_read.is_some() && stale >= CHURN && stale * 2 >= self.items.len() {
            return Question::Source;
        }
        let mut asked: HashSet<EntryId> =
            decisions.iter().filter_map(|decision| self.doubted(decision)).collect();
        if !new.is_empty() {
            asked.extend(self.vanished(decisions));
            let keys = new.iter().flat_map(|entry| &entry.keys);
            asked.extend(keys.filter_map(|key| self.known.by_key.get(key)));
        }
        asked.remove(&EntryId(0));
        if asked.is_empty() {
            Question::None
        } else {
            Question::Entries(asked.into_iter().collect())
        }
    }

    /// Settles the document by what `stored` entries say.
    #[must_use]
    pub fn settle(&self, mut decisions: Vec<Decision>, stored: Vec<StoredEntry>) -> Settled {
        let trust = self.part_reused(&mut decisions, &stored);
        let new = places(&decisions).len();
        let claimed = self.claimed(&decisions);
        let vanished = self.vanished(&decisions);
        let mut pool = Pool::of(stored, &claimed, &vanished);
        self.pair(&mut decisions, &mut pool, Pool::certain);
        let unsure = self.heal_mass_change(&mut decisions, &mut pool);
        let held = self.hold(&mut decisions, &pool, &unsure);
        let left = places(&decisions).len();
        let changed = new - left;
        let is_upheaval = left > 0 && changed >= CHURN && changed * 2 >= new;
        Settled { decisions, trust, held, is_upheaval }
    }

    /// The entry that an item revises by its guid alone, when nothing else of it is known.
    fn doubted(&self, decision: &Decision) -> Option<EntryId> {
        let Identity::Revises(id) = decision.identity else { return None };
        let (entry, stored) = (self.entry(decision)?, self.known.entries.get(&id)?);
        let shared = entry.keys.iter().find(|key| stored.keys.contains(key))?;
        let weaker = |kind: KeyKind| kind > shared.kind;
        let more = entry.keys.iter().any(|key| weaker(key.kind) && stored.keys.contains(key));
        (shared.kind == KeyKind::Guid && !more).then_some(id)
    }

    /// A guid that comes back on another article (one a day, one for all) is no guid.
    fn part_reused(&self, decisions: &mut [Decision], stored: &[StoredEntry]) -> GuidTrust {
        let mut trust = GuidTrust::Honest;
        let pages = self.shared_pages();
        for decision in decisions {
            let Some(id) = self.doubted(decision) else { continue };
            let Some(stored) = stored.iter().find(|stored| stored.id == id) else { continue };
            if self.entry(decision).is_some_and(|entry| is_another(entry, stored, &pages)) {
                decision.identity = Identity::New;
                trust = GuidTrust::Dishonest;
            }
        }
        trust
    }

    /// Links that several items have: they do not say which is which.
    fn shared_pages(&self) -> HashSet<&str> {
        let mut seen = HashSet::new();
        let links = self.items.iter().filter_map(|item| match item {
            DocumentEntry::Read { entry, .. } => entry.canonical_link.as_deref(),
            DocumentEntry::Known(_) => None,
        });
        links.filter(|link| link::is_root(link) || !seen.insert(*link)).collect()
    }

    /// Gives new items the entries that `find` says they are.
    fn pair(
        &self,
        decisions: &mut [Decision],
        pool: &mut Pool,
        find: impl Fn(&Pool, &[&Entry]) -> Vec<Option<EntryId>>,
    ) {
        let new: Vec<usize> = places(decisions);
        let entries: Vec<&Entry> =
            new.iter().filter_map(|place| self.entry(&decisions[*place])).collect();
        for (place, found) in new.iter().zip(find(pool, &entries)) {
            let Some(stored) = found.and_then(|id| pool.take(id)) else { continue };
            let same = self.entry(&decisions[*place]).is_some_and(|e| e.digest == stored.digest);
            decisions[*place].identity = if same {
                Identity::Unchanged(Some(stored.id))
            } else {
                Identity::Revises(stored.id)
            };
        }
    }

    /// Most of what is new has the title of a stored entry: the publisher changed every id. Gives the
    /// items that are known by their title and by nothing else.
    fn heal_mass_change(&self, decisions: &mut [Decision], pool: &mut Pool) -> HashSet<usize> {
        let new = self.unknown(decisions);
        let known = pool.by_title(&new).iter().flatten().count();
        if self.last_read.is_none() || known < CHURN || known * 2 < new.len() {
            return HashSet::new();
        }
        self.pair(decisions, pool, Pool::restated);
        self.pair(decisions, pool, Pool::agreeing);
        let left = places(decisions).into_iter().filter_map(|place| {
            let is_unsure = pool.is_unsure(self.entry(&decisions[place])?);
            is_unsure.then_some(decisions[place].index)
        });
        left.collect()
    }

    fn unknown<'s>(&'s self, decisions: &'s [Decision]) -> Vec<&'s Entry> {
        self.of(decisions, |identity| identity == Identity::New).collect()
    }

    /// Holds back what may be old under new ids; says why.
    fn hold(
        &self,
        decisions: &mut [Decision],
        pool: &Pool,
        unsure: &HashSet<usize>,
    ) -> Option<String> {
        self.last_read?;
        let new = places(decisions);
        let newest = self.newest();
        let late = |decision: &Decision| self.entry(decision).is_some_and(|e| is_late(e, newest));
        let old = new.iter().filter(|place| late(&decisions[**place])).count();
        let (all, count) = (self.items.len(), new.len());
        let (why, is_held): (_, &dyn Fn(&Decision) -> bool) = if !unsure.is_empty() {
            let known = unsure.len();
            let why = format!("every id changed, and of {count} items {known} have known titles");
            (why, &|decision| unsure.contains(&decision.index) || late(decision))
        } else if old >= CHURN && old * 2 >= all {
            let why = format!("{old} of {all} items are new, but dated before the last poll");
            (why, &late)
        } else if self.is_foreign(decisions, pool) {
            (format!("all {all} items are new and of another site"), &|_| true)
        } else {
            return None;
        };
        for place in new {
            decisions[place].held = is_held(&decisions[place]);
        }
        Some(why)
    }

    /// Whether the document is another feed's: everything in it is new, and on other sites than all
    /// that the source had before.
    fn is_foreign(&self, decisions: &[Decision], pool: &Pool) -> bool {
        let is_whole = decisions.len() == self.items.len() && decisions.len() >= CHURN;
        if !is_whole || decisions.iter().any(|it| it.identity != Identity::New) {
            return false;
        }
        let links = self.of(decisions, |_| true).filter_map(|e| e.canonical_link.as_deref());
        let (here, there) = (domains(links), domains(pool.vanished_links()));
        !here.is_empty() && there.len() == 1 && here.is_disjoint(&there)
    }

    /// The newest date that the document before gave, else when it was read.
    fn newest(&self) -> Option<Time> {
        let before = self.before.slots.iter().filter_map(|slot| self.known.by_key.get(&slot.key));
        let dates = before.filter_map(|id| self.known.entries.get(id)?.published);
        dates.max().or(self.last_read)
    }

    fn entry(&self, decision: &Decision) -> Option<&Entry> {
        match self.items.get(decision.index)? {
            DocumentEntry::Read { entry, .. } => Some(entry),
            DocumentEntry::Known(_) => None,
        }
    }

    fn of<'s>(
        &'s self,
        decisions: &'s [Decision],
        wanted: impl Fn(Identity) -> bool + 's,
    ) -> impl Iterator<Item = &'s Entry> + 's {
        decisions.iter().filter(move |it| wanted(it.identity)).filter_map(|it| self.entry(it))
    }

    /// The entries that the document holds, by its keys.
    fn claimed(&self, decisions: &[Decision]) -> HashSet<EntryId> {
        let unread = self.items.iter().filter_map(|item| match item {
            DocumentEntry::Known(slot) => self.known.by_key.get(&slot.key).copied(),
            DocumentEntry::Read { .. } => None,
        });
        let decided = decisions.iter().filter_map(|decision| match decision.identity {
            Identity::New => None,
            Identity::Revises(id) => Some(id),
            Identity::Unchanged(id) => id,
        });
        unread.chain(decided).collect()
    }

    /// Entries of the document before that are not in this one.
    fn vanished(&self, decisions: &[Decision]) -> HashSet<EntryId> {
        let claimed = self.claimed(decisions);
        let before = self.before.slots.iter().filter_map(|slot| self.known.by_key.get(&slot.key));
        before.copied().filter(|id| id.0 != 0 && !claimed.contains(id)).collect()
    }
}

/// Whether an entry may be news beside the `newest` of the document before.
fn is_fresh(entry: &Entry, newest: Option<Time>) -> bool {
    entry.published.zip(newest).is_some_and(|(at, newest)| at >= newest - LATE)
}

fn is_late(entry: &Entry, newest: Option<Time>) -> bool {
    entry.published.is_some() && !is_fresh(entry, newest)
}

/// The places of new items among decisions.
fn places(decisions: &[Decision]) -> Vec<usize> {
    let new = decisions.iter().enumerate().filter(|(_, it)| it.identity == Identity::New);
    new.map(|(place, _)| place).collect()
}

/// Whether an item under the guid of a stored entry is another article: a retitled one keeps its
/// address, its time (where it is told by the day at most, some of its text), its text or some of its title.
fn is_another(entry: &Entry, stored: &StoredEntry, shared_pages: &HashSet<&str>) -> bool {
    let page = entry.canonical_link.as_deref().filter(|page| !shared_pages.contains(page));
    let is_elsewhere = page.is_none() || page != stored.canonical_link.as_deref();
    let says_another = match (entry.published, stored.published) {
        (Some(_), Some(_)) if !is_date_same(entry, stored) => !is_text_same(entry, stored),
        (Some(now), Some(_)) if !is_midnight(now) => false,
        (Some(_), Some(_)) | (None, None) => !are_alike(&entry.text, &stored.text),
        _ => false,
    };
    is_elsewhere && says_another && !are_alike(&entry.title, &stored.title)
}

fn domains<'a>(links: impl Iterator<Item = &'a str>) -> HashSet<String> {
    links.filter_map(|it| Url::parse(it).ok()).map(|it| link::registrable_domain(&it)).collect()
}
