use super::*;
use crate::text::fold;

const HOUR: i64 = 3600;

fn at(seconds: i64) -> Time {
    Time::UNIX_EPOCH + chrono::Duration::seconds(1_718_000_000 + seconds)
}

fn terms(title: &str, text: &str) -> Terms {
    Terms::of([title, text], [&fold(title), &fold(text)])
}

/// Takes one entry, by its number; gives its story and what else it tells.
fn take(
    stories: &mut Stories,
    (entry, seen): (i64, i64),
    [title, text]: [&str; 2],
) -> (i64, Option<i64>) {
    let terms = terms(title, text);
    stories.arrive(at(seen));
    let (verdict, told) = stories.take(EntryId(entry), at(seen), &terms, Verdict::OpensStory);
    (verdict.place(EntryId(entry)).0.0, told.and_then(|told| told.also).map(|also| also.0))
}

/// The story of each title, an hour apart.
fn told(titles: &[&str]) -> Vec<i64> {
    let mut stories = Stories::new(Strictness::Balanced);
    (1..).zip(titles).map(|(n, title)| take(&mut stories, (n, n * HOUR), [title, ""]).0).collect()
}

#[test]
fn what_is_told_in_other_words_is_one_story_and_what_others_do_is_not() {
    assert_eq!(
        told(&[
            "Ferry runs aground off Gothenburg with 400 aboard",
            "Volcano erupts on Iceland's Reykjanes peninsula",
            "Passengers evacuated after ferry runs aground near Gothenburg",
            "Gothenburg ferry grounding: captain questioned by police",
            "Lava flows from Reykjanes as volcano erupts again",
            "Museum of modern art opens on Sicily",
        ]),
        [1, 2, 1, 1, 2, 6]
    );
}

#[test]
fn stories_are_told_in_scripts_of_every_kind() {
    let same = |a: &str, b: &str| told(&[a, b])[1] == 1;
    assert!(same("В Гётеборге паром сел на мель", "Пассажиров парома сняли с мели у Гётеборга"));
    assert!(same(
        "예테보리 앞바다서 여객선 좌초…승객 대피",
        "예테보리 여객선 좌초로 승객 400명 구조"
    ));
    assert!(same("哥德堡附近一艘渡轮搁浅", "渡轮在哥德堡搁浅 四百人获救"));
    assert!(same("イェーテボリ沖でフェリー座礁", "フェリー座礁で乗客救助 イェーテボリ沖"));
    assert!(!same("В Гётеборге паром сел на мель", "В Осло открыли новый музей"));
    assert!(!same("哥德堡附近一艘渡轮搁浅", "上海举办国际电影节"));
}

#[test]
fn a_form_that_is_filled_in_again_is_another_story() {
    for [a, b] in [
        ["Weather forecast for 8 November", "Weather forecast for 16 November"],
        ["Lottery numbers: draw 2041 results", "Lottery numbers: draw 2042 results"],
        ["River report number 3", "River report number 4"],
        ["Прогноз погоды в Тверской области", "Прогноз погоды в Тульской области"],
    ] {
        assert_eq!(told(&[a, b]), [1, 2], "{a}");
    }
}

#[test]
fn two_words_prove_nothing() {
    assert_eq!(told(&["Morning briefing", "Morning briefing"]), [1, 2]);
}

#[test]
fn a_text_helps_to_tell_a_story() {
    let mut stories = Stories::new(Strictness::Balanced);
    let one = [
        "Harbour closed after accident",
        "The ferry Stena Aurora ran aground outside Gothenburg on Monday with 400 passengers aboard; the \
         coast guard began to evacuate them.",
    ];
    let other = [
        "Coast guard evacuates 400 near Gothenburg",
        "Passengers of the Stena Aurora were taken ashore after the ferry had run aground outside \
         Gothenburg on Monday.",
    ];
    assert_eq!(take(&mut stories, (1, 0), one).0, 1);
    assert_eq!(take(&mut stories, (2, HOUR), other).0, 1);
}

#[test]
fn a_story_ends_when_it_is_quiet_for_long() {
    let mut stories = Stories::new(Strictness::Balanced);
    let title = ["Ferry runs aground off Gothenburg with 400 aboard", ""];
    assert_eq!(take(&mut stories, (1, 0), title).0, 1);
    assert_eq!(take(&mut stories, (2, 72 * HOUR), title).0, 1, "it is told until then");
    assert_eq!(take(&mut stories, (3, 144 * HOUR + 1), title).0, 3);
}

#[test]
fn an_entry_that_tells_two_stories_joins_the_likest_and_names_the_other() {
    let mut stories = Stories::new(Strictness::Balanced);
    let titles = [
        "Gothenburg ferry aground",
        "Captain questioned by Swedish police",
        "Captain of Gothenburg ferry aground questioned by Swedish police",
    ];
    let found: Vec<_> =
        (1..).zip(titles).map(|(n, title)| take(&mut stories, (n, n), [title, ""])).collect();
    assert_eq!(found, [(1, None), (2, None), (2, Some(1))]);
}

#[test]
fn the_stricter_the_more_alike_must_tellings_be() {
    let others = [
        "Swedish captain questioned after ferry accident near Gothenburg on Monday",
        "Gothenburg harbour reopens as divers inspect the hull",
        "Why ferries run aground: five accidents that changed shipping",
        "Ferry company offers its passengers money back",
    ];
    let joining = |strictness| {
        let joins = |title: &&&str| {
            let mut stories = Stories::new(strictness);
            take(&mut stories, (1, 0), ["Ferry runs aground off Gothenburg with 400 aboard", ""]);
            take(&mut stories, (2, HOUR), [title, ""]).0 == 1
        };
        others.iter().filter(joins).count()
    };
    let found = [Strictness::Strict, Strictness::Balanced, Strictness::Loose].map(joining);
    assert!(found.is_sorted() && found[0] < found[2], "{found:?}");
}

#[test]
fn copies_keep_a_story_open_and_tell_nothing_new() {
    let mut stories = Stories::new(Strictness::Balanced);
    let title = "Ferry runs aground off Gothenburg with 400 aboard";
    take(&mut stories, (1, 0), [title, ""]);
    for n in 2..50 {
        stories.add(StoryId(1), at(n * HOUR), &terms(title, ""), true);
    }
    assert_eq!(stories.len(), 1);
    assert_eq!(take(&mut stories, (60, 100 * HOUR), [title, ""]).0, 1, "the last copy was at 49 h");
}

#[test]
fn stories_that_are_loaded_later_answer_the_same() {
    let title = |n: i64| {
        let (a, b, c) = (n % 97, n % 89, n % 83);
        format!("Town{a} mayor{b} opens bridge{c} over river{n}")
    };
    let mut whole = Stories::new(Strictness::Balanced);
    let mut late = Stories::new(Strictness::Balanced);
    for n in 1..6_000 {
        let (story, _) = take(&mut whole, (n, n), [&title(n), ""]);
        let kept = Terms::from_bytes(&terms(&title(n), "").to_bytes());
        assert_eq!(kept, terms(&title(n), ""));
        late.add(StoryId(story), at(n), &kept, false);
    }
    for n in (1..6_000).step_by(41) {
        let terms = terms(&format!("{} at last", title(n)), "");
        assert_eq!(whole.told(at(6_000), &terms), late.told(at(6_000), &terms));
    }
}

#[test]
fn memory_is_given_back() {
    let mut stories = Stories::new(Strictness::Balanced);
    for n in 0..40_000 {
        let title = format!("Village{n} elects mayor{n} against rival{n}");
        take(&mut stories, (n, n * 60), [&title, ""]);
    }
    assert!(stories.len() < 9_000, "{}", stories.len());
}

/// What is named, by its names; those in brackets are not named by the title itself.
fn named(names: &str) -> Vec<Named> {
    let of = |written: &str| {
        let name = written.trim_matches(['(', ')']);
        Named {
            name: name.to_owned(),
            is_country: name.len() == 2,
            is_aside: written.starts_with('('),
        }
    };
    names.split(' ').map(of).collect()
}

/// Takes a title in a language, which names these; gives its story.
fn take_in(stories: &mut Stories, seen: i64, (language, title): (&str, &str), names: &str) -> i64 {
    let told = terms(title, "").across([title, ""], Some(language), &named(names));
    take_terms(stories, [seen, seen], &told)
}

/// Takes an entry of these terms, published and first seen then.
fn take_terms(stories: &mut Stories, [published, seen]: [i64; 2], terms: &Terms) -> i64 {
    let entry = EntryId(seen);
    stories.arrive(at(seen));
    let (verdict, _) = stories.take(entry, at(published), terms, Verdict::OpensStory);
    verdict.place(entry).0.0
}

#[test]
fn a_story_is_told_in_other_languages_and_goes_on_in_each() {
    let mut stories = Stories::new(Strictness::Balanced);
    let signing = ("en", "Putin and Kim sign treaty in Pyongyang");
    let signed = ("ru", "Путин и Ким подписали договор в Пхеньяне");
    let again = ("ru", "Путин и Ким Чен Ын подписали договор в столице КНДР");
    assert_eq!(take_in(&mut stories, 1, signing, "putin kim-jong-un KP"), 1);
    assert_eq!(take_in(&mut stories, HOUR, signed, "putin kim-jong-un KP"), 1);
    assert_eq!(take_in(&mut stories, 2 * HOUR, again, "putin kim-jong-un KP"), 1);
}

#[test]
fn the_same_people_do_something_else_or_on_another_day() {
    let mut stories = Stories::new(Strictness::Balanced);
    let signing = ("en", "Putin and Kim sign treaty in Pyongyang");
    take_in(&mut stories, 1, signing, "putin kim-jong-un KP");
    let gift = ("id", "Kim Jong Un hadiahi Putin anjing");
    assert_ne!(
        take_in(&mut stories, HOUR, gift, "putin kim-jong-un KP"),
        1,
        "nothing happens in both"
    );
    let signed = ("ru", "Путин и Ким подписали договор в Пхеньяне");
    assert_ne!(take_in(&mut stories, 40 * HOUR, signed, "putin kim-jong-un KP"), 1);
}

#[test]
fn the_same_numbers_elsewhere_are_another_story() {
    let mut stories = Stories::new(Strictness::Balanced);
    take_in(&mut stories, 1, ("en", "Floods kill 83 in northern Afghanistan"), "AF");
    let brazil = ("pt", "Enchente deixa 83 mortos no Brasil");
    assert_ne!(take_in(&mut stories, HOUR, brazil, "BR"), 1);
    let afghanistan = ("fr", "Afghanistan: 83 morts dans des inondations");
    assert_eq!(take_in(&mut stories, HOUR + 1, afghanistan, "AF"), 1);
}

#[test]
fn what_somebody_says_of_it_is_another_story() {
    let mut stories = Stories::new(Strictness::Balanced);
    take_in(&mut stories, 1, ("en", "Russia and North Korea sign treaty"), "RU KP");
    let worry = ("ja", "露朝新条約に官房長官「深刻に懸念」");
    let worried = take_in(&mut stories, HOUR, worry, "RU KP");
    assert_ne!(worried, 1);
    let signed = ("es", "Rusia y Corea del Norte sellan un pacto");
    assert_eq!(take_in(&mut stories, 2 * HOUR, signed, "RU KP"), 1);
    let korean = ("ko", "일본 관방 \"북러 조약 심각하게 우려\"");
    assert_eq!(take_in(&mut stories, 3 * HOUR, korean, "RU KP JP"), worried);
}

#[test]
fn the_same_host_receives_somebody_else() {
    let joins = |title, names| {
        let mut stories = Stories::new(Strictness::Balanced);
        let meeting = ("en", "Erdogan meets Zelensky in Ankara");
        take_in(&mut stories, 1, meeting, "erdogan zelensky TR");
        take_in(&mut stories, HOUR, ("es", title), names) == 1
    };
    assert!(joins("Erdogan se reúne en Ankara con su homólogo", "erdogan TR"), "one is left out");
    assert!(!joins("Erdogan se reúne con el papa en Ankara", "erdogan pope TR"));
}

#[test]
fn what_cannot_be_a_story_in_one_of_its_languages_is_not_it_in_another() {
    let mut stories = Stories::new(Strictness::Balanced);
    take_in(&mut stories, 1, ("en", "Typhoon Kalmaegi kills 14 in Cebu"), "PH");
    let nowhere = ("de", "Taifun Kalmaegi: 14 Tote");
    assert_eq!(take_in(&mut stories, HOUR, nowhere, "(korea)"), 1);
    let vietnam = ("id", "Topan Kalmaegi tewaskan 14 orang di Gia Lai");
    assert_ne!(take_in(&mut stories, 2 * HOUR, vietnam, "VN"), 1);
}

#[test]
fn two_blows_in_one_country_are_two_stories() {
    let mut stories = Stories::new(Strictness::Balanced);
    take_in(&mut stories, 1, ("en", "Fire in Hanoi kills 14"), "VN");
    let storm = ("fr", "Vietnam: un typhon fait 14 morts");
    assert_ne!(take_in(&mut stories, HOUR, storm, "VN"), 1);
    let fire = ("fr", "Vietnam: 14 morts dans un incendie");
    assert_eq!(take_in(&mut stories, HOUR + 1, fire, "VN"), 1);
}

#[test]
fn the_same_number_and_nothing_of_whom_or_where_proves_nothing() {
    let mut stories = Stories::new(Strictness::Balanced);
    take_in(&mut stories, 1, ("en", "Floods kill 83 in the north"), "AF");
    let nowhere = ("de", "83 Tote bei Hochwasser");
    assert_ne!(take_in(&mut stories, HOUR, nowhere, "(korea)"), 1);
}

#[test]
fn what_the_title_leaves_to_the_text_or_to_its_readers_helps_but_does_not_suffice() {
    let joins = |title: &str, names| {
        let mut stories = Stories::new(Strictness::Balanced);
        let treaty = ("en", "Putin and Kim sign mutual aid treaty in Pyongyang");
        take_in(&mut stories, 1, treaty, "putin KP (RU)");
        let written = [title, "Un traité signé mercredi remplace ceux de 1961 et de 2000."];
        let terms = terms(title, written[1]).across(written, Some("fr"), &named(names));
        take_terms(&mut stories, [HOUR, HOUR], &terms) == 1
    };
    assert!(joins("Moscou et Pyongyang se promettent assistance", "RU KP"));
    assert!(!joins("Une affaire entre Moscou et Pyongyang", "RU KP"), "only its text has a treaty");
}

#[test]
fn the_later_the_likelier_it_is_another_story() {
    let treaty = ("en", "Putin and Kim sign treaty in Pyongyang");
    let similar = ("ru", "Договор с Пхеньяном: Путин и Ким о планах на год");
    let joins = |later| {
        let mut stories = Stories::new(Strictness::Balanced);
        take_in(&mut stories, 1, treaty, "putin KP (RU)");
        take_in(&mut stories, later * HOUR, similar, "putin KP (RU)") == 1
    };
    assert!(joins(2) && !joins(34));
}

#[test]
fn an_entry_without_a_date_is_compared_by_when_it_came() {
    let mut stories = Stories::new(Strictness::Balanced);
    let english = "Putin and Kim sign treaty in Pyongyang";
    let russian = "Путин и Ким подписали договор в Пхеньяне";
    let turkish = "Putin ve Kim Pyongyang'da anlaşma imzaladı";
    let of =
        |language, title| terms(title, "").across([title, ""], Some(language), &named("putin KP"));
    let years = 700 * 24 * HOUR;
    take_terms(&mut stories, [0, years], &of("en", english));
    let undated = take_terms(&mut stories, [years + 60, years + 60], &of("tr", turkish));
    assert_eq!(undated, years, "both came at the same time");
    let later = years + 40 * HOUR;
    assert_eq!(take_terms(&mut stories, [later, later], &of("ru", russian)), later);
}
