"""A question in its conversation: whether it leans on earlier turns, and on which of their words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering.questions import MAXIMUM_QUESTION_CHARACTERS, is_whole, names_something, readable
from assistant.answering.vocabulary import AUXILIARY, CAPITAL, NAMES
from assistant.indexing.terms import likeliest_language, stem, subject_terms, subject_words, terms, words
from assistant.types import History

LEANS_ON_WORDS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|then|such|"
    r"the (?:former|latter|same|other|others)|both|either|neither)\b",
    re.IGNORECASE,
)
OPENS_AS_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|so|also|what about|how about|what else|who else|where else|anything else|why|why not|how so|"
    r"how come|really|more|tell me more|go on|for example|such as|in what way|compared)\b",
    re.IGNORECASE,
)
ELLIPSIS = re.compile(r"^(?:and|but|or|so|what about|how about|what of)\b[\s,]*", re.IGNORECASE)
NAMED_ALONE = re.compile(
    r"(?:the\s+)?(?:(?!(?:W(?:hy|ho|hat|hen|here|hich)|How|Now|Then|It|Its|They|This|That|More|Else)\b)"
    rf"{CAPITAL}[\w'\u2019-]*\s*){{1,4}}"
)
"""A proper name that is all that is said."""
SMALL_TALK = re.compile(
    r"\W*(?:(?:many\s+|ok(?:ay)?,?\s+)?thanks?(?:\s+(?:you|a\s+lot|so\s+much|very\s+much))*|hello|hi|hey|bye|goodbye|ok(?:ay)?|"
    r"cool|great|good|nice|perfect|i\s+see|got\s+it|yes|no|danke|merci|gracias)\W*",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"\bthe\s+$", re.IGNORECASE)
POSSESSIVE = re.compile(r"['\u2019]s\b")
AFTER_AN_AUXILIARY = re.compile(rf"\b{AUXILIARY}\s+(?:the\s+)?$")
ONE_MORE_WORD = re.compile(r"\s+[a-z]+\W*$")
WRITTEN_WORD = re.compile(r"[\w'\u2019-]+")

SAYS_ENOUGH = 5
"""With this many content terms a question is understood by itself, whatever it points back to."""
FRAGMENT = 3
"""Below this many content terms, words that are no whole question are a fragment ("Regional differences?")."""
TOPIC_WORDS = 3
AGEING = 0.65
"""How much less a word says for each turn that it lies back."""
LEANING, TILTED = 0.85, 0.5
"""How far the ranking follows the conversation's topic, for questions that lean on it and for short unnamed ones.

These, `TOPIC_WORDS` and `AGEING` ranked best, or nearly so, in 154 human conversations; see docs/quality.md.
"""
EMPTY_WORDS = frozenset(
    """tell more know want need can should could please clarify explain mean like think good better best many much go
    get make use using work thing things way something anything really idea kind type types process steps different
    difference differences history""".split()
)
"""Words of a conversation that are never its topic, though they are no stop words."""

Weigh = Callable[[str], float]
"""How much a word says in the corpus: its inverse document frequency; 0 for a word that no document holds."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is understood in its conversation.

    ``question`` stands alone: it is what was asked, with the topic behind it when it leans on the conversation.
    ``in_context`` is what was asked with the topic in any case, and ``reliance`` says how far the ranking follows it,
    from 0 (not at all; then it equals ``asked``) to 1.
    """

    asked: str
    question: str
    in_context: str
    reliance: float


def understand(question: str, history: History, weigh: Weigh) -> Understood:
    """The question in its conversation, whose topic is what its user turns said most of, and last.

    "And France?" after a question about Germany is that question about France. Else, a question leans on the
    conversation when it opens like a follow-up, points back ("why did they do that?") or is a fragment, and says
    little by itself; it gets the topic behind it. A short whole question that names nobody and nothing is left as it
    is, and only tilts the ranking towards the topic. Any other question is left alone.
    """
    earlier = [readable(text) for role, text in history if role == "user" and text.strip()]
    alone = Understood(question, question, question, 0.0)
    if not earlier or SMALL_TALK.fullmatch(question):
        return alone
    moved = _moved_on(question, earlier)
    if moved:
        return Understood(question, moved, moved, LEANING)
    reliance = _reliance(question)
    topic = _topic(question, earlier, weigh) if reliance else []
    bare = ELLIPSIS.sub("", question).strip() or question
    in_context = f"{bare.rstrip('?!. ')} ({' '.join(topic)})?"
    if not topic or len(in_context) > MAXIMUM_QUESTION_CHARACTERS:
        return alone
    return Understood(question, in_context if reliance == LEANING else question, in_context, reliance)


def _moved_on(question: str, earlier: Sequence[str]) -> str | None:
    """The last whole question that named something, about what is named now; None unless that is all that is said."""
    match = ELLIPSIS.match(question)
    named_now = question[match.end() :].strip("?!. ") if match else ""
    if not NAMED_ALONE.fullmatch(named_now):
        return None
    for turn in reversed(earlier):
        if is_whole(turn) and not ELLIPSIS.match(turn) and (name := _replaceable(turn)):
            before = turn[: name.start()]
            if not named_now.lower().startswith("the "):
                before = ARTICLE.sub("", before)
            return f"{before}{POSSESSIVE.sub('', named_now)}{turn[name.end() :]}"
    return None


def _replaceable(question: str) -> re.Match[str] | None:
    """The name that a question is about: the owner of something ("Russia's view"), or the only one; else None."""
    names = list(NAMES.finditer(question))
    owners = [name for name in names if POSSESSIVE.match(question, name.end())]
    if owners or len(names) != 1:
        return owners[0] if owners else None
    is_subject = AFTER_AN_AUXILIARY.search(question[: names[0].start()])
    return names[0] if is_subject or not ONE_MORE_WORD.match(question, names[0].end()) else None


def _reliance(question: str) -> float:
    question = question.strip()
    said = len([term for term in subject_terms(question) if len(term) > 1])
    is_named = names_something(question)
    points_back = bool(OPENS_AS_FOLLOW_UP.match(question) or LEANS_ON_WORDS.search(question))
    is_fragment = not is_whole(question) and said < FRAGMENT and not is_named
    if not said or is_fragment or (points_back and said < SAYS_ENOUGH):
        return LEANING
    return TILTED if points_back or (said < SAYS_ENOUGH and not is_named) else 0.0


def _topic(question: str, earlier: Sequence[str], weigh: Weigh) -> list[str]:
    """The words of earlier turns that say most, as they were written and in the order in which they came up."""
    known = set(terms(question))
    written: dict[str, str] = {}
    says: dict[str, float] = {}
    for age, turn in enumerate(reversed(earlier)):
        for word in _content(turn):
            if stem(word) not in known:
                says[word] = says.get(word, 0.0) + weigh(word) * AGEING**age
    most = sorted((word for word in says if says[word] > 0), key=lambda word: -says[word])[:TOPIC_WORDS]
    for turn in earlier:
        for token in WRITTEN_WORD.findall(turn):
            for word in words(token):
                if word in most:
                    written.setdefault(word, token)
    return list(dict.fromkeys(written.values()))


def _content(turn: str) -> list[str]:
    spoken = subject_words(turn, likeliest_language(turn, ()))
    return [word for word in spoken if word not in EMPTY_WORDS and len(word) > 1]
