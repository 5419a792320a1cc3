"""What each stage of a question's way came to, and why it is answered as it is."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answering import sentence_scoring
from assistant.answering.answerability import Decision
from assistant.answering.conflicts import Corroborated
from assistant.answering.explanation import ExplainedSentence, Explanation, Factor
from assistant.answering.highlight import words_that_answer
from assistant.answering.retrieval import Retrieved
from assistant.answering.same_items import NamedItem
from assistant.answering.selection import Selection
from assistant.models.linear import LinearModel
from assistant.models.named_reader import AnswerSpan
from assistant.types import Answer

CLOSEST = 3
"""How many sentences are explained where none was chosen."""


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """A question's way through the stages, as far as it went: what was retrieved, decided, selected and corroborated.

    ``selection`` and ``corroborated`` are None where the documents do not answer; ``answer`` then says so.
    ``items`` are the things that a question for several asks for, each with all that name it.
    """

    retrieved: Retrieved
    decision: Decision
    answer: Answer
    selection: Selection | None = None
    corroborated: Corroborated | None = None
    items: tuple[tuple[NamedItem, ...], ...] = ()

    @property
    def disputes(self) -> tuple[str, ...]:
        """What is told of documents that disagree, whoever words the answer."""
        return self.corroborated.notices if self.corroborated else ()

    @property
    def why(self) -> Explanation:
        """Why the question is answered as it is."""
        decision = self.decision
        shown = self.selection.sentences if self.selection else ()
        explained = [item for item in decision.sentences if item.sentence in shown] or decision.sentences[:CLOSEST]
        return Explanation(
            kind=decision.kind.value,
            answers=decision.answers,
            confidence=decision.confidence,
            threshold=decision.threshold,
            base=decision.model.intercept,
            signals=_factors(decision.model, decision.signals),
            read=_words_of(words_that_answer(decision, explained[0].sentence)) if explained else "",
            sentences=tuple(
                ExplainedSentence(
                    item.sentence.passage.source,
                    item.sentence.text,
                    item.score,
                    _factors(sentence_scoring.model_of(decision.readings), item.fit),
                )
                for item in explained
            ),
        )


def _words_of(span: AnswerSpan | None) -> str:
    if span is None:
        return ""
    passage = span.passage
    return passage.text[span.start - passage.start : span.end - passage.start]


def _factors(model: LinearModel, features: object) -> tuple[Factor, ...]:
    """The factors, those that add or take most first."""
    found = [Factor(name, getattr(features, name), adds) for name, adds in model.contributions(features).items()]
    return tuple(sorted(found, key=lambda factor: -abs(factor.adds)))
