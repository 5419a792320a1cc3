"""The sources panel: the list of what an answer rests on, and one document opened at a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from assistant.answering.citations import quote_as_read
from assistant.interfaces.page.cards import render_card
from assistant.interfaces.page.conversation import Conversation
from assistant.interfaces.page.opened_document import DocumentSource, PickedPassage, View, render_opened_document
from assistant.interfaces.page.templates import render
from assistant.types import Answer

EMPTY_PANEL = render("sources.empty")

_TARGET = re.compile(r"(\d{1,6}):(cite|also|list):(\d{1,6})(?::(text|\d{1,6}))?", re.ASCII)


class Target(NamedTuple):
    """What a button names: a passage of the answer at a position, and how its document is shown."""

    position: int
    kind: str
    number: int
    view: View


def target_of(named: object) -> Target | None:
    """What is named, as in ``0:cite:2``; None for anything else.

    After a passage may stand which page of its document is drawn, or that its text is shown: ``0:cite:2:text``.
    ``named`` comes from a browser, so it may be anything.
    """
    found = _TARGET.fullmatch(named) if isinstance(named, str) else None
    if found is None:
        return None
    as_text = found[4] == "text"
    page = None if as_text or not found[4] else int(found[4])
    return Target(int(found[1]), found[2], int(found[3]), View(as_text, page))


@dataclass(frozen=True, slots=True)
class Opened:
    """HTML for the panel: the document being read ("" for none), and the list behind it (None: as it is)."""

    reading: str = ""
    listed: str | None = None


def open_target(conversation: Conversation, target: object, shelf: DocumentSource) -> Opened:
    """What a button names, such as ``0:cite:2``, opens; anything unknown opens nothing."""
    named = target_of(target)
    if named is None or named.position >= len(conversation):
        return Opened()
    answer = conversation[named.position].answer
    if answer is None:
        return Opened()
    if named.kind == "list":
        return Opened(listed=render_list(named.position, answer))
    picked = picked_passage(answer, named)
    return Opened(render_opened_document(picked, named.view, shelf)) if picked else Opened()


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


def picked_passage(answer: Answer, named: Target) -> PickedPassage | None:
    """The passage of an answer that is named; None where it has none such."""
    position, kind, number, _ = named
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
