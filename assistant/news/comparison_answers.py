"""Questions for the difference between what two speakers say, answered with the words of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.citations import Statement, check_quotes, cited_answer
from assistant.answering.filters import narrowed
from assistant.indexing import Snapshot
from assistant.news.positions import positions
from assistant.news.side_by_side import ComparedSide, compare
from assistant.news.sides import sides_of_speakers
from assistant.news.views import ComparedRow
from assistant.text.answer_sentences import Sentence
from assistant.types import Answer, Filters, SpeakersCompared

EACH = 3
"""Statements of each speaker, the newest."""
SURE = 1.0
"""How confident an answer is that quotes speakers by name: nothing is judged but who speaks."""
SILENT = "No document tells what {} says about {}."

_NAME = r"[^,;:?]{1,80}?"
_OF = r"(?:positions?|views?|stances?|opinions?|attitudes?|statements?)"
_ON = r"(?:on|about|towards?|regarding|over|of)"
_WHOSE = rf"(?:['\u2019]s?)?(?: {_OF})?"
ASKED = re.compile(
    rf"(?:what (?:is|are|was|were) the differences? between|compare) (?:the {_OF} of )?(?P<first>{_NAME}){_WHOSE}"
    rf" (?:and|with) (?P<second>{_NAME}){_WHOSE} {_ON} (?P<subject>\S.*)"
    rf"|(?:how|where) (?:do|does|did) (?P<one>{_NAME}) and (?P<other>{_NAME}) (?:differ|disagree) {_ON} "
    r"(?P<matter>\S.*)",
    re.IGNORECASE,
)
"""What asks how two speakers differ, and about what."""


@dataclass(frozen=True, slots=True)
class ComparisonQuestion:
    """Two speakers, and what about."""

    speakers: tuple[str, str]
    subject: str


def comparison_question(question: str) -> ComparisonQuestion | None:
    """Whose words a question compares; None where it asks something else.

    >>> comparison_question("What is the difference between Kroll's and Hahn's position on the harbour toll?")
    ComparisonQuestion(speakers=('Kroll', 'Hahn'), subject='the harbour toll')
    >>> comparison_question("What is the difference between a treaty and a protocol?") is None
    True
    """
    found = ASKED.fullmatch(" ".join(question.split()).rstrip(" ?!."))
    if not found:
        return None
    parts = ("first", "second", "subject") if found["first"] else ("one", "other", "matter")
    first, second, subject = found.group(*parts)
    return ComparisonQuestion((first, second), subject)


def comparison_answer(snapshot: Snapshot, asked: str, filters: Filters) -> Answer | None:
    """The statements of both speakers; None where a question asks something else, or no document quotes either.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
        IndexDamaged: a quote does not stand where it should.
    """
    question = comparison_question(asked)
    if question is None:
        return None
    narrow = narrowed(snapshot, asked, filters)
    sides = list(sides_of_speakers(positions(snapshot, question.subject, narrow.filters), question.speakers))
    if not any(side.statements for side in sides):
        return None
    silent = [SILENT.format(side.name, question.subject) for side in sides if not side.statements]
    rows = compare(question.subject, sides, snapshot.embedder.embed_remembered, None).rows
    disputed = [row for row in rows if row.stand == "disagree"][:EACH]
    shown = list(map(Statement, _in_turn(sides, disputed)))
    notices = (*narrow.notices, *silent, *dict.fromkeys(row.notice for row in disputed))
    answer = cited_answer(asked, shown, (), SURE, notices)
    check_quotes(answer, snapshot.text)
    return replace(answer, speakers=SpeakersCompared(question.subject, question.speakers, narrow.filters))


def _in_turn(sides: Sequence[ComparedSide], disputed: Sequence[ComparedRow]) -> list[Sentence]:
    """What each says, one behind the other, what is disputed first; a sentence in which both speak once."""
    places = {(cell.passage.source, cell.start) for row in disputed for cell in row.cells if cell}
    said = ([one.shown for one in side.statements] for side in sides)
    by_side = (sorted(of_one, key=lambda one: (one.passage.source, one.start) not in places) for of_one in said)
    return list(dict.fromkeys(sentence for of_one in by_side for sentence in of_one[:EACH]))
