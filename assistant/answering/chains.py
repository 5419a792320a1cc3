"""A question that asks about what another question asks for: "Where was the founder of Arvexo born?"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.answering.citations import cited_answer
from assistant.answering.highlight import highlight
from assistant.answering.listed_items import with_items
from assistant.answering.near_duplicates import naming_those_that_say_it
from assistant.answering.plan import AnswerPlan
from assistant.text.english.vocabulary import CAPITAL, NAME_RUN, WHOLE_NAME
from assistant.text.terms import subject_words
from assistant.types import DEFAULT_LANGUAGE

IN_TWO_STEPS = "Answered in two steps: {} is {}."
SURE = 0.5
"""The confidence from which the answer to the first question is put into the second."""

_NAME = rf"(?:the\s)?{WHOLE_NAME}"
_CAPITALISED = rf"{CAPITAL}[\w.'\u2019-]*"
_PARTICLE = r"(?!(?:is|was|are|has|had|and|or)\s)[a-z]{2,3}\s"
_NAME_FOUND = re.compile(rf"(?:the\s)?{_CAPITALISED}(?:\s(?:{_PARTICLE})?{_CAPITALISED}){{0,6}}")
"""What a first answer marks, as in "Bank of England" and "Marta van Wielen"."""
_OF_A_NAME = re.compile(rf"\bthe\s(?P<noun>(?:[a-z-]+\s){{1,3}})of\s(?P<name>{_NAME})")
_WHICH_DOES = re.compile(rf"\bthe\s(?P<noun>[a-z-]+)\s(?:that|who|which)\s(?P<does>(?:[a-z-]+\s){{1,5}}{_NAME})")
_OWNED = re.compile(rf"\b(?P<name>{NAME_RUN})['\u2019]s\s(?P<noun>[a-z-]+(?:\s[a-z-]+)?)")


@dataclass(frozen=True, slots=True)
class TwoQuestions:
    """A question before and behind what it describes, as in "the founder of Arvexo", and the questions for its name."""

    before: str
    described: str
    behind: str
    first: tuple[str, ...]

    def second(self, name: str) -> str:
        """The question about what the first one found."""
        return f"{self.before}{name}{self.behind}"


def in_two(question: str) -> Iterator[TwoQuestions]:
    """The ways to part a question in two: it names something by what it is to something else, and asks about it.

    >>> [parted] = in_two("Where was the founder of Arvexo born?")
    >>> parted.first[0], parted.second("Ada Thorne")
    ('Who is the founder of Arvexo?', 'Where was Ada Thorne born?')
    """
    for first, start, end in _described(question):
        before, described, behind = question[:start], question[start:end], question[end:]
        if subject_words(f"{before} {behind}", DEFAULT_LANGUAGE):
            yield TwoQuestions(before, described, behind, first)


def _described(question: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """What is described and not named, as questions for its name, and where it stands."""
    for found in _OF_A_NAME.finditer(question):
        yield tuple(f"{asks} is {found[0]}?" for asks in ("Who", "What")), *found.span()
    for found in _WHICH_DOES.finditer(question):
        yield (f"Which {found['noun']} {found['does']}?", f"Who {found['does']}?"), *found.span()
    for found in _OWNED.finditer(question):
        words = found["noun"].split()
        for count in range(1, len(words) + 1):
            noun = " ".join(words[:count])
            asked = tuple(f"{asks} is the {noun} of {found['name']}?" for asks in ("Who", "What"))
            yield asked, found.start(), found.start("noun") + len(noun)


def name_found(plan: AnswerPlan) -> str:
    """The name that a plan's answer marks, for the second question; "" where it is not sure of one."""
    answer = plan.answer
    if answer.abstained or answer.confidence < SURE or not answer.sentences[0].emphasis:
        return ""
    found = answer.sentences[0].text[slice(*answer.sentences[0].emphasis)].strip()
    if _NAME_FOUND.fullmatch(found):
        return found
    others = [name for name in _NAME_FOUND.findall(found) if name not in plan.decision.question]
    return others[0] if len(others) == 1 and found.endswith(others[0]) else ""


def says_more_surely(second: AnswerPlan, first: AnswerPlan, whole: AnswerPlan) -> bool:
    """Whether the second step says more than the plan for the whole question.

    Where it is declined it does, if the other is not sure either and opens with what answers the first step alone.
    """
    if whole.selection is None or not second.answer.abstained:
        return second.answer.confidence > whole.answer.confidence
    only_the_first = first.selection is not None and first.selection.sentences[0] == whole.selection.sentences[0]
    return only_the_first and whole.answer.confidence < SURE


def chained(question: str, parted: TwoQuestions, first: AnswerPlan, second: AnswerPlan) -> AnswerPlan:
    """The plan whose answer shows how both questions are answered, each with its citations, or that the second is not.

    Raises:
        ValueError: the first question is not answered.
    """
    if first.corroborated is None:
        raise ValueError("The first question must be answered.")
    notices = (IN_TWO_STEPS.format(parted.described, name_found(first)), *second.answer.notices)
    if second.corroborated is None:
        return replace(second, answer=replace(second.answer, question=question, notices=notices))
    opening = first.corroborated.statements[0]
    statements = tuple(dict.fromkeys((opening, *second.corroborated.statements)))
    bridge = [hit for hit in first.retrieved.hits if hit.passage.id == opening.sentence.passage.id]
    hits = (*bridge, *(hit for hit in second.retrieved.hits if hit.passage.id != opening.sentence.passage.id))
    copies = (*first.retrieved.copies, *second.retrieved.copies)
    confidence = min(first.answer.confidence, second.answer.confidence)
    answer = cited_answer(question, statements, hits, confidence, notices)
    answer = with_items(highlight(second.decision, second.corroborated, answer), second.items)
    return replace(
        second,
        retrieved=replace(second.retrieved, hits=hits, copies=copies),
        answer=naming_those_that_say_it(answer, copies),
        corroborated=replace(second.corroborated, statements=statements),
    )
