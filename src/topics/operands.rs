//! What may stand where: which operands `near` joins, and which terms a field takes.

use super::error::RuleError;
use super::rule::{Expr, Field, Leaf, Term, What};
use std::ops::Range;

/// Refuses `near`, standing at `span`, in fields that are not texts.
pub(super) fn allow_near(field: Option<Field>, span: Range<usize>) -> Result<(), RuleError> {
    match field {
        None | Some(Field::Title | Field::Text) => Ok(()),
        Some(field) => {
            let message = format!("`near` cannot be used in `{}:`", field.name());
            Err(RuleError::new(span, message)
                .help("it counts words in titles and texts; write `and`"))
        }
    }
}

/// The alternatives on one side of `near`, which stands in `field`.
pub(super) fn side_of_near(
    side: Expr,
    field: Option<Field>,
    span: Range<usize>,
) -> Result<Vec<Leaf>, RuleError> {
    let refused = |message: &str, help: &str| Err(RuleError::new(span.clone(), message).help(help));
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
            Expr::Leaf(leaf) if leaf.field == field => {
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

/// `lang:` and `link:` do not look for words, so not every term makes sense in them.
pub(super) fn suits(
    what: &What,
    field: Option<Field>,
    span: Range<usize>,
) -> Result<(), RuleError> {
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
