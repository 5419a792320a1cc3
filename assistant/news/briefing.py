"""A briefing on a subject: what the other views tell of it, each in brief, on a page to be taken along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from assistant.answering.plan import AnswerPlan
from assistant.news.view_wording import MANNERS
from assistant.news.views import (
    Briefing,
    BriefingLine,
    BriefingSection,
    Compared,
    Event,
    News,
    Overview,
    Position,
    Positions,
    Timeline,
)  # fmt: skip
from assistant.text.english import saying
from assistant.types import Citation

ABOUT, STORIES, SPEAKERS, EVENTS, DISPUTES = 4, 5, 8, 10, 5
"""Lines of each section, at most."""
OF_ONE, OF_VICTIMS = "When did {} begin?", "How many people are affected by {}?"
"""The first is asked of one thing, not of several such as "gas prices"; the second where somebody was hurt."""
OPEN_QUESTIONS = (
    "What is the cause of {}?",
    OF_ONE,
    "Who is responsible for {}?",
    OF_VICTIMS,
    "What is planned next for {}?",
)
"""What a reader of a briefing is likely to ask: those that the documents do not answer are told."""
HURT = re.compile(
    r"\b(?:killed|died|dead|deaths?|injur\w+|wounded|missing|evacuat\w+|homeless|displaced|victims?|casualties)\b"
)

Lines = list[tuple[str, Citation]]
"""What stands before a quote, and the quote."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the other views have found of a subject; ``plan`` is how the subject is answered as a question."""

    plan: AnswerPlan
    overview: Overview
    news: News
    positions: Positions
    timeline: Timeline
    compared: Compared


def brief(subject: str, material: Material, ask: Callable[[str], AnswerPlan]) -> Briefing:
    """The briefing: every line a quote with its number, which counts through all of it; ``ask`` answers questions."""
    found = [
        ("What it is about", _about(material)),
        ("Latest", _latest(material.news)),
        ("Who says what", list(_said(material.positions))),
        ("When what happened", [(_when(one), one.citation) for one in _events(material.timeline)]),
        ("Where the documents disagree", list(_disputes(material))),
    ]
    numbers = count(1)
    sections = tuple(BriefingSection(title, tuple(_numbered(lines, numbers))) for title, lines in found if lines)
    questions = _questions(subject, sections) if sections and _is_a_matter(subject) else ()
    unanswered = tuple(one for one in questions if ask(one).answer.abstained)
    each = (material.overview, material.news, material.positions, material.timeline, material.compared)
    notices = tuple(dict.fromkeys(notice for one in each for notice in one.notices))
    return Briefing(subject, sections, unanswered, notices)


def _is_a_matter(subject: str) -> bool:
    """Whether a subject is something that has causes, such as "NATO expansion": no question, no name, and no group."""
    *_, last = subject.split()
    is_question = subject.rstrip().endswith("?")
    return not is_question and last.isascii() and last[:1].islower() and last not in saying.SPEAKERS


def _questions(subject: str, sections: Sequence[BriefingSection]) -> list[str]:
    """What a reader is likely to ask of a matter."""
    is_one = not subject.endswith("s") or subject.endswith(("ss", "is"))
    hurts = any(HURT.search(line.citation.quote) for section in sections for line in section.lines)
    left_out = {question for question, is_asked in ((OF_ONE, is_one), (OF_VICTIMS, hurts)) if not is_asked}
    return [question.format(subject) for question in OPEN_QUESTIONS if question not in left_out]


def _about(material: Material) -> Lines:
    answer = material.plan.answer
    if not answer.abstained:
        cited = {citation.number: citation for citation in answer.citations}
        return [("", cited[one.citations[0]]) for one in answer.sentences[:ABOUT] if one.citations]
    return [(theme.label, theme.citation) for theme in material.overview.themes[:ABOUT]]


def _latest(news: News) -> Lines:
    """How the newest stories begin; what tells no day may be of any."""
    dated = [story for story in news.stories if story.lead.passage.published]
    return [(story.days, story.lead) for story in dated[:STORIES]]


def _said(positions: Positions) -> Iterator[tuple[str, Citation]]:
    """The newest statement of each speaker."""
    for speaker in positions.speakers[:SPEAKERS]:
        one = speaker.positions[0]
        yield ", ".join(filter(None, (speaker.name, MANNERS[one.how]))), _whole(one)


def _whole(one: Position) -> Citation:
    """All of the sentence in which something is said."""
    start = one.citation.start - one.mark[0]
    return replace(one.citation, quote=one.sentence, start=start, end=start + len(one.sentence))


def _events(timeline: Timeline) -> Sequence[Event]:
    return timeline.events[-EVENTS:]


def _when(one: Event) -> str:
    return f"{one.days}{' (planned)' if one.is_planned else ''}"


def _disputes(material: Material) -> Iterator[tuple[str, Citation]]:
    """Both sides of each dispute; what it is about stands before the first."""
    told = [(row.notice, [cell for cell in row.cells if cell]) for row in material.compared.rows if row.notice]
    told += [(one.notice, [one.new, one.earlier]) for story in material.news.stories for one in story.contradicts]
    for notice, cells in told[:DISPUTES]:
        yield from zip([notice, *("" for _ in cells)], cells, strict=False)


def _numbered(lines: Lines, numbers: Iterator[int]) -> Iterator[BriefingLine]:
    for label, citation in lines:
        yield BriefingLine(label, replace(citation, number=next(numbers)))
