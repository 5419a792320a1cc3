"""Questions that are answered by counting: which documents mention something, how many do, who writes about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.citations import check_quotes, quote_as_read, text_of
from assistant.answering.filters import narrowed
from assistant.errors import QuestionError
from assistant.finding.mention_search import MentionSearch
from assistant.indexing import Snapshot
from assistant.text.terms import subject_words, words
from assistant.types import (
    DEFAULT_LANGUAGE,
    EXTRACTIVE,
    Answer,
    AnswerSentence,
    Filters,
    Mention,
    MentionList,
    Mentions,
)

QUOTED = 5
"""How many of the newest documents are quoted; a link leads to all."""
LONGEST = 8
"""Words of what is asked about; more say something, and are a question for the documents."""
PUBLISHERS_NAMED = 3

_DOCUMENTS = r"(?:documents?|articles?|reports?|texts?|papers?|stories|files|sources?)"
_MENTION = (
    r"(?:(?:(?:do|does) )?(?:mention|name|cite|discuss|cover|refer to|deal with|write about|speak of|talk about)"
    r"|mentions|names|cites|discusses|covers|refers to|deals with|writes about|speaks of|talks about"
    r"|(?:is|are|was|were) (?:there )?about|mentioned|discussed|covered|wrote about)"
)
ASKED = re.compile(
    r"(?:please |and |so )?(?:"
    rf"(?:which|what|how many)(?: of)?(?: (?:the|my|these|our))? {_DOCUMENTS} (?:are there that |that )?{_MENTION}"
    rf"|how many {_DOCUMENTS} (?:do you have |are there |there are )?(?:on|about)"
    rf"|(?:list|find|show|give)(?: me)? (?:all|every|the)(?: the)? {_DOCUMENTS} (?:(?:that )?{_MENTION}|on|about)"
    r"|(?P<who>who) (?:writes|wrote|reports|reported|is writing|is reporting|has written|has reported) (?:about|on)"
    r") (?:(?:the|an?) )?(?P<subject>\S.*)"
    rf"|in (?:how many|which|what) {_DOCUMENTS} (?:is|are|was|were) (?:(?:the|an?) )?(?P<mentioned>\S.*) "
    r"(?:mentioned|named|discussed)",
    re.IGNORECASE,
)
"""What asks which documents mention something: the verb and then what it is, to the end, or the other way round."""
_ENDS = (
    " are there",
    *(f" in {whose} {what}" for whose in ("the", "my", "your") for what in ("documents", "articles")),
)
_SAYS_SOMETHING = re.compile(r"\A(?:that|how|why|when|where|whether|what|who|whom|which|if)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MentionQuestion:
    """What a question wants every mention of, as `query_language.parse` takes it, and whether it asks who writes so."""

    query: str
    asks_who: bool = False


def mention_question(question: str) -> MentionQuestion | None:
    """What a question wants every mention of; None where it asks something else.

    >>> mention_question("How many articles are about the drones and Kyiv?")
    MentionQuestion(query='drones AND Kyiv', asks_who=False)
    >>> mention_question("Which documents does the treaty require?") is None
    True
    """
    asked = " ".join(question.split()).rstrip(" ?!.")
    for end in _ENDS:
        asked = asked.removesuffix(end)
    found = ASKED.fullmatch(asked)
    if not found:
        return None
    subject = found["subject"] or found["mentioned"]
    if _SAYS_SOMETHING.match(subject) or not subject_words(subject, DEFAULT_LANGUAGE):
        return None
    if len(words(subject)) > LONGEST:
        return None
    asks_who = bool(found["who"])
    return MentionQuestion(subject.replace(" but not ", " NOT ").replace(" and ", " AND "), asks_who)


def mention_answer(snapshot: Snapshot, asked: str, filters: Filters) -> Answer | None:
    """The answer that counts the documents and quotes the newest; None where nothing is to be counted."""
    narrow = narrowed(snapshot, asked, filters)
    question = mention_question(narrow.question)
    if question is None:
        return None
    try:
        found = MentionSearch(snapshot, question.query, narrow.filters).found(question.query, 1, QUOTED)
    except QuestionError:
        return None
    if not found.documents:
        return None
    numbers = tuple(one.citation.number for one in found.shown)
    sentences = (AnswerSentence(_counted(found, question), numbers, "supported"), *map(_quoted, found.shown))
    answer = Answer(
        text=text_of(sentences),
        sentences=sentences,
        citations=tuple(one.citation for one in found.shown),
        abstained=False,
        confidence=1.0,
        written_by=EXTRACTIVE,
        question=asked,
        notices=(*_spelled_otherwise(found), *narrow.notices, *found.notices),
        mentions=MentionList(question.query, narrow.filters, found.documents),
    )
    check_quotes(answer, snapshot.text)
    return answer


def told_of_none(asked: str, answer: Answer) -> Answer:
    """The answer that says, where there is none to a question for mentions, that nothing mentions it."""
    question = mention_question(asked) if answer.abstained and answer.also_found else None
    return replace(answer, text=f"No document mentions “{question.query}”.") if question else answer


def _counted(found: Mentions, question: MentionQuestion) -> str:
    counted = found.counted(f"“{question.query}”")
    if not question.asks_who or not found.publishers:
        return counted
    named = [f"{name} ({number:,})" for name, number in found.publishers[:PUBLISHERS_NAMED]]
    others = len(found.publishers) - len(named)
    return f"{counted} Their publishers: {', '.join(named)}{f' and {others:,} more' if others else ''}."


def _quoted(one: Mention) -> AnswerSentence:
    text = f"- {quote_as_read(one.citation)}"
    start, end = one.marks[0] if one.marks else (0, 0)
    at = text.find(one.citation.quote[start:end]) if end else -1
    return AnswerSentence(text, (one.citation.number,), "supported", (at, at + end - start) if at >= 0 else None)


def _spelled_otherwise(found: Mentions) -> Sequence[str]:
    if len(found.spellings) < 2:
        return ()
    counts = ", ".join(f"{one.text} ({one.documents:,})" for one in found.spellings)
    return (f"Counted in these spellings: {counts}.",)
