"""Sentences become an answer in which each is cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.errors import IndexDamaged
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.types import EXTRACTIVE, Answer, AnswerSentence, Citation, ListedItem, Passage, ScoredPassage, Support

NO_ANSWER = "The documents do not answer this."
NO_DOCUMENTS = "There are no documents to answer from yet. Add some, then ask again."
NOTHING_IN_RANGE = "No document is within the dates and the source that the question is narrowed to."

DOUBTS: dict[Support, str] = {"partial": "only partly supported", "unsupported": "not supported by a source"}
"""What is said beside a sentence that its sources do not bear out."""
NOT_CHECKED = "not checked"
"""What is said beside what a language model wrote and nothing was compared with."""
MARKER = re.compile(r" ?\[\d{1,4}\]")

SHOWN_ITEMS = 12
"""How many of the things that an answer lists are shown at once; the others unfold."""
LIST_MARK = re.compile(r"^[ \t]*(?:[-*+\u2022\u25e6\u2023\u00b7\u2013]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+")
LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|~~|(?<!`)`{1,20}+)(?=[^\s*])(.{1,1000}?)(?<=\S)\1(?![\w*])")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
QUOTE_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer, and the sentences of other documents that state the same, the best first."""

    sentence: Sentence
    corroborated_by: tuple[Sentence, ...] = ()


def citation_of(number: int, sentence: Sentence) -> Citation:
    """A citation of a sentence alone, without the other documents that hold its passage."""
    passage = replace(sentence.passage, also_in=())
    return Citation(number, passage, sentence.text, sentence.start, sentence.end)


def cited_answer(
    question: str,
    statements: Sequence[Statement],
    hits: Sequence[ScoredPassage],
    confidence: float,
    notices: Sequence[str] = (),
) -> Answer:
    """The answer made of the statements, each with a citation of its sentence and of those that corroborate it.

    Citations are numbered in the order in which they appear; a sentence that is cited twice has one number.
    """
    numbers: dict[Sentence, int] = {}
    sentences: list[AnswerSentence] = []
    is_table = sum(bool(statement.sentence.row) for statement in statements) > 1
    for statement in statements:
        cited = (statement.sentence, *statement.corroborated_by)
        carried_by = tuple(numbers.setdefault(sentence, len(numbers) + 1) for sentence in cited)
        sentences.append(AnswerSentence(_as_read(statement.sentence, is_table), carried_by, "supported"))
    citations = tuple(
        Citation(number, sentence.passage, sentence.text, sentence.start, sentence.end)
        for sentence, number in numbers.items()
    )
    passages = {citation.passage.id for citation in citations}
    return Answer(
        text=text_of(sentences),
        sentences=tuple(sentences),
        citations=citations,
        abstained=False,
        confidence=confidence,
        written_by=EXTRACTIVE,
        question=question,
        notices=tuple(notices),
        also_found=tuple(hit for hit in hits if hit.passage.id not in passages),
    )


def declined(
    question: str, hits: Sequence[ScoredPassage], confidence: float, *, narrowed: bool, notices: Sequence[str] = ()
) -> Answer:
    """The answer that says that there is none, with the closest passages; ``narrowed`` says that filters were set."""
    return Answer(
        text=NO_ANSWER if hits else NOTHING_IN_RANGE if narrowed else NO_DOCUMENTS,
        sentences=(),
        citations=(),
        abstained=True,
        confidence=confidence,
        written_by=EXTRACTIVE,
        question=question,
        notices=tuple(notices),
        also_found=tuple(hits),
    )


def check_quotes(answer: Answer, stored: Callable[[str], str]) -> None:
    """Make sure that every quote stands in its document, where its citation says; ``stored`` gives a source's text.

    Raises:
        IndexDamaged: one does not.
        what ``stored`` raises.
    """
    for citation in answer.citations:
        source = citation.passage.source
        if stored(source)[citation.start : citation.end] != citation.quote:
            raise IndexDamaged(
                f"The stored text of {source} is not the one that is quoted. "
                "Repair the index with: citewell sync --rebuild"
            )


def in_pieces(answer: Answer) -> list[tuple[AnswerSentence | None, str, str]]:
    """The answer's text in pieces: each sentence with its words and its markers, and what stands between them."""
    pieces: list[tuple[AnswerSentence | None, str, str]] = []
    position = 0
    for sentence in answer.sentences:
        found = answer.text.find(sentence.text, position)
        if found >= 0:
            end = found + len(sentence.text)
            before, position = answer.text[position:found], end
            while marker := MARKER.match(answer.text, position):
                position = marker.end()
            pieces += [(None, before, ""), (sentence, sentence.text, answer.text[end:position])]
    return [*pieces, (None, answer.text[position:], "")]


def items_counted(items: Sequence[ListedItem]) -> str:
    """How many things an answer lists, and how many of them are shown at once."""
    shown = f"{SHOWN_ITEMS} of " if len(items) > SHOWN_ITEMS else ""
    return f"{shown}{len(items)} named"


def numbers_in_text(citations: Sequence[int]) -> str:
    """The numbers of citations as markers: `` [1] [2]``."""
    return "".join(f" [{number}]" for number in citations)


def text_of(sentences: Sequence[AnswerSentence]) -> str:
    """The sentences as one text, with markers such as ``[1]``; list items on lines of their own."""
    text = ""
    for sentence in sentences:
        item = sentence.text.startswith("- ")
        separator = "\n" if text and (item or text.rsplit("\n", 1)[-1].startswith("- ")) else " " if text else ""
        text += separator + sentence.text + numbers_in_text(sentence.citations)
    return text


def _as_read(sentence: Sentence, is_table: bool) -> str:
    """A sentence of an answer; items are marked as such, and so are rows where ``is_table`` says there are several."""
    mark = "- " if sentence.is_item or (sentence.row and is_table) else ""
    return mark + plain(sentence.said, is_item=sentence.is_item)


def plain(quote: str, *, is_item: bool = True) -> str:
    """A quote as it is read: without list marks and Markdown's inline marks, its white space made single."""
    text = QUOTE_MARK.sub("", LIST_MARK.sub("", quote) if is_item else quote)
    text = LINK.sub(r"\1", text)
    for _ in range(2):  # marks may be nested once, as in **_both_**
        text = EMPHASIS.sub(r"\2", text)
    return " ".join(ESCAPE.sub(r"\1", text).split())


def passage_as_read(passage: Passage) -> str:
    """What a passage says, on one line."""
    said = (plain(sentence.said, is_item=sentence.is_item) for sentence in sentences_of(passage))
    return " ".join(said) or plain(passage.text)


def quote_as_read(citation: Citation) -> str:
    """What a quote says, on one line."""
    for sentence in sentences_of(citation.passage):
        if (sentence.start, sentence.end) == (citation.start, citation.end):
            return plain(sentence.said, is_item=sentence.is_item)
    return plain(citation.quote)
