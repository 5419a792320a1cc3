"""The threshold of the optional reader, fitted on the questions of a file, and what it is worth on others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import QuestionError
from assistant.evaluation.question_set import Question
from assistant.evaluation.results import FittedReader
from assistant.models.calibration import fit_threshold

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.evaluation.run import Listener

FOLDS = 5


def check_fit(assistant: Assistant, questions: Sequence[Question]) -> None:
    """See, before anything is read, that there is a reader to fit and that there are questions to fit it on.

    Raises:
        ModelUnavailable: no reader is named.
        QuestionError: the questions are not known to be of both kinds.
    """
    with suppress(QuestionError):  # no questions are never enough, and a reader that is missing is told first
        assistant.calibrate_reader((), ())
    known = [question.answerable for question in questions if question.answerable is not None]
    fit_threshold([0.0] * len(known), known)


def fit_reader(assistant: Assistant, questions: Sequence[Question], progress: Listener | None = None) -> FittedReader:
    """Fit the reader's threshold on those questions that are known to be answerable or not; keep and use it.

    The index is used as it stands; sync it before.

    Raises:
        what `Assistant.reader_margin` and `Assistant.calibrate_reader` raise.
    """
    margins: list[float] = []
    known: list[bool] = []
    unknown = unread = 0
    for done, question in enumerate(questions, start=1):
        if question.answerable is None:
            unknown += 1
        else:
            margin = assistant.reader_margin(question.question, [("user", turn) for turn in question.history])
            if margin is None:
                unread += 1
            else:
                margins.append(margin)
                known.append(question.answerable)
        if progress:
            progress(done)
    calibration = assistant.calibrate_reader(margins, known)
    folds = min(FOLDS, sum(known), len(known) - sum(known))
    return FittedReader(
        threshold=calibration.threshold,
        balanced_accuracy=calibration.balanced_accuracy,
        questions=calibration.questions,
        folds=folds,
        cross_validated=cross_validated(margins, known, folds) if folds > 1 else None,
        unknown=unknown,
        unread=unread,
    )


def cross_validated(margins: Sequence[float], answerable: Sequence[bool], folds: int) -> float:
    """The balanced accuracy on questions that the threshold was not fitted on (k-fold cross-validation; Stone 1974).

    Each kind has at least ``folds`` questions, of which there are at least two. They are parted in their order, since
    neighbours in a file are often about one passage. All decisions are counted together.
    """
    kinds = [[place for place, known in enumerate(answerable) if known is kind] for kind in (True, False)]
    fold_of = {place: order * folds // len(kind) for kind in kinds for order, place in enumerate(kind)}
    right = set()
    for fold in range(folds):
        others = [place for place, its in fold_of.items() if its != fold]
        threshold = fit_threshold([margins[i] for i in others], [answerable[i] for i in others]).threshold
        right |= {i for i in fold_of.keys() - others if (margins[i] >= threshold) is answerable[i]}
    return sum(len(right.intersection(kind)) / len(kind) for kind in kinds) / 2
