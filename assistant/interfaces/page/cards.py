"""Cards that stand for passages: a title, where it comes from, and the beginning of its words."""

from __future__ import annotations

from markupsafe import Markup

from assistant.interfaces.page.phrases import byline, day
from assistant.interfaces.page.templates import render
from assistant.interfaces.wording import place_in_words
from assistant.types import Passage, Place

FOUND_LENGTH, CITED_LENGTH = 180, 320
"""Characters of a passage and of a quote that a card shows."""


def render_card(target: str, badge: str, passage: Passage, place: Place | None, text: str) -> Markup:
    """HTML of a list item whose button opens ``target``; ``badge`` is its number, "" for none."""
    return render(
        "shared.card",
        target=target,
        badge=badge,
        title=passage.title,
        where=where(passage, place),
        text=excerpt(text, FOUND_LENGTH),
    )


def where(passage: Passage, place: Place | None) -> str:
    """A place in a passage's document, its publisher and its date, as far as they are known."""
    return byline(place_in_words(place), passage.publisher, day(passage.published))


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text on one line, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + " …"
