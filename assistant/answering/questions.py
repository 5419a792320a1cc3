"""What kind of answer a question asks for."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.errors import QuestionError
from assistant.indexing.terms import content_words, subject_words

MAXIMUM_QUESTION_CHARACTERS = 4_000


class QuestionKind(StrEnum):
    """The form of the answer that fits a question."""

    LIST = "list"
    VIEW = "view"
    FACT = "fact"


LIST_QUESTION = re.compile(
    r"^(?:(?:so|and|ok|okay|please)[,\s]+)*(?:"
    r"(?:what|which)\s+(?:are|were)\s+(?:the|some|all|its|their|his|her)\b"
    r"|(?:what|which)\s+(?:(?:other|different|main|major|possible|key|new|\w+al|\w+ic)\s+)*"
    r"(?!is\b|was\b|does\b|has\b|status\b|series\b|crisis\b|basis\b|analysis\b|process\b|class\b|bus\b|virus\b|gas\b|news\b|"
    r"(?:cause|happen|make|mean|remain|drive|lead|come|need|say|think|want|do|take|keep|explain|prevent|include)s\b)"
    r"\w+(?<!s)s\b\s+\w+"
    r"|(?:list|name|enumerate)\s+"
    r"|(?:tell\s+me|give\s+me)\s+(?:all|the)\s+\w+s\b)",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"^\W*(?:\w+\W+){0,2}?(?:what|which|list|name|enumerate|all|the)\s+(?:(?:are|were|the|some|all|of|its|their|main|major|possible|"
    r"different|other|key|new)\s+)*(?:\w+(?:al|ic|ive|ble|ed|ing)\s+)?(\w+s)\b",
    re.IGNORECASE,
)
VIEW_QUESTION = re.compile(
    r"\b(?:views?|viewpoints?|opinions?|stances?|perspectives?|attitudes?|thinks?|believes?|regards?|"
    r"react(?:s|ed|ions?)?|critici[sz]\w+|"
    r"(?:position|take|says?|said|feels?|thought)(?=\s+(?:on|of|about|towards?)\b))",
    re.IGNORECASE,
)

NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|"
    r"thousands?|millions?|billions?|dozens?|half|third|quarter|twice|no|none|several|many)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(?:1\d{3}|20\d\d|\d{1,4}\s?(?:AD|BC|BCE|CE)|\d+(?:st|nd|rd|th)\b|centur(?:y|ies)|decades?|"
    r"january|february|(?-i:March)|april|(?-i:May)|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<!^)(?<![.!?]\s)(?<![\"\u201c])\b[A-Z\u0410-\u042f][\w'\u2019-]+")
REASON = re.compile(
    r"\b(?:because|due to|owing to|since|as a result|in order to|so that|so as to|therefore|reasons?|caus\w+|"
    r"thanks to|to (?:avoid|prevent|make|keep|allow|protect|ensure|reduce)|aims?|purposes?|meant to|intended)\b",
    re.IGNORECASE,
)
EXPECTATIONS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            r"\bhow (?:many|much|long|old|far|tall|big|large|high|often|deep|wide|fast)\b|"
            r"\bwhat (?:percent\w*|number|amount|share|proportion|population)\b",
            re.IGNORECASE,
        ),
        NUMBER,
    ),
    (
        re.compile(
            r"\bwhen\b|\b(?:what|which|in what) (?:year|date|day|month|century|decade|time|period)\b", re.IGNORECASE
        ),
        TIME,
    ),
    (
        re.compile(
            r"\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|people|country|countries|city|state|company|"
            r"organi[sz]ation|king|emperor|president|group)\b|\bwhere\b|\bwhat (?:is|was) the name\b",
            re.IGNORECASE,
        ),
        NAME,
    ),
    (re.compile(r"\bwhy\b|\bfor what (?:reason|purpose)\b|\bwhat (?:causes?|caused|led to)\b", re.IGNORECASE), REASON),
)


def expectation(question: str) -> re.Pattern[str] | None:
    """What an answering sentence is likely to hold (a number, a time, a name, a reason), if the question tells."""
    return next((expected for asked, expected in EXPECTATIONS if asked.search(question)), None)


def subject_of(question: str, language: str) -> list[str]:
    """The words that say what the question is about, without words that only ask for a view ("opinion of")."""
    about = VIEW_QUESTION.sub(" ", question)
    return subject_words(about, language) or content_words(question, language)


def counted_noun(question: str) -> str | None:
    """The plural that a list question asks for ("scenarios" in "What scenarios are possible?"), or None."""
    match = COUNTED.match(question)
    return match[1].lower() if match else None


def readable(text: str) -> str:
    """The text with what is no character (NUL, lone surrogates) replaced, and without the space around it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ").strip()


def checked(question: str) -> str:
    """The question in readable characters.

    Raises:
        QuestionError: it is empty, or longer than `MAXIMUM_QUESTION_CHARACTERS`.
    """
    question = readable(question)
    if not question:
        raise QuestionError("The question is empty. Ask something, for example: What is this about?")
    if len(question) > MAXIMUM_QUESTION_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAXIMUM_QUESTION_CHARACTERS:,} are understood. "
            "Shorten it, or add a long text to the corpus as a document."
        )
    return question


def kind_of(question: str) -> QuestionKind:
    """The kind of a question, told from its words (English); anything else is a question of fact."""
    if LIST_QUESTION.match(question):
        return QuestionKind.LIST
    return QuestionKind.VIEW if VIEW_QUESTION.search(question) else QuestionKind.FACT
