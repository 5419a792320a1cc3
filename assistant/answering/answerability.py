"""The second gate before an answer: a reader must find words in the best passages that answer the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.models.calibration import Calibration, Calibrations, fit_threshold
from assistant.models.reader import AnswerSpan, ReadingModel
from assistant.types import Passage

FOUND_NOTHING = "The reader found no answer in the closest passages."


class Gate:
    """A reader with the margin that its best span must reach, ``threshold``."""

    def __init__(self, model: ReadingModel, calibrations: Calibrations) -> None:
        """Take the threshold that was fitted for this reader, or the default.

        Raises:
            SettingsError: the threshold fitted earlier cannot be read.
        """
        self.model = model
        self.threshold = calibrations.threshold(model.key)
        self._calibrations = calibrations

    def best_span(self, question: str, passages: Sequence[Passage]) -> AnswerSpan | None:
        """The words of the passages that answer most surely; None when the passages have no words."""
        return next(iter(self.model.read(question, passages)), None)

    def lets_pass(self, span: AnswerSpan | None) -> bool:
        """Whether the span answers surely enough."""
        return span is not None and span.margin >= self.threshold

    def doubt(self, span: AnswerSpan | None) -> float:
        """How near a span that does not pass came to it, as odds: 1 at the threshold, towards 0 far below it."""
        return math.exp(min(0.0, span.margin - self.threshold)) if span else 0.0

    def calibrate(self, margins: Sequence[float], answerable: Sequence[bool]) -> Calibration:
        """Fit the threshold on the margins of questions that are known to be answerable or not, and keep it.

        Raises:
            QuestionError: the questions are not of both kinds.
            SettingsError: the thresholds fitted earlier cannot be read.
            StorageError: the disk refuses the write.
        """
        calibration = fit_threshold(margins, answerable)
        self._calibrations.save(self.model.key, calibration)
        self.threshold = calibration.threshold
        return calibration
