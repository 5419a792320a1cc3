"""What documents say about a subject: the passages that are nearest to it, and which sentences of them are about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeVar

from assistant.answering.filters import check_filters
from assistant.answering.followups import Understood
from assistant.answering.retrieval import retrieve
from assistant.answering.taking_in import told_taking_in
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Snapshot
from assistant.text.terms import term_set, words
from assistant.types import DEFAULT_LANGUAGE, Document, Filters, Passage

MOST_PASSAGES = 150
"""Passages about the subject that are looked at, the best first."""
MOST_COMPARED = 50
"""Sentences whose meaning is compared with the subject's, those that name most of it first."""
NAMED = 0.45
"""How much of the subject's weight is most of it: "Griner" of "Brittney Griner"."""
NEAR, NEAR_ELSEWHERE = 0.35, 0.5
"""The cosine with the subject from which a sentence is about it, in such a passage and in others."""

MOST_CHARACTERS = 1_000_000
"""Of a document; all its words are held at once, which of a longer one takes gigabytes."""
TOO_LONG = "“{}” is too long to be read for this, and is left out."

Item = TypeVar("Item")


class SubjectWords:
    """A subject in words: tells what is about it."""

    def __init__(self, snapshot: Snapshot, text: str) -> None:
        self.text = text
        self._snapshot = snapshot
        self._weights = TermWeights(text, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)

    def about(
        self, items: Sequence[Item], text_of: Callable[[Item], str], passage_of: Callable[[Item], Passage]
    ) -> list[Item]:
        """Those items whose text names all of the subject, or most of it in a passage that names all, or is near to it.

        It must be nearer where the passage in which it stands speaks of something else.
        """
        named = [self._share(text_of(one)) for one in items]
        around = self._around([passage_of(one) for one in items])
        sure = {at for at, shares in enumerate(zip(named, around, strict=True)) if _is_named(*shares)}
        doubtful = sorted(set(range(len(items))) - sure, key=lambda at: (-named[at], at))[:MOST_COMPARED]
        texts = [text_of(items[at]) for at in doubtful]
        cosines = self._snapshot.embedder.cosines(self.text, texts) if texts else []
        least = [NEAR if around[at] >= NAMED else NEAR_ELSEWHERE for at in doubtful]
        near = {at for at, cosine, enough in zip(doubtful, cosines, least, strict=True) if cosine >= enough}
        return [items[at] for at in sorted(sure | near)]

    def _around(self, passages: Sequence[Passage]) -> list[float]:
        """How much of the subject's weight each passage names, with its title and headings."""
        told = {one.id: f"{one.title} {one.breadcrumb} {one.text}" for one in passages}
        shares = {id: self._share(text) for id, text in told.items()}
        return [shares[one.id] for one in passages]

    def _share(self, text: str) -> float:
        """How much of the subject's weight a text names."""
        return self._weights.coverage(term_set(text))


def _is_named(share: float, around: float) -> bool:
    """Whether a text surely is about a subject, by how much of its weight the text names, and the passage around it."""
    return share == 1.0 or (share >= NAMED and around == 1.0)


class Subject(SubjectWords):
    """A subject, and the English documents of one snapshot that speak of it."""

    def __init__(self, snapshot: Snapshot, text: str, filters: Filters) -> None:
        """Look for the passages.

        Raises:
            CorpusError: a document, folder or publisher of the filters is not in the index.
        """
        super().__init__(snapshot, text)
        check_filters(filters, snapshot)
        hits = retrieve(snapshot, Understood(text, text, text, 0.0), MOST_PASSAGES, filters).hits
        self._passages: dict[str, list[Passage]] = defaultdict(list)
        for passage in {hit.passage.id: hit.passage for hit in hits}.values():
            if passage.language == DEFAULT_LANGUAGE:
                self._passages[passage.source].append(passage)
        found = [snapshot.document(source) for source in self._passages]
        self.documents = [one for one in found if len(one.text) <= MOST_CHARACTERS]
        """The documents that speak of it, each whole."""
        left_out = tuple(TOO_LONG.format(one.source) for one in found if len(one.text) > MOST_CHARACTERS)
        self.notices = (*told_taking_in(snapshot.taking_in()), *left_out)

    @property
    def count(self) -> int:
        """How many documents were read for it."""
        return len(self.documents)

    def told_in(self) -> list[tuple[Document, list[Passage]]]:
        """The documents with those of their passages that are about the subject, in reading order."""
        read = [one for document in self.documents for one in self._passages[document.source]]
        about = defaultdict(list)
        for passage in self.about(read, attrgetter("text"), lambda one: one):
            about[passage.source].append(passage)
        return [(one, sorted(about[one.source], key=_start)) for one in self.documents if about[one.source]]

    def passage_at(self, source: str, offset: int) -> Passage | None:
        """The passage about the subject that holds a character of a document; None where it is in another."""
        return next((one for one in self._passages[source] if one.start <= offset < one.end), None)


def _start(passage: Passage) -> int:
    return passage.start


def told_once(
    items: Sequence[Item], text_of: Callable[[Item], str], source_of: Callable[[Item], str]
) -> list[tuple[Item, tuple[str, ...]]]:
    """Each item once, the first of those in the same words, with the other documents that have it."""
    by_words: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for one in items:
        by_words[tuple(words(text_of(one)))].append(one)
    return [
        (first, tuple({source_of(one): None for one in others if source_of(one) != source_of(first)}))
        for first, *others in by_words.values()
    ]
