"""What several sides say to one question: where they contradict, where they agree, and what one of them tells alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import get_args

from assistant.answering.citations import plain
from assistant.answering.conflicts import SentenceComparison
from assistant.answering.sentence_scoring import Embed
from assistant.generation.entailment import ClaimJudge
from assistant.models.packaged_reader import PackagedReader
from assistant.news.views import Compared, ComparedRow, Stand
from assistant.text.answer_sentences import Sentence
from assistant.text.english.quantities import Kind
from assistant.types import Citation, Passage

FEWEST, MOST = 2, 6
"""Sides that are compared: more do not stand side by side on a page."""
STATEMENTS = 6
"""Of each side, at most, the best first."""
READ_WITH = 40
"""Sentences of another side that may contradict a statement, the best first."""
PASSAGES_READ = 8
"""Of another side, those that may bear a statement out."""
FIGURES: tuple[Kind, ...] = get_args(Kind)
"""Any figure may be disputed: what is compared are statements, whatever the question asks for."""


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody whose documents, or words, are compared: the statements to the question, the best first.

    ``more`` are other sentences of theirs about it, and ``passages`` those that may bear a statement of others out.
    """

    name: str
    statements: tuple[Sentence, ...]
    more: tuple[Sentence, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a side says: ``passage.text`` from ``start`` to ``end``, which count in the document."""

    passage: Passage
    start: int
    end: int


def compare(question: str, sides: Sequence[Side], embed: Embed, reader: PackagedReader | None) -> Compared:
    """The statements of each side with what the others say to them; each stands once.

    ``embed`` gives vectors of length 1, and should remember them; without a reader, words tell whether one bears
    another out.
    """
    comparison = SentenceComparison(question, embed, FIGURES)
    judges = [ClaimJudge(side.passages[:PASSAGES_READ], embed, reader) for side in sides]
    rows: list[tuple[Stand, list[_Cell | None], str]] = []
    shown: list[_Cell] = []
    for at, statement in _in_turn(sides):
        own = _Cell(statement.passage, statement.start, statement.end)
        if any(_overlap(own, other) for other in shown):
            continue
        rivals, notice = _rivals(comparison, statement, at, sides)
        cells = rivals or [_bearing_out(judge, statement) if judge is not judges[at] else None for judge in judges]
        stand: Stand = "disagree" if rivals else "agree" if any(cells) else "alone"
        cells[at] = own
        shown += filter(None, cells)
        rows.append((stand, cells, notice))
    rows.sort(key=lambda row: get_args(Stand).index(row[0]))
    return Compared(question, tuple(side.name for side in sides), tuple(_numbered(rows)))


def _in_turn(sides: Sequence[Side]) -> Iterator[tuple[int, Sentence]]:
    """The best statement of each side, then the second of each, with the numbers of their sides from 0."""
    for rank in range(STATEMENTS):
        yield from ((at, side.statements[rank]) for at, side in enumerate(sides) if rank < len(side.statements))


def _rivals(
    comparison: SentenceComparison, statement: Sentence, at: int, sides: Sequence[Side]
) -> tuple[list[_Cell | None], str]:
    """The sentence of each other side that contradicts a statement, and what is told of it; none where none does."""
    found: list[Sentence | None] = []
    for other, side in enumerate(sides):
        said = chain(side.statements, side.more[:READ_WITH]) if other != at else ()
        found.append(next((one for one in said if comparison.contradicts(statement, one)), None))
    rivals = [one for one in found if one]
    if not rivals:
        return [], ""
    dispute = comparison.contradictions(statement, rivals[0])[0]
    return [_Cell(one.passage, one.start, one.end) if one else None for one in found], comparison.notice(dispute)


def _bearing_out(judge: ClaimJudge, statement: Sentence) -> _Cell | None:
    """What bears a statement out, of the passages that a judge knows."""
    if not judge.passages:
        return None
    claim = plain(statement.said, is_item=statement.is_item)
    best, *_ = judge.weigh(claim, range(1, len(judge.passages) + 1))
    if best.support != "supported":
        return None
    return _Cell(best.sentences[0].passage, best.sentences[0].start, best.sentences[-1].end)


def _overlap(one: _Cell, other: _Cell) -> bool:
    return one.passage.source == other.passage.source and one.start < other.end and other.start < one.end


def _numbered(rows: Sequence[tuple[Stand, list[_Cell | None], str]]) -> Iterator[ComparedRow]:
    number = 0
    for stand, cells, notice in rows:
        cited: list[Citation | None] = []
        for cell in cells:
            number += cell is not None
            cited.append(_citation(number, cell) if cell else None)
        yield ComparedRow(stand, tuple(cited), notice)


def _citation(number: int, cell: _Cell) -> Citation:
    passage = replace(cell.passage, also_in=())
    quote = passage.text[cell.start - passage.start : cell.end - passage.start]
    return Citation(number, passage, quote, cell.start, cell.end)
