//! The languages that names are written in: how their words take endings, and sets of languages. A
//! language that is not listed is unknown here, and whatever is unknown is open to all.

use crate::text::Script;

/// A language with names in the table, by its place in [`LANGUAGES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Language(u8);

/// How a language's words change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// Not at all, as far as names go; also scripts whose words are not divided by spaces.
    Fixed,
    English,
    Dutch,
    German,
    Nordic,
    Romance,
    Romanian,
    SlavicCyrillic,
    SlavicLatin,
    Baltic,
    Finnic,
    Hungarian,
    Basque,
    Turkic,
    Mongolic,
    Caucasian,
    Armenian,
    Greek,
    Albanian,
    Hindi,
    Indic,
    Dravidian,
    Arabic,
    Persian,
    Hebrew,
    Ethiopic,
    Malay,
    Filipino,
    Bantu,
    Celtic,
}

use Family as F;

/// Subtag, family, and the script that it is mostly written in.
const LANGUAGES: &[(&str, Family, Script)] = &[
    ("af", F::Dutch, Script::Latin),
    ("am", F::Ethiopic, Script::Ethiopic),
    ("ar", F::Arabic, Script::Arabic),
    ("as", F::Indic, Script::Bengali),
    ("ast", F::Romance, Script::Latin),
    ("az", F::Turkic, Script::Latin),
    ("be", F::SlavicCyrillic, Script::Cyrillic),
    ("bg", F::SlavicCyrillic, Script::Cyrillic),
    ("bn", F::Indic, Script::Bengali),
    ("bo", F::Fixed, Script::Tibetan),
    ("br", F::Celtic, Script::Latin),
    ("bs", F::SlavicLatin, Script::Latin),
    ("ca", F::Romance, Script::Latin),
    ("ceb", F::Filipino, Script::Latin),
    ("ckb", F::Persian, Script::Arabic),
    ("cs", F::SlavicLatin, Script::Latin),
    ("cy", F::Celtic, Script::Latin),
    ("da", F::Nordic, Script::Latin),
    ("de", F::German, Script::Latin),
    ("el", F::Greek, Script::Greek),
    ("en", F::English, Script::Latin),
    ("es", F::Romance, Script::Latin),
    ("et", F::Finnic, Script::Latin),
    ("eu", F::Basque, Script::Latin),
    ("fa", F::Persian, Script::Arabic),
    ("fi", F::Finnic, Script::Latin),
    ("fil", F::Filipino, Script::Latin),
    ("fo", F::Nordic, Script::Latin),
    ("fr", F::Romance, Script::Latin),
    ("fy", F::Dutch, Script::Latin),
    ("ga", F::Celtic, Script::Latin),
    ("gd", F::Celtic, Script::Latin),
    ("gl", F::Romance, Script::Latin),
    ("gu", F::Indic, Script::Gujarati),
    ("ha", F::Fixed, Script::Latin),
    ("he", F::Hebrew, Script::Hebrew),
    ("hi", F::Hindi, Script::Devanagari),
    ("hr", F::SlavicLatin, Script::Latin),
    ("hu", F::Hungarian, Script::Latin),
    ("hy", F::Armenian, Script::Armenian),
    ("id", F::Malay, Script::Latin),
    ("ig", F::Fixed, Script::Latin),
    ("is", F::Nordic, Script::Latin),
    ("it", F::Romance, Script::Latin),
    ("ja", F::Fixed, Script::Han),
    ("jv", F::Malay, Script::Latin),
    ("ka", F::Caucasian, Script::Georgian),
    ("kk", F::Turkic, Script::Cyrillic),
    ("km", F::Fixed, Script::Khmer),
    ("kn", F::Dravidian, Script::Kannada),
    ("ko", F::Fixed, Script::Hangul),
    ("ku", F::Turkic, Script::Latin),
    ("ky", F::Turkic, Script::Cyrillic),
    ("lb", F::German, Script::Latin),
    ("lo", F::Fixed, Script::Lao),
    ("lt", F::Baltic, Script::Latin),
    ("lv", F::Baltic, Script::Latin),
    ("mg", F::Fixed, Script::Latin),
    ("mi", F::Fixed, Script::Latin),
    ("mk", F::SlavicCyrillic, Script::Cyrillic),
    ("ml", F::Dravidian, Script::Malayalam),
    ("mn", F::Mongolic, Script::Cyrillic),
    ("mr", F::Indic, Script::Devanagari),
    ("ms", F::Malay, Script::Latin),
    ("mt", F::Romance, Script::Latin),
    ("my", F::Fixed, Script::Myanmar),
    ("nb", F::Nordic, Script::Latin),
    ("ne", F::Indic, Script::Devanagari),
    ("nl", F::Dutch, Script::Latin),
    ("om", F::Fixed, Script::Latin),
    ("or", F::Indic, Script::Other),
    ("pa", F::Indic, Script::Gurmukhi),
    ("pl", F::SlavicLatin, Script::Latin),
    ("ps", F::Persian, Script::Arabic),
    ("pt", F::Romance, Script::Latin),
    ("qu", F::Fixed, Script::Latin),
    ("rm", F::Romance, Script::Latin),
    ("ro", F::Romanian, Script::Latin),
    ("ru", F::SlavicCyrillic, Script::Cyrillic),
    ("rw", F::Fixed, Script::Latin),
    ("sc", F::Romance, Script::Latin),
    ("sd", F::Persian, Script::Arabic),
    ("si", F::Indic, Script::Sinhala),
    ("sk", F::SlavicLatin, Script::Latin),
    ("sl", F::SlavicLatin, Script::Latin),
    ("so", F::Fixed, Script::Latin),
    ("sq", F::Albanian, Script::Latin),
    ("sr", F::SlavicCyrillic, Script::Cyrillic),
    ("su", F::Malay, Script::Latin),
    ("sv", F::Nordic, Script::Latin),
    ("sw", F::Bantu, Script::Latin),
    ("ta", F::Dravidian, Script::Tamil),
    ("te", F::Dravidian, Script::Telugu),
    ("tg", F::Mongolic, Script::Cyrillic),
    ("th", F::Fixed, Script::Thai),
    ("ti", F::Ethiopic, Script::Ethiopic),
    ("tk", F::Turkic, Script::Latin),
    ("tn", F::Fixed, Script::Latin),
    ("to", F::Fixed, Script::Latin),
    ("tr", F::Turkic, Script::Latin),
    ("tt", F::Turkic, Script::Cyrillic),
    ("ug", F::Persian, Script::Arabic),
    ("uk", F::SlavicCyrillic, Script::Cyrillic),
    ("ur", F::Persian, Script::Arabic),
    ("uz", F::Turkic, Script::Latin),
    ("vi", F::Fixed, Script::Latin),
    ("wo", F::Fixed, Script::Latin),
    ("xh", F::Fixed, Script::Latin),
    ("yi", F::Hebrew, Script::Hebrew),
    ("yo", F::Fixed, Script::Latin),
    ("zh", F::Fixed, Script::Han),
    ("zu", F::Fixed, Script::Latin),
];

/// Other subtags of the same languages, and those that are near enough to read their names.
const SAME: &[(&str, &str)] = &[
    ("iw", "he"),
    ("in", "id"),
    ("tl", "fil"),
    ("no", "nb"),
    ("nn", "nb"),
    ("mo", "ro"),
    ("sh", "hr"),
    ("cnr", "sr"),
    ("yue", "zh"),
    ("cmn", "zh"),
    ("wuu", "zh"),
    ("nan", "zh"),
    ("hak", "zh"),
    ("ji", "yi"),
    ("prs", "fa"),
    ("azb", "az"),
    ("swh", "sw"),
    ("zsm", "ms"),
    ("arb", "ar"),
    ("arz", "ar"),
    ("apc", "ar"),
    ("kmr", "ku"),
    ("khk", "mn"),
    ("pnb", "pa"),
    ("ba", "tt"),
];

impl Language {
    /// The language of a BCP 47 tag, if names are known in it.
    pub(super) fn of(tag: &str) -> Option<Self> {
        let subtag = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let subtag =
            SAME.iter().find(|(other, _)| *other == subtag).map_or(&*subtag, |(_, own)| own);
        let at = LANGUAGES.binary_search_by_key(&subtag, |(tag, ..)| tag).ok()?;
        u8::try_from(at).ok().map(Self)
    }

    /// All of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(LANGUAGES.len()).map(Self)
    }

    /// How its words, written in `script`, change.
    pub(super) fn family(self, script: Script) -> Family {
        let (_, family, _) = LANGUAGES[usize::from(self.0)];
        match (family, script) {
            // Serbian and Bosnian are written in both scripts.
            (Family::SlavicCyrillic, Script::Latin) => Family::SlavicLatin,
            (Family::SlavicLatin, Script::Cyrillic) => Family::SlavicCyrillic,
            (family, _) => family,
        }
    }

    /// The script that it is mostly written in.
    pub(super) fn script(self) -> Script {
        LANGUAGES[usize::from(self.0)].2
    }

    /// Its tag.
    pub(super) fn tag(self) -> &'static str {
        LANGUAGES[usize::from(self.0)].0
    }
}

/// A set of languages, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Languages(u128);

impl Languages {
    /// All of them, and whatever is written in none: what matches in every text.
    pub(super) const ALL: Self = Self(u128::MAX);

    pub(super) fn only(language: Language) -> Self {
        Self(1 << language.0)
    }

    #[must_use]
    pub(super) fn with(self, language: Language) -> Self {
        Self(self.0 | 1 << language.0)
    }

    #[must_use]
    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of them are among `others`.
    pub(super) fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_are_sorted_and_fit_into_a_set() {
        assert!(LANGUAGES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(LANGUAGES.len() < 128);
        assert!(SAME.iter().all(|(_, own)| Language::of(own).is_some()));
    }

    #[test]
    fn regions_scripts_and_old_tags_lead_to_the_language() {
        for (tag, own) in
            [("pt-BR", "pt"), ("zh_Hant_TW", "zh"), ("NO", "nb"), ("iw", "he"), ("fil-PH", "fil")]
        {
            assert_eq!(Language::of(tag).map(Language::tag), Some(own), "{tag}");
        }
        assert_eq!(Language::of("x-klingon"), None);
        assert_eq!(Language::of(""), None);
    }
}
