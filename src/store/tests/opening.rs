//! Opening: who may, and what is never touched.

use super::*;
use rusqlite::Connection;
use std::fs;

/// Opening in both modes, which must fail and change no byte of the file.
async fn refused(dir: &Path) -> (StoreError, StoreError) {
    let path = dir.join("muara.db");
    let before = fs::read(&path).unwrap();
    let owning = SqliteStore::open(dir, OWNER).await.unwrap_err();
    let reading = SqliteStore::open(dir, Mode::Read).await.unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), before, "the file was changed");
    assert!(!dir.join("muara.db-wal").exists(), "SQLite was let at it");
    (owning, reading)
}

async fn closed_store() -> TempDir {
    let (dir, store) = with_sources().await;
    store.close().await.unwrap();
    dir
}

#[tokio::test]
async fn a_new_store_is_made_with_its_directory() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("state/muara");
    assert!(matches!(SqliteStore::open(&deep, Mode::Read).await, Err(StoreError::Missing(_))));
    assert!(!deep.exists(), "reading makes nothing");
    let store = open(&deep).await;
    assert_eq!(store.counts().await.unwrap(), Counts::default());
    assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_a_directory_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("state");
    fs::write(&file, "x").unwrap();
    for mode in [OWNER, Mode::Read] {
        let error = SqliteStore::open(&file, mode).await.unwrap_err();
        assert_eq!(error, StoreError::NotADirectory(file.clone()));
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_stays_as_it_is() {
    for content in ["mp3", &"not a database at all ".repeat(500)] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("muara.db"), content).unwrap();
        let (owning, reading) = refused(dir.path()).await;
        assert!(matches!(owning, StoreError::NotADatabase(_)), "{owning}");
        assert!(matches!(reading, StoreError::NotADatabase(_)), "{reading}");
    }
}

#[tokio::test]
async fn a_database_of_another_program_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let other = Connection::open(dir.path().join("muara.db")).unwrap();
    other.execute_batch("CREATE TABLE feeds (url TEXT); INSERT INTO feeds VALUES ('x')").unwrap();
    drop(other);
    let (owning, reading) = refused(dir.path()).await;
    assert!(matches!(owning, StoreError::Foreign(_)), "{owning}");
    assert!(matches!(reading, StoreError::Foreign(_)), "{reading}");
}

#[tokio::test]
async fn a_newer_schema_stays_as_it_is() {
    let dir = closed_store().await;
    let newer = Connection::open(dir.path().join("muara.db")).unwrap();
    newer.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    drop(newer);
    let (owning, reading) = refused(dir.path()).await;
    for error in [owning, reading] {
        let StoreError::Newer { found, known, .. } = error else { panic!("{error}") };
        assert_eq!((found, known), (schema::VERSION + 1, schema::VERSION));
    }
}

#[tokio::test]
async fn a_newer_schema_that_stands_only_in_the_log_is_seen() {
    let (dir, store) = with_sources().await;
    store.checkpoint().await.unwrap();
    let version = schema::VERSION + 1;
    store.write(move |it| it.pragma_update(None, "user_version", version)).await.unwrap();
    let image = crash_image(dir.path());
    let before = fs::read(image.path().join("muara.db")).unwrap();
    for mode in [OWNER, Mode::Read] {
        let error = SqliteStore::open(image.path(), mode).await.unwrap_err();
        assert!(matches!(error, StoreError::Newer { .. }), "{error}");
    }
    assert_eq!(fs::read(image.path().join("muara.db")).unwrap(), before);
}

#[tokio::test]
async fn a_truncated_file_is_damaged_and_stays_as_it_is() {
    let dir = closed_store().await;
    let path = dir.path().join("muara.db");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    for mode in [OWNER, Mode::Read] {
        let error = SqliteStore::open(dir.path(), mode).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), &whole[..whole.len() / 2]);
}

#[tokio::test]
async fn a_read_only_file_is_read_but_not_owned() {
    let dir = closed_store().await;
    let path = dir.path().join("muara.db");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let before = fs::read(&path).unwrap();
    let error = SqliteStore::open(dir.path(), OWNER).await.unwrap_err();
    assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
    let reading = SqliteStore::open(dir.path(), Mode::Read).await.unwrap();
    assert_eq!(reading.counts().await.unwrap().sources, 3);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_second_owner_is_told_who_the_first_is() {
    let (dir, store) = with_sources().await;
    let control = dir.path().join("control.sock");
    store.announce(&control).unwrap();
    let holder = Holder { pid: Some(std::process::id()), control: Some(control) };
    assert_eq!(lock_holder(dir.path()), Some(holder.clone()));
    let error = SqliteStore::open(dir.path(), OWNER).await.unwrap_err();
    assert_eq!(error, StoreError::Locked(holder));
    store.close().await.unwrap();
    assert_eq!(lock_holder(dir.path()), None);
    open(dir.path()).await;
}

#[tokio::test]
async fn a_waiting_owner_gets_the_lock_when_the_first_lets_go() {
    let (dir, store) = with_sources().await;
    let second = SqliteStore::open(dir.path(), Mode::Daemon { wait: LONG });
    let (second, closed) = tokio::join!(second, async { store.close().await });
    closed.unwrap();
    assert_eq!(second.unwrap().counts().await.unwrap().sources, 3);
}

#[tokio::test]
async fn readers_see_a_running_store_and_end_no_lease() {
    let (dir, store) = with_sources().await;
    let lease = lease(&store, "a").await;
    let reading = SqliteStore::open(dir.path(), Mode::Read).await.unwrap();
    assert!(reading.source_status(lease.id.clone()).await.unwrap().unwrap().leased);
    assert_eq!(reading.ping().await, Err(StoreError::ReadOnly));
    let finish = store.finish_poll(&lease, record(&lease, Vec::new())).await.unwrap();
    assert!(matches!(finish, Finish::Done { .. }));
}

#[tokio::test]
async fn what_was_answered_survives_a_crash() {
    let (dir, store) = with_sources().await;
    let topic = topic(&store, "korea-russia").await;
    poll(&store, "a", vec![new("1", "첫 소식"), new("2", "Вторая новость")]).await;
    publish_all(&store, topic).await;
    let lease = lease(&store, "b").await;
    let image = crash_image(dir.path());

    let reopened = open(image.path()).await;
    let counts = reopened.counts().await.unwrap();
    assert_eq!((counts.entries, counts.pending, counts.stories, counts.items), (2, 0, 2, 2));
    assert_eq!(reopened.integrity_check().await.unwrap(), Vec::<String>::new());
    // The lease of the process that crashed has ended: due again, and its record comes too late.
    let room = DomainRoom { others: 10, ..DomainRoom::default() };
    let due = reopened.claim_due(10, LONG, room).await.unwrap().leases;
    let late = reopened.finish_poll(&lease, record(&lease, vec![new("3", "late")])).await.unwrap();
    assert!(due.iter().any(|due| due.id == lease.id));
    assert_eq!(late, Finish::Fenced);
}

#[tokio::test]
async fn a_crash_while_the_store_was_made_leaves_no_half_store() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("muara.db.new"), "half").unwrap();
    fs::write(dir.path().join("muara.db"), "").unwrap();
    open(dir.path()).await.ping().await.unwrap();
    assert!(!dir.path().join("muara.db.new").exists());
}

#[tokio::test]
async fn a_log_without_its_database_is_not_read_into_a_new_one() {
    let (dir, store) = with_sources().await;
    let image = crash_image(dir.path());
    drop(store);
    fs::remove_file(image.path().join("muara.db")).unwrap();
    let log = fs::read(image.path().join("muara.db-wal")).unwrap();
    let error = SqliteStore::open(image.path(), OWNER).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    assert_eq!(fs::read(image.path().join("muara.db-wal")).unwrap(), log);
    assert!(!image.path().join("muara.db").exists());
}

#[tokio::test]
async fn a_store_that_is_dropped_lets_go_of_its_lock() {
    let (dir, store) = with_sources().await;
    drop(store);
    let mode = Mode::Daemon { wait: LONG };
    assert_eq!(
        SqliteStore::open(dir.path(), mode).await.unwrap().counts().await.unwrap().sources,
        3
    );
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (_dir, store) = with_sources().await;
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert_eq!(store.ping().await, Err(StoreError::Closed));
    assert_eq!(store.counts().await, Err(StoreError::Closed));
}
