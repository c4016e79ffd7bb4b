//! Parameters that say how a reader came to an article, or in which dress it is shown, and never
//! which article it is. A name belongs here only if it means this everywhere, or with its site: one
//! parameter too many makes two articles one, one too few only leaves a copy unrecognized.

/// Whether a parameter (percent-encoding normalized) of a link to `host` (folded) says nothing
/// about the article.
pub(super) fn is_tracking(host: &str, name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    FAMILIES.iter().any(|(family, _)| name.starts_with(family))
        || NAMES.iter().any(|names| names.contains(&name))
        || SITES.iter().any(|(site, names)| names.contains(&name) && belongs(host, site))
        || (VAGUE.contains(&name) && names_a_feed(value))
        || (AMP.contains(&name) && matches!(value, "" | "1" | "true" | "amp"))
}

/// Whether `host` is `site` or below it.
fn belongs(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether the value of a vague parameter (`from=…`) says that the reader came by a feed.
fn names_a_feed(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    ["rss", "feed", "atom"].iter().any(|word| value.starts_with(word))
}

/// First letters of whole families, and whose they are.
const FAMILIES: &[(&str, &str)] = &[
    ("utm_", "Urchin, then Google Analytics; now everybody's convention"),
    ("gaa_", "Google's showcase of newspapers"),
    ("gad_", "Google Ads"),
    ("amp_", "the viewers of AMP pages"),
    ("mtm_", "Matomo"),
    ("piwik_", "Matomo by its old name"),
    ("_hs", "HubSpot: mail"),
    ("hsa_", "HubSpot: advertising"),
    ("at_", "Piano Analytics, once AT Internet: the BBC among others"),
    ("cx_", "Piano Composer"),
    ("itm_", "links within a site, after utm_"),
    ("wt.mc", "Webtrends"),
    ("vero_", "Vero: mail"),
    ("oly_", "Omeda: mail"),
    ("trk_", "Listrak: mail"),
    ("fb_", "Facebook: applications"),
    ("guce_", "Yahoo: consent pages"),
    ("sc_c", "Adobe: campaign, channel, country"),
];

/// Whole names, by origin.
const NAMES: &[&[&str]] = &[GOOGLE, META, YANDEX, NETWORKS, MAIL, ANALYTICS, SHARES, SESSIONS];

/// Click ids of Google's advertising, Analytics across domains, the search's AMP viewer.
const GOOGLE: &[&str] =
    &["gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl", "usqp", "aoh"];

/// Click ids and shares of Facebook and Instagram.
const META: &[&str] = &["fbclid", "igshid", "igsh", "mibextid", "__tn__"];

/// Click ids of Yandex, Openstat of Russian counters, and the mark that Russian law asks of
/// advertising.
const YANDEX: &[&str] = &["yclid", "ysclid", "_openstat", "erid"];

/// Click ids of other networks: Microsoft, X, `TikTok`, `LinkedIn`, Reddit, Pinterest, Snapchat,
/// Outbrain, Taboola, Wicked.
const NETWORKS: &[&str] = &[
    "msclkid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "rdt_cid",
    "epik",
    "scclid",
    "dicbo",
    "obclick_id",
    "tblci",
    "wickedid",
];

/// Recipients and campaigns of mail: Mailchimp, Marketo, Drip.
const MAIL: &[&str] = &["mc_cid", "mc_eid", "mc_tc", "mkt_tok", "__s"];

/// Campaigns of Matomo, comScore, AT Internet as it was, Webtrekk, Adobe.
const ANALYTICS: &[&str] = &[
    "pk_campaign",
    "pk_cpn",
    "pk_kwd",
    "pk_keyword",
    "pk_source",
    "pk_medium",
    "pk_content",
    "ns_mchannel",
    "ns_source",
    "ns_campaign",
    "ns_linkname",
    "ns_fee",
    "xtor",
    "wt_mc",
    "wt_zmc",
    "s_cid",
    "s_kwcid",
    "ef_id",
];

/// Who shared it, and from where: X's embedded posts, Alibaba, Bilibili, Wikipedia, Yahoo, and
/// campaigns as several publishers write them.
const SHARES: &[&str] = &[
    "ref_src",
    "ref_url",
    "__twitter_impression",
    "spm",
    "share_source",
    "vd_source",
    "wprov",
    "soc_src",
    "soc_trk",
    "guccounter",
    "cmpid",
    "ncid",
    "ocid",
    "ftcamp",
    "traffic_source",
    "feedtype",
    "feedname",
];

/// Sessions of those who keep no cookies: PHP, Java.
const SESSIONS: &[&str] = &["phpsessid", "jsessionid"];

/// What means this only on one site and below it.
const SITES: &[(&str, &[&str])] = &[
    ("bloomberg.com", &["srnd", "sref"]),
    ("dailymail.co.uk", &["ito", "ico"]),
    ("dw.com", &["maca"]),
    ("news.google.com", &["oc"]),
    ("nytimes.com", &["emc", "smid", "smtyp", "mwrsm", "_r"]),
    ("theguardian.com", &["cmp"]),
    ("washingtonpost.com", &["postshare", "tid"]),
    ("wsj.com", &["mod"]),
    ("youtube.com", &["feature", "si", "pp"]),
];

/// Names that may mean anything, but nothing with the value `rss…`, `feed…` or `atom…`.
const VAGUE: &[&str] = &[
    "from", "source", "src", "ref", "via", "partner", "mod", "medium", "origin", "referrer", "fr",
    "rss", "cmp",
];

/// The same article for a telephone.
const AMP: &[&str] = &["amp", "outputtype", "output"];
