"""What several sides say to one question: where they contradict, where they agree, and what one of them tells alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
class OwnWords:
    """What somebody says in a sentence, without who says it; or denies."""

    said: Sentence
    is_denied: bool


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """Somebody whose documents, or words, are compared: the statements to the question, the best first.

    ``passages`` hold what else they say about it. Of somebody who is quoted, ``words`` are what they say in each
    statement, which names them besides.
    """

    name: str
    statements: tuple[Sentence, ...]
    passages: tuple[Passage, ...] = ()
    words: tuple[OwnWords, ...] = ()


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
    of_speakers = any(side.words for side in sides)
    comparison = SentenceComparison(question, embed, ANY_FIGURE, of_speakers=of_speakers)
    agreement = Agreement(embed, reader)
    all_said = [_AllSaid(side, agreement) for side in sides]
    rows: list[_UnnumberedRow] = []
    shown: set[tuple[str, int]] = set()
    for at, told in _in_turn(all_said):
        if _place(told.shown) in shown:
            continue
        rows.append(_row(at, told, all_said, comparison))
        shown.update(_place(one) for one in rows[-1].cells if one)
    rows = sorted(_each_once(rows), key=lambda row: get_args(Stand).index(row.stand))
    notices = (ALONE,) if len(sides) < FEWEST else ()
    return Compared(question, tuple(side.name for side in sides), tuple(_numbered(rows)), notices)


def _row(at: int, told: _Told, all_said: Sequence[_AllSaid], comparison: SentenceComparison) -> _UnnumberedRow:
    """A statement of the side of a number, and what contradicts it of the others, else what bears it out."""

    def beside(said_to_it: Callable[[_AllSaid], _Told | None]) -> list[_Told | None]:
        return [told if place == at else said_to_it(said) for place, said in enumerate(all_said)]

    against = beside(lambda said: said.contradicting(told, comparison))
    rival = next((place for place, one in enumerate(against) if one and place != at), None)
    if rival is not None and (other := against[rival]):
        notice = _notice(comparison, [(told, all_said[at].name), (other, all_said[rival].name)])
        return _UnnumberedRow("disagree", _shown(against), notice)
    borne_out = beside(lambda said: said.bearing_out(told, comparison))
    stand: Stand = "agree" if sum(one is not None for one in borne_out) > 1 else "alone"
    return _UnnumberedRow(stand, _shown(borne_out), "")


def _shown(told: Sequence[_Told | None]) -> tuple[Sentence | None, ...]:
    return tuple(one.shown if one else None for one in told)


def _notice(comparison: SentenceComparison, sides: Sequence[tuple[_Told, str]]) -> str:
    """What is told of two statements that contradict each other, each with who says it."""
    (one, name), (other, rival) = sides
    if one.words.is_denied != other.words.is_denied:
        denying, denied = (name, rival) if one.words.is_denied else (rival, name)
        return f"The speakers disagree: {denying} denies what {denied} says."
    [dispute, *_] = comparison.contradictions(one.words.said, other.words.said)
    return comparison.notice(dispute, (name, rival) if one.is_of_speaker else ())


def _each_once(rows: Sequence[_UnnumberedRow]) -> list[_UnnumberedRow]:
    """The rows without those that tell as one side's alone what another row shows beside a statement of others."""
    beside = {_place(cell) for row in rows if row.stand != "alone" for cell in row.cells if cell}
    return [
        row for row in rows if row.stand != "alone" or beside.isdisjoint(_place(cell) for cell in row.cells if cell)
    ]


def _in_turn(all_said: Sequence[_AllSaid]) -> Iterator[tuple[int, _Told]]:
    """The best statement of each side, then the second of each, with the numbers of their sides from 0."""
    for rank in range(STATEMENTS):
        yield from ((at, side.statements[rank]) for at, side in enumerate(all_said) if rank < len(side.statements))


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence that is shown, and the words in it that are compared: those of a speaker, or all of it."""

    shown: Sentence
    words: OwnWords

    @property
    def is_of_speaker(self) -> bool:
        return self.words.said is not self.shown


class _AllSaid:
    """All that a side says, as far as it may contradict or bear out what another does: its best sentences first."""

    def __init__(self, side: ComparedSide, agreement: Agreement) -> None:
        words = side.words or [OwnWords(one, is_denied=False) for one in side.statements]
        around = (sentence for passage in side.passages[:PASSAGES_READ] for sentence in sentences_of(passage))
        self.name = side.name
        self.statements = [_Told(*pair) for pair in zip(side.statements, words, strict=True)]
        besides = (_Told(one, OwnWords(one, is_denied=False)) for one in around)
        self._told = list(dict.fromkeys((*self.statements, *besides)))
        self._agreement = agreement

    def contradicting(self, told: _Told, comparison: SentenceComparison) -> _Told | None:
        """The first that contradicts a statement: of what somebody denies, what others say."""
        return next((one for one in self._told if _contradict(told.words, one.words, comparison)), None)

    def bearing_out(self, told: _Told, comparison: SentenceComparison) -> _Told | None:
        """What says the same as a statement, if anything does."""
        alike = {one.words.said: one for one in self._told if one.words.is_denied == told.words.is_denied}
        same = next((one for said, one in alike.items() if comparison.states_the_same(told.words.said, said)), None)
        found = self._agreement.bearing_out(told.words.said, list(alike)) if same is None else None
        return alike[found] if found else same


def _contradict(one: OwnWords, other: OwnWords, comparison: SentenceComparison) -> bool:
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
