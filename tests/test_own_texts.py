"""The texts written for training the reader: how they are read, and that what is marked on them stands in them."""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from training import examples, own_texts
from training.changes import Exchanger
from training.own_texts import MarkedClaim, MarkedQuestion, marked_texts, reader_rows, sentences_of, support_rows

TEXT = (
    "The port lost money. “We will not sell,” it said. Dockers fear for 40 jobs, and for the town. Rain fell all day."
)
FILE = f"""@@@ port-sale | The Standard | 2025-03-14
Port says no
---
{TEXT}
---
Q view: What worries the workers?
A: for 40 jobs
A: for the town
N when: When was the port built?
+ The harbour made a loss. :: The port lost
- It agreed to a sale. :: “We will
? Ships went elsewhere. :: The port lost money.
"""


def written(folder: Path, text: str = FILE) -> Path:
    file = folder / "ports.txt"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_text_is_read_with_its_questions_and_claims(tmp_path: Path) -> None:
    [text] = marked_texts(written(tmp_path))
    assert (text.story, text.publisher, text.published, text.title) == (
        "port-sale", "The Standard", "2025-03-14", "Port says no",
    )  # fmt: skip
    assert text.text == TEXT
    assert text.questions == [
        MarkedQuestion("What worries the workers?", "view", [(63, 74), (80, 92)]),
        MarkedQuestion("When was the port built?", "when", []),
    ]
    assert text.claims == [
        MarkedClaim("The harbour made a loss.", "supported", (0, 20)),
        MarkedClaim("It agreed to a sale.", "contradicted", (21, 49)),
        MarkedClaim("Ships went elsewhere.", "unsupported", (0, 20)),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("A: for a town", "These words stand 0 times in their text, not once: for a town"),
        ("A: for", "These words stand 2 times in their text, not once: for"),
        ("+ It sank. :: A ship", "0 sentences, not one, begin with: A ship"),
        ("What is this?", "Not understood, in “Port says no”: What is this?"),
    ],
)
def test_what_is_marked_wrongly_is_told(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        marked_texts(written(tmp_path, FILE.replace("A: for the town", line)))


def test_a_question_becomes_a_row_with_all_places_that_answer(tmp_path: Path) -> None:
    written(tmp_path)
    answered, missed = reader_rows(tmp_path)
    assert [TEXT[start:end] for start, end in answered["spans"]] == ["for 40 jobs", "for the town"]
    assert (answered["start"], answered["end"], answered["story"]) == (63, 74, "port-sale")
    assert (missed["start"], missed["end"], missed["origin"]) == (None, None, "own-ports")


def test_a_claim_stands_with_the_sentence_before_the_one_that_decides(tmp_path: Path) -> None:
    written(tmp_path)
    assert [(row["evidence"], row["label"]) for row in support_rows(tmp_path)] == [
        ("The port lost money.", "supported"),
        ("The port lost money. “We will not sell,” it said.", "contradicted"),
        ("The port lost money.", "unsupported"),
    ]


def test_a_near_miss_holds_none_of_the_places_that_answer(tmp_path: Path) -> None:
    written(tmp_path)
    rows = list(reader_rows(tmp_path))
    data = examples.Data(rows, [], [], [], [])
    exchanger = Exchanger(["one", "two"], np.eye(2, dtype=np.float32))
    for seed in range(20):
        maker = examples.Maker(data, lambda _question, _context: [], exchanger, (30, 60), random.Random(seed))
        answered = maker.answered(rows[0], "")
        assert answered.spans
        assert {answered.second[start:end] for start, end in answered.spans} <= {"for 40 jobs", "for the town"}
        missed = maker.near_miss(rows[0], answered)
        assert missed is not None
        assert "Dockers" not in missed.second
        assert missed.answered is False


def test_the_shipped_texts_are_whole_and_one_file_takes_no_part() -> None:
    rows = list(reader_rows())
    whole = tomllib.loads((Path(examples.__file__).parent / "going_on.toml").read_text(encoding="utf-8"))["held_out"]
    held_out = [row for row in rows if examples.is_held_out(row, whole) and row["origin"] == "own-mixed"]
    assert len(held_out) == sum(row["origin"] == "own-mixed" for row in rows) == 352
    assert all(row["question"].strip() for row in rows)
    assert {row["context"] for row in held_out}.isdisjoint(row["context"] for row in rows if row not in held_out)
    assert len(list(support_rows())) > 1_000


def test_sentences_end_with_their_lines() -> None:
    assert sentences_of("A head\nOne. Two!") == [(0, 6), (7, 11), (12, 16)]
    assert own_texts.FOLDER.is_dir()
