"""A page of its own for one citation: the document at the quote, marked. Links in other programs' answers lead here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from assistant.errors import CitewellError, CorpusError
from assistant.interfaces.page.opened_document import PickedPassage, render_alone
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.visitors import Visitors
from assistant.interfaces.source_links import CITED, said_by

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LONGEST_OFFSET = 12
"""Digits."""


def place_cited(app: FastAPI, visitors: Visitors) -> None:
    """Let the application answer at `CITED` with the document that an address names, at its quote."""

    def cited(request: Request) -> Response:
        named = request.query_params
        try:
            start, end = _offset(named.get("start")), _offset(named.get("end"))
            shown = _shown(visitors.at(request), named.get("source", ""), start, end, named.get("said", ""))
        except CorpusError as error:  # what the address names is at fault
            return PlainTextResponse(f"{error}\n", 404)
        except CitewellError as error:
            return PlainTextResponse(f"{error}\n", 503)
        return HTMLResponse(shown)

    app.add_route(CITED, cited)


def _shown(assistant: Assistant, source: str, start: int, end: int, said: str) -> str:
    document, passages = assistant.document(source), assistant.passages(source)
    if not passages:
        raise CorpusError(f"There is nothing to read in {source!r}.")
    passage = next((one for one in passages if one.start <= start < one.end), passages[0])
    quote = document.text[start:end]
    is_there = bool(quote) and said_by(quote) == said
    marked = (start, end, quote) if is_there else None
    place = passage.place_of(start, end) if is_there else passage.place
    picked = PickedPassage("", passage, place, marked, "Source")
    return render(
        "cited.page", title=document.title, shown=render_alone(document, picked, assistant), moved=not is_there
    )


def _offset(given: str | None) -> int:
    """An offset that an address names; 0 where that is none."""
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) <= LONGEST_OFFSET else 0
