//! Marks that agencies and outlets put before or behind the title of another edition of the same
//! text: "UPDATE 2-", "(LEAD)", "[속보]", "Обновлено:". They say nothing about what the text is.

/// Marks that may stand before one title.
const MOST: usize = 4;
/// No mark is longer, in bytes of folded text.
const LONGEST: usize = 40;

/// Folded, without digits and ordinals, by language.
const MARKS: [&[&str]; 25] = [
    // English
    &[
        "update",
        "updates",
        "updated",
        "wrapup",
        "wrap up",
        "refile",
        "rpt",
        "repeat",
        "corrected",
        "correction",
        "recast",
        "recasts",
        "lead",
        "ld",
        "writethru",
        "breaking",
        "breaking news",
        "just in",
        "urgent",
        "alert",
        "exclusive",
        "developing",
        "roundup",
    ],
    // German
    &[
        "eilmeldung",
        "eil",
        "aktualisiert",
        "aktualisierung",
        "korrektur",
        "berichtigung",
        "wdh",
        "exklusiv",
    ],
    // French
    &[
        "mise à jour",
        "maj",
        "actualisé",
        "flash",
        "alerte",
        "correctif",
        "exclusif",
        "dernière minute",
    ],
    // Spanish
    &[
        "actualización",
        "actualizado",
        "actualiza",
        "urgente",
        "última hora",
        "corrección",
        "ampliación",
        "amp",
        "exclusiva",
    ],
    // Portuguese
    &["atualização", "atualizado", "atualizada", "correção", "exclusivo"],
    // Italian
    &[
        "aggiornamento",
        "aggiornato",
        "ultim'ora",
        "ultim’ora",
        "ultima ora",
        "rettifica",
        "esclusiva",
    ],
    // Russian
    &[
        "обновлено",
        "обновление",
        "обновляется",
        "срочно",
        "молния",
        "уточнение",
        "исправлено",
        "дополнено",
        "дополнение",
        "эксклюзив",
        "повтор",
    ],
    // Ukrainian
    &["оновлено", "оновлюється", "терміново", "доповнено", "ексклюзив"],
    // Polish
    &["aktualizacja", "pilne", "z ostatniej chwili", "korekta"],
    // Czech, Slovak
    &["aktualizováno", "aktualizované", "aktualizace", "právě teď"],
    // Dutch
    &["bijgewerkt", "rectificatie"],
    // Swedish, Norwegian, Danish
    &[
        "uppdaterad",
        "uppdatering",
        "rättelse",
        "senaste nytt",
        "oppdatert",
        "opdateret",
        "rettelse",
    ],
    // Finnish
    &["päivitetty", "päivitys", "oikaisu"],
    // Hungarian, Romanian, Greek
    &["frissítve", "frissítés", "actualizare", "ultima oră", "ενημέρωση", "έκτακτο"],
    // Turkish
    &["güncelleme", "güncellendi", "son dakika", "flaş", "düzeltme"],
    // Indonesian, Malay
    &["terbaru", "terkini", "ralat", "koreksi", "eksklusif"],
    // Vietnamese
    &["cập nhật", "tin nóng", "đính chính"],
    // Arabic
    &["عاجل", "تحديث", "محدث", "تصحيح", "حصري"],
    // Persian
    &["فوری", "بهروزرسانی", "تکمیلی", "اصلاحیه"],
    // Hebrew
    &["עדכון", "מבזק", "דחוף", "תיקון"],
    // Hindi
    &["ब्रेकिंग", "ब्रेकिंग न्यूज", "ब्रेकिंग न्यूज़", "अपडेट"],
    // Korean: "종합2보" without its digit is "종합보"
    &["속보", "종합", "종합보", "보", "상보", "긴급", "단독", "업데이트", "정정", "수정"],
    // Japanese
    &["速報", "更新", "号外", "訂正", "詳報", "続報", "追記", "独自", "再送"],
    // Chinese
    &["快讯", "快訊", "突发", "突發", "最新", "更正", "独家", "獨家", "即时", "即時"],
    // Thai
    &["ด่วน", "อัปเดต", "อัพเดต"],
];

/// A folded title without the marks at its ends, and whether there were any.
#[must_use]
pub(super) fn without_marks(folded: &str) -> (&str, bool) {
    let mut title = folded.trim();
    let mut marked = false;
    for _ in 0..MOST {
        let Some(rest) = after_mark(title).or_else(|| before_mark(title)) else { break };
        title = rest;
        marked = true;
    }
    (title, marked)
}

fn after_mark(title: &str) -> Option<&str> {
    let end =
        title.char_indices().map(|(at, _)| at).find(|at| *at > LONGEST).unwrap_or(title.len());
    let head = &title[..end];
    let rest = if title.starts_with(OPENING) {
        let close = head.find(CLOSING)?;
        let inner = head[..close].trim_start_matches(OPENING);
        is_mark(inner).then(|| after_char(title, close))
    } else {
        let sign = head.find(SIGNS).filter(|at| is_mark(&head[..*at]));
        match sign {
            Some(at) => Some(after_char(title, at)),
            None => dense_word(title),
        }
    }?;
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || SIGNS.contains(&c));
    (!rest.is_empty()).then_some(rest)
}

fn before_mark(title: &str) -> Option<&str> {
    let (rest, mark) = match title.strip_suffix(CLOSING) {
        Some(inner) => inner.rsplit_once(OPENING)?,
        None => title.rsplit_once(" -")?,
    };
    let rest = rest.trim_end();
    (is_mark(mark.trim_start_matches('-')) && !rest.is_empty()).then_some(rest)
}

const OPENING: [char; 6] = ['[', '(', '【', '<', '〔', '［'];
const CLOSING: [char; 6] = [']', ')', '】', '>', '〕', '］'];
const SIGNS: [char; 8] = [':', '-', '–', '—', '|', '!', '/', '‐'];

fn after_char(text: &str, at: usize) -> &str {
    let mut rest = text[at..].chars();
    rest.next();
    rest.as_str()
}

/// Scripts whose marks are never an ordinary first word need no sign behind them.
fn dense_word(title: &str) -> Option<&str> {
    let (first, rest) = title.split_once(' ')?;
    let dense = first.chars().next().is_some_and(|c| c >= '\u{1100}');
    (dense && is_mark(first)).then_some(rest)
}

fn is_mark(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| !is_ordinal(word));
    let mut bare = String::with_capacity(text.len());
    for word in words {
        if !bare.is_empty() {
            bare.push(' ');
        }
        bare.extend(word.chars().filter(|c| !c.is_ascii_digit()));
    }
    MARKS.iter().any(|marks| marks.contains(&bare.as_str()))
}

fn is_ordinal(word: &str) -> bool {
    let end = word.trim_start_matches(|c: char| c.is_ascii_digit());
    end.len() < word.len() && matches!(end, "" | "st" | "nd" | "rd" | "th" | ".")
}

#[cfg(test)]
mod tests {
    use super::without_marks;

    #[test]
    fn marks_of_editions_are_taken_off_in_many_languages() {
        for (marked, bare) in [
            ("update 2-putin lands in pyongyang", "putin lands in pyongyang"),
            ("wrapup 1-markets fall", "markets fall"),
            ("(lead) kim meets putin", "kim meets putin"),
            ("(2nd ld) kim meets putin", "kim meets putin"),
            ("[속보] 푸틴, 평양 도착", "푸틴, 평양 도착"),
            ("푸틴, 평양 도착(종합2보)", "푸틴, 평양 도착"),
            ("обновлено: путин прилетел", "путин прилетел"),
            ("срочно! путин прилетел", "путин прилетел"),
            ("【更新】普京抵達平壤", "普京抵達平壤"),
            ("速報 プーチン氏が平壌に到着", "プーチン氏が平壌に到着"),
            ("son dakika: putin pyongyang'da", "putin pyongyang'da"),
            ("عاجل | بوتين يصل", "بوتين يصل"),
            ("rpt-update 3-oil falls", "oil falls"),
            ("breaking news: oil falls", "oil falls"),
            ("oil falls -- 2nd update", "oil falls"),
        ] {
            assert_eq!(without_marks(marked), (bare, true), "{marked}");
        }
    }

    #[test]
    fn other_words_and_bare_marks_stay() {
        for title in [
            "lead poisoning in flint",
            "korea-russia summit",
            "[photo] a summit",
            "update",
            "(lead)",
        ] {
            assert_eq!(without_marks(title), (title, false));
        }
    }
}
