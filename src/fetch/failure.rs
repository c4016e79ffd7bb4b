//! Words for what went wrong: from an error of the HTTP client to a class that the scheduler acts
//! on and a line for people. Nothing in that line comes from an address's secrets or a body.

use super::guard::NotPublic;
use crate::model::{FailureClass, FetchFailure, ServerHints};
use reqwest::StatusCode;
use rustls::CertificateError as Bad;
use std::error::Error;
use std::io;

type Cause<'a> = &'a (dyn Error + 'static);

/// A failure without an answer.
pub(super) fn new(class: FailureClass, detail: impl Into<String>) -> FetchFailure {
    FetchFailure { class, status: None, detail: detail.into(), hints: ServerHints::default() }
}

/// The same with the status of the answer.
pub(super) fn with_status(failure: FetchFailure, status: StatusCode) -> FetchFailure {
    FetchFailure { status: Some(status.as_u16()), ..failure }
}

/// `"404 Not Found"`, or the number alone where it has no name.
pub(super) fn status_line(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// The first 120 characters of what a server wrote, in printable ASCII: it goes to terminals and
/// logs.
pub(super) fn cut(text: &str) -> String {
    let shown: String = text.chars().filter(|c| (' '..='~').contains(c)).take(121).collect();
    if shown.len() > 120 { format!("{}...", &shown[..120]) } else { shown }
}

/// What an error of the HTTP client means.
pub(super) fn from_error(error: reqwest::Error) -> FetchFailure {
    // Its own words would show the address with its query.
    let error = error.without_url();
    let (class, detail) = refused(&error)
        .or_else(|| tls(&error))
        .or_else(|| connecting(&error))
        .unwrap_or_else(|| answering(&error));
    new(class, detail)
}

fn refused(error: &reqwest::Error) -> Option<(FailureClass, String)> {
    find::<NotPublic>(error).map(|refused| (FailureClass::Blocked, refused.to_string()))
}

fn tls(error: &reqwest::Error) -> Option<(FailureClass, String)> {
    find::<rustls::Error>(error).map(|error| (FailureClass::Tls, tls_detail(error)))
}

fn tls_detail(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(bad) = error else {
        return format!("no TLS connection: {}", cut(&error.to_string()));
    };
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => "the certificate has expired".to_owned(),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "the certificate is not valid yet".to_owned()
        }
        Bad::UnknownIssuer => "nobody whom this machine trusts signed the certificate".to_owned(),
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            "the certificate is for another name".to_owned()
        }
        other => format!("the certificate is not valid: {}", cut(&other.to_string())),
    }
}

fn connecting(error: &reqwest::Error) -> Option<(FailureClass, String)> {
    if error.is_dns() {
        return Some((FailureClass::Dns, format!("the name is not found: {}", root_cause(error))));
    }
    // The handshake broke off without a word from the other side.
    if error.is_connect() && root_cause(error).starts_with("tls handshake") {
        return Some((FailureClass::Tls, format!("no TLS connection: {}", root_cause(error))));
    }
    let detail = match error.is_connect() {
        false => return None,
        true if error.is_timeout() => "no connection in time".to_owned(),
        true => format!("no connection: {}", root_cause(error)),
    };
    let refused = find::<io::Error>(error).is_some_and(is_refusal);
    Some((if refused { FailureClass::Refused } else { FailureClass::Connect }, detail))
}

fn is_refusal(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionRefused
}

/// What can still go wrong once connected.
fn answering(error: &reqwest::Error) -> (FailureClass, String) {
    if error.is_timeout() {
        let amid = "the server fell silent amid the document";
        let detail = if error.is_request() { "no answer in time" } else { amid };
        return (FailureClass::Timeout, detail.to_owned());
    }
    let detail = match find::<hyper::Error>(error) {
        Some(hyper) if hyper.is_incomplete_message() => {
            "the connection closed before the answer was complete".to_owned()
        }
        Some(hyper) if hyper.is_parse() => format!("the answer is not HTTP: {}", cause(hyper)),
        _ => format!("the connection broke: {}", root_cause(error)),
    };
    (FailureClass::Broken, detail)
}

/// The innermost reason of an error; the outer ones only say what was being done.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    cause(error)
}

fn cause(error: Cause<'_>) -> String {
    causes(error).last().map(|last| cut(&last.to_string())).unwrap_or_default()
}

fn find<E: Error + 'static>(error: Cause<'_>) -> Option<&E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// An error and all its causes. An `io::Error` around another error shows that one's cause as its
/// own and hides the error itself, hence the second look.
fn causes(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as Cause<'_>).or_else(|| error.source())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error as it reaches us from the depth of a connection: wrapped twice.
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_cause_is_found_inside_of_an_io_error() {
        let inner = rustls::Error::InvalidCertificate(Bad::Expired);
        let error = Outer(io::Error::new(io::ErrorKind::InvalidData, inner));
        let found = find::<rustls::Error>(&error).map(tls_detail);
        assert_eq!(found.as_deref(), Some("the certificate has expired"));
        assert!(find::<hyper::Error>(&error).is_none());
    }

    #[test]
    fn certificates_are_explained_in_words() {
        for (bad, detail) in [
            (Bad::UnknownIssuer, "nobody whom this machine trusts signed the certificate"),
            (Bad::NotValidForName, "the certificate is for another name"),
            (Bad::NotValidYet, "the certificate is not valid yet"),
        ] {
            assert_eq!(tls_detail(&rustls::Error::InvalidCertificate(bad)), detail);
        }
        let other = tls_detail(&rustls::Error::InvalidCertificate(Bad::Revoked));
        assert!(other.starts_with("the certificate is not valid: "), "{other}");
    }

    #[test]
    fn the_innermost_reason_is_the_one_that_is_told() {
        let error = Outer(io::Error::other("the well is dry"));
        assert_eq!(cause(&error), "the well is dry");
    }

    #[test]
    fn what_a_server_wrote_is_cut_and_cannot_steer_a_terminal() {
        assert_eq!(cut("gz\x1b[31mip\u{202e}\r\n"), "gz[31mip");
        let long = cut(&"x".repeat(500));
        assert_eq!((long.len(), long.ends_with("...")), (123, true));
    }

    #[test]
    fn statuses_without_a_name_are_numbers() {
        assert_eq!(status_line(StatusCode::GONE), "410 Gone");
        assert_eq!(status_line(StatusCode::from_u16(525).unwrap()), "525");
    }
}
