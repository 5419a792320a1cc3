"""What kind of answer a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.answering.definitions import defined_term
from assistant.errors import QuestionError
from assistant.text.characters import without_surrogates
from assistant.text.english.expressions import TIME
from assistant.text.english.vocabulary import AUXILIARY, LEAD_IN, MAGNITUDE, NAME, NAME_RUN, NAMES, NUMERAL
from assistant.text.terms import content_words, subject_words

MAXIMUM_QUESTION_CHARACTERS = 4_000


class QuestionKind(StrEnum):
    """What a question asks for: a name (WHO), a time, a place, a number, items of a list, a reason, and so on."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    HOW_MANY = "how many"
    LIST = "list"
    WHY = "why"
    VIEW = "view"
    YES_NO = "yes/no"
    DEFINITION = "definition"
    FACT = "fact"


PLURAL = r"(?!(?:is|was|does|has|gas|news|lens|series|means)\b)[\w-]+(?<![ius])s\b"
"""A word that may be a noun in the plural, or else a verb ("limits")."""
QUALIFIER = rf"(?:(?:other|different|main|major|possible|key|new|important|common|{NUMERAL}|\d+)\s+)"
NEVER_A_VERB = (
    r"(?:animals|cities|companies|countries|factors|ingredients|islands|languages|methods|options|people|reasons|rivers|"
    r"species|symptoms|things|tools|towns|villages|ways)\b"
)
LIST_QUESTION = re.compile(
    r"^(?:(?:so|and|ok|okay|please)[,\s]+)*(?:(?:besides|apart\s+from|other\s+than)\s[^,?]{1,80},\s+)?(?:"
    r"(?:what|which)\s+(?:are|were)\s+(?:the|some|all|its|their|his|her)\b"
    r"|(?:what|which)\s+(?:(?!(?:a|about|after|an|as|before|by|for|from|how|if|in|it|on|that|the|to|when|where|while|with)\b)"
    rf"[\w-]+(?<!s)\s+){{0,3}}{PLURAL}\s+(?:are|were|was\s+it|do|did|have|had|can|could|will|would|should|shall|may|might|must)\b"
    rf"|(?:what|which)\s+{PLURAL}\s+does\b"
    r"|who\s+(?:else\b|(?:are|were)\s+(?!(?:the\s+)?(?-i:[A-Z])\w*\W*$))"
    r"|(?:what|which)\s+(?:kinds|types|sorts)\s+of\b"
    rf"|[^,?]{{1,80}}\s(?:what|which)\s+(?!one\b){NUMERAL}\s+['\u2019]?[\w-]+s\b"
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
QUESTION_WORD = r"(?:what|who|whom|whose|which|when|where|why|how)"
LEADING_CLAUSE = re.compile(
    rf"^\W*+(?:when|whenever|where|while|as|after|before|once|if|since|because|although|though)\s++(?!(?:{AUXILIARY}|and|or)\b)[^?]+?"
    rf"(?:,\s++(?=(?:and\s++)?(?:{QUESTION_WORD}|{AUXILIARY})\b)|(?<!\s)\s++(?={QUESTION_WORD}\s++{AUXILIARY}\b))",
    re.IGNORECASE,
)
"""What says on which occasion it is asked for ("When the bridge fell, what did the mayor do?")."""

NUMBER = re.compile(
    rf"\d[\d.,]*|\b(?!one\s+(?:of|another)\b)(?:{NUMERAL}|{MAGNITUDE}s?|half|third|quarter|twice|no|none|several|many)\b",
    re.IGNORECASE,
)
REASON = re.compile(
    r"\b(?:because|due to|owing to|since|as a result|in order to|so that|so as to|therefore|reasons?|caus\w+|"
    r"thanks to|to (?:avoid|prevent|make|keep|allow|protect|ensure|reduce)|aims?|purposes?|meant to|intended)\b",
    re.IGNORECASE,
)

SAYS_WHEN = re.compile(
    rf"{TIME.pattern}|\d|\b(?:after|ago|age|always|before|centur(?:y|ies)|currently|daily|days?|decades?|during|each|"
    r"earl(?:y|ier)|era|every|evenings?|later?|monthly|months?|mornings?|never|nights?|now|once|period|recently|seasons?|"
    r"since|soon|then|times?|until|war|weekly|weeks?|when(?:ever)?|while|yearly|years?)\b",
    re.IGNORECASE,
)
SAYS_HOW_MANY = re.compile(
    rf"{NUMBER.pattern}|\b(?:all|always|annually|both|couple|daily|double|dozens?|each|enough|every|few|little|lots?|"
    r"majority|minority|monthly|most|multiple|never|often|once|pair|single|triple|usually|weekly|yearly)\b",
    re.IGNORECASE,
)
SAYS_WHY = re.compile(
    r"\b(?:after|allow\w*|although|as|because|but|by|caus\w+|due|enabl\w+|enough|following|for|from|help\w*|hence|if|"
    r"le(?:ads?|d)|ma(?:de|k\w+)|need\w*|owing|prevent\w*|purpose|reasons?|result\w*|since|so|that|therefore|though|thus|"
    r"to|too|until|when|which|while|who|with(?:out)?)\b|,\s\w+ing\b|[:;]",
    re.IGNORECASE,
)
"""What almost any sentence holds that tells a time, an amount or a reason. Of 800 sentences each that answer such
questions, 4.5, 4.6 and 6.8 % hold none of it; of those around them, 45, 50 and 24 %."""

ACTING = re.compile(
    rf"\b(?i:do|does|did|has|have)\s+(?:the\s+)?(?!I\b)((?>{NAME_RUN}))(?!,?\s(?:and|or|nor)\s)"
    rf"|\b(?i:is|are|was|were)\s+(?:the\s+)?({NAME_RUN})['\u2019]s?\s"
)


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer of a kind looks like.

    ``sentences``: how many it usually has at most, where it is prose. ``expected``: what an answering sentence is
    likely to hold; ``needed``: what it hardly ever lacks. Both are None where the kind does not tell.
    """

    sentences: int = 3
    expected: re.Pattern[str] | None = None
    needed: re.Pattern[str] | None = None


FORMS = {
    QuestionKind.WHO: Form(expected=NAME),
    QuestionKind.WHEN: Form(expected=TIME, needed=SAYS_WHEN),
    QuestionKind.WHERE: Form(expected=NAME),
    QuestionKind.HOW_MANY: Form(expected=NUMBER, needed=SAYS_HOW_MANY),
    QuestionKind.LIST: Form(sentences=6),
    QuestionKind.WHY: Form(sentences=4, expected=REASON, needed=SAYS_WHY),
    QuestionKind.VIEW: Form(sentences=4),
    QuestionKind.YES_NO: Form(),
    QuestionKind.DEFINITION: Form(),
    QuestionKind.FACT: Form(),
}

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
            QuestionKind.WHERE,
            rf"{ASKING}where\b|\bwhere\W*$|\b(?:what|which)\s+(?:country|city|town|village|state)\b",
        ),
        (
            QuestionKind.WHO,
            rf"{ASKING}(?:who|whom|whose)\b|\bwhom?\W*$|\b(?:what|which)\s+(?:person|people|countries|company|"
            r"organi[sz]ation|king|queen|emperor|president|group)\b"
            r"|\bwhat\s+(?:is|was)\s+the\s+name\b",
        ),
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


ASKS_WHAT_IT_IS_CALLED = re.compile(
    r"\A(?>.*?\bwhat\b).*\b(?:called|named|termed|dubbed|nicknamed|renamed|(?:known|re-?branded|referred\s+to)(?:\s+as)?)\W*$",
    re.IGNORECASE,
)
NAMING = re.compile(
    r"\b(?:called|named|termed|dubbed|nicknamed|renamed|(?:known|re-?branded|referred\s+to)\s+as)\s+\W?[\w-]+",
    re.IGNORECASE,
)


def expectation(question: str) -> re.Pattern[str] | None:
    """What an answering sentence is likely to hold (a number, a time, a name, a reason), if the question tells.

    What is asked to be called stands after a word such as "called" or "known as". A question for a list or a view may
    tell it too ("Which countries ...").
    """
    if ASKS_WHAT_IT_IS_CALLED.search(question):
        return NAMING
    kind = _asked_for(LEADING_CLAUSE.sub("", question))
    return FORMS[kind].expected if kind else None


def expectations(question: str) -> list[re.Pattern[str]]:
    """What the sentences that answer a question are likely to hold, where it asks for several things at once."""
    first = expectation(question)
    if first is None or first is NAMING:
        return [first] if first else []
    question = LEADING_CLAUSE.sub("", question)
    asked = [FORMS[kind].expected for kind, pattern in ASKED if pattern.search(question)]
    return list(dict.fromkeys(expected for expected in (first, *asked) if expected))


def need(question: str) -> re.Pattern[str] | None:
    """What an answering sentence hardly ever lacks (of a time, an amount, a reason), if the question tells."""
    kind = _asked_for(LEADING_CLAUSE.sub("", question))
    return FORMS[kind].needed if kind else None


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
    question = LEADING_CLAUSE.sub("", question)
    if LIST_QUESTION.match(question):
        return QuestionKind.LIST
    if defined_term(question):
        return QuestionKind.DEFINITION
    asked = _asked_for(question)
    if asked:
        return asked
    if VIEW_QUESTION.search(question) or SEEN_BY.match(question):
        return QuestionKind.VIEW
    return QuestionKind.YES_NO if YES_NO_QUESTION.match(question) else QuestionKind.FACT


def _asked_for(question: str) -> QuestionKind | None:
    """Which of a number, a time, a place, a name and a reason the question asks for first, if for any."""
    found = [(match.start(), kind) for kind, pattern in ASKED if (match := pattern.search(question))]
    return min(found, key=lambda item: item[0])[1] if found else None
