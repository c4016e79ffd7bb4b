//! Parameters that say how a reader came to an article, and never which article it is. A name belongs
//! here only if it means this everywhere, or with its site, or with its value: one parameter too many
//! makes two articles one, one too few only leaves a copy unrecognized. So a name that is the article
//! on any site that we know of stands with those sites where it is not (`SITES`), or with the values
//! that give it away (`VAGUE`, `OPAQUE`), never among those that go everywhere.

use super::host;

/// Whether a parameter (lower-case name, percent-encoding normalized) of a link to `host` (folded) says
/// nothing about the article.
pub(super) fn is_tracking(host: &str, name: &str, value: &str) -> bool {
    if ARTICLES.iter().any(|(site, names)| names.contains(&name) && host::belongs(host, site)) {
        return false;
    }
    FAMILIES.iter().any(|(family, _)| name.starts_with(family))
        || NAMES.iter().any(|names| names.contains(&name))
        || SITES.iter().any(|(site, names)| names.contains(&name) && host::belongs(host, site))
        || (VAGUE.contains(&name) && names_a_feed(value))
        || (OPAQUE.contains(&name) && is_opaque(value))
        || (name == "rss" && matches!(value, "1" | "true" | "yes"))
}

/// Whether the value of a vague parameter (`from=…`) says that the reader came by a feed, and nothing
/// else: `ref=feed-the-poor` may be an article.
fn names_a_feed(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let counted = |c: char| matches!(c, '0'..='9' | 'a'..='f' | '-');
    FEEDS.contains(&value.as_str())
        // Medium: its number for the feed, and the place in it.
        || value.strip_prefix("rss-").is_some_and(|rest| rest.contains("---") && rest.chars().all(counted))
}

/// Whether a value is a token that machines made: long, of letters and digits. A number may be an
/// article's.
fn is_opaque(value: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| value.as_bytes().iter().any(kind);
    value.len() >= 10 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
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
    ("bsft_", "Blueshift: mail"),
    ("sfmc_", "Salesforce: mail"),
    ("__cf_chl", "Cloudflare's challenge"),
    ("matomo_", "Matomo"),
    ("trc_", "Taboola"),
    ("int_cmp", "links within a site, by Adobe"),
];

/// Whole names, by origin.
const NAMES: &[&[&str]] = &[GOOGLE, META, YANDEX, NETWORKS, MAIL, ANALYTICS, SHARES, SESSIONS];

/// Click ids of Google's advertising, Analytics across domains, the search's AMP viewer.
const GOOGLE: &[&str] =
    &["gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl", "usqp", "aoh"];

/// Click ids and shares of Facebook and Instagram.
const META: &[&str] = &["fbclid", "igshid", "igsh", "mibextid", "__tn__"];

/// Click ids of Yandex, Openstat of Russian counters.
const YANDEX: &[&str] = &["yclid", "ysclid", "_openstat"];

/// Click ids of other networks: Microsoft, X, `TikTok`, `LinkedIn`, Reddit, Snapchat,
/// Outbrain, Taboola, Wicked, Quora, Impact, CJ, Nextdoor.
const NETWORKS: &[&str] = &[
    "msclkid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "rdt_cid",
    "scclid",
    "dicbo",
    "obclick_id",
    "tblci",
    "wickedid",
    "qclid",
    "irclickid",
    "cjevent",
    "ndclid",
];

/// Recipients and campaigns of mail: Mailchimp, Marketo, `ConvertKit`, `MailerLite`.
const MAIL: &[&str] = &[
    "mc_cid",
    "mc_eid",
    "mc_tc",
    "mkt_tok",
    "ck_subscriber_id",
    "ml_subscriber",
    "ml_subscriber_hash",
];

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
    "xtcr",
    "xtmc",
    "wt_mc",
    "wt_zmc",
    "s_cid",
    "sc_cid",
    "sc_campaign",
    "sc_channel",
    "sc_country",
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
    "traffic_source",
];

/// Sessions of those who keep no cookies: PHP, Java.
const SESSIONS: &[&str] = &["phpsessid", "jsessionid"];

/// What means this only on one site and below it.
const SITES: &[(&str, &[&str])] = &[
    ("aol.com", &["ncid"]),
    ("apnews.com", &["taid"]),
    ("asahi.com", &["iref"]),
    ("bbc.co.uk", &["ocid", "intlink_from_url"]),
    ("bbc.com", &["ocid", "intlink_from_url"]),
    ("bizjournals.com", &["ana"]),
    ("bloomberg.com", &["srnd", "sref"]),
    ("cnbc.com", &["__source"]),
    ("cnn.com", &["eref", "hpt", "iid"]),
    ("dailymail.co.uk", &["ito", "ico"]),
    ("donga.com", &["ref"]),
    ("dw.com", &["maca"]),
    ("economist.com", &["fsrc"]),
    ("elpais.com", &["ssm"]),
    ("engadget.com", &["ncid"]),
    ("faz.net", &["gepc"]),
    ("forbes.com", &["sh", "ss"]),
    ("ft.com", &["ftcamp", "segmentid"]),
    ("hani.co.kr", &["_fr", "_ns", "_cs"]),
    ("huffpost.com", &["ncid"]),
    ("joongang.co.kr", &["cloc"]),
    ("kommersant.ru", &["from"]),
    ("kompas.com", &["jxconn", "lgn_method", "page_source"]),
    ("lemonde.fr", &["lmd_medium", "lmd_campaign", "lmd_creation"]),
    ("medium.com", &["source"]),
    ("msn.com", &["ocid"]),
    ("news.google.com", &["oc", "hl", "gl", "ceid"]),
    ("nikkei.com", &["n_cid"]),
    (
        "nytimes.com",
        &["emc", "smid", "smtyp", "mwrsm", "_r", "partner", "referringsource", "referer", "rref"],
    ),
    ("pcmag.com", &["kc"]),
    ("rbc.ru", &["from"]),
    ("reddit.com", &["share_id", "rdt"]),
    ("reuters.com", &["rpc", "feedtype", "feedname"]),
    ("sbs.co.kr", &["plink", "cooper"]),
    ("scmp.com", &["module", "pgtype"]),
    ("spiegel.de", &["sara_ref", "sara_ecid"]),
    ("substack.com", &["r", "isfreemail", "triedredirect"]),
    ("techcrunch.com", &["ncid", "tpcc"]),
    ("theguardian.com", &["cmp", "intcmp"]),
    ("tribunnews.com", &["jxrecoid"]),
    ("twitter.com", &["s", "t"]),
    ("washingtonpost.com", &["postshare", "tid", "itid", "wprss", "wpisrc", "wpmm"]),
    ("wsj.com", &["mod"]),
    ("x.com", &["s", "t"]),
    ("yahoo.com", &[".tsrc", "yptr", "ncid"]),
    ("yna.co.kr", &["section", "input", "site"]),
    ("youtube.com", &["feature", "si", "pp", "ab_channel"]),
];

/// Parameters that are the article on one site, whatever their names mean elsewhere.
const ARTICLES: &[(&str, &[&str])] = &[
    ("ohmynews.com", &["at_code"]), // the article's number
];

/// Names that may mean anything, but nothing with one of [`FEEDS`].
const VAGUE: &[&str] = &[
    "from", "source", "src", "ref", "via", "partner", "mod", "medium", "origin", "referrer",
    "referer", "fr", "rss", "cmp", "ana", "feed", "cid", "campaign", "channel", "input", "share",
];

/// What a vague name's value is where a feed set it.
const FEEDS: &[&str] = &[
    "rss",
    "rss1",
    "rss2",
    "rss1.0",
    "rss2.0",
    "rss20",
    "rssfeed",
    "rss_feed",
    "rss-feed",
    "rssfeeds",
    "rssreader",
    "feed",
    "feeds",
    "feedburner",
    "feedly",
    "newsfeed",
    "atom",
    "googlenews",
    "google_news",
];

/// Names that are somewhere an article's, but not with a token: the mark that Russian law asks of
/// advertising, Pinterest, Drip.
const OPAQUE: &[&str] = &["erid", "epik", "__s"];
