//! Parameters that choose the dress in which an article is shown: light, for paper, for a telephone,
//! all on one page. The name alone says little; with its value there is no doubt.

/// Whether a parameter (lower-case name, percent-encoding normalized) of a link to `host` (folded) only
/// chooses the dress.
pub(super) fn is_dress(host: &str, name: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let value = value.as_str();
    SWITCHES.contains(&name) && matches!(value, "" | "1" | "true" | "yes" | "y" | "on" | "amp")
        || name == "print" && matches!(value, "print" | "printable")
        || CHOICES.contains(&name) && DRESSES.contains(&value)
        || PAGES.contains(&name) && value == "all"
        // Joomla's page without what stands around the article.
        || (name, value) == ("tmpl", "component")
        // Blogger for telephones; elsewhere `m` may be a month.
        || (name, value) == ("m", "1") && host.contains(".blogspot.")
}

/// On or off.
const SWITCHES: &[&str] = &[
    "amp",
    "_amp",
    "isamp",
    "is_amp",
    "amp_page",
    "print",
    "printable",
    "printview",
    "print_view",
    "printerfriendly",
    "printer_friendly",
    "printmode",
    "mobile",
    "ismobile",
    "is_mobile",
    "singlepage",
    "single_page",
    "showall",
];

/// What chooses among several dresses.
const CHOICES: &[&str] =
    &["outputtype", "output", "view", "mode", "display", "format", "layout", "version", "device"];

const DRESSES: &[&str] = &["amp", "print", "printable", "printer", "mobile"];

/// Which page of the article.
const PAGES: &[&str] = &["page", "pagewanted", "currentpage"];
