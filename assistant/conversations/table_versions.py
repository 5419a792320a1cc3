"""The tables that conversations are kept in.

``titles`` and ``texts`` hold what is searched in the folded form of `words.folded`, cut into runs of three characters,
so that a word is found in any language and within others; their rows have the keys of what they belong to.
"""

from __future__ import annotations

VERSIONS = (
    """
CREATE TABLE conversations (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, title TEXT NOT NULL,
    named INTEGER NOT NULL, created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
) STRICT;
CREATE INDEX conversations_by_owner ON conversations (owner, changed_at);
CREATE TABLE exchanges (
    key INTEGER PRIMARY KEY, conversation INTEGER NOT NULL REFERENCES conversations (key) ON DELETE CASCADE,
    number INTEGER NOT NULL, record TEXT NOT NULL, UNIQUE (conversation, number)
) STRICT;
CREATE VIRTUAL TABLE titles USING fts5 (text, tokenize = 'trigram');
CREATE VIRTUAL TABLE texts USING fts5 (text, tokenize = 'trigram');
CREATE TRIGGER title_of_deleted AFTER DELETE ON conversations BEGIN DELETE FROM titles WHERE rowid = old.key; END;
CREATE TRIGGER text_of_deleted AFTER DELETE ON exchanges BEGIN DELETE FROM texts WHERE rowid = old.key; END;
""",
    """
UPDATE exchanges SET record = replace(record, '"narrowing":{"documents":', '"filters":{"sources":');
""",
)
"""What leads from each version of the tables to the next; see `StateFile`."""
