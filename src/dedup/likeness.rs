//! Whether two texts are one: the rule that decides about what the index proposes. Precise first: a
//! copy is shown as one item with its original, so what is wrongly called one is news that nobody
//! sees.

use super::gist::{self, Gist};
use super::grams::{Grams, numbers};
use crate::model::{GroupId, Original, SourceNo};
use crate::text::{weight, words};
use std::cell::OnceCell;
use std::collections::HashMap;

/// Share of pieces of characters in both that makes two texts one.
const LIKE: f32 = 0.6;
/// The same for short ones, where one word is the difference between two days of weather.
const LIKE_SHORT: f32 = 0.8;
/// What is short, by [`weight`].
const SHORT: usize = 28;
/// The same within a source: what it writes twice is a form that it fills in.
const LIKE_WITHIN_SOURCE: f32 = 0.85;
/// Share of the shorter text's pairs of words in the longer one that makes the shorter a part of it.
const PART: f32 = 0.8;
/// Pairs of words that the shorter one must have for that.
const LEAST_PAIRS: usize = 5;
/// What must be in common with the first entry of a group, so that a chain of small changes does not
/// lead from one text to another.
const LIKE_OPENING: f32 = 0.35;
/// Of a text that was cut off, the share whose numbers another edition must have too: a dateline
/// before it moves the rest out of sight.
const BEFORE_CUT: (usize, usize) = (17, 20);

/// The original that a text is a copy of: the likest, the earliest of several.
#[must_use]
pub(super) fn original<'o>(
    gist: &Gist,
    source: SourceNo,
    candidates: impl IntoIterator<Item = &'o Original>,
) -> Option<&'o Original> {
    let text = Compared::of(gist);
    let like = candidates.into_iter().filter_map(|candidate| {
        let other = Gist::from_text(candidate.text.clone(), candidate.edition);
        let share = text.likeness(&Compared::of(&other), source == candidate.source)?;
        Some((share, candidate, other))
    });
    let like: Vec<_> = like.collect();
    if is_template(gist, source, &like) {
        return None;
    }
    let found = like
        .iter()
        .filter(|(_, candidate, other)| {
            let is_form = source == candidate.source && is_bare(gist) && is_bare(other);
            !is_form && text.is_of_group(candidate)
        })
        .min_by(|(a, one, _), (b, other, _)| b.total_cmp(a).then(one.entry.cmp(&other.entry)));
    found.map(|(_, candidate, _)| *candidate)
}

/// A title without text that a source uses again, or has used for entries that are no copies of each
/// other, is a template, whoever else uses it.
fn is_template(gist: &Gist, source: SourceNo, like: &[(f32, &Original, Gist)]) -> bool {
    let mut uses: HashMap<(SourceNo, &str), GroupId> = HashMap::new();
    like.iter().filter(|(_, _, other)| is_bare(other)).any(|(_, candidate, other)| {
        let is_repeated =
            source == candidate.source && is_bare(gist) && gist.text() == other.text();
        let group = uses.entry((candidate.source, other.text())).or_insert(candidate.group);
        is_repeated || *group != candidate.group
    })
}

fn is_bare(gist: &Gist) -> bool {
    gist.lead().is_none() && !gist.edition
}

/// A text with what is counted of it, most of it only when it is asked for.
struct Compared<'g> {
    gist: &'g Gist,
    grams: OnceCell<Grams>,
    title: OnceCell<Grams>,
    pairs: OnceCell<Grams>,
    numbers: OnceCell<Vec<String>>,
    words: OnceCell<Vec<&'g str>>,
}

impl<'g> Compared<'g> {
    fn of(gist: &'g Gist) -> Self {
        Self {
            gist,
            grams: OnceCell::new(),
            title: OnceCell::new(),
            pairs: OnceCell::new(),
            numbers: OnceCell::new(),
            words: OnceCell::new(),
        }
    }

    fn grams(&self) -> &Grams {
        self.grams.get_or_init(|| Grams::of(self.gist.text()))
    }

    fn title(&self) -> &Grams {
        self.title.get_or_init(|| Grams::of(self.gist.title()))
    }

    fn pairs(&self) -> &Grams {
        self.pairs.get_or_init(|| Grams::of_words(self.gist.text()))
    }

    fn numbers(&self) -> &[String] {
        self.numbers.get_or_init(|| numbers(self.gist.text()))
    }

    /// In order, repeated ones too.
    fn words(&self) -> &[&'g str] {
        self.words.get_or_init(|| {
            let mut words: Vec<&str> = words(self.gist.text()).collect();
            words.sort_unstable();
            words
        })
    }

    /// How much is in common, if that makes them one text.
    fn likeness(&self, other: &Compared<'_>, within_source: bool) -> Option<f32> {
        if self.gist.text() == other.gist.text() {
            return Some(1.0);
        }
        let (a, b) = (self.gist, other.gist);
        let editions = a.edition || b.edition;
        let share = || match (a.lead(), b.lead()) {
            (Some(_), Some(_)) | (None, None) => self.grams().jaccard(other.grams()),
            _ => self.title().jaccard(other.title()),
        };
        if within_source && !editions {
            let share = Some(share()).filter(|share| *share >= LIKE_WITHIN_SOURCE);
            return share.filter(|_| self.numbers() == other.numbers());
        }
        let shorter = weight(a.text(), SHORT).min(weight(b.text(), SHORT));
        let least = if shorter < SHORT { LIKE_SHORT } else { LIKE };
        let may_be = self.share_at_most(other) >= least;
        let is_like = (may_be && share() >= least) || self.is_part(other);
        (is_like && !self.contradicts(other)).then(share)
    }

    /// What no share of pieces in both can exceed: most candidates are known by it not to be alike.
    fn share_at_most(&self, other: &Compared<'_>) -> f32 {
        match (self.gist.lead(), other.gist.lead()) {
            (Some(_), Some(_)) | (None, None) => self.grams().at_most(other.gist.text()),
            _ => self.title().at_most(other.gist.title()),
        }
    }

    /// Whether the text is still that of the candidate's group.
    fn is_of_group(&self, candidate: &Original) -> bool {
        let Some(opening) = &candidate.opening else { return true };
        let opening = Gist::from_text(opening.clone(), false);
        let opening = Compared::of(&opening);
        let is_like = self.grams().jaccard(opening.grams()) >= LIKE_OPENING
            || self.title().jaccard(opening.title()) >= LIKE
            || self.is_part(&opening);
        is_like && !self.contradicts(&opening)
    }

    /// Whether the shorter one stands in the longer.
    fn is_part(&self, other: &Compared<'_>) -> bool {
        let (a, b) = (self.pairs(), other.pairs());
        a.len().min(b.len()) >= LEAST_PAIRS && a.containment(b) >= PART
    }

    /// Other numbers are another day, another score, another toll. A shorter text may have fewer of them.
    fn contradicts(&self, other: &Compared<'_>) -> bool {
        !self.has_numbers_of(other) && !other.has_numbers_of(self) || self.is_form(other)
    }

    fn has_numbers_of(&self, other: &Compared<'_>) -> bool {
        let has = |number: &String| self.numbers().binary_search(number).is_ok();
        let all = other.numbers();
        all.iter().all(has) || {
            let certain = certain(other.gist);
            certain.len() < other.gist.text().len() && numbers(certain).iter().all(has)
        }
    }

    /// The same words about something else: each repeats a word that the other has nowhere. An edit does not
    /// reach every place.
    fn is_form(&self, other: &Compared<'_>) -> bool {
        self.repeats_alone(other) && other.repeats_alone(self)
    }

    fn repeats_alone(&self, other: &Compared<'_>) -> bool {
        let mut repeated = self.words().windows(2).filter(|pair| pair[0] == pair[1]);
        repeated.any(|pair| other.words().binary_search(&pair[0]).is_err())
    }
}

/// The part of a text that another edition of it must have too, if it is the longer one.
fn certain(gist: &Gist) -> &str {
    let text = gist.text();
    if !gist::is_cut(gist) {
        return text;
    }
    let (of, all) = BEFORE_CUT;
    let end = text.len() * of / all;
    let end = (end..text.len()).find(|at| text.is_char_boundary(*at));
    end.map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntryId, GroupId, StoryId};
    use crate::text::fold;

    fn gist(title: &str, text: &str) -> Gist {
        Gist::of([&fold(title), &fold(text)]).unwrap()
    }

    fn stored(entry: i64, source: i64, gist: &Gist) -> Original {
        Original {
            entry: EntryId(entry),
            source: SourceNo(source),
            story: StoryId(entry),
            group: GroupId(entry),
            text: gist.text().to_owned(),
            edition: gist.edition,
            opening: None,
        }
    }

    /// Whether the second, of another outlet, is a copy of the first.
    fn copies(a: (&str, &str), b: (&str, &str)) -> bool {
        original(&gist(b.0, b.1), SourceNo(2), &[stored(1, 1, &gist(a.0, a.1))]).is_some()
    }

    #[test]
    fn an_edited_title_is_a_copy() {
        let title = "Putin arrives in Pyongyang for first visit in 24 years";
        for edited in [
            "Putin arrives in Pyongyang for first visit in 24 years - Daily Courier",
            "UPDATE 2-Putin arrives in Pyongyang for first visit in 24 years",
            "Putin arrives in Pyongyang for visit in 24 years",
            "Putin arrives in Pyongyang for historic visit in 24 years",
            "Putin arrives in Pyongyang for first visit",
        ] {
            assert!(copies((title, ""), (edited, "")), "{edited}");
        }
    }

    #[test]
    fn an_edited_title_is_a_copy_in_scripts_without_spaces_and_in_korean() {
        for (title, edited) in [
            (
                "プーチン大統領が24年ぶりに北朝鮮を訪問し金総書記と会談",
                "【更新】プーチン大統領が24年ぶりに北朝鮮を訪問し金正恩総書記と会談",
            ),
            (
                "普京時隔二十四年再次訪問朝鮮並與金正恩舉行會談",
                "速報 普京時隔二十四年再次訪問朝鮮並與金正恩會談",
            ),
            (
                "푸틴, 24년 만에 평양 도착해 김정은과 정상회담 예정",
                "[속보] 푸틴, 24년 만에 평양 도착…김정은과 정상회담 예정",
            ),
        ] {
            assert!(copies((title, ""), (edited, "")), "{edited}");
        }
    }

    #[test]
    fn other_numbers_are_other_news() {
        assert!(!copies(
            ("Magnitude 5.1 earthquake strikes off the coast of Hokkaido", ""),
            ("Magnitude 6.3 earthquake strikes off the coast of Hokkaido", ""),
        ));
        assert!(!copies(
            ("Exchange rates of the central bank for 19 June 2024", ""),
            ("Exchange rates of the central bank for 20 June 2024", ""),
        ));
    }

    #[test]
    fn the_same_lead_under_other_titles_is_a_copy_and_the_same_title_over_another_text_is_not() {
        let lead = "Russian President Vladimir Putin arrived in North Korea early on Wednesday for his first \
                    visit in 24 years and was met at the airport by leader Kim Jong Un, state media said.";
        let other = "The two leaders will sign documents on trade, on tourism and on security, an aide told \
                     reporters, and the talks are expected to last for several hours behind closed doors.";
        assert!(copies(("Putin lands in Pyongyang", lead), ("Kim meets Putin at airport", lead)));
        assert!(!copies(("Putin lands in Pyongyang", lead), ("Putin lands in Pyongyang", other)));
        assert!(copies(
            ("Putin lands in Pyongyang for talks today", lead),
            ("Putin lands in Pyongyang for talks today", "")
        ));
        assert!(copies(("Putin lands in Pyongyang", lead), ("Putin in Pyongyang", &lead[..90])));
    }

    #[test]
    fn a_form_that_a_source_fills_in_is_no_copy() {
        let first = gist("Obituary: Kim Chol-su, teacher, of Busan, aged 84", "");
        let second = gist("Obituary: Park Min-ho, teacher, of Busan, aged 84", "");
        assert!(original(&second, SourceNo(1), &[stored(1, 1, &first)]).is_none());
        let same = gist("The morning briefing of our newsroom", "");
        let twice = [stored(1, 1, &same), stored(2, 1, &same)];
        assert!(original(&same, SourceNo(1), &twice[..1]).is_none());
        assert!(original(&same, SourceNo(2), &twice).is_none());
        assert!(original(&same, SourceNo(2), &twice[..1]).is_some());
    }

    #[test]
    fn the_same_words_about_something_else_are_no_copy() {
        let about = |place: &str| {
            let title = format!("Earthquake shakes {place}, no damage reported");
            let text = format!(
                "An earthquake shook {place} on Wednesday morning, and officials said that \
                 nobody was hurt and that the power stayed on in most towns."
            );
            gist(&title, &text)
        };
        let first = stored(1, 1, &about("Chile"));
        assert!(original(&about("Peru"), SourceNo(2), std::slice::from_ref(&first)).is_none());
        assert!(original(&about("Chile"), SourceNo(2), &[first]).is_some());
    }

    #[test]
    fn another_edition_within_a_source_is_a_copy() {
        let first = gist("Oil prices fall as traders weigh supply fears in Europe", "");
        let second = gist("UPDATE 1-Oil prices fall as traders weigh supply fears", "");
        assert!(original(&second, SourceNo(1), &[stored(1, 1, &first)]).is_some());
    }

    #[test]
    fn a_chain_of_small_changes_does_not_lead_to_another_text() {
        let opening = gist("Minister opens bridge over the river in the north of the country", "");
        let middle =
            gist("Minister opens road tunnel under the hills in the south of the country", "");
        let last = gist("Minister opens road tunnel under the hills in the south after delays", "");
        let mut candidate = stored(2, 1, &middle);
        assert!(original(&last, SourceNo(2), &[candidate.clone()]).is_some());
        candidate.opening = Some(opening.text().to_owned());
        assert!(original(&last, SourceNo(2), &[candidate]).is_none());
    }
}
