//! Queries: which parameters only say how a reader came, and when their order means nothing.

use super::percent;

/// `query` without tracking parameters, sorted where that is harmless; `None` if nothing is left.
pub(super) fn canonical(query: &str) -> Option<String> {
    let query = percent::normalized(query);
    let mut parameters: Vec<(&str, Option<&str>)> = query
        .split('&')
        // A feed that escapes twice leaves `?a=1&amp;b=2`.
        .map(|parameter| parameter.trim_start_matches("amp;"))
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| match parameter.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (parameter, None),
        })
        .filter(|&(name, value)| !is_tracking(name, value.unwrap_or_default()))
        .collect();
    if parameters.iter().all(|(_, value)| value.is_some()) {
        parameters.sort_by_key(|&(name, _)| name);
    }
    let parts: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| value.map_or(name.to_owned(), |value| format!("{name}={value}")))
        .collect();
    (!parts.is_empty()).then(|| parts.join("&"))
}

/// Whether a parameter says only how a reader came to the article, or in which dress it is shown.
fn is_tracking(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    FAMILIES.iter().any(|family| name.starts_with(family))
        || NAMES.contains(&name)
        || (VAGUE.contains(&name) && names_a_feed(value))
        || (AMP.contains(&name) && matches!(value, "" | "1" | "true" | "amp"))
}

/// Whether the value of a vague parameter (`from=…`) says that the reader came by a feed.
fn names_a_feed(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    ["rss", "feed", "atom"].iter().any(|word| value.starts_with(word))
}

/// First letters of whole families of parameters.
const FAMILIES: &[&str] = &[
    "utm_",    // Urchin, now Google Analytics; everybody's convention
    "gaa_",    // Google's showcase of newspapers
    "gad_",    // Google Ads
    "pk_",     // Piwik
    "piwik_",  // Piwik
    "mtm_",    // Matomo, its later name
    "matomo_", // Matomo
    "mc_",     // Mailchimp: campaign, recipient
    "_hs",     // HubSpot mail: _hsenc, _hsmi
    "hsa_",    // HubSpot advertising
    "at_",     // AT Internet (Piano), the BBC among others
    "xtor",    // AT Internet before that, French press
    "ns_",     // comScore
    "itm_",    // links within a site
    "wt_",     // Webtrekk
    "wt.",     // WebTrends
    "vero_",   // Vero mail
    "oly_",    // Omeda mail
    "fb_",     // Facebook applications
    "guce_",   // Yahoo's consent pages
    "soc_",    // Yahoo's share buttons
    "cx_",     // Piano Composer
    "trk_",    // Listrak, LinkedIn
    "sc_c",    // campaigns: sc_cid, sc_campaign, sc_channel
];

/// Whole names.
const NAMES: &[&str] = &[
    // Google: click ids of its advertising, Analytics across domains, the AMP viewer
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "srsltid",
    "_ga",
    "_gl",
    "usqp",
    "amp_js_v",
    "amp_gsa",
    "amp_ct",
    "aoh",
    // Click ids and share marks of other networks
    "fbclid",
    "igshid",
    "igsh",
    "mibextid",
    "__tn__", // Meta
    "yclid",
    "ysclid",
    "_openstat",
    "erid", // Yandex; Openstat and the ad mark of Russian law
    "msclkid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "rdt_cid",
    "epik",
    "scclid", // Microsoft to Snap
    "ref_src",
    "ref_url",
    "__twitter_impression", // X, its embedded posts
    "dicbo",
    "obclick_id",
    "tblci",
    "iclid", // Outbrain, Taboola
    "mkt_tok",
    "__s",
    "s_cid",
    "s_kwcid",
    "ef_id",
    "wickedid", // Marketo, Drip, Adobe, Wicked
    "spm",
    "share_source",
    "vd_source", // Alibaba, Bilibili
    "wprov",     // Wikipedia's own links
    // Newspapers and their feeds
    "cmpid",
    "cmp",
    "ncid",
    "ocid",
    "ito",
    "icid",
    "ftcamp",
    "smid",
    "smtyp",
    "emc",
    "maca",
    "traffic_source",
    "feedtype",
    "feedname",
    "guccounter",
    "wtrid",
    "xts",
    // Sessions
    "phpsessid",
    "jsessionid",
];

/// Names that mean anything, but with the value `rss…`, `feed…` or `atom…` mean nothing.
const VAGUE: &[&str] = &[
    "from", "source", "src", "ref", "via", "partner", "mod", "medium", "origin", "referrer", "rss",
    "fr",
];

/// The same article for a telephone.
const AMP: &[&str] = &["amp", "outputtype", "output"];
