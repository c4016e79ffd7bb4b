//! `/search`: what is stored, searched. The only answers that are made when they are asked for: few at
//! once, and with a bound on what is read of the question.

use super::{HttpState, answer};
use crate::render;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::Response;
use futures::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Searches at once: each reads the store.
const AT_ONCE: usize = 2;
/// Characters of a question.
const LONGEST: usize = 200;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The words.
    pub query: String,
    /// The entry before which to go on.
    pub before: Option<i64>,
}

/// Answers questions with a page; `None` when that failed.
pub type Search = Arc<dyn Fn(Ask) -> BoxFuture<'static, Option<Vec<u8>>> + Send + Sync>;

/// Who answers, and how many at once.
#[derive(Clone)]
pub(super) struct Searches {
    search: Search,
    turns: Arc<Semaphore>,
}

impl Searches {
    pub(super) fn new(state: &HttpState) -> Self {
        Self { search: Arc::clone(&state.search), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

pub(super) async fn page(State(searches): State<Searches>, uri: Uri) -> Response {
    let Ok(_turn) = searches.turns.acquire().await else { return answer::not_now() };
    let Some(body) = (searches.search)(ask(uri.query().unwrap_or_default())).await else {
        return answer::not_now();
    };
    let mut response = answer::text(StatusCode::OK, body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=30"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(render::search_policy()));
    response
}

fn ask(query: &str) -> Ask {
    let mut ask = Ask { query: String::new(), before: None };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "q" => ask.query = value.chars().take(LONGEST).collect(),
            "before" => ask.before = value.parse().ok(),
            _ => {}
        }
    }
    ask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_cut_and_what_else_is_asked_overlooked() {
        let asked = ask("x=1&q=%E6%9D%B1%E4%BA%AC+%22a&before=17&before=x");
        assert_eq!(asked, Ask { query: "東京 \"a".to_owned(), before: None });
        assert_eq!(ask(&format!("q={}", "a".repeat(999))).query.len(), LONGEST);
        assert_eq!(ask("").query, "");
    }
}
