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
RARE = ("/", "E", "e", "@", "[<", "[>", "[=")
"""What makes a format a rare one: a fraction, a power, a text, or a condition."""
PLACES = frozenset(("0", "#", "?", ".", ",", "general"))
"""What stands for digits in a format, or among them."""
GENERAL, POINT, GROUPED, ZERO = ("digits", "general"), ("digits", "."), ("digits", ","), ("digits", "0")
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
    at = _section_for(value, len(sections))
    written = _in_section(abs(value) if at else value, sections[at])
    return plain(value) if written is None else " ".join(written.split())


def _section_for(value: float, sections: int) -> int:
    """Which of the parts of a format is for a number."""
    if value < 0 and sections > 1:
        return 1
    return 2 if value == 0 and sections > 2 else 0


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
    if _is_rare(section):
        return None
    tokens = list(map(_token, TOKEN.finditer(section)))
    places = [index for index, (kind, _) in enumerate(tokens) if kind == "digits"]
    if not places:
        return _joined(tokens)
    first, last = places[0], places[-1]
    before, after = _joined(tokens[:first]), _joined(tokens[last + 1 :])
    digits = _digits(Decimal(repr(value)) * 100 ** (before + after).count("%"), tokens[first : last + 1])
    if digits is None:
        return None
    if "%" in after and "." in digits:
        digits = digits.rstrip("0").rstrip(".")  # people ask for 7%, not for 7.0%
    sign = "-" if value < 0 and re.search("[1-9]", digits) else ""
    return f"{sign}{before}{digits}{after}"


def _is_rare(section: str) -> bool:
    return any(token[0].startswith(RARE) for token in TOKEN.finditer(section))


def _token(found: re.Match[str]) -> tuple[str, str]:
    """A part of a format by its kind: a place for digits, or a text that stays."""
    quoted, escaped, currency, _, mark = found.groups("")
    if mark.lower() in PLACES:
        return "digits", mark.lower()
    return "text", quoted or escaped or currency or mark or (" " if found[0][0] == "_" else "")


def _joined(tokens: list[tuple[str, str]]) -> str:
    return "".join(text for _, text in tokens)


def _digits(value: Decimal, tokens: list[tuple[str, str]]) -> str | None:
    """The digits of a number, without its sign, in the places of a format; what stands between places stays there."""
    if GENERAL in tokens:
        return plain(float(abs(value)))
    if set(tokens) == {GROUPED}:
        return None
    tokens, value = _in_thousands(tokens, value)
    point = tokens.index(POINT) if POINT in tokens else len(tokens)
    whole, fraction = tokens[:point], tokens[point + 1 :]
    if abs(value) >= LARGEST or _has_text(fraction):
        return None
    with localcontext(rounding=ROUND_HALF_UP):
        written, _, decimals = f"{abs(value):.{len(fraction)}f}".partition(".")
    while decimals and decimals[-1] == "0" and fraction[len(decimals) - 1] != ZERO:
        decimals = decimals[:-1]
    written = _whole(written, whole)
    return f"{written}.{decimals}" if decimals else written


def _in_thousands(tokens: list[tuple[str, str]], value: Decimal) -> tuple[list[tuple[str, str]], Decimal]:
    """The places without the commas that end them, each of which divides the value by a thousand."""
    while tokens[-1] == GROUPED:
        tokens, value = tokens[:-1], value / 1000
    return tokens, value


def _has_text(tokens: list[tuple[str, str]]) -> bool:
    return any(kind == "text" for kind, _ in tokens)


def _whole(digits: str, places: list[tuple[str, str]]) -> str:
    """The digits of a whole number: as many as its format wants at least, in groups of three, or between its texts."""
    written = digits.lstrip("0").zfill(places.count(ZERO))
    if GROUPED in places:
        head = len(written) % 3
        groups = (written[at : at + 3] for at in range(head, len(written), 3))
        return ",".join(filter(None, [written[:head], *groups]))
    return _filled(written, places) if _has_text(places) else written


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
