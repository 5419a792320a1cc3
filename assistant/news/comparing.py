"""What several sides say to one question: where they contradict, where they agree, and what one of them tells alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from assistant.answering.citations import citation_of
from assistant.answering.conflicts import ANY_FIGURE, SentenceComparison
from assistant.answering.sentence_scoring import Embed
from assistant.models.packaged_reader import PackagedReader
from assistant.news.agreement import Agreement
from assistant.news.views import Compared, ComparedRow, Stand
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.types import Citation, Passage

FEWEST, MOST = 2, 6
"""Sides that are compared: more do not stand side by side on a page."""
ALONE = "There is nothing to compare with: fewer than two sources write about it."
STATEMENTS = 6
"""Of each side, at most, the best first."""
PASSAGES_READ = 8
"""Of a side, those whose sentences may contradict a statement of another, or bear it out."""


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody whose documents, or words, are compared: the statements to the question, the best first.

    ``passages`` hold what else they say about it.
    """

    name: str
    statements: tuple[Sentence, ...]
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row whose citations are not numbered yet."""

    stand: Stand
    cells: tuple[Sentence | None, ...]
    notice: str


def compare(question: str, sides: Sequence[Side], embed: Embed, reader: PackagedReader | None) -> Compared:
    """The statements of each side with what the others say to them; what was shown beside one leads no other row.

    ``embed`` gives vectors of length 1, and should remember them. Without a reader, a statement is borne out only by
    sentences in nearly the same words.
    """
    comparison = SentenceComparison(question, embed, ANY_FIGURE)
    agreement = Agreement(embed, reader)
    all_said = [_AllSaid(side, agreement) for side in sides]
    rows: list[_Row] = []
    shown: set[tuple[str, int]] = set()
    for at, statement in _in_turn(sides):
        if _place(statement) in shown:
            continue
        others = [said if said is not all_said[at] else None for said in all_said]
        against = [said.contradicting(statement, comparison) if said else None for said in others]
        cells = (
            against if any(against) else [said.bearing_out(statement, comparison) if said else None for said in others]
        )
        dispute = next((comparison.contradictions(statement, other)[0] for other in against if other), None)
        stand: Stand = "disagree" if dispute else "agree" if any(cells) else "alone"
        cells[at] = statement
        shown.update(_place(one) for one in cells if one)
        rows.append(_Row(stand, tuple(cells), comparison.notice(dispute) if dispute else ""))
    rows.sort(key=lambda row: get_args(Stand).index(row.stand))
    notices = (ALONE,) if len(sides) < FEWEST else ()
    return Compared(question, tuple(side.name for side in sides), tuple(_numbered(rows)), notices)


def _in_turn(sides: Sequence[Side]) -> Iterator[tuple[int, Sentence]]:
    """The best statement of each side, then the second of each, with the numbers of their sides from 0."""
    for rank in range(STATEMENTS):
        yield from ((at, side.statements[rank]) for at, side in enumerate(sides) if rank < len(side.statements))


class _AllSaid:
    """All that a side says, as far as it may contradict or bear out what another does: its best sentences first."""

    def __init__(self, side: Side, agreement: Agreement) -> None:
        around = (sentence for passage in side.passages[:PASSAGES_READ] for sentence in sentences_of(passage))
        self._sentences = list(dict.fromkeys((*side.statements, *around)))
        self._agreement = agreement

    def contradicting(self, statement: Sentence, comparison: SentenceComparison) -> Sentence | None:
        """The first sentence that contradicts a statement."""
        return next((one for one in self._sentences if comparison.contradicts(statement, one)), None)

    def bearing_out(self, statement: Sentence, comparison: SentenceComparison) -> Sentence | None:
        """The sentence that says what a statement does, if one does."""
        same = next((one for one in self._sentences if comparison.states_the_same(statement, one)), None)
        return same or self._agreement.bearing_out(statement, self._sentences)


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.passage.source, sentence.start


def _numbered(rows: Sequence[_Row]) -> Iterator[ComparedRow]:
    number = 0
    for row in rows:
        cited: list[Citation | None] = []
        for sentence in row.cells:
            number += sentence is not None
            cited.append(citation_of(number, sentence) if sentence else None)
        yield ComparedRow(row.stand, tuple(cited), row.notice)
