"""How a sentence that matched is shown, in the terminal and on the page: in pieces, marked or not, and not too long."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from assistant.types import Filters, MentionList, Mentions, SpeakersCompared

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
