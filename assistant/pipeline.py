"""A question's way: the one place where it is walked from stage to stage."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Event

from assistant.answering.answerability import FOUND_NOTHING, Gate
from assistant.answering.citations import NO_DOCUMENTS, check_quotes, cited_answer, declined
from assistant.answering.conflicts import attested
from assistant.answering.filters import narrowed, told_of_latest
from assistant.answering.followups import Understood, understand
from assistant.answering.foreign import notice, share_of_words_found, uncovered_language
from assistant.answering.highlight import emphasised, led_by
from assistant.answering.near_duplicates import naming_those_that_say_it
from assistant.answering.questions import QuestionKind, kind_of
from assistant.answering.retrieval import Filters, Retrieved, retrieve
from assistant.answering.selection import choose, telling_first
from assistant.answering.sentence_scoring import PASSAGES_READ, weigh
from assistant.answering.short_answer import point_out
from assistant.answering.sources import check_publishers, check_source
from assistant.answering.sufficiency import THRESHOLD, signals, sufficiency
from assistant.answering.taking_in import NOT_YET, told_taking_in
from assistant.answering.term_weights import TermWeights, weight_in
from assistant.errors import ModelUnavailable
from assistant.generation.context import Material, choose_material
from assistant.generation.rewriting import rewritten
from assistant.generation.writer import Draft, Task, write
from assistant.indexing import IndexReader, Snapshot
from assistant.models.language_model import LanguageModel
from assistant.models.model_failures import ModelFailed
from assistant.models.reader import AnswerSpan
from assistant.models.reranker import READ, CrossEncoderReranker
from assistant.types import Answer, History, Passage, ScoredPassage

SHOWN_PASSAGES = 10
QUOTED_INSTEAD = "These are sentences quoted from the documents instead."
ALL_KEPT_BACK = "All that was found looks like orders to an assistant, and was not given to {}. Read it with care."
KEPT_BACK = "Left out of what the model was given, as it looks like orders to an assistant: {}."


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for a question: the answer in quoted sentences, or that there is none, and what led to it.

    ``hits`` are the passages found, the best first, and ``copies`` those that nearly repeat them. ``notices`` are those
    of ``answer`` that hold whoever writes it.
    """

    answer: Answer
    hits: tuple[ScoredPassage, ...] = ()
    notices: tuple[str, ...] = ()
    copies: tuple[Passage, ...] = ()


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
        return self._narrowed(snapshot, asked, history, filters).answer

    def stream(
        self,
        reader: IndexReader,
        model: LanguageModel,
        asked: str,
        history: History,
        filters: Filters,
        stop: Event | None = None,
    ) -> Generator[Answer, None, None]:
        """The answer that a language model writes, as it grows; the quoted one where it fails, which a notice tells.

        The model is given passages only when they answer the question. A question that leans on the conversation is
        put in its own words first, by the model. Raises Stopped once ``stop`` is set.
        """
        alone: str | None = None
        failure: ModelUnavailable | None = None
        try:
            alone = self._standing_alone(reader, model, asked, history, filters, stop)
        except ModelUnavailable as error:
            failure = error

        def find(snapshot: Snapshot) -> tuple[_Found, Material, Task]:
            found = self._narrowed(snapshot, asked, history, filters, alone)
            hits = () if found.answer.abstained else found.hits
            material = choose_material(hits, snapshot.section, snapshot.text)
            embed = snapshot.embedder.embed_remembered
            return found, material, Task(found.answer.question, material.passages, tuple(snapshot.languages), embed)

        found, material, task = reader.use(find)
        if found.answer.abstained:
            yield found.answer
            return
        if failure is None and not material.passages:
            failure = ModelFailed(ALL_KEPT_BACK.format(model.name), "refused")
        try:
            if failure is not None:
                raise failure
            for draft in write(model, task, stop):
                yield _as_written(model, found, material, draft)
        except ModelUnavailable as error:
            told = (f"{error} {QUOTED_INSTEAD}", *found.answer.notices)
            yield replace(found.answer, notices=told)

    def _standing_alone(
        self,
        reader: IndexReader,
        model: LanguageModel,
        asked: str,
        history: History,
        filters: Filters,
        stop: Event | None,
    ) -> str | None:
        """The question as the model puts it, if it leans on the conversation; else None, and the model is not asked."""

        def leans(snapshot: Snapshot) -> bool:
            return _understood(snapshot, narrowed(snapshot, asked, filters).question, history).reliance > 0

        if not history or not reader.use(leans):
            return None
        return rewritten(model, asked, history, stop)

    def best_span(self, gate: Gate, snapshot: Snapshot, asked: str, history: History) -> AnswerSpan | None:
        """What a reader takes for the answer; None when no passage was found."""
        understood = _understood(snapshot, asked, history)
        found = self._retrieve(snapshot, understood, SHOWN_PASSAGES, Filters())
        return gate.best_span(understood.question, _read_in(found.hits))

    def _narrowed(
        self, snapshot: Snapshot, asked: str, history: History, filters: Filters, alone: str | None = None
    ) -> _Found:
        """What is found for a question, narrowed to the days that it names; ``alone`` is how it stands alone."""
        narrow = narrowed(snapshot, alone or asked, filters)
        history = () if alone else history
        found = self._found(snapshot, narrow.question, history, narrow.filters)
        if found.answer.abstained and narrow.otherwise:
            wide = self._found(snapshot, narrow.question, history, filters)
            scope = narrow.filters.scope(snapshot)
            if any(citation.passage.id in scope for citation in wide.answer.citations):
                found = self._found(snapshot, narrow.question, history, narrow.filters, is_answered=True)
            elif not wide.answer.abstained:
                found, narrow = wide, replace(narrow, filters=filters, notices=narrow.otherwise)
        check_quotes(found.answer, snapshot.text)
        question = (alone or asked) if found.answer.question == narrow.question else found.answer.question
        of_days = (*narrow.notices, *told_of_latest(asked, narrow.filters, found.answer))
        told = (*of_days, *told_taking_in(taking_in := snapshot.taking_in()))
        text = NOT_YET if taking_in and found.answer.text == NO_DOCUMENTS else found.answer.text
        answer = replace(found.answer, text=text, question=question, notices=(*found.answer.notices, *told))
        return replace(found, answer=answer, notices=(*found.notices, *told))

    def _found(
        self, snapshot: Snapshot, asked: str, history: History, filters: Filters, *, is_answered: bool = False
    ) -> _Found:
        """What is found for a question; ``is_answered`` where it is known that what passes the filters answers it."""
        understood = _understood(snapshot, asked, history)
        retrieved = self._retrieve(snapshot, understood, SHOWN_PASSAGES, filters)
        question = understood.question
        kind = kind_of(question)
        weights = TermWeights(question, snapshot.document_frequency, snapshot.words.count(), snapshot.languages)
        hits = retrieved.hits
        evidence = weigh(question, kind, hits, weights, snapshot.embedder.cosines)
        confidence = sufficiency(signals(retrieved, evidence, weights))
        section = snapshot.section(evidence[0].sentence.passage) if evidence else []
        language = uncovered_language(question, snapshot.embedder)
        if language and share_of_words_found(evidence) < 1:
            confidence = min(confidence, THRESHOLD * share_of_words_found(evidence))
        if confidence < THRESHOLD and not is_answered:
            notices = [notice(language)] if language else []
            return _Found(declined(question, hits, confidence, narrowed=bool(filters), notices=notices))
        span = self._gate.best_span(question, _read_in(hits)) if self._gate else None
        if self._gate and not self._gate.lets_pass(span):
            doubted = min(confidence, THRESHOLD * self._gate.doubt(span))
            return _Found(declined(question, hits, doubted, narrowed=bool(filters), notices=[FOUND_NOTHING]))
        if span is None:
            evidence = telling_first(kind, question, evidence)
        elif kind is not QuestionKind.LIST:
            evidence = led_by(evidence, span.passage, span.start, span.end)
        chosen = choose(kind, question, evidence, section)
        found = attested(question, chosen.sentences, evidence, snapshot.embedder.embed_remembered)
        answer = cited_answer(question, found.statements, hits, confidence, (*chosen.notices, *found.notices))
        if not found.notices and span is not None:  # no side of a dispute is the answer
            answer = emphasised(answer, span.passage, span.start, span.end)
        elif not found.notices:
            answer = point_out(kind, question, answer, found.statements[0].sentence)
        answer = naming_those_that_say_it(answer, retrieved.copies)
        return _Found(answer, hits, found.notices, retrieved.copies)

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


def _as_written(model: LanguageModel, found: _Found, material: Material, draft: Draft) -> Answer:
    """A draft as an answer. One that claims nothing says that the passages do not answer."""
    checked = draft.checked
    cited = {citation.passage.id for citation in checked.citations}
    claims_nothing = not cited and all(sentence.support == "supported" for sentence in checked.sentences)
    titles = dict.fromkeys(f"“{' '.join(passage.title.split())}”" for passage in material.kept_back)
    kept_back = (KEPT_BACK.format(", ".join(titles)),) if titles else ()
    answer = replace(
        found.answer,
        text=checked.text,
        sentences=checked.sentences,
        citations=checked.citations,
        abstained=claims_nothing and draft.is_final,
        written_by=model.name,
        notices=(*draft.notices, *kept_back, *found.notices),
        also_found=tuple(hit for hit in found.hits if hit.passage.id not in cited),
        pending=draft.pending,
    )
    return naming_those_that_say_it(answer, found.copies)
