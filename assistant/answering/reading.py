"""The best passages, read together with the question, and ordered anew by whether they answer it.

Passages are cut into windows of a few sentences. Those that promise most by their words are read. A linear model over
`ReadFit` orders the passages; ``python -m benchmarks.fit_reading`` fits and measures it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from assistant.answering.recency import advantage_of_newer
from assistant.answering.retrieval import Retrieved
from assistant.answering.term_weights import TermWeights
from assistant.models.linear import LinearModel, shipped
from assistant.models.named_reader import AnswerSpan
from assistant.models.packaged_reader import PackagedReader, TextReading
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.terms import term_set
from assistant.types import DEFAULT_LANGUAGE, Passage, ScoredPassage

WINDOWS_AT_ONCE = 6
"""How many windows are read before it is asked whether one answers: each takes 10 to 20 ms of a processor core."""
MOST_WINDOWS = 18
"""How many are read at most, where none answers surely."""
SURELY = 0.5
"""From these log-odds that a window answers, no further ones are read where one answer is asked for, of any time."""
WINDOW_CHARACTERS = 450
"""How long a window is at most, but for a sentence that is longer: the reader was trained on about as much."""
WORDS_WEIGHT = 0.3
"""How much the words of the question that a window holds count beside its passage's score, both 0 to 1. A window with
the answer is then among the first six, twelve and 24 for .98 of `squad`, and for .61, .77 and .88 of `news`; among all
windows of the twenty passages for .99 and .92."""
FRONT_CHARACTERS = 100
"""How much of a document's title, and of the headings above a passage, is read before a window."""
NO_SPAN = -20.0
"""The margin of a text without words."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadWindow:
    """Some sentences of a passage, ``document.text[start:end]``, and what the reader makes of them.

    ``retrieved`` is the passage's score in the retrieval, 0 to 1.
    """

    passage: Passage
    start: int
    end: int
    retrieved: float
    reading: TextReading

    @property
    def answered(self) -> float:
        """The logarithm of the odds that it answers."""
        return self.reading.answered

    def best_span(self, start: int, end: int) -> AnswerSpan | None:
        """The likeliest answer within these characters of the document; None where no word is."""
        found = self.reading.best_span(start - self.start, end - self.start)
        if found is None:
            return None
        first, last, margin = found
        return AnswerSpan(self.passage, self.start + first, self.start + last, margin, margin)

    def margin(self, start: int, end: int) -> float:
        """How much likelier the likeliest answer within these characters is than none: a logarithm, least `NO_SPAN`."""
        span = self.best_span(start, end)
        return max(NO_SPAN, span.margin) if span else NO_SPAN

    def share(self, start: int, end: int) -> float:
        """How much of the window's answer, if there is one, stands within these characters of the document, 0 to 1."""
        return self.reading.share(start - self.start, end - self.start)


Readings = Mapping[str, Sequence[ReadWindow]]
"""The windows read of each passage, by its id."""


@dataclass(frozen=True, slots=True)
class ReadFit:
    """What speaks for a passage that was read.

    ``retrieved``: its score in the retrieval, 0 to 1. ``answered``: the highest probability that one of its windows
    answers, a logarithm.
    """

    retrieved: float
    answered: float


MODEL = shipped("read_passage_ranking")


def read(
    question: str,
    retrieved: Retrieved,
    weights: TermWeights,
    reader: PackagedReader | None,
    *,
    for_now: bool = False,
    for_several: bool = False,
) -> Retrieved:
    """What was retrieved, with the readings of what promises most, ordered by them; scores from 0 to 1, still falling.

    ``for_now`` where the question asks for what is so now: newer passages are then read first. ``for_several`` where it
    asks for several things. Either way the reader goes on where one window answers surely, since others may answer too,
    or what is newer. Nothing is read without a reader, nor where the best passage is not in English, which is all that
    it reads.
    """
    hits = list(retrieved.hits)
    if reader is None or not hits or hits[0].passage.language != DEFAULT_LANGUAGE:
        return retrieved
    chosen = promising(hits, weights, advantage_of_newer(hits) if for_now else {})
    readings: dict[str, list[ReadWindow]] = {}
    for window in _read_in_turn(question, chosen, reader, goes_on=for_several or for_now):
        readings.setdefault(window.passage.id, []).append(window)
    return replace(retrieved, hits=tuple(ordered(hits, readings)), readings=readings)


def _read_in_turn(
    question: str, chosen: Sequence[tuple[ScoredPassage, int, int]], reader: PackagedReader, *, goes_on: bool
) -> Iterator[ReadWindow]:
    """The windows that are read, some at once: until one answers surely, unless it ``goes_on`` then."""
    for first in range(0, MOST_WINDOWS, WINDOWS_AT_ONCE):
        windows = _read(question, chosen[first : first + WINDOWS_AT_ONCE], reader)
        yield from windows
        if not goes_on and any(window.answered >= SURELY for window in windows):
            return


def _read(question: str, chosen: Sequence[tuple[ScoredPassage, int, int]], reader: PackagedReader) -> list[ReadWindow]:
    texts = [
        (_front(hit.passage), hit.passage.text[start - hit.passage.start : end - hit.passage.start])
        for hit, start, end in chosen
    ]
    read = zip(chosen, reader.read(question, texts), strict=True)
    return [ReadWindow(hit.passage, start, end, hit.score, reading) for (hit, start, end), reading in read]


def read_alone(question: str, sentences: Sequence[Sentence], reader: PackagedReader) -> list[ReadWindow]:
    """Each sentence as a window by itself, which tells whether it answers without those around it."""
    read = reader.read(question, [(_front(sentence.passage), sentence.text) for sentence in sentences])
    return [
        ReadWindow(sentence.passage, sentence.start, sentence.end, 0.0, reading)
        for sentence, reading in zip(sentences, read, strict=True)
    ]


def ordered(hits: Sequence[ScoredPassage], readings: Readings, model: LinearModel = MODEL) -> list[ScoredPassage]:
    """The hits by what their readings and their earlier scores say together; those that were not read come last."""
    read = [hit for hit in hits if hit.passage.id in readings]
    read.sort(key=lambda hit: -model.score(read_fit(hit, readings[hit.passage.id])))
    rest = [hit for hit in hits if hit.passage.id not in readings]
    falling = accumulate((hit.score for hit in (*read, *rest)), min)
    return [ScoredPassage(hit.passage, score) for hit, score in zip((*read, *rest), falling, strict=True)]


def read_fit(hit: ScoredPassage, windows: Sequence[ReadWindow]) -> ReadFit:
    """What speaks for one passage, of which at least one window was read."""
    return ReadFit(hit.score, log_probability(max(window.answered for window in windows)))


def log_probability(log_odds: float) -> float:
    """The logarithm of the probability with these odds."""
    return -math.log1p(math.exp(-log_odds)) if log_odds > 0 else log_odds - math.log1p(math.exp(log_odds))


def window_of(sentence: Sentence, readings: Readings) -> ReadWindow | None:
    """The window that a sentence was read in; None if it was not read."""
    windows = readings.get(sentence.passage.id, ())
    return next((window for window in windows if window.start <= sentence.start < window.end), None)


def promising(
    hits: Sequence[ScoredPassage], weights: TermWeights, advantages: Mapping[str, float]
) -> list[tuple[ScoredPassage, int, int]]:
    """All windows, those that promise most first: each a passage, and where in its document it starts and ends.

    ``advantages`` are added to the scores of passages, by their ids.
    """
    found = [
        (
            hit.score + WORDS_WEIGHT * _coverage(hit.passage, window, weights) + advantages.get(hit.passage.id, 0.0),
            hit,
            window,
        )
        for hit in hits
        if hit.passage.language == DEFAULT_LANGUAGE
        for window in windows_of(hit.passage)
    ]
    found.sort(key=lambda item: -item[0])
    return [(hit, *window) for _, hit, window in found]


def windows_of(passage: Passage) -> list[tuple[int, int]]:
    """Where windows of whole sentences start and end in the document, all of about one length."""
    sentences = sentences_of(passage)
    if not sentences:
        return []
    first, last = sentences[0].start, sentences[-1].end
    parts = -(-(last - first) // WINDOW_CHARACTERS)
    aimed = (last - first) / parts
    starts = [first]
    for before, sentence in pairwise(sentences):
        if sentence.end - starts[-1] > WINDOW_CHARACTERS or before.end - starts[-1] >= aimed:
            starts.append(sentence.start)
    return list(pairwise([*starts, last]))


def _coverage(passage: Passage, window: tuple[int, int], weights: TermWeights) -> float:
    start, end = (place - passage.start for place in window)
    return weights.coverage(term_set(passage.text[start:end], passage.language), passage.language)


def _front(passage: Passage) -> str:
    """What is read before a window: of which document it is."""
    front = f"{passage.title}. {passage.breadcrumb}" if passage.breadcrumb else passage.title
    return f"{front[:FRONT_CHARACTERS]}: " if front else ""
