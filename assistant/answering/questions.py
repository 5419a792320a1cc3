"""What kind of answer a question asks for."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.errors import QuestionError
from assistant.text.characters import without_surrogates
from assistant.text.english.quantities import Kind
from assistant.text.english.vocabulary import LEAD_IN, NAME_RUN, NAMES, NUMERAL
from assistant.text.terms import content_words, subject_words

MAXIMUM_QUESTION_CHARACTERS = 4_000


class QuestionKind(StrEnum):
    """What a question asks for: a time, a number, items of a list, a reason, a view, yes or no, or some other fact."""

    WHEN = "when"
    HOW_MANY = "how many"
    LIST = "list"
    WHY = "why"
    VIEW = "view"
    YES_NO = "yes/no"
    FACT = "fact"


SENTENCES = {kind: 4 if kind in (QuestionKind.WHY, QuestionKind.VIEW) else 3 for kind in QuestionKind}
"""How many sentences an answer usually has at most, where it is prose."""
FIGURES: dict[QuestionKind, tuple[Kind, ...]] = {
    QuestionKind.HOW_MANY: ("number",),
    QuestionKind.WHEN: ("date", "time"),
}
"""The figures that a kind asks for."""

PLURAL = r"(?!(?:is|was|does|has|gas|news|lens|series|means)\b)\w+(?<![ius])s\b"
"""A word that may be a noun in the plural, or else a verb ("limits")."""
QUALIFIER = rf"(?:(?:other|different|main|major|possible|key|new|important|common|{NUMERAL}|\d+)\s+)"
NEVER_A_VERB = (
    r"(?:animals|cities|companies|countries|factors|ingredients|islands|languages|methods|options|people|reasons|rivers|"
    r"species|symptoms|things|tools|towns|villages|ways)\b"
)
LIST_QUESTION = re.compile(
    r"^(?:(?:so|and|ok|okay|please)[,\s]+)*(?:"
    r"(?:what|which)\s+(?:are|were)\s+(?:the|some|all|its|their|his|her)\b"
    r"|(?:what|which)\s+(?:(?!(?:a|about|after|an|as|before|by|for|from|how|if|in|it|on|that|the|to|when|where|while|with)\b)"
    rf"\w+(?<!s)\s+){{0,3}}{PLURAL}\s+(?:are|were)\b"
    rf"|(?:what|which)\s+{PLURAL}\s+(?:do|does|did|have|had|can|could|will|would|should|shall|may|might|must)\b"
    r"|(?:what|which)\s+(?:kinds|types|sorts)\s+of\b"
    rf"|what\s+(?:{QUALIFIER}+{PLURAL}|{NEVER_A_VERB})\s+\w"
    rf"|which\s+{QUALIFIER}*{PLURAL}\s+(?!(?:the|an?|its?|his|her|their|this|that|these|those|them|us|me|you|"
    r"is|was|has|more|less|most|least|first|last|best|better|worse|worst|\w+er|\w+est)\b)\w"
    r"|(?:list|enumerate)\s"
    rf"|name\s+(?:(?!(?:of|that|which|who)\b)\w+\s+){{0,2}}{PLURAL}"
    rf"|(?:tell|give)\s+me\s+(?:all\s+|the\s+){{1,2}}{PLURAL})",
    re.IGNORECASE,
)
"""A plural that is sure to be one: before "are", before an auxiliary, after a numeral or such, or after "which".

After "what", a word in -s is mostly a verb ("What limits growth?"); where that is open, no list is asked for.
"""
VIEW_QUESTION = re.compile(
    r"\b(?:views?|viewpoints?|opinions?|stances?|perspectives?|attitudes?|thinks?|believes?|regards?|"
    r"react(?:s|ed|ions?)?|critici[sz]\w+|"
    r"(?:position|take|says?|said|feels?|thought)(?=\s+(?:on|of|about|towards?)\b)|(?<=['\u2019]s )position(?=\W*$))",
    re.IGNORECASE,
)
SEEN_BY = re.compile(
    rf"\A{LEAD_IN}how\s++(?:do|does|did|has|have)\s++\w.*\s(?:see|seen|perceive|perceived)\s",
    re.IGNORECASE,
)
REASON = re.compile(
    r"\b(?:because|due to|owing to|since|as a result|in order to|so that|so as to|therefore|reasons?|caus\w+|"
    r"thanks to|to (?:avoid|prevent|make|keep|allow|protect|ensure|reduce)|aims?|purposes?|meant to|intended)\b",
    re.IGNORECASE,
)

ACTING = re.compile(
    rf"\b(?i:do|does|did|has|have)\s+(?:the\s+)?(?!I\b)((?>{NAME_RUN}))(?!,?\s(?:and|or|nor)\s)"
    rf"|\b(?i:is|are|was|were)\s+(?:the\s+)?({NAME_RUN})['\u2019]s?\s"
)


ASKING = (
    rf"(?:^{LEAD_IN}"
    r"(?:(?:do you know|(?:can|could) you tell me|tell me|explain|i wonder)\s++)?"
    r"|^\W*+(?:is|are)\s++there\s++(?:any|some|a|an)(?:\w*+\s++){1,3}"
    r"|(?:[,;:]|\s[\u2013-])\s++(?:and\s++)?|(?:^|\s)(?:in|on|at|by|from|to|for|with|of|since|until|during)\s++)"
)
"""Where a question word asks, and does not only join: first, after a comma or a dash, after a preposition ("by whom"),
and where it is asked whether there is such a one ("Is there anyone who ...")."""
WHAT = r"\b(?:what|which)\s+(?:(?:is|are|was|were)\s+(?:the|its|their|(?:the\s+)?[\w-]+['\u2019]s)\s+(?:\w+\s+)?)?"
ASKED: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            QuestionKind.HOW_MANY,
            r"\bhow\s+(?:many|much|long|old|far|tall|big|large|high|often|deep|wide|fast)\b"
            rf"|{WHAT}(?:percent\w*|number|amount|share|proportion|population)\b",
        ),
        (
            QuestionKind.WHEN,
            rf"{ASKING}when\b|\bwhen\W*$|{WHAT}(?:year|date|day|month|century|decade|time|period)\b",
        ),
        (QuestionKind.VIEW, rf"{ASKING}where\s+(?:do|does|did)\b.*\bstand\s+on\b"),
        (
            QuestionKind.WHY,
            rf"{ASKING}why\b|\bwhy\W*$|\bfor\s+what\s+(?:reason|purpose)\b|\bwhat\s+(?:causes?|caused|led\s+to)\b",
        ),
    )
)
YES_NO_QUESTION = re.compile(
    rf"\A{LEAD_IN}"
    r"(?:is|are|was(?!\s+(?:ist|sind|war|hat|macht|kann|wird)\b)|were|do|does|did|can|could|will|would|has|have|had|"
    r"should|might|must|may(?!\s+\d))(?:n['\u2019]t)?\s+\w",
    re.IGNORECASE,
)


def figures_asked_for(question: str) -> set[Kind]:
    """What kinds of figures a question asks for; it may ask for several things at once."""
    return {figure for kind, pattern in ASKED if pattern.search(question) for figure in FIGURES.get(kind, ())}


def subject_of(question: str, language: str) -> list[str]:
    """The words that say what the question is about, without words that only ask for a view ("opinion of")."""
    about = VIEW_QUESTION.sub(" ", question)
    return subject_words(about, language) or content_words(question, language)


def names_something(question: str) -> bool:
    """Whether a proper name stands in the question, its first word aside."""
    return bool(NAMES.search(question.strip()))


def actor(question: str) -> str | None:
    """The name of who does or has what is asked for ("Germany" in "What does Germany want?"); None for several."""
    actors = {match[1] or match[2] for match in ACTING.finditer(question)}
    return actors.pop() if len(actors) == 1 else None


def readable(text: str) -> str:
    """The text with what is no character (NUL, lone surrogates) replaced, and without the space around it."""
    return without_surrogates(text).replace("\x00", " ").strip()


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
    found = [(match.start(), kind) for kind, pattern in ASKED if (match := pattern.search(question))]
    if found:  # what is asked first
        return min(found, key=lambda item: item[0])[1]
    if VIEW_QUESTION.search(question) or SEEN_BY.match(question):
        return QuestionKind.VIEW
    return QuestionKind.YES_NO if YES_NO_QUESTION.match(question) else QuestionKind.FACT
