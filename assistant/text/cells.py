"""The cells of a table's row that a question asks for, by the heads of their columns."""

from __future__ import annotations

import re

from assistant.text.answer_sentences import Sentence
from assistant.text.english.measures import plurals_of
from assistant.text.english.vocabulary import NAMES
from assistant.text.sentences import Span
from assistant.text.tables import cells_with_heads
from assistant.text.terms import subject_terms, terms

TOTALS = {"amount", "count", "quantity", "sum", "total"}


def states_a_count(question: str, sentence: Sentence) -> bool | None:
    """Whether a row says how many there are of what a question counts: a number under "Ships", or a cell "12 ships".

    False for the row of one such thing (under "Order", or in a table of orders), and None where nothing tells.
    """
    plurals = plurals_of(question)
    singulars = {each for forms in plurals.values() for each in forms}
    is_one = bool(plurals.keys() & _words(f"{sentence.passage.title} {sentence.passage.breadcrumb}"))
    for head, span in cells_behind_heads(sentence):
        cell, words = sentence.row[span.start : span.end], _words(head)
        counts = plurals.keys() & (words | _words(cell)) or (words & TOTALS and words & singulars)
        if counts and any(map(str.isdigit, cell)):
            return True
        is_one = is_one or bool(words & singulars)
    return False if is_one else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def cell_asked_for(question: str, sentence: Sentence) -> Span | None:
    """Where the cell under what the question asks for stands in the row as it is read; None where it is not sure."""
    shares = _shares(question, sentence)
    most = max(shares.values(), default=0)
    asked_for = [span for span, share in shares.items() if share == most]
    return asked_for[0] if len(asked_for) == 1 else None


def _shares(question: str, sentence: Sentence) -> dict[Span, int]:
    """How many of the question's words, names aside, stand in the head of each cell; those without any are left out.

    A cell that the question says itself is none that it asks for.
    """
    language = sentence.passage.language
    said = set(terms(question, language))
    asked = set(subject_terms(question, language)) - _named(question, sentence)
    shares: dict[Span, int] = {}
    for head, span in cells_behind_heads(sentence):
        share = len(asked & set(terms(head, language)))
        if share and not set(terms(sentence.row[span.start : span.end], language)) <= said:
            shares[span] = share
    return shares


def _named(question: str, sentence: Sentence) -> set[str]:
    return set(terms(" ".join(NAMES.findall(question)), sentence.passage.language))


def cells_behind_heads(sentence: Sentence) -> list[tuple[str, Span]]:
    """The head of each cell that is not empty and has one, and where the cell stands in the row as it is read."""
    found: list[tuple[str, Span]] = []
    position = 0
    for head, cell in cells_with_heads(sentence.text, sentence.head):
        if head:
            position += len(f"{head}: ")
            found.append((head, Span(position, position + len(cell))))
        position += len(f"{cell}; ")
    return found
