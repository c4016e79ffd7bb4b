//! What the sites write about: words of a few languages, put together at random.

use crate::random::Random;

pub(super) struct Tongue {
    pub(super) code: &'static str,
    /// Encodings beside UTF-8 that its sites were ever served in.
    pub(super) encodings: &'static [&'static str],
    words: &'static [&'static str],
    /// What stands under every article.
    pub(super) boilerplate: &'static str,
}

pub(super) const TONGUES: [Tongue; 4] = [
    Tongue {
        code: "en",
        encodings: &["iso-8859-1", "utf-16"],
        words: &[
            "harbour",
            "council",
            "bridge",
            "vote",
            "ferry",
            "museum",
            "budget",
            "strike",
            "river",
            "school",
            "tunnel",
            "doctor",
            "market",
            "fire",
            "stadium",
            "prize",
            "minister",
            "island",
            "orchard",
            "court",
            "wages",
            "flood",
            "choir",
            "tram",
            "bakery",
            "satellite",
            "café",
            "reef",
            "miners",
            "library",
        ],
        boilerplate: "Sign up for our newsletter and read more of this every morning.",
    },
    Tongue {
        code: "ru",
        encodings: &["windows-1251", "koi8-r", "utf-16"],
        words: &[
            "порт",
            "совет",
            "мост",
            "выборы",
            "паром",
            "музей",
            "бюджет",
            "забастовка",
            "река",
            "школа",
            "тоннель",
            "врач",
            "рынок",
            "пожар",
            "стадион",
            "премия",
            "министр",
            "остров",
            "сад",
            "суд",
            "зарплата",
            "паводок",
            "хор",
            "трамвай",
            "пекарня",
            "спутник",
            "ёлка",
            "риф",
            "шахтёры",
            "вокзал",
        ],
        boilerplate: "Читайте также другие новости нашего сайта.",
    },
    Tongue {
        code: "ko",
        encodings: &["euc-kr", "utf-16"],
        words: &[
            "항구",
            "의회",
            "다리",
            "투표",
            "여객선",
            "박물관",
            "예산",
            "파업",
            "강변",
            "학교",
            "터널",
            "의사",
            "시장",
            "화재",
            "경기장",
            "상금",
            "장관",
            "섬마을",
            "과수원",
            "법원",
            "임금",
            "홍수",
            "합창단",
            "전차",
            "빵집",
            "위성",
            "찻집",
            "산호",
            "광부",
            "도서관",
        ],
        boilerplate: "무단 전재 및 재배포 금지.",
    },
    Tongue {
        code: "id",
        encodings: &["windows-1252"],
        words: &[
            "pelabuhan",
            "dewan",
            "jembatan",
            "pemilu",
            "kapal",
            "museum",
            "anggaran",
            "mogok",
            "sungai",
            "sekolah",
            "terowongan",
            "dokter",
            "pasar",
            "kebakaran",
            "stadion",
            "hadiah",
            "menteri",
            "pulau",
            "kebun",
            "pengadilan",
            "upah",
            "banjir",
            "paduan",
            "trem",
            "roti",
            "satelit",
            "kedai",
            "karang",
            "penambang",
            "pustaka",
        ],
        boilerplate: "Baca juga berita lain hari ini.",
    },
];

impl Tongue {
    /// `count` words, the first as titles begin.
    pub(super) fn say(&self, dice: &mut Random, count: u64) -> String {
        let said = (0..count).map(|_| self.word(dice)).collect::<Vec<_>>().join(" ");
        let mut letters = said.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    }

    /// One that there is, or one of the letters of some: by a few words alone all texts would be alike.
    fn word(&self, dice: &mut Random) -> String {
        let mut some = || self.words[super::below(dice, self.words.len())];
        let first = some();
        if first.len().is_multiple_of(2) && first.is_ascii() {
            return first.to_owned();
        }
        let mut letter = |place: usize| some().chars().cycle().nth(place).unwrap_or('a');
        first.chars().enumerate().map(|(place, _)| letter(place)).collect()
    }
}
