"""What was kept is shown only as far as its reader may still read what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from assistant.answering.citations import NO_ANSWER, NO_DOCUMENTS, NOTHING_IN_RANGE
from assistant.answering.taking_in import NOT_YET
from assistant.conversations.values import Exchange
from assistant.errors import CitewellError
from assistant.finding.mention_answers import mention_answer
from assistant.indexing import Snapshot, SnapshotReader
from assistant.news.overview_answers import overview_subject
from assistant.rights import Rights
from assistant.types import Answer, Filters, Passage
from assistant.watches.watch_store import AsKept
from assistant.watches.watch_values import Watch, WatchedAnswer

Found = TypeVar("Found")
WITHHELD = "This answer is withheld: it rests on documents that changed, are gone, or are no longer yours to read."
SAYS_NOTHING = (NO_ANSWER, NOTHING_IN_RANGE, NO_DOCUMENTS, NOT_YET)
"""What an answer may say without a citation, in words that are the same for everyone."""
FAILED = "This could not be answered then. Ask again."


class Withholding:
    """Shows one asker, to whom some collections are closed, what was kept before.

    An answer is shown where every passage that it cites, or that was found with it, still stands in a document that the
    asker may read; else it is withheld whole, since a sentence may join what several documents say. One that counts
    documents is shown where they would be counted so now. What says more of documents than it cites is withheld: an
    overview, what two tables say together, and why a question over tables was not clear. So are notices.
    """

    def __init__(self, reader: SnapshotReader, rights: Rights) -> None:
        """``reader`` gives the snapshots of what the asker may read."""
        self._reader = reader
        self._rights = rights

    def answer(self, answer: Answer, asked: str) -> Answer:
        """An answer to what was asked, or one that says that it is withheld."""
        if self._try(lambda snapshot: self._is_readable(snapshot, answer)):
            return replace(answer, notices=())
        return Answer(WITHHELD, (), (), abstained=True, confidence=0.0, written_by=answer.written_by, question=asked)

    def exchange(self, exchange: Exchange) -> Exchange:
        """An exchange of a conversation."""
        answer = self.answer(exchange.answer, exchange.asked) if exchange.answer else None
        problem = FAILED if exchange.problem else ""
        return replace(exchange, answer=answer, filters=self.filters(exchange.filters), problem=problem)

    def filters(self, filters: Filters) -> Filters:
        """Filters without the documents and publishers that the asker may not know of."""
        if not (filters.sources or filters.publishers):
            return filters
        known = set(self._try(lambda snapshot: snapshot.publishers()) or ())
        sources = tuple(one for one in filters.sources if self._rights.may_read(f"{one.rstrip('/')}/"))
        return replace(filters, sources=sources, publishers=tuple(one for one in filters.publishers if one in known))

    def _try(self, look: Callable[[Snapshot], Found]) -> Found | None:
        """What is found; None where the index cannot be read, so that it is not known what may be shown."""
        try:
            return self._reader.use(look)
        except CitewellError:
            return None

    def _is_readable(self, snapshot: Snapshot, answer: Answer) -> bool:
        if not answer.citations and answer.text not in SAYS_NOTHING:
            return False
        passages = [*(one.passage for one in answer.citations), *(one.passage for one in answer.also_found)]
        return all(_stands(snapshot, one) for one in passages) and _says_no_more(snapshot, answer)


class AsReadable(AsKept):
    """Shows an asker the answers to their watched questions, as `Withholding` has it."""

    def __init__(self, withholding: Withholding) -> None:
        self._withholding = withholding

    def answer(self, kept: WatchedAnswer, question: str) -> WatchedAnswer:
        """An answer to a watched question, or that it is withheld."""
        return replace(kept, answer=self._withholding.answer(kept.answer, question))

    def watch(self, watch: Watch) -> Watch:
        """A question as it is listed."""
        filters = self._withholding.filters(watch.filters)
        return replace(watch, filters=filters, problem=FAILED if watch.problem else "")

    def filters(self, filters: Filters) -> Filters:
        """What a question is narrowed to."""
        return self._withholding.filters(filters)


def _stands(snapshot: Snapshot, passage: Passage) -> bool:
    """Whether a document still says a passage, wherever it stands in it now, and those that say it too are there."""
    try:
        document = snapshot.document(passage.source)
    except CitewellError:
        return False
    is_there = passage.text in document.text and passage.title == document.title
    return is_there and not snapshot.absent(passage.also_in)


def _says_no_more(snapshot: Snapshot, answer: Answer) -> bool:
    """Whether an answer says nothing of documents that it does not cite, or nothing that is not so now."""
    if answer.mentions:
        counted = mention_answer(snapshot, answer.question, answer.mentions.filters)
        return counted is not None and counted.text == answer.text
    is_joined = answer.computation is not None and " JOIN " in answer.computation.sql
    return not is_joined and overview_subject(answer.question) is None
