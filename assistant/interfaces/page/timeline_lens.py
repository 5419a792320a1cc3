"""When what happened around a subject: the days, and beside each the sentence that tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_calendar import events_calendar
from assistant.interfaces.as_csv import events_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.as_markdown import events_markdown
from assistant.interfaces.mention_pieces import pieces
from assistant.interfaces.page.find_links import Search
from assistant.interfaces.page.phrases import day
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, plain_row, quoted_row
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.timeline_plot import render_timeline
from assistant.interfaces.publication_counts import counts_of
from assistant.news.views import Event, Timeline

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class TimelineLens(Lens):
    """By day."""

    id = "timeline"
    name = "Timeline"
    writers: ClassVar = {"csv": events_csv, "json": to_json, "md": events_markdown, "ics": events_calendar}

    def look(self, assistant: Assistant, search: Search) -> Timeline:
        """All events."""
        return assistant.timeline(search.query, **narrowed_to(search))

    def shown(self, found: Timeline) -> Markup:
        """The events, in order."""
        rows = [row for one in found.events for row in _rows(one)]
        counts = counts_of((one.citation.passage.publisher, one.first) for one in found.events)
        return render("subject.events", events=rows, plot=render_timeline(counts, "event"))


class EventRow(NamedTuple):
    """A sentence that tells an event, as the view shows it; ``when`` is "" where the one before it tells the same."""

    when: str
    row: QuotedRow


def _days(one: Event) -> str:
    first, last = day(one.first), day(one.last)
    return first if first == last else f"{first} to {last}"


def _rows(one: Event) -> Iterator[EventRow]:
    """The sentence that tells it, and below it those of other documents that tell the same."""
    sentence = pieces(one.citation.quote, (one.mark,))
    yield EventRow(_days(one), quoted_row(one.citation, sentence, "planned" if one.is_planned else ""))
    for other in one.also:
        yield EventRow("", plain_row(other, "tells the same"))
