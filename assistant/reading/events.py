"""Invitations and calendars (.ics): what takes place when and where, a sentence each, as RFC 5545 tells it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from assistant.errors import ReadError
from assistant.reading.archive import DAMAGED
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.types import Document

EVENTS = frozenset(("VEVENT", "VTODO", "VJOURNAL"))
MONTHS = "January February March April May June July August September October November December".split()
LABELS = {
    "ORGANIZER": "Organizer", "ATTENDEE": "Attendees", "CONTACT": "Contact", "STATUS": "Status", "RRULE": "Repeats",
    "RDATE": "Also", "EXDATE": "Not", "CATEGORIES": "Categories", "COMMENT": "Comment", "URL": "Address",
}  # fmt: skip


def read_ics(source: str, content: bytes, options: Options) -> Document:
    """The events of a calendar.

    Raises:
        ReadError: it is none.
    """
    blocks = Blocks(options.budget)
    for event in events_in(decode(content)):
        write_event(blocks, event)
    return Document(source, name_as_title(source), blocks.text, "markdown")


def events_in(text: str) -> list[list[str]]:
    """The events of a calendar, each in paragraphs: what, when and where; who; and what is said of it.

    Raises:
        ReadError: it is none.
    """
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(text, multiple=True)
        return [_told(event) for calendar in calendars for event in calendar.walk() if event.name in EVENTS]
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
        raise ReadError(DAMAGED) from error


def write_event(blocks: Blocks, event: list[str]) -> None:
    """Append an event."""
    for paragraph in event:
        blocks.paragraph(paragraph)


def _told(event: Any) -> list[str]:
    summary = one_line(event.get("SUMMARY") or "An event")
    when = _when(_moment(event, "DTSTART"), _moment(event, "DTEND") or _moment(event, "DUE") or _lasting(event))
    place = one_line(event.get("LOCATION") or "")
    known = ", ".join(filter(None, (when, place and f"at {place}")))
    facts = ((label, "; ".join(map(_named, _all(event, name)))) for name, label in LABELS.items())
    return [
        f"{summary}: {known}." if known else summary,
        "\n".join(f"{label}: {value}" for label, value in facts if value),
        *str(event.get("DESCRIPTION") or "").split("\n\n"),
    ]


def _moment(event: Any, name: str) -> date | None:
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, date) else None


def _lasting(event: Any) -> date | None:
    """The end of an event that says how long it lasts."""
    start, duration = _moment(event, "DTSTART"), getattr(event.get("DURATION"), "dt", None)
    return start + duration if start and isinstance(duration, timedelta) else None


def _when(start: date | None, end: date | None) -> str:
    """From when to when, in words; the end of a whole day is the day after it."""
    if start is None:
        return f"due {_in_words(end)}" if end else ""
    if not isinstance(start, datetime):
        last = end - timedelta(days=1) if end and not isinstance(end, datetime) else start
        return _in_words(start) if last <= start else f"{_in_words(start)} to {_in_words(last)}"
    if not isinstance(end, datetime):
        return _in_words(start)
    if end.date() == start.date() and end.tzinfo == start.tzinfo:
        return f"{_day(start)}, {start:%H:%M} to {end:%H:%M}{_zone(end)}"
    return f"{_in_words(start)} to {_in_words(end)}"


def _in_words(moment: date) -> str:
    if not isinstance(moment, datetime):
        return _day(moment)
    return f"{_day(moment)}, {moment:%H:%M}{_zone(moment)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _zone(moment: datetime) -> str:
    zone = getattr(moment.tzinfo, "key", None) or (moment.tzname() if moment.tzinfo else "")
    return f" {zone}" if zone else ""


def _all(event: Any, name: str) -> list[Any]:
    value = event.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _named(value: Any) -> str:
    """A person by name, or else by address; days in words; a rule as it is written."""
    if hasattr(value, "dts"):
        return "; ".join(_in_words(one.dt) for one in value.dts if isinstance(one.dt, date))
    if hasattr(value, "to_ical") and not isinstance(value, str):
        return one_line(value.to_ical().decode("utf-8", "replace"))
    name = getattr(value, "params", {}).get("CN")
    return one_line(name or str(value).removeprefix("mailto:").removeprefix("MAILTO:"))
