//! Built-in concepts and those that config adds to them, found in texts.

use super::{Concept, Concepts, Recognized, Recognizer, Wording};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_oneof, proptest};
use std::sync::LazyLock;

static BUILT_IN: LazyLock<Recognizer> =
    LazyLock::new(|| Recognizer::new(&Concepts::default()).expect("it compiles"));

fn found(language: &str, text: &str) -> Recognized {
    BUILT_IN.recognize("", text, Some(language).filter(|tag| !tag.is_empty()))
}

fn concepts(language: &str, text: &str) -> String {
    found(language, text).concepts.join(" ")
}

#[track_caller]
fn check(table: &[(&str, &str, &str)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|&(language, text, wanted)| (text, concepts(language, text), wanted))
        .filter(|(_, found, wanted)| found != wanted)
        .collect();
    assert!(wrong.is_empty(), "(text, found, wanted): {wrong:#?}");
}

#[test]
fn the_longest_name_is_meant() {
    check(&[
        ("en", "South Korea and Papua New Guinea", "KR PG"),
        ("en", "Guinea, Equatorial Guinea", "GN GQ"),
        ("en", "Nigeria's coast, Niger's desert", "NE NG"),
        ("ru", "Северная Корея ответила", "KP"),
        ("ja", "露朝首脳会談", "KP RU"),
        ("zh", "俄朝签约", "KP RU"),
        ("zh", "其中美国代表最多", "US"),
        ("ko", "북러 정상회담", "KP RU"),
    ]);
}

#[test]
fn words_take_the_endings_of_their_language_and_no_others() {
    check(&[
        ("ru", "российскими и северокорейскими войсками", "KP RU"),
        ("pl", "Północnokoreańscy żołnierze w Rosji", "KP RU"),
        ("fi", "Venäjällä ja Pohjois-Koreassa, ranskalaisten mukaan", "FR KP RU"),
        ("fi", "se on oman maan asia", ""),
        ("tr", "Rusya'nın Kuzey Koreli askerleri", "KP RU"),
        ("ar", "وبالصين وللروس والكوريتين", "CN RU korea"),
        ("he", "וברוסיה", "RU"),
        ("de", "Der Ukrainekrieg und die russische Wirtschaft", "RU UA"),
        ("sw", "Warusi na Wachina", "CN RU"),
        ("am", "የሩሲያ እና በኢትዮጵያ", "ET RU"),
        ("ja", "タイトルとタイ", "TH"),
    ]);
}

#[test]
fn women_and_peoples_are_named_as_their_country_is() {
    check(&[
        ("cs", "Severokorejka porazila Rusku", "KP RU"),
        ("bg", "рускиня и южнокорейка", "KR RU"),
        ("sr", "Рускиње и Korejke", "RU korea"),
        ("pl", "Rosjanka i Koreanka", "RU korea"),
        ("ro", "rusoaicele și sud-coreencele", "KR RU"),
        ("uk", "росія і москва", "RU"),
        ("zh", "韩俄外长会谈", "KR RU"),
        ("zh", "北韓六千人赴俄", "KP RU"),
        ("ja", "韓ロ外相が会談", "KR RU"),
        ("ko", "한·러 외교장관", "KR RU"),
    ]);
}

#[test]
fn what_stands_beside_a_name_says_that_it_is_another() {
    check(&[
        ("cs", "v hotelu Moskva; obyvatelé Moskvy", "RU"),
        ("cs", "v hotelu Moskva", ""),
        ("cs", "hotely Moskvy", "RU"),
        ("sr", "у хотелу „Москва“", ""),
        ("ru", "в кинотеатре «Россия»", ""),
        ("ru", "в кинотеатре России", "RU"),
        ("hu", "a régi Moszkva téren", ""),
        ("hu", "Orosz Dániel nyert", ""),
        ("hu", "Az Orosz Föderáció nyert", "RU"),
        ("tr", "Moskova Caddesi kapandı", ""),
        ("en", "Moscow, Ohio, and Moscow, Russia", "RU"),
        ("it", "Mario Russo canta", ""),
        ("it", "Il tenore Russo incanta", ""),
        ("it", "Gli atleti e i Russi", "RU"),
        ("it", "Il Presidente Russo Visita Tutta La Regione", "RU"),
        ("vi", "bên sông Hàn", ""),
    ]);
}

#[test]
fn words_near_a_name_give_it_its_sense() {
    check(&[
        ("fa", "کره و پنیر", ""),
        ("fa", "ارتش کره", "korea"),
        ("hi", "रूसी और बाल", ""),
        ("hi", "रूसी सेना बाल्टिक में", "RU"),
        ("ar", "سيول جارفة", ""),
        ("ar", "سيول تحتج", "KR"),
        ("en", "Kim hails Putin", "kim-jong-un putin"),
        ("en", "Kim Novak and Putin", "putin"),
        ("en", "Kim sings", ""),
    ]);
}

#[test]
fn a_word_that_only_begins_as_a_name_does_is_none() {
    check(&[
        ("de", "Koreander und Koreareise", "korea"),
        ("el", "Κορεσμένη αγορά στο Μοσχάτο", ""),
        ("bn", "সালমান রুশদি", ""),
        ("hi", "रूसा", ""),
        ("fi", "Koreana kuin riikinkukko", ""),
        ("zh", "韓國瑜", ""),
    ]);
}

#[test]
fn capitals_tell_names_from_words() {
    check(&[
        ("en", "Tell us about the US, as Turkey roasts a turkey", "TR US"),
        ("id", "Sebagai negara, AS kuat as", "US"),
        ("es", "La china cuenta que China exporta", "CN"),
    ]);
}

#[test]
fn what_only_looks_like_a_name_means_nothing() {
    check(&[
        ("en", "Moscow, Idaho, and a Korean barbecue", ""),
        ("ko", "러시아워와 인도주의", ""),
        ("ru", "морковь по-корейски", ""),
        ("fr", "les montagnes russes", ""),
    ]);
}

#[test]
fn who_governs_a_country_implies_it() {
    let found = found("vi", "Ông Putin gặp ông Kim Jong-un");
    assert_eq!(found.concepts, ["kim-jong-un", "putin"]);
    assert_eq!(found.implied, ["KP", "RU", "korea"]);
}

#[test]
fn without_a_language_all_names_are_looked_for_and_it_is_said() {
    let open = found("", "Venäjän ja Россия");
    assert_eq!(open.concepts, ["RU"]);
    assert!(!open.language_known);
    assert!(found("fi", "Venäjän").language_known);
}

#[test]
fn what_outlets_put_between_their_lines_is_no_part_of_the_article() {
    check(&[
        ("id", "Harga cabai naik.\nBaca Juga: Putin Bertemu Kim di Rusia\nPedagang mengeluh.", ""),
        ("en", "Prices rose. Read also: Russia and China sign. Traders in India complain.", "IN"),
        ("ru", "Цены выросли.\nЧитайте также: Россия и Китай подписали договор", ""),
        ("en", "They read also about Russia", "RU"),
    ]);
}

fn config() -> Concepts {
    let strings = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let korean = Wording { text: "무르만스크".to_owned(), language: Some("ko".to_owned()) };
    let concept = |name: &str, terms: Vec<Wording>| Concept {
        name: name.to_owned(),
        terms,
        ..Concept::default()
    };
    Concepts::build(vec![
        Concept {
            except: strings(&["Russia House", "Little Russia*"]),
            ..concept("russia", vec!["Ruthenia".into(), korean])
        },
        Concept {
            implies: strings(&["@RU"]),
            ..concept("arctic-fleet", vec!["Arctic fleet".into()])
        },
    ])
    .expect("these are sound")
}

#[test]
fn config_adds_to_what_is_built_in_takes_from_it_and_implies_it() {
    let recognizer = Recognizer::new(&config()).expect("it compiles");
    let found = |text: &str, language: &str| recognizer.recognize("", text, Some(language));
    assert_eq!(found("Ruthenia and Russia", "en").concepts, ["RU"]);
    assert!(found("The Russia House in Little Russia's streets", "en").concepts.is_empty());
    let fleet = found("the Arctic fleet sails", "en");
    assert_eq!(
        (fleet.concepts, fleet.implied),
        (vec!["arctic-fleet".to_owned()], vec!["RU".to_owned()])
    );
    assert_eq!(found("무르만스크 항구", "ko").concepts, ["RU"]);
    assert!(found("北の港 무르만스크 に入った", "ja").concepts.is_empty());
}

#[test]
fn terms_that_overlap_without_end_stay_linear() {
    // What was quadratic would take minutes here.
    let text =
        "Korea South ".repeat(50_000) + &"露朝".repeat(50_000) + &"Читайте также ".repeat(20_000);
    assert!(!found("", &text).concepts.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_is_too_strange(
        text in prop::collection::vec(prop_oneof![
            any::<String>(),
            "[A-Za-zÀ-ž ]{0,8}",
            prop_oneof!["Korea", "South ", "露朝", "Росси", "İran", "كوريا", "Read also: ", "\n", "러시아", "워", "'s", "ти"],
        ], 0..12),
        language in prop_oneof!["", "en", "ru", "tr", "ko", "ja", "ar", "xx"],
    ) {
        let text = text.concat();
        let found = found(&language, &text);
        prop_assert!(found.mentions.len() <= text.len() + 2);
    }
}
