"""Dates as formats write them become ISO 8601 dates."""

from __future__ import annotations

import datetime
import re

ISO_DAY = re.compile(r"([12]\d{3})-(\d\d)-(\d\d)")


def day(value: object) -> str | None:
    """The day in a value that begins with an ISO 8601 date; None when there is none."""
    match = ISO_DAY.match(str(value or "").strip())
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
