"""The sentences that may answer a question, each with how well it fits.

A linear model over the signs of `Fit`; ``python -m benchmarks.fit_evidence`` fits and measures it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.answering.definitions import defines
from assistant.answering.questions import QuestionKind, expectation
from assistant.answering.term_weights import TermWeights
from assistant.indexing.embedding import Vectors
from assistant.indexing.quotable import Sentence, sentences_of
from assistant.indexing.terms import term_set, terms
from assistant.types import ScoredPassage

PASSAGES_READ = 8
"""From how many of the best passages sentences are taken."""
SENTENCES_COMPARED = 12
"""How many of their sentences, the best by all other signs, are compared with the question by meaning, which takes
most of the time of an answer. On 675 questions kept from the fitting, the best sentence of all was as often right as
with no limit, and one of the best three for one question less."""
VIEW_BONUS, PERSPECTIVE_BONUS = 0.4, 0.9
"""What a cue of a view ("sees", "argues") adds to a score when a view is asked for, and what saying whose view follows
does ("from its perspective"); set by hand."""
PERSPECTIVE = re.compile(r"\b(?:perspective|point of view|in the (?:view|eyes) of)\b", re.IGNORECASE)

VIEW_CUE = re.compile(
    r"\b(?:perspective|view(?:s|ed|point)?|see(?:s|n)?|saw|regard(?:s|ed)?|argu(?:es?|ed|ing)|consider(?:s|ed)?|"
    r"believ(?:es?|ed)|claim(?:s|ed)?|accus(?:es?|ed)|perceiv(?:es?|ed)|oppos(?:es?|ed)|support(?:s|ed)?|"
    r"sa(?:ys?|id)|t(?:ells?|old)|stat(?:es?|ed)|describ(?:es?|ed)|"
    r"insist(?:s|ed)?|reject(?:s|ed)?|call(?:s|ed)? for|demand(?:s|ed)?|warn(?:s|ed)?|"
    r"denounc(?:es?|ed)|prais(?:es?|ed)|"
    r"critici[sz](?:es?|ed))\b",
    re.IGNORECASE,
)
Embed = Callable[[Sequence[str]], Vectors]
Compare = Callable[[str, Sequence[str]], Sequence[float]]
"""The cosines of a question and of texts that may answer it; see `Embedder.cosines`."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a sentence fits a question.

    ``cosine``: of question and sentence, read under its document's title, -1 to 1. ``context_coverage``: the share of
    the question's terms, weighted by how rare they are, that stand in the sentence, the one before it, the headings or
    the title, 0 to 1. ``passage_coverage``: the same for its passage. ``passage_score``: of its passage, 0 to 1.
    ``holds_expected``: 1 when it holds something of the sort asked for (a number, a time, a name, a reason) that the
    question does not name, else 0. ``word_pairs``: the share of the question's pairs of adjacent words that stand in
    it, 0 to 1. ``length``: the logarithm of one more than its terms. ``defines``: 1 when it defines the term whose
    meaning is asked for, else 0.
    """

    cosine: float
    context_coverage: float
    passage_coverage: float
    passage_score: float
    holds_expected: float
    word_pairs: float
    length: float
    defines: float


WEIGHTS = Fit(
    cosine=8.63,
    context_coverage=2.49,
    passage_coverage=3.06,
    passage_score=12.38,
    holds_expected=1.73,
    word_pairs=1.93,
    length=0.34,
    defines=6.39,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence weighed against the question.

    ``coverage``: the weighted share of the question's terms that stand in the sentence itself, 0 to 1. Of two
    sentences, one whose ``score`` is higher by d is taken to be e^d times likelier to answer (a conditional logit:
    McFadden, "Conditional logit analysis of qualitative choice behavior", 1973).
    """

    sentence: Sentence
    coverage: float
    fit: Fit
    score: float


def weigh(
    question: str, kind: QuestionKind, hits: Sequence[ScoredPassage], weights: TermWeights, compare: Compare
) -> list[Evidence]:
    """The sentences of the best passages that promise most, weighed against the question, the best first."""
    scale = _Scale(question, kind, expectation(question), weights)
    read = [item for hit in hits[:PASSAGES_READ] for item in scale.weigh_by_words(hit)]
    if not read:
        return []
    promising = sorted(read, key=lambda evidence: -evidence.score)[:SENTENCES_COMPARED]
    cosines = compare(question, [under_title(item.sentence) for item in promising])
    weighed = [_with_meaning(item, cosine) for item, cosine in zip(promising, cosines, strict=True)]
    return sorted(weighed, key=lambda evidence: -evidence.score)


def under_title(sentence: Sentence) -> str:
    """The text that is embedded for a sentence: the document's title says what its pronouns leave open."""
    return f"{sentence.passage.title}. {sentence.said}"


def _with_meaning(evidence: Evidence, cosine: float) -> Evidence:
    return replace(evidence, fit=replace(evidence.fit, cosine=cosine), score=evidence.score + WEIGHTS.cosine * cosine)


@dataclass(frozen=True, slots=True)
class _Scale:
    """What one question's sentences are weighed by."""

    question: str
    kind: QuestionKind
    expected: re.Pattern[str] | None
    weights: TermWeights

    def weigh_by_words(self, hit: ScoredPassage) -> Iterator[Evidence]:
        """Each sentence of a passage, weighed by everything but its cosine, which is 0."""
        passage, language = hit.passage, hit.passage.language
        asked = terms(self.question, language)
        pairs = set(pairwise(asked))
        above = set(terms(f"{passage.title} {passage.breadcrumb} {passage.table_head}", language))
        passage_coverage = self.weights.coverage(above | term_set(passage.text, language), language)
        before = above
        for sentence in sentences_of(passage):
            said = terms(sentence.said, language)
            own = set(said)
            fit = Fit(
                cosine=0.0,
                context_coverage=self.weights.coverage(own | before, language),
                passage_coverage=passage_coverage,
                passage_score=hit.score,
                holds_expected=float(self._holds_expected(sentence.said, set(asked))),
                word_pairs=len(pairs & set(pairwise(said))) / max(1, len(pairs)),
                length=math.log(1 + len(said)),
                defines=float(defines(self.question, sentence.text)),
            )
            yield Evidence(sentence, self.weights.coverage(own, language), fit, _score(fit, sentence, self.kind))
            before = own | above

    def _holds_expected(self, text: str, asked: set[str]) -> bool:
        found = self.expected.finditer(text) if self.expected else ()
        return any(not set(terms(match[0])) <= asked for match in found)


def _score(fit: Fit, sentence: Sentence, kind: QuestionKind) -> float:
    return float(sum(getattr(WEIGHTS, name) * getattr(fit, name) for name in Fit.__slots__)) + _bonus(sentence, kind)


def _bonus(sentence: Sentence, kind: QuestionKind) -> float:
    if kind is not QuestionKind.VIEW:
        return 0.0
    if PERSPECTIVE.search(sentence.text):
        return PERSPECTIVE_BONUS
    return VIEW_BONUS if VIEW_CUE.search(sentence.text) else 0.0
