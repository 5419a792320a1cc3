"""The reader's threshold: fitted, kept, read again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import QuestionError, SettingsError, StorageError
from assistant.models.calibration import DEFAULT_THRESHOLD, Calibration, Calibrations, fit_threshold

KEPT = Calibration(threshold=1.5, balanced_accuracy=0.75, questions=8)


class TestFitting:
    @pytest.mark.parametrize(
        ("answerable", "others", "threshold", "balanced_accuracy"),
        [
            ([3.0, 5.0], [-1.0, 1.0], 2.0, 1.0),
            ([3.0], [1.0] * 50, 2.0, 1.0),
            ([1.0, 6.0, 7.0, 8.0], [2.0, 3.0], 4.5, 0.875),  # losing one of four costs less than one of two
            ([0.0, 10.0], [1.0, 9.0], 9.5, 0.75),
            ([10.0, 4.0], [4.0, 0.0], 7.0, 0.75),  # as good as 2.0, in a wider gap
            ([1.0, 2.0], [3.0, 4.0], 1.0, 0.5),  # margins that mislead: every question passes
            ([1.0], [1.0], 1.0, 0.5),
        ],
    )
    def test_the_threshold_parts_the_questions_best(
        self, answerable: list[float], others: list[float], threshold: float, balanced_accuracy: float
    ) -> None:
        margins, known = [*answerable, *others], [True] * len(answerable) + [False] * len(others)
        assert fit_threshold(margins, known) == Calibration(threshold, balanced_accuracy, len(margins))

    @given(st.lists(st.tuples(st.integers(-20, 20), st.booleans()), min_size=2, max_size=30))
    def test_no_other_threshold_parts_them_better(self, questions: list[tuple[int, bool]]) -> None:
        answerable = [margin for margin, known in questions if known]
        others = [margin for margin, known in questions if not known]
        if not answerable or not others:
            return
        fitted = fit_threshold([margin for margin, _ in questions], [known for _, known in questions])

        def balanced_accuracy(threshold: float) -> float:
            kept = sum(margin >= threshold for margin in answerable) / len(answerable)
            return (kept + sum(margin < threshold for margin in others) / len(others)) / 2

        assert balanced_accuracy(fitted.threshold) == pytest.approx(fitted.balanced_accuracy)
        assert max(balanced_accuracy(step / 2) for step in range(-42, 43)) == pytest.approx(fitted.balanced_accuracy)

    @pytest.mark.parametrize("known", [[], [True, True], [False]])
    def test_questions_of_one_kind_are_not_enough(self, known: Sequence[bool]) -> None:
        with pytest.raises(QuestionError) as refused:
            fit_threshold([1.0] * len(known), known)
        assert str(refused.value) == (
            "The reader's threshold is fitted on questions of both kinds: some that the documents answer, and some "
            f"that they do not. Of these {len(known)}, {sum(known)} are answerable. Add some of the other kind."
        )


class TestKeeping:
    def test_each_reader_has_its_own(self, tmp_path: Path) -> None:
        kept = Calibrations(tmp_path / "state")
        assert kept.threshold("one") == DEFAULT_THRESHOLD == 0.0
        kept.save("one", KEPT)
        kept.save("other", Calibration(-2.25, 0.5, 4))
        again = Calibrations(tmp_path / "state")
        assert (again.threshold("one"), again.threshold("other"), again.threshold("third")) == (1.5, -2.25, 0.0)

    def test_what_else_the_file_holds_stays(self, tmp_path: Path) -> None:
        (tmp_path / "calibration.json").write_text('{"else": [1], "readers": {"one": {"threshold": 3}}}')
        Calibrations(tmp_path).save("other", KEPT)
        assert json.loads((tmp_path / "calibration.json").read_text()) == {
            "else": [1],
            "readers": {
                "one": {"threshold": 3},
                "other": {"threshold": 1.5, "balanced_accuracy": 0.75, "questions": 8},
            },
        }

    def test_a_write_that_fails_leaves_the_file_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = Calibrations(tmp_path)
        kept.save("one", KEPT)

        def full(_: int) -> NoReturn:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match=r"calibration\.json cannot be written: No space left on device\.$"):
            kept.save("one", Calibration(9.0, 1.0, 2))
        assert kept.threshold("one") == 1.5
        assert sorted(file.name for file in tmp_path.iterdir()) == [".calibration.json.lock", "calibration.json"]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "it is not JSON: "),
            (b"\xff\xfe{", "it is not JSON: "),
            (b"[]", "it is not a JSON object"),
            (b'{"readers": 3}', '"readers" in it is not a JSON object'),
            (b'{"readers": {"one": 3}}', "the threshold of one is not a number"),
            (b'{"readers": {"one": {"threshold": "3"}}}', "the threshold of one is not a number"),
            (b'{"readers": {"one": {"threshold": true}}}', "the threshold of one is not a number"),
            (b'{"readers": {"one": {"threshold": NaN}}}', "the threshold of one is not a number"),
        ],
    )
    def test_a_broken_file_is_told_with_its_remedy(self, tmp_path: Path, content: bytes, reason: str) -> None:
        file = tmp_path / "calibration.json"
        file.write_bytes(content)
        with pytest.raises(SettingsError) as refused:
            Calibrations(tmp_path).threshold("one")
        message = str(refused.value)
        assert message.startswith(f"{file} cannot be read: {reason}")
        assert message.endswith(". Remove it, then fit the reader's threshold anew with: citewell eval --calibrate")
        assert file.read_bytes() == content
