"""The view of who says what: speakers, and below each what they say, think or want of a subject."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.interfaces.as_csv import positions_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.mention_pieces import MentionPiece, pieces
from assistant.interfaces.page.cards import where
from assistant.interfaces.page.find_links import Search, find_link
from assistant.interfaces.page.search_view import SearchView, SearchWords
from assistant.interfaces.page.templates import render
from assistant.news.views import Position, Positions, Speaker
from assistant.types import Citation

MANNERS = {"said": "", "reported": "by the word of others", "denied": "denied"}
"""What is shown behind a statement of each kind."""


class PositionsView(SearchView):
    """What is found of who says what."""

    words = SearchWords("says", "Subject", "A subject: NATO expansion", "Show", "positions")

    def empty(self) -> Markup:
        """What to type, and what is found."""
        return render("positions.empty")

    def found(self, search: Search) -> tuple[Search, Markup]:
        """All speakers."""
        found = self._positions(search)
        speakers = [SpeakerRows(one.name, one.also, [_row(said) for said in one.positions]) for one in found.speakers]
        return search, render("positions.found", found=found, speakers=speakers, link=find_link(search, self.words.id))

    def citation(self, search: Search, number: int) -> tuple[Citation, str] | None:
        """The statement of a number, under its speaker's name."""
        every = ((speaker, one) for speaker in self._positions(search).speakers for one in speaker.positions)
        return next((_named(speaker, one) for speaker, one in every if one.citation.number == number), None)

    def saved(self, search: Search, form: str) -> str:
        """All statements."""
        found = self._positions(search)
        return positions_csv(found) if form == "csv" else to_json(found)

    def _positions(self, search: Search) -> Positions:
        only = search.filters
        return self._assistant.positions(
            search.query, since=only.since, until=only.until, source=only.sources, publisher=only.publishers
        )


class SpeakerRows(NamedTuple):
    """A speaker as the view shows it."""

    name: str
    also: tuple[str, ...]
    rows: list[PositionRow]


class PositionRow(NamedTuple):
    """A statement as the view shows it."""

    target: str
    number: int
    manner: str
    sentence: list[MentionPiece]
    title: str
    where: str
    also_in: str
    address: str


def _row(one: Position) -> PositionRow:
    citation, passage = one.citation, one.citation.passage
    address = web_address(passage.url)
    return PositionRow(
        f"found:{citation.number}",
        citation.number,
        MANNERS[one.how],
        pieces(one.sentence, (one.mark,)),
        passage.title,
        where(passage, citation.place) or passage.source,
        ", ".join(passage.also_in),
        quote_link(address, citation.quote) if address else "",
    )


def _named(speaker: Speaker, one: Position) -> tuple[Citation, str]:
    return one.citation, speaker.name
