"""Where and by whom an article was written, as it stands before its first sentence: "WASHINGTON (AP) -"."""

from __future__ import annotations

import re

DATELINE = re.compile(
    r"(?=[^\n\u2013\u2014]{0,60}\b[A-Z]{2})[A-Z][\w.'\u2019]*(?:[ ,/]{1,2}[A-Z][\w.'\u2019]*){0,5} ?"
    r"(?:\([^()\n]{2,20}\) ?[\u2013\u2014]?|[\u2013\u2014])\s+(?=[^\Wa-z]|[\"\u201c])"
)
"""A place in capitals, and an agency in capitals or parentheses: "London (CNN) Boris Johnson"."""


def behind_dateline(text: str, start: int, end: int) -> int:
    """Where a text begins, behind the dateline if it has one."""
    found = DATELINE.match(text, start, end)
    return found.end() if found else start
