"""A question that leans on the conversation becomes one that stands alone; any other is left as it is."""

from __future__ import annotations

import re

from assistant.answering.questions import MAXIMUM_QUESTION_CHARACTERS, readable
from assistant.indexing.terms import content_terms, subject_terms, terms
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
STANDS_ALONE_FROM = 3
"""With this many content terms and no word that points back, a question stands alone."""


def stand_alone(question: str, history: History) -> str:
    """The question in a form that needs no history.

    A question leans on the conversation when it opens like a follow-up ("and France?") or points back ("why did they
    do that?"), and says little by itself. It is then followed by the subject of the last user turn that stood alone.
    """
    earlier = [readable(text) for role, text in history if role == "user" and text.strip()]
    if not earlier or not _leans_back(question):
        return question
    subject = next((text for text in reversed(earlier) if not _leans_back(text)), earlier[0])
    known = set(terms(question))
    if not set(content_terms(subject)) - known:
        return question
    bare = ELLIPSIS.sub("", question).strip() or question
    joined = f"{bare.rstrip('?!. ')} ({subject.rstrip('?!. ')})?"
    return joined if len(joined) <= MAXIMUM_QUESTION_CHARACTERS else question


def _leans_back(question: str) -> bool:
    said = [term for term in subject_terms(question) if len(term) > 1]
    points_back = bool(LEANS_ON_WORDS.search(question))
    opens = bool(OPENS_AS_FOLLOW_UP.match(question.strip()))
    if opens or points_back:
        return len(said) < STANDS_ALONE_FROM
    return not said  # "why?", "when?", "who was?"
