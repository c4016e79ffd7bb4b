//! `[concepts.NAME]` and rules: what `topics` says of them, brought to its place in the file.

use super::findings::Complaint;
use super::problem::Problem;
use super::reader::Section;
use super::shapes;
use crate::topics::{Concept, ConceptError, ConceptPlace, Concepts, Rule, Wording};
use std::collections::HashMap;
use std::ops::Range;
use toml::Spanned;

/// A concept with the places of what it is made of.
struct Defined {
    name: Spanned<String>,
    title: Option<String>,
    any: Vec<Spanned<String>>,
    /// Each with its language, where it is given for one.
    terms: Vec<(Option<String>, Spanned<String>)>,
    implies: Vec<Spanned<String>>,
    except: Vec<Spanned<String>>,
}

/// Reads the `[concepts.NAME]` tables and compiles them.
pub(super) fn concepts(root: &mut Section<'_, '_, '_>) -> Concepts {
    let mut defined = Vec::new();
    root.named("concepts", |name, mut section| {
        let title = section.text("title", shapes::line).map(Spanned::into_inner);
        let any = section.texts("any", |text| Ok(text.to_owned()));
        let terms = section.texts_by_language("terms");
        let implies = section.texts("implies", |text| Ok(text.to_owned()));
        let except = section.texts("except", |text| Ok(text.to_owned()));
        section.finish();
        defined.push(Defined { name, title, any, terms, implies, except });
    });
    match Concepts::build(defined.iter().map(Defined::concept).collect()) {
        Ok(concepts) => concepts,
        Err(errors) => {
            for error in errors {
                complain(root, &defined, error);
            }
            names_alone(&defined)
        }
    }
}

impl Defined {
    fn concept(&self) -> Concept {
        let texts =
            |list: &[Spanned<String>]| list.iter().map(|text| text.get_ref().clone()).collect();
        Concept {
            name: self.name.get_ref().clone(),
            title: self.title.clone(),
            any: texts(&self.any),
            terms: self.terms.iter().map(wording).collect(),
            implies: texts(&self.implies),
            except: texts(&self.except),
        }
    }
}

fn wording((language, text): &(Option<String>, Spanned<String>)) -> Wording {
    Wording { text: text.get_ref().clone(), language: language.clone() }
}

fn complain(root: &mut Section<'_, '_, '_>, defined: &[Defined], error: ConceptError) {
    let Some(concept) = defined.iter().find(|defined| *defined.name.get_ref() == error.concept)
    else {
        root.findings.push(Problem::error(error.to_string()).help(error.help));
        return;
    };
    let (key, value) = match error.place {
        ConceptPlace::Name => ("", None),
        ConceptPlace::Any(index) => ("any", concept.any.get(index)),
        ConceptPlace::Term(index) => ("terms", concept.terms.get(index).map(|(_, text)| text)),
        ConceptPlace::Implies(index) => ("implies", concept.implies.get(index)),
        ConceptPlace::Except(index) => ("except", concept.except.get(index)),
    };
    let complaint = Complaint { message: error.message, help: error.help, part: Some(error.span) };
    match value {
        Some(value) => root.findings.complain(key, value.get_ref(), &value.span(), complaint),
        None => root.findings.push(
            Problem::error(format!("concept `{}`: {}", error.concept, complaint.message))
                .at(concept.name.span())
                .help(complaint.help),
        ),
    }
}

/// Concepts that have only their names, so that rules can be checked although some concept is wrong.
fn names_alone(defined: &[Defined]) -> Concepts {
    let mut kept = HashMap::new();
    for one in defined {
        let name = one.name.get_ref().clone();
        let terms = vec![Wording::from(name.as_str())];
        let stand_in = Concept { name: name.clone(), terms, ..Concept::default() };
        if Concepts::build(vec![stand_in.clone()]).is_ok() {
            kept.insert(name.to_lowercase(), stand_in);
        }
    }
    Concepts::build(kept.into_values().collect()).unwrap_or_default()
}

/// A rule and its text.
pub(super) fn rule(text: &str, concepts: &Concepts) -> Result<(String, Rule), Complaint> {
    match Rule::parse(text, concepts) {
        Ok(rule) => Ok((text.to_owned(), rule)),
        Err(error) => {
            let part: Range<usize> = error.span;
            Err(Complaint { message: error.message, help: error.help, part: Some(part) })
        }
    }
}

/// The rule `text` but for what `excluded` matches, and its text.
pub(super) fn excluding(
    text: &str,
    excluded: &str,
    concepts: &Concepts,
) -> Result<(String, Rule), Complaint> {
    rule(excluded, concepts)?;
    let whole = format!("({text}) and not ({excluded})");
    match Rule::parse(&whole, concepts) {
        Ok(rule) => Ok((whole, rule)),
        Err(error) => Err(Complaint::new(error.message)),
    }
}

/// The rule in the one way in which equal rules are written.
pub(super) fn normal_form(rule: &Rule) -> String {
    rule.to_string()
}
