//! How a source is asked: its headers, credentials and proxy. Secrets come from the environment, from
//! systemd's credentials or from the file; one that is not there is a warning, because commands that
//! only look run without it.

use super::Surroundings;
use super::findings::Complaint;
use super::problem::Problem;
use super::reader::{Section, Value};
use crate::model::{Access, Login, Secret};
use toml::Spanned;
use toml::de::DeValue;
use url::Url;

const FORMS: &str = "`{ credential = \"NAME\" }` for one of systemd, `{ env = \"NAME\" }` for the \
     environment, or a string";

/// Reads the keys of a `[[source]]` that say how it is asked.
pub(super) fn read(section: &mut Section<'_, '_, '_>, surroundings: &Surroundings) -> Access {
    let mut reader = Reader { surroundings, missing: None };
    let headers = reader.headers(section);
    let login = reader.login(section);
    let proxy = reader.secret(section, "proxy").filter(|proxy| is_proxy(section, proxy));
    let insecure_tls = section.flag("insecure_tls").unwrap_or_default();
    let proxy = proxy.map(Spanned::into_inner);
    Access { headers, login, proxy, insecure_tls, missing: reader.missing }
}

struct Reader<'s> {
    surroundings: &'s Surroundings,
    missing: Option<String>,
}

impl Reader<'_> {
    fn login(&mut self, section: &mut Section<'_, '_, '_>) -> Option<Login> {
        let user = section.text("user", user);
        let password = self.secret(section, "password");
        let bearer = self.secret(section, "bearer");
        if let (Some(bearer), Some(user)) = (&bearer, &user) {
            section.findings.push(
                Problem::error("`user` and `bearer` are two ways to log in; give one of them")
                    .at(bearer.span())
                    .also(user.span(), "the other one"),
            );
        }
        if let (None, Some(password)) = (&user, &password) {
            section.findings.push(
                Problem::error("a `password` needs a `user`; a token is a `bearer`")
                    .at(password.span()),
            );
        }
        match (bearer, user) {
            (Some(bearer), _) => Some(Login::Bearer(bearer.into_inner())),
            (None, Some(user)) => {
                let password = password.map_or_else(|| Secret::new(""), Spanned::into_inner);
                Some(Login::Basic { user: user.into_inner(), password })
            }
            (None, None) => None,
        }
    }

    fn headers(&mut self, section: &mut Section<'_, '_, '_>) -> Vec<(String, Secret)> {
        let Some(value) = section.ask("headers") else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            section.wrong_type("`headers`", "a table, `{ Name = \"value\" }`", value);
            return Vec::new();
        };
        let mut headers = Vec::new();
        for (name, value) in table {
            let given = name.get_ref().as_ref();
            match header_name(given) {
                Err(complaint) => {
                    section.findings.complain("headers", given, &name.span(), complaint);
                }
                Ok(name) => {
                    let secret = self.secret_of(section, given, value);
                    headers.extend(secret.map(|secret| (name, secret.into_inner())));
                }
            }
        }
        headers
    }

    fn secret(
        &mut self,
        section: &mut Section<'_, '_, '_>,
        key: &'static str,
    ) -> Option<Spanned<Secret>> {
        let value = section.ask(key)?;
        self.secret_of(section, key, value)
    }

    fn secret_of(
        &mut self,
        section: &mut Section<'_, '_, '_>,
        key: &str,
        value: Value<'_, '_>,
    ) -> Option<Spanned<Secret>> {
        let found = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Table(table) if table.len() == 1 => {
                let (kind, name) = table.iter().next()?;
                let name = name.get_ref().as_str();
                match (kind.get_ref().as_ref(), name) {
                    ("env", Some(name)) => self.in_environment(name),
                    ("credential", Some(name)) => self.in_credentials(name),
                    _ => return self.odd(section, key, value),
                }
            }
            _ => return self.odd(section, key, value),
        };
        let Some(found) = found else {
            let missing = format!("`{key}` is not there where the config says that it is");
            section.findings.push(
                Problem::warning(missing.clone()).at(value.span()).help(
                    "without it the source is not polled; see LoadCredential= in systemd.exec(5)"
                        .to_owned(),
                ),
            );
            self.missing.get_or_insert(missing);
            return None;
        };
        if !can_be_sent(&found) {
            section.findings.push(
                Problem::error(format!("`{key}` cannot be sent: it holds control characters"))
                    .at(value.span()),
            );
            return None;
        }
        Some(Spanned::new(value.span(), Secret::new(&found)))
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    fn odd(
        &self,
        section: &mut Section<'_, '_, '_>,
        key: &str,
        value: Value<'_, '_>,
    ) -> Option<Spanned<Secret>> {
        section.findings.push(
            Problem::error(format!("`{key}` is given in no way that is known"))
                .at(value.span())
                .help(FORMS.to_owned()),
        );
        None
    }

    fn in_environment(&self, name: &str) -> Option<String> {
        (self.surroundings.variable)(name)
    }

    /// A file of systemd's, without the line end that editors leave there.
    fn in_credentials(&self, name: &str) -> Option<String> {
        let is_name = !name.contains('/') && !name.starts_with('.');
        let directory =
            (self.surroundings.variable)("CREDENTIALS_DIRECTORY").filter(|_| is_name)?;
        let text = std::fs::read_to_string(std::path::Path::new(&directory).join(name)).ok()?;
        Some(text.trim_end_matches(['\n', '\r']).to_owned())
    }
}

fn user(text: &str) -> Result<String, Complaint> {
    if text.contains(':') || !can_be_sent(text) {
        return Err(Complaint::new("a user name has no colon and no control characters"));
    }
    Ok(text.to_owned())
}

/// Headers that say what our own client does are its own to send.
fn header_name(text: &str) -> Result<String, Complaint> {
    // RFC 9110 §5.6.2.
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if text.is_empty() || !text.bytes().all(is_token) {
        return Err(Complaint::new("this is not the name of a header"));
    }
    let name = text.to_ascii_lowercase();
    let ours = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];
    let conditional = ["if-none-match", "if-modified-since", "range", "te", "upgrade"];
    if ours.into_iter().chain(conditional).any(|ours| name == ours) {
        return Err(Complaint::new("this header is Muara's own to send"));
    }
    Ok(name)
}

/// Whether a value fits on a header line.
fn can_be_sent(text: &str) -> bool {
    text.bytes().all(|b| b >= b' ' && b != 0x7f)
}

fn is_proxy(section: &mut Section<'_, '_, '_>, proxy: &Spanned<Secret>) -> bool {
    let url = Url::parse(proxy.get_ref().expose()).ok();
    let fits = url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !fits {
        section.findings.push(
            Problem::error("`proxy` is not the address of an HTTP proxy")
                .at(proxy.span())
                .help("`\"http://proxy.example.org:3128\"`".to_owned()),
        );
    }
    fits
}
