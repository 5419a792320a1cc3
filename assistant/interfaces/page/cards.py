"""Cards that stand for passages: a title, where it comes from, and the beginning of its words."""

from __future__ import annotations

from assistant.interfaces.page.markup import byline, day, plain
from assistant.interfaces.wording import place_in_words
from assistant.types import Passage, Place

FOUND_LENGTH, CITED_LENGTH = 180, 320
"""Characters of a passage and of a quote that a card shows."""


def render_card(target: str, badge: str, passage: Passage, place: Place | None, text: str) -> str:
    """HTML of a list item whose button opens ``target``; ``badge`` is its number, "" for none."""
    stands = where(passage, place)
    return (
        f'<li><button type="button" class="card" data-open="{target}">'
        + (f'<span class="badge">{badge}</span>' if badge else "")
        + f'<span class="card-title" dir="auto">{plain(passage.title)}</span>'
        + (f'<span class="card-where">{stands}</span>' if stands else "")
        + f'<span class="card-text" dir="auto">{plain(excerpt(text, FOUND_LENGTH))}</span></button></li>'
    )


def where(passage: Passage, place: Place | None) -> str:
    """HTML of a place in a passage's document, its publisher and its date, as far as they are known."""
    return byline(place_in_words(place), passage.publisher, day(passage.published))


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text on one line, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + " …"
