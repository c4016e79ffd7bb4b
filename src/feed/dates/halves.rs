//! Words for the two halves of the day.

/// A half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

const MORNING: [&str; 11] =
    ["am", "오전", "새벽", "아침", "上午", "午前", "凌晨", "早上", "清晨", "पूर्वाह्न", "صباحا"];

const AFTERNOON: [&str; 14] = [
    "pm",
    "오후",
    "저녁",
    "밤",
    "下午",
    "午後",
    "晚上",
    "傍晚",
    "中午",
    "अपराह्न",
    "مساء",
    "عصر",
    "ptg",
    "petang",
];

/// Short ones that mean other things elsewhere: only right behind a time.
const BEHIND_TIME: [(&str, Half); 10] = [
    ("ص", Half::Morning),
    ("م", Half::Afternoon),
    ("sa", Half::Morning),
    ("ch", Half::Afternoon),
    ("pg", Half::Morning),
    ("fm", Half::Morning),
    ("em", Half::Afternoon),
    ("ap", Half::Morning),
    ("ip", Half::Afternoon),
    ("os", Half::Afternoon),
];

/// The half that a plainly spelled word names.
pub(super) fn of(word: &str, is_behind_time: bool) -> Option<Half> {
    if MORNING.contains(&word) {
        Some(Half::Morning)
    } else if AFTERNOON.contains(&word) {
        Some(Half::Afternoon)
    } else {
        let short = || BEHIND_TIME.iter().find(|(name, _)| *name == word).map(|(_, half)| *half);
        is_behind_time.then(short).flatten()
    }
}

/// The half that two letters with dots stand for: `a.m.`, `μ.μ.`, `ب.ظ`.
pub(super) fn of_letters(first: &str, second: &str) -> Option<Half> {
    match (first, second) {
        ("a", "m") | ("π", "μ") | ("ق", "ظ") => Some(Half::Morning),
        ("p", "m") | ("μ", "μ") | ("ب", "ظ") => Some(Half::Afternoon),
        _ => None,
    }
}
