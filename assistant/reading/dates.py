"""Dates as formats write them become ISO 8601 dates."""

from __future__ import annotations

import datetime
import re

ISO_DAY = re.compile(r"([12]\d{3})-(\d\d)-(\d\d)")
ISO_MOMENT = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")


def day(value: object) -> str | None:
    """The day in a value that begins with an ISO 8601 date; None when there is none."""
    match = ISO_DAY.match(str(value or "").strip())
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


def moment(value: object) -> str | None:
    """The moment that a value is in ISO 8601, or else the day that it begins with; None when there is none."""
    text = str(value or "").strip()
    known = day(text)
    return text if known and ISO_MOMENT.fullmatch(text) else known
