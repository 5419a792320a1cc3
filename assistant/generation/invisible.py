"""Characters that nobody sees and a model reads: they part the letters of a mark, or hide words."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Soft hyphens, joiners, marks of direction, fillers, variation selectors and tags, as they stand in a set."""
_UNSEEN = re.compile(f"[{INVISIBLE}]++")
_JOINERS = ("\u200c", "\u200d")
"""Persian and the languages of India are spelt with these, between letters that are not of ASCII."""


def visible(text: str) -> str:
    """A text without what nobody sees in it; joiners stay between two letters outside ASCII, where they spell."""
    if text.isascii():
        return text

    def kept(found: re.Match[str]) -> str:
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        spells = found[0] in _JOINERS and all(map(_is_of_a_word, (before, after)))
        return found[0] if spells else ""

    return _UNSEEN.sub(kept, text)


def _is_of_a_word(character: str) -> bool:
    """Whether it is a letter, or a mark upon one, outside ASCII."""
    return character > "\x7f" and unicodedata.category(character)[0] in "LM"
