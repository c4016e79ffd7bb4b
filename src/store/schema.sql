-- Version 1 of the store.
--
-- Times are microseconds since the epoch, UTC, by the store's clock unless a line says otherwise.
-- Durations are microseconds. Hashes are the first 16 bytes of BLAKE3. Lists are JSON, NULL when
-- empty. A column without a word about NULL is never NULL.

-- Facts about the store itself that are one number each. 'searched': the last entry that the index of
-- words has; 'searched_revisions': the last time of revision that it has; 'archived_at': a hash of the address that the
-- pages of archives give for ours.
CREATE TABLE meta (
    name   TEXT PRIMARY KEY,           -- 'created_at': a time; 'stories': how many were opened
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What sources are, as config last said. A row stays when its source leaves config, so that one
-- that comes back goes on where it was.
CREATE TABLE sources (
    source_no     INTEGER PRIMARY KEY, -- rows are never deleted, so a number is never used again
    bucket        INTEGER NOT NULL,    -- 0 to 255: hash of the domain at first sight; it never changes, not even
                                       -- with the domain: it is what a store on many machines is divided by
    id            TEXT NOT NULL UNIQUE,-- what config calls it; survives a change of the URL
    url           TEXT NOT NULL,       -- where the feed is
    domain        TEXT NOT NULL,       -- registrable domain of the URL now: the unit of politeness
    name          TEXT,                -- its name by config; NULL where the feed's own title serves
    first_seen_at INTEGER NOT NULL,
    active        INTEGER NOT NULL     -- 1 while it stands in config
) STRICT;

-- How sources fare. A poll replaces the whole row, in one transaction with the entries it brought.
CREATE TABLE source_state (
    source_no        INTEGER PRIMARY KEY REFERENCES sources (source_no),
    due_at           INTEGER,          -- when to poll next; while leased, when the lease runs out, so that a lost
                                       -- poller's source becomes due by itself. NULL: never, it left config
    lease_owner      TEXT,             -- the process that polls it now; NULL when none
    lease_until      INTEGER,          -- end of the running lease; NULL when none
    lease_epoch      INTEGER NOT NULL, -- rises with each lease; a record under an older one is refused
    not_before       INTEGER,          -- Retry-After as a time; not even an operator's poll comes sooner
    entries          INTEGER NOT NULL, -- how many of its entries were ever stored
    first_polled_at  INTEGER,          -- when a poll first brought items; NULL until then
    etag             TEXT,             -- byte for byte
    last_modified    TEXT,             -- byte for byte
    validators_since INTEGER,          -- when validators were last left out
    body_hash        BLOB,             -- of the last document's body
    visits           TEXT,             -- of an index of sitemaps: JSON list of {url, validators, hash}, the index and then
                                       -- what it lists, as asked last; NULL for all others
    guid_trust       INTEGER NOT NULL, -- 0 honest, 1 dishonest, 2 nor are links
    date_orders      INTEGER NOT NULL, -- seen in its dates beyond doubt: 1 the day first, 2 the month first, 3 both
    repairs          TEXT,             -- JSON list of {what, times}: what had to be mended in the last document
                                       -- that was read; NULL when nothing had to be
    failures         INTEGER NOT NULL, -- in a row
    failing_since    INTEGER,
    last_at          INTEGER,          -- end of the last poll; NULL before the first
    last_kind        TEXT,             -- 'not-modified', 'same-body', 'fetched', or a class of failure
    last_new         INTEGER,          -- of a 'fetched': entries never seen before
    last_revised     INTEGER,          -- of a 'fetched': entries whose text changed
    last_items       INTEGER,          -- of a 'fetched': items in the document
    last_detail      TEXT,             -- for a person; '' when there is nothing to say
    last_took        INTEGER,          -- duration of fetch and reading
    hint_retry_after INTEGER,          -- duration
    hint_max_age     INTEGER,          -- duration
    hint_expires_at  INTEGER,          -- time, by the server's clock
    last_new_at      INTEGER,          -- when a poll last brought a new entry
    newest_at        INTEGER,          -- the newest date that an entry of it gave
    pace             BLOB,             -- what was learned of when it publishes: until when (time, 8 bytes), then numbers of 4
                                       -- bytes each, little endian, in the order of the fields of `Pace`; NULL until a
                                       -- document was read
    window_len       INTEGER NOT NULL, -- items of the last document
    gaps             INTEGER NOT NULL, -- polls that found nothing of the poll before
    gap_at           INTEGER,          -- when the last of them was
    oddity           TEXT,             -- 'no-entries' or 'all-ids-changed', of the last document; NULL where it was as usual
    health           TEXT NOT NULL,    -- 'new', 'healthy', 'degraded', 'failing' or 'retired', judged after each poll
    concern          TEXT,             -- what a person should look at, in words
    moved_url        TEXT,             -- where permanent redirects lead
    moved_since      INTEGER,          -- since when they do without a break
    reason           TEXT NOT NULL,    -- why it is due when it is, in words
    title            TEXT,             -- what the feed calls itself
    site             TEXT,             -- the page that the feed says it belongs to
    language         TEXT,             -- BCP 47, as the feed declares, else as its titles were judged
    held_why         TEXT              -- why entries of it are held back, in words; NULL where none are. No poll
                                       -- takes it away: only a release does
) STRICT;

-- Claims ask for nothing else: SQLite needs no bucket here.
CREATE INDEX source_state_due ON source_state (due_at);

-- The items of each source's last document. Apart from source_state so that a 304 does not write
-- it again.
CREATE TABLE windows (
    source_no INTEGER PRIMARY KEY REFERENCES sources (source_no),
    slots     BLOB NOT NULL            -- 33 bytes an item, in the document's order: fingerprint (16, big endian), key (17)
) STRICT;

-- One row an entry. Numbers rise in the order of first sight and are never used again (hence
-- AUTOINCREMENT): keys, ledger and item ids refer to them for ever.
CREATE TABLE entries (
    entry_id       INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket         INTEGER NOT NULL,   -- its source's
    source_no      INTEGER NOT NULL,
    first_seen_at  INTEGER NOT NULL,
    published_at   INTEGER,            -- by its own account, never after first_seen_at
    updated_at     INTEGER,            -- by its own account
    redated_at     INTEGER,            -- the date that it gave last, where that is not the first; NULL when it never did
    revised_at     INTEGER,            -- when its newest revision was first seen; NULL when there is none
    changes        INTEGER NOT NULL,   -- its change number: 1 when new, one more with each revision
    pending        INTEGER,            -- the change number that waits for the sequencer; NULL when none does
    held_at        INTEGER,            -- since when it is held back and not pending, because its source changed all
                                       -- at once; NULL for nearly all
    story_id       INTEGER,            -- the entry that opened its story; NULL until sequenced
    group_id       INTEGER,            -- the first entry of its group of copies; NULL until sequenced
    relation       TEXT,               -- 'opens', 'copy' or 'telling'; NULL until sequenced
    of_entry       INTEGER,            -- the entry that it copies or tells again; NULL when it opens its story
    digest         BLOB NOT NULL,      -- over what makes a revision
    keys           BLOB NOT NULL,      -- its own keys, 17 bytes each: what entry_keys holds, found without a second index
    date_clamped   INTEGER NOT NULL,   -- 1 where published_at lay in the future and was cut to first sight
    date_guessed   INTEGER NOT NULL,   -- 1 where another reading of published_at was possible
    link           TEXT,               -- as the feed gave it, absolute
    canonical_link TEXT,
    title          TEXT NOT NULL,      -- plain text, one line
    language       TEXT,               -- BCP 47
    authors        TEXT,               -- JSON list of names
    categories     TEXT,               -- JSON list of terms
    enclosures     TEXT,               -- JSON list of {url, media_type, bytes}
    origin         TEXT                -- JSON {title, url}: where the publisher took it from
) STRICT;

-- The sequencer's queue. Partial, so that it holds only what waits.
CREATE INDEX entries_pending ON entries (entry_id) WHERE pending IS NOT NULL;

-- What is held back. Partial, so that it costs nothing otherwise.
CREATE INDEX entries_held ON entries (source_no) WHERE held_at IS NOT NULL;

-- The entries of a story. Partial, so that an entry costs nothing here until it is sequenced.
CREATE INDEX entries_story ON entries (story_id) WHERE story_id IS NOT NULL;

-- The long part of an entry, and what retention deletes first.
CREATE TABLE entry_texts (
    entry_id     INTEGER PRIMARY KEY,
    text         TEXT NOT NULL,        -- plain text of the content, else of the summary
    summary_html TEXT,                 -- as it came
    content_html TEXT,                 -- as it came, where it is told apart from the summary
    base         TEXT                  -- what relative addresses in them refer to
) STRICT;

-- What entries said before they were revised.
CREATE TABLE revisions (
    entry_id   INTEGER NOT NULL,
    change     INTEGER NOT NULL,       -- the change number of these words
    replaced_at INTEGER NOT NULL,      -- when the next ones were seen
    title      TEXT NOT NULL,
    text       TEXT,                   -- NULL where retention had taken it already
    PRIMARY KEY (entry_id, change)
) STRICT, WITHOUT ROWID;

-- Sanitized HTML, made when an entry first enters an output. Only a cache.
CREATE TABLE sanitized (
    entry_id INTEGER NOT NULL,
    whole    INTEGER NOT NULL,         -- 0: as topics that publish summaries want it, 1: with full content
    digest   BLOB NOT NULL,            -- of the revision that it was made from
    policy   INTEGER NOT NULL,         -- version of the sanitizer
    summary  TEXT NOT NULL,
    content  TEXT,                     -- NULL where there is none to publish
    PRIMARY KEY (entry_id, whole)
) STRICT;

-- What identifies entries within their source. Rows outlive entries: what was deleted does not
-- come back.
CREATE TABLE entry_keys (
    source_no INTEGER NOT NULL,
    key       BLOB NOT NULL,           -- kind (1), hash (16)
    entry_id  INTEGER NOT NULL,        -- 0: known, but never taken
    PRIMARY KEY (source_no, key)
) STRICT, WITHOUT ROWID;

-- What sequenced entries share with later ones, for the time in which copies are looked for.
CREATE TABLE evidence (
    evidence  BLOB NOT NULL,           -- kind (1), hash (16)
    entry_id  INTEGER NOT NULL,
    source_no INTEGER NOT NULL,
    story_id  INTEGER NOT NULL,
    group_id  INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,        -- first sight of the entry
    PRIMARY KEY (evidence, entry_id)
) STRICT, WITHOUT ROWID;

-- What the texts of sequenced entries look like, for the time in which copies are looked for. The
-- index over them is in memory.
CREATE TABLE signatures (
    entry_id INTEGER PRIMARY KEY,
    seen_at  INTEGER NOT NULL,         -- first sight of the entry
    version  INTEGER NOT NULL,         -- how minima were made: those of another version are made again
    minima   BLOB NOT NULL,            -- what like texts have mostly in common
    bare     INTEGER NOT NULL,         -- 1 where there is a title alone
    edition  INTEGER NOT NULL,         -- 1 where the title bore a mark like "UPDATE 2-"
    text     TEXT NOT NULL             -- what was compared: letters of the title, a line feed, letters that the
                                       -- text begins with; without what the source repeats
) STRICT;

-- What of sequenced entries is compared with stories, where a topic shows stories, for the time in which a
-- story that nobody tells stays open. The open stories are in memory.
CREATE TABLE tellings (
    entry_id INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,         -- how terms were made: those of another version are made again
    terms    BLOB NOT NULL             -- words read (1), terms (1), then for each term its hash (4) and class (1),
                                       -- then for each name or number that another word frames: the frame (2), its
                                       -- hash (4), 1 for a number (1); big endian
) STRICT;

-- What sources repeat from entry to entry, so that it is left out wherever texts are compared.
CREATE TABLE boilerplate (
    source_no INTEGER PRIMARY KEY REFERENCES sources (source_no),
    lines     BLOB NOT NULL            -- 10 bytes a line: hash (4), hours of its last three sightings (2 each, newest
                                       -- first), big endian; some 300 at most
) STRICT;

-- Topics. A row stays when its topic leaves config.
CREATE TABLE topics (
    topic_no   INTEGER PRIMARY KEY,    -- rows are never deleted, so a number is never used again
    name       TEXT NOT NULL UNIQUE,   -- what config calls it now
    aliases    TEXT,                   -- JSON list of its former names
    rule       BLOB NOT NULL,          -- hash of its rule: a change is seen
    active     INTEGER NOT NULL,       -- 1 while it stands in config
    created_at INTEGER NOT NULL,
    filled_at  INTEGER,                -- when it was given what was stored before it; NULL until then
    last_seq   INTEGER NOT NULL,       -- the last place given. The counter is here, not an identity column: places
                                       -- are given in the order of commits, without gaps
    version    INTEGER NOT NULL,       -- one more with anything visible
    changed_at INTEGER NOT NULL,       -- when anything visible last changed; its feed's Last-Modified
    render_due INTEGER,                -- when it is to be rendered; NULL when nothing is new
    digest     TEXT,                   -- when its digests are made: cron expression and time zone, as config last said;
                                       -- NULL where its stories are its items
    digest_ran INTEGER                 -- the time by its schedule that the newest run was of, whether or not there was
                                       -- anything to list; before the first run, from when runs count. NULL as above
) STRICT;

-- The places of a topic, and what stands there.
CREATE TABLE items (
    topic_no      INTEGER NOT NULL REFERENCES topics (topic_no),
    seq           INTEGER NOT NULL,    -- 1, 2, 3 …
    opening_entry INTEGER NOT NULL,    -- the first of its entries that the rule matched
    unit_kind     INTEGER NOT NULL,    -- 1 story, 2 group of copies, 3 single entry
    unit_id       INTEGER NOT NULL,    -- the story, group or entry
    item_id       BLOB NOT NULL,       -- UUID: what subscribers know it by
    score         REAL NOT NULL,
    reasons       TEXT,                -- JSON list: why it is here
    placed_at     INTEGER NOT NULL,
    hidden_at     INTEGER,             -- when an operator took it out of all output; NULL while it shows
    digest        INTEGER,             -- NULL where it is an item of the feed; where digests list the topic's stories,
                                       -- the place of the one that lists it, and 0 while it waits for the next
    PRIMARY KEY (topic_no, seq),
    UNIQUE (topic_no, opening_entry)
) STRICT, WITHOUT ROWID;

-- What waits for its topic's next digest, and what others list. Partial, so that it costs nothing where there are none.
CREATE INDEX items_in_digests ON items (topic_no, digest) WHERE digest IS NOT NULL;

-- The digests of topics: items that list stories. They have places among the others.
CREATE TABLE digests (
    topic_no  INTEGER NOT NULL REFERENCES topics (topic_no),
    seq       INTEGER NOT NULL,
    run_at    INTEGER NOT NULL,        -- the time by the topic's schedule: its date, however late it was made
    item_id   BLOB NOT NULL,           -- UUID: what subscribers know it by
    label     TEXT NOT NULL,           -- its day where its schedule is, and the time where the day has several
    stories   TEXT NOT NULL,           -- JSON list of {seq, entry, title, link, outlet, language, others}: as they were
                                       -- then, so that it stays as it is. What is hidden since is left out when it is read
    placed_at INTEGER NOT NULL,
    PRIMARY KEY (topic_no, seq),
    UNIQUE (topic_no, run_at)
) STRICT, WITHOUT ROWID;

-- The closed pages of topics' archives. Who asks for one first has it written: what stands on it is kept as bytes
-- from then on, beside the renditions.
CREATE TABLE archive_pages (
    topic_no   INTEGER NOT NULL REFERENCES topics (topic_no),
    page       INTEGER NOT NULL,       -- 1, 2, 3 …
    first_seq  INTEGER NOT NULL,       -- its first place
    last_seq   INTEGER NOT NULL,       -- its last place
    hidden     TEXT,                   -- which of its places were hidden when it was written, as a JSON list; NULL
                                       -- until it is written, and when it is to be, at another address of ours
    dropped_at INTEGER,                -- when retention deleted it; NULL while it is there
    PRIMARY KEY (topic_no, page)
) STRICT, WITHOUT ROWID;

-- What is hidden. Partial, so that it costs nothing where nothing is.
CREATE INDEX items_hidden ON items (topic_no, seq) WHERE hidden_at IS NOT NULL;

-- Revised entries, for the index of words. Partial: few are.
CREATE INDEX entries_revised ON entries (revised_at) WHERE revised_at IS NOT NULL;

-- The words of entries, for search; by entry_id. Without the texts, which entry_texts has, and without
-- what ranks: news are wanted newest first.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

-- Who has subscribed at the hub and confirmed it.
CREATE TABLE subscriptions (
    subscription_no INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_no   INTEGER NOT NULL REFERENCES topics (topic_no),
    format     TEXT NOT NULL,          -- ending of the feed's address: 'atom', 'rss', 'json'
    callback   TEXT NOT NULL,          -- where the subscriber is reached
    host       TEXT NOT NULL,          -- the callback's, by which they are counted
    secret     TEXT,                   -- what deliveries are signed with; NULL where it gave none
    until      INTEGER NOT NULL,       -- when its lease ends
    known      TEXT NOT NULL,          -- entity tag of the version that it has; '' for none
    failures   INTEGER NOT NULL,       -- deliveries that failed, in a row
    not_before INTEGER,                -- no delivery before this; NULL while nothing failed
    UNIQUE (topic_no, format, callback)
) STRICT;

CREATE INDEX subscriptions_host ON subscriptions (host);

-- Which topics show a story, group or entry.
CREATE INDEX items_unit ON items (unit_id, unit_kind, topic_no);

-- Every entry that an item of a topic covers, for ever: it never opens another item there.
CREATE TABLE ledger (
    entry_id INTEGER NOT NULL,
    topic_no INTEGER NOT NULL,
    seq      INTEGER NOT NULL,         -- the item
    matched  INTEGER NOT NULL,         -- 1 where the topic's rule matched the entry: only then may it speak for the item
    PRIMARY KEY (entry_id, topic_no)   -- entry first: a correction asks which topics hold it
) STRICT, WITHOUT ROWID;

-- The id of each opening entry: given once, the same in all topics, never computed again.
CREATE TABLE item_ids (
    item_id  BLOB PRIMARY KEY,         -- UUID
    entry_id INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- What operators did to entries (hide, merge, split, release, restore), for ever.
CREATE TABLE acts (
    act_no  INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    command TEXT NOT NULL,             -- the command that did it
    what    TEXT NOT NULL              -- what it did, in words
) STRICT;

-- The entries that each act concerns.
CREATE TABLE act_entries (
    entry_id INTEGER NOT NULL,
    act_no   INTEGER NOT NULL REFERENCES acts (act_no),
    PRIMARY KEY (entry_id, act_no)
) STRICT, WITHOUT ROWID;

-- What operators hid: no item opens for these.
CREATE TABLE hidden_units (
    unit_id   INTEGER NOT NULL,
    unit_kind INTEGER NOT NULL,        -- 1 story, 2 group of copies, 3 single entry
    PRIMARY KEY (unit_id, unit_kind)
) STRICT, WITHOUT ROWID;

-- The same by the ids that hidden entries have or could get, which hold in any store: those that are
-- carried over when a backup is restored.
CREATE TABLE hidden_ids (
    item_id   BLOB PRIMARY KEY,        -- UUID
    hidden_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Stories that are one, by an operator or by an entry that tells both, and that were there as two: they stay
-- two, and know of each other.
CREATE TABLE related (
    story_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    PRIMARY KEY (story_id, other_id)
) STRICT, WITHOUT ROWID;

-- Ids from our own published files, for entries at the same addresses, or with the same title on the
-- same day.
CREATE TABLE seeds (
    name    BLOB PRIMARY KEY,          -- hash of a canonical link, or of a folded title and a date
    item_id BLOB,                      -- UUID; NULL where several items have this name
    claim   INTEGER NOT NULL           -- by what right: 2 the link that the id was made from, 1 link or title of what spoke
                                       -- for the item, 0 another outlet's link
) STRICT, WITHOUT ROWID;
