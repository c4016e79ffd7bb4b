use super::*;
use crate::model::{GroupId, Time};
use std::sync::Arc;

fn voice(entry: i64, source: &str) -> Voice {
    Voice {
        entry: EntryId(entry),
        group: GroupId(1),
        source: source.parse().unwrap(),
        name: source.to_owned(),
        domains: vec![format!("{source}.example")],
        link_domain: Some(format!("{source}.example")),
        language: Some("en".to_owned()),
        authors: Vec::new(),
        origin: None,
        length: 400,
        published: Time::UNIX_EPOCH + chrono::TimeDelta::minutes(entry),
    }
}

fn by(prefer: &[Preference]) -> Speakers {
    Speakers { prefer: prefer.to_vec(), ..Speakers::default() }
}

#[track_caller]
fn speaks_for(voices: &[Voice], speakers: &Speakers, entry: i64) {
    assert_eq!(speaker(voices, EntryId(1), speakers), EntryId(entry));
    let mut turned = voices.to_vec();
    turned.reverse();
    assert_eq!(speaker(&turned, EntryId(1), speakers), EntryId(entry), "whatever the order");
}

#[test]
fn without_a_difference_the_entry_that_opened_the_item_speaks() {
    let (mut one, mut two) = (voice(0, "early"), voice(1, "opening"));
    one.published = two.published;
    two.length = 410;
    speaks_for(&[one, two], &by(&Preference::ALL), 1);
}

#[test]
fn the_agency_that_papers_name_speaks_before_them() {
    let mut paper = voice(1, "paper");
    paper.authors = vec!["Agency".to_owned()];
    paper.length = 4000;
    let other = voice(2, "other");
    speaks_for(&[paper.clone(), other.clone(), voice(3, "agency")], &by(&Preference::ALL), 3);
    paper.authors = vec!["A. Writer".to_owned()];
    speaks_for(&[paper, other, voice(3, "agency")], &by(&Preference::ALL), 1);
}

#[test]
fn an_aggregator_that_links_to_the_article_or_names_it_is_not_the_original() {
    let mut aggregator = voice(1, "aggregator");
    aggregator.link_domain = Some("paper.example".to_owned());
    speaks_for(&[aggregator.clone(), voice(2, "paper")], &by(&Preference::ALL), 2);
    aggregator.link_domain = Some("aggregator.example".to_owned());
    speaks_for(&[aggregator.clone(), voice(2, "paper")], &by(&Preference::ALL), 1);
    aggregator.origin = Some((Some("Somebody".to_owned()), None));
    speaks_for(&[aggregator, voice(2, "paper")], &by(&Preference::ALL), 2);
}

#[test]
fn a_text_must_be_clearly_longer_to_be_more_complete() {
    let (one, mut two) = (voice(1, "one"), voice(2, "two"));
    two.length = 420;
    speaks_for(&[one.clone(), two.clone()], &by(&[Preference::Complete]), 1);
    two.length = 2000;
    speaks_for(&[one, two], &by(&[Preference::Complete]), 2);
}

#[test]
fn age_and_rank_decide_where_config_says_so() {
    let (one, mut two) = (voice(1, "one"), voice(2, "two"));
    two.published = Time::UNIX_EPOCH;
    speaks_for(&[one.clone(), two.clone()], &by(&[Preference::Earliest]), 2);
    speaks_for(&[one.clone(), two.clone()], &by(&[]), 1);
    let ranked = |ranks: &[(&str, usize)]| Speakers {
        ranks: Arc::new(ranks.iter().map(|(id, rank)| (id.parse().unwrap(), *rank)).collect()),
        ..by(&[Preference::SourceRank, Preference::Earliest])
    };
    speaks_for(&[one.clone(), two.clone()], &ranked(&[("two", 1), ("one", 2)]), 2);
    speaks_for(&[one.clone(), two.clone()], &ranked(&[("one", 7)]), 1);
    speaks_for(&[one, two], &ranked(&[]), 2);
}

#[test]
fn preferred_languages_speak_first_in_their_order() {
    let (mut russian, mut korean) = (voice(2, "tass"), voice(3, "yonhap"));
    russian.language = Some("ru".to_owned());
    korean.language = Some("ko-KR".to_owned());
    let voices = [voice(1, "paper"), russian, korean];
    let languages = |list: &[&str]| Speakers {
        languages: list.iter().map(|&language| language.to_owned()).collect(),
        ..by(&Preference::ALL)
    };
    speaks_for(&voices, &languages(&["ko", "ru"]), 3);
    speaks_for(&voices, &languages(&["ja", "ru"]), 2);
    speaks_for(&voices, &languages(&["ja"]), 1);
    assert_eq!(speaker(&[], EntryId(1), &languages(&["ko"])), EntryId(1));
}

#[test]
fn of_other_texts_none_speaks_for_its_length_but_for_its_language() {
    let mut telling = voice(2, "magazine");
    (telling.group, telling.length) = (GroupId(2), 9000);
    let voices = [voice(1, "paper"), telling.clone()];
    speaks_for(&voices, &by(&Preference::ALL), 1);
    telling.language = Some("fr".to_owned());
    let french = Speakers { languages: vec!["fr".to_owned()], ..by(&Preference::ALL) };
    speaks_for(&[voice(1, "paper"), telling], &french, 2);
}
