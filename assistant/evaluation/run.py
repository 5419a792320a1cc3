"""The questions are put to an assistant, and what comes back is scored."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.evaluation.judging import DocumentTexts, Judge
from assistant.evaluation.metrics import hit_at, ndcg_at, reciprocal_rank, token_overlap
from assistant.evaluation.question_set import Question
from assistant.evaluation.results import CitedQuote, Evaluation, FoundPassage, Result, Scores
from assistant.evaluation.summary import summed_up
from assistant.evaluation.text_matching import Span, shortened, states

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.types import Answer, Passage, ScoredPassage, Turn

SEARCHED = 10
"""How many passages are asked for; what is not among them counts as not found."""
READ = 5
"""How many passages the token metrics read, as in the report they come from."""
SHOWN_CHARACTERS = 300
WARM_UP = "What is this about?"

Listener = Callable[[int], None]
"""Hears how many questions have been asked."""


def evaluate(assistant: Assistant, questions: Sequence[Question], progress: Listener | None = None) -> Evaluation:
    """Ask every question (there is at least one), and take all metrics over the results.

    The index is used as it stands; sync it before.

    Raises:
        IndexDamaged: there is no index, or it cannot be read.
    """
    archive = DocumentTexts(assistant)
    assistant.ask(WARM_UP)  # the model is loaded, and files are opened, before the clock runs
    results = []
    for done, question in enumerate(questions, start=1):
        results.append(_ask(assistant, Judge(question, archive)))
        if progress:
            progress(done)
    return summed_up(results)


def _ask(assistant: Assistant, judge: Judge) -> Result:
    question = judge.question
    history: list[Turn] = [("user", turn) for turn in question.history]
    started = time.perf_counter()
    answer = assistant.ask(question.question, history)
    answered = time.perf_counter()
    hits = assistant.search(question.question, SEARCHED, history)
    scores = {"ask_ms": 1e3 * (answered - started), "search_ms": 1e3 * (time.perf_counter() - answered)}
    found = _found(judge, hits)
    scores |= _decision_scores(question, answer)
    if question.answerable:
        scores |= _passage_scores(judge, [hit.passage for hit in hits], [bool(each.relevant) for each in found])
        scores |= _answer_scores(judge, answer)
    cited = tuple(
        CitedQuote(
            citation.passage.source,
            citation.quote,
            any(judge.cites(citation, located) for located in judge.evidence) if judge.evidence else None,
        )
        for citation in answer.citations
    )
    return Result(
        question=question,
        understood=answer.question,
        answer=answer.text,
        abstained=answer.abstained,
        confidence=answer.confidence,
        cited=cited,
        found=found,
        evidence_missing=any(not located.is_found for located in judge.evidence),
        scores=scores,
    )


def _found(judge: Judge, hits: Sequence[ScoredPassage]) -> tuple[FoundPassage, ...]:
    return tuple(
        FoundPassage(
            source=hit.passage.source,
            heading=" › ".join(part for part in (hit.passage.title, hit.passage.breadcrumb) if part),
            text=shortened(hit.passage.text, SHOWN_CHARACTERS),
            score=hit.score,
            relevant=judge.is_relevant(hit.passage) if judge.judges_passages else None,
        )
        for hit in hits
    )


def _decision_scores(question: Question, answer: Answer) -> Scores:
    scores: Scores = {"confidence": answer.confidence}
    if question.answerable is not None:
        scores["answerable"] = float(question.answerable)
        scores["answered" if question.answerable else "false_answers"] = float(not answer.abstained)
    return scores


def _passage_scores(judge: Judge, passages: Sequence[Passage], relevance: Sequence[bool]) -> Scores:
    scores: Scores = {}
    if judge.judges_passages:
        scores |= {f"hit_at_{k}": hit_at(relevance, k) for k in (1, 4, 10)}
        scores["mrr"] = reciprocal_rank(relevance)
    if judge.evidence:
        scores["document_recall"] = judge.document_recall(passages)
    relevant = judge.relevant_passages()
    if relevant is not None:
        scores["ndcg_at_10"] = ndcg_at(relevance, relevant, 10)
        retrieved: dict[str, list[Span]] = {}
        for passage in passages[:READ]:
            retrieved.setdefault(passage.source, []).append((passage.start, passage.end))
        overlap = token_overlap(retrieved, judge.evidence_spans())
        scores |= {
            "token_recall": overlap.recall,
            "token_precision": overlap.precision,
            "token_iou": overlap.iou,
        }
    return scores


def _answer_scores(judge: Judge, answer: Answer) -> Scores:
    scores: Scores = {}
    if judge.question.answers:
        for count in (1, 3):
            said = " ".join(sentence.text for sentence in answer.sentences[:count])
            scores[f"answer_in_{count}"] = float(states(said, judge.question.answers))
    if judge.evidence:
        pairs = [[judge.cites(citation, located) for located in judge.evidence] for citation in answer.citations]
        if pairs:
            scores["citation_precision"] = sum(map(any, pairs)) / len(pairs)
        scores["citation_recall"] = sum(map(any, zip(*pairs, strict=True))) / len(judge.evidence)
    return scores
