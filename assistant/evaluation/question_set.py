"""A file of questions (JSON Lines), read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.answering.questions import checked
from assistant.errors import EvaluationError, QuestionError

PROBLEMS_NAMED = 5
"""How many lines that cannot be used a message names."""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A place in a document that answers a question.

    ``source`` is a file name, or a path relative to the corpus. ``text`` is what stands there ("" names the document
    as a whole); ``start`` and ``end`` are its offsets in the document's stored text, where they are known.
    """

    source: str
    text: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is known about its answer.

    ``history`` holds earlier turns of the user, oldest first. Any one of ``answers`` counts as right. ``answerable``
    is None where nothing tells whether the documents answer the question. ``kind`` groups questions in reports.
    """

    id: str
    question: str
    history: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of a file in its order, and the names of fields that were not understood."""

    questions: tuple[Question, ...]
    unknown_fields: tuple[str, ...] = ()


class _EvidenceRow(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    source: Annotated[str, Field(min_length=1)]
    text: str = ""
    start: Annotated[int, Field(ge=0)] | None = None
    end: int | None = None

    @model_validator(mode="after")
    def _check_span(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"end ({self.end}) must be greater than start ({self.start})")
        return self


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")

    question: str
    id: str | int | None = None
    history: list[str] = []
    answers: list[str] = []
    answerable: bool | None = None
    evidence: list[_EvidenceRow] = []
    kind: str = ""


def read_questions(path: Path) -> QuestionFile:
    """The questions in a JSON Lines file (UTF-8); blank lines are passed over.

    A question without ``id`` is known by its text. One with answers or evidence is taken to be answerable unless it
    says otherwise.

    Raises:
        EvaluationError: the file cannot be read, holds no question, or a line cannot be used; it is named by number.
    """
    questions: dict[str, tuple[int, Question]] = {}
    unknown: dict[str, None] = {}
    problems: list[str] = []
    for number, line in _lines(path):
        try:
            row = _Row.model_validate_json(line)
            question = _question_of(row)
        except ValidationError as error:
            problems.append(f"line {number}: {_explain(error)}")
            continue
        except QuestionError as error:
            problems.append(f"line {number}: question: {error}")
            continue
        unknown |= dict.fromkeys(row.model_extra or ())
        if question.id in questions:
            first = questions[question.id][0]
            problems.append(f"line {number}: its id is that of line {first}; give each question an id of its own")
        else:
            questions[question.id] = (number, question)
    if problems:
        raise EvaluationError(f"{path} cannot be used. {_first_of(problems)}. Correct the file and run again.")
    if not questions:
        raise EvaluationError(f'{path} holds no question. Write one a line: {{"question": "What is this about?"}}')
    return QuestionFile(tuple(question for _, question in questions.values()), tuple(sorted(unknown)))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, numbered from 1."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}. Name a file of questions.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8 text: {error}. Save it as UTF-8 and run again.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _question_of(row: _Row) -> Question:
    text = checked(row.question)
    answers = tuple(answer for answer in row.answers if answer.strip())
    known = bool(answers or row.evidence)
    return Question(
        id=text if row.id is None else str(row.id),
        question=text,
        history=tuple(row.history),
        answers=answers,
        answerable=row.answerable if row.answerable is not None or not known else True,
        evidence=tuple(EvidenceItem(item.source, item.text, item.start, item.end) for item in row.evidence),
        kind=row.kind,
    )


def _explain(error: ValidationError) -> str:
    """What is wrong with a line, each problem behind the name of its field."""
    said = []
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"])
        said.append(f"{place}: {problem['msg']}" if place else problem["msg"])
    return ", ".join(dict.fromkeys(said))


def _first_of(problems: list[str]) -> str:
    more = len(problems) - PROBLEMS_NAMED
    return "; ".join(problems[:PROBLEMS_NAMED]) + (f"; and {more} more" if more > 0 else "")
