-- Branches, and what governs a memory: labels to filter by, grants, quotas, the audit log, jobs, copies.

CREATE TABLE branch (
    code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    parent INTEGER REFERENCES branch (code),
    forked INTEGER NOT NULL,                    -- journal sequence up to which the parent is shared
    at INTEGER NOT NULL
);
INSERT INTO branch VALUES (0, 'main', NULL, 0, 0);

-- A branch that ends something it inherited leaves the row itself to those who still hold it.
CREATE TABLE ended (
    kind TEXT NOT NULL CHECK (kind IN ('version', 'link')), row INTEGER NOT NULL,
    branch INTEGER NOT NULL REFERENCES branch (code),
    expired INTEGER NOT NULL, died INTEGER NOT NULL,
    PRIMARY KEY (kind, row, branch)
) WITHOUT ROWID;
CREATE INDEX ended_died ON ended (branch, died);

ALTER TABLE event ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN born INTEGER NOT NULL DEFAULT 0;  -- journal sequence of its recording
ALTER TABLE event ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';
ALTER TABLE event ADD COLUMN until INTEGER;
ALTER TABLE event ADD COLUMN sensitivity INTEGER NOT NULL DEFAULT 1;
UPDATE event SET born = coalesce(
    (SELECT min(journal.seq) FROM journal WHERE journal.id = event.id AND op = 'event'), 0
);

CREATE TABLE new_version (
    row INTEGER PRIMARY KEY AUTOINCREMENT,      -- never given twice: caches know rows by it
    id TEXT NOT NULL, version INTEGER NOT NULL,
    branch INTEGER NOT NULL,                    -- the one it was written in
    scope INTEGER NOT NULL REFERENCES scope (code),
    place INTEGER NOT NULL,                     -- of the cube in its session, in order of recording
    state TEXT NOT NULL,
    form TEXT NOT NULL, payload TEXT NOT NULL,  -- text: the words; kv, weights: JSON
    by TEXT NOT NULL, trust REAL NOT NULL,
    sensitivity INTEGER NOT NULL,               -- 0 public to 3 secret
    valid_from INTEGER, valid_to INTEGER,
    created INTEGER NOT NULL, expired INTEGER,
    until INTEGER,                              -- when it is to expire
    born INTEGER NOT NULL, died INTEGER,        -- journal sequence of the change that opened and closed it
    found_by INTEGER NOT NULL,                  -- the row whose search entries serve this one
    labels TEXT NOT NULL, keys TEXT NOT NULL,   -- JSON
    speaker TEXT NOT NULL AS (
        lower(coalesce(json_extract(labels, '$.speaker'), json_extract(labels, '$.role'), ''))
    ) STORED,
    asks INTEGER NOT NULL AS (substr(rtrim(payload), -1) = '?') STORED,
    UNIQUE (id, version, branch)
);
INSERT INTO new_version (
    row, id, version, branch, scope, place, state, form, payload, by, trust, sensitivity,
    valid_from, valid_to, created, expired, born, died, found_by, labels, keys
) SELECT row, id, version, 0, scope, place, state, form, payload, by, trust, 1,
    valid_from, valid_to, created, expired, born, died, found_by, labels, keys FROM version;
DROP TABLE version;
ALTER TABLE new_version RENAME TO version;
CREATE INDEX version_scope ON version (scope, row);
CREATE INDEX version_place ON version (scope, place);
CREATE INDEX version_found_by ON version (found_by);
CREATE INDEX version_died ON version (died) WHERE died IS NOT NULL;
CREATE INDEX version_until ON version (until) WHERE until IS NOT NULL AND expired IS NULL;

-- What a version can be filtered by; the turn's place and role are read from the version itself.
CREATE TABLE label (
    name TEXT NOT NULL, value TEXT NOT NULL, row INTEGER NOT NULL REFERENCES version (row),
    PRIMARY KEY (name, value, row)
) WITHOUT ROWID;
CREATE INDEX label_row ON label (row);
INSERT INTO label
SELECT each.key, each.value, version.row FROM version, json_each(version.labels) AS each
WHERE each.key NOT IN ('turn', 'role');

CREATE TABLE new_link (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    src TEXT NOT NULL, dst TEXT NOT NULL, relation TEXT NOT NULL,
    weight REAL NOT NULL, why TEXT NOT NULL,
    branch INTEGER NOT NULL,
    created INTEGER NOT NULL, expired INTEGER,
    born INTEGER NOT NULL, died INTEGER,
    batch TEXT NOT NULL                         -- the change that made it, for undoing it
);
INSERT INTO new_link (src, dst, relation, weight, why, branch, created, expired, born, batch)
SELECT src, dst, relation, weight, why, 0, created, expired, 0, '' FROM link ORDER BY rowid;
DROP TABLE link;
ALTER TABLE new_link RENAME TO link;
CREATE INDEX link_src ON link (src);
CREATE INDEX link_dst ON link (dst);

CREATE INDEX journal_batch ON journal (batch);

-- An absent part of a scope is the empty string, and means any.
CREATE TABLE access (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL,
    to_user TEXT NOT NULL, to_agent TEXT NOT NULL, to_session TEXT NOT NULL,
    on_user TEXT NOT NULL, on_agent TEXT NOT NULL, on_session TEXT NOT NULL,
    cube TEXT,                                  -- only this memory
    rights TEXT NOT NULL,                       -- JSON
    until INTEGER
) WITHOUT ROWID;
CREATE INDEX access_tenant ON access (tenant);

CREATE TABLE quota (
    tenant TEXT NOT NULL, user TEXT NOT NULL, agent TEXT NOT NULL,
    memories INTEGER, bytes INTEGER,            -- at most; NULL: no limit
    PRIMARY KEY (tenant, user, agent)
) WITHOUT ROWID;

-- Append-only, each line sealed together with the one before. No words, no names.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,
    actor TEXT NOT NULL,                        -- keyed digest of who did it
    action TEXT NOT NULL, batch TEXT NOT NULL, count INTEGER NOT NULL,
    journal INTEGER NOT NULL,                   -- the journal's last sequence number then
    seal TEXT NOT NULL
);

-- Events whose refinement has not ended.
CREATE TABLE job (
    event TEXT PRIMARY KEY, branch INTEGER NOT NULL,
    attempts INTEGER NOT NULL, due INTEGER NOT NULL,
    leased INTEGER NOT NULL,                    -- until when a worker has it
    error TEXT NOT NULL, dead INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX job_due ON job (branch, dead, due);
INSERT INTO job
SELECT receipt.id, 0, 0, event.recorded, 0, '', 0 FROM receipt JOIN event USING (id)
WHERE status = 'stored';

-- Exports and backups that were made: they may hold what is forgotten later.
CREATE TABLE copy (
    path TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, journal INTEGER NOT NULL,
    PRIMARY KEY (path, kind)
) WITHOUT ROWID;

-- Words are found by postings in files beside the database, which are made from the terms.
DROP TABLE lexical;
