"""The reader's threshold, fitted on questions that are known to be answerable or not, and kept in the state folder."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant.atomic_files import changing, write_whole
from assistant.errors import QuestionError, SettingsError, StorageError

DEFAULT_THRESHOLD = 0.0
"""A span must score as high as "no answer", as the model was trained to weigh the two."""
FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold for a reader's margins, and how well it parts the questions that it was fitted on.

    ``balanced_accuracy`` is the mean of two shares: of the answerable questions, those that reach the threshold; of
    the others, those that do not. 0.5 is chance.
    """

    threshold: float
    balanced_accuracy: float
    questions: int


def fit_threshold(margins: Sequence[float], answerable: Sequence[bool]) -> Calibration:
    """The threshold of the highest balanced accuracy: a question is answered when its margin reaches it.

    Balanced accuracy, and not F1, because it weighs wrong answers and wrong refusals alike, however many questions of
    each kind the person has collected. Among equally good thresholds, the one in the middle of the widest gap
    between margins is taken; a reader whose margins tell nothing gets one that every question reaches.

    Raises:
        QuestionError: the questions are not of both kinds.
    """
    pairs = sorted(zip(margins, answerable, strict=True))
    positives = sum(answerable)
    if not 0 < positives < len(pairs):
        raise QuestionError(
            "The reader's threshold is fitted on questions of both kinds: some that the documents answer, and some "
            f"that they do not. Of these {len(pairs)}, {positives} are answerable. Add some of the other kind."
        )
    thresholds = [(pairs[0][0], 0.0)]
    thresholds += [((low + high) / 2, high - low) for (low, _), (high, _) in pairwise(pairs) if low < high]

    def balanced_accuracy(threshold: float) -> float:
        kept = sum(known for margin, known in pairs if margin >= threshold)
        refused = sum(not known for margin, known in pairs if margin < threshold)
        return (kept / positives + refused / (len(pairs) - positives)) / 2

    best = max(thresholds, key=lambda item: (balanced_accuracy(item[0]), item[1], -item[0]))[0]
    return Calibration(best, balanced_accuracy(best), len(pairs))


class Calibrations:
    """What was fitted, by reader, in ``calibration.json`` of the state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / FILE

    def threshold(self, key: str) -> float:
        """The threshold of the reader with this key; `DEFAULT_THRESHOLD` when none was fitted.

        Raises:
            SettingsError: the file cannot be read.
        """
        fitted = self._readers(self._content()).get(key)
        if fitted is None:
            return DEFAULT_THRESHOLD
        threshold = fitted.get("threshold") if isinstance(fitted, dict) else None
        if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
            raise self._broken(f"the threshold of {key} is not a number")
        return float(threshold)

    def save(self, key: str, calibration: Calibration) -> None:
        """Keep a calibration, atomically, beside those of other readers.

        Raises:
            SettingsError: the file as it stands cannot be read.
            StorageError: the disk refuses the write.
        """
        try:
            with changing(self._file):
                content = self._content()
                content["readers"] = {**self._readers(content), key: asdict(calibration)}
                write_whole(self._file, json.dumps(content, indent=2, allow_nan=False) + "\n")
        except OSError as error:
            raise StorageError(f"{self._file} cannot be written: {error.strerror or error}.") from error

    def _content(self) -> dict[str, Any]:
        try:
            content = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._broken(error.strerror or str(error)) from error
        except ValueError as error:
            raise self._broken(f"it is not JSON: {error}") from error
        if not isinstance(content, dict):
            raise self._broken("it is not a JSON object")
        return content

    def _readers(self, content: dict[str, Any]) -> dict[str, Any]:
        readers = content.get("readers", {})
        if not isinstance(readers, dict):
            raise self._broken('"readers" in it is not a JSON object')
        return readers

    def _broken(self, reason: str) -> SettingsError:
        return SettingsError(
            f"{self._file} cannot be read: {reason}. Remove it, then fit the reader's threshold anew with: "
            "citewell eval --calibrate"
        )
