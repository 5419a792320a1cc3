"""Who says what about a subject: speakers, and below each what they say, think or want of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_csv import positions_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.mention_pieces import pieces
from assistant.interfaces.page.find_links import Search
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, quoted_row
from assistant.interfaces.page.templates import render
from assistant.news.view_wording import MANNERS
from assistant.news.views import Position, Positions, Speaker

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class SpeakerRows(NamedTuple):
    """A speaker as the view shows it."""

    name: str
    also: tuple[str, ...]
    changes: list[str]
    rows: list[QuotedRow]


class PositionsLens(Lens):
    """By speaker."""

    id = "positions"
    name = "Who says what"
    writers: ClassVar = {"csv": positions_csv, "json": to_json}

    def look(self, assistant: Assistant, search: Search) -> Positions:
        """All statements."""
        return assistant.positions(search.query, **narrowed_to(search))

    def shown(self, found: Positions) -> Markup:
        """The speakers."""
        return render("subject.speakers", speakers=list(map(_speaker, found.speakers)))


def _speaker(one: Speaker) -> SpeakerRows:
    changes = [change.in_words for change in one.changes]
    return SpeakerRows(one.name, one.also, changes, [_row(said) for said in one.positions])


def _row(one: Position) -> QuotedRow:
    return quoted_row(one.citation, pieces(one.sentence, (one.mark,)), MANNERS[one.how])
