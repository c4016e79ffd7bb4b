//! How a topic writes the titles of its items: a line with fields in braces, checked when config is
//! read.

use std::fmt;
use std::str::FromStr;

/// A line with fields: `{title} · {source}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleTemplate(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Field(Field),
}

/// What a field stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Source,
    Language,
    Outlets,
}

const FIELDS: [(&str, Field); 4] = [
    ("title", Field::Title),
    ("source", Field::Source),
    ("language", Field::Language),
    ("outlets", Field::Outlets),
];

/// What the fields of one item hold.
#[derive(Debug, Clone, Copy)]
pub struct TitleFields<'a> {
    /// The entry's title.
    pub title: &'a str,
    /// The source's name.
    pub source: &'a str,
    /// The entry's language; empty where it is not known.
    pub language: &'a str,
    /// How many outlets tell it.
    pub outlets: usize,
}

/// Why a template is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its other half.
    #[error("`{{` and `}}` come in pairs: {FIELD_NAMES}")]
    Brace,
    /// A field that there is not.
    #[error("there is no field `{{{0}}}`: {FIELD_NAMES}")]
    Field(String),
    /// Without the title, all items of a source would be called the same.
    #[error("`{{title}}` must be in it")]
    NoTitle,
}

const FIELD_NAMES: &str = "the fields are {title}, {source}, {language} and {outlets}";

impl Default for TitleTemplate {
    fn default() -> Self {
        Self(vec![Part::Field(Field::Title)])
    }
}

impl FromStr for TitleTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            parts.extend(words(&rest[..at]));
            let field = rest[at..].strip_prefix('{').ok_or(TemplateError::Brace)?;
            let (name, after) = field.split_once('}').ok_or(TemplateError::Brace)?;
            let known = FIELDS.iter().find(|(known, _)| *known == name.trim());
            let (_, field) = known.ok_or_else(|| TemplateError::Field(name.trim().to_owned()))?;
            parts.push(Part::Field(*field));
            rest = after;
        }
        parts.extend(words(rest));
        let has_title = parts.contains(&Part::Field(Field::Title));
        has_title.then_some(Self(parts)).ok_or(TemplateError::NoTitle)
    }
}

fn words(text: &str) -> Option<Part> {
    (!text.is_empty()).then(|| Part::Words(text.to_owned()))
}

impl TitleTemplate {
    /// Whether it is nothing but the title.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0 == [Part::Field(Field::Title)]
    }

    /// The line for one item.
    #[must_use]
    pub fn fill(&self, fields: TitleFields<'_>) -> String {
        self.0.iter().map(|part| part.filled(fields)).collect()
    }
}

impl Part {
    fn filled(&self, fields: TitleFields<'_>) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Field(Field::Title) => fields.title.to_owned(),
            Self::Field(Field::Source) => fields.source.to_owned(),
            Self::Field(Field::Language) => fields.language.to_owned(),
            Self::Field(Field::Outlets) => fields.outlets.to_string(),
        }
    }
}

impl fmt::Display for TitleTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Words(words) => f.write_str(words)?,
                Part::Field(field) => {
                    let name = FIELDS.iter().find(|(_, known)| known == field);
                    write!(f, "{{{}}}", name.map_or("", |(name, _)| name))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_and_words_kept() {
        let template: TitleTemplate =
            "{title} · { source } ({language}, {outlets})".parse().unwrap();
        let fields =
            TitleFields { title: "{source}", source: "ТАСС", language: "ru", outlets: 3 };
        assert_eq!(
            template.fill(fields),
            "{source} · ТАСС (ru, 3)",
            "what is filled in is not a template"
        );
        assert_eq!(template.to_string(), "{title} · {source} ({language}, {outlets})");
        assert!("{title}".parse::<TitleTemplate>().unwrap().is_plain() && !template.is_plain());
    }

    #[test]
    fn what_cannot_be_filled_is_refused_with_the_reason() {
        let refused = |text: &str| text.parse::<TitleTemplate>().unwrap_err();
        assert_eq!(refused("{title} {author}"), TemplateError::Field("author".into()));
        assert_eq!(refused("{title"), TemplateError::Brace);
        assert_eq!(refused("title}"), TemplateError::Brace);
        assert_eq!(refused("{source}"), TemplateError::NoTitle);
        assert_eq!(refused(""), TemplateError::NoTitle);
    }
}
