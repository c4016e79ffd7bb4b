//! How a source is asked, beyond its address: headers, credentials, a proxy. Nothing here shows a secret.

use std::fmt;
use std::sync::Arc;

/// A value that no log, status or output shows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Hides `value`.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The value, for the request that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How a source is asked, beyond its address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Headers by name, sent only to the site that the source's address names.
    pub headers: Vec<(String, Secret)>,
    /// Who asks, said only to that site.
    pub login: Option<Login>,
    /// The address of an HTTP proxy through which it is asked; it may hold a password.
    pub proxy: Option<Secret>,
    /// Whether any certificate will do.
    pub insecure_tls: bool,
    /// Which secret is not where config says that it is; the source is not asked without it.
    pub missing: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// RFC 7617.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// RFC 6750.
    Bearer(Secret),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let login = Login::Basic { user: "me".to_owned(), password: Secret::new("hunter2") };
        let access = Access {
            headers: vec![("x-key".to_owned(), Secret::new("hunter2"))],
            login: Some(login),
            proxy: Some(Secret::new("http://me:hunter2@proxy.example:3128/")),
            ..Access::default()
        };
        assert!(!format!("{access:?}").contains("hunter2"), "{access:?}");
    }
}
