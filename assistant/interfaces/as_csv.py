"""Tables for spreadsheets, as CSV: what documents say stays text there, and is never taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.interfaces.wording import one_line
from assistant.news.views import Compared, Event, News, Position, Positions, Timeline
from assistant.types import Citation, Mention, Mentions

FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")
"""What a spreadsheet may take for the beginning of a formula, also as wide characters."""
SOURCE_COLUMNS = ("published", "title", "publisher", "source", "place")
COLUMNS = ("number", *SOURCE_COLUMNS, "sentence", "address", "prominent")
EVENT_COLUMNS = (
    "number", "first", "last", "precision", "planned", "words", "sentence", *SOURCE_COLUMNS, "address",
)  # fmt: skip
STORY_COLUMNS = ("number", "story", "first", "last", "articles", "texts", "before", "kind", "sentence")
COMPARED_COLUMNS = ("row", "stand", "side", "number", "sentence")
POSITION_COLUMNS = ("number", "speaker", "named", "statement", "manner", "quoted", *SOURCE_COLUMNS, "address")


def mentions_csv(found: Mentions) -> str:
    """The documents shown, a row each under the names of the columns; lines end as RFC 4180 says."""
    return _table([COLUMNS, *map(_row, found.shown)])


def positions_csv(found: Positions) -> str:
    """Every statement with its speaker, a row each under the names of the columns; lines end as RFC 4180 says."""
    rows = (_position(speaker.name, one) for speaker in found.speakers for one in speaker.positions)
    return _table([POSITION_COLUMNS, *rows])


def events_csv(found: Timeline) -> str:
    """Every event, a row each under the names of the columns; lines end as RFC 4180 says."""
    return _table([EVENT_COLUMNS, *(row for one in found.events for row in _event(one))])


def news_csv(found: News) -> str:
    """Every sentence of the stories, a row each, with what it is: the lead, what is added, or what is contradicted."""
    rows: list[Sequence[str]] = [(*STORY_COLUMNS, *SOURCE_COLUMNS, "address")]
    for story in found.stories:
        counts = (str(len(story.sources)), str(story.texts), str(story.earlier))
        told = [("lead", story.lead), *(("adds", one) for one in story.adds)]
        for dispute in story.contradicts:
            told += [("contradicts", dispute.new), ("contradicted", dispute.earlier)]
        for kind, one in told:
            rows.append((str(one.number), story.title, story.first, story.last, *counts, kind, *_quoted(one)))
    return _table(rows)


def compared_csv(found: Compared) -> str:
    """Every statement of every side, a row each; those of one row stand beside each other."""
    rows: list[Sequence[str]] = [(*COMPARED_COLUMNS, *SOURCE_COLUMNS, "address")]
    for number, row in enumerate(found.rows, 1):
        for side, cell in zip(found.sides, row.cells, strict=True):
            if cell is not None:
                rows.append((str(number), row.stand, side, str(cell.number), *_quoted(cell)))
    return _table(rows)


def _quoted(citation: Citation) -> Sequence[str]:
    return (citation.quote, *_source(citation), _address(citation))


def _event(one: Event) -> Iterator[Sequence[str]]:
    """A row for each document that tells it; which words tell when is known of the first."""
    when = (one.first, one.last, one.precision, "yes" if one.is_planned else "no")
    words = one.citation.quote[slice(*one.mark)]
    for citation in (one.citation, *one.also):
        yield (str(citation.number), *when, words if citation is one.citation else "", *_quoted(citation))


def _row(mention: Mention) -> Sequence[str]:
    citation = mention.citation
    return (
        str(citation.number),
        *_source(citation),
        citation.quote,
        _address(citation),
        "yes" if mention.is_prominent else "no",
    )


def _position(speaker: str, one: Position) -> Sequence[str]:
    citation, quoted = one.citation, "yes" if one.is_quoted else "no"
    told = (speaker, one.named or speaker, citation.quote, one.how, quoted)
    return (str(citation.number), *told, *_source(citation), _address(citation))


def _source(citation: Citation) -> Sequence[str]:
    passage = citation.passage
    place = citation.place.in_words if citation.place else ""
    return (passage.published or "", passage.title, passage.publisher or "", passage.source, place)


def _address(citation: Citation) -> str:
    address = web_address(citation.passage.url)
    return quote_link(address, citation.quote) if address else ""


def _table(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: str) -> str:
    """A value on one line, behind an apostrophe where a spreadsheet would calculate it."""
    text = one_line(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
