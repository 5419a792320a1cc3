"""How a sentence that matched is shown, in the terminal and on the page: in pieces, marked or not, and not too long."""

from __future__ import annotations

from typing import NamedTuple

from assistant.types import Mentions

BEFORE = 120
"""Characters of a long sentence that are shown before what first matched."""
LONGEST = 400


class MentionPiece(NamedTuple):
    """A part of a text, and whether it matched."""

    text: str
    is_marked: bool


def pieces(text: str, marks: tuple[tuple[int, int], ...], longest: int = LONGEST) -> list[MentionPiece]:
    """A text in pieces; of a long one what is around the first that matched, with an ellipsis for what is left out."""
    start = _word_start(text, marks[0][0] - BEFORE) if marks and len(text) > longest else 0
    end = min(len(text), start + longest)
    found, position = [MentionPiece("… ", is_marked=False)] if start else [], start
    for first, last in marks:
        if first >= end:
            break
        found += [
            MentionPiece(text[position:first], is_marked=False),
            MentionPiece(text[first : min(last, end)], is_marked=True),
        ]
        position = min(last, end)
    found.append(MentionPiece(text[position:end] + (" …" if end < len(text) else ""), is_marked=False))
    return [piece for piece in found if piece.text]


def _word_start(text: str, place: int) -> int:
    """The beginning of the first word from a place on; 0 where that is before the text."""
    return text.find(" ", place) + 1 if place > 0 else 0


def spellings_in_words(found: Mentions) -> str:
    """The ways in which it is written, as in ``Kyiv (35), Kiev (6, not counted)``; "" where there is one."""
    if len(found.spellings) < 2:
        return ""
    return ", ".join(
        f"{one.text} ({one.documents:,}{'' if one.is_counted else ', not counted'})" for one in found.spellings
    )
