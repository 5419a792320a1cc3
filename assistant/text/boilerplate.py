"""Lines that stand around a text, such as buttons and bylines: in plain text, they head nothing.

They are text like any other, found and quoted.
"""

from __future__ import annotations

import re

CONTROL = re.compile(
    r"""(?:
    (?:please\s)?share\s(?:this|on|via)\b.{0,40}
    | (?:\d{1,3}|a|one|two|three|five)[\s-]?min(?:ute)?s?\.?\s(?:read|listen|video)\b.{0,20}
    | (?:read|see|watch|listen|learn)\s(?:more|also|next|now|the\sfull\s\w+)\b.{0,80}
    | (?:related|recommended|trending|popular|most\sread|latest)(?:\s(?:articles?|stories|posts?|news|topics?|content))?
    | (?:sign\sup|subscribe|log\s?in|sign\sin|register|join\s(?:us|our)|(?:follow|find|like)\sus)\b.{0,80}
    | (?:click|tap)\shere\b.{0,60}
    | advertisement|sponsored(?:\scontent)?
    | (?:copyright\s)?(?:\u00a9|\(c\))\s?[12]\d{3}\b.{0,100}|all\srights\sreserved.{0,60}
    | (?:leave\sa\s(?:comment|reply)|(?:\d{1,6}\s|no\s)?comments?|print|e-?mail|copy\slink)
    | (?:tweet|facebook|twitter|whatsapp|telegram|linkedin|reddit)
    | (?:skip|back|go|jump)\sto\s.{0,40}
    | home|menu|search|close|next|previous
    )""",
    re.IGNORECASE | re.VERBOSE,
)
BYLINE = re.compile(r"(?i:by|von|par)(?:\s[A-Z][\w.'\u2019-]{0,30}){2,4}(?:,\s.{1,60})?")
LABELLED = re.compile(r"\A(?!\S++\s(?:\d++|[IVXLC]++|[A-Z]):)[^:]{1,40}:\s++\S")
"""A label with what it labels ("Source: Lake Itasca"), and no number of a part ("Part 2: The harbour")."""

LINK = re.compile(r"\A[^.:!?\n]{2,40}:(?=[^\W\d_a-z]|[\"'\u2018\u201c])[^\n]*[^.!?\u201d\"\s]\s*\Z")
"""A label and a headline without white space between: "Rate hike:What it means for you"."""


def leads_elsewhere(sentence: str) -> bool:
    """Whether a sentence is a link to another article, with a label before its headline."""
    return bool(LINK.match(sentence))


def heads_nothing(line: str) -> bool:
    """Whether a short line is a button of a page, a byline or a label with its value, and no heading."""
    words = " ".join(line.split())
    return bool(CONTROL.fullmatch(words.rstrip(".:| ")) or BYLINE.fullmatch(words) or LABELLED.match(words))
