//! Which script a character is written in, by ranges of Unicode blocks: enough to choose how words
//! are found. It knows letters of living scripts; exact properties of rare characters are left out
//! on purpose, so that no data file is needed.

/// The writing system of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Script {
    /// Latin, with its extensions and full-width forms.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Armenian.
    Armenian,
    /// Georgian.
    Georgian,
    /// Hebrew.
    Hebrew,
    /// Arabic, with Persian, Urdu and Uyghur letters.
    Arabic,
    /// Ethiopic.
    Ethiopic,
    /// Devanagari.
    Devanagari,
    /// Bengali.
    Bengali,
    /// Gurmukhi.
    Gurmukhi,
    /// Gujarati.
    Gujarati,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Kannada.
    Kannada,
    /// Malayalam.
    Malayalam,
    /// Sinhala.
    Sinhala,
    /// Thai.
    Thai,
    /// Lao.
    Lao,
    /// Burmese and its neighbours.
    Myanmar,
    /// Khmer.
    Khmer,
    /// Tibetan.
    Tibetan,
    /// Mongolian in its own script.
    Mongolian,
    /// Chinese characters, in any language.
    Han,
    /// Japanese hiragana.
    Hiragana,
    /// Japanese katakana, half-width too.
    Katakana,
    /// Taiwanese phonetic signs.
    Bopomofo,
    /// Korean syllables and letters.
    Hangul,
    /// A letter of another script.
    Other,
    /// Digits, punctuation, signs, marks, white space: part of whatever surrounds them.
    Common,
}

impl Script {
    /// Whether words are divided by spaces. Not so in Han, kana, Bopomofo, Thai, Lao, Khmer,
    /// Myanmar and Tibetan.
    #[must_use]
    pub fn is_spaced(self) -> bool {
        use Script::{Bopomofo, Han, Hiragana, Katakana, Khmer, Lao, Myanmar, Thai, Tibetan};
        !matches!(
            self,
            Han | Hiragana | Katakana | Bopomofo | Thai | Lao | Khmer | Myanmar | Tibetan
        )
    }
}

/// The script of `c`.
#[must_use]
pub fn script(c: char) -> Script {
    if c.is_ascii() {
        return if c.is_ascii_alphabetic() { Script::Latin } else { Script::Common };
    }
    if let Some(script) = WHOLE.get(c as usize / WIDTH).copied().flatten() {
        return script;
    }
    let at = BLOCKS.partition_point(|&(_, last, _)| last < c);
    match BLOCKS.get(at) {
        Some(&(first, _, script)) if first <= c => script,
        _ if c.is_alphabetic() => Script::Other,
        _ => Script::Common,
    }
}

/// Characters of a stretch in [`WHOLE`].
const WIDTH: usize = 32;

/// The script of each stretch of the basic plane that is of one script: most of what is written is found
/// here without a search.
const WHOLE: [Option<Script>; 0x1_0000 / WIDTH] = {
    let mut whole = [None; 0x1_0000 / WIDTH];
    let mut at = 0;
    while at < BLOCKS.len() {
        let (first, last, script) = BLOCKS[at];
        let mut stretch = (first as usize).div_ceil(WIDTH);
        while stretch < whole.len() && (stretch + 1) * WIDTH <= last as usize + 1 {
            whole[stretch] = Some(script);
            stretch += 1;
        }
        at += 1;
    }
    whole
};

/// First and last character of each range, in order.
const BLOCKS: &[(char, char, Script)] = {
    use Script::{
        Arabic, Armenian, Bengali, Bopomofo, Common, Cyrillic, Devanagari, Ethiopic, Georgian,
        Greek, Gujarati, Gurmukhi, Han, Hangul, Hebrew, Hiragana, Kannada, Katakana, Khmer, Lao,
        Latin, Malayalam, Mongolian, Myanmar, Sinhala, Tamil, Telugu, Thai, Tibetan,
    };
    &[
        ('ª', 'ª', Latin),
        ('º', 'º', Latin),
        ('À', 'Ö', Latin),
        ('Ø', 'ö', Latin),
        ('ø', 'ʸ', Latin),
        ('Ͱ', 'ͽ', Greek),
        ('Ϳ', 'Ϳ', Greek),
        ('Ά', 'Ά', Greek),
        ('Έ', 'Ͽ', Greek),
        ('Ѐ', '\u{52f}', Cyrillic),
        ('Ա', '֏', Armenian),
        ('\u{591}', '״', Hebrew),
        ('\u{600}', '\u{604}', Arabic),
        ('؆', '؋', Arabic),
        ('،', '؟', Common),
        ('ؠ', '\u{65f}', Arabic),
        ('٠', '٬', Common),
        ('٭', '\u{6ef}', Arabic),
        ('۰', '۹', Common),
        ('ۺ', 'ۿ', Arabic),
        ('ݐ', 'ݿ', Arabic),
        ('\u{870}', '\u{8ff}', Arabic),
        ('\u{900}', 'ॣ', Devanagari),
        ('।', '॥', Common),
        ('०', 'ॿ', Devanagari),
        ('ঀ', '\u{9fe}', Bengali),
        ('\u{a01}', '੶', Gurmukhi),
        ('\u{a81}', '\u{aff}', Gujarati),
        ('\u{b82}', '௺', Tamil),
        ('\u{c00}', '౿', Telugu),
        ('ಀ', 'ೳ', Kannada),
        ('\u{d00}', 'ൿ', Malayalam),
        ('\u{d81}', '෴', Sinhala),
        ('ก', '\u{e3a}', Thai),
        ('฿', '฿', Common),
        ('เ', '๛', Thai),
        ('ກ', 'ໟ', Lao),
        ('ༀ', '\u{fda}', Tibetan),
        ('က', '႟', Myanmar),
        ('Ⴀ', 'ჿ', Georgian),
        ('ᄀ', 'ᇿ', Hangul),
        ('ሀ', '᎙', Ethiopic),
        ('ក', '៹', Khmer),
        ('᠀', 'ᢪ', Mongolian),
        ('᧠', '᧿', Khmer),
        ('ᲀ', '\u{1c8a}', Cyrillic),
        ('Ა', 'Ჿ', Georgian),
        ('ᴀ', 'ᴥ', Latin),
        ('Ḁ', 'ỿ', Latin),
        ('ἀ', '῾', Greek),
        ('\u{212a}', '\u{212b}', Latin),
        ('Ⱡ', 'Ɀ', Latin),
        ('ⴀ', 'ⴭ', Georgian),
        ('ⶀ', 'ⷞ', Ethiopic),
        ('\u{2de0}', '\u{2dff}', Cyrillic),
        ('⺀', '⿕', Han),
        ('々', '々', Han),
        ('〇', '〇', Han),
        ('ぁ', 'ゖ', Hiragana),
        ('ゝ', 'ゟ', Hiragana),
        ('ァ', 'ヺ', Katakana),
        ('ー', 'ヿ', Katakana),
        ('ㄅ', 'ㄯ', Bopomofo),
        ('ㄱ', 'ㆎ', Hangul),
        ('ㆠ', 'ㆿ', Bopomofo),
        ('ㇰ', 'ㇿ', Katakana),
        ('㐀', '䶿', Han),
        ('一', '\u{9fff}', Han),
        ('Ꙁ', 'ꚟ', Cyrillic),
        ('Ꜣ', 'ꟿ', Latin),
        ('\u{a8e0}', '\u{a8ff}', Devanagari),
        ('ꥠ', 'ꥼ', Hangul),
        ('ꧠ', 'ꧾ', Myanmar),
        ('ꩠ', 'ꩿ', Myanmar),
        ('ꬰ', 'ꭤ', Latin),
        ('가', 'ퟻ', Hangul),
        ('\u{f900}', '\u{faff}', Han),
        ('\u{fb00}', '\u{fb06}', Latin),
        ('\u{fb13}', '\u{fb17}', Armenian),
        ('\u{fb1d}', '\u{fb4f}', Hebrew),
        ('\u{fb50}', '\u{fdff}', Arabic),
        ('\u{fe70}', '\u{fefc}', Arabic),
        ('Ａ', 'Ｚ', Latin),
        ('ａ', 'ｚ', Latin),
        ('ｦ', 'ﾟ', Katakana),
        ('ﾠ', 'ￜ', Hangul),
        ('\u{1b000}', '\u{1b16f}', Hiragana),
        ('\u{20000}', '\u{3ffff}', Han),
    ]
};

#[cfg(test)]
mod tests {
    use super::{BLOCKS, Script, script};

    #[test]
    fn the_table_is_in_order_without_overlap() {
        assert!(BLOCKS.iter().all(|&(first, last, _)| first <= last));
        assert!(BLOCKS.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn a_stretch_of_one_script_says_what_the_table_says() {
        for c in '\u{80}'..=char::MAX {
            let block = BLOCKS.iter().find(|&&(first, last, _)| (first..=last).contains(&c));
            if let Some(&(.., expected)) = block {
                assert_eq!(script(c), expected, "U+{:04X}", u32::from(c));
            } else {
                assert!(matches!(script(c), Script::Other | Script::Common));
            }
        }
    }

    #[test]
    fn letters_know_their_script() {
        let known = [
            ("KoreaßğŁạ", Script::Latin),
            ("Россияїґ", Script::Cyrillic),
            ("Ελλάδαἀ", Script::Greek),
            ("한국ㄱ", Script::Hangul),
            ("朝鮮中国々", Script::Han),
            ("ひらがな", Script::Hiragana),
            ("カタカナーｶ", Script::Katakana),
            ("ข่าว", Script::Thai),
            ("روسياپگ", Script::Arabic),
            ("חדשות", Script::Hebrew),
            ("समाचार", Script::Devanagari),
            ("ខ្មែរ", Script::Khmer),
            ("မြန်မာ", Script::Myanmar),
            ("ລາວ", Script::Lao),
            ("საქართველო", Script::Georgian),
            ("Հայաստան", Script::Armenian),
            ("ዜና", Script::Ethiopic),
            ("செய்தி", Script::Tamil),
        ];
        for (word, expected) in known {
            for c in word.chars() {
                assert_eq!(script(c), expected, "{c}");
            }
        }
    }

    #[test]
    fn signs_and_digits_belong_to_no_script() {
        for c in "0 9.,!-—«»“”…。、・！？()@#×÷٣۵\u{301}😀".chars() {
            assert_eq!(script(c), Script::Common, "{c}");
        }
    }

    #[test]
    fn korean_and_arabic_are_spaced_and_japanese_and_thai_are_not() {
        assert!(script('한').is_spaced() && script('ر').is_spaced() && script('a').is_spaced());
        assert!(!script('朝').is_spaced() && !script('の').is_spaced() && !script('ข').is_spaced());
    }
}
