//! What stands beside a country's name and says that it is none: "hotel Moskva", "Moszkva tér" and
//! "Elena Rus" are a house, a square and a singer. The words are listed by language beside the names.

use super::boundary::{divides, is_letter, is_spaced, run};
use super::folded::Folded;
use super::language::{Language, Languages};
use super::world::{Beside, Side, beside};
use crate::text::{fold, loosen};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// The words of all languages.
#[derive(Debug, Default)]
pub(super) struct Context {
    before: Words,
    behind: Words,
    /// Words that give a name another sense.
    amid: Senses,
    /// Words without which a short name is none.
    needs: Senses,
}

/// Words to be found near a name, by the name as it stands in texts.
#[derive(Debug, Default)]
struct Senses(HashMap<String, Vec<(Languages, Vec<String>)>>);

/// Words, or two of them, of which the last or first stands next to the name.
#[derive(Debug, Default)]
struct Words(HashMap<String, Vec<Mark>>);

#[derive(Debug)]
struct Mark {
    languages: Languages,
    /// It must stand with a capital.
    capital: bool,
    /// The name must stand in quotes.
    quoted: bool,
}

/// How far from a name a word is looked for that gives it another sense, in bytes.
const FAR: usize = 160;
/// The longest word that is looked at, in letters.
const LONGEST: usize = 24;
/// The shortest words that tell whether all words are written with capitals, in letters.
const SHORTEST: usize = 4;
/// So much of a text tells that, in bytes.
const SAMPLE: usize = 400;

/// Made once, when the first name is found.
pub(super) fn context() -> &'static Context {
    static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::of(beside()));
    &CONTEXT
}

impl Context {
    fn of(list: Vec<Beside>) -> Self {
        let mut context = Self::default();
        for Beside { language, side, words } in list {
            let languages = Languages::only(language);
            match side {
                Side::Before => words.iter().for_each(|word| context.before.add(word, languages)),
                Side::Behind => words.iter().for_each(|word| context.behind.add(word, languages)),
                Side::Amid(names) => context.amid.add(names, languages, &words),
                Side::Needs(names) => context.needs.add(names, languages, &words),
            }
        }
        context
    }

    /// Whether the name at `place`, which its file writes as `written`, is another's by what is beside
    /// it; `country`: it is a country's, and no person's.
    pub(super) fn tells_otherwise(
        &self,
        folded: &Folded,
        place: &Range<usize>,
        (written, country): (&str, bool),
        languages: Languages,
    ) -> bool {
        let text = folded.text();
        let end = word_end(text, place.end);
        // A house is called "Moskva" in all cases: "hotelu Moskva", but "hotely Moskvy".
        let unchanged = text[place.start..end] == folded_form(written);
        let fits = |mark: &Mark, at: usize| {
            mark.languages.meets(languages) && (!mark.capital || folded.starts_upper(at))
        };
        let before = |mark: &Mark, quoted, at| {
            fits(mark, at) && (mark.capital || unchanged) && (!mark.quoted || quoted)
        };
        let is_other = || {
            self.before.any_before(&text[..place.start], &before)
                || self.behind.any_behind(text, end, &fits)
                || is_someone(folded, place.start, written, languages)
        };
        (country && folded.starts_upper(place.start) && is_other())
            || self.amid.stand_near(text, &(place.start..end), languages)
            || self.lacks(folded, &(place.start..end), languages)
    }

    /// Whether a name is one only by what stands near it.
    pub(super) fn needs_others(&self, written: &str) -> bool {
        self.needs.0.contains_key(&folded_form(written))
    }

    /// Whether a word that needs others near it has none, or goes on: "Kim" is Kim Jong Un beside
    /// Putin, and "Kim Novak" is not.
    fn lacks(&self, folded: &Folded, place: &Range<usize>, own: Languages) -> bool {
        let text = folded.text();
        let goes_on = || {
            next_word(text, place.end).is_some_and(|(start, _)| {
                text[place.end..start].trim().is_empty() && folded.starts_upper(start)
            })
        };
        self.needs.listed(&text[place.clone()], own)
            && (!self.needs.stand_near(text, place, own) || goes_on())
    }
}

impl Senses {
    fn add(&mut self, names: &str, languages: Languages, words: &[&str]) {
        let words: Vec<String> = words.iter().map(|word| folded_form(word)).collect();
        for name in names.split('|') {
            self.0.entry(folded_form(name)).or_default().push((languages, words.clone()));
        }
    }

    fn listed(&self, word: &str, own: Languages) -> bool {
        self.0.get(word).is_some_and(|lists| lists.iter().any(|(other, _)| other.meets(own)))
    }

    /// Whether one of the words of the name at `place` stands near it.
    fn stand_near(&self, text: &str, place: &Range<usize>, own: Languages) -> bool {
        let Some(lists) = self.0.get(&text[place.clone()]) else { return false };
        let near = about(text, place, FAR);
        let stands = |word: &String| {
            let stem = word.trim_end_matches('*');
            near.match_indices(stem).any(|(at, _)| {
                !near[..at].chars().next_back().is_some_and(is_spaced)
                    && (stem.len() < word.len() || !near[at + stem.len()..].starts_with(is_spaced))
            })
        };
        let lists = lists.iter().filter(|(languages, _)| languages.meets(own));
        lists.flat_map(|(_, words)| words).any(stands)
    }
}

impl Words {
    /// `word « ` asks for quotes around the name.
    fn add(&mut self, written: &'static str, languages: Languages) {
        let word = written.trim_end_matches(['«', ' ']);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let mark = Mark { languages, capital, quoted: word.len() < written.len() };
        self.0.entry(folded_form(word)).or_default().push(mark);
    }

    fn any(&self, word: &str, fits: impl Fn(&Mark) -> bool) -> bool {
        self.0.get(word).is_some_and(|marks| marks.iter().any(fits))
    }

    /// Whether `text` ends with one of them.
    fn any_before(&self, text: &str, fits: &dyn Fn(&Mark, bool, usize) -> bool) -> bool {
        let (bare, quoted) = without_quotes(text.trim_end_matches(is_between));
        let bare = bare.trim_end_matches(is_between);
        let Some(start) = last_word(bare) else { return false };
        if bare.len() == text.len() {
            return false;
        }
        let holds = |start: usize| self.any(&bare[start..], |mark| fits(mark, quoted, start));
        holds(start) || last_word(bare[..start].trim_end_matches(is_between)).is_some_and(holds)
    }

    /// Whether one of them follows the word that ends at byte `end`: with a comma where it is listed
    /// with one.
    fn any_behind(&self, text: &str, end: usize, fits: &dyn Fn(&Mark, usize) -> bool) -> bool {
        let Some((start, word)) = next_word(text, end) else { return false };
        let between = &text[end..start];
        let (close, comma) = (between.trim_start_matches(is_between), between.starts_with(", "));
        match (close.is_empty(), comma) {
            (true, _) => self.any(word, |mark| fits(mark, start)),
            (_, true) => self.any(&format!(", {word}"), |mark| fits(mark, start)),
            _ => false,
        }
    }
}

/// Where the next word behind byte `end` of `text` begins, and the word.
fn next_word(text: &str, end: usize) -> Option<(usize, &str)> {
    let rest = &text[end..];
    let start = end + rest.len() - rest.trim_start_matches([',', ' ', '-', '\u{a0}']).len();
    let word = run(&text[start..], LONGEST).filter(|word| !word.is_empty() && start > end)?;
    Some((start, word))
}

fn folded_form(word: &str) -> String {
    loosen(&fold(word)).into_owned()
}

/// What may stand between a name and the word beside it.
fn is_between(c: char) -> bool {
    c.is_whitespace() || c == '-'
}

fn without_quotes(text: &str) -> (&str, bool) {
    let bare = text.trim_end_matches(['«', '„', '“', '”', '"', '\'', '‘', '’', '»']);
    (bare, bare.len() < text.len())
}

/// Where the last word of `text` begins.
fn last_word(text: &str) -> Option<usize> {
    let letters = text.char_indices().rev().take(LONGEST).take_while(|(_, c)| is_letter(*c));
    letters.last().map(|(at, _)| at)
}

/// Where the word ends that holds byte `at`.
fn word_end(text: &str, at: usize) -> usize {
    at + run(&text[at..], LONGEST).map_or(0, str::len)
}

/// The bytes of `text` about `place`, to whole letters.
fn about<'t>(text: &'t str, place: &Range<usize>, far: usize) -> &'t str {
    let to = (place.end.saturating_add(far)..text.len()).find(|at| text.is_char_boundary(*at));
    &text[start_of(text, place.start.saturating_sub(far))..to.unwrap_or(text.len())]
}

/// Where the letter begins that byte `at` belongs to.
fn start_of(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Languages that write adjectives and peoples with a small letter and hold to it. (Portuguese has
/// the rule, and journalists who do not.)
const SMALL: &[&str] = &["it", "es", "ca", "ro"];
/// Behind these a people may stand with a capital: "i Russi", "los Rusos".
const ARTICLES: &[&str] = &[
    "a", "agli", "ai", "al", "als", "dagli", "dai", "de", "degli", "dei", "del", "della", "delle",
    "dels", "e", "el", "els", "gli", "i", "il", "l", "la", "las", "le", "les", "lo", "los",
    "sugli", "sui", "y",
];

/// Whether an adjective stands with a capital where its language writes a small one, within a
/// sentence whose other words have none: a surname ("il tenore Russo"), or a town ("em Russas").
fn is_someone(folded: &Folded, start: usize, written: &str, languages: Languages) -> bool {
    static OWN: LazyLock<Languages> = LazyLock::new(|| {
        let own = SMALL.iter().filter_map(|tag| Language::of(tag));
        own.map(Languages::only).fold(Languages::default(), Languages::union)
    });
    if !written.starts_with(char::is_lowercase) || !languages.is_within(*OWN) {
        return false;
    }
    let text = folded.text();
    let bare = text[..start].trim_end_matches(|c| divides(c) || matches!(c, '\'' | '’'));
    let Some(at) = last_word(bare) else { return false };
    let small = !folded.starts_upper(at) && !ARTICLES.contains(&&bare[at..]);
    let joined = folded.starts_upper(at) && text[..start].ends_with('–');
    (small || joined) && !is_capitalised(folded, start)
}

/// Whether most words about byte `at` begin with a capital, as headlines of some outlets do.
fn is_capitalised(folded: &Folded, at: usize) -> bool {
    let text = folded.text();
    let (mut all, mut upper) = (0_usize, 0_usize);
    let mut next = start_of(text, at.saturating_sub(SAMPLE));
    while let Some(start) = text[next..].find(is_letter).map(|skipped| next + skipped) {
        let length = text[start..].find(|c| !is_letter(c)).unwrap_or(text.len() - start);
        if text[start..start + length].chars().count() >= SHORTEST {
            all += 1;
            upper += usize::from(folded.starts_upper(start));
        }
        next = start + length;
        if next > at + SAMPLE {
            break;
        }
    }
    upper * 3 > all * 2
}
