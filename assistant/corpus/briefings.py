"""The briefings that a new user's corpus starts with, so that a first question works at once."""

from __future__ import annotations

from pathlib import Path

import assistant


def shipped_briefings() -> Path | None:
    """The folder of the briefings: in an installed package beside its code, in a checkout in ``corpus/``."""
    package = Path(assistant.__file__).parent
    for folder in (package / "_briefings", package.parent / "corpus" / "briefings"):
        if folder.is_dir():
            return folder
    return None
