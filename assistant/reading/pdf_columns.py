"""The lines of a PDF page in the order in which they are read, column by column."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from assistant.reading.pdf_lines import Line
from assistant.reading.pdf_sentences import begins_within, ends_a_sentence, has_no_case

LIKELY_COLUMNS = 8
"""How many left edges, those of most lines, are looked at."""
NARROWEST = 5.0
"""How many times the size of its letters a column is wide at least."""
ALIGNED = 0.3
"""How many times the size of their letters lines that begin below one another may differ."""
BESIDE = 0.2
"""The share of a column's lines that must stand beside lines of the column before it."""
OVERPRINTED = 0.1
"""The share of a column's lines that may stand at the height of a line which crosses its edge."""
FEWEST_ROWS = 4
"""From how many rows on, columns that were drawn row by row are told from a table."""
RUNS_ON = 0.4
"""The share of a column's lines, of those drawn row by row, that must go on in the line below."""
PROSE_CHARACTERS = 20
"""How many characters they must have in the mean; half as many where letters have no case."""
FILLED = 0.7
"""The share of its longest line that those of a column must have in the mean, in characters."""


def frames(lines: list[Line]) -> list[list[Line]]:
    """The columns of a page, each with its lines; a line over several columns ends those above it.

    A page without columns is one frame, its lines in the order given.
    """
    woven = _woven(lines)
    lines = [part for line in lines for part in _rows_apart(line, woven)]
    edges = _edges(lines)
    if not edges:
        return [lines] if lines else []
    places = _places(lines, edges)
    if sum(one > other for one, other in pairwise(places)) > len(edges) + 1 and not _is_prose(lines, places):
        return [lines]
    return _grouped(lines, places)


def _grouped(lines: Sequence[Line], places: Sequence[tuple[int, int]]) -> list[list[Line]]:
    """The lines of each place in turn, wide ones that follow one another together."""
    found: list[list[Line]] = []
    before = 0
    for (region, _), group in groupby(sorted(zip(places, lines, strict=True), key=_place), _place):
        if region % 2 and before % 2:
            found[-1].extend(line for _, line in group)
        else:
            found.append([line for _, line in group])
        before = region
    return found


def _place(placed: tuple[tuple[int, int], Line]) -> tuple[int, int]:
    return placed[0]


def _places(lines: Sequence[Line], edges: Sequence[float]) -> list[tuple[int, int]]:
    """The region of the page that each line stands in, odd where it is over several columns, and its column there."""
    wide = sorted(-line.top for line in lines if _is_wide(line, edges))
    return [
        (2 * bisect_left(wide, -line.top) + 1, 0)
        if _is_wide(line, edges)
        else (2 * bisect_left(wide, -line.top), _column(line, edges))
        for line in lines
    ]


def _column(line: Line, edges: Sequence[float]) -> int:
    return bisect_right(edges, line.begin + ALIGNED * line.size)


def _is_wide(line: Line, edges: Sequence[float]) -> bool:
    column = _column(line, edges)
    return column < len(edges) and line.end > edges[column] + line.size / 2


def _edges(lines: Sequence[Line]) -> list[float]:
    """Where the second column and each further one begins; empty where there is one column."""
    clusters: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.begin):
        if clusters and line.begin - clusters[-1][-1].begin <= ALIGNED * line.size:
            clusters[-1].append(line)
        else:
            clusters.append([line])
    likely = sorted((one for one in clusters if len(one) > 1), key=len, reverse=True)[:LIKELY_COLUMNS]
    edges: list[float] = []
    before = min((line.begin for line in lines), default=0.0)
    for cluster in sorted(likely, key=lambda one: one[0].begin):
        edge = cluster[0].begin
        if edge - before >= NARROWEST * cluster[0].size and _begins_a_column(cluster, lines, edge, before):
            edges.append(edge)
            before = edge
    return edges


def _begins_a_column(cluster: Sequence[Line], lines: Sequence[Line], edge: float, before: float) -> bool:
    """Whether lines that begin at ``edge`` stand beside others, which end there and begin from ``before`` on."""
    size = cluster[0].size
    to_the_left = [line for line in lines if before - size <= line.begin < edge - size]
    crossing = set(_heights((line for line in to_the_left if line.end > edge + size / 2), size))
    ending = set(_heights((line for line in to_the_left if line.end <= edge + size / 2), size))
    heights = list(_heights(cluster, size))
    beside = sum(height in ending for height in heights)
    return beside >= max(2, BESIDE * len(heights)) and (
        sum(height in crossing for height in heights) <= OVERPRINTED * len(heights)
    )


def _heights(lines: Iterator[Line] | Sequence[Line], size: float) -> Iterator[int]:
    return (int((line.top + line.bottom) / 2 // max(size, 1.0)) for line in lines)


def _is_prose(lines: Sequence[Line], keys: Sequence[tuple[int, int]]) -> bool:
    """Whether in all columns most lines go on in the one below, as those of a table do not."""
    columns: dict[tuple[int, int], list[str]] = {}
    for line, key in zip(lines, keys, strict=True):
        columns.setdefault(key, []).append(line.text)
    long = [texts for key, texts in columns.items() if key[0] % 2 == 0 and len(texts) >= FEWEST_ROWS]
    return bool(long) and _are_prose(long)


def _are_prose(columns: Sequence[Sequence[str]]) -> bool:
    """Whether these are the lines of columns of prose, and no cells of a table."""
    return all(map(_runs_on, columns)) and any(ends_a_sentence(text) for texts in columns for text in texts)


def _runs_on(texts: Sequence[str]) -> bool:
    least = PROSE_CHARACTERS / 2 if has_no_case(texts[0]) else PROSE_CHARACTERS
    going_on = sum(
        not ends_a_sentence(above) and (begins_within(text) or has_no_case(text)) for above, text in pairwise(texts)
    )
    length = sum(map(len, texts))
    filled = length >= max(least, FILLED * max(map(len, texts))) * len(texts)
    return filled and going_on >= RUNS_ON * (len(texts) - 1)


def _woven(lines: Sequence[Line]) -> list[float]:
    """Where the columns begin whose lines were drawn row by row, so that each line holds one of each."""
    columns = [column for column in _cells_below_one_another(lines) if len(column) >= FEWEST_ROWS]
    if len(columns) < 2:
        return []
    texts = [[_cell(lines[row], cell) for row, cell in sorted(place[1:] for place in column)] for column in columns]
    return [column[0][0] for column in columns[1:]] if _are_prose(texts) else []


def _cells_below_one_another(lines: Sequence[Line]) -> list[list[tuple[float, int, int]]]:
    """The cells of lines that hold several, as where they begin, their line and which of it they are, by columns."""
    lefts = sorted(
        (_begin(line, cell), row, cell)
        for row, line in enumerate(lines)
        if 1 < len(line.cells) <= LIKELY_COLUMNS
        for cell in range(len(line.cells))
    )
    columns: list[list[tuple[float, int, int]]] = []
    for left, row, cell in lefts:
        if columns and left - columns[-1][-1][0] <= ALIGNED * lines[row].size:
            columns[-1].append((left, row, cell))
        else:
            columns.append([(left, row, cell)])
    return columns


def _begin(line: Line, cell: int) -> float:
    """Where one of a line's cells begins, in reading direction."""
    left, right = line.edges[cell]
    return -right if line.leftwards else left


def _cell(line: Line, cell: int) -> str:
    start, end = line.cells[cell]
    return line.text[start:end]


def _rows_apart(line: Line, edges: Sequence[float]) -> Iterator[Line]:
    """A line cut where a column begins, or as it is."""
    parts = [line.part(cell) for cell in range(len(line.cells))] if edges else []
    if len(parts) < 2 or not any(abs(part.begin - edge) <= line.size for part in parts for edge in edges):
        yield line
    else:
        yield from parts
