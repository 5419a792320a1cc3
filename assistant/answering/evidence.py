"""The sentences that may answer a question, each with how well it fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.questions import QuestionKind, expectation
from assistant.answering.sentences import Sentence, sentences_of
from assistant.answering.term_weights import TermWeights
from assistant.indexing.embedding import Vectors
from assistant.indexing.terms import terms
from assistant.types import ScoredPassage

PASSAGES_READ = 8
"""From how many of the best passages sentences are taken."""
TERM_WEIGHT = 0.8
CONTEXT_WEIGHT = 0.4
PASSAGE_WEIGHT = 0.4
EXPECTATION_BONUS = 0.2
VIEW_BONUS = 0.1
DANGLING_PENALTY = 0.08
"""Weights of a sentence's score beside its cosine, which counts 1; see `Evidence.score`."""

VIEW_CUE = re.compile(
    r"\b(?:perspective|view(?:s|ed|point)?|see(?:s|n)?|saw|regard(?:s|ed)?|argu(?:es?|ed|ing)|consider(?:s|ed)?|"
    r"believ(?:es?|ed)|claim(?:s|ed)?|accus(?:es?|ed)|perceiv(?:es?|ed)|oppos(?:es?|ed)|support(?:s|ed)?|"
    r"describ(?:es?|ed)|insist(?:s|ed)?|reject(?:s|ed)?|call(?:s|ed)? for|demand(?:s|ed)?|warn(?:s|ed)?|"
    r"denounc(?:es?|ed)|prais(?:es?|ed)|"
    r"critici[sz](?:es?|ed))\b",
    re.IGNORECASE,
)
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence weighed against the question.

    ``cosine``: of question and sentence, -1 to 1. ``coverage``: the share of the question's terms, weighted by how
    rare they are, that stand in the sentence, 0 to 1. ``context_coverage``: the same with the sentence before it, the
    headings and the document's title. ``passage_score``: of its passage, 0 to 1. ``score``: cosine + 0.8 coverage +
    0.4 context coverage + 0.4 passage score, and what the form of the sentence adds or takes.
    """

    sentence: Sentence
    cosine: float
    coverage: float
    context_coverage: float
    passage_score: float
    score: float


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
        language = hit.passage.language
        above = set(terms(f"{hit.passage.title} {hit.passage.breadcrumb}", language))
        before = above
        for sentence in found:
            own = set(terms(sentence.text, language))
            weighed.append(scale.evidence(sentence, next(cosines), own, own | before, hit.score))
            before = own | above
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
        language = sentence.passage.language
        coverage = self.weights.coverage(own, language)
        context_coverage = self.weights.coverage(in_context, language)
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
