//! Refuses rules that cannot be meant: those that match every entry, and those that match none.

use super::error::RuleError;
use super::rule::Expr;

/// Checks the rule that was read from `text`.
pub(super) fn check(expr: &Expr, text: &str) -> Result<(), RuleError> {
    let start = text.len() - text.trim_start().len();
    let whole = start..start + text.trim().len();
    if holds_of_nothing(expr) {
        return Err(RuleError::new(whole, "this rule matches entries that hold none of its terms")
            .help("say what must be there too, as in `korea and not football`"));
    }
    if let Some(part) = contradiction(expr) {
        let message = format!("this can never match: it asks for `{part}` and excludes it");
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

/// A part that the same `and` both asks for and excludes, when no alternative is left.
fn contradiction(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Leaf(_) | Expr::Near(_) | Expr::Not(_) => None,
        Expr::And(parts) => {
            let excluded = |part: &&Expr| {
                parts.iter().any(|other| matches!(other, Expr::Not(inner) if **inner == **part))
            };
            parts.iter().find(excluded).or_else(|| parts.iter().find_map(contradiction))
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
