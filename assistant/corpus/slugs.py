"""Words as a part of the name of a file: what a page, a reference or a mail is about, for people to see."""

from __future__ import annotations

import re

CHARACTERS = 60
BEGINNING, END = slice(CHARACTERS), slice(-CHARACTERS, None)


def slug_of(words: str, otherwise: str, part: slice = BEGINNING) -> str:
    """A part of some words, with hyphens for what is no letter or digit; ``otherwise`` where nothing is left of it.

    >>> slug_of("Re: Häfen & Docks!", "mail")
    'Re-Häfen-Docks'
    """
    return re.sub(r"[^\w]+", "-", words).strip("-_")[part].strip("-_") or otherwise
