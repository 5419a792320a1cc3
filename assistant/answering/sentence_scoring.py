"""The sentences that may answer a question, each with how well it fits.

A linear model over `SentenceFit`; ``python -m benchmarks.fit_sentence_scoring`` fits and measures it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.answering.citations import LIST_MARK, plain
from assistant.answering.definitions import defines
from assistant.answering.questions import NUMBER, expectation, need
from assistant.answering.reading import Readings, ReadWindow, window_of
from assistant.answering.term_weights import TermWeights
from assistant.models.embedder import Vectors
from assistant.models.linear import LinearModel, shipped
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.cells import states_a_count
from assistant.text.english.measures import COUNTS, without_other_numbers
from assistant.text.terms import subject_terms, term_set, terms, words
from assistant.types import DEFAULT_LANGUAGE, ScoredPassage

PASSAGES_READ = 8
"""From how many of the best passages sentences are taken, without a reader."""
SENTENCES_COMPARED = 12
"""How many of their sentences, the best by all other signs, are compared with the question by meaning, which takes
most of the time of an answer. On 675 questions kept from the fitting, the best sentence of all was as often right as
with no limit, and one of the best three for one question less."""
NO_SHARE = 0.02
"""What is added to a share of an answer before its logarithm is taken."""
FRAGMENT_PENALTY = 2.5
"""What a line that is no sentence loses, such as a button or a caption, unless it is a label with the value that is
asked for; set by hand, so that it opens an answer only where no sentence comes near it."""
WORDS_OF_A_LABEL = 4
OF_MAILS = frozenset(
    """from cc date dated send sends sent sender recipient recipients write writes wrote written reply replied receive
    received forward forwarded subject address addresses addressed absender empfänger betreff schrieb geschrieben
    schickte geschickt gesendet""".split()
)
"""Words of questions that may be about what stands above the text of a mail, an invoice or a memo."""
QUESTION_WORDS = frozenset(terms("when why"))
"""They tell a time or a reason in an answer, though the question has them too ("It began when ...")."""
Embed = Callable[[Sequence[str]], Vectors]
Compare = Callable[[str, Sequence[str]], Sequence[float]]
"""The cosines of a question and of texts that may answer it; see `Embedder.cosines`."""


@dataclass(frozen=True, slots=True)
class SentenceFit:
    """How a sentence fits a question.

    ``cosine``: of question and sentence, read under its document's title, -1 to 1. ``context_coverage``: the share of
    the question's terms, weighted by how rare they are, that stand in the sentence, the one before it, the headings or
    the title, 0 to 1. ``passage_coverage``: the same for its passage. ``passage_score``: of its passage, 0 to 1.
    ``holds_expected``: 1 when it holds something of the sort asked for (a number, a time, a name, a reason) that the
    question does not name, or a value with a label that it does, else 0. ``word_pairs``: the share of the question's
    pairs of adjacent words that stand in it, 0 to 1. ``length``: the logarithm of one more than its terms. ``defines``:
    1 when it defines the term whose meaning is asked for, else 0.

    ``unread``: its score by all of these. Where it was read, ``answered`` is the log-odds that the sentences read with
    it answer; ``margin`` how much likelier its likeliest words are to answer than none are, a logarithm; ``share`` the
    logarithm of how much of their answer stands in it.
    """

    cosine: float
    context_coverage: float
    passage_coverage: float
    passage_score: float
    holds_expected: float
    word_pairs: float
    length: float
    defines: float
    unread: float = 0.0
    answered: float = 0.0
    margin: float = 0.0
    share: float = 0.0


MODEL = shipped("sentence_ranking")
READ_MODEL = shipped("read_sentence_ranking")
"""Its twin for sentences of passages that were read."""


def model_of(readings: Readings) -> LinearModel:
    """The model that scores, with these readings."""
    return READ_MODEL if readings else MODEL


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence weighed against the question.

    ``coverage``: the weighted share of the question's terms that stand in the sentence itself, 0 to 1.
    ``may_answer``: whether it holds what a sentence that answers hardly ever lacks: a time where the question is
    "when", an amount where it is "how many", a link such as "to" or "because" where it is "why". Of two
    sentences, one whose ``score`` is higher by d is taken to be e^d times likelier to answer (a conditional logit:
    McFadden, "Conditional logit analysis of qualitative choice behavior", 1973).
    """

    sentence: Sentence
    coverage: float
    fit: SentenceFit
    score: float
    may_answer: bool = True


def score_sentences(
    question: str,
    hits: Sequence[ScoredPassage],
    weights: TermWeights,
    compare: Compare,
    readings: Readings | None = None,
) -> list[ScoredSentence]:
    """The sentences of the best passages that promise most, weighed against the question, the best first.

    ``readings`` are the windows of the passages that were read; no other sentences are then taken.
    """
    known = readings or {}
    scale = _Scale(question, expectation(question), need(question), weights, known)
    closest = [hit for hit in hits if hit.passage.id in known] if known else hits[:PASSAGES_READ]
    read = _without_rows_of_one(question, [item for hit in closest for item in scale.weigh_by_words(hit)])
    if not read:
        return []
    promising = sorted(read, key=lambda item: -item.score)[:SENTENCES_COMPARED]
    cosines = compare(question, [under_title(item.sentence) for item in promising])
    weighed = [scale.with_meaning(item, cosine) for item, cosine in zip(promising, cosines, strict=True)]
    return sorted(weighed, key=lambda item: -item.score)


def _without_rows_of_one(question: str, read: list[ScoredSentence]) -> list[ScoredSentence]:
    """The sentences without table rows that each are one of the things that the question counts.

    So are rows that hold as much of the question as others of their document, unless a head says that they count. Where
    there is nothing else, they stay, and may not answer.
    """
    if not COUNTS.search(question):
        return read
    alike = Counter((item.sentence.passage.source, item.coverage) for item in read if item.sentence.row)

    def is_of_one(item: ScoredSentence) -> bool:
        states = states_a_count(question, item.sentence)
        return alike[item.sentence.passage.source, item.coverage] > 1 if states is None else not states

    others = [item for item in read if not (item.sentence.row and is_of_one(item))]
    return others or [replace(item, may_answer=False) for item in read]


def under_title(sentence: Sentence) -> str:
    """The text that is embedded for a sentence: the document's title says what its pronouns leave open."""
    return f"{sentence.passage.title}. {sentence.said}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """What one question's sentences are weighed by."""

    question: str
    expected: re.Pattern[str] | None
    needed: re.Pattern[str] | None
    weights: TermWeights
    readings: Readings

    def with_meaning(self, item: ScoredSentence, cosine: float) -> ScoredSentence:
        """The sentence with the cosine of its vector and the question's taken into account."""
        fit = _with_unread(replace(item.fit, cosine=cosine))
        model = model_of(self.readings)
        return replace(item, fit=fit, score=item.score + model.score(fit) - model.score(item.fit))

    def weigh_by_words(self, hit: ScoredPassage) -> Iterator[ScoredSentence]:
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
            window = window_of(sentence, self.readings)
            if (self.readings and window is None) or (sentence.heads_a_mail and not self._asks_of_mails):
                before = own | above
                continue
            text = self._without_marks(sentence)
            fit = SentenceFit(
                cosine=0.0,
                context_coverage=self.weights.coverage(own | before, language),
                passage_coverage=passage_coverage,
                passage_score=window.retrieved if window else hit.score,
                holds_expected=float(_holds(self.expected, text, set(asked)) or self._labels(sentence)),
                word_pairs=len(pairs & set(pairwise(said))) / max(1, len(pairs)),
                length=math.log(1 + len(said)),
                defines=float(defines(self.question, sentence.text)),
                **(_as_read(sentence, window) if window else {}),
            )
            fit = _with_unread(fit)
            score = model_of(self.readings).score(fit)
            if sentence.is_fragment and not self._tells(sentence, fit):
                score -= FRAGMENT_PENALTY
            is_read = self.needed is not None and language == DEFAULT_LANGUAGE
            may_answer = not is_read or _holds(self.needed, text, set(asked) - QUESTION_WORDS)
            yield ScoredSentence(sentence, self.weights.coverage(own, language), fit, score, may_answer)
            before = own | above

    @property
    def _asks_of_mails(self) -> bool:
        """Whether the question may be about what stands above the text of a mail: who sent it, or whom it is to."""
        asking = words(self.question)
        return not OF_MAILS.isdisjoint(asking) or "to" in (*asking[:1], *asking[-1:])

    def _without_marks(self, sentence: Sentence) -> str:
        """What a sentence says, without the mark of a list item, and without numbers that are no amounts."""
        text = LIST_MARK.sub("", sentence.said) if sentence.is_item else sentence.said
        return without_other_numbers(text, self.question) if self.expected is NUMBER else text

    def _tells(self, fragment: Sentence, fit: SentenceFit) -> bool:
        """Whether a line speaks of what is asked, and holds what is asked for."""
        language = fragment.passage.language
        asked = set(subject_terms(self.question, language))
        return fit.holds_expected > 0 and not asked.isdisjoint(terms(fragment.text, language))

    def _labels(self, sentence: Sentence) -> bool:
        """Whether a line is a label that the question names, with a value that it does not ("Source: Lake Itasca")."""
        label, mark, value = plain(sentence.text, is_item=sentence.is_item).partition(":")
        if not mark or sentence.row or len(label.split()) > WORDS_OF_A_LABEL:
            return False
        language = sentence.passage.language
        asked = set(subject_terms(self.question, language))
        return not asked.isdisjoint(terms(label, language)) and not set(terms(value, language)) <= asked


def _with_unread(fit: SentenceFit) -> SentenceFit:
    return replace(fit, unread=MODEL.score(fit))


def _as_read(sentence: Sentence, window: ReadWindow) -> dict[str, float]:
    """What the reader makes of the sentence, as the features of its fit.

    It was trained on prose, and does not tell rows of a table apart: each is taken for all that was read with it.
    """
    place = (window.start, window.end) if sentence.row else (sentence.start, sentence.end)
    share = math.log(window.share(*place) + NO_SHARE)
    return {"answered": window.answered, "margin": window.margin(*place), "share": share}


def _holds(pattern: re.Pattern[str] | None, text: str, asked: set[str]) -> bool:
    """Whether a text holds what matches, and says more than the question does with it."""
    found = pattern.finditer(text) if pattern else ()
    return any(not set(terms(match[0])) <= asked for match in found)
