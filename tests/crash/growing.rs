//! A feed that gets new entries all the time and shows its last fifty, as a busy newspaper does.

use crate::support::feeds::{Entry, Feed};
use crate::support::origin::{Answer, Origin, Page};
use std::sync::{Arc, Mutex};

/// How many entries it shows. It grows by one or two a request: no entry leaves before twenty-five
/// requests have seen it.
const WINDOW: usize = 50;

struct State {
    feed: usize,
    /// Numbers of the entries so far: from 0 to below this.
    count: usize,
    is_growing: bool,
    requests: usize,
}

/// The origin's side of one such feed.
pub(crate) struct Growing(Arc<Mutex<State>>);

impl Growing {
    /// Serves feed number `feed` at `path`.
    pub(crate) fn serve(origin: &Origin, path: &str, feed: usize) -> Self {
        let state = State { feed, count: 8, is_growing: true, requests: 0 };
        let state = Arc::new(Mutex::new(state));
        let of_origin = Arc::clone(&state);
        let page = move || of_origin.lock().expect("no panic in the feed").page();
        origin.serve(path, Answer::Made(Arc::new(page)));
        Self(state)
    }

    /// From now on it stays as it is.
    pub(crate) fn stop(&self) {
        self.0.lock().expect("no panic in the feed").is_growing = false;
    }

    /// The links of all entries that it ever showed.
    pub(crate) fn links(&self) -> Vec<String> {
        let state = self.0.lock().expect("no panic in the feed");
        (0..state.count).map(|n| state.link(n)).collect()
    }
}

impl State {
    fn link(&self, n: usize) -> String {
        format!("https://feed{}.example/report/{n}", self.feed)
    }

    /// The document for one more request. Every third time nothing is new, so that a 304 that came too
    /// early would hide entries for good.
    fn page(&mut self) -> Page {
        self.requests += 1;
        if self.is_growing {
            self.count += self.requests % 3;
        }
        let entry = |n: usize| {
            let parity = if n % 2 == 1 { "odd" } else { "even" };
            // One number, of this entry alone: texts that differ in the order of their numbers are copies.
            let number = (self.feed + 1) * 100_000 + n;
            let title = format!("An {parity} report with number {number}");
            let summary = format!("<p>What there is to say on {number}.</p>");
            Entry::new(&title, &summary, &self.link(n)).guid(&format!("{}-{n}", self.feed))
        };
        let shown = self.count.saturating_sub(WINDOW)..self.count;
        Feed::rss(&format!("Feed {}", self.feed), shown.rev().map(entry).collect()).page()
    }
}
