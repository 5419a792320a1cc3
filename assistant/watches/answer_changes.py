"""Whether two answers to one question say the same, and which words of the later one are new."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from assistant.answering.citations import quote_as_read
from assistant.text.terms import WORD
from assistant.types import Answer, AnswerSentence

Words = tuple[str, ...]
Marks = tuple[tuple[int, int], ...]

ALIKE = 0.5
"""How alike two sentences must be (difflib's ratio) for one to be compared with the other; else all of it is new."""
_TOKEN = re.compile(rf"(?<!\w)[-+\u2212](?=\d)|[%\u2030\u00b0$\u20a0-\u20cf\u00a3\u00a5]|{WORD.pattern}")
"""A word, or a sign that changes what a number says: minus, per cent, a currency."""


def differs(before: Answer, after: Answer) -> bool:
    """Whether the later answer says something else: another set of sentences, or one of the two is no answer.

    Sentences are compared by their words. Their order, the numbers of their citations, where they stand, and how many
    documents state them do not count. A sentence that is worded in the way of another document stays the same while
    it cites the one that was quoted before.
    """
    if before.abstained or after.abstained:
        return before.abstained != after.abstained
    earlier, later = _wordings(before), _wordings(after)
    return not (_are_among(earlier, later) and _are_among(later, earlier))


def new_words(before: Answer, after: Answer) -> tuple[Marks, ...]:
    """For each sentence of the later answer, which parts of its text the earlier one does not say."""
    earlier = _wordings(before)
    texts = [_words(sentence.text) for sentence in before.sentences]
    return tuple(
        () if _are_among([wordings], earlier) else _marks(sentence.text, texts)
        for sentence, wordings in zip(after.sentences, _wordings(after), strict=True)
    )


def _wordings(answer: Answer) -> list[frozenset[Words]]:
    """In which words each sentence is said: its own, and, where it quotes, those of all that it cites."""
    quotes = {citation.number: _words(quote_as_read(citation)) for citation in answer.citations}
    return [_wordings_of(sentence, quotes) for sentence in answer.sentences]


def _wordings_of(sentence: AnswerSentence, quotes: dict[int, Words]) -> frozenset[Words]:
    """A sentence that is no quote, such as one that counts, is said in its own words alone."""
    own = _words(sentence.text)
    cited = {quotes[number] for number in sentence.citations if number in quotes}
    return frozenset(cited) if own in cited else frozenset((own,))


def _are_among(some: Iterable[frozenset[Words]], others: Iterable[frozenset[Words]]) -> bool:
    known = frozenset[Words]().union(*others)
    return all(wordings & known for wordings in some)


def _words(text: str) -> Words:
    return tuple(found[0] for found in _TOKEN.finditer(text.casefold())) or (" ".join(text.split()),)


def _marks(text: str, earlier: Iterable[Words]) -> Marks:
    """The parts of a sentence that the sentence most like it does not have."""
    found = list(_TOKEN.finditer(text))
    matchers = [SequenceMatcher(None, words, [one[0].casefold() for one in found], autojunk=False) for words in earlier]
    nearest = max(matchers, key=SequenceMatcher.ratio, default=None)
    if not found:
        return ()
    if nearest is None or nearest.ratio() < ALIKE:
        return ((found[0].start(), found[-1].end()),)
    return tuple(
        (found[start].start(), found[end - 1].end())
        for kind, _, _, start, end in nearest.get_opcodes()
        if kind in ("replace", "insert")
    )
