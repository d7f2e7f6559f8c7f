-- What a language model answered, by a digest of the question: asked again, it costs nothing. An
-- answer may hold what is forgotten, so that forgetting empties this.
CREATE TABLE answer (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
