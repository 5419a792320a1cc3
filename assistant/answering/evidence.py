"""The sentences that may answer a question, each with how well it fits.

A linear model over the signs of `Fit`; ``python -m benchmarks.fit_evidence`` fits and measures it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from assistant.answering.questions import QuestionKind, expectation
from assistant.answering.sentences import Sentence, sentences_of
from assistant.answering.term_weights import TermWeights
from assistant.indexing.embedding import Vectors
from assistant.indexing.terms import terms
from assistant.types import Passage, ScoredPassage

PASSAGES_READ = 8
"""From how many of the best passages sentences are taken."""
VIEW_BONUS = 0.4
"""What a cue of a view ("sees", "argues") adds to a score when a view is asked for; set by hand."""

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
class Fit:
    """How a sentence fits a question.

    ``cosine``: of question and sentence, read under its document's title, -1 to 1. ``coverage``: the share of the
    question's terms, weighted by how rare they are, that stand in the sentence, 0 to 1. ``context_coverage``: the same
    with the sentence before it, the headings and the title. ``passage_coverage``: the same for its passage.
    ``passage_score``: of its passage, 0 to 1. ``holds_expected``: 1 when it holds something of the sort asked for (a
    number, a time, a name, a reason) that the question does not name, else 0. ``word_pairs``: the share of the
    question's pairs of adjacent words that stand in it, 0 to 1. ``length``: the logarithm of one more than its terms.
    """

    cosine: float
    coverage: float
    context_coverage: float
    passage_coverage: float
    passage_score: float
    holds_expected: float
    word_pairs: float
    length: float


WEIGHTS = Fit(
    cosine=7.76,
    coverage=1.28,
    context_coverage=1.27,
    passage_coverage=3.45,
    passage_score=12.58,
    holds_expected=1.7,
    word_pairs=0.54,
    length=0.23,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence weighed against the question.

    Of two sentences, one whose ``score`` is higher by d is taken to be e^d times likelier to answer (a conditional
    logit: McFadden, "Conditional logit analysis of qualitative choice behavior", 1973).
    """

    sentence: Sentence
    fit: Fit
    score: float


def weigh(
    question: str, kind: QuestionKind, hits: Sequence[ScoredPassage], weights: TermWeights, embed: Embed
) -> list[Evidence]:
    """The sentences of the best passages, weighed against the question, the best first."""
    by_passage = [(hit, sentences_of(hit.passage)) for hit in hits[:PASSAGES_READ]]
    candidates = [(hit.passage, sentence) for hit, found in by_passage for sentence in found]
    if not candidates:
        return []
    vectors = embed([question, *(under_title(passage, sentence) for passage, sentence in candidates)])
    cosines = iter(np.asarray(vectors[1:] @ vectors[0]).tolist())
    scale = _Scale(question, expectation(question), weights)
    weighed = [
        Evidence(sentence, fit, _score(fit, sentence, kind))
        for hit, found in by_passage
        for sentence, fit in scale.fits(hit, found, cosines)
    ]
    return sorted(weighed, key=lambda evidence: -evidence.score)


def under_title(passage: Passage, sentence: Sentence) -> str:
    """The text that is embedded for a sentence: the document's title says what its pronouns leave open."""
    return f"{passage.title}. {sentence.text}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """What one question's sentences are weighed by."""

    question: str
    expected: re.Pattern[str] | None
    weights: TermWeights

    def fits(
        self, hit: ScoredPassage, found: Sequence[Sentence], cosines: Iterator[float]
    ) -> Iterator[tuple[Sentence, Fit]]:
        """Each sentence of a passage with how it fits; ``cosines`` gives that of each in turn."""
        passage, language = hit.passage, hit.passage.language
        asked = terms(self.question, language)
        pairs = set(pairwise(asked))
        above = set(terms(f"{passage.title} {passage.breadcrumb}", language))
        passage_coverage = self.weights.coverage(above | set(terms(passage.text, language)), language)
        before = above
        for sentence in found:
            said = terms(sentence.text, language)
            own = set(said)
            yield (
                sentence,
                Fit(
                    cosine=next(cosines),
                    coverage=self.weights.coverage(own, language),
                    context_coverage=self.weights.coverage(own | before, language),
                    passage_coverage=passage_coverage,
                    passage_score=hit.score,
                    holds_expected=float(self._holds_expected(sentence.text, set(asked))),
                    word_pairs=len(pairs & set(pairwise(said))) / max(1, len(pairs)),
                    length=math.log(1 + len(said)),
                ),
            )
            before = own | above

    def _holds_expected(self, text: str, asked: set[str]) -> bool:
        found = self.expected.finditer(text) if self.expected else ()
        return any(not set(terms(match[0])) <= asked for match in found)


def _score(fit: Fit, sentence: Sentence, kind: QuestionKind) -> float:
    bonus = VIEW_BONUS if kind is QuestionKind.VIEW and VIEW_CUE.search(sentence.text) else 0.0
    return float(sum(getattr(WEIGHTS, name) * getattr(fit, name) for name in Fit.__slots__)) + bonus
