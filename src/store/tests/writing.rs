//! The writing thread: groups, failures, faults.

use super::*;
use std::sync::mpsc;

/// Keeps the writer busy until the sender is dropped, so that what comes next is one group.
fn hold(store: &SqliteStore) -> (mpsc::Sender<()>, impl Future<Output = Result<(), StoreError>>) {
    let (release, held) = mpsc::channel();
    let store = store.clone();
    let unit = async move {
        let wait = move |_: &Connection| {
            let _ = held.recv();
            Ok(())
        };
        store.write(wait).await
    };
    (release, unit)
}

async fn note(store: &SqliteStore, name: &'static str, fail: bool) -> Result<(), StoreError> {
    store
        .write(move |connection| {
            connection.execute("INSERT INTO meta (name, number) VALUES (?1, 1)", [name])?;
            if fail {
                connection.execute("INSERT INTO meta (name, number) VALUES (?1, 2)", [name])?;
            }
            Ok(())
        })
        .await
}

async fn noted(store: &SqliteStore) -> Vec<String> {
    let sql = "SELECT name FROM meta WHERE name LIKE 'x%' ORDER BY name";
    store.read(move |it| it.prepare(sql)?.query_map([], |row| row.get(0))?.collect()).await.unwrap()
}

#[tokio::test]
async fn a_failing_unit_rolls_back_alone() {
    let (_dir, store) = with_sources().await;
    let (release, held) = hold(&store);
    let letting_go = async {
        // All three wait behind the first when it ends.
        tokio::task::yield_now().await;
        drop(release);
    };
    let (held, first, failing, last, ()) = tokio::join!(
        held,
        note(&store, "x1", false),
        note(&store, "x2", true),
        note(&store, "x3", false),
        letting_go
    );
    assert_eq!((held, first, last), (Ok(()), Ok(()), Ok(())));
    assert!(matches!(failing, Err(StoreError::Bug(_))), "{failing:?}");
    assert_eq!(noted(&store).await, ["x1", "x3"]);
}

#[tokio::test]
async fn a_unit_that_panics_takes_nobody_along() {
    let (_dir, store) = with_sources().await;
    let outcome: Result<(), _> = store.write(|_| panic!("on purpose")).await;
    assert!(matches!(outcome, Err(StoreError::Bug(_))));
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_and_writing_goes_on() {
    let (_dir, store) = with_sources().await;
    let limit = |pages: &str| format!("PRAGMA max_page_count = {pages}");
    let tight = limit("1");
    store.write(move |it| it.query_row(&tight, [], |_| Ok(()))).await.unwrap();
    let lease = lease(&store, "a").await;
    let mut big = new("1", "큰 글");
    big.entry.text = "글".repeat(200_000);
    let full = store.finish_poll(&lease, record(&lease, vec![big.clone()])).await;
    assert_eq!(full, Err(StoreError::Full));
    assert_eq!(store.counts().await.unwrap().entries, 0);

    let wide = limit("1000000");
    store.write(move |it| it.query_row(&wide, [], |_| Ok(()))).await.unwrap();
    let stored = store.finish_poll(&lease, record(&lease, vec![big])).await.unwrap();
    assert!(matches!(stored, Finish::Done { new, .. } if new.len() == 1));
}

#[tokio::test]
async fn what_was_sent_before_close_is_stored() {
    let (dir, store) = with_sources().await;
    let (release, held) = hold(&store);
    let closing = async {
        tokio::task::yield_now().await;
        drop(release);
        store.close().await
    };
    let (_, noted_first, closed) = tokio::join!(held, note(&store, "x1", false), closing);
    assert_eq!((noted_first, closed), (Ok(()), Ok(())));
    assert_eq!(std::fs::metadata(dir.path().join("muara.db-wal")).map_or(0, |wal| wal.len()), 0);
    assert_eq!(noted(&open(dir.path()).await).await, ["x1"]);
}

#[tokio::test]
async fn a_unit_whose_caller_gave_up_is_stored_all_the_same() {
    let (_dir, store) = with_sources().await;
    let (release, held) = hold(&store);
    let giving_up = async {
        let waiting = tokio::time::timeout(Duration::from_millis(20), note(&store, "x1", false));
        assert!(waiting.await.is_err());
        drop(release);
    };
    let (held, ()) = tokio::join!(held, giving_up);
    held.unwrap();
    store.ping().await.unwrap();
    assert_eq!(noted(&store).await, ["x1"]);
}

#[tokio::test]
async fn a_file_that_another_program_locks_is_said_to_be_busy() {
    let (dir, store) = with_sources().await;
    store.write(|it| it.pragma_update(None, "busy_timeout", 1)).await.unwrap();
    let other = Connection::open(dir.path().join("muara.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.ping().await, Err(StoreError::Busy));
    other.execute_batch("ROLLBACK").unwrap();
    store.ping().await.unwrap();
}
