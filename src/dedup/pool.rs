//! Stored entries that an item with unknown keys may be, found by title, date and address.

use super::grams::Grams;
use crate::link;
use crate::model::{Entry, EntryId, StoredEntry, Time};
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Letters that a text must have to say by itself which article it is.
const LEAST_TEXT: usize = 40;
/// Letters that a title must have for the same, where everything else of an entry is new.
const LEAST_TITLE: usize = 12;
/// How much of their pairs of letters two titles or texts share that are versions of each other.
const ALIKE: f32 = 0.6;
/// Pairs of words that say by themselves whether one text is a version of another.
const LEAST_PAIRS: usize = 5;
/// Letters of a text that are compared: an excerpt is the beginning of its article.
const COMPARED: usize = 200;

/// Stored entries that no item of a document is, by what they say.
#[derive(Debug, Default)]
pub(super) struct Pool {
    entries: HashMap<EntryId, StoredEntry>,
    vanished: HashSet<EntryId>,
    by_title: HashMap<String, Vec<EntryId>>,
    by_date: HashMap<Time, Vec<EntryId>>,
    by_tail: HashMap<String, Vec<EntryId>>,
}

impl Pool {
    /// Those of `stored` that are not `claimed`. `vanished` are those that stood in the last document
    /// and do not in this one.
    pub(super) fn of(
        stored: Vec<StoredEntry>,
        claimed: &HashSet<EntryId>,
        vanished: &HashSet<EntryId>,
    ) -> Self {
        let mut pool = Self { vanished: vanished.clone(), ..Self::default() };
        for stored in stored {
            let id = stored.id;
            pool.by_title.entry(fold(&stored.title).into_owned()).or_default().push(id);
            if claimed.contains(&id) {
                continue;
            }
            for at in dates(&stored) {
                pool.by_date.entry(at).or_default().push(id);
            }
            if let Some(tail) = stored.canonical_link.as_deref().and_then(tail) {
                pool.by_tail.entry(tail).or_default().push(id);
            }
            pool.entries.insert(id, stored);
        }
        pool
    }

    /// Takes an entry out: an item is it.
    pub(super) fn take(&mut self, id: EntryId) -> Option<StoredEntry> {
        self.entries.remove(&id)
    }

    /// Where the entries of the last document lead that are not in this one.
    pub(super) fn vanished_links(&self) -> impl Iterator<Item = &str> {
        let vanished = self.vanished.iter().filter_map(|id| self.entries.get(id));
        vanished.filter_map(|stored| stored.canonical_link.as_deref())
    }

    /// For each item the one entry that it certainly is, and that no other item may be.
    pub(super) fn certain(&self, items: &[&Entry]) -> Vec<Option<EntryId>> {
        let found =
            items.iter().map(|item| only(self.candidates(item, |it, s| it.is_same(item, s))));
        each_once(found.collect())
    }

    /// For each item the one entry with its title, where that title stands on no other.
    pub(super) fn by_title(&self, items: &[&Entry]) -> Vec<Option<EntryId>> {
        each_once(items.iter().map(|item| self.titled(item)).collect())
    }

    /// [`Pool::by_title`], where something else agrees as well.
    pub(super) fn agreeing(&self, items: &[&Entry]) -> Vec<Option<EntryId>> {
        let titled = self.by_title(items);
        let agrees = |(id, item): (Option<EntryId>, &&Entry)| {
            id.filter(|id| self.entries.get(id).is_some_and(|stored| agree(item, stored)))
        };
        titled.into_iter().zip(items).map(agrees).collect()
    }

    /// For each item the one entry with its title and text.
    pub(super) fn restated(&self, items: &[&Entry]) -> Vec<Option<EntryId>> {
        let same = |item: &&Entry| {
            only(self.candidates(item, |_, stored| {
                fold(&item.title) == fold(&stored.title) && is_text_same(item, stored)
            }))
        };
        each_once(items.iter().map(same).collect())
    }

    /// Whether an item that is none of the entries for certain may be one by its title.
    pub(super) fn is_unsure(&self, item: &Entry) -> bool {
        letters(&item.title, LEAST_TITLE * 2) == LEAST_TITLE * 2
            && self.by_title.contains_key(fold(&item.title).as_ref())
    }

    fn titled(&self, item: &Entry) -> Option<EntryId> {
        if letters(&item.title, LEAST_TITLE) < LEAST_TITLE {
            return None;
        }
        // A column's name stands on many entries and says nothing about which.
        let [id] = self.by_title.get(fold(&item.title).as_ref())?.as_slice() else { return None };
        self.entries.contains_key(id).then_some(*id)
    }

    fn candidates(
        &self,
        item: &Entry,
        fits: impl Fn(&Self, &StoredEntry) -> bool,
    ) -> HashSet<EntryId> {
        let title = self.by_title.get(fold(&item.title).as_ref());
        let date = item.published.and_then(|at| self.by_date.get(&at));
        let tail = item.canonical_link.as_deref().and_then(tail);
        let tail = tail.and_then(|tail| self.by_tail.get(&tail));
        let ids = [title, date, tail].into_iter().flatten().flatten();
        ids.filter(|id| self.entries.get(id).is_some_and(|it| fits(self, it))).copied().collect()
    }

    fn is_same(&self, item: &Entry, stored: &StoredEntry) -> bool {
        let title = fold(&item.title) == fold(&stored.title) && !item.title.is_empty();
        let date = is_date_same(item, stored);
        let text = is_text_same(item, stored);
        // Posts of a live page share their day with it.
        let time = date && (is_timed(item) || has_words_of(item, stored));
        let (page, tail) = (same_page(item, stored), same_tail(item, stored));
        // The next entry of a live blog has its page and perhaps its title, but not its date.
        let vanished = self.vanished.contains(&stored.id);
        let undated = is_undated(item, stored);
        (title && date)
            || (page && (text || time))
            || (page
                && title
                && vanished
                && (is_untold(item, stored) || has_words_of(item, stored)))
            || (page && undated && is_revised(item, stored))
            || (!page && tail && (title || time || text))
            || (vanished
                && date
                && (text || (self.is_only_of_its_time(stored) && is_version(item, stored))))
    }

    fn is_only_of_its_time(&self, stored: &StoredEntry) -> bool {
        dates(stored)
            .all(|at| !is_midnight(at) && self.by_date.get(&at).is_some_and(|ids| ids.len() == 1))
    }
}

/// Whether anything beside the title is the same.
fn agree(item: &Entry, stored: &StoredEntry) -> bool {
    is_date_same(item, stored)
        || same_tail(item, stored)
        || are_alike(&item.text, &stored.text)
        || (is_undated(item, stored) && (item.text.is_empty() || stored.text.is_empty()))
        || is_untold(item, stored)
}

fn is_undated(item: &Entry, stored: &StoredEntry) -> bool {
    item.published.is_none() && stored.published.is_none()
}

/// The dates that an entry gave.
fn dates(stored: &StoredEntry) -> impl Iterator<Item = Time> {
    let again = stored.redated.filter(|_| stored.redated != stored.published);
    stored.published.into_iter().chain(again)
}

pub(super) fn is_date_same(item: &Entry, stored: &StoredEntry) -> bool {
    item.published.is_some_and(|at| dates(stored).any(|it| it == at))
}

/// Whether its date tells more than the day.
fn is_timed(item: &Entry) -> bool {
    item.published.is_some_and(|at| !is_midnight(at))
}

/// Whether one text is a version of the other for certain: other texts of a language share letters, but few
/// pairs of words.
fn has_words_of(item: &Entry, stored: &StoredEntry) -> bool {
    let (a, b) = (fold(&item.text), fold(&stored.text));
    let (a, b) = (Grams::of_words(&a), Grams::of_words(&b));
    a.len().min(b.len()) >= LEAST_PAIRS && a.containment(&b) >= ALIKE
}

/// Whether a date has no time of day, as far as that shows.
pub(super) fn is_midnight(at: Time) -> bool {
    at.timestamp() % (24 * 60 * 60) == 0
}

pub(super) fn is_text_same(item: &Entry, stored: &StoredEntry) -> bool {
    letters(&item.text, LEAST_TEXT) == LEAST_TEXT && fold(&item.text) == fold(&stored.text)
}

/// Whether title and text are versions of the other's.
fn is_revised(item: &Entry, stored: &StoredEntry) -> bool {
    are_alike(&item.title, &stored.title) && are_alike(&item.text, &stored.text)
}

/// Whether neither has a text: sitemaps have none.
fn is_untold(item: &Entry, stored: &StoredEntry) -> bool {
    item.text.is_empty() && stored.text.is_empty()
}

/// Whether title or text is a version of the other's.
fn is_version(item: &Entry, stored: &StoredEntry) -> bool {
    are_alike(&item.title, &stored.title) || are_alike(&item.text, &stored.text)
}

/// Whether both lead to one page; that of the site itself says nothing where
/// dates do.
fn same_page(item: &Entry, stored: &StoredEntry) -> bool {
    let is_told = |page: &&str| !link::is_root(page) || is_undated(item, stored);
    let page = item.canonical_link.as_deref().filter(is_told);
    page.is_some() && page == stored.canonical_link.as_deref()
}

fn same_tail(item: &Entry, stored: &StoredEntry) -> bool {
    let [a, b] =
        [&item.canonical_link, &stored.canonical_link].map(|it| it.as_deref().and_then(tail));
    a.is_some() && a == b
}

/// Path and query: what a move to another host leaves.
fn tail(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let tail = &url[url::Position::BeforePath..];
    (tail.len() > 1).then(|| tail.to_owned())
}

/// Whether two titles, or the beginnings of two texts, are versions of each other.
pub(super) fn are_alike(a: &str, b: &str) -> bool {
    let (a, b) = (pairs(a), pairs(b));
    let least = a.len().min(b.len());
    let shared = a.intersection(&b).count();
    #[expect(clippy::cast_precision_loss, reason = "some hundred pairs")]
    let share = shared as f32 / least.max(1) as f32;
    share >= ALIKE
}

/// The pairs of neighbouring letters in the beginning of a text.
fn pairs(text: &str) -> HashSet<(char, char)> {
    let folded = fold(text);
    let letters: Vec<char> =
        folded.chars().filter(|c| c.is_alphanumeric()).take(COMPARED).collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// How many letters a text has, counted no further than `most`. Those of scripts without spaces count
/// twice: they say as much in half the length.
fn letters(text: &str, most: usize) -> usize {
    let weights = text.chars().filter(|c| c.is_alphanumeric());
    let weights = weights.map(|c| if crate::text::script(c).is_spaced() { 1 } else { 2 });
    weights.take(most).sum::<usize>().min(most)
}

fn only(found: HashSet<EntryId>) -> Option<EntryId> {
    let mut found = found.into_iter();
    found.next().filter(|_| found.next().is_none())
}

/// Without those that stand for two items.
fn each_once(found: Vec<Option<EntryId>>) -> Vec<Option<EntryId>> {
    let mut times: HashMap<EntryId, usize> = HashMap::new();
    for id in found.iter().flatten() {
        *times.entry(*id).or_default() += 1;
    }
    found.into_iter().map(|id| id.filter(|id| times[id] == 1)).collect()
}
