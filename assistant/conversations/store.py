"""The conversations of all owners: kept in one file among what people make, which no sync or rebuild touches."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from assistant.conversations.encoding import decode, encode
from assistant.conversations.search_words import folded, one_line_of, sought_words
from assistant.conversations.table_versions import VERSIONS
from assistant.conversations.values import Conversation, ConversationSummary, Exchange
from assistant.errors import ConversationError, StorageError
from assistant.state_file import StateFile
from assistant.text.characters import without_surrogates

LONGEST_TITLE = 120
DAYS_RESTORABLE = 30
"""How long a deleted conversation can be had back."""
UNTITLED = "New conversation"
SUMMARY = """
SELECT id, title, created_at, changed_at,
    (SELECT count(*) FROM exchanges WHERE conversation = conversations.key) FROM conversations
WHERE owner = ? AND deleted_at IS NULL"""
OF_OWNER = "WHERE id = ? AND owner = ? AND deleted_at IS NULL"
NEWEST_FIRST = " ORDER BY changed_at DESC, key DESC LIMIT ?"
HOLDS_WORD = """ AND key IN (
    SELECT rowid FROM titles WHERE {0} UNION ALL
    SELECT conversation FROM exchanges WHERE key IN (SELECT rowid FROM texts WHERE {0}))"""
UNLIMITED = -1


class Conversations:
    """Conversations, each of one owner. May be used from many threads and processes.

    Who the ``owner`` is, the caller has to know for certain. Another owner's conversation and one that does not
    exist are the same: a `ConversationError`, in the same words. All methods raise `StorageError` when the file
    cannot be used.
    """

    def __init__(self, state_dir: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Keep them below ``state_dir``, in a file that is made when it is first needed; ``now`` is the time in UTC."""
        self._database = StateFile(
            state_dir / "conversations.sqlite",
            VERSIONS,
            "Restore the file from a backup, or move it elsewhere to begin anew.",
        )
        self._now = now
        self._shown: Callable[[Exchange], Exchange] | None = None

    def seen_through(self, shown: Callable[[Exchange], Exchange]) -> Self:
        """The same conversations, each exchange of which is opened, and searched, as ``shown`` shows it."""
        seen = copy(self)
        seen._shown = shown
        return seen

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # Looking

    def all(self, owner: str, limit: int | None = None) -> list[ConversationSummary]:
        """An owner's conversations, the one that changed last first."""
        rows = self._database.rows(SUMMARY + NEWEST_FIRST, owner, UNLIMITED if limit is None else limit)
        return [ConversationSummary(*row) for row in rows]

    def search(self, owner: str, text: str, limit: int | None = None) -> list[ConversationSummary]:
        """Those in whose title, questions and answers every word of ``text`` stands, also as a part of another word.

        Case and accents do not count. Whatever is typed is sought as it stands; nothing finds all.
        """
        words = sought_words(text)
        conditions = "".join(HOLDS_WORD.format(_condition(word)) for word in words)
        values = [value for word in words for value in (_value(word), _value(word))]
        query = SUMMARY + conditions + NEWEST_FIRST
        rows = self._database.rows(query, owner, *values, UNLIMITED if limit is None else limit)
        found = [ConversationSummary(*row) for row in rows]
        return [one for one in found if self._shows(owner, one, words)] if self._shown and words else found

    def _shows(self, owner: str, found: ConversationSummary, words: Sequence[str]) -> bool:
        """Whether what is shown of a conversation holds the words for which it was found."""
        shown = [folded(found.title), *map(_text_of, self.open(owner, found.id).exchanges)]
        return all(any(word in text for text in shown) for word in words)

    def open(self, owner: str, id: str) -> Conversation:
        """A conversation with all its exchanges.

        Raises:
            ConversationError: the owner has none of that id.
        """
        query = "SELECT key, title, created_at, changed_at FROM conversations " + OF_OWNER
        rows = self._database.rows(query, without_surrogates(id), owner)
        if not rows:
            raise _missing(id)
        [(key, title, created_at, changed_at)] = rows
        records = self._database.rows("SELECT record FROM exchanges WHERE conversation = ? ORDER BY number", key)
        try:
            exchanges = tuple(decode(Exchange, record) for (record,) in records)
        except ValueError as error:
            raise StorageError(f"The conversation {id} cannot be read: {error}. Restore it from a backup.") from error
        shown = tuple(map(self._shown, exchanges)) if self._shown else exchanges
        return Conversation(id, title, created_at, changed_at, shown)

    def find(self, owner: str, beginning: str) -> str:
        """The id, in full, of the owner's conversation whose id begins so.

        Raises:
            ConversationError: there is none, or more than one.
        """
        query = "SELECT id FROM conversations WHERE substr(id, 1, ?) = ? AND owner = ? AND deleted_at IS NULL LIMIT 2"
        found = self._database.rows(query, len(beginning), without_surrogates(beginning), owner)
        if not found or not beginning:
            raise _missing(beginning)
        if len(found) > 1:
            raise ConversationError(f"More than one conversation begins with {beginning!r}. Give more of its id.")
        return str(found[0][0])

    # Changing

    def create(self, owner: str, title: str = "") -> Conversation:
        """A new conversation; without a title it takes that of its first question."""
        moment, id = self._moment(), secrets.token_hex(16)
        shown = _title(title)
        with self._database.transaction() as database:
            key = database.execute(
                "INSERT INTO conversations (id, owner, title, named, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)",
                (id, owner, shown or UNTITLED, bool(shown), moment, moment),
            ).lastrowid
            database.execute("INSERT INTO titles (rowid, text) VALUES (?, ?)", (key, folded(shown)))
            self._purge(database)
        return Conversation(id, shown or UNTITLED, moment, moment)

    def append(self, owner: str, id: str, exchange: Exchange) -> int:
        """Put an exchange at the end of a conversation; returns its number.

        Raises:
            ConversationError: the owner has none of that id.
        """
        with self._database.transaction() as database:
            key = _key(database, owner, id)
            [last] = database.execute("SELECT max(number) FROM exchanges WHERE conversation = ?", (key,)).fetchone()
            number = (last or 0) + 1
            self._write(database, key, number, exchange)
        return number

    def replace_last(self, owner: str, id: str, number: int, exchange: Exchange) -> None:
        """Put another in place of the exchange ``number``: its question edited, or its answer made anew or longer.

        Raises:
            ConversationError: the owner has no conversation of that id, or the exchange is not its last.
        """
        with self._database.transaction() as database:
            key = _key(database, owner, id)
            [last] = database.execute("SELECT max(number) FROM exchanges WHERE conversation = ?", (key,)).fetchone()
            if last != number:
                raise ConversationError("The conversation has gone on elsewhere. Open it again.")
            database.execute("DELETE FROM exchanges WHERE conversation = ? AND number = ?", (key, number))
            self._write(database, key, number, exchange)

    def rename(self, owner: str, id: str, title: str) -> None:
        """Give a conversation a title of its own.

        Raises:
            ConversationError: the owner has none of that id, or the title is empty.
        """
        shown = _title(title)
        if not shown:
            raise ConversationError("The title is empty. Give the conversation a name.")
        with self._database.transaction() as database:
            key = _key(database, owner, id)
            database.execute("UPDATE conversations SET named = 1 WHERE key = ?", (key,))
            _entitle(database, key, shown)

    def delete(self, owner: str, id: str) -> None:
        """Delete a conversation; `restore` has it back for ``DAYS_RESTORABLE`` days.

        Raises:
            ConversationError: the owner has none of that id.
        """
        with self._database.transaction() as database:
            key = _key(database, owner, id)
            database.execute("UPDATE conversations SET deleted_at = ? WHERE key = ?", (self._moment(), key))
            self._purge(database)

    def restore(self, owner: str, id: str) -> None:
        """Have back a conversation that was deleted; one that is there stays.

        Raises:
            ConversationError: the owner had none of that id, or it was deleted too long ago.
        """
        with self._database.transaction() as database:
            restored = database.execute(
                "UPDATE conversations SET deleted_at = NULL WHERE id = ? AND owner = ?", (without_surrogates(id), owner)
            )
            if not restored.rowcount:
                raise _missing(id)

    def forget(self, owner: str) -> int:
        """Delete all conversations of an owner for good; returns how many there were."""
        with self._database.transaction() as database:
            return database.execute("DELETE FROM conversations WHERE owner = ?", (owner,)).rowcount

    def _write(self, database: sqlite3.Connection, key: int, number: int, exchange: Exchange) -> None:
        moment = self._moment()
        record = encode(exchange if exchange.asked_at else replace(exchange, asked_at=moment))
        inserted = database.execute(
            "INSERT INTO exchanges (conversation, number, record) VALUES (?, ?, ?)", (key, number, record)
        )
        database.execute("INSERT INTO texts (rowid, text) VALUES (?, ?)", (inserted.lastrowid, _text_of(exchange)))
        database.execute("UPDATE conversations SET changed_at = ? WHERE key = ?", (moment, key))
        [named] = database.execute("SELECT named FROM conversations WHERE key = ?", (key,)).fetchone()
        if number == 1 and not named:
            _entitle(database, key, _title(exchange.asked) or UNTITLED)

    def _purge(self, database: sqlite3.Connection) -> None:
        """Delete for good what was deleted long ago."""
        latest = (self._now() - timedelta(days=DAYS_RESTORABLE)).isoformat(timespec="microseconds")
        database.execute("DELETE FROM conversations WHERE deleted_at < ?", (latest,))

    def _moment(self) -> str:
        return self._now().isoformat(timespec="microseconds")


def _text_of(exchange: Exchange) -> str:
    """What is searched of an exchange."""
    return folded(f"{exchange.asked}\n{exchange.answer.text if exchange.answer else exchange.problem}")


def _key(database: sqlite3.Connection, owner: str, id: str) -> int:
    row = database.execute("SELECT key FROM conversations " + OF_OWNER, (without_surrogates(id), owner)).fetchone()
    if row is None:
        raise _missing(id)
    return int(row[0])


def _entitle(database: sqlite3.Connection, key: int, title: str) -> None:
    database.execute("UPDATE conversations SET title = ? WHERE key = ?", (title, key))
    database.execute("UPDATE titles SET text = ? WHERE rowid = ?", (folded(title), key))


def _condition(word: str) -> str:
    """How a table of texts is asked for a word: by runs of three characters, or, where it is shorter, by reading."""
    return "text MATCH ?" if len(word) >= 3 else "instr(text, ?) > 0"


def _value(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if len(word) >= 3 else word


def _title(text: str) -> str:
    return one_line_of(text, LONGEST_TITLE)


def _missing(id: str) -> ConversationError:
    return ConversationError(f"There is no conversation {id!r}. See yours with: citewell conversation list")
