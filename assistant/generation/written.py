"""What a model has written, as sentences, list items and headings, read while it grows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.answering.citations import LIST_MARK
from assistant.generation.asserting import makes_claim
from assistant.generation.markers import Mark, Unmarked, settled, unmarked
from assistant.text.sentences import sentences, trimmed
from assistant.text.structure import FENCE, HASH_HEADING, RULE
from assistant.text.tables import is_divider
from assistant.types import DEFAULT_LANGUAGE

READ_AHEAD = 24
"""How many characters after the end of a sentence tell that it is one."""
BULLETS = tuple("-*+\u2022\u25e6\u2023\u00b7\u2013")
MAY_END = re.compile(
    r"(?:(?<![.!?\u2026\u061f\u06d4\u0964\u104b\u17d4])[.!?\u2026\u061f\u06d4\u0964\u104b\u17d4]++"
    r"[\"'\u2019\u201d\u00bb)\]*_]*+(?=\s)|[\u3002\uff01\uff1f]++[\u300d\u300f\u201d\uff09]*+)\s*+"
)
BOLD_LINE = re.compile(r"\A\s*+(\*\*|__)(?!\s)[^*_]{1,120}+\1\s*+:?\s*+")

LONGEST = 1_000
"""A sentence of more characters is cut."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence that claims something, and the numbers of the passages that it cites.

    ``removed`` are the numbers in its markers that name no passage.
    """

    text: str
    numbers: tuple[int, ...]
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, list item, table row, heading or block of code without its markers, and the claims in it.

    ``before`` is the white space between the piece before and this one: "", " " or line ends.
    """

    text: str
    before: str
    claims: tuple[Marked, ...]


Kind = Literal["prose", "item", "heading", "row", "code", "blank"]


@dataclass(slots=True)
class WrittenReader:
    """Reads a growing text; each piece is given once, as soon as nothing that follows can change it.

    What is given depends on the text alone, not on the steps in which it came.
    """

    passages: int
    language: str = DEFAULT_LANGUAGE
    _position: int = 0
    _line_starts: bool = True
    _gap: str = ""
    _code: list[str] = field(default_factory=list)
    _fence: str = ""

    def read(self, text: str, *, finished: bool) -> list[Piece]:
        """The pieces that are complete and were not given before; ``text`` is all that has come so far."""
        found: list[Piece] = []
        while self._position < len(text):
            end = text.find("\n", self._position)
            is_whole = end >= 0 or finished
            end = len(text) if end < 0 else end
            if is_whole:
                found += self._read_line(text[self._position : end])
                self._position, self._line_starts = min(len(text), end + 1), True
                if not self._code:
                    self._gap = self._gap.rstrip(" ") + "\n" * (end < len(text))
            else:
                line = text[self._position : end]
                found += self._read_growing(line)
                break
        if finished and self._code:
            found.append(self._close_code())
        return found

    def _read_line(self, line: str) -> list[Piece]:
        kind = self._kind(line)
        if kind == "code":
            return self._read_code(line)
        if kind == "blank":
            return []
        if kind == "prose":
            return self._sentences(line, is_whole=True)[0]
        plain = unmarked(line.strip(), self.passages)
        if kind == "heading":
            return [self._piece(plain.text, self._claims(plain.text, plain.marks))] if plain.text else []
        claims = self._all_claims(line)
        mark = LIST_MARK.match(plain.text) if kind == "item" and plain.text.startswith(BULLETS) else None
        return [self._piece(f"- {plain.text[mark.end() :]}" if mark else plain.text, claims)]

    def _read_growing(self, line: str) -> list[Piece]:
        """The sentences that are complete in a line of prose that still grows."""
        if self._fence or (self._line_starts and not _is_prose_for_sure(line)):
            return []
        pieces, read = self._sentences(line[: settled(line)], is_whole=False)
        if read:
            self._position, self._line_starts = self._position + read, False
        return pieces

    def _sentences(self, line: str, *, is_whole: bool) -> tuple[list[Piece], int]:
        """The sentences of a line of prose, and how many of its characters they take up."""
        found: list[Piece] = []
        read = 0
        while True:
            plain = unmarked(line[read:], self.passages)
            cut = _first_boundary(plain.text, self.language, is_whole=is_whole)
            if cut is None:
                break
            found += self._sentence(plain, cut)
            read += plain.origins[cut]
            self._gap = self._gap or " "
        if is_whole:
            found += self._sentence(plain, len(plain.text))
            read = len(line)
        return found, read

    def _sentence(self, plain: Unmarked, end: int) -> list[Piece]:
        span = trimmed(plain.text, 0, end)
        if span is None:
            return []
        text = plain.text[span.start : span.end]
        marks = [mark for mark in plain.marks if mark.offset < end or end == len(plain.text)]
        return [self._piece(text, self._claims(text, marks))]

    def _claims(self, text: str, marks: Sequence[Mark]) -> tuple[Marked, ...]:
        """What a sentence claims, as one claim; none where it makes none and cites nothing."""
        numbers = tuple(sorted({number for mark in marks for number in mark.numbers}))
        removed = tuple(sorted({number for mark in marks for number in mark.removed}))
        return (Marked(text, numbers, removed),) if numbers or removed or makes_claim(text, self.language) else ()

    def _all_claims(self, line: str) -> tuple[Marked, ...]:
        """The claims of a list item or table row, which is one piece however many sentences it has."""
        reader = WrittenReader(self.passages, self.language)
        pieces, _ = reader._sentences(LIST_MARK.sub("", line), is_whole=True)
        return tuple(claim for piece in pieces for claim in piece.claims)

    def _kind(self, line: str) -> Kind:
        if self._fence:
            return "code"
        if not line.strip():
            return "blank"
        return _opened_by(line) if self._line_starts else "prose"

    def _read_code(self, line: str) -> list[Piece]:
        opens = FENCE.match(line)
        self._code.append(line)
        if not self._fence:
            self._fence = opens[1] if opens else ""
        elif opens and opens[1].startswith(self._fence) and not line.strip().strip(self._fence[0]):
            return [self._close_code()]
        return []

    def _close_code(self) -> Piece:
        text = "\n".join(self._code)
        self._code, self._fence = [], ""
        return self._piece(text, self._claims(text, ()))

    def _piece(self, text: str, claims: tuple[Marked, ...]) -> Piece:
        piece = Piece(text, self._gap, claims)
        self._gap = ""
        return piece


def _opened_by(line: str) -> Kind:
    """What a line outside code begins, if it is not blank; a rule parts what is around it as a blank line does."""
    if FENCE.match(line):
        return "code"
    if RULE.match(line):
        return "blank"
    if HASH_HEADING.match(line) or BOLD_LINE.fullmatch(line):
        return "heading"
    if LIST_MARK.match(line):
        return "item"
    if line.lstrip().startswith("|"):
        return "heading" if is_divider(line) else "row"
    return "prose"


def _is_prose_for_sure(line: str) -> bool:
    """Whether a line that still grows is prose, whatever follows: it opens with a word, and no list mark."""
    opening = line.lstrip()
    return (
        len(opening) > READ_AHEAD
        and opening[0] not in "#|`~-*+_=\u2022\u25e6\u2023\u00b7\u2013"
        and not LIST_MARK.match(line)
    )


def _first_boundary(text: str, language: str, *, is_whole: bool) -> int | None:
    """Where the second sentence of a text begins; None where there is none, or it cannot be told yet."""
    for match in MAY_END.finditer(text, 0, LONGEST):
        following = match.end()
        if following >= len(text) or (following + READ_AHEAD > len(text) and not is_whole):
            return None
        first = sentences(text[: following + READ_AHEAD], 0, min(len(text), following + READ_AHEAD), language)[:1]
        if first and first[0].end <= match.start() + len(match[0].rstrip()):
            return following
    if len(text) < LONGEST:
        return None
    space = text.rfind(" ", 0, LONGEST)
    return space + 1 if space > 0 else LONGEST
