//! What Muara promises (docs/identity.md), said once more and apart from its code: by which evidence an
//! article has to be known again, and what keeps two apart. A site does nothing that leaves less; what
//! it does beyond is not promised.

use super::article::Face;
use std::collections::{BTreeMap, BTreeSet};

/// So many guids that change under articles that stay are a habit.
const HABIT: usize = 2;

/// What has been read of a site.
#[derive(Debug, Default)]
pub(super) struct Past {
    faces: BTreeMap<String, Vec<Face>>,
    guids: BTreeMap<String, BTreeSet<String>>,
    pages: BTreeMap<String, BTreeSet<String>>,
    titles: BTreeMap<(String, String), BTreeSet<String>>,
    /// Whether guids were ever caught lying: believed no more.
    are_guids_false: bool,
    /// Whether that is beyond doubt: before, they may still be believed.
    are_guids_refuted: bool,
    /// Whether items without guids to go by ever shared a link: links are believed no more, either.
    are_links_false: bool,
    /// The articles of the last document: only what vanished from the list is looked for by its words.
    last: BTreeSet<String>,
}

/// Whether only `name` is among those that `value` ever stood for.
fn is_sole<K: Ord>(owners: &BTreeMap<K, BTreeSet<String>>, value: &K, name: &str) -> bool {
    owners.get(value).is_none_or(|names| names.iter().all(|owner| owner == name))
}

impl Past {
    /// Takes what one document said.
    pub(super) fn read(&mut self, faces: &[(String, Face)]) {
        self.judge(faces);
        let by_guid = by(faces, |face| face.guid.as_ref());
        self.are_guids_refuted |= by_guid.into_values().any(|names| {
            let of_guid = faces.iter().filter(|(name, _)| names.contains(name));
            of_guid.filter_map(|(_, face)| face.page.as_ref()).collect::<BTreeSet<_>>().len() > 1
        });
        self.last = faces.iter().map(|(name, _)| name.clone()).collect();
        for (name, face) in faces {
            self.note(name, face);
        }
    }

    /// What a document shows of its ids and links goes for itself as well: guids that several articles
    /// have or had, or that change under articles that stay; links that several share that have no guids.
    pub(super) fn judge(&mut self, faces: &[(String, Face)]) {
        let has_changed = |(name, face): &&(String, Face)| {
            let last = self.faces.get(name).and_then(|faces| faces.last());
            last.is_some_and(|last| {
                last.guid != face.guid && last.guid.is_some() && face.guid.is_some()
            })
        };
        let is_others = |(name, face): &(String, Face)| {
            face.guid.as_ref().is_some_and(|guid| !is_sole(&self.guids, guid, name))
        };
        let are_shared = by(faces, |face| face.guid.as_ref()).values().any(|names| names.len() > 1);
        self.are_guids_false |= are_shared
            || faces.iter().any(is_others)
            || faces.iter().filter(has_changed).count() >= HABIT;
        let has_guids = faces.iter().any(|(_, face)| face.guid.is_some()) && !self.are_guids_false;
        let are_crowded =
            by(faces, |face| face.page.as_ref()).values().any(|names| names.len() > 1);
        self.are_links_false |= !has_guids && are_crowded;
    }

    fn note(&mut self, name: &str, face: &Face) {
        if let Some(guid) = &face.guid {
            self.guids.entry(guid.clone()).or_default().insert(name.to_owned());
        }
        if let Some(page) = &face.page {
            self.pages.entry(page.clone()).or_default().insert(name.to_owned());
        }
        if let Some(title) = titled(face) {
            self.titles.entry(title).or_default().insert(name.to_owned());
        }
        let faces = self.faces.entry(name.to_owned()).or_default();
        if faces.last() != Some(face) {
            faces.push(face.clone());
        }
    }

    pub(super) fn has_read(&self, name: &str) -> bool {
        self.faces.contains_key(name)
    }

    /// Whether what is told apart by its guid alone may share a page with another.
    pub(super) fn believes_guids(&self) -> bool {
        !self.are_guids_false
    }

    /// Whether `face` has to be taken for the article `name`, which was read before.
    pub(super) fn knows(&self, name: &str, face: &Face) -> bool {
        let Some(faces) = self.faces.get(name) else { return true };
        let last = &faces[faces.len() - 1];
        faces.iter().any(|old| self.has_key_of(name, face, old, last))
            || self.is_like(name, face, last)
    }

    fn has_key_of(&self, name: &str, face: &Face, old: &Face, last: &Face) -> bool {
        self.has_guid_of(name, face, old, last)
            || self.has_page_of(name, face, old, last)
            || (face.has_title_of(old) && face.has_date_of(old))
    }

    /// A guid on another page, at another time, with another title and text is no guid. The day is no time:
    /// guids may be days, or the same for all of a day.
    fn has_guid_of(&self, name: &str, face: &Face, old: &Face, last: &Face) -> bool {
        let Some(guid) = face.guid.as_ref().filter(|_| face.guid == old.guid) else { return false };
        let has_page = face.page == last.page
            && face.page.as_ref().is_some_and(|page| is_sole(&self.pages, page, name));
        let is_kin = has_page
            || face.has_second_of(last)
            || face.has_title_of(last)
            || face.has_text_of(last);
        !self.are_guids_false && is_sole(&self.guids, guid, name) && is_kin
    }

    /// Under a guid of its own that is new and believed, the page alone, or the page and the day, could be
    /// those of the next article.
    fn has_page_of(&self, name: &str, face: &Face, old: &Face, last: &Face) -> bool {
        let Some(page) = face.page.as_ref().filter(|_| face.page == old.page) else { return false };
        let is_alone = face.guid.is_none() || face.guid == old.guid;
        if self.are_links_false {
            return false;
        }
        let is_kin = is_alone || face.has_second_of(last) || face.has_text_of(last);
        is_sole(&self.pages, page, name) && is_kin
    }

    /// What settles a case that keys leave open, compared with what was last read.
    fn is_like(&self, name: &str, face: &Face, last: &Face) -> bool {
        let is_page = last.page.as_ref().is_some_and(|page| is_sole(&self.pages, page, name));
        let has_path = is_page
            && face.page != last.page
            && face.has_path_of(last)
            && (face.has_title_of(last) || face.has_second_of(last) || face.has_text_of(last));
        let is_said = has_path || (face.has_second_of(last) && face.has_text_of(last));
        is_said && self.last.contains(name)
    }

    /// Whether `face` of the article `name` must not be taken for another's.
    pub(super) fn keeps_apart(&self, name: &str, face: &Face) -> bool {
        let has_guid = !self.are_guids_false
            && face.guid.as_ref().is_some_and(|guid| is_sole(&self.guids, guid, name));
        let title = titled(face);
        let has_title = title.as_ref().is_some_and(|title| is_sole(&self.titles, title, name));
        let has_page = !self.are_links_false
            && face.page.as_ref().is_some_and(|page| is_sole(&self.pages, page, name));
        let is_marked = match &face.page {
            Some(_) if has_page => has_title || title.is_none() || has_guid,
            // Posts of a page that have no guids are told apart only where several stand in one list. What was
            // read of the page without a guid is the page, whatever guids come later.
            Some(page) => has_guid && self.are_marked(page),
            None => has_guid || has_title,
        };
        is_marked && (has_title || title.is_none()) && self.is_no_heir(name, face, has_page)
    }

    /// Whether no article that had this guid had a word of this title.
    fn has_new_title(&self, guid: &String, face: &Face) -> bool {
        let words: BTreeSet<&str> = face.title.split_whitespace().collect();
        let owners = self.guids.get(guid).into_iter().flatten();
        let mut faces = owners.filter_map(|name| self.faces.get(name)).flatten();
        !words.is_empty()
            && faces.all(|face| face.title.split_whitespace().all(|word| !words.contains(word)))
    }

    /// Whether all that was read of a page had guids.
    fn are_marked(&self, page: &str) -> bool {
        let on_page = |face: &&Face| face.page.as_deref() == Some(page);
        let owners = self.pages.get(page).into_iter().flatten();
        let mut faces = owners.filter_map(|name| self.faces.get(name)).flatten().filter(on_page);
        faces.all(|face| face.guid.is_some())
    }

    /// A guid that was another's must come with everything else new, no word of the title left: one that
    /// keeps its guid and its title (a column whose guids are digests of its title) was moved and rewritten.
    fn is_no_heir(&self, name: &str, face: &Face, has_page: bool) -> bool {
        let Some(guid) = &face.guid else { return true };
        let is_new = has_page
            && face.date.is_some()
            && !face.text.is_empty()
            && self.has_new_title(guid, face);
        is_sole(&self.guids, guid, name) || self.are_guids_refuted || is_new
    }
}

/// The articles of a document by something that their faces show.
fn by(
    faces: &[(String, Face)],
    what: impl Fn(&Face) -> Option<&String>,
) -> BTreeMap<&String, BTreeSet<&String>> {
    let mut articles = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, face) in faces {
        if let Some(value) = what(face) {
            articles.entry(value).or_default().insert(name);
        }
    }
    articles
}

fn titled(face: &Face) -> Option<(String, String)> {
    let date = face.date.as_ref()?;
    (!face.title.is_empty()).then(|| (face.title.clone(), date.value.clone()))
}
