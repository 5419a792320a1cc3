"""The commands that show all of what an answer counts or compares, to be typed as they stand."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from assistant.types import Filters, MentionList, SpeakersCompared


def list_command(listed: MentionList) -> str:
    """The command that prints the whole list."""
    return _command(["mentions", listed.query], listed.filters)


def comparison_command(compared: SpeakersCompared) -> str:
    """The command that prints all that the speakers say, side by side."""
    named = [word for speaker in compared.speakers for word in ("--speaker", speaker)]
    return _command(["compare", compared.subject, *named], compared.filters)


def _command(words: Sequence[str], only: Filters) -> str:
    options = [*(("--source", source) for source in only.sources), *(("--publisher", one) for one in only.publishers)]
    options += [(name, day) for name, day in (("--since", only.since), ("--until", only.until)) if day]
    return shlex.join(["citewell", *words, *(word for option in options for word in option)])
