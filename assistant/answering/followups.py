"""A question in its conversation: whether it leans on earlier turns, and on which of their words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering.questions import MAXIMUM_QUESTION_CHARACTERS, VIEW_QUESTION, names_something, readable
from assistant.text.english.vocabulary import AUXILIARY, NAME_RUN, NAMES
from assistant.text.follow_up_words import follow_up_words
from assistant.text.scripts import language_of_word
from assistant.text.terms import POSSESSIVE, is_stop_word, stem, subject_terms, subject_words, terms, words
from assistant.types import DEFAULT_LANGUAGE, History

SMALL_TALK = re.compile(
    r"\A\W*+(?:(?:many\s++|ok(?:ay)?,?\s++)?thanks?(?:\s++(?:you|a\s+lot|so\s+much|very\s+much))*|hello|hi|hey|bye|goodbye|ok(?:ay)?|"
    r"cool|great|good|nice|perfect|i\s+see|got\s+it|yes|no|(?:vielen\s+)?dank|danke|merci|gracias|спасибо)\W*+",
    re.IGNORECASE,
)
NEEDS_A_TOPIC = re.compile(
    rf"\bwhy\b|\b(?:role|part|reasons?|response|answer|share|side|influence|involvement|contribution|interests?|plans?)\b"
    rf"|{VIEW_QUESTION.pattern}",
    re.IGNORECASE,
)
"""Words for what somebody thinks or does about something, which a question may leave out."""
IS_NAMED = re.compile(rf"\b(?:is|are|was|were)\s+(?:the\s+)?{NAME_RUN}\W*$")
DOES = re.compile(rf"\b(?:do|does|did|has|have|had|will|would|can|could|should)\s+(?:the\s+)?{NAME_RUN}\s+[a-z]+\W*$")
"""Where a question may leave out what somebody does it to ("When did Germany sign?")."""
AFTER_AN_AUXILIARY = re.compile(rf"\b{AUXILIARY}\s++(?:the\s++)?$")
ONE_MORE_WORD = re.compile(r"\s++[a-z]++\W*+$")
WRITTEN_WORD = re.compile(r"[\w'\u2019-]+")

SAYS_ENOUGH = 5
"""With this many content terms a question is understood by itself, whatever it points back to."""
FRAGMENT = 3
"""Below this many content terms, words that are no whole question are a fragment ("Regional differences?").

With as many, a question that opens like a follow-up ("Why is the moon made of green cheese?") may be a new one.
"""
TOPIC_WORDS = 3
AGEING = 0.65
"""How much less a word says for each turn that it lies back."""
LEANED_ON = 0.5
"""How much less the words of a turn say, and how much less it ages those before it, when it leans on them itself."""
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


def understand(
    question: str, history: History, weigh: Weigh, languages: Sequence[str] = (DEFAULT_LANGUAGE,)
) -> Understood:
    """The question in its conversation, whose topic is what its user turns said most of, and last.

    "And France?" after a question about Germany is that question about France. Else, a question leans on the
    conversation when it opens like a follow-up, points back ("why did they do that?") or is a fragment, and says
    little by itself; it gets the topic behind it. A short whole question that names nobody and nothing is left as it
    is, and only tilts the ranking towards the topic. Any other question is left alone, and so is one that opens like a
    follow-up and names a subject of its own ("And the capital of Australia?"). ``languages`` are those, besides
    English, in which it may be asked.
    """
    earlier = [readable(text) for role, text in history if role == "user" and text.strip()]
    alone = Understood(question, question, question, 0.0)
    if not earlier or SMALL_TALK.fullmatch(question):
        return alone
    spoken = _spoken(question, languages, earlier[-1])
    moved = _moved_on(question, earlier, spoken)
    if moved:
        return Understood(question, moved, moved, LEANING)
    reliance = 0.0 if _names_its_own_subject(question, earlier, spoken) else _reliance(question, spoken)
    topic = _topic(question, spoken, earlier, weigh, languages) if reliance else []
    elided = follow_up_words(spoken).ellipsis.match(question)
    bare = question[elided.end() :] if elided and elided.end() < len(question) else question
    in_context = f"{bare.rstrip('?!. ')} ({' '.join(topic)})?"
    if not topic or len(in_context) > MAXIMUM_QUESTION_CHARACTERS:
        return alone
    return Understood(question, in_context if reliance == LEANING else question, in_context, reliance)


def _spoken(text: str, languages: Sequence[str], before: str = "") -> str:
    """Which of the languages a short text is in: that of most of its stop words, else of most of those ``before`` it.

    English, where neither tells.
    """

    def stop_words_in(said: str, language: str) -> int:
        return sum(
            language_of_word(word, language) == language and is_stop_word(word, language) for word in words(said)
        )

    def fit(language: str) -> tuple[int, int]:
        return stop_words_in(text, language), stop_words_in(before, language)

    return max((DEFAULT_LANGUAGE, *languages), key=fit)


def _moved_on(question: str, earlier: Sequence[str], spoken: str) -> str | None:
    """The last whole question that named something, about what is named now; None unless that is all that is said."""
    said = follow_up_words(spoken)
    match = said.ellipsis.match(question)
    named_now = question[match.end() :].strip("?!. ") if match else ""
    if not said.named_alone.fullmatch(named_now):
        return None
    for turn in reversed(earlier):
        if said.asks.match(turn) and not said.ellipsis.match(turn) and (name := _replaceable(turn, spoken)):
            before = said.article.sub("", turn[: name.start()])
            return f"{before}{POSSESSIVE.sub('', named_now)}{turn[name.end() :]}"
    return None


def _replaceable(question: str, spoken: str) -> re.Match[str] | None:
    """The name that a question is about: the owner of something ("Russia's view"), or the only one; else None."""
    noun = follow_up_words(spoken).before_a_noun
    names = [name for name in NAMES.finditer(question) if not (noun and noun.search(question[: name.start()]))]
    owners = [name for name in names if POSSESSIVE.match(question, name.end())]
    if owners or len(names) != 1:
        return owners[0] if owners else None
    is_subject = AFTER_AN_AUXILIARY.search(question[: names[0].start()]) or spoken != DEFAULT_LANGUAGE
    return names[0] if is_subject or not ONE_MORE_WORD.match(question, names[0].end()) else None


def _names_its_own_subject(question: str, earlier: Sequence[str], spoken: str) -> bool:
    """Whether a question that opens like a follow-up is about something else, and says all that it asks.

    It asks for something of what it names, of which nobody spoke ("And the capital of Australia?"), or is a whole
    question about a name that is new ("And who wrote Hamlet?"). What may be meant as a part of what was spoken of is
    not: a view, a role, a reason ("And the role of France?"), what somebody did ("And when did France sign?").
    """
    said = follow_up_words(spoken)
    if not said.opens.match(question) or said.points_back.search(question) or NEEDS_A_TOPIC.search(question):
        return False
    elided = said.ellipsis.match(question)
    known = {term for turn in earlier for term in terms(turn, spoken)}
    named = {term for name in NAMES.finditer(question) for term in subject_terms(name[0], spoken)}
    others = set(subject_terms(question, spoken)) - named
    if said.attribute.search(question):
        names_before = {term for name in NAMES.finditer(earlier[-1]) for term in subject_terms(name[0], spoken)}
        left_out = set(subject_terms(earlier[-1], spoken)) - others - named - names_before
        return not others & known or not left_out  # else it is about the same, of somebody else
    is_whole = said.asks.match(question[elided.end() :] if elided else question)
    if said.before_a_noun or not is_whole or not named or named & known:
        return False
    return bool(IS_NAMED.search(question) or (others and not others & known and not DOES.search(question)))


def _reliance(question: str, spoken: str) -> float:
    question, leaning = question.strip(), follow_up_words(spoken)
    said = len([term for term in subject_terms(question, spoken) if len(term) > 1])
    is_named = names_something(question)
    opens = leaning.opens.match(question) and (said < FRAGMENT or leaning.ellipsis.match(question))
    points_back = bool(opens or leaning.points_back.search(question))
    is_fragment = not leaning.asks.match(question) and said < FRAGMENT and not is_named
    if not said or is_fragment or (points_back and said < SAYS_ENOUGH):
        return LEANING
    return TILTED if points_back or (said < SAYS_ENOUGH and not is_named) else 0.0


def _topic(question: str, spoken: str, earlier: Sequence[str], weigh: Weigh, languages: Sequence[str]) -> list[str]:
    """The words of earlier turns that say most, as they were written and in the order in which they came up."""
    known = set(terms(question, spoken))
    written: dict[str, str] = {}
    says: dict[str, float] = {}
    fresh = 1.0
    for place, turn in reversed(list(enumerate(earlier))):
        by_itself = 1 - LEANED_ON * _reliance(turn, _spoken(turn, languages)) if place else 1.0
        for word in _content(turn, languages):
            if stem(word, spoken) not in known:
                says[word] = says.get(word, 0.0) + weigh(word) * fresh * by_itself
        fresh *= AGEING**by_itself
    most = sorted((word for word in says if says[word] > 0), key=lambda word: -says[word])[:TOPIC_WORDS]
    for turn in earlier:
        for token in WRITTEN_WORD.findall(turn):
            for word in words(token):
                if word in most:
                    written.setdefault(word, token)
    return list(dict.fromkeys(written.values()))


def _content(turn: str, languages: Sequence[str]) -> list[str]:
    said = subject_words(turn, _spoken(turn, languages))
    return [word for word in said if word not in EMPTY_WORDS and len(word) > 1]
