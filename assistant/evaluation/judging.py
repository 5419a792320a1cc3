"""What counts as right: evidence is found in the stored documents, and passages and citations are held against it.

A stretch of a document fits an evidence item when half of the shorter of the two lies in the other. A passage must
show more where the item states one of the answers word for word: then their common part has to state one too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.evaluation.question_set import EvidenceItem, Question
from assistant.evaluation.text_matching import SearchableText, Span, merged, normalised, states

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.types import Citation, Passage

RUN_OF_WORDS = 8
"""Evidence that does not stand in its document as a whole is found by runs of this many words."""


@dataclass(frozen=True, slots=True)
class Located:
    """An evidence item and where it stands: for each document that it may mean, the spans (none: the whole of it)."""

    item: EvidenceItem
    spans: dict[str, list[Span]]

    @property
    def is_place(self) -> bool:
        """Whether the item names a place in its document and not the whole of it."""
        return bool(self.item.text) or self.item.start is not None

    @property
    def is_found(self) -> bool:
        """Whether the index holds what the item names."""
        return any(self.spans.values()) if self.is_place else bool(self.spans)


class DocumentTexts:
    """The stored documents of an assistant, each read once, as evidence is looked up in them."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._texts: dict[str, tuple[str, SearchableText]] = {}
        self._passages: dict[str, list[Passage]] = {}

    @cached_property
    def _sources(self) -> list[str]:
        return [record.source for record in self._assistant.documents() if record.passages]

    def named(self, name: str) -> list[str]:
        """The documents that a file name, or a path relative to the corpus, may mean."""
        if name in self._sources:
            return [name]
        return [source for source in self._sources if source.endswith(f"/{name}")]

    def text(self, source: str) -> str:
        """The stored text of a document."""
        return self._read(source)[0]

    def passages(self, source: str) -> list[Passage]:
        """The passages of a document, in reading order."""
        if source not in self._passages:
            self._passages[source] = self._assistant.passages(source)
        return self._passages[source]

    def locate(self, item: EvidenceItem) -> Located:
        """Where an evidence item stands.

        Its offsets hold if its text stands there; otherwise the text is searched for, as a whole and then by runs of
        `RUN_OF_WORDS` words.
        """
        return Located(item, {source: self._spans(source, item) for source in self.named(item.source)})

    def _spans(self, source: str, item: EvidenceItem) -> list[Span]:
        text, searchable = self._read(source)
        wanted = normalised(item.text)
        if item.start is not None and item.end is not None:
            there = text[item.start : item.end]
            if there and (not wanted or normalised(there) == wanted):
                return [(item.start, item.start + len(there))]
        return merged(searchable.find(wanted)) or _by_runs(searchable, wanted.split())

    def _read(self, source: str) -> tuple[str, SearchableText]:
        if source not in self._texts:
            text = self._assistant.document(source).text
            self._texts[source] = (text, SearchableText(text))
        return self._texts[source]


def _by_runs(text: SearchableText, words: Sequence[str]) -> list[Span]:
    runs = (words[first : first + RUN_OF_WORDS] for first in range(len(words) - RUN_OF_WORDS + 1))
    return merged(span for run in runs for span in text.find(" ".join(run)))


class Judge:
    """Holds what was found for one question against its evidence and its answers."""

    def __init__(self, question: Question, archive: DocumentTexts) -> None:
        self.question = question
        self.evidence = [archive.locate(item) for item in question.evidence]
        self._archive = archive

    @property
    def judges_passages(self) -> bool:
        """Whether anything tells which passages are right."""
        return bool(self.question.answers) or any(located.is_place for located in self.evidence)

    def is_relevant(self, passage: Passage) -> bool:
        """Whether a passage shows evidence of the question, or states an answer where there is no evidence."""
        if not self.evidence:
            return states(passage.text, self.question.answers)
        return any(self._shows(passage, located) for located in self.evidence)

    def relevant_passages(self) -> int | None:
        """How many passages of the index are relevant; None where no evidence says in which documents to look."""
        if not any(located.is_place for located in self.evidence):
            return None
        sources = dict.fromkeys(source for located in self.evidence for source in located.spans)
        return sum(self.is_relevant(passage) for source in sources for passage in self._archive.passages(source))

    def document_recall(self, passages: Sequence[Passage]) -> float:
        """The share of the documents named in the evidence that the passages come from."""
        seen = {source for passage in passages for source in (passage.source, *passage.also_in)}
        named = {located.item.source: set(located.spans) for located in self.evidence}
        return sum(bool(sources & seen) for sources in named.values()) / len(named)

    def cites(self, citation: Citation, located: Located) -> bool:
        """Whether a citation falls on an evidence item."""
        passage = citation.passage
        if passage.source in located.spans:
            if not located.is_place:
                return True
            return _fits((citation.start, citation.end), located.spans[passage.source])
        return _repeats(citation.quote, passage, located)

    def evidence_spans(self) -> dict[str, list[Span]]:
        """The characters of all evidence, by document."""
        spans: dict[str, list[Span]] = {}
        for located in self.evidence:
            for source, found in located.spans.items():
                spans[source] = merged([*spans.get(source, []), *found])
        return spans

    def _shows(self, passage: Passage, located: Located) -> bool:
        answers = self.question.answers
        if passage.source not in located.spans:
            return _repeats(passage.text, passage, located)
        if not located.is_place:
            return states(passage.text, answers)
        spans = located.spans[passage.source]
        text = self._archive.text(passage.source)
        if any(states(text[start:end], answers) for start, end in spans):
            common = [(max(start, passage.start), min(end, passage.end)) for start, end in spans]
            return any(states(text[start:end], answers) for start, end in common if end > start)
        return _fits((passage.start, passage.end), spans)


def _fits(stretch: Span, spans: Sequence[Span]) -> bool:
    """Whether half of the shorter of a stretch and one of the spans lies in the other."""
    for start, end in spans:
        common = min(end, stretch[1]) - max(start, stretch[0])
        if common > 0 and 2 * common >= min(end - start, stretch[1] - stretch[0]):
            return True
    return False


def _repeats(text: str, passage: Passage, located: Located) -> bool:
    """Whether a passage of another document, which stands in the evidence's too, says what the item says."""
    if not set(passage.also_in) & set(located.spans):
        return False
    said, wanted = normalised(text), normalised(located.item.text)
    return bool(said and wanted) and (f" {wanted} " in f" {said} " or f" {said} " in f" {wanted} ")
