//! One XML item's own bytes, taken apart into fields.

use super::fields::{self, Field};
use super::namespaces::{Prefixes, Space};
use super::scan::{Child, Dialect};
use std::borrow::Cow;
use url::Url;

/// What all items of one document share.
#[derive(Debug)]
pub(super) struct Around<'a> {
    pub(super) dialect: Dialect,
    pub(super) prefixes: &'a Prefixes,
    /// The base that they inherit.
    pub(super) base: &'a Url,
}

/// An item's own bytes, taken apart.
pub(super) struct Raw<'a> {
    pub(super) element: Field<'a>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) prefixes: Cow<'a, Prefixes>,
    pub(super) around: &'a Around<'a>,
}

impl<'a> Raw<'a> {
    /// Takes an item apart, whose children the scan has found.
    pub(super) fn of(slice: &'a str, children: &[Child<'a>], around: &'a Around<'a>) -> Self {
        let element = fields::element(slice, around.prefixes);
        let prefixes = around.prefixes.within(element.tag);
        Self { element, fields: fields::of_children(children, &prefixes), prefixes, around }
    }

    /// The prefixes of its element and of its fields.
    pub(super) fn used_prefixes(&self) -> impl Iterator<Item = &'a str> {
        let own = std::iter::once(&self.element).chain(&self.fields);
        own.map(|field| field.prefix).filter(|prefix| !prefix.is_empty())
    }

    /// The fields of any of several names, in the order of the item.
    pub(super) fn named<'s>(
        &'s self,
        names: &'s [(Space, &str)],
    ) -> impl Iterator<Item = &'s Field<'a>> {
        let is_named =
            |field: &&Field<'_>| names.iter().any(|(space, local)| field.is(*space, local));
        self.fields.iter().filter(is_named)
    }

    /// The first field of a name that has a text, else the first.
    pub(super) fn field(&self, space: Space, local: &str) -> Option<&Field<'a>> {
        let named = || self.fields.iter().filter(move |field| field.is(space, local));
        named().find(|field| field.has_text()).or_else(|| named().next())
    }

    /// The text of the first field of a name that has one.
    pub(super) fn text(&self, space: Space, local: &str) -> Option<String> {
        self.field(space, local)?.text()
    }

    /// The text of the first of several names that has one.
    pub(super) fn first_text(&self, names: &[(Space, &str)]) -> Option<String> {
        names.iter().find_map(|(space, local)| self.text(*space, local))
    }

    /// The guid or id. RSS 1.0 has none; the subject of its statement is one.
    pub(super) fn guid(&self) -> Option<String> {
        let names = match self.around.dialect {
            Dialect::Atom => [(Space::Own, "id"), (Space::Own, "guid")],
            _ => [(Space::Own, "guid"), (Space::Own, "id")],
        };
        self.first_text(&names)
            .or_else(|| self.text(Space::Atom, "id"))
            .or_else(|| self.element.attribute("rdf:about"))
    }

    /// What its relative addresses refer to, where it says so itself.
    pub(super) fn base(&self) -> Option<Url> {
        let own = self.element.attribute("xml:base");
        let of_body = self.fields.iter().filter(|field| is_body(field));
        let of_body = of_body.filter_map(|field| self.base_within(field)).next_back();
        let mut base = None;
        for part in [own, of_body].into_iter().flatten() {
            base = base.as_ref().unwrap_or(self.around.base).join(&part).ok().or(base);
        }
        base
    }
}

impl Raw<'_> {
    /// The base of a body: its own, or that of the element that all of it stands in.
    fn base_within(&self, body: &Field<'_>) -> Option<String> {
        body.attribute("xml:base").or_else(|| {
            if !body.element.contains("xml:base") {
                return None;
            }
            let children = body.children(&self.prefixes);
            children.first().and_then(|wrapper| wrapper.attribute("xml:base"))
        })
    }
}

/// Whether a field is the full content, as far as formats tell that apart.
pub(super) fn is_body(field: &Field<'_>) -> bool {
    field.is(Space::Content, "encoded")
        || field.is(Space::Atom, "content")
        || field.is(Space::Own, "content")
        || field.local.eq_ignore_ascii_case("fullbody")
        || (field.local == "body" && field.space != Space::Media)
}
