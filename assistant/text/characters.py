"""Characters that are no text: those that command a terminal, that reorder what is shown, that cannot be stored."""

from __future__ import annotations

import re

CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Control characters (C0 and C1) but tabs and line feeds, as they stand in a set."""
REORDERING = "\u202a-\u202e\u2066-\u2069"
"""Unicode's bidirectional controls, as they stand in a set."""
SURROGATES = "\ud800-\udfff"
"""Halves of characters, which alone no encoding can hold, as they stand in a set."""
UNSHOWABLE = re.compile(f"[{CONTROLS}{REORDERING}]")
_NEVER_SEEN = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]|(?<=[a-zA-Z\u00c0-\u052f])[\u200c\u200d]")
"""Soft hyphens and characters without width, but for joiners where they change how letters or pictures look."""
_SURROGATE = re.compile(f"[{SURROGATES}]")


def without_surrogates(text: str) -> str:
    """``text`` with U+FFFD in place of each lone surrogate, so that it can be stored and written; offsets stay."""
    return _SURROGATE.sub("\ufffd", text)


def without_unseen(text: str) -> str:
    """``text`` without characters that show nothing, and that would hide the words they stand in from search."""
    return text if text.isascii() else _NEVER_SEEN.sub("", text)
