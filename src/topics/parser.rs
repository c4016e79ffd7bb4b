//! Reads the tokens of a rule into an expression. `not` binds tighter than `near`, that tighter
//! than `and`, that tighter than `or`. Whether the whole makes sense is left to `sense`.

use super::concepts::Concepts;
use super::error::RuleError;
use super::lexer::{Spanned, Token, lex};
use super::operands::{allow_near, side_of_near, suits};
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
        let left = side_of_near(left, self.field, self.span_since(start))?;
        allow_near(self.field, self.span())?;
        self.at += 1;
        let start = self.at;
        let right = self.not()?;
        let right = side_of_near(right, self.field, self.span_since(start))?;
        if let Some(Token::Near(_)) = self.peek() {
            return Err(RuleError::new(self.span(), "`near` joins two things, not three")
                .help("write `(a near/5 b) and (b near/5 c)`"));
        }
        Ok(Expr::Near(Near { field: self.field, left, right, words }))
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

#[cfg(test)]
mod tests {
    use super::super::concept::Concept;
    use super::super::concepts::Concepts;
    use super::super::rule::Rule;

    fn concepts() -> Concepts {
        let concept = |name: &str| Concept {
            name: name.to_owned(),
            terms: vec![name.into()],
            ..Concept::default()
        };
        Concepts::build(vec![concept("korea"), concept("Russia")]).expect("these are sound")
    }

    /// What of the rule an error points at, what it says, and what it advises.
    fn problem(rule: &str) -> (String, String, String) {
        let error = Rule::parse(rule, &concepts()).expect_err(rule);
        (rule[error.span].to_owned(), error.message, error.help.unwrap_or_default())
    }

    #[track_caller]
    fn check(table: &[(&str, &str, &str, &str)]) {
        for (rule, place, message, help) in table {
            let (found_place, found_message, found_help) = problem(rule);
            assert_eq!(found_place, *place, "the place in {rule}: {found_message}");
            assert!(found_message.contains(message), "{rule}: {found_message}");
            assert!(found_help.contains(help), "{rule}: {found_help}");
        }
    }

    #[test]
    fn errors_of_shape_point_at_the_place() {
        check(&[
            ("", "", "empty", "write what to look for"),
            ("  ", "  ", "empty", "write what to look for"),
            ("korea russia", "korea russia", "side by side", "put `and` or `or` between"),
            ("a and (b or c) d", ") d", "side by side", "put `and` or `or` between"),
            ("한국 「북 한」", "한국 「북 한」", "side by side", "quotes"),
            ("a not b", "a not", "side by side", "`and`"),
            ("a and", "and", "a term must follow here", ""),
            ("or a", "or", "a term must stand here", "quote a keyword"),
            ("a and (b or c", "(", "never closed", "add a `)`"),
            ("a and (", "(", "never closed", ""),
            ("a)", ")", "closes nothing", "remove it"),
            ("a and ()", ")", "nothing in these parentheses", ""),
            ("a, b", ",", "divides a list", "2 of (a, b, c)"),
            ("(a, b)", ",", "divides a list", "2 of (a, b, c)"),
            ("2 of a", "2 of a", "needs a list", "2 of (a, b, c)"),
            ("0 of (a, b)", "0", "matches everything", "1 or more"),
            ("3 of (a, b)", "3", "can never match", "1 to 2"),
            ("not", "not", "a term must follow", ""),
        ]);
    }

    #[test]
    fn errors_of_terms_point_at_the_place() {
        check(&[
            ("\"a b", "\"a b", "no end", "close it with `\"`"),
            ("a and “b c", "“b c", "no end", "close it with `”`"),
            ("a and \"  \"", "\"  \"", "empty", "between the quotes"),
            ("a or »", "»", "no end", ""),
            ("a 」", "」", "closes nothing", ""),
            ("mis*le", "*", "only end a word", "/regex/"),
            ("*le", "*", "only end a word", "word*"),
            ("\"a mis*le\"", "*", "only end a word", "word*"),
            ("\"a *\"", "*", "needs a word", "word*"),
            ("a and *", "*", "no letter or digit", ""),
            ("a and ...", "...", "no letter or digit", ""),
            ("a && b", "&&", "not part of this language", "write `and`"),
            ("a and -b", "-b", "not part of this language", "write `not b`"),
            ("a and /b", "/b", "no end", "close it with `/`"),
            ("/a(b/", "a(b", "not valid: unclosed group", ""),
            ("a or /b*/", "b*", "matches every text", "`+`"),
            ("//", "//", "empty", ""),
            ("/(a{999}){999}/", "(a{999}){999}", "not valid", ""),
            ("a ^3", "^3", "no term", "directly behind"),
            ("a^x", "^x", "not a weight", "from 0 to 100"),
            ("a^101", "^101", "not a weight", "from 0 to 100"),
            ("(a or b)^2", "^2", "a group has no weight", "each term"),
        ]);
    }

    #[test]
    fn errors_of_names_suggest_the_right_one() {
        check(&[
            ("a and @koera", "@koera", "no concept `@koera`", "did you mean `@korea`?"),
            ("@RUSSSIA", "@RUSSSIA", "no concept", "did you mean `@Russia`?"),
            ("@zzz", "@zzz", "no concept", "define it"),
            ("a or @", "@", "needs the name", "@korea"),
            ("@kor*", "*", "cannot stand in the name", ""),
            ("titel:a", "titel:", "no field `titel:`", "did you mean `title:`?"),
            ("http://x", "http:", "no field", "quotes"),
            ("title:", "title:", "needs a term", ""),
            ("title: and b", "and", "needs a term", ""),
            ("title:(a or text:b)", "text:", "within `title:`", "`and`"),
            ("lang:\"ko\"", "\"ko\"", "not a language", "lang:ko"),
            ("lang:@korea", "@korea", "not a language", "lang:ko"),
            ("link:a*", "a*", "needs no `*`", "link:a"),
            ("link:@korea", "@korea", "in links", "link:"),
        ]);
    }

    #[test]
    fn errors_of_near_say_what_to_write() {
        check(&[
            ("a near b", "near", "number of words", "near/5"),
            ("a near/0 b", "near/0", "number of words", "near/5"),
            ("a near/5", "near/5", "must follow", ""),
            ("a near/5 b near/5 c", "near/5", "not three", "(a near/5 b) and (b near/5 c)"),
            ("not a near/5 b", "not a", "something that is there", "not (a near/5 b)"),
            ("a near/5 (b and c)", "(b and c)", "joins terms", "(a or b)"),
            ("title:a near/5 b", "title:a", "no field of its own", "title:(a near/5 b)"),
            ("author:(a near/5 b)", "near/5", "cannot be used in `author:`", "`and`"),
        ]);
    }

    #[test]
    fn rules_that_cannot_be_meant_are_refused() {
        check(&[
            (" not a ", "not a", "none of its terms", "korea and not football"),
            ("a or not b", "a or not b", "none of its terms", ""),
            ("1 of (a, not b)", "1 of (a, not b)", "none of its terms", ""),
            ("a and not a", "a and not a", "asks for `a` and excludes it", ""),
        ]);
    }

    #[test]
    fn groups_nest_so_deep_and_no_deeper() {
        let nested = |open: &str, close: &str, depth: usize| {
            Rule::parse(&format!("{}a{}", open.repeat(depth), close.repeat(depth)), &concepts())
        };
        assert!(nested("(", ")", 64).is_ok());
        for (open, close) in [("(", ")"), ("not ", ""), ("2 of (a,", ")")] {
            let error = nested(open, close, 100_000).expect_err("too deep");
            assert!(error.message.contains("64 levels"), "{}", error.message);
        }
    }

    #[test]
    fn the_normal_form_shows_how_a_rule_was_understood() {
        let table = [
            ("a OR b AND c", "a or b and c"),
            ("(a or b) and ((c))", "(a or b) and c"),
            ("a and (b and (c or (d or e)))", "a and b and (c or d or e)"),
            ("c and not (not a)", "c and a"),
            ("title:(a or “b  c”)", "title:a or title:\"b c\""),
            ("(a or b) near/3 c^2 or d", "(a or b) near/3 c^2 or d"),
            ("d and not (a near/3 b)", "d and not (a near/3 b)"),
            ("title:(a near/3 b*^1.50)", "title:(a near/3 b*^1.5)"),
            ("2 of (a or b, c and d, @RUSSIA)", "2 of (a or b, c and d, @Russia)"),
            ("lang:ko and link:https://x.org/a", "lang:ko and link:https://x.org/a"),
        ];
        for (text, normal) in table {
            let rule = Rule::parse(text, &concepts()).expect(text);
            assert_eq!(rule.to_string(), normal);
        }
    }
}
