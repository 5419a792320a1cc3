"""The sentences that may answer a question, each with how well it fits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from assistant.answering.questions import QuestionKind, expectation, subject_of
from assistant.indexing.embedding import Vectors
from assistant.indexing.furniture import is_furniture
from assistant.indexing.sentences import ends_a_sentence, sentences
from assistant.indexing.structure import blocks
from assistant.indexing.terms import terms
from assistant.types import Passage, ScoredPassage

PASSAGES_READ = 8
"""From how many of the best passages sentences are taken."""
TERM_WEIGHT = 0.8
CONTEXT_WEIGHT = 0.4
PASSAGE_WEIGHT = 0.4
EXPECTATION_BONUS = 0.2
VIEW_BONUS = 0.1
DANGLING_PENALTY = 0.08
"""Weights of a sentence's score beside its cosine, which counts 1; see `Evidence.score`."""

DANGLING = re.compile(
    r"(?:(?:however|moreover|furthermore|also|additionally|in addition|thus|therefore|nevertheless|instead|then|"
    r"but|and|so|yet|similarly|likewise|meanwhile|still|besides|for example|for instance|consequently|as a result|"
    r"in this \w+|at that time|overall)\b[,\s]*)?"
    r"(?:it|its|they|their|them|he|his|she|her|this|these|that|those|such|both|the former|the latter|here|there it)\b",
    re.IGNORECASE,
)
DEMONSTRATIVE = re.compile(r"(?:[\w'\u2019-]+,?\s+){1,4}?(?:this|these|the latter|the former)\s+[a-z]+", re.IGNORECASE)
VIEW_CUE = re.compile(
    r"\b(?:perspective|view(?:s|ed|point)?|see(?:s|n)?|saw|regard(?:s|ed)?|argu(?:es?|ed|ing)|consider(?:s|ed)?|"
    r"believ(?:es?|ed)|claim(?:s|ed)?|accus(?:es?|ed)|perceiv(?:es?|ed)|oppos(?:es?|ed)|support(?:s|ed)?|"
    r"describ(?:es?|ed)|insist(?:s|ed)?|reject(?:s|ed)?|call(?:s|ed)? for|demand(?:s|ed)?|warn(?:s|ed)?|"
    r"denounc(?:es?|ed)|prais(?:es?|ed)|"
    r"critici[sz](?:es?|ed))\b",
    re.IGNORECASE,
)
DocumentFrequency = Callable[[str], int]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, list item or table row of a passage: ``document.text[start:end]``; ``order`` counts within it."""

    passage: Passage
    text: str
    start: int
    end: int
    order: int
    is_item: bool

    @property
    def introduces(self) -> bool:
        """Whether the sentence only introduces the list after it ("Its aims are these:")."""
        return self.text.rstrip("*_ ").endswith((":", "\uff1a"))

    @property
    def is_dangling(self) -> bool:
        """Whether the sentence leans on the one before it ("It also ...")."""
        return not self.is_item and bool(DANGLING.match(self.text))

    @property
    def points_back(self) -> bool:
        """Whether the sentence opens with what was named before it ("Russia views this expansion ...")."""
        return self.is_dangling or (not self.is_item and bool(DEMONSTRATIVE.match(self.text)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence weighed against the question.

    ``cosine``: of question and sentence, -1 to 1. ``coverage``: the share of the question's terms, weighted by how
    rare they are, that stand in the sentence, 0 to 1. ``context_coverage``: the same with the sentence before it and
    the document's title. ``passage_score``: of its passage, 0 to 1. ``score``: cosine + 0.8 coverage + 0.4 context
    coverage + 0.4 passage score, and what the form of the sentence adds or takes.
    """

    sentence: Sentence
    cosine: float
    coverage: float
    context_coverage: float
    passage_score: float
    score: float


class TermWeights:
    """How much each term of one question says: its inverse document frequency in the corpus."""

    def __init__(self, question: str, document_frequency: DocumentFrequency, passages: int) -> None:
        """Weigh the question's terms in a corpus of so many passages."""
        self.weights = {
            term: math.log(1 + (passages - found + 0.5) / (found + 0.5))
            for term in dict.fromkeys(subject_of(question))
            for found in [min(passages, document_frequency(term))]
        }
        self.total = sum(self.weights.values()) or 1.0

    def coverage(self, text_terms: set[str]) -> float:
        """The weighted share of the question's terms that are among these, 0 to 1."""
        return sum(weight for term, weight in self.weights.items() if term in text_terms) / self.total


def sentences_of(passage: Passage) -> list[Sentence]:
    """The sentences, list items and table rows of a passage, in order, without page furniture."""
    found: list[Sentence] = []
    for block in blocks(passage.text):
        spans = sentences(passage.text, block.start, block.end)
        if block.kind in ("item", "table") and spans:
            spans = [type(spans[0])(spans[0].start, spans[-1].end)]
        for span in spans:
            text = passage.text[span.start : span.end]
            if not is_furniture(text) and (block.kind == "item" or _says_something(text)):
                start = passage.start + span.start
                found.append(Sentence(passage, text, start, start + len(text), len(found), block.kind == "item"))
    return [
        sentence
        for sentence, following in zip_longest(found, found[1:])
        if not sentence.introduces or (following and following.is_item)
    ]


def _says_something(text: str) -> bool:
    """Whether a run of prose is a statement or introduces a list: no question, and no fragment such as a caption."""
    stripped = text.rstrip("\"'\u201d\u2019)*_ ")
    if stripped.endswith(("?", "\uff1f")):
        return False
    return (
        ends_a_sentence(text)
        or stripped.endswith((":", "\uff1a"))
        or len(text.split()) >= 6
        or "|" in text
        or not text.isascii()
    )


def weigh(
    question: str, kind: QuestionKind, hits: Sequence[ScoredPassage], weights: TermWeights, embed: Embed
) -> list[Evidence]:
    """The sentences of the best passages, weighed against the question, the best first."""
    by_passage = [(hit, sentences_of(hit.passage)) for hit in hits[:PASSAGES_READ]]
    candidates = [sentence for _, found in by_passage for sentence in found]
    if not candidates:
        return []
    vectors = embed([question, *(sentence.text for sentence in candidates)])
    cosines = iter(np.asarray(vectors[1:] @ vectors[0]).tolist())
    scale = _Scale(kind, expectation(question), set(terms(question)), weights)
    weighed: list[Evidence] = []
    for hit, found in by_passage:
        before = set(terms(hit.passage.title))
        for sentence in found:
            own = set(terms(sentence.text))
            weighed.append(scale.evidence(sentence, next(cosines), own, own | before, hit.score))
            before = own | set(terms(hit.passage.title))
    return sorted(weighed, key=lambda evidence: -evidence.score)


@dataclass(frozen=True, slots=True)
class _Scale:
    """What one question's sentences are weighed by."""

    kind: QuestionKind
    expected: re.Pattern[str] | None
    asked: set[str]
    weights: TermWeights

    def evidence(
        self, sentence: Sentence, cosine: float, own: set[str], in_context: set[str], passage_score: float
    ) -> Evidence:
        coverage, context_coverage = self.weights.coverage(own), self.weights.coverage(in_context)
        score = cosine + TERM_WEIGHT * coverage + CONTEXT_WEIGHT * context_coverage + PASSAGE_WEIGHT * passage_score
        return Evidence(sentence, cosine, coverage, context_coverage, passage_score, score + self._form(sentence))

    def _form(self, sentence: Sentence) -> float:
        """What the form of a sentence adds to its score, or takes from it."""
        bonus = 0.0
        if self.kind is QuestionKind.VIEW and VIEW_CUE.search(sentence.text):
            bonus += VIEW_BONUS
        if self.expected and any(
            not set(terms(found[0])) <= self.asked for found in self.expected.finditer(sentence.text)
        ):
            bonus += EXPECTATION_BONUS
        return bonus - DANGLING_PENALTY if sentence.is_dangling else bonus
