//! `[hub]`: who tells subscribers of changes (WebSub).

use super::reader::Section;
use super::shapes;
use toml::Spanned;
use url::Url;

/// Who tells subscribers of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubSettings {
    /// Whether we do, at `/hub`.
    pub enabled: bool,
    /// Hubs of others, which are told of every change.
    pub external: Vec<Url>,
    /// Whether subscribers, and those hubs, may be at private addresses.
    pub allow_private: bool,
}

pub(super) fn read(mut section: Section<'_, '_, '_>) -> HubSettings {
    let enabled = section.flag("enabled");
    let external = section.texts("external", shapes::http_url);
    let allow_private = section.flag("allow_private");
    section.finish();
    HubSettings {
        enabled: enabled.unwrap_or(external.is_empty()),
        external: external.into_iter().map(Spanned::into_inner).collect(),
        allow_private: allow_private.unwrap_or(false),
    }
}
