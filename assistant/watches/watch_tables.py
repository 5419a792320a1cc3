"""The tables that watched questions are kept in, and what is asked of them together."""

from __future__ import annotations

VERSIONS = (
    """
CREATE TABLE watches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, question TEXT NOT NULL, filters TEXT NOT NULL,
    added_at TEXT NOT NULL, asked_at TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '', UNIQUE (owner, question, filters)
) STRICT;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, watch INTEGER NOT NULL REFERENCES watches (number) ON DELETE CASCADE,
    answered_at TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX answers_by_watch ON answers (watch, id);
CREATE TABLE untold (
    answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE, channel TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', PRIMARY KEY (answer, channel)
) STRICT;
CREATE TABLE feed (id TEXT NOT NULL) STRICT;
INSERT INTO feed VALUES (lower(hex(randomblob(16))));
""",
    """
ALTER TABLE untold RENAME TO untold_before;
ALTER TABLE answers RENAME TO answers_before;
ALTER TABLE watches RENAME TO watches_before;
DROP INDEX answers_by_watch;
CREATE TABLE watches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, corpus TEXT NOT NULL, question TEXT NOT NULL,
    filters TEXT NOT NULL, added_at TEXT NOT NULL, asked_at TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
    UNIQUE (owner, corpus, question, filters)
) STRICT;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, watch INTEGER NOT NULL REFERENCES watches (number) ON DELETE CASCADE,
    answered_at TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX answers_by_watch ON answers (watch, id);
CREATE TABLE untold (
    answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE, channel TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', PRIMARY KEY (answer, channel)
) STRICT;
INSERT INTO watches SELECT number, owner, '', question, filters, added_at, asked_at, problem FROM watches_before;
INSERT INTO answers SELECT * FROM answers_before;
INSERT INTO untold SELECT * FROM untold_before;
DELETE FROM sqlite_sequence WHERE name IN ('watches', 'answers');
INSERT INTO sqlite_sequence SELECT replace(name, '_before', ''), seq FROM sqlite_sequence WHERE name LIKE '%_before';
DROP TABLE untold_before;
DROP TABLE answers_before;
DROP TABLE watches_before;
""",
    """
ALTER TABLE untold RENAME TO tellings;
ALTER TABLE tellings ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;
INSERT OR IGNORE INTO tellings (answer, channel, is_told)
SELECT id, channel, 1 FROM answers, (SELECT 'e-mail' AS channel UNION SELECT 'webhook');
""",
)
"""What leads from each version of the tables to the next; see `StateFile`. ``feed`` names this file among all.

``tellings`` holds what each channel was told, and what it is to be told.
"""
HERE = "(corpus = '' OR ? IN ('', corpus))"
"""Of a corpus, or with "" of any. What was kept before corpora were told apart is of none until one is asked."""
EARLIER = "(SELECT max(id) FROM answers WHERE watch = later.watch AND id < later.id)"
WATCHED = f"""
SELECT number, question, filters, added_at, asked_at, problem,
    coalesce((SELECT max(answered_at) FROM answers AS later WHERE watch = number AND {EARLIER} IS NOT NULL), '')
FROM watches"""
CHANGES = f"""
SELECT number, question, filters, earlier.id, earlier.answered_at, earlier.record,
    later.id, later.answered_at, later.record
FROM answers AS later JOIN answers AS earlier ON earlier.id = {EARLIER} JOIN watches ON number = later.watch"""
TO_TELL = f"""
INSERT OR IGNORE INTO tellings (answer, channel)
SELECT later.id, ? FROM answers AS later JOIN watches ON number = later.watch
WHERE {HERE} AND later.answered_at > ? AND {EARLIER} IS NOT NULL"""
UNTOLD = f"""{CHANGES} JOIN tellings ON answer = later.id
WHERE {HERE} AND channel = ? AND NOT is_told ORDER BY tries, later.id"""
FAILED = """
SELECT channel, count(*), max(problem) FROM tellings JOIN answers ON id = answer
WHERE watch = ? AND tries > 0 AND NOT is_told GROUP BY channel ORDER BY channel"""
