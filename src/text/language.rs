//! Which language texts are in, where nobody says so. A judgement over many words: of single
//! headlines it would be wrong too often.

use whatlang::{Lang, detect};

/// Letters of languages that the detector does not know and takes for a neighbour: what holds several
/// of them is in the language named, or in none that could be named.
const TELLTALES: &[(&str, Option<&str>)] = &[
    ("þ", Some("is")),
    ("ұ", Some("kk")),
    ("ӯҷ", Some("tg")),
    ("җ", Some("tt")),
    ("әғқңөүһҳ", None),
    ("ښځډړ", Some("ps")),
    ("ێۆڕڵ", Some("ckb")),
    ("ڄڪڻ", Some("sd")),
    ("ۈۋې", Some("ug")),
];
/// How often one must stand there: names of people hold foreign letters as well.
const TELLING: usize = 3;

/// The language that most of `text` is in (BCP 47), if that is beyond doubt.
#[must_use]
pub fn language(text: &str) -> Option<&'static str> {
    let found = detect(text).filter(whatlang::Info::is_reliable)?;
    let own = TELLTALES.iter().find(|(letters, _)| {
        text.chars().filter(|c| letters.contains(*c)).take(TELLING).count() == TELLING
    });
    match own {
        // Azerbaijani has its ə in another block, Persian none of these.
        Some((_, named)) => *named,
        None => tag(found.lang()),
    }
}

/// The usual tag of a language; those that nobody publishes news in have none.
fn tag(language: Lang) -> Option<&'static str> {
    TAGS.iter().find(|(lang, _)| *lang == language).map(|(_, tag)| *tag)
}

const TAGS: &[(Lang, &str)] = &[
    (Lang::Afr, "af"),
    (Lang::Amh, "am"),
    (Lang::Ara, "ar"),
    (Lang::Aze, "az"),
    (Lang::Bel, "be"),
    (Lang::Ben, "bn"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Cym, "cy"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Guj, "gu"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Hye, "hy"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kan, "kn"),
    (Lang::Kat, "ka"),
    (Lang::Khm, "km"),
    (Lang::Kor, "ko"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mal, "ml"),
    (Lang::Mar, "mr"),
    (Lang::Mkd, "mk"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Ori, "or"),
    (Lang::Pan, "pa"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Sin, "si"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Tgl, "fil"),
    (Lang::Tha, "th"),
    (Lang::Tuk, "tk"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Uzb, "uz"),
    (Lang::Vie, "vi"),
    (Lang::Yid, "yi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_many_words_is_told() {
        let texts = [
            (
                "en",
                "The ministers met on Tuesday and agreed that the talks would go on in the spring, the radio said.",
            ),
            (
                "ru",
                "Министры встретились во вторник и договорились продолжить переговоры весной, сообщило радио.",
            ),
            (
                "id",
                "Para menteri bertemu pada hari Selasa dan sepakat bahwa pembicaraan akan dilanjutkan, kata radio itu.",
            ),
            ("ko", "장관들은 화요일에 만나 봄에 회담을 계속하기로 합의했다고 라디오가 전했다."),
            ("ja", "閣僚らは火曜日に会談し、春に協議を続けることで合意したとラジオが伝えた。"),
            (
                "ar",
                "اجتمع الوزراء يوم الثلاثاء واتفقوا على مواصلة المحادثات في الربيع كما ذكرت الإذاعة",
            ),
        ];
        for (tag, text) in texts {
            assert_eq!(language(text), Some(tag), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_left_open() {
        assert_eq!(language("Putin"), None);
        assert_eq!(language(""), None);
    }

    #[test]
    fn letters_of_languages_that_are_not_known_are_seen() {
        let kazakh = "Министрлер сейсенбі күні кездесіп, көктемде келіссөздерді жалғастыруға келісті, деп хабарлады радио. Бұл ұсыныс ұлттық";
        assert_eq!(language(kazakh).filter(|tag| *tag != "kk"), None);
        let icelandic = "Ráðherrarnir hittust á þriðjudag og samþykktu að halda viðræðum áfram í vor, það sagði útvarpið þá.";
        assert_eq!(language(icelandic).filter(|tag| *tag != "is"), None);
    }
}
