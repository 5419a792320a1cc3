"""Events as a calendar (iCalendar, RFC 5545), which other programs can show."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from assistant.interfaces.wording import one_line
from assistant.news.views import Event, Timeline


def events_calendar(found: Timeline) -> str:
    """Each event over whole days, with its sentence and where that stands."""
    import icalendar  # half a second, for this alone

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Citewell//Timeline//EN")
    calendar.add("version", "2.0")
    for one in found.events:
        entry = icalendar.Event()
        entry.add("uid", f"{_key(one)}@citewell")
        entry.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))  # the same whenever it is written
        entry.add("dtstart", date.fromisoformat(one.first))
        entry.add("dtend", date.fromisoformat(one.last) + timedelta(days=1))
        entry.add("summary", one_line(one.citation.quote))
        entry.add("description", one_line(f"{one.citation.passage.title}, {one.citation.passage.source}"))
        calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def _key(one: Event) -> str:
    told = f"{one.citation.passage.source}\n{one.citation.start}\n{one.mark}"
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
