//! The language and the matcher, through the doors that config and the sequencer use.

use super::{
    Answer, Concept, Concepts, Failing, Narrow, Prepared, Rule, Scope, Subject, Topic, TopicIndex,
    Wording,
};
use crate::model::{Reason, SourceId, Time};
use chrono::DateTime;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest,
};
use std::ops::Range;
use std::slice::from_ref;
use std::time::Duration;

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn concept(name: &str, any: &[&str], terms: &[&str]) -> Concept {
    let terms = terms.iter().map(|term| Wording::from(*term)).collect();
    Concept { name: name.to_owned(), any: strings(any), terms, ..Concept::default() }
}

fn concepts() -> Concepts {
    Concepts::build(vec![
        concept(
            "mykorea",
            &["@mykp", "mykr"],
            &["한반도", "Korean Peninsula", "Semenanjung Korea"],
        ),
        concept("mykp", &[], &["North Korea", "북한", "朝鲜", "北朝鮮", "КНДР", "Северная Корея"]),
        concept("MyKR", &[], &["South Korea", "한국", "Республика Корея", "seoul^2"]),
        concept("myrussia", &[], &["Russia*", "Россия", "Путин", "러시아", "露", "/moscow('s)?/"]),
    ])
    .expect("these are sound")
}

fn topic(rule: &str) -> Topic {
    let read = Rule::parse(rule, &concepts()).unwrap_or_else(|error| panic!("{rule}: {error:?}"));
    Topic::new("test".parse().expect("a name"), rule, read)
}

/// An entry with everything that a field can ask for.
struct Entry {
    title: &'static str,
    text: String,
    authors: Vec<String>,
    categories: Vec<String>,
    language: Option<&'static str>,
    link: &'static str,
    source: SourceId,
    tags: Vec<String>,
    published: Option<Time>,
}

fn time(seconds: i64) -> Time {
    DateTime::from_timestamp(seconds, 0).expect("in range")
}

fn entry(title: &'static str, text: &str) -> Entry {
    Entry {
        title,
        text: text.to_owned(),
        authors: strings(&["Anna Kovács", "이민호"]),
        categories: strings(&["Foreign Policy", "국제"]),
        language: Some("ko-KR"),
        link: "https://www.Example.com/politics/2026/talks.html?x=1",
        source: "yonhap-ko".parse().expect("a name"),
        tags: strings(&["agency"]),
        published: Some(time(1_000_000)),
    }
}

impl Entry {
    fn subject(&self) -> Subject<'_> {
        Subject {
            title: self.title,
            text: &self.text,
            prepared: None,
            authors: &self.authors,
            categories: &self.categories,
            language: self.language,
            link: Some(self.link),
            source: &self.source,
            source_name: "연합뉴스 Yonhap News",
            tags: &self.tags,
            published: self.published,
            seen: time(1_003_600),
        }
    }

    fn is_in(&self, topic: &Topic) -> bool {
        let index = TopicIndex::build(std::slice::from_ref(topic)).expect("it compiles");
        !index.matching(&self.subject()).is_empty()
    }
}

fn matches(rule: &str, text: &str) -> bool {
    entry("", text).is_in(&topic(rule))
}

#[track_caller]
fn check(table: &[(&str, &str, bool)]) {
    let wrong: Vec<_> =
        table.iter().filter(|(rule, text, wanted)| matches(rule, text) != *wanted).collect();
    assert!(wrong.is_empty(), "(rule, text, wanted): {wrong:#?}");
}

#[test]
fn words_of_spaced_scripts_stand_by_themselves() {
    check(&[
        ("korea", "Talks with Korea, again", true),
        ("KOREA or korea", "talks with korea", true),
        ("korea", "Koreatown opens", false),
        ("rea", "Korea", false),
        ("korea", "Ko rea", false),
        ("Ελλάδα", "στην Ελλάδα σήμερα", true),
        ("λλάδα", "στην Ελλάδα σήμερα", false),
        ("Հայաստան", "«Հայաստան» թերթը", true),
        ("भारत", "भारत ने कहा", true),
        ("भारत", "भारतीय सेना", false),
        ("2026", "in 2026, and", true),
        ("2026", "12026 people", false),
        ("2026", "2026年の会談", true),
        ("c++", "modern C++ and more", true),
        ("AT&T", "AT&T said", true),
        ("🇰🇵", "talks 🇰🇵🇷🇺 today", true),
    ]);
}

#[test]
fn folding_makes_one_spelling_of_many() {
    check(&[
        ("straße", "DIE STRASSE", true),
        ("café", "un CAFE\u{301} noir", true),
        ("korea", "Ｋｏｒｅａ", true),
        ("ニュース", "ﾆｭｰｽ", true),
        ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}", true),
        ("people's", "the People’s Army", true),
        ("l'Ukraine", "pour L’UKRAINE aussi", true),
    ]);
}

#[test]
fn scripts_without_spaces_are_searched_anywhere() {
    check(&[
        ("朝鲜", "访问朝鲜期间", true),
        ("朝鮮", "北朝鮮がミサイル発射", true),
        ("ของ", "รัฐบาลของไทย", true),
        ("รัสเซีย", "ประธานาธิบดีรัสเซียเยือน", true),
        ("ລັດເຊຍ", "ປະທານາທິບໍດີລັດເຊຍ", true),
        ("រុស្ស៊ី", "ប្រធានាធិបតីរុស្ស៊ីបាន", true),
        ("ရုရှား", "ရုရှားသမ္မတ", true),
        ("ロシア", "ロシアの大統領", true),
        ("ロシア", "米国・ロシア・中国", true),
        ("タイ", "新しいタイトル", false),
        ("タイ", "タイの首相", true),
        ("トル", "新しいタイトル", false),
        ("タイ*", "新しいタイトル", true),
        ("ICBM", "北朝鮮はICBMを発射", true),
        ("\"俄罗斯 总统\"", "俄罗斯总统普京", true),
        ("金・ジョンウン", "金ジョンウン氏", true),
    ]);
}

#[test]
fn korean_is_found_before_particles() {
    check(&[
        ("러시아", "러시아가 말했다", true),
        ("러시아", "러시아와 북한", true),
        ("러시아", "친러시아 세력", true),
        ("미국", "미국의 입장", true),
        ("미국", "한미국방장관 회담", false),
        ("미국", "美미국", true),
        ("북한", "북한군", true),
        ("전자", "LG전자는", true),
        ("LG", "LG전자는", true),
        ("\"북한 미사일\"", "북한의 미사일 발사", true),
        ("\"북한 미사일\"", "북한미사일", true),
        ("\"북한 미사일\"", "북한 탄도 미사일", false),
        // A list of terms cannot tell rush hour from Russia.
        ("러시아", "러시아워 교통", true),
    ]);
}

#[test]
fn arabic_and_hebrew_particles_may_precede() {
    check(&[
        ("روسيا", "وروسيا تعلن", true),
        ("روسيا", "لروسيا وبروسيا", true),
        ("كوريا", "بيلاكوريا", false),
        ("صين", "والصين", true),
        ("الصين", "للصين", true),
        ("الصين", "وللصين", true),
        ("الصين", "بالصين", true),
        ("روسيا", "روسياني", false),
        ("רוסיה", "ברוסיה", true),
        ("רוסיה", "ושברוסיה", true),
        ("רוסיה", "פרוסיה", false),
        ("קוריאה", "והקוריאה", true),
    ]);
}

#[test]
fn slavic_words_take_their_endings_and_no_others() {
    check(&[
        ("Россия", "в России, с Россией, о Россию", true),
        ("Россия", "россиянин", false),
        ("Москва", "под Москвой", true),
        ("Корея", "в Корее", true),
        ("Корея", "в земной коре", false),
        ("Корея", "корейский", false),
        ("Куба", "железный куб", false),
        ("Путин", "Путиным", true),
        ("Путин", "путинский", false),
        ("Кремль", "в Кремле", true),
        ("Китай", "с Китаем", true),
        ("российский", "российского, российских", true),
        ("российский", "по-российски", true),
        ("российский", "российск", false),
        ("ракета", "пуск ракет", true),
        ("герой", "героя", true),
        ("\"Северная Корея\"", "из Северной Кореи", true),
        ("\"Северная Корея\"", "Северо-Корея", false),
        ("Україна", "в Україні та з Україною", true),
        ("Росія", "з Росією", true),
        ("північнокорейський", "північнокорейського", true),
        ("прем'єр", "прем’єра", true),
        ("ракета", "ракетите на България", true),
        ("Русија", "са Русијом", true),
        ("Дом", "дома", false),
    ]);
}

#[test]
fn latin_words_take_plural_and_possessive() {
    check(&[
        ("missile", "two missiles", true),
        ("missile", "the missile's range", true),
        ("missile", "missiled", false),
        ("wish", "best wishes", true),
        ("spy", "spys", false),
        ("\"arms deal\"", "arms deals", true),
        ("\"Korea army\"", "North Korea's army", true),
        ("Rusya", "Rusya'nın başkenti", true),
        ("Rusya", "Rusyalı", false),
        ("Rusya*", "Rusyalı", true),
        ("Semenanjung", "di Semenanjung-Korea", true),
        ("\"tên lửa\"", "phóng tên lửa mới", true),
        ("\"Stan* Zjednoczon*\"", "w Stanach Zjednoczonych", true),
        ("Ukraine", "l'Ukraine et", true),
    ]);
}

#[test]
fn short_names_in_capitals_are_not_words() {
    check(&[
        ("US", "the US said", true),
        ("US", "tell us", false),
        ("us", "the US said", true),
        ("AS", "“Pemerintah AS”", true),
        ("AS", "as soon as possible – “x”", false),
        ("RI", "Presiden RI ke Rusia", true),
        ("ICBM", "two ICBMs", true),
        ("NATO*", "NATOs rolle", true),
        ("title:US or US", "us – US", true),
        ("\"US\"", "us", false),
    ]);
}

#[test]
fn words_of_a_phrase_may_be_hyphenated_or_spaced() {
    check(&[
        ("\"north korea\"", "North-Korea", true),
        ("north-korea", "North  Korea", true),
        ("\"north korea\"", "North\nKorea", true),
        ("\"north korea\"", "North of Korea", false),
        ("\"north korea\"", "northkorea", false),
        ("“arms deal”", "an arms deal", true),
        ("«arms deal»", "an arms deal", true),
        ("「武器 取引」", "武器取引", true),
        ("„Waffen“", "Waffen", true),
        ("\"and\"", "this and that", true),
        ("\"missile test*\"", "missile testing", true),
    ]);
}

#[test]
fn operators_mean_what_they_say() {
    check(&[
        ("a1 and b1 or c1", "c1", true),
        ("a1 and (b1 or c1)", "c1", false),
        ("not a1 and b1", "b1", true),
        ("not a1 and b1", "a1 b1", false),
        ("not not b1", "b1", true),
        ("b1 and not (a1 or c1)", "b1 c1", false),
        ("2 of (a1, b1, c1)", "a1 c1", true),
        ("2 of (a1, b1, c1)", "a1 a1", false),
        ("2 of (a1, not b1, c1)", "c1", true),
        ("2 of (a1 and b1, c1, d1)", "a1 b1 d1", true),
        ("korea AND Not russia", "korea", true),
        ("/miss(ile|iv)e?s?/", "two MISSILES", true),
        ("/^talks/", "the talks", false),
        ("link:/politics/ and talks", "talks", true),
        ("(ａ1 or b1)", "A1", true),
        ("（a1 or b1）", "a1", true),
    ]);
}

#[test]
fn near_counts_words_in_either_order() {
    check(&[
        ("launch near/1 missile", "missile launch", true),
        ("launch near/1 missile", "launch missile", true),
        ("launch near/1 missile", "launch a missile", false),
        ("launch near/2 missile", "launch a missile", true),
        ("@mykp near/4 (missile* or 미사일)", "North Korea fired two missiles", true),
        ("@mykp near/3 (missile* or 미사일)", "North Korea fired the two missiles", false),
        ("@mykp near/3 (missile* or 미사일)", "북한이 탄도 미사일을", true),
        ("朝鲜 near/3 导弹", "朝鲜发射导弹", true),
        ("朝鲜 near/2 导弹", "朝鲜昨天在东海发射导弹", false),
        ("korea near/5 korea", "korea", false),
        ("korea near/5 korea", "korea and korea", true),
        ("/mis+ile/ near/2 north", "north missile", true),
        ("not (a1 near/1 b1) and a1", "a1 x1 b1", true),
    ]);
    let apart = entry("missile", "launch");
    assert!(!apart.is_in(&topic("missile near/5 launch")), "title and text are not neighbours");
    assert!(entry("missile launch", "").is_in(&topic("title:(missile near/5 launch)")));
    assert!(!entry("", "missile launch").is_in(&topic("title:(missile near/5 launch)")));
}

#[test]
fn fields_look_in_their_own_place() {
    let subject = entry("Korea talks", "about Russia");
    let table = [
        ("title:korea", true),
        ("title:russia", false),
        ("text:russia", true),
        ("text:korea", false),
        ("title:(russia or korea)", true),
        ("Title:korea", true),
        ("title: korea", true),
        ("author:kovács", true),
        ("author:이민호", true),
        ("author:korea", false),
        ("category:\"foreign policy\"", true),
        ("category:국제", true),
        ("source:yonhap", true),
        ("source:yonhap-ko", true),
        ("source:yonhap-en", false),
        ("source:연합뉴스", true),
        ("lang:ko", true),
        ("lang:KO-kr", true),
        ("lang:k", false),
        ("lang:(en or ko)", true),
        ("link:example.com/politics", true),
        ("link:https://www.example.com", true),
        ("link:\"?x=1\"", true),
        ("link:sport", false),
        ("yonhap", false),
        ("korea and not lang:ko", false),
        ("title:@mykorea", false),
        ("title:@mykorea or text:@myrussia", true),
    ];
    let wrong: Vec<_> =
        table.iter().filter(|(rule, wanted)| subject.is_in(&topic(rule)) != *wanted).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn concepts_take_in_others() {
    check(&[
        ("@mykorea and @myrussia", "Из Северной Кореи — в Россию", true),
        ("@MyKorea and @MYRUSSIA", "北朝鮮と露の会談", true),
        ("@mykorea and @myrussia", "Korean Peninsula and Moscow's view", true),
        ("@mykorea and @myrussia", "South Korea's Russian policy", true),
        ("@mykorea and @myrussia", "Korea and Russia", false),
    ]);
}

#[test]
fn what_the_caller_leaves_out_is_not_found_but_for_a_whole_title() {
    let one = topic("@russia and treaty");
    let index = TopicIndex::build(std::slice::from_ref(&one)).expect("it compiles");
    let text = "treaty signed\nall of russia in one app";
    let is_in = |title: &'static str, left_out: [&[Range<usize>]; 2]| {
        let entry = entry(title, text);
        let prepared = Prepared { folded: [&title.to_lowercase(), text], left_out };
        !index.matching(&Subject { prepared: Some(prepared), ..entry.subject() }).is_empty()
    };
    let (title, first, second) = (0..6, 0..13, 14..text.len());
    let (title, first, second) = (from_ref(&title), from_ref(&first), from_ref(&second));
    assert!(is_in("Russia", [&[], second]));
    assert!(is_in("Russia", [title, second]));
    assert!(!is_in("Russia", [&[], first]));
    assert!(!is_in("A title", [&[], second]));
}

#[test]
fn a_topic_is_narrowed_by_what_it_takes() {
    let subject = entry("Korea", &format!("{} Russia", "x ".repeat(200)));
    let korea = || topic("korea");
    let takes = |topic: Topic| subject.is_in(&topic);
    assert!(takes(Topic { languages: strings(&["en", "KO"]), ..korea() }));
    assert!(!takes(Topic { languages: strings(&["en"]), ..korea() }));
    assert!(takes(Topic { sources: vec![subject.source.clone()], ..korea() }));
    assert!(!takes(Topic { sources: vec!["other".parse().expect("a name")], ..korea() }));
    assert!(takes(Topic { tags: strings(&["agency", "blog"]), ..korea() }));
    assert!(!takes(Topic { tags: strings(&["blog"]), ..korea() }));
    assert!(takes(Topic { max_age: Some(Duration::from_secs(3_600)), ..korea() }));
    assert!(!takes(Topic { max_age: Some(Duration::from_secs(3_599)), ..korea() }));
    assert!(takes(Topic { min_score: 3.0, ..korea() }));
    assert!(!takes(Topic { min_score: 3.1, ..korea() }));
    assert!(takes(Topic { scope: Scope::Text, ..topic("russia") }));
    assert!(!takes(Topic { scope: Scope::Lead, ..topic("russia") }));
    assert!(takes(Topic { scope: Scope::Lead, ..korea() }));
    assert!(takes(Topic { scope: Scope::Title, ..topic("text:russia") }));
    assert!(!takes(Topic { scope: Scope::Title, ..topic("russia") }));
}

#[test]
fn a_topic_says_why_it_does_not_take_an_entry() {
    let subject = entry("Korea", "and its football");
    let topics = [
        topic("korea"),
        Topic { min_score: 9.0, ..topic("korea") },
        Topic { tags: strings(&["blog"]), ..topic("korea") },
        topic("korea and (russia or treaty) and missile* and not (football or golf)"),
    ];
    let index = TopicIndex::build(&topics).expect("it compiles");
    let answers = index.explain(&subject.subject());
    assert!(matches!(&answers[0], Answer::Takes(found) if found.reasons.len() == 1));
    assert!(matches!(&answers[1], Answer::Weak(_)));
    assert_eq!(answers[2], Answer::Narrowed(Narrow::Tags));
    let part = |written: &str, is_excluded| Failing { written: written.to_owned(), is_excluded };
    assert_eq!(
        answers[3],
        Answer::Refuses(vec![
            part("russia or treaty", false),
            part("missile*", false),
            part("football or golf", true)
        ])
    );
}

fn reason(term: &str, concept: Option<&str>, field: &str, count: u32) -> Reason {
    Reason {
        term: term.to_owned(),
        concept: concept.map(str::to_owned),
        field: field.to_owned(),
        count,
    }
}

#[test]
#[expect(clippy::float_cmp, reason = "sums of powers of two are exact")]
fn a_match_carries_its_score_and_its_reasons_in_the_order_of_the_rule() {
    let subject = entry("Seoul, Seoul", &format!("missile test {}missiles", "x ".repeat(200)));
    let rule = "(@mykorea and (missile*^3 or title:seoul)) and not football or lang:en";
    let index = TopicIndex::build(&[topic("nothing"), topic(rule)]).expect("it compiles");
    let found = index.matching(&subject.subject());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].topic, 1);
    assert_eq!(
        found[0].reasons,
        vec![reason("seoul", Some("MyKR"), "title", 2), reason("missile*", None, "text", 2),]
    );
    assert_eq!(found[0].score, 2.0 * 3.0 * 1.5 + 3.0 * 1.5 + 3.0 * 1.0);
}

#[test]
fn terms_of_all_topics_are_counted_once() {
    let topics = [topic("korea and russia"), topic("Korea or /x+/ or title:/x+/")];
    let index = TopicIndex::build(&topics).expect("it compiles");
    assert_eq!((index.terms(), index.regexes()), (2, 1));
}

#[test]
fn no_topics_match_nothing() {
    let index = TopicIndex::build(&[]).expect("it compiles");
    assert!(index.matching(&entry("Korea", "x").subject()).is_empty());
}

/// Rules as people may write them, sound and unsound.
fn rules() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("korea"),
        Just("Россия"),
        Just("북한"),
        Just("\"arms deal*\""),
        Just("missile*"),
        Just("/a+b/"),
        Just("@mykorea"),
        Just("@myrussia"),
        Just("US"),
        Just("^2"),
        Just("^0.25"),
        Just("("),
        Just(")"),
        Just(" and "),
        Just(" or "),
        Just(" not "),
        Just(" near/3 "),
        Just("2 of ("),
        Just(", "),
        Just("title:"),
        Just("lang:"),
        Just("link:"),
        Just("category:"),
        Just(" "),
        Just("'"),
        Just("«x»"),
        Just("a:b"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Rules that are sound.
fn sound_rules() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("korea"),
        Just("Россия^2.5"),
        Just("북한"),
        Just("\"arms  deal*\""),
        Just("missile*"),
        Just("/a+\\/b/"),
        Just("@mykorea^3"),
        Just("US"),
        Just("title:x1"),
        Just("lang:ko"),
        Just("link:https://x.org"),
        Just("a1 near/3 (b1 or @KP)"),
        Just("“x 1”"),
        Just("title:(a1 near/9 b1)"),
        Just("10:30"),
    ];
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("2 of ({a}, {b}, {c})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_rule_makes_the_parser_panic(text in any::<String>(), pieces in rules()) {
        for rule in [text, pieces] {
            if let Err(error) = Rule::parse(&rule, &concepts()) {
                prop_assert_eq!(rule.get(error.span.clone()).is_some(), true, "{:?}", error);
            }
        }
    }

    #[test]
    fn no_text_makes_the_matcher_panic(rule in sound_rules(), text in any::<String>(), words in "(korea|Россией|북한|arms|[- '’]|missiles|US|us|aab|é|\u{301}|ﬁ){0,40}") {
        if let Ok(rule) = Rule::parse(&rule, &concepts()) {
            let topic = Topic { rule, ..topic("x1") };
            entry("Korea “US”", &text).is_in(&topic);
            entry("", &words).is_in(&topic);
        }
    }

    #[test]
    fn the_normal_form_of_a_rule_is_the_same_rule(text in sound_rules(), pieces in rules()) {
        for text in [text, pieces] {
            let Ok(rule) = Rule::parse(&text, &concepts()) else { continue };
            let again = Rule::parse(&rule.to_string(), &concepts());
            prop_assert_eq!(again.as_ref(), Ok(&rule), "{} -> {}", text, rule);
        }
    }
}
