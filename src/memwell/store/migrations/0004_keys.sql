-- Who may come in over the network, and what a server notes of its own work.
CREATE TABLE api_key (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, name TEXT NOT NULL,
    tenant TEXT NOT NULL, user TEXT, agent TEXT,
    rights TEXT NOT NULL, admin INTEGER NOT NULL, clearance INTEGER NOT NULL,
    created INTEGER NOT NULL, expires INTEGER, used INTEGER, revoked INTEGER
) WITHOUT ROWID;

CREATE TABLE record (
    kind TEXT NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL,
    created INTEGER NOT NULL, changed INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
