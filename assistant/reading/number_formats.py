"""Numbers as spreadsheets and charts show them: with the currency, the digits and the per cent of their format."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext

TOKEN = re.compile(
    r'"([^"]*+)"|\\(.)|\[\$([^\]-]*+)[^\]]*+\]|\[([^\]]*+)\]|[_*].|(General|.)', re.IGNORECASE | re.DOTALL
)
LARGEST = 1e15
"""Numbers from here on are shown as they are: a double holds no more digits than that."""
LONGEST_FORMAT = 255
"""Characters of a format; Office takes no more."""


def shown(value: float, code: str, from_1904: bool = False) -> str:
    """A number as the format ``code`` of Office shows it; a day as 2031-03-04, whatever the order of its parts.

    What has a rare format (fractions, powers, conditions) is shown as the plain number.
    """
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    if not code or len(code) > LONGEST_FORMAT or not math.isfinite(value):
        return plain(value)
    sections = list(_sections(code))
    is_duration = is_timedelta_format(sections[0])
    if is_duration or is_date_format(sections[0]):
        try:
            moment = from_excel(value, MAC_EPOCH if from_1904 else WINDOWS_EPOCH, is_duration)
        except (ValueError, OverflowError):
            return plain(value)
        return moment_shown(moment)
    at = 0 if len(sections) == 1 else 1 if value < 0 else 2 if value == 0 and len(sections) > 2 else 0
    written = _in_section(abs(value) if at else value, sections[at])
    return plain(value) if written is None else " ".join(written.split())


def moment_shown(value: datetime.datetime | datetime.date | datetime.time | datetime.timedelta) -> str:
    """A day, a time of the day or a duration: 2031-03-04, 06:40, 30:15; seconds only where there are any."""
    if isinstance(value, datetime.timedelta):
        seconds = round(abs(value.total_seconds()))
        rest = f":{seconds % 60:02}" if seconds % 60 else ""
        return f"{'-' if value.total_seconds() < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}{rest}"
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        return f"{value.date()} {moment_shown(value.time())}"
    return str(value)[:10]


def plain(value: float) -> str:
    """A number as people write it: no ".0", no digits that only binary fractions bring."""
    return f"{value:.12g}" if isinstance(value, float) and abs(value) < 1e12 else f"{value:.15g}"


def _sections(code: str) -> Iterator[str]:
    """The parts of a format for what is above, below and equal to zero."""
    section = ""
    for token in TOKEN.finditer(code):
        if token[0] == ";":
            yield section
            section = ""
        else:
            section += token[0]
    yield section


def _in_section(value: float, section: str) -> str | None:
    """The number in one part of a format; None where that is a rare one."""
    tokens: list[tuple[str, str]] = []
    for token in TOKEN.finditer(section):
        quoted, escaped, currency, bracketed, mark = token.groups()
        if mark and (mark in "0#?.," or mark.lower() == "general"):
            tokens.append(("digits", mark.lower()))
        elif (mark and mark in "/Ee@") or (bracketed and bracketed[0] in "<>="):
            return None
        else:
            tokens.append(("text", quoted or escaped or currency or mark or (" " if token[0][0] == "_" else "")))
    places = [index for index, (kind, _) in enumerate(tokens) if kind == "digits"]
    if not places:
        return "".join(text for _, text in tokens)
    first, last = places[0], places[-1]
    before, after = ("".join(text for _, text in part) for part in (tokens[:first], tokens[last + 1 :]))
    digits = _digits(Decimal(repr(value)) * 100 ** (before + after).count("%"), tokens[first : last + 1])
    if digits is None:
        return None
    if "%" in after and "." in digits:
        digits = digits.rstrip("0").rstrip(".")  # people ask for 7%, not for 7.0%
    sign = "-" if value < 0 and any(one in digits for one in "123456789") else ""
    return f"{sign}{before}{digits}{after}"


def _digits(value: Decimal, tokens: list[tuple[str, str]]) -> str | None:
    """The digits of a number, without its sign, in the places of a format; what stands between places stays there."""
    if ("digits", "general") in tokens:
        return plain(float(abs(value)))
    while tokens[-1] == ("digits", ","):
        tokens, value = tokens[:-1], value / 1000
    point = tokens.index(("digits", ".")) if ("digits", ".") in tokens else len(tokens)
    whole, fraction = tokens[:point], [text for kind, text in tokens[point + 1 :] if kind == "digits"]
    if abs(value) >= LARGEST or any(kind == "text" for kind, _ in tokens[point + 1 :]):
        return None
    with localcontext(rounding=ROUND_HALF_UP):
        written, _, decimals = f"{abs(value):.{len(fraction)}f}".partition(".")
    while decimals and decimals[-1] == "0" and fraction[len(decimals) - 1] != "0":
        decimals = decimals[:-1]
    least = sum(token == ("digits", "0") for token in whole)
    written = written.lstrip("0").zfill(least) if least else written.lstrip("0")
    if ("digits", ",") in whole:
        head = len(written) % 3
        written = ",".join(
            filter(None, [written[:head], *(written[at : at + 3] for at in range(head, len(written), 3))])
        )
    elif any(kind == "text" for kind, _ in whole):
        written = _filled(written, whole)
    return f"{written}.{decimals}" if decimals else written


def _filled(written: str, tokens: list[tuple[str, str]]) -> str:
    """Digits put into their places from the right, as in 030-1234; those that are too many stand before the first."""
    found: list[str] = []
    left = len(written)
    for kind, text in reversed(tokens):
        if kind == "text":
            found.append(text)
        elif left:
            left -= 1
            found.append(written[left])
    return written[:left] + "".join(reversed(found))
