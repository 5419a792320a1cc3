"""Text in pictures: RapidOCR reads it, whose models lie in its package, or tesseract, where that is preferred."""

from __future__ import annotations

import io
import math
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from PIL import Image

from assistant.errors import ReadError
from assistant.reading.limits import RAPIDOCR, SETTING_PREFIX, TESSERACT, Limits, Options
from assistant.reading.pdf_columns import FEWEST_ROWS, PROSE_CHARACTERS
from assistant.reading.pdf_lines import CELL_GAP, Line, recognised_lines

MOST_THREADS = 4
"""Each takes some memory of its own."""
LONGEST_SIDE = 2_000
"""Pixels that a picture's longer side is read with: A4 at 170 dots per inch."""
SURE = 0.8
"""The mean certainty from which on the way up is not doubted, and below which a page is not believed."""
LEAST_FILLED = 0.25
"""The share of characters, of those that have room in their lines, that a page in letters RapidOCR knows has."""
FEW_LETTERS = 12
"""So few may be alike, as those of a telephone number or a sign."""
POINTS_WIDE = 595.0
"""As many units a picture's shorter side is taken for, so that sizes are those of a page of A4."""
ABOUT_USUAL = 0.3
"""How much of the usual height a line may differ by and be of the usual size: one without long letters is lower."""
COLUMN_SHARE = 0.6
"""The share of the width of all text that a line of a column takes at most."""
LANGUAGES_CHOSEN = 4
"""Where more languages of tesseract are installed, they are so in bulk, and reading by all would take too long."""
SHARE_OF_TIME = 0.75
"""Of the time for a file, recognition begins no page after so much."""
NO_MEMORY = frozenset(("std::bad_alloc", "memory", "memory."))
NO_WORDS = "It holds a picture in which no text was recognised"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read at one place of a picture, and where: its corners from the upper left one on, clockwise."""

    text: str
    certainty: float
    corners: Any

    @property
    def width(self) -> float:
        return float(np.hypot(*(self.corners[1] - self.corners[0])))

    @property
    def height(self) -> float:
        return float(np.hypot(*(self.corners[3] - self.corners[0])))


@dataclass(frozen=True, slots=True)
class _Box:
    """Words and where they stand on the page, upright."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


class Recogniser:
    """Reads the pictures of one file, as long as there is time."""

    def __init__(self, options: Options) -> None:
        self._recogniser = options.recogniser
        self._limits: Limits = options.limits
        self._until = time.monotonic() + SHARE_OF_TIME * options.limits.seconds

    @cached_property
    def _languages(self) -> list[str]:
        """What tells tesseract the languages that are installed, unless those are in bulk."""
        listed = subprocess.run([TESSERACT, "--list-langs"], capture_output=True, check=False).stdout
        known = [name for name in listed.decode("utf-8", "replace").split("\n")[1:] if name not in ("", "osd", "equ")]
        chosen = ["-l", "+".join(sorted(known, key=lambda name: name != "eng"))]
        return chosen if 0 < len(known) <= LANGUAGES_CHOSEN else []

    def lines(self, picture: Image.Image, page: int) -> list[Line]:
        """The lines in the picture of a page, from 1, as far as they are in scripts that are known.

        Raises:
            ReadError: none are found, too little time or memory is left, or nothing that recognises text is installed.
        """
        if time.monotonic() > self._until:
            setting = f"{SETTING_PREFIX}SECONDS"
            raise ReadError(
                f"It holds a picture, for which no time was left of {self._limits.seconds} s. "
                f"Split the file, or raise {setting}, then: citewell sync --rebuild"
            )
        _check_installed(self._recogniser)
        try:
            if self._recogniser == TESSERACT:
                found = _read_by_program(picture, page, self._languages)
            else:
                found = _read_by_package(picture, page)
        except Exception as error:  # libraries tell in many ways, loading or running, that memory is missing
            if not isinstance(error, MemoryError | ImportError) and not NO_MEMORY.intersection(str(error).split()):
                raise
            needs = f"It holds a picture, whose text needs more than {self._limits.memory_megabytes:,} MB of memory"
            raise self._limits.refusal("memory_megabytes", needs) from error
        if not found:
            raise ReadError(f"{NO_WORDS}. If it holds any, scan it anew, or try {_other(self._recogniser)}")
        return found


def _check_installed(recogniser: str) -> None:
    """Refuse a picture that nothing installed can read."""
    how = ""
    if recogniser == TESSERACT and not shutil.which(TESSERACT):
        how = "Install tesseract, which recognises text in pictures (on Debian: apt install tesseract-ocr)"
    if recogniser == RAPIDOCR and find_spec(RAPIDOCR) is None:
        how = "To have text in pictures read: pip install 'citewell[ocr]'"
    if how:
        raise ReadError(f"It holds a picture. {how}, then: citewell sync --rebuild")


def _other(recogniser: str) -> str:
    """How to have pictures read by the other of the two."""
    name = RAPIDOCR if recogniser == TESSERACT else TESSERACT
    return f"{name} ({SETTING_PREFIX.removesuffix('LIMIT_')}RECOGNISER={name}), then: citewell sync --rebuild"


def _read_by_package(picture: Image.Image, page: int) -> list[Line]:
    found = _upright(_engine(), np.asarray(picture.convert("RGB"))[:, :, ::-1])
    if found and not _is_believable(found):
        known = f"{NO_WORDS} in letters that {RAPIDOCR} knows, which are Latin, Chinese and Japanese ones"
        raise ReadError(f"{known}. If it holds any, scan it anew, or try {_other(RAPIDOCR)}")
    if not found:
        return []
    return list(_lines(found, page, POINTS_WIDE / min(picture.size)))


@cache
def _engine() -> Any:
    """RapidOCR with the models that its package brings; they are named, as it would fetch others."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": LONGEST_SIDE,
            "Rec.rec_batch_num": 1,  # several at once take no less time, and far more memory
            "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
            "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
            "EngineConfig.onnxruntime.intra_op_num_threads": min(MOST_THREADS, _processors()),
        }
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _upright(engine: Any, pixels: Any) -> list[_Found]:
    """What is read in a picture, turned so that its lines stand upright."""
    found = _found(engine, pixels)
    if sum(one.height > one.width for one in found) * 2 > len(found):
        pixels = np.rot90(pixels)
        found = _found(engine, pixels)
    if found and _certainty(found) < SURE:
        other = _found(engine, np.rot90(pixels, 2))
        found = max(found, other, key=_certainty)
    return found


def _found(engine: Any, pixels: Any) -> list[_Found]:
    result = engine(np.ascontiguousarray(pixels))
    if result.boxes is None:
        return []
    return [
        _Found(" ".join(text.split()), float(certainty), np.asarray(corners, float))
        for text, certainty, corners in zip(result.txts, result.scores, result.boxes, strict=True)
        if not text.isspace()
    ]


def _certainty(found: Sequence[_Found]) -> float:
    """How sure the letters are, in the mean; 0 where there are none."""
    letters = sum(len(one.text) for one in found)
    return sum(one.certainty * len(one.text) for one in found) / letters if letters else 0.0


def _is_believable(found: Sequence[_Found]) -> bool:
    """Whether a page is in letters that are known: of others few are found, and those are all alike.

    Of Greek ones those are known that are signs of mathematics.
    """
    letters = Counter(character for one in found for character in one.text if not character.isspace())
    room = sum(one.width / max(one.height / 2, 1.0) for one in found)
    total = letters.total()
    greek = sum(count for letter, count in letters.items() if "\u0370" <= letter <= "\u03ff")
    return (
        total > 0
        and greek * 2 < total
        and _certainty(found) >= SURE
        and total >= LEAST_FILLED * room
        and max(letters.values()) * 2 <= total
    )


def _lines(found: Sequence[_Found], page: int, points: float) -> Iterator[Line]:
    """The rows of a picture from the top, as those of a page that was written, with the picture's slant taken out.

    ``points`` is how many there are in a pixel.
    """
    slants = [math.atan2(*(one.corners[1] - one.corners[0])[::-1]) for one in found if one.width > 2 * one.height]
    slant = median(slants) if slants else 0.0
    upright = points * np.array([[math.cos(slant), math.sin(slant)], [math.sin(slant), -math.cos(slant)]])
    boxes = [_box(one.text, one.corners @ upright.T) for one in found]
    usual = median(box.top - box.bottom for box in boxes)
    for column in _columns(boxes, usual):
        rows: list[list[_Box]] = []
        for box in sorted(column, key=lambda box: -box.top - box.bottom):
            if rows and _is_beside(rows[-1], box):
                rows[-1].append(box)
            else:
                rows.append([box])
        for row in rows:
            yield _line(sorted(row, key=lambda box: box.left), usual, page)


def _columns(boxes: Sequence[_Box], usual: float) -> list[list[_Box]]:
    """What runs over the page, and each of its columns of text; all as one where there are no such columns.

    The cells of a table, which are shorter, are no columns.
    """
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    narrow = [box for box in boxes if box.right - box.left < COLUMN_SHARE * width]
    found: list[list[_Box]] = []
    reached = -math.inf
    for box in sorted(narrow, key=lambda box: box.left):
        if box.left - reached > usual / 2:
            found.append([])
        found[-1].append(box)
        reached = max(reached, box.right)
    if len(found) < 2 or not all(_is_prose(column) for column in found):
        return [list(boxes)]
    return [[box for box in boxes if box not in narrow], *found]


def _is_prose(column: Sequence[_Box]) -> bool:
    return len(column) >= FEWEST_ROWS and sum(len(box.text) for box in column) >= PROSE_CHARACTERS * len(column)


def _box(text: str, corners: Any) -> _Box:
    top, bottom = corners[:2, 1].mean(), corners[2:, 1].mean()
    return _Box(text, float(corners[:, 0].min()), float(corners[:, 0].max()), float(top), float(bottom))


def _is_beside(row: Sequence[_Box], box: _Box) -> bool:
    """Whether a box stands at the height of a row, and beside all that stands there."""
    middle, height = (box.top + box.bottom) / 2, box.top - box.bottom
    return mean(one.bottom for one in row) < middle < mean(one.top for one in row) and all(
        box.right <= one.left + height or box.left >= one.right - height for one in row
    )


def _line(row: Sequence[_Box], usual: float, page: int) -> Line:
    """The boxes of a row as a line; those about as high as is ``usual`` are of one size."""
    share = mean(box.top - box.bottom for box in row) / usual
    size = usual if abs(share - 1) < ABOUT_USUAL else usual * round(share * 4) / 4
    text = ""
    cells: list[tuple[int, int]] = []
    edges: list[tuple[float, float]] = []
    for box in row:
        text += " " if text else ""
        if edges and box.left - edges[-1][1] <= CELL_GAP * size:
            start, left = cells.pop()[0], edges.pop()[0]
        else:
            start, left = len(text), box.left
        text += box.text
        cells.append((start, len(text)))
        edges.append((left, box.right))
    line = Line(
        text=text,
        numbers=(-1,) * len(text),
        left=edges[0][0],
        right=edges[-1][1],
        top=max(box.top for box in row),
        bottom=min(box.bottom for box in row),
        size=float(round(size)),
        bold=False,
        hyphenated=False,
        cells=tuple(cells),
        edges=tuple(edges),
        page=page,
    )
    return line.with_open_word() if len(cells) == 1 else line


def _read_by_program(picture: Image.Image, page: int, languages: Sequence[str]) -> list[Line]:
    """The lines that tesseract finds in these languages."""
    content = io.BytesIO()
    picture.convert("L").save(content, "PNG")
    command = [TESSERACT, "-", "-", "--psm", "1", *languages]
    done = subprocess.run(command, input=content.getvalue(), capture_output=True, check=False)
    return list(recognised_lines(done.stdout.decode("utf-8", "replace").replace("\f", "").strip(), page))
