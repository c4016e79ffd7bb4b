//! What a site is set to: its system, its address, its plug-ins, and what each does to what a feed says
//! of an article. What is shown is a pure function of these, the article and the request.

use super::article::{Article, Face, Item, Kind};
use super::dates::{Dating, Form};
use super::words::Tongue;
use unicode_normalization::UnicodeNormalization as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Rss,
    Rdf,
    Atom,
    Json,
    Sitemap,
}

/// How a system makes the address of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Path {
    Dated,
    Slug,
    Numbered,
    Node,
    Query,
    Board,
    Routed,
}

/// What happens to addresses on their way into the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    Bare,
    Slash,
    Campaign,
    Click,
    Session,
    Www,
    Mobile,
    Amp,
    Redirector,
    Port,
    Loud,
    Relative,
    Comments,
    /// A parameter of its own that is another at every request: nobody can know that it says nothing.
    Token,
    /// A broken template: each item links to the home page.
    Home,
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guid {
    Missing,
    Permalink,
    /// By number, on the host on which the article was born.
    Born,
    /// By number, on the host of today.
    Short,
    Drupal,
    Tag,
    Number,
    Opaque,
    /// With the revision in it, as agencies do.
    Versioned,
    /// A digest of the title.
    Digest,
    EachRequest,
    Same,
    Position,
    Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headline {
    Plain,
    Suffixed,
    Prefixed,
    Upper,
    Spaced,
    Decomposed,
    Shortened,
    Tested,
    Blank,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prose {
    Lead,
    Full,
    Missing,
    Boilerplate,
    Related,
    Picture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Newest,
    Oldest,
    Modified,
    Shuffled,
}

#[derive(Debug, Clone)]
pub(super) struct Ways {
    /// The site's number among all.
    pub(super) site: usize,
    pub(super) shape: Shape,
    pub(super) encoding: &'static str,
    pub(super) is_cdata: bool,
    pub(super) is_secure: bool,
    pub(super) domain: usize,
    pub(super) path: Path,
    pub(super) address: Address,
    pub(super) guid: Guid,
    pub(super) dating: Dating,
    pub(super) form: Form,
    pub(super) headline: Headline,
    pub(super) prose: Prose,
    pub(super) order: Order,
    pub(super) window: usize,
}

/// When an item is written, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) request: u64,
    pub(super) position: usize,
}

impl Ways {
    /// What the feed says of `article`, and what of it is evidence.
    pub(super) fn show(&self, article: &Article, tongue: &Tongue, at: Moment) -> (Item, Face) {
        let (link, page) = self.link(article, at.request);
        let (date, told) = self.dating.write(article, self.form_of_shape(), at.request);
        let title = self.title(article, at.request);
        let (html, text) = self.text(article, tongue, at.request);
        // What RSS 1.0 says that it is about is its id, dressed as its link is.
        let about = link.clone().filter(|_| self.shape == Shape::Rdf);
        let guid = self.guid(article, at).or(about);
        let item = Item {
            name: article.name.clone(),
            title: title.clone(),
            link,
            guid: guid.clone(),
            is_permalink: self.guid == Guid::Permalink,
            date,
            changed: self.form_of_shape().instant(article.changed),
            html,
            author: article.author.clone(),
            comments: article.comments,
        };
        let title =
            title.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        // A site that goes over to https has the same ids.
        let guid = guid.map(|guid| match guid.strip_prefix("http://") {
            Some(rest) => format!("https://{rest}"),
            None => guid,
        });
        let path =
            page.as_ref().and_then(|page| page.split_once('/')).map(|(_, path)| path.to_owned());
        (item, Face { guid, page, path, date: told, title, text })
    }

    /// Whether the feed has a place for what most others have.
    fn form_of_shape(&self) -> Form {
        match self.shape {
            Shape::Rss => self.form,
            _ if matches!(self.form, Form::Mail | Form::Clock) => Form::Zulu,
            _ => Form::Jakarta,
        }
    }

    /// Whether an item is dated, by its last change where the format has nothing else.
    pub(super) fn tells_time(&self, item: &Item) -> bool {
        item.date.is_some() || matches!(self.shape, Shape::Atom | Shape::Json)
    }

    /// JSON is always in UTF-8.
    pub(super) fn encoding_of_shape(&self) -> &'static str {
        if self.shape == Shape::Json { "utf-8" } else { self.encoding }
    }

    fn host(&self, domain: usize) -> String {
        let site = self.site;
        ["gazette", "daily", "online"]
            .get(domain)
            .map_or_else(String::new, |name| format!("{name}{site}.example"))
    }

    /// The address as it is written, and what it says whatever its dress.
    fn link(&self, article: &Article, request: u64) -> (Option<String>, Option<String>) {
        let path = self.path(article);
        let host = self.host(self.domain);
        let page = format!("{host}{path}");
        let scheme = if self.is_secure { "https" } else { "http" };
        let plain = format!("{scheme}://{page}");
        let joint = if plain.contains('?') { '&' } else { '?' };
        let is_routed = path.contains('#');
        let is_file = plain.rsplit('.').next() == Some("html");
        let is_plain = !plain.contains('?') && !is_routed;
        let written = match self.address {
            Address::Missing if self.shape != Shape::Sitemap => return (None, None),
            Address::Home => {
                return (Some(format!("{scheme}://{host}/")), Some(format!("{host}/")));
            }
            Address::Token if !is_routed => {
                return (Some(format!("{plain}{joint}zq={}", request * 7919)), None);
            }
            Address::Slash if is_plain && plain.ends_with('/') => {
                plain.trim_end_matches('/').to_owned()
            }
            Address::Slash if is_plain && !is_file => format!("{plain}/"),
            Address::Campaign if !is_routed => {
                format!("{plain}{joint}utm_source=rss&utm_campaign=c{request}")
            }
            Address::Click if !is_routed => format!("{plain}{joint}fbclid=IwAR{request}x"),
            Address::Session if is_plain => {
                format!("{};jsessionid={request:08X}", plain.trim_end_matches('/'))
            }
            Address::Www => format!("{scheme}://www.{page}"),
            Address::Mobile => format!("{scheme}://m.{page}"),
            Address::Amp if is_plain && !is_file => {
                format!("{}/amp", plain.trim_end_matches('/'))
            }
            Address::Redirector if !is_routed => {
                let target = plain.replace('%', "%25").replace('?', "%3F").replace('&', "%26");
                format!("https://www.google.com/url?rct=j&sa=t&url={target}&ct=ga&cd={request}")
            }
            Address::Port => {
                let port = if self.is_secure { 443 } else { 80 };
                format!("{scheme}://{host}:{port}{path}")
            }
            Address::Loud => format!("{}://{}{path}", scheme.to_uppercase(), host.to_uppercase()),
            Address::Relative if self.shape == Shape::Rss => format!("//{page}"),
            Address::Comments if !is_routed => format!("{plain}#comments"),
            _ => plain,
        };
        (Some(written), Some(page))
    }

    fn path(&self, article: &Article) -> String {
        if let Kind::Live(page) = article.kind {
            return format!("/live/{page}");
        }
        let (number, slug) = (article.number, &article.slug);
        match self.path {
            Path::Dated => format!("/{}/{slug}/", Form::Slashed.instant(article.born)),
            Path::Slug => format!("/{slug}"),
            Path::Numbered => format!("/news/{slug}-{number}.html"),
            Path::Node => format!("/node/{number}"),
            Path::Query => format!("/article.php?id={number}"),
            Path::Board => format!("/board/view.do?seq={number}&menu=7"),
            Path::Routed => format!("/#/article/{number}"),
        }
    }

    fn guid(&self, article: &Article, at: Moment) -> Option<String> {
        let number = article.number;
        let post = match article.kind {
            Kind::Live(_) => format!("#post-{number}"),
            _ => String::new(),
        };
        let scheme = if self.is_secure { "https" } else { "http" };
        let host = self.host(self.domain);
        let guid = match self.guid {
            Guid::Permalink => format!("{scheme}://{host}{}{post}", self.path(article)),
            Guid::Born => format!("http://{}/?p={number}", self.host(article.birthplace)),
            Guid::Short => format!("{scheme}://{host}/?p={number}"),
            Guid::Drupal => format!("{number} at {scheme}://{host}"),
            Guid::Tag => format!("tag:{host},2025:blog.post-{number}"),
            Guid::Number => number.to_string(),
            Guid::Opaque => {
                format!("{:032x}", u128::from(number + 77).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C))
            }
            Guid::Versioned => {
                format!("urn:newsml:wire.example:20250106:{number}:{}", article.version)
            }
            Guid::Digest => digest(&article.title),
            Guid::EachRequest => format!("{number}-{}", at.request * 31),
            Guid::Same => "https://cms.example/item".to_owned(),
            Guid::Position => format!("item-{}", at.position),
            Guid::Day => Form::Slashed.instant(article.born),
            // Formats that must have one take the address.
            Guid::Missing if matches!(self.shape, Shape::Atom | Shape::Json) => {
                format!("{scheme}://{host}{}{post}", self.path(article))
            }
            Guid::Missing => return None,
        };
        (self.shape != Shape::Sitemap).then_some(guid)
    }

    fn title(&self, article: &Article, request: u64) -> String {
        let title = &article.title;
        match self.headline {
            Headline::Blank if self.shape == Shape::Sitemap || self.prose == Prose::Missing => {
                title.clone()
            }
            Headline::Blank => String::new(),
            Headline::Suffixed => format!("{title} | Gazette {}", self.site),
            Headline::Prefixed => format!("Gazette {}: {title}", self.site),
            Headline::Upper => title.to_uppercase(),
            Headline::Spaced => format!("  {}\n ", title.replace(' ', " \n\t\u{a0}")),
            Headline::Decomposed => title.nfd().collect(),
            Headline::Shortened => {
                let start: String = title.chars().take(title.chars().count() * 3 / 4).collect();
                format!("{start}…")
            }
            Headline::Tested if (request + article.number).is_multiple_of(2) => {
                article.tested.clone()
            }
            Headline::Plain | Headline::Tested => title.clone(),
        }
    }

    /// As HTML, and what a reader reads.
    fn text(&self, article: &Article, tongue: &Tongue, request: u64) -> (String, String) {
        let lead = &article.lead;
        let text = match self.prose {
            _ if self.shape == Shape::Sitemap => String::new(),
            Prose::Missing => String::new(),
            Prose::Lead | Prose::Picture => lead.clone(),
            Prose::Full => format!("{lead} {}", article.body),
            Prose::Boilerplate => format!("{lead} {}", tongue.boilerplate),
            Prose::Related => format!("{lead} {request} {}", tongue.boilerplate),
        };
        let picture = match self.prose {
            Prose::Picture => {
                format!("<img src=\"https://img.example/{}.jpg?v={request}\"/>", article.number)
            }
            _ => String::new(),
        };
        let html = if text.is_empty() { String::new() } else { format!("{picture}<p>{text}</p>") };
        (html, text)
    }
}

fn digest(text: &str) -> String {
    let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{mixed:016x}")
}
