"""The sources panel: the list of what an answer rests on, and one document opened at a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from assistant.answering.citations import quote_as_read
from assistant.interfaces.page.cards import render_card
from assistant.interfaces.page.conversation import Conversation
from assistant.interfaces.page.opened_document import DocumentSource, PickedPassage, View, render_opened_document
from assistant.interfaces.page.templates import render
from assistant.types import Answer

EMPTY_PANEL = render("sources.empty")

_TARGET = re.compile(r"(\d{1,6}):(cite|also|list):(\d{1,6})(?::(text|\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Opened:
    """HTML for the panel: the document being read ("" for none), and the list behind it (None: as it is)."""

    reading: str = ""
    listed: str | None = None


def open_target(conversation: Conversation, target: object, shelf: DocumentSource) -> Opened:
    """What a button names, such as ``0:cite:2``, opens; anything unknown opens nothing.

    After a passage may stand which page of its document is drawn, or that its text is shown: ``0:cite:2:text``.
    ``target`` comes from a browser, so it may be anything.
    """
    named = _TARGET.fullmatch(target) if isinstance(target, str) else None
    if named is None or int(named[1]) >= len(conversation):
        return Opened()
    position, kind, number = int(named[1]), named[2], int(named[3])
    answer = conversation[position].answer
    if answer is None:
        return Opened()
    if kind == "list":
        return Opened(listed=render_list(position, answer))
    picked = _select(answer, position, kind, number)
    if picked is None:
        return Opened()
    as_text = named[4] == "text"
    return Opened(
        render_opened_document(picked, View(as_text, None if as_text or not named[4] else int(named[4])), shelf)
    )


def render_list(position: int, answer: Answer) -> Markup:
    """HTML of the sources that an answer cites, by number."""
    cards = [
        render_card(
            f"{position}:cite:{citation.number}",
            str(citation.number),
            citation.passage,
            citation.place,
            quote_as_read(citation),
        )
        for citation in answer.citations
    ]
    return render("sources.cited", cards=cards) if cards else EMPTY_PANEL


def _select(answer: Answer, position: int, kind: str, number: int) -> PickedPassage | None:
    target = f"{position}:{kind}:{number}"
    if kind == "cite":
        for citation in answer.citations:
            if citation.number == number:
                quote = (citation.start, citation.end, citation.quote)
                return PickedPassage(target, citation.passage, citation.place, quote, f"Source {number}")
    elif number < len(answer.also_found):
        found = answer.also_found[number].passage
        return PickedPassage(target, found, found.place, None, "Found, not quoted")
    return None
