//! Cuts a rule into words, quoted phrases, regexes and signs, each with its place. What they mean
//! together is left to `parser`.

use super::error::RuleError;
use super::rule::{Field, Term};
use super::word::{bare, check_regex, field, is_name, is_quote, phrase};
use std::ops::Range;

/// One piece of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
    /// `near/N`
    Near(u32),
    /// `title:`
    Field(Field),
    /// `@name`, without the `@`.
    Concept(String),
    Term(Term),
    /// `^N`, standing directly behind its term.
    Weight(f32),
}

pub(super) type Spanned<T> = (T, Range<usize>);

/// The greatest weight.
const HEAVIEST: f32 = 100.0;

/// Cuts `text` into tokens.
pub(super) fn lex(text: &str) -> Result<Vec<Spanned<Token>>, RuleError> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while lexer.skip_space() {
        let start = lexer.at;
        let token = lexer.token()?;
        lexer.tokens.push((token, start..lexer.at));
    }
    Ok(lexer.tokens)
}

/// Reads a term of a concept: like a rule's, but several words need no quotes.
pub(super) fn term(text: &str) -> Result<(Term, f32), RuleError> {
    let offset = text.len() - text.trim_start().len();
    let trimmed = text.trim();
    if trimmed.contains(char::is_whitespace) && !trimmed.starts_with(starts_quoted) {
        let phrase = phrase(trimmed, 0..trimmed.len()).map_err(|e| e.shifted(offset))?;
        return Ok((phrase, 1.0));
    }
    let tokens = lex(trimmed).map_err(|e| e.shifted(offset))?;
    match tokens.as_slice() {
        [(Token::Term(term), _)] => Ok((term.clone(), 1.0)),
        [(Token::Term(term), _), (Token::Weight(weight), _)] => Ok((term.clone(), *weight)),
        _ => Err(RuleError::new(0..text.len(), "this is not one term").help(
            "write a word, several words, `prefix*` or `/regex/`; quote what has other signs in it",
        )),
    }
}

fn starts_quoted(c: char) -> bool {
    c == '/' || !closers(c).is_empty()
}

/// What may close a phrase that `open` opens; nothing if it opens none.
fn closers(open: char) -> &'static [char] {
    match open {
        '"' => &['"'],
        '“' | '”' => &['”'],
        '„' => &['“', '”'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '「' => &['」'],
        '『' => &['』'],
        _ => &[],
    }
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || is_quote(c) || matches!(c, '(' | ')' | ',' | '^' | '（' | '）' | '，')
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Spanned<Token>>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Moves to the next token; false at the end.
    fn skip_space(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.at < self.text.len()
    }

    fn token(&mut self) -> Result<Token, RuleError> {
        let first = self.rest().chars().next().unwrap_or_default();
        match first {
            '(' | '（' => Ok(self.sign(first, Token::Open)),
            ')' | '）' => Ok(self.sign(first, Token::Close)),
            ',' | '，' => Ok(self.sign(first, Token::Comma)),
            '^' => self.weight(),
            '@' => self.concept(),
            '/' => self.regex(),
            _ if !closers(first).is_empty() => self.quoted(first),
            _ if is_quote(first) => Err(RuleError::new(
                self.at..self.at + first.len_utf8(),
                "this quote closes nothing",
            )),
            _ => self.word(),
        }
    }

    fn sign(&mut self, sign: char, token: Token) -> Token {
        self.at += sign.len_utf8();
        token
    }

    /// Takes everything up to the first character that `ends` says.
    fn take(&mut self, ends: impl Fn(char) -> bool) -> (&'a str, Range<usize>) {
        let rest = self.rest();
        let taken = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let span = self.at..self.at + taken.len();
        self.at = span.end;
        (taken, span)
    }

    fn weight(&mut self) -> Result<Token, RuleError> {
        let start = self.at;
        let follows_term = self.tokens.last().is_some_and(|(token, span)| {
            span.end == start && matches!(token, Token::Term(_) | Token::Concept(_) | Token::Close)
        });
        self.at += 1;
        let (number, span) = self.take(ends_word);
        let span = start..span.end;
        if !follows_term {
            return Err(RuleError::new(span, "this weight has no term")
                .help("a weight stands directly behind its term, as in `missile^3`"));
        }
        let plain = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        match number.parse::<f32>() {
            Ok(weight) if plain && weight <= HEAVIEST => Ok(Token::Weight(weight)),
            _ => Err(RuleError::new(span, format!("`^{number}` is not a weight"))
                .help("a weight is a number from 0 to 100, as in `missile^3` or `talks^0.5`")),
        }
    }

    fn concept(&mut self) -> Result<Token, RuleError> {
        let start = self.at;
        self.at += 1;
        let (name, span) = self.take(ends_word);
        if name.is_empty() {
            return Err(RuleError::new(start..start + 1, "`@` needs the name of a concept")
                .help("write it directly behind the `@`, as in `@korea`"));
        }
        if let Some((place, bad)) = name.char_indices().find(|(_, c)| !is_name(*c)) {
            let from = span.start + place;
            return Err(RuleError::new(
                from..from + bad.len_utf8(),
                format!("`{bad}` cannot stand in the name of a concept"),
            ));
        }
        Ok(Token::Concept(name.to_owned()))
    }

    /// `/…/`; a slash inside is written `\/`.
    fn regex(&mut self) -> Result<Token, RuleError> {
        let start = self.at;
        let mut escaped = false;
        let end = self.rest()[1..].find(|c| {
            let closes = c == '/' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let Some(length) = end else {
            return Err(RuleError::new(start..self.text.len(), "this regex has no end")
                .help("close it with `/`; quote the term if it only begins with a slash"));
        };
        let pattern = &self.text[start + 1..start + 1 + length];
        self.at = start + length + 2;
        check_regex(pattern, start + 1)?;
        Ok(Token::Term(Term::Regex(pattern.to_owned())))
    }

    fn quoted(&mut self, open: char) -> Result<Token, RuleError> {
        let start = self.at;
        let closers = closers(open);
        self.at += open.len_utf8();
        let (inside, span) = self.take(|c| closers.contains(&c));
        let Some(close) = self.rest().chars().next() else {
            let close = closers[0];
            return Err(RuleError::new(start..self.at, "this phrase has no end")
                .help(format!("close it with `{close}`")));
        };
        self.at += close.len_utf8();
        if inside.trim().is_empty() {
            return Err(RuleError::new(start..self.at, "this phrase is empty")
                .help("write the words to look for between the quotes"));
        }
        phrase(inside, span).map(Token::Term)
    }

    fn word(&mut self) -> Result<Token, RuleError> {
        let start = self.at;
        let behind_link = matches!(self.tokens.last(), Some((Token::Field(Field::Link), _)));
        let (word, span) = self.take(|c| ends_word(c) || (c == ':' && !behind_link));
        if !self.rest().starts_with(':') {
            return bare(word, span);
        }
        if !word.is_empty() && word.chars().all(char::is_alphabetic) {
            self.at += 1;
            return field(word, start..self.at);
        }
        // `10:30`, `:)`: a colon that follows no name is part of the word.
        self.at = start;
        let (word, span) = self.take(ends_word);
        bare(word, span)
    }
}
