"""Which passages a language model is given, within what it can read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering.retrieval import join_neighbours
from assistant.generation.injection import injection_in
from assistant.generation.prompts import WRITE, numbered
from assistant.types import Passage, ScoredPassage

BYTES_PER_TOKEN = 3.0
"""Of UTF-8, on the safe side: English has more than four, Chinese about three, for the tokenizers of today."""
PASSAGE_TOKENS = 3_000
"""For passages at most: more of them are slower to read, and the later ones seldom answer."""
ANSWER_TOKENS = 800
"""What is kept free for the answer."""
WIDENED = 3
"""The best so many passages are given with those before and after them, where there is room."""


@dataclass(frozen=True, slots=True)
class WritingContext:
    """The passages to write from, the best first, and those kept back because they look as though they gave orders."""

    passages: tuple[Passage, ...]
    kept_back: tuple[Passage, ...] = ()


def tokens(text: str) -> int:
    """About how many tokens a text is, rather more than fewer."""
    return int(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN) + 1


def passage_tokens(context_tokens: int, question: str) -> int:
    """How many tokens of passages a model may be given that reads and writes so many at once; 0 if it has no room."""
    return max(0, min(PASSAGE_TOKENS, context_tokens - tokens(WRITE) - tokens(question) - ANSWER_TOKENS))


def choose_context(
    hits: Sequence[ScoredPassage], section_of: Callable[[Passage], Sequence[Passage]], text_of: Callable[[str], str]
) -> WritingContext:
    """The passages that were found, the best first, the very best with their neighbours in the same section.

    ``section_of`` gives the passages under the same headings, in reading order, and ``text_of`` a source's text.
    Passages that look as though they gave orders are kept back.
    """
    kept_back = tuple(hit.passage for hit in hits if injection_in(hit.passage))
    offered = [hit for hit in hits if not injection_in(hit.passage)]
    neighbours = [
        ScoredPassage(passage, hit.score)
        for hit in offered[:WIDENED]
        for passage in _around(hit.passage, section_of(hit.passage))
        if not injection_in(passage) and not any(_overlap(passage, other.passage) for other in hits)
    ]
    joined = join_neighbours([*offered, *_distinct(neighbours)], text_of)
    return WritingContext(tuple(hit.passage for hit in joined if not injection_in(hit.passage)), kept_back)


def within(passages: Sequence[Passage], budget: int) -> tuple[Passage, ...]:
    """Of these passages, the first that fit into so many tokens together; a long one is passed over."""
    chosen: list[Passage] = []
    for passage in passages:
        size = tokens(numbered(len(chosen) + 1, passage))
        if size <= budget:
            chosen.append(passage)
            budget -= size
    return tuple(chosen)


def _around(passage: Passage, section: Sequence[Passage]) -> list[Passage]:
    before = [other for other in section if other.end <= passage.start]
    after = [other for other in section if other.start >= passage.end]
    return [*before[-1:], *after[:1]]


def _overlap(one: Passage, other: Passage) -> bool:
    return one.source == other.source and one.start < other.end and other.start < one.end


def _distinct(hits: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    return list({hit.passage.id: hit for hit in reversed(hits)}.values())[::-1]
