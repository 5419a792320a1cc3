"""The cells of a table's row that a question asks for, by the heads of their columns."""

from __future__ import annotations

from assistant.answering.vocabulary import NAMES
from assistant.indexing.quotable import Sentence
from assistant.indexing.sentences import Span
from assistant.indexing.tables import cells_with_heads
from assistant.indexing.terms import subject_terms, terms


def row_tells(question: str, sentence: Sentence) -> bool:
    """Whether a row has all that the question names in its cells, and a cell under what it asks for.

    "In which city does Ada Thorne live?" of a row that is read "Name: Ada Thorne; City: Varden".
    """
    named, language = _named(question, sentence), sentence.passage.language
    return bool(named) and named <= set(terms(sentence.text, language)) and bool(_shares(question, sentence))


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
