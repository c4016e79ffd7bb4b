//! Words as search looks for them: in scripts that do not divide words, and in Korean, whose particles hang
//! on them, every two neighbours are one, so that 東京 and 모스크바 are found wherever they stand.

use super::{Script, clean, fold, script};

/// How many words of a query are looked for.
const WORDS: usize = 12;
/// From this length on a word of a query also stands for what begins with it.
const STEM: usize = 3;

/// What is looked for: all of it must be there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery(Vec<Wanted>);

/// Words in a row; the last may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    words: Vec<String>,
    may_go_on: bool,
}

/// The words of `text`, as they are indexed, divided by spaces. The last character of a run stands alone
/// as well, so that one character is found wherever it is.
#[must_use]
pub fn search_words(text: &str) -> String {
    let mut words = Vec::new();
    for run in runs(&fold(&clean(text))) {
        let is_pairs = run.is_pairs;
        words.extend(run.words());
        if is_pairs && let Some(last) = run.text.last().filter(|_| run.text.len() > 1) {
            words.push(last.to_string());
        }
    }
    words.join(" ")
}

impl SearchQuery {
    /// What `text` asks for. Signs mean nothing: nobody has to know a language to search.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let folded = fold(&clean(text)).into_owned();
        let wanted = runs(&folded).into_iter().map(|run| Wanted {
            may_go_on: if run.is_pairs { run.text.len() == 1 } else { run.text.len() >= STEM },
            words: run.words(),
        });
        Self(wanted.take(WORDS).collect())
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The query in the language of FTS5, each word quoted.
    #[must_use]
    pub fn for_index(&self) -> String {
        let phrase = |wanted: &Wanted| {
            let star = if wanted.may_go_on { "*" } else { "" };
            format!("\"{}\"{star}", wanted.words.join(" "))
        };
        self.0.iter().map(phrase).collect::<Vec<_>>().join(" AND ")
    }

    /// Whether a text with these [`search_words`] is meant, by the same rules as the index has.
    #[must_use]
    pub fn matches(&self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        self.0
            .iter()
            .all(|wanted| words.windows(wanted.words.len().max(1)).any(|at| wanted.stands_at(at)))
    }
}

impl Wanted {
    fn stands_at(&self, words: &[&str]) -> bool {
        let last = self.words.len().saturating_sub(1);
        self.words.iter().zip(words).enumerate().all(|(place, (wanted, word))| {
            wanted == word || (place == last && self.may_go_on && word.starts_with(wanted.as_str()))
        })
    }
}

/// Characters that belong together.
struct Run {
    text: Vec<char>,
    is_pairs: bool,
}

impl Run {
    fn words(&self) -> Vec<String> {
        if self.is_pairs && self.text.len() > 1 {
            self.text.windows(2).map(|pair| pair.iter().collect()).collect()
        } else {
            vec![self.text.iter().collect()]
        }
    }
}

fn runs(folded: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut is_open = false;
    for c in folded.chars() {
        // Marks belong to the letter before them.
        let is_mark = !c.is_alphanumeric() && script(c) != Script::Common;
        if !(c.is_alphanumeric() || is_mark && is_open) {
            is_open = false;
            continue;
        }
        let script = script(c);
        let is_pairs = script == Script::Hangul || !script.is_spaced();
        match runs.last_mut() {
            Some(run) if is_open && run.is_pairs == is_pairs => run.text.push(c),
            _ => runs.push(Run { text: vec![c], is_pairs }),
        }
        is_open = true;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        SearchQuery::of(query).matches(&search_words(text))
    }

    #[test]
    fn words_are_found_where_the_script_hides_them() {
        let text =
            "首都は東京。 Министр прибыл в Москву. 러시아대통령이 모스크바에서 말했다. Kim's TRAIN";
        for query in [
            "東京",
            "京",
            "都",
            "首都は",
            "모스크바",
            "대통령",
            "москву",
            "МОСКВУ",
            "train",
            "kim trai",
        ] {
            assert!(finds(query, text), "{query}");
        }
        for query in ["京東", "都東", "크바모", "rain", "москва", "東京 大阪"] {
            assert!(!finds(query, text), "{query}");
        }
    }

    #[test]
    fn what_means_something_to_the_index_is_quoted() {
        for (query, expected) in [
            ("foo AND", "\"foo\"* AND \"and\"*"),
            ("it's \"x", "\"it\" AND \"s\" AND \"x\""),
            ("NEAR(-a:b*)", "\"near\"* AND \"a\" AND \"b\""),
            ("東京", "\"東京\""),
            ("首都は", "\"首都 都は\""),
            ("都", "\"都\"*"),
            (" - ", ""),
        ] {
            assert_eq!(SearchQuery::of(query).for_index(), expected, "{query}");
        }
        assert!(SearchQuery::of("…").is_empty());
        assert_eq!(SearchQuery::of(&"a ".repeat(99)).0.len(), WORDS);
    }
}
