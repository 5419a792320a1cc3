"""Whether a picture may hold text, told without recognising it: photographs are not told as what is not read."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")
MOST_PIXELS = 40_000_000
SIDES = (1_000, 500, 250)
"""Pixels of the longer side of a picture at which it is looked at: large letters are told in a small one."""
TILE = 16
"""Pixels of the side of the squares of a picture that are looked at one by one."""
STARK, PLAIN, SAME = 48, 20, 6
"""Of 255, how much a mark differs from its ground at least, and how much that does nearby, and all over, at most."""
FEWEST_TILES = 7
"""So many squares side by side with marks are a row of letters."""
MOSTLY_GROUND = 0.7
"""A picture with a larger share of one shade is drawn, and may hold names and numbers here and there."""
FEW_MARKS = 0.0003


def may_hold_text(content: bytes) -> bool:
    """Whether a picture in a file may hold text; so may one that cannot be opened."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return picture.width * picture.height > MOST_PIXELS or looks_written(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return True


def looks_written(picture: Image.Image) -> bool:
    """Whether a picture holds rows of marks such as letters are, or is drawn on a plain ground."""
    picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGBA")
    picture.thumbnail((SIDES[0], SIDES[0]))
    flat = Image.new("RGBA", picture.size, "white")
    flat.alpha_composite(picture.convert("RGBA"))
    grey = flat.convert("L")
    if _is_drawn(np.asarray(grey)):
        return True
    for side in SIDES:
        grey.thumbnail((side, side))
        if _has_rows_of_marks(np.asarray(grey, dtype=np.int16)):
            return True
    return False


def _is_drawn(grey: Any) -> bool:
    """Whether most of a picture has one shade, and something stands out from it."""
    ground = int(np.bincount(grey.ravel(), minlength=256).argmax())
    away = abs(grey.astype(np.int16) - ground)
    return bool((away <= SAME).mean() >= MOSTLY_GROUND and (away >= STARK).mean() >= FEW_MARKS)


def _has_rows_of_marks(grey: Any) -> bool:
    """Whether enough squares side by side are mostly ground that stark marks part several times."""
    rows, columns = (side // TILE for side in grey.shape)
    tiles = grey[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE).swapaxes(1, 2)
    away = abs(tiles - np.median(tiles, axis=(2, 3), keepdims=True))
    is_mark = away >= STARK
    marks = is_mark.mean(axis=(2, 3))
    crossed = ((is_mark[..., 1:] != is_mark[..., :-1]).sum(axis=3) >= 4).sum(axis=2)
    written = ((away <= PLAIN).mean(axis=(2, 3)) >= 0.5) & (marks >= 0.05) & (marks <= 0.45) & (crossed >= 3)
    return any("1" * FEWEST_TILES in "".join(map(str, row)) for row in written.astype(int))
