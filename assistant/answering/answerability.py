"""Whether what was found answers the question: one score, from 0 to 1, and one threshold; a reader, if one is named.

The score is a logistic regression over `AnswerabilitySignals`; ``python -m benchmarks.fit_answerability`` fits and
measures it on questions that a corpus answers, that it nearly answers, and that it has nothing to do with, in equal
parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.answering.questions import QuestionKind, kind_of
from assistant.answering.reading import Readings, log_probability
from assistant.answering.recency import preferring_newest
from assistant.answering.retrieval import Retrieved
from assistant.answering.sentence_scoring import PASSAGES_READ, ScoredSentence, score_sentences
from assistant.answering.term_weights import TermWeights
from assistant.indexing import Embedder
from assistant.models.calibration import Calibration, Calibrations, fit_threshold
from assistant.models.linear import LinearModel, shipped
from assistant.models.named_reader import AnswerSpan, ReadingModel
from assistant.reading.language import LANGUAGES
from assistant.text.scripts import languages_by_script
from assistant.types import Passage, ScoredPassage

NEAREST = 5
"""How many of the nearest passages make the neighbourhood of a question."""
MINIMUM_COVERAGE = 0.2
"""In a language that the embedding model does not cover, the share of the question's words, weighted by how rare they
are, that must stand in one passage or above it."""
UNMENTIONED = 0.5
"""Where a name in the question stands in no document, the share of the threshold that the confidence has at most."""
FOUND_NOTHING = "The reader found no answer in the closest passages."


@dataclass(frozen=True, slots=True)
class AnswerabilitySignals:
    """What the score is made of; more of each speaks for an answer.

    Of sentences, those count that may answer: they hold a time where one is asked for; see `ScoredSentence`.
    ``sentence_cosine``: of the question and the sentence most like it. ``neighbourhood``: the mean cosine of the five
    nearest passages. ``sentence_information``: how much of what the question says stands in one sentence at most, as
    log(1 + x) of x words of the rarest kind. ``passage_information``: the same for one passage, its title and headings.
    Information, and not the share that is covered, because one word that is found says less than five of six.
    ``corpus_size``: the logarithm of how many passages were compared with the question, at most a hundred: of many,
    some are near to any question.

    Where passages were read, two probabilities must both speak for an answer, given as logarithms: ``about``, by those
    five signals, that the corpus speaks of what is asked at all, and ``answered``, by the reader, that some of what was
    read answers.
    """

    sentence_cosine: float = 0.0
    neighbourhood: float = 0.0
    sentence_information: float = 0.0
    passage_information: float = 0.0
    corpus_size: float = 0.0
    about: float = 0.0
    answered: float = 0.0


MODEL = shipped("answerability")
READ_MODEL = shipped("read_answerability")
"""Its twin for passages that were read."""
ABOUT = shipped("read_aboutness")
"""Whether the corpus speaks of what is asked."""


def model_of(readings: Readings) -> LinearModel:
    """The model that decides, with these readings."""
    return READ_MODEL if readings else MODEL


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a question is answered by what was found, and what decided it.

    ``sentences``: those of the best passages, scored, the best first. ``confidence``: how likely the corpus answers the
    question, 0 to 1. ``readings``: the windows that were read, by passage id. ``span``: the words that another
    reader takes for the answer, where one is named. ``notices``: what the asker is to be told where the answer is no.
    """

    question: str
    kind: QuestionKind
    answers: bool
    confidence: float
    signals: AnswerabilitySignals
    sentences: tuple[ScoredSentence, ...] = ()
    span: AnswerSpan | None = None
    readings: Readings = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def model(self) -> LinearModel:
        """What decided."""
        return model_of(self.readings)

    @property
    def threshold(self) -> float:
        """The confidence below which Citewell declines to answer."""
        return self.model.threshold or 0.0


class ReaderGate:
    """A reader with the margin that its best span must reach, ``threshold``."""

    def __init__(self, model: ReadingModel, calibrations: Calibrations) -> None:
        """Take the threshold that was fitted for this reader, or the default.

        Raises:
            SettingsError: the threshold fitted earlier cannot be read.
        """
        self.model = model
        self.threshold = calibrations.threshold(model.key)
        self._calibrations = calibrations

    def best_span(self, question: str, passages: Sequence[Passage]) -> AnswerSpan | None:
        """The words of the passages that answer most surely; None when the passages have no words."""
        return next(iter(self.model.read(question, passages)), None)

    def lets_pass(self, span: AnswerSpan | None) -> bool:
        """Whether the span answers surely enough."""
        return span is not None and span.margin >= self.threshold

    def doubt(self, span: AnswerSpan | None) -> float:
        """How near a span that does not pass came to it, as odds: 1 at the threshold, towards 0 far below it."""
        return math.exp(min(0.0, span.margin - self.threshold)) if span else 0.0

    def calibrate(self, margins: Sequence[float], answerable: Sequence[bool]) -> Calibration:
        """Fit the threshold on the margins of questions that are known to be answerable or not, and keep it.

        Raises:
            QuestionError: the questions are not of both kinds.
            SettingsError: the thresholds fitted earlier cannot be read.
            StorageError: the disk refuses the write.
        """
        calibration = fit_threshold(margins, answerable)
        self._calibrations.save(self.model.key, calibration)
        self.threshold = calibration.threshold
        return calibration


def decide(
    question: str,
    retrieved: Retrieved,
    weights: TermWeights,
    embedder: Embedder,
    gate: ReaderGate | None = None,
    *,
    for_now: bool = False,
    is_answered: bool = False,
    unmentioned: Sequence[str] = (),
    others: Sequence[ScoredPassage] = (),
) -> Decision:
    """Whether what was retrieved answers the question.

    ``for_now`` where it asks for what is so now, ``is_answered`` where it is known that it does, ``unmentioned`` what
    is to be told of names in it that no document mentions: then none answers. ``others`` are passages that no sentence
    is taken from, though they too tell whether the corpus speaks of what is asked.
    First the score must reach the threshold, then a reader, if one is named, must find words that answer.
    """
    kind = kind_of(question)
    readings = retrieved.readings
    scored = score_sentences(question, retrieved.hits, weights, embedder.cosines, readings)
    told_besides = score_sentences(question, others, weights, embedder.cosines, {})
    signals = answerability_signals(retrieved, [*scored, *told_besides], weights)
    if for_now:
        scored = preferring_newest(scored, retrieved.hits)
    confidence = answerability(signals, model_of(readings))
    decision = Decision(
        question, kind, answers=True, confidence=confidence, signals=signals, sentences=tuple(scored), readings=readings
    )
    threshold = decision.threshold
    language = uncovered_language(question, embedder)
    if language and share_of_words_found(scored) < 1:
        confidence = min(confidence, threshold * share_of_words_found(scored))
    if confidence < threshold and not is_answered:
        return _declined(decision, confidence, *([_uncovered(language)] if language else []), *unmentioned)
    if unmentioned:
        return _declined(decision, min(confidence, threshold * UNMENTIONED), *unmentioned)
    if gate is None:
        return decision
    span = gate.best_span(question, read_in(retrieved.hits))
    if not gate.lets_pass(span):
        return _declined(decision, min(confidence, threshold * gate.doubt(span)), FOUND_NOTHING)
    return replace(decision, span=span)


def _declined(decision: Decision, confidence: float, *notices: str) -> Decision:
    return replace(decision, answers=False, confidence=confidence, notices=notices)


def read_in(hits: Sequence[ScoredPassage]) -> list[Passage]:
    """The passages that are read closely: those that sentences are taken from."""
    return [hit.passage for hit in hits[:PASSAGES_READ]]


def answerability_signals(
    retrieved: Retrieved, sentences: Sequence[ScoredSentence], weights: TermWeights
) -> AnswerabilitySignals:
    """The signals of one question."""
    if not sentences:
        return AnswerabilitySignals()
    telling = [item for item in sentences if item.may_answer]
    coverage = max((item.coverage for item in telling), default=0.0)
    nearest = retrieved.cosines[:NEAREST] or (0.0,)
    signals = AnswerabilitySignals(
        sentence_cosine=max((item.fit.cosine for item in telling), default=0.0),
        neighbourhood=sum(nearest) / len(nearest),
        sentence_information=math.log1p(coverage * weights.information),
        passage_information=math.log1p(max(item.fit.passage_coverage for item in sentences) * weights.information),
        corpus_size=math.log1p(len(retrieved.cosines)),
    )
    if not retrieved.readings:
        return signals
    answered = max(window.answered for windows in retrieved.readings.values() for window in windows)
    return replace(signals, about=log_probability(ABOUT.score(signals)), answered=log_probability(answered))


def answerability(signals: AnswerabilitySignals, model: LinearModel = MODEL) -> float:
    """How likely the corpus answers the question, 0 to 1, by one of the models; 0 when nothing was found at all."""
    return 0.0 if signals == AnswerabilitySignals() else model.probability(signals)


def uncovered_language(question: str, embedder: Embedder) -> str | None:
    """The language of a question, if its letters tell that the embedding model was not made for it; else None.

    To such a model all unknown letters look alike, so that cosines are high whatever question and text say: only common
    words tell that a text answers. None too where it is not known what the model was made for.
    """
    covered, possible = embedder.languages, languages_by_script(question)
    return possible[0] if possible and covered is not None and covered.isdisjoint(possible) else None


def share_of_words_found(sentences: Sequence[ScoredSentence]) -> float:
    """How much of what must stand of the question in one passage does stand there, 0 to 1; 1 is enough to answer."""
    best = max((item.fit.passage_coverage for item in sentences), default=0.0)
    return min(1.0, best / MINIMUM_COVERAGE)


def _uncovered(language: str) -> str:
    return (
        f"The embedding model does not cover {LANGUAGES.get(language, language)}, the language of the question: only "
        "documents with the question's own words are found. Name a multilingual model in CITEWELL_EMBEDDING_MODEL to "
        "search by meaning, or ask in a language that the model covers."
    )
