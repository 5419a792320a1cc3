"""Markers such as ``[1]``, ``[2, 3]`` or ``【1】``, by which a model says on which passages a sentence rests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMED = r"(?:(?:passages?|sources?|documents?|docs?|refs?|references?|citations?)\.?\s{0,2})?"
_NUMBER = r"\^?#?\d{1,9}(?::\d{1,4})?(?:\u2020[^\]\u3011\uff3d\n,;]{0,20}+)?"
_NUMBERS = rf"{_NAMED}{_NUMBER}(?:\s{{0,2}}+(?:[,;&\u2013\u2014-]|,?\s?and\s)\s{{0,2}}+{_NAMED}{_NUMBER}){{0,12}}+"
MARKER = re.compile(
    rf"\\?(?:\[\s{{0,2}}(?P<square>{_NUMBERS})\s{{0,2}}\\?\]|\u3010\s{{0,2}}(?P<lens>{_NUMBERS})\s{{0,2}}\u3011"
    rf"|\uff3b\s{{0,2}}(?P<wide>{_NUMBERS})\s{{0,2}}\uff3d)(?:\((?:https?:|#)[^()\s]{{0,500}}\))?",
    re.IGNORECASE,
)
"""A marker, with the link that it may be written as. NOTE: all repetitions are bounded; models write anything."""
LONGEST_MARKER = 1_500
UNFINISHED = re.compile(r"(?:\\?[\[\u3010\uff3b][^\[\]\u3010\u3011\uff3b\uff3d]{0,900}|\\)$")
"""What may yet become a marker when more of the text comes."""
UNFINISHED_LINK = re.compile(r"(?:\((?:[h#][^()\s]{0,500})?)?$")
RANGE = re.compile(r"(?<!\d)(\d{1,9})\s{0,2}[\u2013\u2014-]\s{0,2}\D{0,14}(\d{1,9})")
BESIDE_A_NUMBER = re.compile("\u2020[^,;]*|:\\d+")
"""What some models write after the number: "4:0\u2020source"."""
WIDEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """Where markers stood: at ``offset`` of the text without them. ``numbers`` are in range, each once, in order.

    ``removed`` are the numbers that name no passage.
    """

    offset: int
    numbers: tuple[int, ...]
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without its markers, the markers, and for each of its characters where that stood before.

    ``origins`` has one entry more than ``text`` has characters, the last one for its end.
    """

    text: str
    marks: tuple[Mark, ...]
    origins: tuple[int, ...]


def unmarked(text: str, passages: int) -> Unmarked:
    """The text without markers and the space before them; markers may name the passages 1 to ``passages``.

    A space takes the place of a marker that alone parts two words. Never raises, whatever the text.
    """
    kept: list[tuple[str, int]] = []
    marks: list[Mark] = []
    position = 0
    for match in MARKER.finditer(text):
        if _is_year(match, passages):
            continue
        kept += _with_places(text, position, match.start())
        _drop_space_at_end(kept)
        position = match.end() if kept else _behind_space(text, match.end())
        if kept and text[position : position + 1].isalnum():
            kept.append((" ", match.start()))
        marks.append(_mark(len(kept), match["square"] or match["lens"] or match["wide"], passages))
    kept += _with_places(text, position, len(text))
    return Unmarked("".join(sign for sign, _ in kept), tuple(marks), (*(place for _, place in kept), len(text)))


def _is_year(match: re.Match[str], passages: int) -> bool:
    """Whether what looks like a marker is a year, which an editor added to a quotation, and names no passage."""
    year = match[0].removeprefix("[").removesuffix("]").strip()
    return year.isdecimal() and len(year) == 4 and "1000" <= year < "2100" and int(year) > passages


def _with_places(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    return zip(text[start:end], range(start, end), strict=True)


def _drop_space_at_end(kept: list[tuple[str, int]]) -> None:
    while kept and kept[-1][0] in " \t":
        kept.pop()


def _behind_space(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", "\t"):
        position += 1
    return position


def settled(text: str) -> int:
    """How much of a growing text can be read already, as no marker at its end can change it: ``text[:settled]``."""
    start = max(0, len(text) - LONGEST_MARKER)
    unfinished = UNFINISHED.search(text, start)
    if unfinished:
        return unfinished.start()
    growing = (match.start() for match in MARKER.finditer(text, start) if UNFINISHED_LINK.fullmatch(text, match.end()))
    return next(growing, len(text))


def _mark(offset: int, written: str, passages: int) -> Mark:
    written = BESIDE_A_NUMBER.sub("", written)
    found: list[int] = []
    for low, high in RANGE.findall(written):
        if int(low) < int(high) <= min(passages, int(low) + WIDEST_RANGE):
            found.extend(range(int(low), int(high)))
    found.extend(int(number) for number in re.findall(r"\d+", written))
    numbers = sorted({number for number in found if 1 <= number <= passages})
    return Mark(offset, tuple(numbers), tuple(sorted(set(found) - set(numbers))))
