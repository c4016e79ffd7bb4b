//! `/search`: what is stored, searched. The only answers that are made when they are asked for: few at
//! once, and with a bound on what is read of the question.

use super::{HttpState, Names, answer, negotiate};
use crate::model::{Format, Time};
use crate::render;
use arc_swap::ArcSwap;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Searches at once: each reads the store.
const AT_ONCE: usize = 2;
/// How long an answer to a rule is kept, and how many are.
const KEPT: Duration = Duration::from_secs(15);
const ANSWERS: usize = 64;
/// Characters of a question.
const LONGEST: usize = 600;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The words, or the rule.
    pub query: String,
    /// The entry before which to go on.
    pub before: Option<i64>,
    /// As which feed the answer is wanted; `None` for the page.
    pub format: Option<Format>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The page.
    Page {
        /// HTML.
        body: Bytes,
    },
    /// The feed.
    Feed {
        /// In the format that was asked for.
        body: Bytes,
        /// When anything in it last changed.
        changed_at: Time,
    },
    /// Why the question is none.
    Wrong(String),
}

/// Answers questions; `None` when that failed.
pub type Search = Arc<dyn Fn(Ask) -> BoxFuture<'static, Option<Answer>> + Send + Sync>;

/// Who answers, and how many at once.
#[derive(Clone)]
pub(super) struct Searches {
    search: Search,
    turns: Arc<Semaphore>,
    names: Arc<ArcSwap<Names>>,
    /// Answers to rules, for a moment: readers come in crowds at the full hour.
    answers: Arc<Mutex<HashMap<Kept, (Instant, Answer)>>>,
    acts: Arc<AtomicU64>,
}

/// The question, as which feed, and after how many acts of operators: what was hidden since is not given again.
type Kept = (String, Option<Format>, u64);

impl Searches {
    pub(super) fn new(state: &HttpState) -> Self {
        Self {
            search: Arc::clone(&state.search),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            names: Arc::clone(&state.names),
            answers: Arc::default(),
            acts: Arc::clone(&state.acts),
        }
    }

    async fn answer(&self, ask: Ask) -> Option<Answer> {
        let key = |ask: &Ask| (ask.query.clone(), ask.format, self.acts.load(Ordering::SeqCst));
        if let Some(kept) = self.kept(&key(&ask)) {
            return Some(kept);
        }
        let _turn = self.turns.acquire().await.ok()?;
        let key = key(&ask);
        // Who waited beside another for the same answer finds it here.
        if let Some(kept) = self.kept(&key) {
            return Some(kept);
        }
        let answer = (self.search)(ask).await?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|_, (at, _)| at.elapsed() < KEPT);
        if answers.len() < ANSWERS {
            answers.insert(key, (Instant::now(), answer.clone()));
        }
        Some(answer)
    }

    fn kept(&self, key: &Kept) -> Option<Answer> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = answers.get(key)?;
        (at.elapsed() < KEPT).then(|| answer.clone())
    }
}

pub(super) async fn page(State(searches): State<Searches>, uri: Uri) -> Response {
    let Ok(_turn) = searches.turns.acquire().await else { return answer::not_now() };
    let asked = ask(uri.query().unwrap_or_default(), None);
    let Some(Answer::Page { body }) = (searches.search)(asked).await else {
        return answer::not_now();
    };
    let mut response = answer::text(StatusCode::OK, body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=30"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(render::search_policy()));
    response
}

/// `/search.{format}?q=RULE`: the answer as a feed, with an entity tag of its own in each coding. The
/// same answer is the same bytes.
pub(super) async fn feed(
    State(searches): State<Searches>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let ending = uri.path().rsplit('.').next().unwrap_or_default();
    let format = Format::FEEDS.into_iter().find(|format| format.extension() == ending);
    let (Some(format), true) = (format, searches.names.load().has_search_feeds) else {
        return answer::not_found();
    };
    let Some(encoding) = negotiate::encoding(&headers) else {
        return answer::text(StatusCode::NOT_ACCEPTABLE, "br, gzip or identity\n");
    };
    let asked = ask(uri.query().unwrap_or_default(), Some(format));
    let (body, changed_at) = match searches.answer(asked).await {
        Some(Answer::Feed { body, changed_at }) => (body, changed_at),
        Some(Answer::Wrong(reason)) => {
            return answer::text(StatusCode::BAD_REQUEST, format!("{reason}\n"));
        }
        Some(Answer::Page { .. }) | None => return answer::not_now(),
    };
    let Ok(body) = tokio::task::spawn_blocking(move || encoding.encode(&body)).await else {
        return answer::not_now();
    };
    answer::found(&headers, (format, encoding), body, changed_at)
}

fn ask(query: &str, format: Option<Format>) -> Ask {
    let mut ask = Ask { query: String::new(), before: None, format };
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
        let asked = ask("x=1&q=%E6%9D%B1%E4%BA%AC+%22a&before=17&before=x", None);
        assert_eq!(asked, Ask { query: "東京 \"a".to_owned(), before: None, format: None });
        assert_eq!(ask(&format!("q={}", "a".repeat(999)), None).query.len(), LONGEST);
        assert_eq!(ask("", None).query, "");
    }
}
