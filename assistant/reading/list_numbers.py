"""The numbers of lists and headings, as they are shown: 2., 2.1, (a), § 3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.reading.archive import attribute, child, children

PAGE_OF = ("Page", "of")
"""Words that stand beside the numbers of pages, in any language so many."""
DEEPEST = 9
"""Levels of a list in Word."""
LARGEST = 4_999
"""Numbers from here on are not written in letters or Roman figures."""


def value_of(element: Any) -> str:
    """What an element of a Word document says, "" where there is none."""
    return (attribute(element, "val") or "") if element is not None else ""


@dataclass(frozen=True, slots=True)
class Level:
    """How the items of one level are numbered; the pattern holds %1 for the number of the first level, and so on."""

    kind: str
    pattern: str
    start: int = 1
    all_decimal: bool = False


class Lists:
    """The lists of a document, whose items are asked for in order.

    Several lists may go on with the same numbers: those of one definition.
    """

    def __init__(self, levels: dict[str, dict[int, Level]]) -> None:
        """Know the levels of each definition."""
        self._levels = levels
        self._counts: dict[str, dict[int, int]] = {}
        self._definitions: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}

    def add(self, name: str, definition: str, starts: dict[int, int]) -> None:
        """Add a list of a definition; its first item on some levels has a number of its own."""
        self._definitions[name] = definition
        self._starts[name] = starts

    def begin(self, definition: str) -> None:
        """Let the numbers of a definition begin anew."""
        self._counts.pop(definition, None)

    def next(self, name: str, depth: str) -> str:
        """The number of the next item of a list, or of a definition, at that depth; "" for a bullet."""
        definition, level = self._definitions.get(name, name), min(number_of(depth), DEEPEST)
        levels = self._levels.get(definition, {})
        counts = self._counts.setdefault(definition, {})
        starts = self._starts.get(name, {})
        if level in starts:  # the first item of a list that begins anew
            counts[level] = starts.pop(level)
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = levels[level].start if level in levels else 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return _label(levels, level, counts)


def _label(levels: dict[int, Level], level: int, counts: dict[int, int]) -> str:
    """The number of an item with those of the levels above it, as its level shows them; "" for a bullet."""
    if level not in levels or levels[level].kind in ("bullet", "none"):
        return ""
    label = levels[level].pattern
    for above in range(level + 1):
        if f"%{above + 1}" in label:
            known = levels.get(above, levels[level])
            kind = "decimal" if levels[level].all_decimal else known.kind
            label = label.replace(f"%{above + 1}", _written(counts.get(above, known.start), kind))
    return " ".join(label.split())


def lists_of_word(root: Any) -> Lists:
    """The lists that the part with the numbering of a Word document defines."""
    lists = Lists(
        {
            attribute(one, "abstractNumId") or "": {
                number_of(attribute(level, "ilvl")): _level(level) for level in children(one, "lvl")
            }
            for one in children(root, "abstractNum")
        }
    )
    for one in children(root, "num"):
        starts = {
            number_of(attribute(changed, "ilvl")): number_of(value_of(child(changed, "startOverride")))
            for changed in children(one, "lvlOverride")
            if child(changed, "startOverride") is not None
        }
        lists.add(attribute(one, "numId") or "", value_of(child(one, "abstractNumId")), starts)
    return lists


def _level(element: Any) -> Level:
    start = child(element, "start")
    return Level(
        value_of(child(element, "numFmt")),
        value_of(child(element, "lvlText")),
        number_of(value_of(start)) if start is not None else 1,
        child(element, "isLgl") is not None,
    )


def number_of(value: str | None) -> int:
    """The number that an attribute holds; 0 where it is none, or too large to count anything."""
    return int(value) if value and value.isdecimal() and len(value) < 9 else 0


def _written(number: int, kind: str) -> str:
    write = WRITTEN.get(kind)
    return write(number) if write and 0 < number <= LARGEST else str(number)


def _letters(number: int) -> str:
    times, letter = divmod(number - 1, 26)
    return "abcdefghijklmnopqrstuvwxyz"[letter] * (times + 1)


def _roman(number: int) -> str:
    written = ""
    for value, figure in ROMAN.items():
        times, number = divmod(number, value)
        written += figure * times
    return written


ROMAN = {
    1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv",
    1: "i",
}  # fmt: skip
WRITTEN: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
}
"""How a number is written, by the name of its kind; all others are written in digits."""
