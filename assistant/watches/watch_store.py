"""The watched questions of all owners and corpora, with their answers: in one file among what people make."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid5

from assistant.conversations.encoding import decode, encode
from assistant.errors import StorageError, WatchError
from assistant.state_file import StateFile
from assistant.text.characters import without_surrogates
from assistant.types import Answer, Failure, Filters
from assistant.watches.answer_changes import differs
from assistant.watches.watch_tables import CHANGES, FAILED, HERE, TO_TELL, UNTOLD, VERSIONS, WATCHED
from assistant.watches.watch_values import AnswerChange, Watch, WatchCheck, WatchedAnswer, WatchHistory

MOST_WATCHED = 100
"""Questions of one owner: all are asked again after every refresh, while others ask theirs."""
KEPT_ANSWERS = 100
"""Answers kept of one question, some 10 kB each: more than a quarter of a year of one that changes every day."""
NEWS = timedelta(days=1)
"""How old a change may be when a channel first hears of it: one that is named later is not sent all there ever was."""
UNLIMITED = -1


class AsKept:
    """How what is kept is shown to whoever looks: as it is, where no subclass says otherwise."""

    def answer(self, kept: WatchedAnswer, question: str) -> WatchedAnswer:
        """An answer to a watched question."""
        return kept

    def change(self, change: AnswerChange) -> AnswerChange:
        """A change, with both of its answers."""
        before, after = (self.answer(one, change.question) for one in (change.before, change.after))
        return replace(change, filters=self.filters(change.filters), before=before, after=after)

    def watch(self, watch: Watch) -> Watch:
        """A question as it is listed."""
        return replace(watch, filters=self.filters(watch.filters))

    def filters(self, filters: Filters) -> Filters:
        """What a question is narrowed to."""
        return filters


class Watches:
    """Watched questions, each of one owner and over one corpus. May be used from many threads and processes.

    Who the ``owner`` is, the caller has to know for certain. Another owner's question, one over another corpus,
    and one that does not exist are the same: a `WatchError`, in the same words. All methods raise `StorageError` when
    the file cannot be used.
    """

    def __init__(
        self,
        state_dir: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        corpus: Path | None = None,
    ) -> None:
        """Keep them below ``state_dir``, in a file that is made when it is first needed; ``now`` is the time in UTC.

        Only those over the folder ``corpus`` are seen and changed; with None those over all.
        """
        self.path = state_dir / "watches.sqlite"
        self._database = StateFile(self.path, VERSIONS, "Restore the file from a backup, or move it elsewhere.")
        self._now = now
        self._corpus = without_surrogates(str(corpus.resolve())) if corpus else ""
        self._shown = AsKept()

    def seen_through(self, shown: AsKept) -> Self:
        """The same questions, each with its answers as ``shown`` shows them."""
        seen = copy(self)
        seen._shown = shown
        return seen

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # Looking

    def all(self, owner: str | None) -> list[Watch]:
        """An owner's questions, or with None everybody's, the first that was added first."""
        whose, values = ("", ()) if owner is None else (" AND owner = ?", (owner,))
        query = f"{WATCHED} WHERE {HERE}{whose} ORDER BY number"
        return [self._watch(row) for row in self._database.rows(query, self._corpus, *values)]

    def open(self, owner: str, number: int, limit: int | None = None) -> WatchHistory:
        """A question with its newest answers.

        Raises:
            WatchError: the owner watches none of that number.
        """
        query = f"{WATCHED} WHERE {HERE} AND owner = ? AND number = ?"
        rows = self._database.rows(query, self._corpus, owner, _within_sqlite(number))
        if not rows:
            raise _missing(number)
        query = "SELECT id, answered_at, record FROM answers WHERE watch = ? ORDER BY id DESC LIMIT ?"
        answers = self._database.rows(query, number, UNLIMITED if limit is None else limit)
        watch = self._watch(rows[0])
        return WatchHistory(watch, tuple(self._shown.answer(_answer(*row), watch.question) for row in answers))

    def answer(self, owner: str, id: int) -> Answer:
        """An answer that was kept.

        Raises:
            WatchError: the owner has none of that id.
        """
        query = (
            "SELECT id, answered_at, record, question FROM answers JOIN watches ON number = watch "
            f"WHERE {HERE} AND owner = ? AND id = ?"
        )
        rows = self._database.rows(query, self._corpus, owner, _within_sqlite(id))
        if not rows:
            raise WatchError("This answer is kept no longer. Open the list of watched questions again.")
        *kept, question = rows[0]
        return self._shown.answer(_answer(*kept), question).answer

    def changes(self, owner: str, limit: int | None = None) -> list[AnswerChange]:
        """The changes of all of an owner's questions, the newest first."""
        query = f"{CHANGES} WHERE {HERE} AND owner = ? ORDER BY later.id DESC LIMIT ?"
        values = (self._corpus, owner, UNLIMITED if limit is None else limit)
        return [self._shown.change(_change(row)) for row in self._database.rows(query, *values)]

    def owners(self) -> list[str]:
        """Everybody who watches a question, sorted."""
        query = f"SELECT DISTINCT owner FROM watches WHERE {HERE} ORDER BY owner"
        return [owner for (owner,) in self._database.rows(query, self._corpus)]

    def changed_since(self, owner: str, moment: float) -> int:
        """How many of an owner's questions have another answer since a moment, in seconds since 1970."""
        changed = [datetime.fromisoformat(one.changed_at) for one in self.all(owner) if one.changed_at]
        return sum(one.timestamp() > moment for one in changed)

    def feed_id(self, owner: str) -> str:
        """What names the feed of an owner's changes among all feeds there are; it stays the same."""
        [(known,)] = self._database.rows("SELECT id FROM feed")
        return str(uuid5(UUID(known), f"{without_surrogates(owner)}\n{self._corpus}"))

    # Changing

    def add(self, owner: str, question: str, filters: Filters, answer: Answer) -> WatchCheck:
        """Watch a question from the answer on that it has now; returns that.

        Raises:
            WatchError: the owner watches it already, or too many.
        """
        moment, asked, encoded = self._moment(), without_surrogates(question), encode(filters)
        with self._database.transaction() as database:
            query = f"SELECT number FROM watches WHERE {HERE} AND owner = ? AND question = ? AND filters = ?"
            known = database.execute(query, (self._corpus, owner, asked, encoded)).fetchone()
            if known:
                raise WatchError(f"This question is watched already, as number {known[0]}.")
            query = f"SELECT count(*) FROM watches WHERE {HERE} AND owner = ?"
            [count] = database.execute(query, (self._corpus, owner)).fetchone()
            if count >= MOST_WATCHED:
                raise WatchError(f"At most {MOST_WATCHED} questions are watched. Remove one first.")
            number = database.execute(
                "INSERT INTO watches (owner, corpus, question, filters, added_at, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
                (owner, self._corpus, asked, encoded, moment, moment),
            ).lastrowid
            kept = _keep(database, int(number or 0), moment, answer)
        return WatchCheck(int(number or 0), asked, "first", filters, after=kept)

    def remove(self, owner: str, number: int) -> None:
        """Watch a question no more; its answers go with it.

        Raises:
            WatchError: the owner watches none of that number.
        """
        with self._database.transaction() as database:
            removed = database.execute(
                f"DELETE FROM watches WHERE {HERE} AND owner = ? AND number = ?",
                (self._corpus, owner, _within_sqlite(number)),
            )
            if not removed.rowcount:
                raise _missing(number)

    def forget(self, owner: str) -> int:
        """Watch nothing for an owner any more; returns how many questions there were."""
        with self._database.transaction() as database:
            query = f"DELETE FROM watches WHERE {HERE} AND owner = ?"
            return database.execute(query, (self._corpus, owner)).rowcount

    def claim(self) -> None:
        """Make this corpus's what was kept before corpora were told apart."""
        with self._database.transaction() as database:
            database.execute("UPDATE watches SET corpus = ? WHERE corpus = ''", (self._corpus,))

    def take_over(self, corpus: str) -> None:
        """Make this corpus's what was kept of the one that lay at the path ``corpus``, as after it was moved."""
        with self._database.transaction() as database:
            database.execute("UPDATE OR IGNORE watches SET corpus = ? WHERE corpus = ?", (self._corpus, corpus))

    def begin(self) -> str:
        """The moment at which a question begins to be asked, which `record` is told."""
        return self._moment()

    def record(self, watch: Watch, began: str, answer: Answer) -> WatchCheck | None:
        """Keep the answer that was asked for at a moment, beside the one before where it changed.

        One that says the same takes the place of the one before, with its moment, since its sentences may have moved.
        None where the question is watched no more, or was asked after that moment by somebody else.
        """
        with self._database.transaction() as database:
            if not self._is_still_asked(database, watch.number, began):
                return None
            database.execute("UPDATE watches SET asked_at = ?, problem = '' WHERE number = ?", (began, watch.number))
            query = "SELECT id, answered_at, record FROM answers WHERE watch = ? ORDER BY id DESC LIMIT 1"
            before = _answer(*database.execute(query, (watch.number,)).fetchone())
            if not differs(before.answer, answer):
                kept = replace(before, answer=_to_keep(answer))
                database.execute("UPDATE answers SET record = ? WHERE id = ?", (encode(kept.answer), kept.id))
                return WatchCheck(watch.number, watch.question, "unchanged", watch.filters, after=kept)
            kept = _keep(database, watch.number, began, answer)
        shown = self._shown.answer(before, watch.question)
        return WatchCheck(watch.number, watch.question, "changed", watch.filters, shown, kept)

    def record_problem(self, watch: Watch, began: str, problem: str) -> WatchCheck | None:
        """Note why a question could not be asked; its answer stays. None as of `record`."""
        said = without_surrogates(problem)
        with self._database.transaction() as database:
            if not self._is_still_asked(database, watch.number, began):
                return None
            values = (began, said, watch.number)
            database.execute("UPDATE watches SET asked_at = ?, problem = ? WHERE number = ?", values)
        return WatchCheck(watch.number, watch.question, "not asked", watch.filters, problem=said)

    # Telling

    def untold(self, channel: str) -> list[AnswerChange]:
        """Everybody's changes that a channel is to be told: what was never tried first, then the oldest.

        These are those younger than `NEWS` that it was not told, whoever found them, and older ones that were this
        young when it was to be told of them.
        """
        since = (self._now() - NEWS).isoformat(timespec="microseconds")
        with self._database.transaction() as database:
            database.execute(TO_TELL, (channel, self._corpus, since))
            return [_change(row) for row in database.execute(UNTOLD, (self._corpus, channel))]

    def told(self, change: AnswerChange, channel: str) -> None:
        """Note that a channel was told of a change."""
        with self._database.transaction() as database:
            values = (change.after.id, channel)
            database.execute("UPDATE tellings SET is_told = 1 WHERE answer = ? AND channel = ?", values)

    def not_told(self, change: AnswerChange, channel: str, problem: str) -> None:
        """Note why a channel could not be told of a change."""
        with self._database.transaction() as database:
            database.execute(
                "UPDATE tellings SET tries = tries + 1, problem = ? WHERE answer = ? AND channel = ?",
                (without_surrogates(problem), change.after.id, channel),
            )

    def _watch(self, row: Sequence[Any]) -> Watch:
        number, question, filters, added_at, asked_at, problem, changed_at = row
        failed = [
            Failure(channel, f"{count:,} {'change' if count == 1 else 'changes'} not told yet. {said}")
            for channel, count, said in self._database.rows(FAILED, number)
        ]
        decoded = _decoded(Filters, filters)
        return self._shown.watch(
            Watch(number, question, decoded, added_at, asked_at, changed_at, problem, tuple(failed))
        )

    def _is_still_asked(self, database: sqlite3.Connection, number: int, began: str) -> bool:
        """Whether it is watched, and was not asked since; a moment to come, by a clock that was wrong, is none."""
        row = database.execute("SELECT asked_at FROM watches WHERE number = ?", (number,)).fetchone()
        return row is not None and not began < str(row[0]) <= self._moment()

    def _moment(self) -> str:
        return self._now().isoformat(timespec="microseconds")


def _keep(database: sqlite3.Connection, number: int, moment: str, answer: Answer) -> WatchedAnswer:
    kept = _to_keep(answer)
    values = (number, moment, encode(kept))
    id = database.execute("INSERT INTO answers (watch, answered_at, record) VALUES (?, ?, ?)", values).lastrowid
    database.execute(
        "DELETE FROM answers WHERE watch = ? AND id NOT IN "
        "(SELECT id FROM answers WHERE watch = ? ORDER BY id DESC LIMIT ?)",
        (number, number, KEPT_ANSWERS),
    )
    return WatchedAnswer(int(id or 0), moment, kept)


def _to_keep(answer: Answer) -> Answer:
    """The answer without the passages that it does not cite, which are most of what it holds."""
    return replace(answer, also_found=())


def _change(row: Sequence[Any]) -> AnswerChange:
    number, question, filters = row[:3]
    return AnswerChange(number, question, _decoded(Filters, filters), _answer(*row[3:6]), _answer(*row[6:]))


def _answer(id: int, answered_at: str, record: str) -> WatchedAnswer:
    return WatchedAnswer(id, answered_at, _decoded(Answer, record))


def _decoded(kind: Any, record: str) -> Any:
    try:
        return decode(kind, record)
    except ValueError as error:
        raise StorageError(f"A watched question cannot be read: {error}. Restore it from a backup.") from error


def _within_sqlite(number: int) -> int:
    """The number, or 0, which names nothing, where it is larger than any that is kept."""
    return number if 0 < number < 2**63 else 0


def _missing(number: int) -> WatchError:
    return WatchError(f"No question of the number {number} is watched. See the numbers with: citewell watch list")
