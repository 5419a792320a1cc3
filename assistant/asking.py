"""A question's way: the one place where it is walked from stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from assistant.answering.agreement import attested
from assistant.answering.asked_for import point_out
from assistant.answering.citations import cited_answer, declined
from assistant.answering.cross_encoder import READ, CrossEncoderReranker
from assistant.answering.emphasis import emphasised, led_by
from assistant.answering.evidence import PASSAGES_READ, weigh
from assistant.answering.extractive import choose, states_it_plainly, telling_first
from assistant.answering.followups import Understood, understand
from assistant.answering.foreign import notice, share_of_words_found, uncovered_language
from assistant.answering.gate import FOUND_NOTHING, Gate
from assistant.answering.named_days import narrowed, told_of_latest
from assistant.answering.questions import QuestionKind, kind_of
from assistant.answering.reading_model import AnswerSpan
from assistant.answering.retrieval import Filters, Retrieved, retrieve
from assistant.answering.sources import check_publishers, check_source
from assistant.answering.sufficiency import THRESHOLD, signals, sufficiency
from assistant.answering.term_weights import TermWeights, weight_in
from assistant.indexing import Snapshot
from assistant.types import Answer, History, Passage, ScoredPassage

SHOWN_PASSAGES = 10


class Asking:
    """Searches and answers in one snapshot of the index, with the optional models where they are named."""

    def __init__(self, reranker: CrossEncoderReranker | None, gate: Gate | None) -> None:
        self._reranker = reranker
        self._gate = gate

    def search(
        self, snapshot: Snapshot, asked: str, history: History, limit: int, filters: Filters
    ) -> list[ScoredPassage]:
        """Up to ``limit`` passages that fit the question best, narrowed to the days that it names."""
        narrow = narrowed(snapshot, asked, filters)
        understood = _understood(snapshot, narrow.question, history)
        return list(self._retrieve(snapshot, understood, limit, narrow.filters).hits)

    def ask(self, snapshot: Snapshot, asked: str, history: History, filters: Filters) -> Answer:
        """The answer to a question, narrowed to the days that it names, which a notice then tells."""
        narrow = narrowed(snapshot, asked, filters)
        answer = self._answer(snapshot, narrow.question, history, narrow.filters)
        question = asked if answer.question == narrow.question else answer.question
        of_days = (*narrow.notices, *told_of_latest(asked, narrow.filters, answer))
        return replace(answer, question=question, notices=(*answer.notices, *of_days))

    def best_span(self, gate: Gate, snapshot: Snapshot, asked: str, history: History) -> AnswerSpan | None:
        """What a reader takes for the answer; None when no passage was found."""
        understood = _understood(snapshot, asked, history)
        found = self._retrieve(snapshot, understood, SHOWN_PASSAGES, Filters())
        return gate.best_span(understood.question, _read_in(found.hits))

    def _answer(self, snapshot: Snapshot, asked: str, history: History, filters: Filters) -> Answer:
        understood = _understood(snapshot, asked, history)
        retrieved = self._retrieve(snapshot, understood, SHOWN_PASSAGES, filters)
        question = understood.question
        kind = kind_of(question)
        weights = TermWeights(question, snapshot.document_frequency, snapshot.words.count(), snapshot.languages)
        hits = retrieved.hits
        evidence = weigh(question, kind, hits, weights, snapshot.embedder.embed_remembered)
        confidence = sufficiency(signals(retrieved, evidence, weights))
        section = snapshot.section(evidence[0].sentence.passage) if evidence else []
        if states_it_plainly(question, kind, evidence, section):
            confidence = max(confidence, THRESHOLD)
        language = uncovered_language(question, snapshot.embedder)
        if language and share_of_words_found(evidence) < 1:
            confidence = min(confidence, THRESHOLD * share_of_words_found(evidence))
        if confidence < THRESHOLD:
            notices = [notice(language)] if language else []
            return declined(question, hits, confidence, narrowed=bool(filters), notices=notices)
        span = self._gate.best_span(question, _read_in(hits)) if self._gate else None
        if self._gate and not self._gate.lets_pass(span):
            doubted = min(confidence, THRESHOLD * self._gate.doubt(span))
            return declined(question, hits, doubted, narrowed=bool(filters), notices=[FOUND_NOTHING])
        if span is None:
            evidence = telling_first(kind, question, evidence)
        elif kind is not QuestionKind.LIST:
            evidence = led_by(evidence, span.passage, span.start, span.end)
        chosen = choose(kind, question, evidence, section)
        found = attested(question, chosen.sentences, evidence, snapshot.embedder.embed_remembered)
        answer = cited_answer(question, found.statements, hits, confidence, (*chosen.notices, *found.notices))
        if found.notices:  # no side of a dispute is the answer
            return answer
        return emphasised(answer, span.passage, span.start, span.end) if span else point_out(kind, question, answer)

    def _retrieve(self, snapshot: Snapshot, question: Understood, limit: int, filters: Filters) -> Retrieved:
        """What was found, ordered anew by the reranker where there is one."""
        for source in snapshot.absent(filters.sources):
            check_source(source, [record.source for record in snapshot.records()])
        if filters.publishers:
            check_publishers(filters.publishers, snapshot.publishers())
        if self._reranker is None or limit <= 0:
            return retrieve(snapshot, question, limit, filters)
        found = retrieve(snapshot, question, max(limit, READ), filters)
        return replace(found, hits=self._reranker.rerank(question.question, found.hits)[:limit])


def _understood(snapshot: Snapshot, asked: str, history: History) -> Understood:
    return understand(asked, history, partial(weight_in, snapshot), snapshot.languages)


def _read_in(hits: Sequence[ScoredPassage]) -> list[Passage]:
    """The passages that are read closely: those that sentences are taken from."""
    return [hit.passage for hit in hits[:PASSAGES_READ]]
