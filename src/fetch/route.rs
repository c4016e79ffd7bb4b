//! The way of one fetch through redirects: where it is, where it has been, whether all turns were
//! permanent, and who may see the credentials.

use super::{FetchRequest, failure};
use crate::model::{FailureClass, FetchFailure};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

/// Where a fetch began and how far redirects have led it.
pub(super) struct Route {
    /// As asked for, credentials included.
    start: Url,
    /// Whether it begins elsewhere: where permanent redirects have led before, say.
    elsewhere: bool,
    /// Where it is now; never with credentials, never with a fragment.
    here: Url,
    /// Every address before `here`, in order.
    passed: Vec<Url>,
    /// Whether every turn so far was permanent (301, 308).
    permanent: bool,
    /// How many turns are taken at most.
    most: usize,
}

impl Route {
    /// A route that has not turned yet.
    pub(super) fn from(request: &FetchRequest<'_>, most: usize) -> Self {
        let start = request.url.clone();
        let here = without_secrets(request.instead.unwrap_or(&start).clone());
        let elsewhere = request.instead.is_some();
        Self { start, elsewhere, here, passed: Vec::new(), permanent: true, most }
    }

    /// The address to ask, without credentials.
    pub(super) fn here(&self) -> &Url {
        &self.here
    }

    /// The address to ask, with credentials if they are meant for it. reqwest turns them into
    /// basic authentication.
    pub(super) fn address(&self) -> Url {
        let mut address = self.here.clone();
        if self.at_home() {
            // Both fail only on addresses without a host, which the guard has turned away.
            let _ = address.set_username(self.start.username());
            let _ = address.set_password(self.start.password());
        }
        address
    }

    /// Whether `here` is the site that the credentials are for: the same origin, or its encrypted
    /// twin.
    pub(super) fn at_home(&self) -> bool {
        let ports = |url: &Url| url.port_or_known_default();
        let upgraded = (ports(&self.start), ports(&self.here)) == (Some(80), Some(443))
            && (self.start.scheme(), self.here.scheme()) == ("http", "https");
        self.start.origin() == self.here.origin()
            || (upgraded && self.start.host() == self.here.host())
    }

    /// The address that only permanent redirects have led to. A source with credentials is not
    /// said to have moved: they are kept out of what is remembered, and would be missing there.
    pub(super) fn moved_to(&self) -> Option<Url> {
        let turned = (self.elsewhere || !self.passed.is_empty()) && self.permanent;
        (turned && !has_credentials(&self.start)).then(|| self.here.clone())
    }

    /// Takes the turn that an answer asks for; `false` when it is no redirect.
    pub(super) fn follow(
        &mut self,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<bool, FetchFailure> {
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(false);
        }
        let next = self.target(headers).and_then(|next| self.check(next)).map_err(|detail| {
            let detail = format!("{}: {detail}", failure::status_line(status));
            let failure = failure::new(FailureClass::Redirect, detail);
            self.locate(failure::with_status(failure, status))
        })?;
        self.permanent &= matches!(status.as_u16(), 301 | 308);
        self.passed.push(std::mem::replace(&mut self.here, next));
        Ok(true)
    }

    fn target(&self, headers: &HeaderMap) -> Result<Url, String> {
        let location = headers.get(LOCATION).ok_or("it does not say where to")?;
        let location = std::str::from_utf8(location.as_bytes())
            .map_err(|_| "where to is written in no readable way")?;
        let next = self.here.join(location.trim()).map_err(|_| "it leads to no address")?;
        Ok(without_secrets(next))
    }

    fn check(&self, next: Url) -> Result<Url, String> {
        if next == self.here || self.passed.contains(&next) {
            return Err("it leads in a circle (the site may want cookies)".to_owned());
        }
        if self.passed.len() >= self.most {
            return Err(format!("more than {} redirects", self.most));
        }
        Ok(next)
    }

    /// Says in a failure where it happened, if that is not where the fetch began.
    pub(super) fn locate(&self, mut failure: FetchFailure) -> FetchFailure {
        if !self.passed.is_empty() {
            failure.detail = format!("{} (redirected to {})", failure.detail, shown(&self.here));
        } else if self.elsewhere {
            failure.detail = format!("{} (at {})", failure.detail, shown(&self.here));
        }
        failure
    }
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// The address without user name, password and fragment.
fn without_secrets(mut url: Url) -> Url {
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

/// An address for people: without its query, where tokens stand, and not longer than a line.
fn shown(url: &Url) -> String {
    let mut url = without_secrets(url.clone());
    url.set_query(None);
    failure::cut(url.as_str())
}
