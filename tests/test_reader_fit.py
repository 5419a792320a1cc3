"""What a fitted threshold is worth on questions that it was not fitted on, and how the fit is told."""

from __future__ import annotations

import pytest

from assistant.evaluation.reader_fit import cross_validated
from assistant.evaluation.report_wording import fit
from assistant.evaluation.results import FittedReader
from assistant.models.calibration import fit_threshold


@pytest.mark.parametrize(
    ("answerable", "others", "folds", "expected"),
    [
        ([6.0, 7.0, 8.0, 9.0, 9.5], [0.0, 1.0, 2.0, 2.5, 3.0], 5, 1.0),
        # without the first of each, the threshold is 5, and 2 is wrong; without the second it is 2, and 4 is wrong
        ([2.0, 6.0], [3.0, 4.0], 2, 0.5),
        # neighbours are left out together: without the first two of each it is 7, without the others 1
        ([1.0, 2.0, 8.0, 9.0], [3.0, 4.0, 5.0, 6.0], 2, 0.5),
    ],
)
def test_each_question_is_decided_by_a_threshold_that_was_fitted_without_it(
    answerable: list[float], others: list[float], folds: int, expected: float
) -> None:
    known = [True] * len(answerable) + [False] * len(others)
    assert cross_validated([*answerable, *others], known, folds) == expected


def test_questions_decide_nothing_about_themselves() -> None:
    """Margins that mean nothing part the questions they were fitted on, and others no better than chance."""
    margins, known = [float(place) for place in range(40)], [place % 2 == 1 for place in range(40)]
    assert fit_threshold(margins, known).balanced_accuracy == 0.525
    assert cross_validated(margins, known, 5) <= 0.5


def test_too_few_questions_for_cross_validation_and_those_without_a_passage_are_told() -> None:
    fitted = FittedReader(1.5, 1.0, questions=4, folds=1, cross_validated=None, unknown=0, unread=2)
    first, _, last = fit(fitted)
    assert first.endswith("unknown on others: for cross-validation, two questions of each kind are needed.")
    assert last == "2 of 6 questions had no part in the fit: no passage was found for them."
