//! The real dedup over a list of entries, without a store: for measuring and for trying.

use super::{
    Copies, Likeness, Named, Originals, Stories, Terms, Witnesses, evidence_of, hour, hours,
    identify, resolve,
};
use crate::model::{
    DocumentEntry, Entry, EntryId, GuidTrust, Identity, Known, KnownEntry, PendingEntry, Relation,
    SourceId, SourceNo, StoryId, Time, Witness,
};
use crate::text::{Boilerplate, fold, leave_out};
use std::collections::HashMap;
use std::time::Duration;

/// Entries replayed so far.
#[derive(Debug)]
pub struct Replay {
    window: Duration,
    witnesses: Witnesses,
    copies: Copies,
    originals: Originals,
    tellings: Stories,
    naming: Option<Naming>,
    sources: HashMap<SourceId, Memory>,
    stories: HashMap<EntryId, StoryId>,
    next: i64,
}

/// Says what a title in some language names.
pub type Naming = fn([&str; 2], Option<&str>) -> Vec<Named>;

/// What is remembered of one source.
#[derive(Debug)]
struct Memory {
    no: SourceNo,
    known: Known,
    trust: GuidTrust,
    boilerplate: Boilerplate,
}

/// What one replayed entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// Its number: new ones count up from 1; a revision has that of the entry it revises.
    pub entry: EntryId,
    /// Its story.
    pub story: StoryId,
    /// How it relates to what came before.
    pub relation: ReplayRelation,
    /// The entry that it copies, tells again or revises.
    pub of: Option<EntryId>,
}

/// How a replayed entry relates to what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayRelation {
    /// It is new, and stands so among stories.
    New(Relation),
    /// It revises an entry of its source.
    Revision,
    /// It is an entry of its source as it was.
    Unchanged,
}

impl ReplayRelation {
    /// The word for it in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New(relation) => relation.word(),
            Self::Revision => "revision",
            Self::Unchanged => "unchanged",
        }
    }
}

impl Replay {
    /// A replay that looks for copies within `window`, and for stories in `tellings`; in other languages
    /// too where `naming` says what titles name.
    #[must_use]
    pub fn new(window: Duration, tellings: Stories, naming: Option<Naming>) -> Self {
        Self {
            window,
            witnesses: Witnesses::default(),
            copies: Copies::new(window),
            originals: Originals::default(),
            tellings,
            naming,
            sources: HashMap::new(),
            stories: HashMap::new(),
            next: 0,
        }
    }

    /// Takes the next entry of `source`, first seen at `seen`, as a poll that brought it alone.
    pub fn take(&mut self, source: &SourceId, entry: Entry, seen: Time) -> Replayed {
        match self.identify(source, &entry) {
            Identity::New => {
                self.next += 1;
                self.remember(source, &entry, EntryId(self.next));
                self.resolve(source, entry, seen)
            }
            Identity::Revises(id) => {
                self.remember(source, &entry, id);
                self.again(id, ReplayRelation::Revision)
            }
            Identity::Unchanged(id) => {
                let id = id.unwrap_or(EntryId(0));
                self.remember(source, &entry, id);
                self.again(id, ReplayRelation::Unchanged)
            }
        }
    }

    fn identify(&mut self, source: &SourceId, entry: &Entry) -> Identity {
        let memory = self.memory(source);
        let item = DocumentEntry::Read { fingerprint: None, entry: Box::new(entry.clone()) };
        let (decisions, trust) = identify(&[item], &memory.known, memory.trust);
        memory.trust = trust;
        decisions.first().map_or(Identity::Unchanged(None), |decision| decision.identity)
    }

    fn memory(&mut self, source: &SourceId) -> &mut Memory {
        let no = SourceNo(i64::try_from(self.sources.len()).unwrap_or(i64::MAX));
        self.sources.entry(source.clone()).or_insert_with(|| Memory {
            no,
            known: Known::default(),
            trust: GuidTrust::default(),
            boilerplate: Boilerplate::default(),
        })
    }

    fn remember(&mut self, source: &SourceId, entry: &Entry, id: EntryId) {
        let known = &mut self.memory(source).known;
        let stored = known.entries.entry(id).or_insert_with(|| KnownEntry {
            digest: entry.digest,
            keys: Vec::new(),
            published: None,
        });
        stored.digest = entry.digest;
        for key in &entry.keys {
            if !known.by_key.contains_key(key) {
                known.by_key.insert(*key, id);
                stored.keys.push(*key);
            }
        }
    }

    fn again(&self, id: EntryId, relation: ReplayRelation) -> Replayed {
        let story = self.stories.get(&id).copied().unwrap_or(StoryId(id.0));
        Replayed { entry: id, story, relation, of: Some(id) }
    }

    fn resolve(&mut self, source: &SourceId, entry: Entry, seen: Time) -> Replayed {
        let (id, no) = (EntryId(self.next), self.memory(source).no);
        let Some(key) = entry.keys.first().copied() else {
            return self.again(id, ReplayRelation::Unchanged);
        };
        let pending = PendingEntry {
            id,
            change: 1,
            source: no,
            source_id: source.clone(),
            key,
            first_seen: seen,
            published: entry.published,
            link: entry.link.map(String::from),
            canonical_link: entry.canonical_link,
            title: entry.title,
            text: entry.text,
            authors: entry.authors,
            categories: entry.categories,
            language: entry.language,
            sequenced: None,
        };
        let evidence = evidence_of(&pending);
        let (likeness, terms) = self.look(source, &pending);
        let candidates = self.candidates(&pending, likeness.as_ref());
        let copied =
            likeness.as_ref().and_then(|likeness| self.originals.copied(likeness, no, &candidates));
        let verdict = resolve(&pending, &evidence, &self.witnesses, copied).verdict;
        self.tellings.arrive(seen);
        let (verdict, _) = self.tellings.take(id, seen, &terms, verdict);
        let (story, group, relation, of) = verdict.place(id);
        let witness = Witness { entry: id, source: no, story, group, seen };
        if let Some(likeness) = &likeness {
            let copied = of.filter(|_| relation == Relation::Copy);
            self.originals.add(likeness, &witness, copied);
        }
        self.witnesses.add(&evidence, &witness);
        self.stories.insert(id, story);
        Replayed { entry: id, story, relation: ReplayRelation::New(relation), of }
    }

    fn look(&mut self, source: &SourceId, entry: &PendingEntry) -> (Option<Likeness>, Terms) {
        let window = self.window;
        let (title, text) = (fold(&entry.title), fold(&entry.text));
        let boilerplate = &mut self.memory(source).boilerplate;
        let left_out = boilerplate.take([&title, &text], hour(entry.first_seen), hours(window));
        let kept = [leave_out(&title, &left_out[0]), leave_out(&text, &left_out[1])];
        let kept = [&*kept[0], &*kept[1]];
        let mut terms = Terms::of([&entry.title, &entry.text], kept);
        if let Some(naming) = self.naming {
            let language = entry.language.as_deref();
            let written = [&*entry.title, &*entry.text];
            terms = terms.across(written, language, &naming(written, language));
        }
        (Likeness::of(kept), terms)
    }

    fn candidates(&mut self, entry: &PendingEntry, likeness: Option<&Likeness>) -> Vec<EntryId> {
        let Some(Likeness { minima, .. }) = likeness else { return Vec::new() };
        let found = self.copies.candidates(entry.first_seen, minima);
        self.copies.add(entry.id, entry.first_seen, minima);
        found.iter().map(|candidate| candidate.entry).collect()
    }
}
