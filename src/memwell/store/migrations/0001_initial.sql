-- Times are microseconds since 1970 in UTC. An absent part of a scope is the empty string.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE scope (
    code INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL, user TEXT NOT NULL, agent TEXT NOT NULL, session TEXT NOT NULL,
    UNIQUE (tenant, user, agent, session)
);

-- Raw events: the ground truth.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    scope INTEGER NOT NULL REFERENCES scope (code),
    at INTEGER NOT NULL, recorded INTEGER NOT NULL,
    digest TEXT NOT NULL,               -- of scope and messages: the same conversation is stored once
    messages TEXT NOT NULL              -- JSON
);
CREATE INDEX event_digest ON event (digest);
CREATE INDEX event_scope ON event (scope);

-- Every version of every cube. A change closes one row and opens the next.
CREATE TABLE version (
    row INTEGER PRIMARY KEY AUTOINCREMENT,      -- never given twice: caches know rows by it
    id TEXT NOT NULL, version INTEGER NOT NULL,
    scope INTEGER NOT NULL REFERENCES scope (code),
    place INTEGER NOT NULL,                     -- of the cube in its session, in order of recording
    state TEXT NOT NULL,
    form TEXT NOT NULL, payload TEXT NOT NULL,  -- text: the words; kv, weights: JSON
    by TEXT NOT NULL, trust REAL NOT NULL,
    valid_from INTEGER, valid_to INTEGER,
    created INTEGER NOT NULL, expired INTEGER,
    born INTEGER NOT NULL, died INTEGER,        -- journal sequence of the change that opened and closed it
    found_by INTEGER NOT NULL,                  -- the row whose search entries serve this one
    labels TEXT NOT NULL, keys TEXT NOT NULL,   -- JSON
    UNIQUE (id, version)
);
CREATE INDEX version_scope ON version (scope, row);
CREATE INDEX version_place ON version (scope, place);
CREATE INDEX version_found_by ON version (found_by);
CREATE INDEX version_died ON version (died) WHERE died IS NOT NULL;

CREATE TABLE lineage (
    row INTEGER NOT NULL REFERENCES version (row),
    kind TEXT NOT NULL CHECK (kind IN ('event', 'parent')),
    place INTEGER NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (row, kind, place)
) WITHOUT ROWID;
CREATE INDEX lineage_source ON lineage (source);

CREATE TABLE usage (
    id TEXT PRIMARY KEY, uses INTEGER NOT NULL, last_used INTEGER NOT NULL, strength REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE link (
    src TEXT NOT NULL, dst TEXT NOT NULL, relation TEXT NOT NULL,
    weight REAL NOT NULL, why TEXT NOT NULL,
    created INTEGER NOT NULL, expired INTEGER
);
CREATE INDEX link_src ON link (src);
CREATE INDEX link_dst ON link (dst);

-- What versions are found by. Terms are hashed to 32 bits; the full-text index holds them as hex words.
CREATE TABLE terms (row INTEGER PRIMARY KEY, hashed BLOB NOT NULL);
CREATE VIRTUAL TABLE lexical USING fts5 (owner, words, content = '', tokenize = 'ascii');
CREATE TABLE vector (
    place INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order of writing: index files are stamped with it
    fingerprint TEXT NOT NULL, row INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE UNIQUE INDEX vector_row ON vector (row, fingerprint);
CREATE TABLE token_states (
    row INTEGER NOT NULL, fingerprint TEXT NOT NULL, states BLOB NOT NULL, PRIMARY KEY (row, fingerprint)
);

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    batch TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, cause TEXT,
    op TEXT NOT NULL, id TEXT, version INTEGER, why TEXT NOT NULL
);
CREATE INDEX journal_id ON journal (id);

CREATE TABLE receipt (id TEXT PRIMARY KEY, status TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX receipt_status ON receipt (status);
