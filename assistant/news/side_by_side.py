"""What several sides say to one question: where they contradict, where they agree, and what one of them tells alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from assistant.answering.citations import citation_of
from assistant.answering.conflicts import ANY_FIGURE, DENIAL, SentenceComparison
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
class ComparedStatement:
    """A sentence that is shown, and what of it is compared: all, or only what somebody says in it, or denies."""

    shown: Sentence
    said: Sentence
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """Somebody whose documents, or words, are compared: the statements to the question, the best first.

    ``passages`` hold what else they say about it. ``is_quoted``: the words are those of somebody whom documents quote.
    """

    name: str
    statements: tuple[ComparedStatement, ...]
    passages: tuple[Passage, ...] = ()
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class _UnnumberedRow:
    """A row whose citations are not numbered yet."""

    stand: Stand
    cells: tuple[Sentence | None, ...]
    notice: str


def compare(question: str, sides: Sequence[ComparedSide], embed: Embed, reader: PackagedReader | None) -> Compared:
    """The statements of each side with what the others say to them; what stands beside one leads no row of its own.

    ``embed`` gives vectors of length 1, and should remember them. Without a reader, a statement is borne out only by
    sentences in nearly the same words.
    """
    of_speakers = any(side.is_quoted for side in sides)
    comparison = SentenceComparison(question, embed, ANY_FIGURE, of_speakers=of_speakers)
    agreement = Agreement(embed, reader)
    all_said = [_AllSaid(side, agreement) for side in sides]
    rows: list[_UnnumberedRow] = []
    shown: set[tuple[str, int]] = set()
    for at, statement in _in_turn(sides):
        if _place(statement.shown) in shown:
            continue
        rows.append(_row(at, statement, all_said, comparison))
        shown.update(_place(one) for one in rows[-1].cells if one)
    rows = sorted(_each_once(rows), key=lambda row: get_args(Stand).index(row.stand))
    notices = (ALONE,) if len(sides) < FEWEST else ()
    return Compared(question, tuple(side.name for side in sides), tuple(_numbered(rows)), notices)


def _row(
    at: int, statement: ComparedStatement, all_said: Sequence[_AllSaid], comparison: SentenceComparison
) -> _UnnumberedRow:
    """A statement of the side of a number, and what contradicts it of the others, else what bears it out."""

    def beside(said_to_it: Callable[[_AllSaid], ComparedStatement | None]) -> list[ComparedStatement | None]:
        return [statement if place == at else said_to_it(said) for place, said in enumerate(all_said)]

    against = beside(lambda said: said.contradicting(statement, comparison))
    for place, rival in enumerate(against):
        if rival and place != at:
            notice = _notice(comparison, statement, rival, (all_said[at].name, all_said[place].name))
            return _UnnumberedRow("disagree", _shown(against), notice)
    borne_out = beside(lambda said: said.bearing_out(statement, comparison))
    stand: Stand = "agree" if sum(one is not None for one in borne_out) > 1 else "alone"
    return _UnnumberedRow(stand, _shown(borne_out), "")


def _shown(statements: Sequence[ComparedStatement | None]) -> tuple[Sentence | None, ...]:
    return tuple(one.shown if one else None for one in statements)


def _notice(
    comparison: SentenceComparison, statement: ComparedStatement, rival: ComparedStatement, names: tuple[str, str]
) -> str:
    """What is told of two statements that contradict each other, of sides with these names."""
    if statement.is_denied != rival.is_denied:
        return DENIAL.format("speakers", *(names if statement.is_denied else names[::-1]))
    [dispute, *_] = comparison.contradictions(statement.said, rival.said)
    return comparison.notice(dispute, names if comparison.of_speakers else ())


def _each_once(rows: Sequence[_UnnumberedRow]) -> list[_UnnumberedRow]:
    """The rows without those that tell as one side's alone what another row shows beside a statement of others."""
    beside = {_place(cell) for row in rows if row.stand != "alone" for cell in row.cells if cell}
    return [
        row for row in rows if row.stand != "alone" or beside.isdisjoint(_place(cell) for cell in row.cells if cell)
    ]


def _in_turn(sides: Sequence[ComparedSide]) -> Iterator[tuple[int, ComparedStatement]]:
    """The best statement of each side, then the second of each, with the numbers of their sides from 0."""
    for rank in range(STATEMENTS):
        yield from ((at, side.statements[rank]) for at, side in enumerate(sides) if rank < len(side.statements))


class _AllSaid:
    """All that a side says, as far as it may contradict or bear out what another does: its best sentences first."""

    def __init__(self, side: ComparedSide, agreement: Agreement) -> None:
        around = (sentence for passage in side.passages[:PASSAGES_READ] for sentence in sentences_of(passage))
        self.name = side.name
        self._statements = list(dict.fromkeys((*side.statements, *(ComparedStatement(one, one) for one in around))))
        self._agreement = agreement

    def contradicting(self, statement: ComparedStatement, comparison: SentenceComparison) -> ComparedStatement | None:
        """The first that contradicts a statement: of what somebody denies, what others say."""
        return next((one for one in self._statements if _contradict(statement, one, comparison)), None)

    def bearing_out(self, statement: ComparedStatement, comparison: SentenceComparison) -> ComparedStatement | None:
        """What says the same as a statement, if anything does."""
        alike = {one.said: one for one in self._statements if one.is_denied == statement.is_denied}
        same = next((said for said in alike if comparison.states_the_same(statement.said, said)), None)
        found = same or self._agreement.bearing_out(statement.said, list(alike))
        return alike[found] if found else None


def _contradict(one: ComparedStatement, other: ComparedStatement, comparison: SentenceComparison) -> bool:
    if one.is_denied != other.is_denied:
        return comparison.states_the_same(one.said, other.said)
    return not one.is_denied and comparison.contradicts(one.said, other.said)


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.passage.source, sentence.start


def _numbered(rows: Sequence[_UnnumberedRow]) -> Iterator[ComparedRow]:
    number = 0
    for row in rows:
        cited: list[Citation | None] = []
        for sentence in row.cells:
            number += sentence is not None
            cited.append(citation_of(number, sentence) if sentence else None)
        yield ComparedRow(row.stand, tuple(cited), row.notice)
