"""Who says what about a subject: speakers, and below each what they say, think or want of it."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_csv import positions_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.mention_pieces import pieces
from assistant.interfaces.page.find_links import Search
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, quoted_row
from assistant.interfaces.page.templates import render
from assistant.news.views import Position, Positions

MANNERS = {"said": "", "reported": "by the word of others", "denied": "denied"}
"""What is shown behind a statement of each kind."""


class SpeakerRows(NamedTuple):
    """A speaker as the view shows it."""

    name: str
    also: tuple[str, ...]
    rows: list[QuotedRow]


class PositionsLens(Lens):
    """By speaker."""

    id = "positions"
    name = "Who says what"
    writers: ClassVar = {"csv": positions_csv, "json": to_json}

    def look(self, search: Search) -> Positions:
        """All statements."""
        return self._assistant.positions(search.query, **narrowed_to(search))

    def shown(self, found: Positions) -> Markup:
        """The speakers."""
        speakers = [SpeakerRows(one.name, one.also, [_row(said) for said in one.positions]) for one in found.speakers]
        return render("subject.speakers", speakers=speakers)


def _row(one: Position) -> QuotedRow:
    return quoted_row(one.citation, pieces(one.sentence, (one.mark,)), MANNERS[one.how])
