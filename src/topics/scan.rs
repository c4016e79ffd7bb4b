//! What stands in an entry: one pass of the automaton over each of its parts, and regexes only when
//! a rule comes to ask. Whether that makes a match is left to `evaluate`.

use super::automaton::{Automaton, NAMELESS, Thing, is_in};
use super::compile::Pattern;
use super::dateline;
use super::folded::Folded;
use super::positions::Positions;
use super::reading::Reading;
use super::topic::{Prepared, Subject};
use super::zone::{Counts, Zone, Zones};
use crate::text::{fold, loosen, marked};
use std::cell::OnceCell;
use std::ops::Range;

/// The length of the lead, in characters.
const LEAD: usize = 400;
/// Finds of one regex that are counted in one part of an entry. Each costs at most one pass, so the
/// whole stays linear.
const MOST_FINDS: usize = 32;

const TITLE: Zones = Zones::of(&[Zone::Title]);
const TEXT: Zones = Zones::of(&[Zone::Lead, Zone::Body]);

/// A literal or a concept that stands in the entry.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) thing: Thing,
    pub(super) counts: Counts,
    /// Its places among the hits.
    hits: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    thing: Thing,
    name: u32,
    zone: Zone,
    start: usize,
    end: usize,
}

/// What a regex found.
#[derive(Debug, Default)]
struct Finds {
    counts: Counts,
    title: Vec<Range<usize>>,
    lead: Vec<Range<usize>>,
    body: Vec<Range<usize>>,
}

/// An entry with everything that was found in it.
pub(super) struct Scan<'s> {
    subject: &'s Subject<'s>,
    automaton: &'s Automaton,
    patterns: &'s [Pattern],
    pub(super) reading: Reading,
    title: Folded<'s>,
    text: Folded<'s>,
    /// What of title and text is no part of the article, sorted.
    left_out: [Vec<Range<usize>>; 2],
    /// Where the lead ends in the folded text, in bytes.
    lead: usize,
    hits: Vec<Hit>,
    /// By thing.
    found: Vec<Found>,
    title_positions: OnceCell<Positions>,
    text_positions: OnceCell<Positions>,
    link: OnceCell<String>,
    finds: Vec<OnceCell<Finds>>,
}

impl<'s> Scan<'s> {
    /// Looks for all literals in those parts of the entry that some rule asks about.
    pub(super) fn of(
        subject: &'s Subject<'s>,
        automaton: &'s Automaton,
        patterns: &'s [Pattern],
    ) -> Self {
        let text = if automaton.zones.meets(TEXT) { subject.text } else { "" };
        let mut scan = Self {
            subject,
            automaton,
            patterns,
            reading: Reading::of(subject.language, subject.title, text),
            title: Folded::known(subject.title, subject.prepared.map(|it| it.folded[0])),
            text: Folded::known(text, subject.prepared.map(|it| it.folded[1])),
            left_out: Default::default(),
            lead: 0,
            hits: Vec::new(),
            found: Vec::new(),
            title_positions: OnceCell::new(),
            text_positions: OnceCell::new(),
            link: OnceCell::new(),
            finds: patterns.iter().map(|_| OnceCell::new()).collect(),
        };
        scan.lead = lead_end(scan.text.text());
        scan.left_out = [(0, &scan.title), (1, &scan.text)]
            .map(|(part, folded)| left_out(folded, subject.prepared, part));
        let mut hits = Vec::new();
        scan.look(&mut hits);
        hits.sort_unstable();
        scan.found = group(&hits);
        scan.hits = hits;
        scan
    }

    fn look(&self, hits: &mut Vec<Hit>) {
        let (automaton, languages) = (self.automaton, self.reading.languages);
        let mut collect = |folded: &Folded,
                           (from, left_out): (usize, &[Range<usize>]),
                           zone_at: &dyn Fn(usize) -> Zone| {
            automaton.run(folded, languages, left_out, |find| {
                let (thing, name, place) = (find.thing, find.name, find.place);
                if place.start < from && name != NAMELESS {
                    return;
                }
                let zone = zone_at(place.start);
                hits.push(Hit { thing, name, zone, start: place.start, end: place.end });
            });
        };
        // The place of writing is no concept of the report; a rule's own words are found there too.
        let title = dateline_of(self.subject.title);
        collect(&self.title, (title, &self.left_out[0]), &|_| Zone::Title);
        let text = dateline_of(self.subject.text);
        collect(&self.text, (text, &self.left_out[1]), &|at| self.text_zone(at));
        for zone in [Zone::Author, Zone::Category, Zone::Source] {
            if automaton.zones.has(zone) {
                self.values(zone)
                    .for_each(|value| collect(&Folded::new(value), (0, &[]), &|_| zone));
            }
        }
    }

    fn text_zone(&self, at: usize) -> Zone {
        if at < self.lead { Zone::Lead } else { Zone::Body }
    }

    /// The values of a zone that has several.
    fn values(&self, zone: Zone) -> Box<dyn Iterator<Item = &'s str> + 's> {
        let subject = self.subject;
        match zone {
            Zone::Author => Box::new(subject.authors.iter().map(String::as_str)),
            Zone::Category => Box::new(subject.categories.iter().map(String::as_str)),
            Zone::Source => Box::new([subject.source.as_str(), subject.source_name].into_iter()),
            Zone::Link => Box::new(subject.link.into_iter()),
            Zone::Title | Zone::Lead | Zone::Body | Zone::Lang => Box::new(std::iter::empty()),
        }
    }

    /// The literals and concepts that stand in the entry, by number.
    pub(super) fn found(&self) -> &[Found] {
        &self.found
    }

    /// The literal or concept `thing`, if it stands somewhere.
    pub(super) fn thing(&self, thing: Thing) -> Option<&Found> {
        let at = self.found.binary_search_by_key(&thing, |found| found.thing).ok()?;
        Some(&self.found[at])
    }

    /// How often each name of a concept that was found stands in each zone; literals have none. Names
    /// that are written alike are one.
    pub(super) fn said(&self, found: &Found) -> Vec<(u32, Counts)> {
        let mut said: Vec<(u32, &str, Counts)> = Vec::new();
        for hit in self.hits[found.hits.clone()].iter().filter(|hit| hit.name != NAMELESS) {
            let Some(written) = self.automaton.name(hit.name).map(|name| &*name.written) else {
                continue;
            };
            if !said.iter().any(|(_, known, _)| *known == written) {
                said.push((hit.name, written, Counts::default()));
            }
            if let Some((_, _, counts)) = said.iter_mut().find(|(_, known, _)| *known == written) {
                counts.add(hit.zone);
            }
        }
        said.into_iter().map(|(name, _, counts)| (name, counts)).collect()
    }

    /// How often the regex `number` matches, in each zone that some rule asks it about.
    pub(super) fn regex(&self, number: u32) -> &Counts {
        &self.finds(number).counts
    }

    fn finds(&self, number: u32) -> &Finds {
        let number = number as usize;
        self.finds[number].get_or_init(|| self.search(&self.patterns[number]))
    }

    fn search(&self, pattern: &Pattern) -> Finds {
        let mut finds = Finds::default();
        let find = |text: &str, left_out: &[Range<usize>]| -> Vec<Range<usize>> {
            let found = pattern.regex.find_iter(text).map(|found| found.range());
            found.filter(|found| !is_in(left_out, found.start)).take(MOST_FINDS).collect()
        };
        if pattern.zones.meets(TITLE) {
            finds.title = find(self.title.text(), &self.left_out[0]);
            finds.title.iter().for_each(|_| finds.counts.add(Zone::Title));
        }
        if pattern.zones.meets(TEXT) {
            let all = find(self.text.text(), &self.left_out[1]);
            let lead = all.partition_point(|found| found.start < self.lead);
            (finds.lead, finds.body) = (all[..lead].to_vec(), all[lead..].to_vec());
            finds.lead.iter().for_each(|_| finds.counts.add(Zone::Lead));
            finds.body.iter().for_each(|_| finds.counts.add(Zone::Body));
        }
        for zone in [Zone::Author, Zone::Category, Zone::Source, Zone::Link] {
            if pattern.zones.has(zone) {
                let folded = self.values(zone).map(Folded::new);
                let matching = folded.filter(|value| pattern.regex.is_match(value.text()));
                matching.for_each(|_| finds.counts.add(zone));
            }
        }
        finds
    }

    /// The entry's language tag.
    pub(super) fn language(&self) -> Option<&str> {
        self.subject.language
    }

    /// The entry's link, folded; empty where it has none.
    pub(super) fn link(&self) -> &str {
        self.link.get_or_init(|| fold(self.subject.link.unwrap_or("")).into_owned())
    }

    /// Where literals and regexes stand in the title.
    pub(super) fn in_title(&self, literals: &[u32], regexes: &[u32]) -> Vec<Range<usize>> {
        let mut places = self.places(literals, TITLE);
        places.extend(regexes.iter().flat_map(|&regex| self.finds(regex).title.iter().cloned()));
        places.sort_unstable_by_key(|place| place.start);
        places
    }

    /// Where literals and regexes stand in those parts of the text that are in `zones`.
    pub(super) fn in_text(
        &self,
        literals: &[u32],
        regexes: &[u32],
        zones: Zones,
    ) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for zone in [Zone::Lead, Zone::Body].into_iter().filter(|zone| zones.has(*zone)) {
            places.extend(self.places(literals, Zones::of(&[zone])));
            places.extend(regexes.iter().flat_map(|&regex| {
                let finds = self.finds(regex);
                if zone == Zone::Lead { &finds.lead } else { &finds.body }.iter().cloned()
            }));
        }
        places.sort_unstable_by_key(|place| place.start);
        places
    }

    fn places(&self, literals: &[u32], zones: Zones) -> Vec<Range<usize>> {
        let asked = self.found.iter().filter(|found| literals.binary_search(&found.thing).is_ok());
        let hits = asked.flat_map(|found| &self.hits[found.hits.clone()]);
        hits.filter(|hit| zones.has(hit.zone)).map(|hit| hit.start..hit.end).collect()
    }

    pub(super) fn title_positions(&self) -> &Positions {
        self.title_positions.get_or_init(|| Positions::of(self.title.text()))
    }

    pub(super) fn text_positions(&self) -> &Positions {
        self.text_positions.get_or_init(|| Positions::of(self.text.text()))
    }
}

/// What is no part of the article in the folded and loosened title (part 0) or text.
fn left_out(folded: &Folded, prepared: Option<Prepared>, part: usize) -> Vec<Range<usize>> {
    let Some(Prepared { folded: before, left_out }) = prepared else {
        return marked(folded.text());
    };
    let before = before[part];
    let moved = |at: usize| if folded.is_shifted() { loosen(&before[..at]).len() } else { at };
    // A title that was used again ("Live: the war") still says what it says.
    let places = left_out[part].iter().filter(|place| part != 0 || place.len() < before.len());
    places.map(|place| moved(place.start)..moved(place.end)).collect()
}

/// Where the dateline ends in the folded text.
fn dateline_of(text: &str) -> usize {
    loosen(&fold(&text[..dateline::length(text)])).len()
}

fn lead_end(text: &str) -> usize {
    if text.len() <= LEAD {
        return text.len();
    }
    text.char_indices().nth(LEAD).map_or(text.len(), |(at, _)| at)
}

/// One `Found` for each run of hits of the same thing.
fn group(hits: &[Hit]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut start = 0;
    for run in hits.chunk_by(|a, b| a.thing == b.thing) {
        let mut counts = Counts::default();
        for hit in run {
            counts.add(hit.zone);
        }
        let hits = start..start + run.len();
        start = hits.end;
        found.push(Found { thing: run[0].thing, counts, hits });
    }
    found
}
