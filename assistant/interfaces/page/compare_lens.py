"""What sources say side by side: the publishers or documents that are chosen, or those that write most about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_csv import compared_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.page.find_links import Search
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, plain_row
from assistant.interfaces.page.templates import render
from assistant.news.view_wording import STANDS
from assistant.news.views import Compared, ComparedRow, Stand

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class SideCell(NamedTuple):
    """What a side says, as the view shows it."""

    side: str
    row: QuotedRow


class SideRow(NamedTuple):
    """A statement with what the others say to it; ``head`` where the rows of a kind begin."""

    head: str
    notice: str
    cells: list[SideCell]


class CompareLens(Lens):
    """Side by side."""

    id = "compare"
    name = "Compare sources"
    writers: ClassVar = {"csv": compared_csv, "json": to_json}

    def look(self, assistant: Assistant, search: Search) -> Compared:
        """What the sides say."""
        return assistant.compare(search.query, **narrowed_to(search))

    def shown(self, found: Compared) -> Markup:
        """The statements side by side, the disputed first."""
        before: list[Stand | None] = [None, *(row.stand for row in found.rows)]
        rows = [_row(row, found.sides, last) for row, last in zip(found.rows, before, strict=False)]
        return render("subject.sides", rows=rows, silent=found.silent)


def _row(row: ComparedRow, sides: tuple[str, ...], last: Stand | None) -> SideRow:
    told = [(side, cell) for side, cell in zip(sides, row.cells, strict=True) if cell is not None]
    cells = [SideCell(side, plain_row(cell)) for side, cell in told]
    return SideRow(STANDS[row.stand] if row.stand != last else "", row.notice, cells)
