//! A date's text in one spelling, and its numbers, words and marks.

use crate::text;

/// Folded, in ASCII digits, and with the counters of Chinese, Japanese and Korean dates after a
/// number as the punctuation that they stand for.
pub(super) fn spelled_plainly(text: &str) -> String {
    let folded = text::fold(text);
    let mut plain = String::with_capacity(folded.len());
    for c in folded.chars() {
        let c = ascii_digit(c);
        let after_digit = plain.ends_with(|c: char| c.is_ascii_digit());
        plain.push(match c {
            '년' | '年' | '월' | '月' if after_digit => '-',
            '일' | '日' | '号' | '號' | '초' | '秒' if after_digit => ' ',
            '시' | '時' | '时' | '點' | '点' | '분' | '分' if after_digit => ':',
            '\u{2212}' | '\u{2013}' => '-',
            '\u{200e}' | '\u{200f}' => continue,
            c => c,
        });
    }
    plain.replace("a.m", "am").replace("p.m", "pm")
}

/// Digits of the scripts that write dates with their own, as ASCII.
fn ascii_digit(c: char) -> char {
    const ZEROS: [u32; 7] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040, 0x17e0];
    let code = u32::from(c);
    ZEROS
        .into_iter()
        .find(|zero| (*zero..zero + 10).contains(&code))
        .and_then(|zero| char::from_digit(code - zero, 10))
        .unwrap_or(c)
}

/// A piece of a date. White space of any length is the mark `' '`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Mark(char),
}

/// Takes a plainly spelled text apart.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |inside: fn(char) -> bool| rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (token, length) = if first.is_ascii_digit() {
            let length = length(|c| c.is_ascii_digit());
            (Token::Number(&rest[..length]), length)
        } else if is_thai(first) {
            // Thai abbreviates months with inner dots: ม.ค.
            let length = length(|c| is_thai(c) || c == '.');
            (Token::Word(&rest[..length]), length)
        } else if is_word(first) {
            let length = length(is_word);
            (Token::Word(&rest[..length]), length)
        } else {
            let mark = if first.is_whitespace() { ' ' } else { first };
            (Token::Mark(mark), first.len_utf8())
        };
        if (token, tokens.last()) != (Token::Mark(' '), Some(&Token::Mark(' '))) {
            tokens.push(token);
        }
        rest = &rest[length..];
    }
    tokens
}

fn is_thai(c: char) -> bool {
    ('\u{e01}'..='\u{e4e}').contains(&c)
}

/// Combining marks count: half of a Hindi month's name is made of them.
fn is_word(c: char) -> bool {
    let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}');
    (c.is_alphabetic() || is_mark) && !is_thai(c)
}
