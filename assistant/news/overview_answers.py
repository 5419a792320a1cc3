"""Questions for what the documents are about, answered by the sentences of an overview."""

from __future__ import annotations

import re

from assistant.answering.citations import check_quotes, quote_as_read, text_of
from assistant.answering.filters import narrowed
from assistant.indexing import Snapshot
from assistant.news.overview import overview
from assistant.text.terms import subject_words, words
from assistant.types import DEFAULT_LANGUAGE, EXTRACTIVE, Answer, AnswerSentence, Citation, Filters

LONGEST = 8
"""Words of a subject; more say something, and are a question for the documents."""
_WHOSE = r"(?:the|my|these|those|our|all|all (?:the|my|these|our|of the|of my|of these))"
_KINDS = "documents|articles|reports|texts|papers|stories|files|sources|corpus|collection"
_DOCUMENTS = rf"{_WHOSE} (?:{_KINDS})"
_AN = r"(?:an?|the)(?: (?:short|quick|brief|general)){0,2}"
_GIVE = r"(?:give|show|write|make)(?: me| us)?"
_SUM_UP = rf"(?:summari[sz]e|sum up|{_GIVE} {_AN} (?:overview|summary) (?:of|over))"
_DEAL_WITH = r"(?:cover|deal with|talk about|speak of)"
ASKED = re.compile(
    r"(?:please |so |and )?(?:(?:can|could|would|will) you )?(?:please )?(?:"
    rf"what are {_DOCUMENTS} (?:all |mainly |mostly )?about"
    rf"|what(?:'s| is| do i have| do we have| do you have| is there)? in {_DOCUMENTS}"
    rf"|(?:what|(?:what|which) (?:subjects|topics|themes)) do {_DOCUMENTS} {_DEAL_WITH}"
    rf"|(?:what|which) (?:subjects|topics|themes) are (?:there )?in {_DOCUMENTS}"
    rf"|{_GIVE} {_AN} overview"
    rf"|{_SUM_UP} (?:everything|{_DOCUMENTS}(?: (?:about|on) (?P<about>\S.*))?)"
    rf"|{_GIVE} {_AN} overview (?:of|over) (?P<subject>\S.*)"
    r")",
    re.IGNORECASE,
)
"""What asks for an overview of the documents, or of a subject; nothing may stand before it or behind it."""


def overview_subject(question: str) -> str | None:
    """The subject of which a question wants an overview, "" for all documents; None where it asks something else.

    >>> overview_subject("Give me an overview of the peace talks.")
    'the peace talks'
    >>> overview_subject("What are these documents about?")
    ''
    >>> overview_subject("What is the overview effect?") is None
    True
    """
    asked = " ".join(question.replace("\u2019", "'").split()).rstrip(" ?!.").removesuffix(" please").rstrip(",")
    found = ASKED.fullmatch(asked)
    if not found:
        return None
    subject = found["about"] or found["subject"] or ""
    if subject and (len(words(subject)) > LONGEST or not subject_words(subject, DEFAULT_LANGUAGE)):
        return None
    return subject


def overview_answer(snapshot: Snapshot, asked: str, filters: Filters) -> Answer | None:
    """The answer made of the sentences of an overview; None where none is asked for, or there is nothing to tell."""
    narrow = narrowed(snapshot, asked, filters)
    subject = overview_subject(narrow.question)
    if subject is None:
        return None
    found = overview(snapshot, subject, narrow.filters)
    told = [*((theme.label, theme.citation) for theme in found.themes)]
    told += [(one.passage.title, one) for one in found.single]
    if not told:
        return None
    citations = tuple(citation for _, citation in told)
    opening = AnswerSentence(found.in_words, tuple(one.number for one in citations), "supported")
    sentences = (opening, *(_told(label, citation) for label, citation in told))
    answer = Answer(
        text=text_of(sentences),
        sentences=sentences,
        citations=citations,
        abstained=False,
        confidence=1.0,
        written_by=EXTRACTIVE,
        question=asked,
        notices=(*narrow.notices, *found.notices),
    )
    check_quotes(answer, snapshot.text)
    return answer


def _told(label: str, citation: Citation) -> AnswerSentence:
    """A sentence behind what it is about, which is what stands out in it."""
    head = " ".join(label.split())
    return AnswerSentence(f"- {head}: {quote_as_read(citation)}", (citation.number,), "supported", (2, 2 + len(head)))
