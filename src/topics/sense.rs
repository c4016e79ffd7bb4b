//! Refuses rules that cannot be meant: those that match every entry, and those that match none.

use super::error::RuleError;
use super::rule::{Expr, What};

/// Checks the rule that was read from `text`.
pub(super) fn check(expr: &Expr, text: &str) -> Result<(), RuleError> {
    let start = text.len() - text.trim_start().len();
    let whole = start..start + text.trim().len();
    if holds_of_nothing(expr) {
        return Err(RuleError::new(whole, "this rule matches entries that hold none of its terms")
            .help("say what must be there too, as in `korea and not football`"));
    }
    if let Some((part, excluded)) = contradiction(expr) {
        let what = if part == excluded { "it".to_owned() } else { format!("`{excluded}`") };
        let message = format!("this can never match: it asks for `{part}` and excludes {what}");
        return Err(RuleError::new(whole, message));
    }
    Ok(())
}

/// Whether the expression is true of an entry in which no term is found.
fn holds_of_nothing(expr: &Expr) -> bool {
    match expr {
        Expr::Leaf(_) | Expr::Near(_) => false,
        Expr::Not(inner) => !holds_of_nothing(inner),
        Expr::And(parts) => parts.iter().all(holds_of_nothing),
        Expr::Or(parts) => parts.iter().any(holds_of_nothing),
        Expr::AtLeast(count, parts) => {
            parts.iter().filter(|part| holds_of_nothing(part)).count() >= *count
        }
    }
}

/// A part that an `and` asks for and the part that excludes it, when no alternative is left.
fn contradiction(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match expr {
        Expr::Leaf(_) | Expr::Near(_) | Expr::Not(_) => None,
        Expr::And(parts) => {
            let excluding = |part| {
                parts.iter().find_map(|other| match other {
                    Expr::Not(inner) if takes_in(inner, part) => Some((part, &**inner)),
                    _ => None,
                })
            };
            parts.iter().find_map(excluding).or_else(|| parts.iter().find_map(contradiction))
        }
        Expr::Or(parts) => {
            let first = contradiction(parts.first()?)?;
            parts.iter().all(|part| contradiction(part).is_some()).then_some(first)
        }
        Expr::AtLeast(count, parts) => {
            let possible = parts.iter().filter(|part| contradiction(part).is_none()).count();
            (possible < *count).then(|| parts.iter().find_map(contradiction)).flatten()
        }
    }
}

/// Whether `outer` holds wherever `inner` does, as far as that is plain: the same, or a concept that the
/// other takes in.
fn takes_in(outer: &Expr, inner: &Expr) -> bool {
    match (outer, inner) {
        (Expr::Or(parts), _) => parts.iter().any(|part| takes_in(part, inner)),
        (Expr::Leaf(outer), Expr::Leaf(inner)) if outer.field == inner.field => {
            match (&outer.what, &inner.what) {
                (What::Concept(outer), What::Concept(inner)) => {
                    inner.parts.iter().all(|part| outer.parts.contains(part))
                }
                (outer, inner) => outer == inner,
            }
        }
        _ => outer == inner,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Concepts, Rule};

    #[track_caller]
    fn refused(rule: &str) -> String {
        Rule::parse(rule, &Concepts::default()).expect_err("it cannot be meant").message
    }

    #[test]
    fn a_rule_that_matches_everything_is_refused() {
        for rule in ["not football", "korea or not russia"] {
            assert_eq!(refused(rule), "this rule matches entries that hold none of its terms");
        }
        assert_eq!(refused("korea or /x?/"), "this regex matches every text");
    }

    #[test]
    fn a_rule_that_can_match_nothing_is_refused() {
        let message = "this can never match: it asks for `@KP` and excludes `@korea`";
        assert_eq!(refused("@KP and not @korea"), message);
        assert_eq!(
            refused("@putin and @KP and not (@korea or football)"),
            "this can never match: it asks for `@KP` and excludes `@korea or football`"
        );
        assert!(refused("treaty^2 and not treaty").contains("excludes"));
        assert!(Rule::parse("@korea and not @KP", &Concepts::default()).is_ok());
        assert!(Rule::parse("title:@KP and not @korea", &Concepts::default()).is_ok());
    }
}
