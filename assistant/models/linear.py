"""Linear models: named features and their weights, in JSON files that the fitting scripts write.

The files of what ships lie in ``assistant/models/fitted``; each names the script that writes it anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.atomic_files import write_whole

FITTED = Path(__file__).parent / "fitted"
VERSION = 1
"""Of the files' form."""
STEEPEST = 50.0
"""Beyond this total, a probability is 0 or 1 to the last digit."""


@dataclass(frozen=True)
class LinearModel:
    """A weighted sum of named features.

    ``weights``: by the feature's name. ``threshold``: from which probability on the answer is yes; None where the model
    only ranks. ``fitted_on``: the data, in words; ``fitted_at``: the day, ISO 8601; ``script``: what fits it.

    >>> LinearModel({"real": 2.0, "imag": -1.0}, intercept=0.5).score(3 + 4j)
    2.5
    """

    weights: Mapping[str, float]
    intercept: float = 0.0
    threshold: float | None = None
    fitted_on: str = ""
    fitted_at: str = ""
    script: str = ""

    def score(self, features: object) -> float:
        """The intercept and the sum of each weight times the attribute of ``features`` that bears its name."""
        added: float = sum([weight * getattr(features, name) for name, weight in self._weights])
        return self.intercept + added

    def probability(self, features: object) -> float:
        """The logistic function of the score, 0 to 1."""
        return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, self.score(features)))))

    def contributions(self, features: object) -> dict[str, float]:
        """What each feature adds to the score."""
        return {name: weight * getattr(features, name) for name, weight in self._weights}

    @cached_property
    def _weights(self) -> tuple[tuple[str, float], ...]:
        return tuple(self.weights.items())

    def save(self, file: Path) -> None:
        """Write the model as JSON, whole or not at all."""
        content = {"version": VERSION, **asdict(self)}
        write_whole(file, json.dumps(content, indent=2) + "\n")

    @classmethod
    def load(cls, file: Path) -> LinearModel:
        """The model that `save` wrote.

        Raises:
            ValueError: the file is of another version.
        """
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
        if (version := content.pop("version", None)) != VERSION:
            raise ValueError(f"{file} has version {version} of linear models; this Citewell reads version {VERSION}.")
        return cls(**content)


def shipped(name: str) -> LinearModel:
    """The model that ships under a name."""
    return LinearModel.load(FITTED / f"{name}.json")
