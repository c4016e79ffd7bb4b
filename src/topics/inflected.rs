//! What may follow the stem of a name in each family of languages: closed lists where a family's endings
//! can be listed, chains where they are piled up, a limit of length where neither is worth it.

use super::boundary::run;
use super::ending::{ADJECTIVES, NOUNS};
use super::language::Family;

/// What may follow the stem of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Inflected {
    /// A noun of the family; its last vowel was taken off if `open`.
    Noun { family: Family, open: bool },
    /// An adjective or an inhabitant's name.
    Adjective { family: Family, open: bool },
    /// What the family makes of a country's name: its adjective, its inhabitants.
    Derived(Family),
    /// One of these.
    Listed(&'static [&'static str]),
    /// Up to so many letters.
    UpTo(u8),
}

/// The longest rest of a word that is looked at, in letters.
const LONGEST: usize = 14;
/// The longest compound that German makes with a name, in letters behind it.
const COMPOUND: usize = 24;
/// From so many letters on, what follows a German name is taken for the rest of a compound.
const COMPOUNDED: usize = 5;

impl Inflected {
    /// The rest of the word that begins `text`, if it belongs to the name.
    pub(super) fn rest(self, text: &str) -> Option<&str> {
        let most = match self {
            Self::UpTo(most) => usize::from(most),
            Self::Noun { family: Family::German, open: false } => COMPOUND,
            _ => LONGEST,
        };
        let rest = run(text, most)?;
        let fits = match self {
            Self::UpTo(_) => true,
            Self::Listed(endings) => endings.contains(&rest),
            Self::Noun { family, open } => (rest.is_empty() && !open) || noun(family, rest, open),
            Self::Adjective { family, open } => {
                (rest.is_empty() && !open) || adjective(family, rest)
            }
            Self::Derived(family) => derived(family, rest),
        };
        fits.then_some(rest)
    }
}

fn noun(family: Family, rest: &str, open: bool) -> bool {
    use Family as F;
    match family {
        F::English => ["s", "n", "ns", "an", "ans", "ian", "ians", "i", "is"].contains(&rest),
        F::Dutch => DUTCH.contains(&rest),
        F::German => is_german(rest),
        F::Baltic => BALTIC_NOUNS.contains(&rest),
        F::Nordic => NORDIC_NOUNS.contains(&rest) || derived(family, rest),
        F::SlavicLatin => SLAVIC_LATIN.contains(&rest) || rest.is_empty(),
        F::Turkic => turkic(rest),
        // "रूसा" is no Russia; "अमेरिका" is America without its last letter, too.
        F::Hindi => HINDI.contains(&rest) && (open || !HINDI_OPEN.contains(&rest)),
        F::Arabic => ARABIC.contains(&rest),
        F::Persian => PERSIAN.contains(&rest),
        F::Hebrew => ["ת", "ם", "ים", "ות", "יות", "יים", "ה", "ני", "י", "ית"].contains(&rest),
        F::Ethiopic => rest.chars().count() <= 4,
        F::Malay => ["nya", "lah", "pun"].contains(&rest),
        F::Filipino => ["ng", "s"].contains(&rest),
        _ => false,
    }
}

fn adjective(family: Family, rest: &str) -> bool {
    use Family as F;
    match family {
        F::Romanian => ROMANIAN.contains(&rest),
        F::German => GERMAN.contains(&rest),
        F::Nordic => NORDIC_ADJECTIVES.contains(&rest),
        F::SlavicCyrillic => NOUNS.contains(&rest) || ADJECTIVES.contains(&rest),
        _ => false,
    }
}

/// What derives adjectives and inhabitants from a stem.
fn derived(family: Family, rest: &str) -> bool {
    use Family as F;
    match family {
        F::SlavicCyrillic => {
            built(rest, 2, &["ск", "цк", "ськ", "цьк", "зьк"], ADJECTIVES)
                || built(rest, 2, &["ець", "ец", "янин", "анин", "ян", "ан", "чан"], NOUNS)
                || built(rest, 0, &["ц"], NOUNS)
        }
        F::SlavicLatin => {
            built(rest, 2, &["sk", "ck", "šk", "čk", "šť", "čt", "št"], SLAVIC_LATIN)
                || built(rest, 2, &["ec", "čan", "ćan", "an", "ín", "ian", "nin"], SLAVIC_LATIN)
                || built(rest, 0, &["c"], SLAVIC_LATIN)
        }
        F::Nordic => {
            built(rest, 3, &["sk"], NORDIC_ADJECTIVES)
                || built(rest, 0, &["ier", "an"], NORDIC_NOUNS)
        }
        F::German => built(rest, 2, &["isch"], GERMAN),
        F::Finnic => [
            "lai", "läi", "alai", "älai", "äläi", "ailai", "ilai", "elai", "lan", "la", "alan",
            "lased",
        ]
        .iter()
        .any(|start| rest.starts_with(start)),
        F::Hungarian => ["i", "ai", "ei", "ái", "éi"].iter().any(|start| rest.starts_with(start)),
        F::Baltic => BALTIC.contains(&rest),
        F::Basque => rest.starts_with('r'),
        F::Armenian => {
            rest.starts_with("ական") || rest.starts_with("ցի") || rest.starts_with("յան")
        }
        F::Greek => built(rest, 3, &["ικ"], GREEK) || built(rest, 1, &["κ", "ν", "εζ"], GREEK),
        F::Arabic => {
            rest.strip_prefix('ی').is_some_and(|rest| rest.is_empty() || ARABIC.contains(&rest))
        }
        F::Persian => PERSIAN.contains(&rest),
        F::Hebrew => rest.starts_with('י') && ["י", "ים", "ית", "יות", "יים", "יה"].contains(&rest),
        _ => false,
    }
}

/// Whether `rest` is up to `infix` letters, one of `cores`, and one of `endings` or none.
fn built(rest: &str, infix: usize, cores: &[&str], endings: &[&str]) -> bool {
    rest.char_indices().take(infix + 1).any(|(at, _)| {
        cores.iter().any(|core| {
            rest[at..]
                .strip_prefix(core)
                .is_some_and(|tail| tail.is_empty() || endings.contains(&tail))
        })
    })
}

/// An ending, or a word that a compound goes on with: "Koreareise", "Russlanddeal". The shortest are
/// listed, so that "Koreander" is none.
fn is_german(rest: &str) -> bool {
    let letters = rest.chars().count();
    GERMAN.contains(&rest)
        || letters >= COMPOUNDED
        || GERMAN_HEADS.iter().any(|head| rest == *head || rest.strip_suffix('s') == Some(head))
}

/// Endings that follow one another, as Turkish, Azerbaijani, Uzbek, Turkmen, Kazakh, Kyrgyz and Tatar
/// pile them up.
fn turkic(rest: &str) -> bool {
    let mut rest = rest;
    let mut left = 4;
    while !rest.is_empty() && left > 0 {
        let Some(end) = TURKIC.iter().find_map(|ending| rest.strip_prefix(ending)) else {
            return false;
        };
        rest = end;
        left -= 1;
    }
    rest.is_empty()
}

/// Of nouns and adjectives in Latvian and Lithuanian.
const BALTIC_NOUNS: &[&str] = &[
    "a", "ā", "ą", "e", "ē", "ė", "ę", "i", "ī", "į", "o", "s", "š", "u", "ū",
    "ų", // one letter
    "ai", "ais", "aus", "aj", "ajā", "ajai", "ajam", "ajiem", "ajos", "ajām", "ajās", "am", "ame",
    "ams", "amā", "as", "ās", "ām", "ei", "es", "ės", "ēs", "ēm", "ėje", "ėms", "ėse", "ėmis",
    "ia", "iai", "iais", "iam", "iame", "iams", "ias", "iaus", "ią", "ie", "ies", "iem", "ieši",
    "iete", "ietes", "io", "ioje", "ioms", "iomis", "ios", "iose", "is", "iu", "iui", "iuose",
    "ius", "ių", "im", "ja", "jai", "jam", "jas", "jā", "ji", "jiem", "jos", "ju", "jus", "oje",
    "oms", "omis", "os", "ose", "ui", "umi", "uje", "uose", "us", "ys", "yje",
];

const DUTCH: &[&str] = &[
    "", "s", "e", "es", "en", "se", "n", "ns", "nse", "ees", "ese", "ër", "ërs", "iër", "iërs",
    "isch", "ische", "er", "ers", "ens", "ense",
];
const GERMAN: &[&str] = &[
    "", "s", "e", "er", "en", "es", "em", "n", "ern", "ers", "in", "innen", "erin", "erinnen",
    "ere", "eren",
];
const GERMAN_HEADS: &[&str] = &[
    "amt", "chef", "deal", "elf", "fan", "fans", "flug", "gas", "hass", "haus", "idee", "kurs",
    "plan", "rede", "tag", "team", "tour", "öl",
];
const NORDIC_NOUNS: &[&str] = &[
    "s", "n", "ns", "en", "er", "erne", "ene", "arna", "ar", "are", "i", "u", "ne", "na", "um",
    "inu", "ið", "ir", "a",
];
const NORDIC_ADJECTIVES: &[&str] = &[
    "", "a", "e", "t", "s", "an", "as", "es", "en", "er", "ere", "erne", "erna", "ar", "are",
    "arna", "or", "orna", "i", "u", "ur", "ir", "um", "ra", "rar", "ri", "ri", "um", "sk", "ska",
    "ske", "skt", "skur", "ski", "sku", "skar", "skir", "skum", "skra", "skri", "ernas", "arnas",
    "ernes", "skes", "skas", "in",
];
pub(super) const ROMANCE: &[&str] = &[
    "", "s", "e", "es", "a", "as", "os", "i", "ne", "nes", "ns", "ais", "aux", "sos", "sa", "ses",
];
pub(super) const ROMANCE_ES: &[&str] =
    &["és", "ês", "ès", "esa", "esas", "eses", "esos", "eso", "ese", "esi"];
pub(super) const ROMANCE_AN: &[&str] = &[
    "án", "ana", "ano", "anes", "anas", "anos", "ão", "ã", "ães", "ãos", "ãs", "à", "ans", "ín",
    "ina", "inos", "inas", "á", "ás",
];
pub(super) const ROMANCE_VOWEL: &[&str] = &["o", "a", "e", "i", "os", "as", "es", "hi", "he"];
const ROMANIAN: &[&str] = &[
    "a", "ă", "e", "i", "ei", "ii", "ul", "ului", "ilor", "ele", "elor", "iei", "o", "esc",
    "ească", "ești", "ește", "eștii", "ilor", "ilor", "că", "ce", "ca", "ci", "co", "cii", "n",
    "nă", "ni", "ne", "lui",
];
const SLAVIC_LATIN: &[&str] = &[
    "a", "e", "i", "o", "u", "y", "á", "é", "í", "ý", "ą", "ę", "ó", "ě", "ů", "ou", "om", "em",
    "am", "ami", "ach", "ách", "ech", "ích", "ov", "ów", "ův", "ova", "ovi", "ovú", "ům", "im",
    "ím", "ym", "ej", "iej", "ii", "ji", "jo", "ju", "je", "jou", "jom", "ih", "ima", "ama", "og",
    "oga", "iju", "iji", "ijom", "ijo", "iją", "ię", "ią", "ie", "ia", "iu", "iem", "oj", "omu",
    "emu", "ego", "ého", "ému", "ým", "ých", "ými", "ími", "ich", "imi", "iho", "ega", "eg", "em",
    "mi", "ť", "ti", "eho", "iego", "iemu", "ové", "owie", "ovia", "och", "ovi", "iom", "jom",
    "ja", "janin", "jska",
];
const BALTIC: &[&str] = &[
    "as", "ai", "ų", "ams", "us", "ais", "ui", "ą", "o", "u", "uose", "ė", "ės", "e", "is", "iai",
    "ių", "iui", "iu", "į", "io", "s", "i", "iem", "os", "a", "am", "ā", "ās", "iete", "iešu",
    "ieši", "iešiem", "ų", "iškas", "iška", "iški", "iškų",
];
pub(super) const GREEK: &[&str] = &[
    "", "ι", "ια", "ιασ", "ιο", "ιοι", "ιου", "ιουσ", "ιων", "ε", "ιδασ", "ιδων", "α", "η", "ο",
    "οσ", "ησ", "ου", "ων", "εσ", "οι", "ουσ", "ασ", "ον", "αν", "ην", "ισ", "ιδα", "ιδεσ", "ων",
];
const HINDI: &[&str] = &[
    "ा",
    "ी",
    "े",
    "ों",
    "ियों",
    "ियो",
    "न",
    "नों",
    "ियन",
    "ीय",
    "ीयों",
    "ाई",
    "ाइयों",
    "या",
    "यों",
    "वासी",
    "वासियों",
    "ियाई",
    "ियाइयों",
];
/// Those that only stand for a vowel that was taken off.
const HINDI_OPEN: &[&str] = &["ा", "े", "या"];
/// After loosening: ه stands for ة, and ی for ي.
const ARABIC: &[&str] =
    &["ه", "ون", "ین", "ان", "ات", "ا", "تین", "تان", "یه", "یین", "یون", "یا", "یات", "ی", "وا"];
const PERSIAN: &[&str] = &[
    "",
    "ا",
    "ه",
    "ی",
    "یی",
    "ایی",
    "وی",
    "ها",
    "های",
    "یها",
    "یهای",
    "ییها",
    "ییهای",
    "ایها",
    "وها",
    "ویها",
    "یان",
    "ییان",
    "ان",
    "وں",
    "یوں",
    "اییوں",
    "ییوں",
    "ن",
    "نو",
    "انو",
    "یای",
    "یایی",
    "ین",
    "م",
    "یه",
    "ای",
    "هي",
    "دا",
    "نی",
    "نینگ",
    "نىڭ",
];
const TURKIC: &[&str] = &[
    "larn",
    "lern",
    "lar",
    "ler",
    "lər",
    "lıq",
    "lik",
    "lık",
    "luk",
    "lük",
    "li",
    "lı",
    "lu",
    "lü",
    "ly",
    "nin",
    "nın",
    "nun",
    "nün",
    "ning",
    "niň",
    "nyň",
    "dan",
    "den",
    "dən",
    "tan",
    "ten",
    "daki",
    "deki",
    "dagi",
    "ndan",
    "nda",
    "ni",
    "nı",
    "nu",
    "nü",
    "da",
    "de",
    "də",
    "ta",
    "te",
    "ya",
    "ye",
    "yə",
    "ga",
    "ka",
    "qa",
    "na",
    "ne",
    "nə",
    "ça",
    "çe",
    "ca",
    "cə",
    "cha",
    "si",
    "sı",
    "sy",
    "in",
    "un",
    "ün",
    "im",
    "i",
    "u",
    "ü",
    "y",
    "a",
    "e",
    "ə",
    "dir",
    "dır",
    "m",
    // Cyrillic
    "лар",
    "лер",
    "дар",
    "дер",
    "тар",
    "тер",
    "лық",
    "лік",
    "дық",
    "дік",
    "тық",
    "тік",
    "лук",
    "лык",
    "дик",
    "лик",
    "лүк",
    "дук",
    "дык",
    "тук",
    "тык",
    "ның",
    "нің",
    "дың",
    "дің",
    "тың",
    "тің",
    "нын",
    "нин",
    "дын",
    "дин",
    "тын",
    "тин",
    "нун",
    "дун",
    "дан",
    "ден",
    "тан",
    "тен",
    "нан",
    "нен",
    "дағы",
    "дегі",
    "тағы",
    "тегі",
    "дагы",
    "деги",
    "тагы",
    "теги",
    "мен",
    "бен",
    "пен",
    "менен",
    "да",
    "де",
    "та",
    "те",
    "до",
    "дө",
    "га",
    "ге",
    "ға",
    "ка",
    "ке",
    "қа",
    "на",
    "не",
    "ны",
    "ні",
    "ды",
    "ді",
    "ты",
    "ті",
    "ни",
    "ди",
    "ти",
    "нү",
    "дү",
    "сы",
    "сі",
    "си",
    "ша",
    "ше",
    "ча",
    "че",
    "дә",
    "дән",
    "гә",
    "лы",
    "лі",
    "ли",
    "лә",
    "ы",
    "і",
    "и",
    "у",
    "ю",
    "я",
    "а",
    "е",
    "ә",
    "й",
    "н",
];
