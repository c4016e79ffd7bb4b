//! A site's document, written out as its system writes it.

use super::article::Item;
use super::ways::{Shape, Ways};
use super::words::Tongue;

/// The document and, for each item, where in it the item ends.
pub(super) struct Document {
    pub(super) text: String,
    pub(super) ends: Vec<usize>,
}

pub(super) fn media_type(shape: Shape) -> &'static str {
    match shape {
        Shape::Rss => "application/rss+xml",
        Shape::Rdf => "application/rdf+xml",
        Shape::Atom => "application/atom+xml",
        Shape::Json => "application/feed+json",
        Shape::Sitemap => "application/xml",
    }
}

pub(super) fn write(ways: &Ways, tongue: &Tongue, items: &[Item]) -> Document {
    let (head, foot) = frame(ways, tongue);
    let mut document = Document { text: head, ends: Vec::new() };
    for (place, item) in items.iter().enumerate() {
        if ways.shape == Shape::Json && place > 0 {
            document.text += ",";
        }
        document.text += &match ways.shape {
            Shape::Rss => rss(ways, item),
            Shape::Rdf => rdf(ways, item),
            Shape::Atom => atom(ways, item),
            Shape::Json => json(item),
            Shape::Sitemap => sitemap(ways, tongue, item),
        };
        document.ends.push(document.text.len());
    }
    document.text += foot;
    document
}

fn frame(ways: &Ways, tongue: &Tongue) -> (String, &'static str) {
    let (site, code) = (ways.site, tongue.code);
    let xml = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", ways.encoding);
    let about = format!("<title>Gazette {site}</title><link>https://gazette{site}.example/</link>");
    match ways.shape {
        Shape::Rss => (
            format!(
                "{xml}<rss version=\"2.0\" xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\" \
                 xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>{about}\
                 <description>All</description><language>{code}</language>\n"
            ),
            "</channel></rss>\n",
        ),
        Shape::Rdf => (
            format!(
                "{xml}<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
                 xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
                 <channel rdf:about=\"https://gazette{site}.example/\">{about}<description>All</description>\
                 <dc:language>{code}</dc:language></channel>\n"
            ),
            "</rdf:RDF>\n",
        ),
        Shape::Atom => (
            format!(
                "{xml}<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{code}\"><title>Gazette {site}</title>\
                 <id>https://gazette{site}.example/</id><updated>2025-01-06T00:00:00Z</updated>\n"
            ),
            "</feed>\n",
        ),
        Shape::Json => (
            format!(
                "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Gazette {site}\",\
                 \"language\":\"{code}\",\"items\":["
            ),
            "]}\n",
        ),
        Shape::Sitemap => (
            format!(
                "{xml}<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                 xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n"
            ),
            "</urlset>\n",
        ),
    }
}

fn rss(ways: &Ways, item: &Item) -> String {
    let guid = item.guid.as_ref().map(|guid| {
        let mark = if item.is_permalink { "" } else { " isPermaLink=\"false\"" };
        format!("<guid{mark}>{}</guid>", escape(guid))
    });
    let date = item.date.as_ref().map(|date| format!("<pubDate>{date}</pubDate>"));
    let link = item.link.as_ref().map(|link| format!("<link>{}</link>", escape(link)));
    let (guid, date, link) =
        (guid.unwrap_or_default(), date.unwrap_or_default(), link.unwrap_or_default());
    format!(
        "<item><category>{}</category><title>{}</title>{link}{date}<dc:creator>{}</dc:creator>{guid}\
         <description>{}</description><slash:comments>{}</slash:comments></item>\n",
        item.name,
        text(ways, &item.title),
        item.author,
        text(ways, &item.html),
        item.comments,
    )
}

fn rdf(ways: &Ways, item: &Item) -> String {
    let about = item.guid.as_ref().or(item.link.as_ref());
    let about = about.map(|about| format!(" rdf:about=\"{}\"", escape(about))).unwrap_or_default();
    let date =
        item.date.as_ref().map(|date| format!("<dc:date>{date}</dc:date>")).unwrap_or_default();
    let link = item.link.as_ref().map(|link| format!("<link>{}</link>", escape(link)));
    format!(
        "<item{about}><dc:subject>{}</dc:subject><title>{}</title>{}{date}<description>{}</description>\
         <dc:creator>{}</dc:creator></item>\n",
        item.name,
        text(ways, &item.title),
        link.unwrap_or_default(),
        text(ways, &item.html),
        item.author,
    )
}

fn atom(ways: &Ways, item: &Item) -> String {
    let id = item.guid.as_ref().map(|id| format!("<id>{}</id>", escape(id))).unwrap_or_default();
    let link = item
        .link
        .as_ref()
        .map(|link| format!("<link rel=\"alternate\" href=\"{}\"/>", escape(link)));
    let date = item.date.as_ref().map(|date| format!("<published>{date}</published>"));
    format!(
        "<entry><category term=\"{}\"/>{id}<title>{}</title>{}{}<updated>{}</updated>\
         <summary type=\"html\">{}</summary><author><name>{}</name></author></entry>\n",
        item.name,
        text(ways, &item.title),
        link.unwrap_or_default(),
        date.unwrap_or_default(),
        item.changed,
        text(ways, &item.html),
        item.author,
    )
}

fn json(item: &Item) -> String {
    let mut object = serde_json::json!({
        "title": item.title,
        "content_html": item.html,
        "date_modified": item.changed,
        "authors": [{ "name": item.author }],
    });
    let optional = [("id", &item.guid), ("url", &item.link), ("date_published", &item.date)];
    for (key, value) in optional {
        if let Some(value) = value {
            object[key] = value.clone().into();
        }
    }
    // First, so that what is cut keeps its true name.
    format!("{{\"tags\":[\"{}\"],{}", item.name, &object.to_string()[1..])
}

fn sitemap(ways: &Ways, tongue: &Tongue, item: &Item) -> String {
    let date = item.date.as_ref();
    let date = date.map(|date| format!("<news:publication_date>{date}</news:publication_date>"));
    format!(
        "<url><loc>{}</loc><news:news><news:keywords>{}</news:keywords><news:publication><news:name>Gazette\
         </news:name><news:language>{}</news:language></news:publication>{}<news:title>{}</news:title>\
         </news:news></url>\n",
        escape(item.link.as_deref().unwrap_or_default()),
        item.name,
        tongue.code,
        date.unwrap_or_default(),
        text(ways, &item.title),
    )
}

fn text(ways: &Ways, text: &str) -> String {
    if ways.is_cdata && !text.is_empty() && ways.shape != Shape::Atom {
        format!("<![CDATA[{text}]]>")
    } else {
        escape(text)
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// `text` in `encoding`; what that lacks becomes a reference.
pub(super) fn encode(text: &str, encoding: &str) -> Vec<u8> {
    if encoding == "utf-16" {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        return units.flat_map(u16::to_le_bytes).collect();
    }
    let known = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("a known encoding");
    known.encode(text).0.into_owned()
}
