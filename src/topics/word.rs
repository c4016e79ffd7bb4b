//! What a word without quotes means to the language, and the words of a phrase. Where they end is
//! decided by `lexer`.

use super::error::{RuleError, nearest};
use super::lexer::Token;
use super::rule::{Field, Term};
use std::ops::Range;

/// The widest `near/N`: beyond this it is `and`.
const WIDEST_NEAR: u32 = 1_000;

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』')
}

/// The characters of a concept's name.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// A word that a colon follows.
pub(super) fn field(name: &str, span: Range<usize>) -> Result<Token, RuleError> {
    name.parse().map(Token::Field).map_err(|()| {
        let lower = name.to_lowercase();
        let near = nearest(&lower, Field::ALL.iter().map(|field| field.name()));
        let help = near.map_or_else(
            || {
                let names = Field::ALL.map(|field| format!("`{}:`", field.name()));
                format!("fields are {}; to look for a colon, use quotes", names.join(" "))
            },
            |near| format!("did you mean `{near}:`? To look for a colon, use quotes"),
        );
        RuleError::new(span, format!("there is no field `{name}:`")).help(help)
    })
}

/// A word without quotes: a keyword, a term, or a habit from another search language.
pub(super) fn bare(word: &str, span: Range<usize>) -> Result<Token, RuleError> {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "and" => return Ok(Token::And),
        "or" => return Ok(Token::Or),
        "not" => return Ok(Token::Not),
        _ => {}
    }
    if let Some(words) = lower.strip_prefix("near").filter(|n| n.is_empty() || n.starts_with('/')) {
        return near(words.trim_start_matches('/'), span);
    }
    if let Some(instead) = foreign(word) {
        return Err(RuleError::new(span, format!("`{word}` is not part of this language"))
            .help(format!("write {instead}")));
    }
    let (stem, prefix) = unstarred(word, &span)?;
    if !has_substance(stem) {
        return Err(RuleError::new(span, format!("`{word}` has no letter or digit in it")));
    }
    let stem = stem.to_owned();
    Ok(Token::Term(if prefix { Term::Prefix(stem) } else { Term::Word(stem) }))
}

fn near(words: &str, span: Range<usize>) -> Result<Token, RuleError> {
    match words.parse() {
        Ok(words) if (1..=WIDEST_NEAR).contains(&words) => Ok(Token::Near(words)),
        _ => Err(RuleError::new(span, "`near` needs a number of words from 1 to 1000")
            .help("write it as in `missile near/5 launch`; quote \"near\" to look for the word")),
    }
}

/// What to write instead of an operator of other search languages.
fn foreign(word: &str) -> Option<String> {
    match word {
        "&" | "&&" | "+" => Some("`and`".to_owned()),
        "|" | "||" => Some("`or`".to_owned()),
        "-" | "!" => Some("`not`".to_owned()),
        _ => {
            let term = word.strip_prefix(['-', '!'])?;
            has_substance(term).then(|| format!("`not {term}`"))
        }
    }
}

/// The word without a final `*`, and whether it had one.
fn unstarred<'a>(word: &'a str, span: &Range<usize>) -> Result<(&'a str, bool), RuleError> {
    let stem = word.strip_suffix('*').unwrap_or(word);
    match stem.find('*') {
        None => Ok((stem, stem.len() < word.len())),
        Some(place) => {
            let from = span.start + place;
            Err(RuleError::new(from..from + 1, "a `*` can only end a word")
                .help("`word*` finds every word that begins so; for more use a `/regex/`"))
        }
    }
}

/// A phrase in its normal form: one space between words, no quotes inside.
pub(super) fn phrase(inside: &str, span: Range<usize>) -> Result<Term, RuleError> {
    let mut words = Vec::new();
    for word in inside.split(|c: char| c.is_whitespace() || is_quote(c)).filter(|w| !w.is_empty()) {
        let from = span.start + (word.as_ptr() as usize - inside.as_ptr() as usize);
        let (stem, prefix) = unstarred(word, &(from..from + word.len()))?;
        if prefix && !has_substance(stem) {
            return Err(RuleError::new(from..from + word.len(), "a `*` needs a word before it")
                .help("`word*` finds every word that begins so"));
        }
        words.push(word);
    }
    let phrase = words.join(" ");
    if has_substance(&phrase) {
        Ok(Term::Phrase(phrase))
    } else {
        Err(RuleError::new(span, "this phrase has no letter or digit in it"))
    }
}

/// Whether there is something to look for: a letter, a digit, an arrow or a picture.
fn has_substance(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_alphanumeric() || matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
    })
}

/// Refuses a regex that stands at byte `offset` of the rule.
pub(super) fn check_regex(pattern: &str, offset: usize) -> Result<(), RuleError> {
    let span = offset..offset + pattern.len();
    if pattern.is_empty() {
        return Err(RuleError::new(offset - 1..offset + 1, "this regex is empty"));
    }
    let regex = super::regex(pattern).map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        RuleError::new(span.clone(), format!("this regex is not valid: {reason}"))
    })?;
    if regex.is_match("") {
        return Err(RuleError::new(span, "this regex matches every text")
            .help("it also matches where nothing stands: use `+` in place of `*`, drop a `?`"));
    }
    Ok(())
}
