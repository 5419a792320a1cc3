"""What an English sentence counts up: "A, B and C"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.text.english.expressions import names
from assistant.text.english.peoples import NAMES as STATES
from assistant.text.sentences import Span

LONGEST_BARE = 4
"""Words that a part has at most which opens with none that all parts open with."""
FEWEST_BARE = 3
"""Parts from which a series counts up whose parts open with no such word: "A and B" joins all sorts of things."""
WORDS_BEFORE_A_NAME = 4
"""How many words may say of a name what it is ("policy head Vijaya Gadde")."""
JOINS = r"(?:and|or|as\swell\sas|plus)\s++"
BETWEEN = re.compile(rf",\s++(?P<last>{JOINS})?|(?<!\s)\s++(?P<joins>{JOINS})")
"""What stands between two parts."""
BORDER = re.compile(r"[;:()\"\u201c\u201d\u2014]|\s[\u2013-]\s|(?<=\w\w)[.!?](?=\s|$)")
"""What no part goes over."""
TAIL = re.compile(r",?\s(?:which|who|whose|where|while|whereas|although|but|though|after|when|because)\s")
"""Where the last part ends at the latest."""
FUNCTION_WORD = re.compile(
    r"\b(?:to|of|on|in|at|by|for|from|with|into|about|like|including|are|is|was|were|be|has|have|had|will|would|shall|"
    r"should|can|could|may|might|must|the|a|an|its|their|his|her|as|than|between|against|that)\s+(?=\w)"
)
"""Behind one, the first of parts may start that open with no word in common."""
OPENINGS = tuple(
    re.compile(rf"\b{word}\b", re.IGNORECASE)
    for word in (
        "to", "that", "from", "by", "for", "with", "if", "whether", "how", "because",
        r"(?:an?|the|its|his|her|their|our|my|your|anything|\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|"
        r"eleven|twelve|\w+teen|\w+ty)",
    )
)  # fmt: skip
"""With what all parts of a series may open."""
OF_TWO = re.compile("|".join(re.escape(name) for state in STATES for name in state if " and " in name))
"""States whose names hold what elsewhere joins two."""
MORE = re.compile(r"(?:(?:many|several|some|two|three)\s)?(?:others?|more)\b")
INSIDE = "x "
"""What a piece of a sentence is given to stand behind, so that its first word does not open anything."""
GENITIVE = ("'s ", "\u2019s ")


@dataclass(frozen=True, slots=True)
class CountedPart:
    """A part of a series, which ends at ``end``, and where it may start, the latest place first."""

    starts: tuple[int, ...]
    end: int
    is_name: bool = False


Series = tuple[CountedPart, ...]


def series_in(text: str) -> list[Series]:
    """The series of a sentence: those of names, and those of other parts that hold none of these."""
    found = [*_between_semicolons(text)]
    for clause in _clauses(text):
        segments, joins = _segments(text, clause)
        of_names = list(_series_of_names(text, segments, joins))
        lasts = (at for at in range(1, len(segments)) if joins[at - 1])
        others = filter(None, (_series_of_phrases(text, segments, joins, last) for last in lasts))
        found += of_names
        found += [one for one in others if not any(_overlap(one, other) for other in of_names)]
    return found


def names_inside(piece: str) -> list[Span]:
    """The names of a piece of a sentence that is not its beginning, so that a capital there tells."""
    return [Span(one.start - len(INSIDE), one.end - len(INSIDE)) for one in names(INSIDE + piece)]


def _overlap(one: Series, other: Series) -> bool:
    return one[0].starts[-1] < other[-1].end and other[0].starts[-1] < one[-1].end


def _clauses(text: str) -> Iterator[Span]:
    start = 0
    for border in BORDER.finditer(text):
        if border.start() > start:
            yield Span(start, border.start())
        start = border.end()
    if start < len(text):
        yield Span(start, len(text))


def _between_semicolons(text: str) -> Iterator[Series]:
    """Parts between semicolons, the last behind "and" or "or", each up to the comma behind which more is told of it."""
    pieces = list(re.finditer(r"[^;]+", text))
    if len(pieces) < 2 or not re.match(rf"\s*{JOINS}", pieces[-1][0]):
        return
    parts = []
    for piece in pieces:
        start = text.rfind(":", piece.start(), piece.end()) + 1 or piece.start()
        lead = re.compile(rf"\s*(?:{JOINS})?").match(text, start)
        start = lead.end() if lead else start
        cut = re.compile(r",\s|[.!?](?=\s|$)").search(text, start, piece.end())
        parts.append(_as_part(text, Span(start, cut.start() if cut else piece.end())))
    yield tuple(parts)


def _as_part(text: str, span: Span) -> CountedPart:
    name = _only_name(text, span)
    return CountedPart((name.start,), name.end, is_name=True) if name else CountedPart((span.start,), span.end)


def _segments(text: str, clause: Span) -> tuple[list[Span], list[bool]]:
    """The pieces of a clause between commas and words that join, and of each gap whether a word joins there."""
    whole = [match.span() for match in OF_TWO.finditer(text)]
    segments: list[Span] = []
    joins: list[bool] = []
    start = clause.start
    for gap in BETWEEN.finditer(text, clause.start, clause.end):
        if any(one <= gap.start() < other for one, other in whole):
            continue
        if gap.start() > start:
            segments.append(Span(start, gap.start()))
            joins.append(bool(gap["last"] or gap["joins"]))
        start = gap.end()
    if start < clause.end:
        segments.append(Span(start, clause.end))
    return segments, joins


def _series_of_names(text: str, segments: Sequence[Span], joins: Sequence[bool]) -> Iterator[Series]:
    at = 0
    while at < len(segments) - 1:
        run = _names_from(text, segments[at:])
        if len(run) > 1 and (any(joins[at : at + len(run) - 1]) or _goes_on(text, segments, joins, at + len(run))):
            yield tuple(CountedPart((name.start,), name.end, is_name=True) for name in run)
        at += max(1, len(run) - 1)


def _goes_on(text: str, segments: Sequence[Span], joins: Sequence[bool], at: int) -> bool:
    """Whether a segment only says that there are more ("and other platforms")."""
    return at < len(segments) and joins[at - 1] and MORE.match(text, segments[at].start) is not None


def _names_from(text: str, segments: Sequence[Span]) -> list[Span]:
    """The names of a series that begins in the first segment: it ends with one, others are one, the last opens so."""
    opening = _names(text, segments[0], is_inside=segments[0].start > 0)
    if not opening or text[opening[-1].end : segments[0].end].strip("'\u2019s "):
        return []
    run = [opening[-1]]
    for segment in segments[1:]:
        whole = _only_name(text, segment)
        name = whole or _leading_name(text, segment)
        if name is None:
            break
        run.append(name)
        if whole is None:
            break
    return run


def _only_name(text: str, segment: Span) -> Span | None:
    """The name that a segment is, with few words before it."""
    name = _leading_name(text, segment)
    is_all = name is not None and text[name.end : segment.end].strip() in ("", "'s", "\u2019s", "himself", "herself")
    return name if is_all else None


def _leading_name(text: str, segment: Span) -> Span | None:
    """The name that a segment opens with, behind few words, and whose it is ("Donald Trump's Truth Social")."""
    found = _names(text, segment, is_inside=True)
    before = text[segment.start : found[0].start].split() if found else []
    if not found or len(before) > WORDS_BEFORE_A_NAME or any(word.endswith("ing") for word in before):
        return None
    return found[1] if len(found) > 1 and text[found[0].end : found[1].start] in GENITIVE else found[0]


def _names(text: str, segment: Span, *, is_inside: bool) -> list[Span]:
    piece, at = text[segment.start : segment.end], segment.start
    found = [Span(at + one.start, at + one.end) for one in (names_inside if is_inside else names)(piece)]
    states = [Span(*state.span()) for state in OF_TWO.finditer(text, segment.start, segment.end)]
    others = [one for one in found if not any(state.start <= one.start < state.end for state in states)]
    return sorted([*others, *states], key=lambda one: one.start)


def _series_of_phrases(text: str, segments: Sequence[Span], joins: Sequence[bool], last: int) -> Series:
    """The series that ends with a segment behind a word that joins, its parts opening alike; () where there is none."""
    ending = _without_tail(text, segments[last])
    opening = next((one for one in OPENINGS if one.match(text, ending.start, ending.end)), None)
    if not _opens_alike(text, ending, opening):
        return ()
    first = last - 1
    while first > 0 and not joins[first - 1] and _opens_alike(text, segments[first], opening):
        first -= 1
    starts = _starts(text, segments[first], opening)
    if not starts or (opening is None and last - first + 1 < FEWEST_BARE):
        return ()
    others = (CountedPart((one.start,), one.end) for one in (*segments[first + 1 : last], ending))
    return (CountedPart(starts, segments[first].end), *others)


def _without_tail(text: str, segment: Span) -> Span:
    tail = TAIL.search(text, segment.start, segment.end)
    return Span(segment.start, tail.start()) if tail else segment


def _opens_alike(text: str, segment: Span, opening: re.Pattern[str] | None) -> bool:
    if opening is None:
        return len(text[segment.start : segment.end].split()) <= LONGEST_BARE
    return opening.match(text, segment.start, segment.end) is not None


def _starts(text: str, segment: Span, opening: re.Pattern[str] | None) -> tuple[int, ...]:
    """Where the first part may start within its segment, the latest place first."""
    if opening is None:
        places = [segment.start, *(one.end() for one in FUNCTION_WORD.finditer(text, segment.start, segment.end))]
    else:
        places = [one.start() for one in opening.finditer(text, segment.start, segment.end)]
    return tuple(reversed(places))
