//! The annotated example: it loads as it stands, and its concepts know the words of the press.

use super::*;
use crate::topics::{Subject, TopicIndex};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

fn example() -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/config.toml");
    Config::load(&path).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn it_loads_without_a_problem_or_a_warning() {
    assert_eq!(example().warnings.to_string(), "");
}

#[test]
fn it_follows_the_press_of_many_languages() {
    let config = example();
    let languages: BTreeSet<&str> = config
        .sources
        .iter()
        .filter_map(|source| source.language.as_deref())
        .map(|tag| tag.split('-').next().unwrap_or(tag))
        .collect();
    assert!(config.sources.len() >= 20);
    assert!(languages.len() >= 8, "{languages:?}");
    assert!(config.sources.iter().any(|source| source.domain == "samudrafakta.com"));
    let topics: Vec<&str> = config.topics.iter().map(|topic| topic.name.as_str()).collect();
    assert_eq!(topics[0], "korea-russia");
    assert!(topics.len() >= 4);
}

/// What is commented out as a default must be one: with all of them in force nothing changes.
#[test]
fn the_defaults_that_it_names_are_the_defaults() {
    let plain = super::read("").unwrap();
    let shown = example();
    assert_eq!(shown.polling, plain.polling);
    let text = include_str!("../../../config/config.toml");
    let in_force: String = text
        .lines()
        .take_while(|line| !line.starts_with("# Sources:"))
        .map(|line| line.strip_prefix("# ").filter(|rest| is_setting(rest)).unwrap_or(line))
        .flat_map(|line| [line, "\n"])
        .collect();
    let named = super::read(&in_force).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(named.daemon.shelf, plain.daemon.shelf);
    assert_eq!(named.daemon.listen, plain.daemon.listen);
    assert_eq!(named.publish.items, plain.publish.items);
    assert_eq!(named.dedup, plain.dedup);
    assert_eq!(named.retention, plain.retention);
    assert_eq!(Polling { max_age: None, ..named.polling }, plain.polling);
}

fn is_setting(line: &str) -> bool {
    let key = line.split(" = ").next().unwrap_or_default();
    line.starts_with("[[") || (line.contains(" = ") && !key.contains(' '))
}

/// The names of the example's topics that an entry with this language, title and text belongs to.
fn topics_of(config: &Config, index: &TopicIndex, entry: (&str, &str, &str)) -> Vec<String> {
    let (language, title, text) = entry;
    let seen: DateTime<Utc> = "2026-03-03T12:00:00Z".parse().unwrap();
    let subject = Subject {
        title,
        text,
        prepared: None,
        authors: &[],
        categories: &[],
        language: Some(language),
        link: None,
        source: &config.sources[0].id,
        source_name: config.sources[0].label(),
        tags: &config.sources[0].tags,
        published: Some(seen),
        seen,
    };
    let matches = index.matching(&subject);
    matches.iter().map(|found| config.topics[found.topic].name.to_string()).collect()
}

/// Whether each headline is in "Korea–Russia"; all that are not are listed at once.
fn assert_korea_russia(expected: bool, entries: &[(&str, &str, &str)]) {
    let config = example();
    let index = TopicIndex::build(&config.topics).unwrap();
    let wrong: Vec<_> = entries
        .iter()
        .filter(|entry| {
            let topics = topics_of(&config, &index, **entry);
            topics.iter().any(|topic| topic == "korea-russia") != expected
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn korea_and_russia_are_recognised_in_the_languages_of_the_sources() {
    assert_korea_russia(
        true,
        &[
            ("ko", "김정은, 푸틴과 정상회담…군사협력 강화 논의", ""),
            ("ko", "러시아 외무장관, 내달 평양 방문", ""),
            ("ko", "정부, 대러시아 제재에 동참", "한국은 러시아와 러시아산 목재도 살펴본다."),
            ("ko", "북한이 다시 찾은 이웃은 러시아", ""),
            ("ko", "북러정상회담 1년, 무엇이 달라졌나", ""),
            ("ko", "북·러 철도 운행 재개", ""),
            ("ko", "대통령실 \"한러관계 복원 시기상조\"", ""),
            ("ko", "북한군 포로 두 명", "러시아에 파병됐던 두 사람은 키이우에 있다."),
            ("en", "North Korea sends more troops to Russia, Seoul says", ""),
            ("en", "Kremlin: Putin and Kim Jong Un spoke by telephone", ""),
            ("en", "North Korean workers return to Vladivostok", ""),
            ("en", "DPRK delegation leaves for Moscow", ""),
            ("ru", "Лавров прибыл с визитом в КНДР", ""),
            ("ru", "Путин поздравил Ким Чен Ына с праздником", ""),
            ("ru", "Южнокорейские компании возвращаются на российский рынок", ""),
            ("ru", "Пхеньян и Москву свяжет прямой поезд", ""),
            ("ru", "Сеул призвал Москву к диалогу", ""),
            ("ru", "Северная Корея поставит России станки", ""),
            ("ja", "ロシア外相、北朝鮮を訪問へ", ""),
            ("ja", "プーチン大統領、金正恩総書記と電話会談", ""),
            ("ja", "露朝の軍事協力、新たな段階に", ""),
            ("ja", "ロ朝首脳会談を前に", ""),
            ("zh-Hans", "俄罗斯外长将访问朝鲜", ""),
            ("zh-Hans", "普京同金正恩通电话", ""),
            ("zh-Hant", "普丁與金正恩通話 俄朝關係升溫", ""),
            ("zh-Hant", "北韓士兵現身俄羅斯", ""),
            ("ar", "بوتين يبحث مع زعيم كوريا الشمالية التعاون بين البلدين", ""),
            ("ar", "روسيا وكوريا الشمالية توقعان اتفاقا جديدا", ""),
            ("ar", "موسكو تستدعي سفير كوريا الجنوبية", ""),
            ("id", "Korut Kirim Pasukan ke Rusia, Kata Korsel", ""),
            ("id", "Presiden Putin Terima Menlu Korea Utara di Moskow", ""),
            ("de", "Nordkoreanische Soldaten in Russland gesichtet", ""),
            ("de", "Südkoreas Botschafter in Moskau einbestellt", ""),
            ("fr", "La Corée du Nord et la Russie resserrent leurs liens", ""),
            ("fr", "Des soldats nord-coréens aux côtés de l’armée russe", ""),
            ("es", "Corea del Norte envía obreros a Rusia", ""),
            ("es", "El Kremlin recibe al canciller norcoreano", ""),
            ("tr", "Rusya ile Kuzey Kore arasında yeni anlaşma", ""),
            ("tr", "Kuzey Kore'nin lideri Putin'le görüştü", ""),
        ],
    );
}

#[test]
fn words_that_only_look_like_them_are_not() {
    assert_korea_russia(
        false,
        &[
            ("ko", "한국 축구대표팀, 일본에 2-1 승리", ""),
            ("ko", "북미 동부에 폭설", "러시아에서 온 찬 공기 때문이다."),
            ("ko", "러시아·우크라이나 회담 재개", ""),
            (
                "ko",
                "서울 지하철, 러시아워에 열차 늘린다",
                "러시아워보다 이른 시간에도 두 편을 더 운행한다.",
            ),
            ("en", "Seoul shares close higher", ""),
            ("en", "Moscow opens a new metro line", ""),
            ("ru", "Корень женьшеня вырос в цене", "Россия закупает его за рубежом."),
            (
                "ru",
                "Сеул снизил ставку",
                "СЕУЛ/МОСКВА, 3 мар — Агентство. Банк Кореи объявил решение.",
            ),
            ("ja", "ソウル音楽の名盤、ロシアで再発", ""),
            ("zh-Hans", "俄罗斯总统会见印度总理", ""),
            ("ar", "سيول تجتاح مدنا في روسيا", ""),
            ("id", "Dua ekor rusa dari Korea Selatan tiba di Jakarta", ""),
            ("fr", "Seul en Russie, un film sans paroles", ""),
            ("es", "Corea del Sur gana a Japón", ""),
        ],
    );
}

#[test]
fn the_other_topics_take_what_they_are_for() {
    let config = example();
    let index = TopicIndex::build(&config.topics).unwrap();
    for (entry, topic) in [
        (("ko", "북한, 신형 ICBM 시험발사", ""), "north-korea"),
        (("ko", "남북 연락채널 복원되나", ""), "koreas"),
        (("en", "North Korea rejects the South Korean offer", ""), "koreas"),
        (("en", "Putin and Zelensky agree to meet, Ankara says", ""), "russia-ukraine"),
        (("ru", "Глава МИД Китая прибыл в Россию", ""), "china-russia"),
        (("de", "Nordkorea kündigt einen Atomtest an", ""), "nuclear"),
        (("ja", "北朝鮮製の砲弾、ロシアに数百万発", ""), "north-korea-russia-arms"),
    ] {
        let topics = topics_of(&config, &index, entry);
        assert!(topics.iter().any(|found| found == topic), "{entry:?}: {topics:?}");
    }
}
