//! Reads the tokens of a rule into an expression. `not` binds tighter than `near`, that tighter
//! than `and`, that tighter than `or`. Whether the whole makes sense is left to `sense`.

use super::concept::Concepts;
use super::error::RuleError;
use super::lexer::{Spanned, Token, lex};
use super::rule::{Expr, Field, Leaf, Near, Term, What};
use std::ops::Range;

/// How deep groups and `not` may nest; it bounds the stack of everything that walks a rule.
const DEEPEST: usize = 64;

type Parsed = Result<Expr, RuleError>;

/// Reads `text`; fields end up at each leaf, lists come out flat.
pub(super) fn parse(text: &str, concepts: &Concepts) -> Parsed {
    let tokens = lex(text)?;
    if tokens.is_empty() {
        return Err(RuleError::new(0..text.len(), "this rule is empty")
            .help("write what to look for, as in `korea and russia`"));
    }
    let mut parser = Parser { tokens, at: 0, concepts, depth: 0, field: None };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(Token::Close) => Err(RuleError::new(parser.span(), "this `)` closes nothing")
            .help("remove it, or put a `(` before")),
        Some(Token::Comma) => Err(RuleError::new(parser.span(), "a `,` only divides a list")
            .help("put `and` or `or` between, or write a list as in `2 of (a, b, c)`")),
        Some(_) => Err(parser.side_by_side()),
    }
}

struct Parser<'a> {
    tokens: Vec<Spanned<Token>>,
    at: usize,
    concepts: &'a Concepts,
    depth: usize,
    /// The field whose parentheses we are in.
    field: Option<Field>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> Option<&Token> {
        self.tokens.get(self.at + by).map(|(token, _)| token)
    }

    /// The place of the next token; at the end, of the last one.
    fn span(&self) -> Range<usize> {
        let at = self.at.min(self.tokens.len().saturating_sub(1));
        self.tokens.get(at).map_or(0..0, |(_, span)| span.clone())
    }

    /// From the token at `start` to the last one taken.
    fn span_since(&self, start: usize) -> Range<usize> {
        let last = self.at.saturating_sub(1).max(start);
        self.tokens[start].1.start..self.tokens[last].1.end
    }

    fn next_is(&mut self, token: &Token) -> bool {
        let is = self.peek() == Some(token);
        self.at += usize::from(is);
        is
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth == DEEPEST {
            let message = format!("this is nested more than {DEEPEST} levels deep");
            return Err(RuleError::new(self.span(), message)
                .help("move parts of it into concepts, `[concepts.NAME]`"));
        }
        self.depth += 1;
        let expr = read(self);
        self.depth -= 1;
        expr
    }

    fn or(&mut self) -> Parsed {
        let mut parts = vec![self.and()?];
        while self.next_is(&Token::Or) {
            parts.push(self.and()?);
        }
        Ok(flat(parts, Expr::Or, |expr| match expr {
            Expr::Or(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn and(&mut self) -> Parsed {
        let mut parts = vec![self.near()?];
        while self.next_is(&Token::And) {
            parts.push(self.near()?);
        }
        Ok(flat(parts, Expr::And, |expr| match expr {
            Expr::And(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn near(&mut self) -> Parsed {
        let start = self.at;
        let left = self.not()?;
        let Some(&Token::Near(words)) = self.peek() else { return Ok(left) };
        let left = self.side_of_near(left, self.span_since(start))?;
        self.near_field()?;
        self.at += 1;
        let start = self.at;
        let right = self.not()?;
        let right = self.side_of_near(right, self.span_since(start))?;
        if let Some(Token::Near(_)) = self.peek() {
            return Err(RuleError::new(self.span(), "`near` joins two things, not three")
                .help("write `(a near/5 b) and (b near/5 c)`"));
        }
        Ok(Expr::Near(Near { field: self.field, left, right, words }))
    }

    fn near_field(&self) -> Result<(), RuleError> {
        match self.field {
            None | Some(Field::Title | Field::Text) => Ok(()),
            Some(field) => {
                let message = format!("`near` cannot be used in `{}:`", field.name());
                Err(RuleError::new(self.span(), message)
                    .help("it counts words in titles and texts; write `and`"))
            }
        }
    }

    /// The alternatives on one side of `near`.
    fn side_of_near(&self, side: Expr, span: Range<usize>) -> Result<Vec<Leaf>, RuleError> {
        let refused =
            |message: &str, help: &str| Err(RuleError::new(span.clone(), message).help(help));
        let parts = match side {
            Expr::Or(parts) => parts,
            Expr::Not(_) => {
                return refused(
                    "`near` needs something that is there",
                    "`not` binds tighter than `near`: write `not (a near/5 b)`",
                );
            }
            other => vec![other],
        };
        let mut leaves = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Expr::Leaf(leaf) if leaf.field == self.field => {
                    leaves.push(Leaf { field: None, ..leaf });
                }
                Expr::Leaf(_) => {
                    return refused(
                        "a side of `near` has no field of its own",
                        "put the field around both sides, as in `title:(a near/5 b)`",
                    );
                }
                _ => {
                    return refused(
                        "`near` joins terms, concepts, or groups of them with `or`",
                        "write `(a or b) near/5 c`; join more with `and`",
                    );
                }
            }
        }
        Ok(leaves)
    }

    fn not(&mut self) -> Parsed {
        if !self.next_is(&Token::Not) {
            return self.primary();
        }
        Ok(match self.deeper(Self::not)? {
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        })
    }

    fn primary(&mut self) -> Parsed {
        let expr = match self.peek() {
            Some(Token::Open) => self.group()?,
            Some(Token::Field(field)) => self.fielded(*field)?,
            Some(Token::Term(_) | Token::Concept(_)) if self.at_list() => self.at_least()?,
            Some(Token::Term(_) | Token::Concept(_)) => self.leaf()?,
            _ => return Err(self.missing()),
        };
        match self.peek() {
            Some(Token::Weight(_)) => Err(RuleError::new(self.span(), "a group has no weight")
                .help("put the weight on each term in it")),
            Some(
                Token::Open | Token::Field(_) | Token::Term(_) | Token::Concept(_) | Token::Not,
            ) => Err(self.side_by_side()),
            _ => Ok(expr),
        }
    }

    fn side_by_side(&self) -> RuleError {
        let start = self.tokens[self.at.saturating_sub(1)].1.start;
        RuleError::new(start..self.span().end, "two terms stand side by side")
            .help("put `and` or `or` between; words that belong together go into quotes")
    }

    fn missing(&self) -> RuleError {
        let span = self.span();
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at].0);
        if self.peek().is_some() {
            let message = match (before, self.peek()) {
                (Some(Token::Open), Some(Token::Close)) => "there is nothing in these parentheses",
                (Some(Token::Field(_)), _) => "a field needs a term or `(` behind it",
                _ => "a term must stand here",
            };
            return RuleError::new(span, message).help("quote a keyword to look for the word");
        }
        let message = match before {
            Some(Token::Open) => "this `(` is never closed",
            Some(Token::Field(_)) => "this field needs a term or `(` behind it",
            _ => "a term must follow here",
        };
        RuleError::new(span, message)
    }

    fn group(&mut self) -> Parsed {
        let open = self.span();
        self.at += 1;
        let inner = self.deeper(Self::or)?;
        self.close(open)?;
        Ok(inner)
    }

    fn close(&mut self, open: Range<usize>) -> Result<(), RuleError> {
        if self.next_is(&Token::Close) {
            return Ok(());
        }
        match self.peek() {
            None => Err(RuleError::new(open, "this `(` is never closed").help("add a `)`")),
            Some(Token::Comma) => Err(RuleError::new(self.span(), "a `,` only divides a list")
                .help("put `and` or `or` between, or write a list as in `2 of (a, b, c)`")),
            Some(_) => Err(self.side_by_side()),
        }
    }

    fn fielded(&mut self, field: Field) -> Parsed {
        if let Some(outer) = self.field {
            let message = format!("`{}:` stands within `{}:`", field.name(), outer.name());
            return Err(RuleError::new(self.span(), message).help("join fields with `and`"));
        }
        self.at += 1;
        if matches!(self.peek(), Some(Token::Field(_))) {
            return Err(self.missing());
        }
        self.field = Some(field);
        let expr = self.primary();
        self.field = None;
        expr
    }

    /// Whether `N of` stands here.
    fn at_list(&self) -> bool {
        let count = matches!(self.peek(), Some(Token::Term(Term::Word(count)))
            if count.bytes().all(|b| b.is_ascii_digit()));
        let of = matches!(self.ahead(1), Some(Token::Term(Term::Word(of)))
            if of.eq_ignore_ascii_case("of"));
        count && of
    }

    fn at_least(&mut self) -> Parsed {
        let number = self.span();
        let Some(Token::Term(Term::Word(count))) = self.peek() else { return Err(self.missing()) };
        let count: usize = count.parse().unwrap_or(usize::MAX);
        self.at += 2;
        let open = self.span();
        if !self.next_is(&Token::Open) {
            return Err(RuleError::new(number.start..open.end, "`of` needs a list")
                .help("write it as in `2 of (a, b, c)`"));
        }
        let mut parts = Vec::new();
        loop {
            parts.push(self.deeper(Self::or)?);
            if !self.next_is(&Token::Comma) {
                break;
            }
        }
        self.close(open)?;
        if count == 0 {
            return Err(RuleError::new(number, "`0 of` matches everything").help("write 1 or more"));
        }
        if count > parts.len() {
            let message = format!("this can never match: the list has {} parts", parts.len());
            return Err(RuleError::new(number, message)
                .help(format!("write a number from 1 to {}", parts.len())));
        }
        Ok(Expr::AtLeast(count, parts))
    }

    fn leaf(&mut self) -> Parsed {
        let span = self.span();
        let what = match self.peek() {
            Some(Token::Term(term)) => What::Term(term.clone()),
            Some(Token::Concept(name)) => What::Concept(self.concepts.find(name, span.clone())?),
            _ => return Err(self.missing()),
        };
        suits(&what, self.field, span)?;
        self.at += 1;
        let weight = match self.peek() {
            Some(&Token::Weight(weight)) => {
                self.at += 1;
                weight
            }
            _ => 1.0,
        };
        Ok(Expr::Leaf(Leaf { what, field: self.field, weight }))
    }
}

/// `lang:` and `link:` do not look for words, so not every term makes sense in them.
fn suits(what: &What, field: Option<Field>, span: Range<usize>) -> Result<(), RuleError> {
    let is_tag = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match (field, what) {
        (Some(Field::Lang), What::Term(Term::Word(word))) if is_tag(word) => Ok(()),
        (Some(Field::Lang), _) => Err(RuleError::new(span, "this is not a language")
            .help("`lang:` takes a language tag, as in `lang:ko` or `lang:pt-BR`")),
        (Some(Field::Link), What::Concept(_)) => {
            Err(RuleError::new(span, "a concept cannot be looked for in links")
                .help("`link:` takes a part of the address, as in `link:example.com/politics`"))
        }
        (Some(Field::Link), What::Term(Term::Prefix(part))) => {
            Err(RuleError::new(span, "`link:` needs no `*`")
                .help(format!("it looks for a part of the address: write `link:{part}`")))
        }
        _ => Ok(()),
    }
}

/// One list of `parts`, those of the same kind opened up; the part itself where there is one.
fn flat(
    mut parts: Vec<Expr>,
    list: impl Fn(Vec<Expr>) -> Expr,
    open: impl Fn(Expr) -> Result<Vec<Expr>, Expr>,
) -> Expr {
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        match open(part) {
            Ok(inner) => all.extend(inner),
            Err(other) => all.push(other),
        }
    }
    list(all)
}
