"""Words for people: text made safe to show, and errors told in a line."""

from __future__ import annotations

import re

from assistant.errors import CitewellError
from assistant.text.characters import CONTROLS, REORDERING, without_surrogates
from assistant.types import Place

_COMMANDS = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]|" + f"[{CONTROLS}{REORDERING}]")


def printable(text: str) -> str:
    """``text`` without the characters that command a terminal; its lines and tabs stay.

    Escape sequences, control characters (C0 and C1) and those that reorder what is shown (Unicode's bidirectional
    controls) are removed, line ends become ``\\n``, and each lone surrogate becomes U+FFFD.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return without_surrogates(_COMMANDS.sub("", lines))


def one_line(text: str) -> str:
    """``text`` as `printable` leaves it, on one line: for titles, names and quotes."""
    return " ".join(printable(text).split())


def place_in_words(place: Place | None) -> str:
    """Where in its document something stands, as in ``Page 3``; "" where there are no places."""
    return place.in_words[0].upper() + place.in_words[1:] if place else ""


def describe(error: Exception) -> str:
    """An error in words for a person: what Citewell raises says all by itself, anything else is named."""
    if isinstance(error, CitewellError):
        return str(error)
    return f"Unexpected {type(error).__name__}: {error}. Run again with --debug to see where it comes from."
