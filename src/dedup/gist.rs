//! What of an entry is compared with others: its title and the beginning of its text, as letters,
//! without edition marks and without what the source repeats.

use super::edition::without_marks;
use crate::text::{self, words};

/// How much of the text is compared, by [`text::weight`]: the beginning is what an agency's
/// subscribers print, and what summaries of different lengths have in common.
const LEAD: usize = 240;
/// A text that says less is no text: "Photo: AP".
const LEAST_LEAD: usize = 8;
/// What title and text must say together to be compared; "Weather" proves nothing.
const LEAST: usize = 16;
/// The same for a title without any text below it.
const LEAST_TITLE: usize = 24;

/// What is compared of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// The letters of the title, and of the text behind a line feed where there is one.
    text: String,
    /// Where the title ends.
    title: usize,
    /// Whether the title bore the mark of an edition.
    pub(super) edition: bool,
}

impl Gist {
    /// The gist of a folded title and text; `None` where they say too little.
    #[must_use]
    pub fn of([title, text]: [&str; 2]) -> Option<Self> {
        let (title, edition) = without_marks(title);
        let mut gist = Self { text: text::letters(title), title: 0, edition };
        gist.title = gist.text.len();
        gist.add_lead(text);
        let least = if gist.lead().is_some() { LEAST } else { LEAST_TITLE };
        (text::weight(&gist.text, least) >= least).then_some(gist)
    }

    /// Some publishers repeat the title as the first words of the text.
    fn add_lead(&mut self, text: &str) {
        let lead = lead(text);
        let lead = match lead.strip_prefix(&self.text) {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => rest.trim_start(),
            _ => &lead,
        };
        if text::weight(lead, LEAST_LEAD) >= LEAST_LEAD {
            self.text.push('\n');
            self.text.push_str(lead);
        }
    }

    /// The gist that [`Gist::text`] was taken from.
    #[must_use]
    pub fn from_text(text: String, edition: bool) -> Self {
        let title = text.find('\n').unwrap_or(text.len());
        Self { text, title, edition }
    }

    /// Title and, behind a line feed, the beginning of the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The letters of the title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.text[..self.title]
    }

    /// The letters that the text begins with.
    #[must_use]
    pub fn lead(&self) -> Option<&str> {
        self.text.get(self.title + 1..)
    }
}

/// Whether the text goes on behind what is compared of it.
pub(super) fn is_cut(gist: &Gist) -> bool {
    const LONGEST_WORD: usize = 24;
    gist.lead().is_some_and(|lead| text::weight(lead, LEAD) > LEAD - LONGEST_WORD)
}

/// Whole words only: a number that was cut would be another number.
fn lead(folded: &str) -> String {
    let mut lead = String::with_capacity(LEAD);
    let mut left = LEAD;
    for word in words(folded) {
        let weight = text::weight(word, LEAD);
        if weight > left && !lead.is_empty() {
            break;
        }
        if !lead.is_empty() {
            lead.push(' ');
        }
        lead.push_str(word.char_indices().nth(LEAD).map_or(word, |(end, _)| &word[..end]));
        left = left.saturating_sub(weight);
    }
    lead
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gist(title: &str, text: &str) -> Option<String> {
        Gist::of([title, text]).map(|gist| gist.text().to_owned())
    }

    #[test]
    fn a_short_title_alone_says_too_little() {
        assert_eq!(gist("weather", ""), None);
        assert_eq!(gist("weather", "photo: ap"), None);
        assert!(gist("putin arrives in pyongyang for talks", "").is_some());
        assert!(gist("普京抵達平壤開始國事訪問", "").is_some());
    }

    #[test]
    fn a_title_that_the_text_repeats_counts_once() {
        let text = "putin lands in pyongyang. he was met by kim jong un at the airport.";
        assert_eq!(
            gist("putin lands in pyongyang", text).unwrap(),
            "putin lands in pyongyang\nhe was met by kim jong un at the airport"
        );
    }

    #[test]
    fn only_the_beginning_of_a_text_is_compared_by_whole_words() {
        let gist = Gist::of(["a title that says enough", &"word ".repeat(500)]).unwrap();
        let lead = gist.lead().unwrap();
        assert_eq!(lead.split(' ').filter(|word| *word == "word").count(), LEAD / 4);
        let dense = Gist::of(["a title that says enough", &"平壤".repeat(500)]).unwrap();
        assert!(dense.lead().unwrap().chars().count() <= LEAD);
    }

    #[test]
    fn it_comes_back_from_its_text() {
        for text in ["", "a text that is long enough to count as one"] {
            let gist =
                Gist::of(["update 1-a title that says enough to stand alone", text]).unwrap();
            assert_eq!(Gist::from_text(gist.text().to_owned(), gist.edition), gist);
        }
    }
}
