//! "Korea–Russia", one line of config, 1,400 headlines in 32 languages that were written for this:
//! about the Koreas and Russia, about one of them, and about things easily mistaken for them.

use muara::model::{SourceId, Time};
use muara::topics::{Concepts, Rule, Subject, Topic, TopicIndex};

const RULE: &str = "@korea and @russia";
/// While names and matcher were worked on, these were looked at.
const FIRST: &str = include_str!("headlines/first.tsv");
/// These were not.
const SECOND: &str = include_str!("headlines/second.tsv");
/// Nor these, in thirty languages, with more that is easily mistaken; then names were mended by them.
const THIRD: &str = include_str!("headlines/third.tsv");
/// Nor these, after that.
const FOURTH: &str = include_str!("headlines/fourth.tsv");
/// Nor these, of which half are hard traps: surnames, squares, hotels, plants.
const FIFTH: &str = include_str!("headlines/fifth.tsv");
/// Nor these, by somebody who had seen neither names nor matcher; nothing was mended by them.
const SIXTH: &str = include_str!("headlines/sixth.tsv");

struct Headline {
    language: &'static str,
    belongs: bool,
    title: &'static str,
}

fn headlines(file: &'static str) -> Vec<Headline> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let fields = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    fields
        .map(|fields| {
            let [language, mark, title] = fields[..] else { panic!("three fields: {fields:?}") };
            assert!(["+", "-"].contains(&mark), "{title}");
            Headline { language, belongs: mark == "+", title }
        })
        .collect()
}

fn index() -> TopicIndex {
    let rule = Rule::parse(RULE, &Concepts::default()).expect("a rule");
    let topic = Topic::new("korea-russia".parse().expect("a name"), RULE, rule);
    TopicIndex::build(&[topic]).expect("it compiles")
}

fn is_in(index: &TopicIndex, headline: &Headline) -> bool {
    let source: SourceId = "test".parse().expect("a name");
    let subject = Subject {
        title: headline.title,
        text: "",
        prepared: None,
        authors: &[],
        categories: &[],
        language: Some(headline.language),
        link: None,
        source: &source,
        source_name: "",
        tags: &[],
        published: None,
        seen: Time::default(),
    };
    !index.matching(&subject).is_empty()
}

/// The harmonic mean of precision and recall, and what was wrong.
fn f1(index: &TopicIndex, headlines: &[Headline]) -> (f64, Vec<String>) {
    let (mut right, mut wrong) = (0_u32, Vec::new());
    for headline in headlines {
        match (is_in(index, headline), headline.belongs) {
            (true, true) => right += 1,
            (false, false) => {}
            (found, _) => {
                let what = if found { "taken" } else { "missed" };
                wrong.push(format!("{what} ({}): {}", headline.language, headline.title));
            }
        }
    }
    let errors = u32::try_from(wrong.len()).expect("a few");
    (2.0 * f64::from(right) / f64::from(2 * right + errors), wrong)
}

#[test]
fn the_korea_russia_feed_catches_what_it_should_in_25_languages_and_stays_clean() {
    let index = index();
    let mut languages: Vec<&str> = Vec::new();
    for (name, file, least) in [
        ("first", FIRST, 0.98),
        ("second", SECOND, 0.95),
        ("third", THIRD, 0.95),
        ("fourth", FOURTH, 0.95),
        ("fifth", FIFTH, 0.95),
        ("sixth", SIXTH, 0.95),
    ] {
        let headlines = headlines(file);
        assert!(headlines.len() >= 200);
        languages.extend(headlines.iter().map(|headline| headline.language));
        let (f1, wrong) = f1(&index, &headlines);
        println!("{name}: F1 {f1:.3} on {} headlines", headlines.len());
        assert!(f1 >= least, "{name}: {f1}: {wrong:#?}");
    }
    languages.sort_unstable();
    languages.dedup();
    assert!(languages.len() >= 25, "{languages:?}");
}
