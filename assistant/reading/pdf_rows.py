"""What stands on one row of a PDF page and belongs together, or does not: initials, values of forms, line numbers."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import pairwise

from assistant.reading.pdf_columns import PROSE_CHARACTERS
from assistant.reading.pdf_lines import INITIAL, Line
from assistant.reading.pdf_sentences import begins_within, ends_a_sentence

NEAR = 0.5
"""How far to the right of such a letter its text begins at most, in sizes of the letter."""
NUMBERED = 5
"""So many lines are numbered at least where lines are."""


def with_initials(lines: list[Line]) -> list[Line]:
    """The lines, each large initial put before the first of those beside it."""
    words = set(" ".join(line.text for line in lines).lower().split())
    for initial in [line for line in lines if len(line.text) <= 2 and line.text[-1].isalpha()]:
        beside = [line for line in lines if _is_beside(initial, line)]
        if beside:
            first = max(beside, key=lambda line: line.top)
            joined = _joined(initial, first, " " if _is_a_word(initial, first, words) else "")
            lines = [joined if line is first else line for line in lines if line is not initial]
    return lines


def _is_a_word(initial: Line, first: Line, words: Set[str]) -> bool:
    """Whether an initial is a word of its own, where the text has the rest of its line as a word, and not the whole."""
    rest = first.text.split(maxsplit=1)[0].lower()
    return initial.text in "AIO" and rest in words - {initial.text.lower() + rest}


def _is_beside(initial: Line, line: Line) -> bool:
    return (
        line is not initial
        and initial.size >= INITIAL * line.size
        and abs(line.left - initial.right) <= NEAR * initial.size
        and initial.bottom < (line.top + line.bottom) / 2 < initial.top
    )


def _joined(first: Line, second: Line, apart: str) -> Line:
    """Two lines as one that stands where the second does."""
    shift = len(first.text) + len(apart)
    cells = [(start + shift, end + shift) for start, end in second.cells]
    return replace(
        second,
        text=first.text + apart + second.text,
        numbers=(*first.numbers, *(-1,) * len(apart), *second.numbers),
        cells=((0, cells[0][1]), *cells[1:]),
        extents=(*first.extents, *((first.right, second.left) for _ in apart), *second.extents),
    )


def with_values(lines: list[Line]) -> list[Line]:
    """The lines of a form, in which what is filled in stands behind its label: ``Name: Ann Orr``."""
    for label in [line for line in lines if line.text.endswith(":")]:
        row = [line for line in lines if line.left >= label.right and _on_one_row(label, line)]
        if row:
            value = min(row, key=lambda line: line.left)
            joined = replace(_joined(label, value, " "), left=label.left, edges=((label.left, value.right),))
            joined = replace(joined, cells=((0, len(joined.text)),))
            lines = [joined if line is label else line for line in lines if line is not value]
    return lines


def _on_one_row(one: Line, other: Line) -> bool:
    return other.bottom < (one.top + one.bottom) / 2 < other.top and not other.text.endswith(":")


def without_line_numbers(lines: list[Line]) -> list[Line]:
    """The lines without numbers that count them, which stand before the text in a column of their own."""
    alone = [line for line in lines if line.text.isdecimal()]
    text = [line for line in lines if not line.text.isdecimal()]
    if text and _count(alone) and max(line.right for line in alone) <= min(line.left for line in text):
        return text
    return _without_numbers_within(lines)


def _without_numbers_within(lines: list[Line]) -> list[Line]:
    """The lines without numbers that count them, which are the first of two cells of each."""
    numbered = [line for line in lines if len(line.cells) == 2 and line.text[: line.cells[0][1]].isdecimal()]
    if not _count([line.part(0) for line in numbered]) or not _is_text([line.part(1).text for line in numbered]):
        return lines
    counted = {id(line) for line in numbered}
    return [line.part(1) if id(line) in counted else line for line in lines]


def _is_text(texts: Sequence[str]) -> bool:
    """Whether these are lines of sentences, some of which go on in the next, and no cells of a table."""
    going_on = sum(not ends_a_sentence(above) and begins_within(text) for above, text in pairwise(texts))
    return (
        sum(map(len, texts)) >= PROSE_CHARACTERS * len(texts)
        and any(map(ends_a_sentence, texts))
        and going_on * NUMBERED >= len(texts)
    )


def _count(numbers: Sequence[Line]) -> bool:
    """Whether these are numbers of lines: from the top downwards, each as much higher than the one before."""
    steps = {int(line.text) - int(above.text) for above, line in pairwise(sorted(numbers, key=lambda one: -one.top))}
    return len(numbers) >= NUMBERED and len(steps) == 1 and steps.pop() > 0
