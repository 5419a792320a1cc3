"""Dates in any of the forms in which they are usually written become ISO 8601 dates.

Why not dateparser, which trafilatura brings: it takes half a second to load and 6 ms for a date, and makes a day of
"Q3 2022". Here nothing is guessed: what is left out of a date stays left out, and what is no date is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.types import Failure

LONGEST = 80
"""Characters that a date has at most; what is longer is a text."""
SHOWN = 60
NOT_A_DATE = "“{}” is no date that can be read, so the document has none. Write it like 2024-05-31."

YEAR, MONTH, DAY = r"(?P<year>[12]\d{3})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
NUMERIC = tuple(
    map(
        re.compile,
        (
            rf"{YEAR}(?P<mark>[-/.])\s?{MONTH}(?:(?P=mark)\s?{DAY})?",
            rf"{YEAR}\s?[年년]\s?{MONTH}\s?[月월](?:\s?{DAY}\s?[日일])?",
            rf"{DAY}(?P<mark>[-/.])\s?{MONTH}(?P=mark)\s?{YEAR}",
            rf"{DAY}\.\s?{MONTH}\.\s?(?P<year>\d\d)",
            rf"{MONTH}[-/.]{YEAR}",
        ),
    )
)
ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d(?!\d)")
CLOCK = re.compile(
    r"(?:(?<=\d)t|,?\s(?:at\s|um\s|a\s)?)(?P<hour>\d{1,2})"
    r"(?:[:h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?|(?=\s?[ap]\.?m))"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?|\suhr)?(?:\s?(?P<zone>(?:gmt|utc)?[+-]\d\d(?::?\d\d)?|[a-z]{1,5}))?(?:\s\([^()]{1,20}\))?$"
)
"""A time of day at the end of a date, in small letters."""
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "edt": -4,
    "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
}  # fmt: skip
"""By how many hours a zone is ahead of Greenwich; EST and the like as in RFC 822."""

MONTHS = tuple(
    names.split()
    for names in (
        "january jan januar janner janvier janv enero ene gennaio gen янв janeiro januari stycznia styczen января "
        "январь січня",
        "february feb februar feber fevrier fevr fev фев febrero febbraio fevereiro februari lutego luty февраля "
        "февраль лютого",
        "march mar marz mrz mars marzo marco maart maa mrt marca marzec мар марта март березня",
        "april apr avril avr abril abr aprile kwietnia kwiecien апреля апрель апр квітня",
        "may mai mayo maggio mag maio mei maja maj мая май травня",
        "june jun juni juin junio giugno giu junho czerwca czerwiec июня июнь червня",
        "july jul juli juillet juil julio luglio lug julho lipca lipiec июля июль липня",
        "august aug aout agosto ago augustus sierpnia sierpien августа август авг серпня",
        "september sep sept septembre septiembre settembre set setembro wrzesnia wrzesien сентября сентябрь сен "
        "сент вересня",
        "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernika pazdziernik октября октябрь окт "
        "жовтня",
        "november nov novembre noviembre novembro listopada listopad ноября ноябрь ноя нояб листопада",
        "december dec dezember dez decembre diciembre dic dicembre dezembro grudnia grudzien декабря декабрь дек "
        "грудня",
    )
)
"""Each month in ten languages, whole and shortened, without accents."""
WEEKDAYS = frozenset(
    """mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
    mo mi fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
    lunedi martedi mercoledi giovedi venerdi di lun mer jeu ven sam dim mie jue vie sab gio dom пн вт ср чт пт сб вс
    ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag""".split()
)
FILLERS = frozenset("st nd rd th er o a of the de del di do da d le la el den der am op".split())
"""What stands beside the parts of a date and says nothing: "the 1st of June", "le 1er juin", "1 de junio de 2022"."""
PART = re.compile(r"[^\W\d_]+|\d+")
BETWEEN_PARTS = frozenset(" ,.-/'\u2019\u00ba\u00aa")
YEAR_AND_DAY = ([1, 2], [1, 4], [2, 2], [2, 4])
"""How many digits the day and the year of a date in words have."""
CENTURY_TURNS = 69
"""Of years in two digits, those from here on are of the last century, as in POSIX."""


def read_date(value: object, *, month_first: bool = False) -> str | None:
    """The date, or date and time, in a value, in ISO 8601 and as exact as it is written; None where it is no date.

    A month alone is ``2024-05``, a year alone ``2024``. The day is that of the zone in which it is written, which is
    kept; seconds since 1970 are in UTC. Of a day and a month in numbers, the one over 12 is the day; where neither is,
    the day comes first, as in most countries, but for dates that open with the year, those with an hour of twelve, and
    where ``month_first`` is said.
    """
    text = " ".join(str("" if value is None else value).split())
    if 4 <= len(text) <= LONGEST:
        if re.fullmatch(r"\d+(?:\.\d+)?", text) and text.find(".") not in range(9):
            return _digits(text.partition(".")[0])
        found = _iso(text) or _written(_folded(text), month_first=month_first)
        if found:
            return found
    day = ISO_DAY.match(text)  # whatever follows it, such as "2024-05-31, revised"
    return _iso(day[0]) if day else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A date as it is read with the day first, and with the month first."""

    day_first: str | None
    month_first: str | None

    @property
    def is_doubtful(self) -> bool:
        """Whether both are dates, and not the same."""
        return None not in (self.day_first, self.month_first) and self.day_first != self.month_first

    @property
    def ordinals(self) -> tuple[int, int]:
        """Both days of a doubtful one, as numbers that grow by one from day to day."""
        return _ordinal(str(self.day_first)), _ordinal(str(self.month_first))


def dates_together(written: Iterable[str]) -> dict[str, str]:
    """The dates in texts that stand together, as in a feed, by their texts.

    Where it is not plain of one which number is the month, it is read so that it is near the others.
    """
    readings = {text: _Reading(read_date(text), read_date(text, month_first=True)) for text in written}
    middle = _middle(readings.values())
    doubtful = [one.ordinals for one in readings.values() if one.is_doubtful]
    spreads = [max(days) - min(days) for days in zip(*doubtful, strict=True)]
    found: dict[str, str | None] = {}
    for text, one in readings.items():
        found[text] = one.day_first
        if one.is_doubtful:
            first, second = spreads if middle is None else (abs(day - middle) for day in one.ordinals)
            found[text] = one.month_first if second < first else one.day_first
    return {text: day for text, day in found.items() if day}


def _middle(readings: Iterable[_Reading]) -> int | None:
    """The median of the days of which nothing is doubtful; None where there are none."""
    plain = sorted(one.day_first for one in readings if one.day_first and one.day_first == one.month_first)
    whole = [_ordinal(day) for day in plain if len(day) >= len("2024-05-31")]
    return whole[len(whole) // 2] if whole else None


def date_of(*values: object) -> tuple[str | None, tuple[Failure, ...]]:
    """The first of the values that is a date; where none is, what the first that says something says, to be told."""
    said = [text for text in (" ".join(str("" if value is None else value).split()) for value in values) if text]
    found = next(filter(None, map(read_date, said)), None)
    if found or not said:
        return found, ()
    shown = said[0] if len(said[0]) <= SHOWN else f"{said[0][:SHOWN]} …"
    return None, (Failure("date", NOT_A_DATE.format(shown)),)


def _ordinal(written: str) -> int:
    return date.fromisoformat(written[:10]).toordinal()


def _folded(text: str) -> str:
    """The text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


MONTH_OF = {_folded(name): number for number, names in enumerate(MONTHS, 1) for name in names}


def _digits(text: str) -> str | None:
    """By how many digits there are: a year, a month, a day, a moment, or seconds or milliseconds since 1970."""
    found = _run_together(text) if len(text) in (4, 6, 8, 12, 14) else None
    if found is None and len(text) in (9, 10, 12, 13):
        seconds = int(text) / (1 if len(text) <= 10 else 1_000)
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    return found


def _run_together(text: str) -> str | None:
    """A date or a moment whose parts are not parted: 202405, 20240531, 202405310640."""
    month, day, *clock = (int(text[at : at + 2]) if text[at : at + 2] else None for at in (4, 6, 8, 10, 12))
    found = _date(int(text[:4]), month, day)
    if found is None or clock[0] is None:
        return found
    return _moment(found, clock[0], clock[1] or 0, clock[2] or 0)


def _iso(text: str) -> str | None:
    """A day or a moment as `datetime` reads them in ISO 8601."""
    if text[0] not in "12":
        return None
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text).isoformat()
        except ValueError:
            continue
    return None


def _written(text: str, *, month_first: bool) -> str | None:
    """A date in numbers or words, with or without a time."""
    clock = CLOCK.search(text)
    day = _day(text, month_first=month_first)
    if day or not clock:
        return day
    day = _day(text[: clock.start()], month_first=month_first or bool(clock["half"]))
    if not day or len(day) < len("2024-05-31"):
        return None
    return _in_zone(_at(day, clock), clock["zone"] or "") or day


def _day(text: str, *, month_first: bool) -> str | None:
    return _in_numbers(text, month_first=month_first) or _in_words(text)


def _at(day: str, clock: re.Match[str]) -> str | None:
    """The moment of a day at which a clock shows what is written."""
    hour = int(clock["hour"])
    if clock["half"] and hour <= 12:
        hour = hour % 12 + 12 * (clock["half"] == "p")
    return _moment(day, hour, int(clock["minute"] or 0), int(clock["second"] or 0), (clock["fraction"] or "")[:6])


def _in_zone(moment: str | None, zone: str) -> str | None:
    """A moment with the zone in which it is written, by its name or its distance from Greenwich; "" for none."""
    zone = zone[3:] if zone[3:4] in ("+", "-") else zone
    if zone.startswith(("+", "-")):
        sign, digits = zone[0], zone[1:].replace(":", "").ljust(4, "0")
        return _iso(f"{moment}{sign}{digits[:2]}:{digits[2:]}")
    if zone:
        return _iso(f"{moment}{ZONES[zone]:+03}:00") if zone in ZONES else None
    return moment


def _in_numbers(text: str, *, month_first: bool) -> str | None:
    found = next(filter(None, (form.fullmatch(text) for form in NUMERIC)), None)
    if found is None:
        return None
    said = found.groupdict()
    month, day = (int(said[name]) if said.get(name) else None for name in ("month", "day"))
    if found.start("year") > found.start("month"):
        month, day = _in_order(month, day, month_first=month_first and said.get("mark") == "/")
    return _date(_in_full(str(said["year"])), month, day)


def _in_order(month: int | None, day: int | None, *, month_first: bool) -> tuple[int | None, int | None]:
    """What is written as a day and a month, the other way round where it is meant so, or can only be so."""
    if not month or not day or day > 12:
        return month, day
    return (day, month) if month_first or month > 12 else (month, day)


def _in_words(text: str) -> str | None:
    parts = _parts(text)
    months = [part for part in parts if part in MONTH_OF]
    numbers = [part for part in parts if part.isdecimal()]
    if len(months) != 1 or len(parts) != len(numbers) + 1:
        return None
    month = MONTH_OF[months[0]]
    if [*map(len, numbers)] == [4] and parts[0] in (*months, numbers[0]):
        return _date(int(numbers[0]), month, None)
    if sorted(map(len, numbers)) not in YEAR_AND_DAY:
        return None
    year, day = (numbers[0], numbers[1]) if len(numbers[0]) == 4 else (numbers[1], numbers[0])
    return _date(_in_full(year), month, int(day))


def _parts(text: str) -> list[str]:
    """The words and numbers of a date, without its weekday and what says nothing; none where marks tell it is none."""
    opening, _, rest = text.partition(", ")  # a weekday, or the place of a dateline
    text = rest if rest and opening.removesuffix(".").isalpha() else text
    if not set(PART.sub("", text)) <= BETWEEN_PARTS:
        return []
    parts = [part for part in PART.findall(text) if part not in FILLERS]
    return parts[1:] if parts and parts[0] in WEEKDAYS else parts


def _in_full(year: str) -> int:
    """A year in digits, of which two stand for one near to ours."""
    return int(year) if len(year) > 2 else int(year) + (1900 if int(year) >= CENTURY_TURNS else 2000)


def _date(year: int, month: int | None, day: int | None) -> str | None:
    try:
        whole = date(year, 1 if month is None else month, 1 if day is None else day).isoformat()
    except ValueError:
        return None
    if not 1000 <= year < 3000:
        return None
    return whole[:4] if month is None else whole[:7] if day is None else whole


def _moment(day: str, hour: int, minute: int, second: int, fraction: str = "") -> str | None:
    return _iso(f"{day}T{hour:02}:{minute:02}:{second:02}" + (f".{fraction:0<6}" if fraction else ""))
