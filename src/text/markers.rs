//! What outlets put between the lines of their articles: "Baca Juga:", "Читайте также", "関連記事". What
//! follows is another article's title, and no part of this one. What a single source repeats is
//! learned by `boilerplate`; these are the words that thousands use.

use super::{fold, loosen};
use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use std::ops::Range;
use std::sync::LazyLock;

/// The longest title that follows a marker in a text without lines, in bytes.
const LONGEST: usize = 400;

/// What ends a sentence.
const ENDS: [&str; 6] = [". ", "! ", "? ", "。", "। ", "؟ "];

/// Forty languages; where a marker also begins ordinary sentences, it has its colon.
const MARKERS: &[&str] = &[
    // Indonesian, Malay, Filipino, Javanese
    "Baca Juga",
    "Baca Selengkapnya",
    "Artikel Terkait",
    "Berita Terkait",
    "Simak Juga",
    "Lihat Juga:",
    "Pilihan Editor:",
    "Baca Lagi:",
    "Berita Berkaitan",
    "Basahin:",
    "Kaugnay na balita",
    "Basahin din",
    // English
    "Read also",
    "Also read",
    "Read more:",
    "READ MORE",
    "Related articles",
    "Related:",
    "Related stories",
    "See also:",
    "More on this story",
    "Recommended stories",
    "Recommended reading",
    "You may also like",
    "Leave a comment",
    "Watch:",
    "Sign up for our",
    "Subscribe to our",
    "Don't miss:",
    "Most read",
    "Trending now",
    // German, Dutch, Afrikaans
    "Lesen Sie auch",
    "Lesen Sie mehr",
    "Mehr zum Thema",
    "Das könnte Sie auch interessieren",
    "Lees ook",
    "Lees meer:",
    "Meer over dit onderwerp",
    "Lees ook:",
    "Lees verder:",
    // French, Catalan, Spanish, Galician, Portuguese, Italian, Romanian
    "Lire aussi",
    "À lire aussi",
    "A lire aussi",
    "Lire la suite",
    "Voir aussi",
    "Sur le même sujet",
    "Llegiu també",
    "Llegeix també",
    "Lea también",
    "Leer más:",
    "Te puede interesar",
    "Le puede interesar",
    "Lee también",
    "Noticias relacionadas",
    "Más información:",
    "Ver también",
    "Lea tamén",
    "Leia também",
    "Leia mais",
    "Veja também",
    "Saiba mais:",
    "Notícias relacionadas",
    "Leggi anche",
    "Leggi tutto",
    "Potrebbe interessarti",
    "Citește și",
    "Citiți și",
    "Vezi și",
    "Recomandări:",
    // Russian, Ukrainian, Belarusian, Bulgarian, Macedonian, Serbian
    "Читайте также",
    "Читать также",
    "Читайте ещё",
    "Смотрите также",
    "По теме:",
    "Материалы по теме",
    "Читайте по теме",
    "Подробнее:",
    "Читайте також",
    "Читайте ще",
    "Дивіться також",
    "За темою:",
    "Чытайце таксама",
    "Прочетете още",
    "Вижте още",
    "Още по темата",
    "Прочитајте и",
    "Прочитајте повеќе",
    "Прочитајте још",
    "Прочитајте и ово",
    // Polish, Czech, Slovak, Croatian, Slovenian, Bosnian
    "Czytaj także",
    "Czytaj też",
    "Zobacz też",
    "Zobacz także",
    "Przeczytaj także",
    "Przeczytaj też",
    "Čtěte také",
    "Přečtěte si také",
    "Související články",
    "Čítajte aj",
    "Prečítajte si aj",
    "Súvisiace články",
    "Pročitajte i",
    "Pročitaj i",
    "Pročitajte još",
    "Vidi još",
    "Preberite tudi",
    "Preberite še",
    "Pročitajte više",
    // Swedish, Danish, Norwegian, Icelandic, Finnish, Estonian, Latvian, Lithuanian
    "Läs också",
    "Läs även",
    "Läs mer:",
    "LÄS OCKSÅ",
    "Læs også",
    "Les også",
    "Lesa líka",
    "Sjá einnig",
    "Lue myös",
    "Lue lisää:",
    "Loe ka",
    "Loe veel",
    "Lasi arī",
    "Lasiet arī",
    "Skaitykite taip pat",
    "Taip pat skaitykite",
    // Hungarian, Greek, Albanian, Turkish, Azerbaijani, Uzbek, Kazakh
    "Olvassa el",
    "Ezt is olvassa el",
    "Kapcsolódó cikkek",
    "Διαβάστε επίσης",
    "Διαβάστε ακόμα",
    "Δείτε επίσης",
    "Διαβάστε ακόμη",
    "Lexo edhe",
    "Lexoni edhe",
    "İlgili haberler",
    "İlginizi çekebilir",
    "Ayrıca okuyun",
    "Bunu da oku",
    "Həmçinin oxuyun",
    "Shuningdek o'qing",
    "Оқи отырыңыз",
    "Тағы оқыңыз",
    // Arabic, Persian, Urdu, Hebrew
    "اقرأ أيضا",
    "اقرأ أيضًا",
    "إقرأ أيضا",
    "اقرأ المزيد",
    "مواضيع ذات صلة",
    "شاهد أيضا",
    "بیشتر بخوانید",
    "همچنین بخوانید",
    "مطالب مرتبط",
    "یہ بھی پڑھیں",
    "مزید پڑھیں",
    "קראו גם",
    "קראו עוד",
    "כתבות נוספות",
    // Hindi, Marathi, Bengali, Tamil, Telugu, Malayalam, Gujarati
    "यह भी पढ़ें",
    "ये भी पढ़ें",
    "इसे भी पढ़ें",
    "और पढ़ें:",
    "हेही वाचा",
    "हे पण वाचा",
    "আরও পড়ুন",
    "আরো পড়ুন",
    "இதையும் படியுங்கள்",
    "இதையும் படிங்க",
    "ఇవి కూడా చదవండి",
    "ഇതും വായിക്കുക",
    "આ પણ વાંચો",
    // Korean, Japanese, Chinese, Thai, Vietnamese, Swahili, Amharic, Georgian, Armenian
    "관련기사",
    "관련 기사",
    "함께 보기",
    "함께 보면 좋은",
    "추천기사",
    "많이 본 뉴스",
    "더보기:",
    "関連記事",
    "関連ニュース",
    "あわせて読みたい",
    "【関連記事】",
    "関連リンク",
    "相关阅读",
    "延伸阅读",
    "相关新闻",
    "推荐阅读",
    "相關新聞",
    "延伸閱讀",
    "相關報導",
    "推薦閱讀",
    "更多新聞",
    "ข่าวที่เกี่ยวข้อง",
    "อ่านเพิ่มเติม",
    "อ่านข่าว",
    "Xem thêm:",
    "Tin liên quan",
    "Đọc thêm:",
    "Soma pia",
    "Soma zaidi",
    "ተጨማሪ ያንብቡ",
    "ასევე წაიკითხეთ",
    "Կարդացեք նաև",
    "Կարդացեք նաեւ",
];

/// What markers take out of a folded text, in its order, nothing twice. They are looked for only where a line
/// or a sentence begins: within one they are no markers.
#[must_use]
pub fn marked(folded: &str) -> Vec<Range<usize>> {
    static SEARCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(searcher);
    let mut out: Vec<Range<usize>> = Vec::new();
    let Some(searcher) = SEARCHER.as_ref() else { return out };
    let mut beginnings = Beginnings { text: folded, at: 0, begins: Some(Begins::Line) };
    while let Some((start, begins)) = beginnings.next() {
        let here = Input::new(folded).range(start..).anchored(Anchored::Yes);
        if searcher.find(here).is_some_and(|found| ends_word(folded, found.end())) {
            let taken = start..start + length(&folded[start..], begins);
            beginnings.go_on(taken.end);
            out.push(taken);
        }
    }
    out
}

/// What begins where a marker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Line,
    Sentence,
}

/// Where lines and sentences begin, whatever signs stand before their first letters.
struct Beginnings<'t> {
    text: &'t str,
    at: usize,
    /// Whether one begins at `at`, as far as what stands before it tells.
    begins: Option<Begins>,
}

impl Beginnings<'_> {
    /// Goes on behind what was taken out, which may have been cut off within a sentence.
    fn go_on(&mut self, at: usize) {
        let has_ended = self.text[..at].trim_end().ends_with(['.', '!', '?', '。', '।', '؟']);
        (self.at, self.begins) = (at, has_ended.then_some(Begins::Sentence));
    }
}

impl Iterator for Beginnings<'_> {
    type Item = (usize, Begins);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.begins.is_none() {
                let rest = &self.text.as_bytes()[self.at..];
                self.at += rest.iter().position(|byte| MAY_END[usize::from(*byte)])?;
            }
            let (start, before) = (self.at, self.begins);
            let c = self.text[start..].chars().next()?;
            self.at += c.len_utf8();
            self.begins = match c {
                '\n' => Some(Begins::Line),
                '.' | '!' | '?' | '…' | '。' | '।' | '؟' | '"' | '”' | ':' | '|' => {
                    Some(Begins::Sentence)
                }
                '»' => before.or(Some(Begins::Sentence)),
                ' ' | '【' | '[' | '(' | '▶' | '>' | '■' | '-' | '*' => before,
                _ => None,
            };
            if let Some(begins) = before.filter(|_| c != '\n') {
                return Some((start, begins));
            }
        }
    }
}

/// By the first byte of a character, whether something may begin behind it.
const MAY_END: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0xff {
        table[byte as usize] = matches!(
            byte,
            b'\n' | b'.' | b'!' | b'?' | b'"' | b':' | b'|' | 0xc2 | 0xd8 | 0xe0 | 0xe2 | 0xe3
        );
        byte += 1;
    }
    table
};

/// `None` would be a defect that a test sees: the list is our own.
fn searcher() -> Option<AhoCorasick> {
    // Matchers loosen what they look at.
    let both = MARKERS.iter().flat_map(|marker| {
        let folded = fold(marker).into_owned();
        let loose = loosen(&folded).into_owned();
        [folded, loose]
    });
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .start_kind(StartKind::Anchored)
        .build(both)
        .ok()
}

/// Whether no word goes on at byte `at`; scripts without spaces have no words to go on.
fn ends_word(text: &str, at: usize) -> bool {
    let letter = |c: char| c.is_alphanumeric() && super::script(c).is_spaced();
    let before = text[..at].chars().next_back();
    !(before.is_some_and(letter) && text[at..].starts_with(letter))
}

/// How much a marker that `text` begins with takes out: to the end of its line, or of its sentence where
/// the line goes on.
fn length(text: &str, begins: Begins) -> usize {
    // Only what may be taken out is looked at: markers may follow each other without end.
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let rest = &text[..end];
    let line = rest.find('\n');
    let within = &rest[..line.unwrap_or(rest.len())];
    let sentence = ENDS.iter().filter_map(|end| within.find(end).map(|at| at + end.len())).min();
    line.filter(|_| begins == Begins::Line).or(sentence).unwrap_or(within.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        let folded = fold(text);
        let (mut kept, mut end) = (String::new(), 0);
        for part in marked(&folded) {
            kept.push_str(&folded[end..part.start]);
            end = part.end;
        }
        kept + &folded[end..]
    }

    #[test]
    fn a_marker_takes_its_line_or_its_sentence_out_and_only_where_one_begins() {
        let line = "Kremlin membantah.\nBaca Juga: Korut uji rudal. Dunia cemas\nIni lanjutannya.";
        assert_eq!(kept(line), "kremlin membantah.\n\nini lanjutannya.");
        let sentence = "He denied it. Read also: North Korea tests missile. He then left.";
        assert_eq!(kept(sentence), "he denied it. he then left.");
        assert_eq!(
            kept("They read also the letters of Kim."),
            "they read also the letters of kim."
        );
        assert_eq!(kept("Das Ende. Lesen Sie auch: Nordkorea testet"), "das ende. ");
        assert_eq!(kept("본문이다. 관련기사 북한 미사일\n계속"), "본문이다. \n계속");
        assert_eq!(kept("本文。\n【関連記事】北朝鮮\n続き"), "本文。\n\n続き");
        assert_eq!(kept("Watch: this"), "");
        assert_eq!(kept("Read alsox: this"), "read alsox: this");
    }

    #[test]
    fn a_marker_may_stand_behind_every_sign_that_ends_a_sentence() {
        for end in ['.', '!', '?', '…', '。', '।', '؟', '"', '”', '»', ':', '|', '\n'] {
            assert_eq!(marked(&format!("x{end}read also: y")).len(), 1, "{end}");
            assert_eq!(marked(&format!("x{end} [» read also: y")).len(), 1, "{end}");
        }
        assert!(marked("x - read also: y").is_empty());
        assert!(marked("x» read also: y").len() == 1 && marked("x, read also: y").is_empty());
        let cut = format!("read also: {} read also: z", "y".repeat(LONGEST));
        assert_eq!(marked(&cut).len(), 1);
    }

    #[test]
    fn every_marker_is_found_in_folded_and_in_loosened_text() {
        for marker in MARKERS {
            let folded = fold(marker);
            assert!(!marked(&format!("{folded} x")).is_empty(), "{marker}");
            assert!(!marked(&format!("{} x", loosen(&folded))).is_empty(), "{marker}");
        }
    }
}
