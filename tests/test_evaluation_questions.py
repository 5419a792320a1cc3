"""A file of questions is read as it is meant, or refused with the line that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import EvaluationError
from assistant.evaluation.question_set import EvidenceItem, Question, QuestionFile, read_questions


def written(folder: Path, *lines: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def refusal(folder: Path, *lines: str) -> str:
    path = written(folder, *lines)
    with pytest.raises(EvaluationError) as refused:
        read_questions(path)
    return str(refused.value).replace(str(path), "FILE")


class TestReading:
    def test_every_field(self, tmp_path: Path) -> None:
        row = {
            "id": 7,
            "question": " and it? ",
            "history": ["What lifts steel?"],
            "answers": ["forty tonnes", " "],
            "answerable": True,
            "evidence": [{"source": "a.md", "text": "Each.", "start": 3, "end": 8, "page": 1}, {"source": "b.md"}],
            "kind": "follow-up",
            "rewrite": "How much does the crane lift?",
            "note": None,
        }
        assert read_questions(written(tmp_path, json.dumps(row))) == QuestionFile(
            (
                Question(
                    id="7",
                    question="and it?",
                    history=("What lifts steel?",),
                    answers=("forty tonnes",),
                    answerable=True,
                    evidence=(EvidenceItem("a.md", "Each.", 3, 8), EvidenceItem("b.md")),
                    kind="follow-up",
                ),
            ),
            unknown_fields=("note", "rewrite"),
        )

    def test_the_question_alone_is_enough_and_is_its_own_id(self, tmp_path: Path) -> None:
        path = written(tmp_path, '\ufeff{"question": "Why?"}\r', "", '{"question": "Why not?"}', " ")
        assert read_questions(path).questions == (Question("Why?", "Why?"), Question("Why not?", "Why not?"))

    @pytest.mark.parametrize(
        ("fields", "answerable"),
        [
            ("", None),
            (', "answers": ["x"]', True),
            (', "evidence": [{"source": "a.md"}]', True),
            (', "answers": ["x"], "answerable": false', False),
            (', "answerable": true', True),
        ],
    )
    def test_answers_or_evidence_make_a_question_answerable(
        self, tmp_path: Path, fields: str, answerable: bool | None
    ) -> None:
        [question] = read_questions(written(tmp_path, f'{{"question": "Why?"{fields}}}')).questions
        assert question.answerable is answerable

    @given(st.text())
    def test_any_question_that_is_not_empty_can_be_written_down(
        self, tmp_path_factory: pytest.TempPathFactory, text: str
    ) -> None:
        path = written(tmp_path_factory.mktemp("questions"), json.dumps({"question": f"?{text}"}))
        [question] = read_questions(path).questions
        assert question.question == f"?{text}".replace("\x00", " ").strip()


class TestRefusals:
    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("{}", "question: Field required"),
            ('{"question": 7}', "question: Input should be a valid string"),
            ('{"question": " "}', "question: The question is empty."),
            ('{"question": "?", "answers": "four"}', "answers: Input should be a valid"),
            ('{"question": "?", "answers": ["four", 4]}', "answers.1: Input should be a valid string"),
            ('{"question": "?", "answerable": "no"}', "answerable: Input should be a valid boolean"),
            ('{"question": "?", "history": [["user", "?"]]}', "history.0: Input should be a valid string"),
            ('{"question": "?", "evidence": [{"text": "x"}]}', "evidence.0.source: Field required"),
            ('{"question": "?", "evidence": [{"source": ""}]}', "evidence.0.source: String should have at least"),
            ('{"question": "?", "evidence": [{"source": "a", "start": 1}]}', "start and end belong together"),
            ('{"question": "?", "evidence": [{"source": "a", "start": 4, "end": 4}]}', "end (4) must be greater"),
            (
                '{"question": "?", "evidence": [{"source": "a", "start": -1, "end": 4}]}',
                "start: Input should be greater",
            ),
            ('["?"]', "Input should be"),
            ('{"question": "?"', "Invalid JSON: EOF while parsing an object at line 1"),
            ('{"question": "\\ud800"}', "Invalid JSON"),
            ('{"question": "Good?"}', "its id is that of line 1; give each question an id of its own"),
        ],
    )
    def test_a_line_that_cannot_be_used_is_named_with_its_problem(
        self, tmp_path: Path, line: str, problem: str
    ) -> None:
        said = refusal(tmp_path, '{"question": "Good?"}', "", line)
        assert said.startswith("FILE cannot be used. line 3: ")
        assert problem in said
        assert said.endswith(" Correct the file and run again.")

    def test_many_problems_are_told_at_once_and_the_rest_counted(self, tmp_path: Path) -> None:
        said = refusal(tmp_path, *["{}"] * 7)
        assert said == (
            "FILE cannot be used. "
            + "; ".join(f"line {number}: question: Field required" for number in range(1, 6))
            + "; and 2 more. Correct the file and run again."
        )

    def test_a_file_without_questions(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, "", "  ").startswith("FILE holds no question. Write one a line: ")

    def test_a_file_that_is_not_there_or_not_text(self, tmp_path: Path) -> None:
        with pytest.raises(EvaluationError, match=r"none\.jsonl cannot be read: No such file or directory"):
            read_questions(tmp_path / "none.jsonl")
        (tmp_path / "picture.jsonl").write_bytes(b"\x89PNG\xff")
        with pytest.raises(EvaluationError, match=r"picture\.jsonl is not UTF-8 text"):
            read_questions(tmp_path / "picture.jsonl")
