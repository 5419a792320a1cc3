"""A question's way: retrieve → read → decide → select → corroborate → highlight, from value to value."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Event

from assistant.answering.answerability import AnswerabilitySignals, Decision, ReaderGate, decide, read_in
from assistant.answering.chains import chained, in_two, name_found, says_more_surely
from assistant.answering.citations import NO_DOCUMENTS, check_quotes, cited_answer, declined
from assistant.answering.conflicts import corroborate
from assistant.answering.filters import NarrowedQuestion, check_filters, narrowed
from assistant.answering.followups import Understood, understand
from assistant.answering.highlight import highlight
from assistant.answering.listed_items import items_among, with_items
from assistant.answering.names_asked_for import names_asked_for, naming_them
from assistant.answering.near_duplicates import naming_those_that_say_it
from assistant.answering.plan import AnswerPlan
from assistant.answering.questions import QuestionKind, kind_of
from assistant.answering.reading import read
from assistant.answering.recency import told_of_age
from assistant.answering.retrieval import Retrieved, retrieve
from assistant.answering.selection import select
from assistant.answering.taking_in import NOT_YET, told_taking_in
from assistant.answering.term_weights import TermWeights, weight_in
from assistant.errors import ModelUnavailable
from assistant.generation.context import WritingContext, choose_context
from assistant.generation.rewriting import rewritten
from assistant.generation.writer import Draft, Task, write
from assistant.indexing import Snapshot, SnapshotReader
from assistant.models.language_model import LanguageModel
from assistant.models.model_failures import ModelFailed
from assistant.models.named_reader import AnswerSpan
from assistant.models.onnx_encoder import usable_cores
from assistant.models.packaged_reader import PackagedReader
from assistant.models.reranker import READ, CrossEncoderReranker
from assistant.news.briefing import Material, brief
from assistant.news.overview import overview
from assistant.news.positions import positions
from assistant.news.remembered import remembered
from assistant.news.side_by_side import ComparedSide, compare
from assistant.news.sides import side_of, sides_found
from assistant.news.timeline import timeline
from assistant.news.views import Briefing, Compared
from assistant.news.whats_new import whats_new
from assistant.stopping import Turns
from assistant.text.english.present import asks_for_now
from assistant.types import Answer, Filters, History, ScoredPassage

SHOWN_PASSAGES = 10
RETRIEVED = 20
"""Of how many passages those to be read are chosen."""
QUOTED_INSTEAD = "These are sentences quoted from the documents instead."
ALL_KEPT_BACK = "All that was found looks like orders to an assistant, and was not given to {}. Read it with care."
KEPT_BACK = "Left out of what the model was given, as it looks like orders to an assistant: {}."


@dataclass(frozen=True, slots=True)
class _NarrowedPlan:
    """A plan made within the days that its question names, and the notices that hold whoever words the answer."""

    plan: AnswerPlan
    notices: tuple[str, ...]


class Pipeline:
    """Searches and answers in one snapshot of the index, with the optional models where they are named.

    A question takes the time of one processor core, most of it in the reader. Whoever asks many takes one of its
    ``turns`` for each, of which there are as many as cores.
    """

    def __init__(
        self, reranker: CrossEncoderReranker | None, reader: PackagedReader | None, gate: ReaderGate | None
    ) -> None:
        self._reranker = reranker
        self._reader = reader
        self._gate = gate
        self.turns = Turns(usable_cores())
        self._compared, self._briefed = remembered(self._compare), remembered(self._brief)

    @property
    def reader_threshold(self) -> float | None:
        """The margin that a named reader's best span must reach now; None where none is named."""
        return self._gate.threshold if self._gate else None

    def search(
        self, snapshot: Snapshot, asked: str, history: History, limit: int, filters: Filters
    ) -> list[ScoredPassage]:
        """Up to ``limit`` passages that fit the question best, narrowed to the days that it names."""
        narrow = narrowed(snapshot, asked, filters)
        understood = _understood(snapshot, narrow.question, history)
        return list(self._retrieve(snapshot, understood, limit, narrow.filters).hits)

    def plan(self, snapshot: Snapshot, asked: str, history: History, filters: Filters) -> AnswerPlan:
        """How a question is answered, narrowed to the days that it names, which a notice then tells."""
        return self._narrowed(snapshot, asked, history, filters).plan

    def answer(
        self,
        snapshot: Snapshot,
        question: Understood,
        filters: Filters,
        *,
        for_now: bool = False,
        is_answered: bool = False,
    ) -> AnswerPlan:
        """The way of one question, stage by stage.

        ``for_now`` where it asks for what is so now, ``is_answered`` where it is known that what passes answers it.
        """
        asked, embedder = question.question, snapshot.embedder
        weights = TermWeights(asked, snapshot.document_frequency, snapshot.passage_count, snapshot.languages)
        found = self._retrieve(snapshot, question, RETRIEVED, filters)
        naming, unmentioned = naming_them(found.hits, names_asked_for(asked, snapshot))
        others = [hit for hit in found.hits if naming and hit not in naming]
        candidates = replace(found, hits=tuple(naming or found.hits))
        several = kind_of(asked) is QuestionKind.LIST
        retrieved = read(asked, candidates, weights, self._reader, for_now=for_now, for_several=several)
        retrieved = replace(retrieved, hits=retrieved.hits[:SHOWN_PASSAGES])
        hits = (*retrieved.hits, *others)[:SHOWN_PASSAGES]
        decision = decide(
            asked, retrieved, weights, embedder, self._gate,
            for_now=for_now, is_answered=is_answered, unmentioned=unmentioned, others=others,
        )  # fmt: skip
        if not decision.answers:
            confidence, notices = decision.confidence, decision.notices
            answer = declined(asked, hits, confidence, narrowed=bool(filters), notices=notices)
            return AnswerPlan(retrieved, decision, answer)
        selection = select(decision, snapshot.section)
        corroborated = corroborate(asked, selection, embedder.embed_remembered)
        notices = (*selection.notices, *corroborated.notices)
        answer = cited_answer(asked, corroborated.statements, hits, decision.confidence, notices)
        answer = highlight(decision, corroborated, answer)
        is_told_so = several and not selection.listed  # a list that is quoted whole tells its items itself
        items = items_among(asked, decision.sentences, self._reader) if is_told_so and self._reader else ()
        answer = naming_those_that_say_it(with_items(answer, items), retrieved.copies)
        return AnswerPlan(retrieved, decision, answer, selection, corroborated, items)

    def compare(self, snapshot: Snapshot, asked: str, sides: Mapping[str, Filters]) -> Compared:
        """What each of several sides says to a question: how the documents that pass its filters answer it."""
        return self._compared(snapshot, asked, tuple(sides.items()))

    def _compare(self, snapshot: Snapshot, asked: str, sides: Sequence[tuple[str, Filters]]) -> Compared:
        plans = {name: self.plan(snapshot, asked, (), filters) for name, filters in sides}
        return self.compare_sides(snapshot, asked, [side_of(name, plan) for name, plan in plans.items()])

    def brief(self, snapshot: Snapshot, subject: str, filters: Filters) -> Briefing:
        """What the documents that pass say about a subject, in brief."""
        return self._briefed(snapshot, subject, filters)

    def _brief(self, snapshot: Snapshot, subject: str, filters: Filters) -> Briefing:
        material = Material(
            plan=self.plan(snapshot, subject, (), filters),
            overview=overview(snapshot, subject, filters),
            news=whats_new(snapshot, filters, subject),
            positions=positions(snapshot, subject, filters),
            timeline=timeline(snapshot, subject, filters, self._reader),
            compared=self.compare(snapshot, subject, sides_found(snapshot, subject, filters)),
        )
        return brief(subject, material, lambda question: self.plan(snapshot, question, (), filters))

    def compare_sides(self, snapshot: Snapshot, asked: str, sides: Sequence[ComparedSide]) -> Compared:
        """What several sides say to a question, each with its statements."""
        return compare(asked, sides, snapshot.embedder.embed_remembered, self._reader)

    def stream(
        self,
        reader: SnapshotReader,
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

        def find(snapshot: Snapshot) -> tuple[_NarrowedPlan, WritingContext, Task]:
            found = self._narrowed(snapshot, asked, history, filters, alone)
            answer = found.plan.answer
            hits = () if answer.abstained else found.plan.retrieved.hits
            material = choose_context(hits, snapshot.section, snapshot.text)
            embed, languages = snapshot.embedder.embed_remembered, tuple(snapshot.languages)
            return found, material, Task(answer.question, material.passages, languages, embed, self._reader)

        with self.turns.taken(stop):
            found, material, task = reader.use(find)
        answer = found.plan.answer
        if answer.abstained or answer.computation:
            yield answer
            return
        if failure is None and not material.passages:
            failure = ModelFailed(ALL_KEPT_BACK.format(model.name), "refused")
        try:
            if failure is not None:
                raise failure
            for draft in write(model, task, stop):
                yield _as_written(model, found, material, draft)
        except ModelUnavailable as error:
            yield replace(answer, notices=(f"{error} {QUOTED_INSTEAD}", *answer.notices))

    def _standing_alone(
        self,
        reader: SnapshotReader,
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

    def best_span(self, gate: ReaderGate, snapshot: Snapshot, asked: str, history: History) -> AnswerSpan | None:
        """What a reader takes for the answer; None when no passage was found."""
        understood = _understood(snapshot, asked, history)
        found = self._retrieve(snapshot, understood, SHOWN_PASSAGES, Filters())
        return gate.best_span(understood.question, read_in(found.hits))

    def _narrowed(
        self, snapshot: Snapshot, asked: str, history: History, filters: Filters, alone: str | None = None
    ) -> _NarrowedPlan:
        """The plan for a question, narrowed to the days that it names; ``alone`` is how it stands alone."""
        if computed := self._computed(snapshot, alone or asked, () if alone else history, filters):
            return computed
        narrow = narrowed(snapshot, alone or asked, filters)
        understood = _understood(snapshot, narrow.question, () if alone else history)
        asks_now = asks_for_now(alone or asked)
        for_now = asks_now and narrow.is_open
        plan, narrow = self._within_days_or_wider(snapshot, understood, narrow, filters, asks_now=asks_now)
        plan = self._in_two_steps(snapshot, understood.question, narrow.filters, plan)
        check_quotes(plan.answer, snapshot.text)
        question = (alone or asked) if plan.answer.question == narrow.question else plan.answer.question
        of_days = (*narrow.notices, *(told_of_age(asked, plan.answer) if for_now else ()))
        told = (*of_days, *told_taking_in(taking_in := snapshot.taking_in()))
        text = NOT_YET if taking_in and plan.answer.text == NO_DOCUMENTS else plan.answer.text
        answer = replace(plan.answer, text=text, question=question, notices=(*plan.answer.notices, *told))
        return _NarrowedPlan(replace(plan, answer=answer), (*plan.disputes, *told))

    def _computed(self, snapshot: Snapshot, asked: str, history: History, filters: Filters) -> _NarrowedPlan | None:
        """The plan of a question over tables, with nothing retrieved; None for any other."""
        check_filters(filters, snapshot)
        question = _understood(snapshot, asked, history).question
        answer = snapshot.answer_from_tables(question, filters)
        if answer is None:
            return None
        check_quotes(answer, snapshot.text)
        answer = replace(answer, question=asked if question.split() == asked.split() else question)
        decision = Decision(
            question, kind_of(question), not answer.abstained, answer.confidence, AnswerabilitySignals()
        )
        return _NarrowedPlan(AnswerPlan(Retrieved((), ()), decision, answer), ())

    def _within_days_or_wider(
        self, snapshot: Snapshot, understood: Understood, narrow: NarrowedQuestion, filters: Filters, *, asks_now: bool
    ) -> tuple[AnswerPlan, NarrowedQuestion]:
        """The plan within the days that a question names, or without them where only other documents answer."""
        plan = self.answer(snapshot, understood, narrow.filters, for_now=asks_now and narrow.is_open)
        if not plan.answer.abstained or not narrow.otherwise:
            return plan, narrow
        wide = self.answer(snapshot, understood, filters, for_now=asks_now)
        scope = snapshot.scope(narrow.filters)
        if any(citation.passage.id in scope for citation in wide.answer.citations):
            return self.answer(snapshot, understood, narrow.filters, is_answered=True), narrow
        if wide.answer.abstained:
            return plan, narrow
        return wide, replace(narrow, filters=filters, notices=narrow.otherwise)

    def _in_two_steps(self, snapshot: Snapshot, question: str, filters: Filters, plan: AnswerPlan) -> AnswerPlan:
        """The plan of a question that can be parted: in two steps, or as it is where that answers more surely."""
        for parted in in_two(question):
            ways = (self.answer(snapshot, _understood(snapshot, asked, ()), filters) for asked in parted.first)
            first = max(ways, key=lambda one: one.answer.confidence)
            if name := name_found(first):
                second = self.answer(snapshot, _understood(snapshot, parted.second(name), ()), filters)
                if says_more_surely(second, first, plan):
                    return chained(question, parted, first, second)
        return plan

    def _retrieve(self, snapshot: Snapshot, question: Understood, limit: int, filters: Filters) -> Retrieved:
        """What was found, ordered anew by the reranker where there is one."""
        check_filters(filters, snapshot)
        if self._reranker is None or limit <= 0:
            return retrieve(snapshot, question, limit, filters)
        found = retrieve(snapshot, question, max(limit, READ), filters)
        return replace(found, hits=self._reranker.rerank(question.question, found.hits)[:limit])


def _understood(snapshot: Snapshot, asked: str, history: History) -> Understood:
    return understand(asked, history, partial(weight_in, snapshot), snapshot.languages)


def _as_written(model: LanguageModel, found: _NarrowedPlan, material: WritingContext, draft: Draft) -> Answer:
    """A draft as an answer. One that claims nothing says that the passages do not answer."""
    checked = draft.checked
    cited = {citation.passage.id for citation in checked.citations}
    claims_nothing = not cited and all(sentence.support == "supported" for sentence in checked.sentences)
    titles = dict.fromkeys(f"“{' '.join(passage.title.split())}”" for passage in material.kept_back)
    kept_back = (KEPT_BACK.format(", ".join(titles)),) if titles else ()
    answer = replace(
        found.plan.answer,
        text=checked.text,
        sentences=checked.sentences,
        citations=checked.citations,
        abstained=claims_nothing and draft.is_final,
        written_by=model.name,
        notices=(*draft.notices, *kept_back, *found.notices),
        also_found=tuple(hit for hit in found.plan.retrieved.hits if hit.passage.id not in cited),
        pending=draft.pending,
    )
    items = () if answer.abstained else found.plan.items
    return naming_those_that_say_it(with_items(answer, items), found.plan.retrieved.copies)
