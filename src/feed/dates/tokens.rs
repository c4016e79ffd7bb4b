//! A date's text in one spelling, and its numbers, words and marks.

use crate::text;
use unicode_normalization::char::decompose_canonical;

/// Folded, without accents, in ASCII digits, and with the counters of Chinese, Japanese and Korean
/// dates after a number as the marks that they stand for.
pub(super) fn plainly_spelled(text: &str) -> String {
    let folded = text::fold(text);
    if folded.is_ascii() {
        return folded.into_owned();
    }
    let mut plain = String::with_capacity(folded.len());
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        let after_digit = plain.ends_with(|c: char| c.is_ascii_digit());
        match c {
            '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' =>
            {
                push_numeral(&mut plain, c, &mut chars);
            }
            // The first year of an era.
            '元' if chars.peek() == Some(&'年') => plain.push('1'),
            '년' | '年' | '월' | '月' if after_digit => plain.push('-'),
            '일' | '日' | '号' | '號' if after_digit => plain.push(' '),
            '시' | '時' | '时' | '點' | '点' if after_digit => plain.push('h'),
            '분' | '分' if after_digit => plain.push('m'),
            '초' | '秒' if after_digit => plain.push('s'),
            '半' if plain.ends_with('h') => plain.push_str("30m"),
            '\u{2212}' | '\u{2013}' | '\u{2010}' => plain.push('-'),
            '\u{200e}' | '\u{200f}' => {}
            c => push_bare(&mut plain, c),
        }
    }
    plain
}

/// A character without its accents; letters that Arabic and Persian write in two ways in one.
fn push_bare(plain: &mut String, c: char) {
    match c {
        '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{4ff}' | '\u{1e00}'..='\u{1fff}' => {
            decompose_canonical(c, |part| {
                if !is_accent(part) {
                    plain.push(part);
                }
            });
        }
        'أ' | 'إ' | 'آ' => plain.push('ا'),
        'ى' | 'ی' => plain.push('ي'),
        'ک' => plain.push('ك'),
        c if is_accent(c) => {}
        c => plain.push(ascii_digit(c)),
    }
}

fn is_accent(c: char) -> bool {
    // Arabic's vowels and Hebrew's points are accents too: some write them, most do not.
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{591}'..='\u{5c7}')
}

/// A run of Chinese numerals as digits, where a counter follows: in `星期五` it is no number.
fn push_numeral(
    plain: &mut String,
    first: char,
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
) {
    const DIGITS: &str = "〇一二三四五六七八九";
    let value = |c: char| DIGITS.chars().position(|digit| digit == c);
    let mut run = vec![first];
    while let Some(c) = chars.next_if(|c| value(*c).is_some() || *c == '十') {
        run.push(c);
    }
    let is_counted = chars.peek().is_some_and(|c| "年月日号號時时點点分秒".contains(*c));
    if !is_counted {
        return plain.extend(run);
    }
    let digit = |part: &[char]| part.first().and_then(|c| value(*c));
    if let Some(ten) = run.iter().position(|c| *c == '十') {
        let tens = digit(&run[..ten]).unwrap_or(1);
        let ones = digit(&run[ten + 1..]).unwrap_or(0);
        plain.push_str(&(tens * 10 + ones).to_string());
    } else {
        plain.extend(run.iter().filter_map(|c| value(*c)).map(|digit| digit.to_string()));
    }
}

/// Digits of the scripts that write dates with their own, as ASCII.
fn ascii_digit(c: char) -> char {
    const ZEROS: [u32; 15] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0x1040, 0x17e0,
    ];
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
    let is_mark = matches!(c,
        '\u{900}'..='\u{dff}' | '\u{e80}'..='\u{eff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}' | '\u{2bc}' | '\u{2019}');
    (c.is_alphabetic() || is_mark) && !is_thai(c)
}
