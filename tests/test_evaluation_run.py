"""Questions put to a real corpus, and every score they give."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, Citation, EvaluationError
from assistant.evaluation.comparison import compare, read_earlier
from assistant.evaluation.judging import DocumentTexts, Judge
from assistant.evaluation.question_set import EvidenceItem, Question
from assistant.evaluation.results import CitedQuote, Difference, Evaluation, FoundPassage, Result
from assistant.evaluation.review import faults, loss, worst
from assistant.evaluation.run import evaluate
from assistant.evaluation.summary import summed_up
from assistant.interfaces.as_json import to_json

if TYPE_CHECKING:
    from assistant import Passage
    from tests.conftest import OpenCorpus

LIFT = "Each crane lifts forty tonnes of steel."
FERRY = "The ferry to Moss Island leaves at nine in the morning."
OWLS = "The tawny owl hunts voles and mice at night in old oak woods near the river Arle."
FILES = {
    "harbour.md": f"""---
title: The harbour of Veldt
---

# Cranes

The harbour of Veldt has four cranes. {LIFT}

# Ferries

{FERRY} The crossing takes
forty minutes.
""",
    "owls/a.md": OWLS + "\n",
    "owls/b.md": OWLS + "\n",
    "capitals.md": "# Capitals\n\nThe capital of Germany is Berlin. The capital of France is Paris.\n",
}


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    """A small corpus; its two owls are one text."""
    return open_corpus(FILES)


def about(
    *evidence: EvidenceItem, answers: tuple[str, ...] = (), question: str = "What does a crane lift?"
) -> Question:
    return Question(id="q", question=question, answers=answers, answerable=True, evidence=evidence)


def judge(corpus: Assistant, *evidence: EvidenceItem, answers: tuple[str, ...] = ()) -> Judge:
    return Judge(about(*evidence, answers=answers), DocumentTexts(corpus))


def passage(corpus: Assistant, source: str, containing: str) -> Passage:
    [found] = [each for each in corpus.passages(source) if containing in each.text]
    return found


def stretch(corpus: Assistant, source: str, words: str) -> Citation:
    """A citation of these words of a document."""
    start = corpus.document(source).text.index(words)
    [within] = [each for each in corpus.passages(source) if each.start <= start < each.end]
    return Citation(1, within, words, start, start + len(words))


class TestEvidence:
    def test_it_is_found_by_its_words(self, corpus: Assistant) -> None:
        text = corpus.document("harbour.md").text
        located = DocumentTexts(corpus).locate(EvidenceItem("harbour.md", "the crossing takes forty minutes"))
        [(start, end)] = located.spans["harbour.md"]
        assert text[start:end] == "The crossing takes\nforty minutes"
        assert located.is_found

    def test_offsets_hold_where_the_text_stands_there(self, corpus: Assistant) -> None:
        start = corpus.document("harbour.md").text.index(LIFT)
        item = EvidenceItem("harbour.md", LIFT, start, start + len(LIFT))
        wrong = replace(item, start=0, end=len(LIFT))
        bare = EvidenceItem("harbour.md", "", 2, 5)
        beyond = EvidenceItem("harbour.md", "", 10_000, 10_005)
        spans = [DocumentTexts(corpus).locate(each).spans["harbour.md"] for each in (item, wrong, bare, beyond)]
        assert spans == [[(start, start + len(LIFT))], [(start, start + len(LIFT) - 1)], [(2, 5)], []]

    def test_text_that_differs_is_found_by_the_runs_of_words_that_agree(self, corpus: Assistant) -> None:
        text = corpus.document("owls/a.md").text
        mistaken = OWLS.replace("river Arle", "brook")
        [(start, end)] = DocumentTexts(corpus).locate(EvidenceItem("owls/a.md", mistaken)).spans["owls/a.md"]
        assert text[start:end] == OWLS.removesuffix(" river Arle.")

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("a.md", ["owls/a.md"]),
            ("owls/a.md", ["owls/a.md"]),
            ("harbour.md", ["harbour.md"]),
            ("wls/a.md", []),
            ("../owls/a.md", []),
        ],
    )
    def test_a_document_is_named_by_its_file_or_its_path(
        self, corpus: Assistant, source: str, found: list[str]
    ) -> None:
        located = DocumentTexts(corpus).locate(EvidenceItem(source, OWLS if found != ["harbour.md"] else LIFT))
        assert (list(located.spans), located.is_found) == (found, bool(found))

    def test_text_that_is_not_there_is_not_found(self, corpus: Assistant) -> None:
        assert not DocumentTexts(corpus).locate(EvidenceItem("harbour.md", "Something else.")).is_found


class TestRelevance:
    def test_a_passage_is_relevant_that_shows_the_evidence(self, corpus: Assistant) -> None:
        judged = judge(corpus, EvidenceItem("harbour.md", LIFT))
        verdicts = {each.text: judged.is_relevant(each) for each in corpus.passages("harbour.md")}
        assert [text for text, relevant in verdicts.items() if relevant] == [
            passage(corpus, "harbour.md", "cranes").text
        ]
        assert judged.relevant_passages() == 1

    def test_where_evidence_states_an_answer_the_part_shown_has_to(self, corpus: Assistant) -> None:
        text = corpus.document("harbour.md").text
        whole = EvidenceItem("harbour.md", text[text.index("The harbour") : text.index(" The crossing")])
        cranes, ferries = (passage(corpus, "harbour.md", word) for word in ("four cranes", "ferry"))
        both, one = judge(corpus, whole), judge(corpus, whole, answers=("nine",))
        assert [both.is_relevant(each) for each in (cranes, ferries)] == [True, True]
        assert [one.is_relevant(each) for each in (cranes, ferries)] == [False, True]
        assert judge(corpus, whole, answers=("ten",)).is_relevant(cranes)

    def test_without_evidence_a_passage_has_to_state_an_answer(self, corpus: Assistant) -> None:
        judged = judge(corpus, answers=("forty tonnes",))
        assert judged.is_relevant(passage(corpus, "harbour.md", "cranes"))
        assert not judged.is_relevant(passage(corpus, "harbour.md", "ferry"))
        assert judged.relevant_passages() is None

    def test_a_document_named_as_a_whole_judges_passages_by_the_answers(self, corpus: Assistant) -> None:
        judged = judge(corpus, EvidenceItem("harbour.md"), answers=("forty",))
        assert [judged.is_relevant(each) for each in corpus.passages("harbour.md")] == [True, True]
        assert not judged.is_relevant(passage(corpus, "capitals.md", "Berlin"))
        assert not judge(corpus, EvidenceItem("harbour.md")).judges_passages

    def test_a_passage_that_stands_in_the_evidences_document_too_is_relevant(self, corpus: Assistant) -> None:
        [owl] = corpus.passages("owls/a.md")
        twin = judge(corpus, EvidenceItem("owls/b.md", OWLS))
        assert not twin.is_relevant(owl)
        assert twin.is_relevant(replace(owl, also_in=("owls/b.md",)))
        assert not judge(corpus, EvidenceItem("owls/b.md", LIFT)).is_relevant(replace(owl, also_in=("owls/b.md",)))

    def test_document_recall_counts_documents_and_their_twins(self, corpus: Assistant) -> None:
        judged = judge(corpus, EvidenceItem("owls/b.md"), EvidenceItem("harbour.md"), EvidenceItem("gone.md"))
        [owl] = corpus.passages("owls/a.md")
        assert judged.document_recall([owl]) == 0
        assert judged.document_recall([replace(owl, also_in=("owls/b.md",))]) == 1 / 3
        assert judged.document_recall([*corpus.passages("owls/b.md"), *corpus.passages("harbour.md")]) == 2 / 3

    @pytest.mark.parametrize(
        ("quote", "falls"),
        [(LIFT, True), ("forty tonnes", True), ("four cranes. Each crane", False), (FERRY, False)],
    )
    def test_a_citation_falls_on_evidence_when_half_of_the_shorter_does(
        self, corpus: Assistant, quote: str, falls: bool
    ) -> None:
        judged = judge(corpus, EvidenceItem("harbour.md", LIFT))
        assert judged.cites(stretch(corpus, "harbour.md", quote), judged.evidence[0]) is falls

    def test_any_citation_of_a_document_falls_on_it_as_a_whole(self, corpus: Assistant) -> None:
        judged = judge(corpus, EvidenceItem("harbour.md"))
        assert judged.cites(stretch(corpus, "harbour.md", FERRY), judged.evidence[0])
        assert not judged.cites(stretch(corpus, "owls/a.md", OWLS), judged.evidence[0])


def only(evaluation: Evaluation) -> Result:
    [result] = evaluation.results
    return result


class TestScores:
    def test_a_question_that_goes_well(self, corpus: Assistant) -> None:
        question = about(
            EvidenceItem("harbour.md", LIFT), answers=("forty tonnes",), question="How much does each crane lift?"
        )
        result = only(evaluate(corpus, [question]))
        cranes = passage(corpus, "harbour.md", "cranes")
        first_five = corpus.search(question.question, 5)
        retrieved = sum(hit.passage.end - hit.passage.start for hit in first_five)
        latency = {name: result.scores[name] for name in ("ask_ms", "search_ms")}
        evidence = len(LIFT) - 1  # words are compared, and the full stop is none
        assert result.scores == latency | {
            "confidence": result.confidence,
            "answerable": 1,
            "answered": 1,
            "hit_at_1": 1,
            "hit_at_4": 1,
            "hit_at_10": 1,
            "mrr": 1,
            "document_recall": 1,
            "ndcg_at_10": 1,
            "token_recall": 1,
            "token_precision": evidence / retrieved,
            "token_iou": evidence / retrieved,
            "answer_in_1": 1,
            "answer_in_3": 1,
            "citation_precision": 1 / len(result.cited),
            "citation_recall": 1,
        }
        assert min(latency.values()) > 0
        assert result.found[0] == FoundPassage(
            "harbour.md", "The harbour of Veldt › Cranes", cranes.text, first_five[0].score, relevant=True
        )
        assert result.cited[0] == CitedQuote("harbour.md", LIFT, on_evidence=True)

    def test_the_answer_and_the_evidence_elsewhere(self, corpus: Assistant) -> None:
        question = about(
            EvidenceItem("harbour.md", FERRY), answers=("nine",), question="How much does each crane lift?"
        )
        scores = only(evaluate(corpus, [question])).scores
        rank = 1 + [hit.passage.text[:9] for hit in corpus.search(question.question)].index("The ferry")
        assert rank > 1
        assert {name: scores[name] for name in ("hit_at_1", "mrr", "answer_in_3", "citation_precision")} == {
            "hit_at_1": 0,
            "mrr": 1 / rank,
            "answer_in_3": 0,
            "citation_precision": 0,
        }
        assert scores["ndcg_at_10"] == pytest.approx(1 / log2(rank + 1))
        assert scores["citation_recall"] == 0

    def test_a_question_that_is_declined_has_no_citations_to_judge(self, corpus: Assistant) -> None:
        question = about(
            EvidenceItem("harbour.md", LIFT), answers=("x",), question="What is the boiling point of neon?"
        )
        result = only(evaluate(corpus, [question]))
        assert result.abstained
        assert "citation_precision" not in result.scores
        assert [result.scores[name] for name in ("answered", "answer_in_1", "citation_recall")] == [0, 0, 0]

    def test_an_unanswerable_question_is_judged_by_its_silence_alone(self, corpus: Assistant) -> None:
        silent = replace(about(question="What is the boiling point of neon?"), answerable=False)
        loud = replace(
            about(EvidenceItem("harbour.md", LIFT), question="How much does each crane lift?"), answerable=False
        )
        evaluation = evaluate(corpus, [silent, loud])
        assert [result.scores["false_answers"] for result in evaluation.results] == [0, 1]
        assert {name for result in evaluation.results for name in result.scores} == {
            "confidence",
            "answerable",
            "false_answers",
            "ask_ms",
            "search_ms",
        }

    def test_history_is_what_the_user_said_before(self, corpus: Assistant) -> None:
        question = Question(
            "q", "And France?", history=("What is the capital of Germany?",), answers=("Paris",), answerable=True
        )
        result = only(evaluate(corpus, [question]))
        assert result.understood == "What is the capital of France?"
        assert result.scores["answer_in_3"] == 1

    def test_progress_is_told_question_by_question(self, corpus: Assistant) -> None:
        heard: list[int] = []
        evaluate(corpus, [Question(str(number), "Which owls?") for number in range(3)], heard.append)
        assert heard == [1, 2, 3]

    def test_what_cannot_be_scored_is_said(self, corpus: Assistant) -> None:
        questions = [
            Question("bare", "Which owls hunt?"),
            Question("claimed", "Which owls hunt?", answerable=True),
            about(EvidenceItem("gone.md", "x"), answers=("y",)),
        ]
        evaluation = evaluate(corpus, questions)
        assert evaluation.notes == (
            "1 of 3 questions do not say whether they are answerable, and have neither answers nor evidence: "
            "only latency is measured (bare).",
            "1 of 3 questions have no answers: what an answer says is not judged (claimed).",
            "1 of 3 questions have no evidence: documents, text spans and citations are not judged (claimed).",
            "1 of 3 questions name evidence that is not in the documents: it counts as not found (q).",
        )
        assert evaluation.metrics["mrr"].value == 0
        assert (evaluation.metrics["mrr"].questions, evaluation.metrics["answered"].questions) == (1, 2)
        assert evaluation.metrics["false_answers"].value is None
        assert evaluation.metrics["auroc"].value is None


def result_of(
    id: str = "q", kind: str = "", *, abstained: bool = False, answerable: bool | None = True, **scores: float
) -> Result:
    question = Question(id, f"What about {id}?", answerable=answerable, kind=kind)
    found = (FoundPassage("a.md", "A", "a", 0.5, relevant=False), FoundPassage("b.md", "B", "b", 0.4, relevant=True))
    common = {"confidence": 0.75, "ask_ms": 3.0, "search_ms": 1.0}
    return Result(
        question=question,
        understood=question.question,
        answer="It is so.",
        abstained=abstained,
        confidence=0.75,
        cited=(),
        found=found,
        evidence_missing=False,
        scores=common | scores,
    )


class TestSummary:
    def test_kinds_stand_in_the_order_of_the_file(self) -> None:
        results = [
            result_of("a", "list", mrr=1),
            result_of("b", "fact", mrr=0.5),
            result_of("c", "list", mrr=0),
            result_of("d"),
        ]
        kinds = summed_up(results).kinds
        assert [(kind.kind, kind.questions, kind.values["mrr"]) for kind in kinds] == [
            ("list", 2, 0.5),
            ("fact", 1, 0.5),
        ]

    def test_the_order_of_the_questions_does_not_matter(self) -> None:
        results = [
            result_of(str(number), mrr=number / 8, answerable=True, confidence=number / 8) for number in range(9)
        ]
        values = {name: measured.value for name, measured in summed_up(results).metrics.items()}
        assert {name: each.value for name, each in summed_up(results[::-1]).metrics.items()} == values


class TestReview:
    def test_the_worst_come_first_and_the_faultless_not_at_all(self) -> None:
        results = [
            result_of("good", mrr=1, answer_in_3=1, citation_recall=1, answered=1),
            result_of("half", mrr=1, answer_in_3=0, citation_recall=0, answered=1),
            result_of("silent", answerable=False, abstained=True, false_answers=0),
            result_of("loud", answerable=False, false_answers=1),
            result_of("unknown", answerable=None),
            result_of("bad", mrr=0, answer_in_3=0, citation_recall=0, answered=0, abstained=True),
        ]
        assert [result.question.id for result in worst(results, 20)] == ["bad", "loud", "half"]
        assert [result.question.id for result in worst(results, 1)] == ["bad"]
        assert [loss(result) for result in results] == [0, 0.5, 0, 0.75, 0, 1]

    @pytest.mark.parametrize(
        ("result", "said"),
        [
            (result_of(hit_at_1=1, hit_at_10=1, answer_in_3=1, citation_recall=1), []),
            (result_of(answerable=False), ["Answered, though the documents do not answer it."]),
            (result_of(answerable=False, abstained=True), []),
            (result_of(abstained=True, hit_at_10=0, hit_at_1=0, answer_in_3=0),
             ["Not answered.", "No relevant passage among the first ten."]),
            (result_of(hit_at_1=0, hit_at_10=1, answer_in_3=0, citation_recall=0.5),
             ["The first relevant passage has rank 2.", "The first three sentences state none of the expected answers.",
              "Cites 50% of the evidence."]),
            (replace(result_of(citation_recall=0), evidence_missing=True),
             ["Its evidence is not in the documents, or is written differently there.", "Cites no evidence."]),
        ],
    )  # fmt: skip
    def test_why_a_question_went_wrong_is_said(self, result: Result, said: list[str]) -> None:
        assert faults(result) == said


def saved(folder: Path, *results: Result) -> Path:
    path = folder / "earlier.json"
    path.write_text(to_json(summed_up(results)), "utf-8")
    return path


class TestComparison:
    def test_differences_are_taken_over_the_questions_both_asked(self, tmp_path: Path) -> None:
        before = [result_of(str(number), mrr=0.5, false_answers=1) for number in range(5)]
        after = [result_of(str(number), mrr=0.75, false_answers=0.5) for number in range(1, 5)]
        after += [
            result_of("new", mrr=0),
            replace(after[0], question=replace(after[0].question, id="0", question="Other words?")),
        ]
        comparison = compare(read_earlier(saved(tmp_path, *before)), after)
        assert (comparison.questions, comparison.only_earlier, comparison.only_now) == (4, 1, 2)
        differences = {each.name: each for each in comparison.differences}
        assert differences["mrr"] == Difference("mrr", 0.5, 0.75, 0.25, 0.25, 0.25, "better")
        assert differences["false_answers"] == Difference("false_answers", 1, 0.5, -0.5, -0.5, -0.5, "better")
        assert differences["ask_p50_ms"].verdict == "unclear"
        assert "auroc" not in differences

    def test_one_question_of_many_proves_nothing(self, tmp_path: Path) -> None:
        before = [result_of(str(number), hit_at_1=0) for number in range(10)]
        after = [result_of(str(number), hit_at_1=float(number == 0)) for number in range(10)]
        [difference] = [
            each
            for each in compare(read_earlier(saved(tmp_path, *before)), after).differences
            if each.name == "hit_at_1"
        ]
        assert (difference.change, difference.low, difference.verdict) == (0.1, 0, "unclear")

    def test_another_files_evaluation_is_refused(self, tmp_path: Path) -> None:
        earlier = read_earlier(saved(tmp_path, result_of("a")))
        with pytest.raises(EvaluationError, match="asked none of these questions"):
            compare(earlier, [result_of("b")])

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("", "file: Invalid JSON"),
            ("[]", "file: Input should be"),
            ('{"version": "1"}', "results: Field required"),
            ('{"version": "1", "results": [{"question": {"id": "q", "question": "?"}, "scores": {"mrr": "x"}}]}',
             "results.0.scores.mrr: Input should be a valid number"),
            ('{"version": "1", "results": [{"question": {"id": "q", "question": "?"}, "scores": {"mrr": NaN}}]}',
             "results.0.scores.mrr: Input should be a finite number"),
        ],
    )  # fmt: skip
    def test_what_is_no_evaluation_is_refused(self, tmp_path: Path, content: str, problem: str) -> None:
        path = tmp_path / "earlier.json"
        path.write_text(content, "utf-8")
        with pytest.raises(EvaluationError) as refused:
            read_earlier(path)
        assert str(refused.value).startswith(f"{path} is no earlier evaluation: {problem}")
        with pytest.raises(EvaluationError, match="cannot be read: No such file"):
            read_earlier(tmp_path / "none.json")

    def test_an_evaluation_is_written_whole(self, tmp_path: Path) -> None:
        result = result_of("a", "fact", mrr=1)
        earlier = read_earlier(saved(tmp_path, result))
        assert (earlier.results[0].scores, earlier.results[0].question.id) == (result.scores, "a")
        assert list(asdict(summed_up([result]))) == [
            "version",
            "questions",
            "metrics",
            "kinds",
            "notes",
            "results",
            "comparison",
            "fitted",
        ]
