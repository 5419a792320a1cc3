"""What the scripts that fit linear models share: how they are called, and how a model is written."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from assistant.models.linear import FITTED, LinearModel


def arguments(description: str | None) -> argparse.Namespace:
    """The folder of data, and whether what is fitted is to be what ships (``write``)."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write what is fitted to assistant/models/fitted")
    return parser.parse_args()


def model_of(
    weights: Mapping[str, float], script: str, fitted_on: str, intercept: float = 0.0, threshold: float | None = None
) -> LinearModel:
    """The model with these weights, fitted today by a script on what ``fitted_on`` says."""
    return LinearModel(
        weights=dict(weights),
        intercept=intercept,
        threshold=threshold,
        fitted_on=fitted_on,
        fitted_at=datetime.now(UTC).date().isoformat(),
        script=f"benchmarks/{Path(script).name}",
    )


def ship(models: Mapping[str, LinearModel]) -> None:
    """Write each model under its name, where the product reads it."""
    for name, model in models.items():
        model.save(FITTED / f"{name}.json")
