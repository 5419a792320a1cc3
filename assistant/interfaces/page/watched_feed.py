"""The changes of watched answers at an address of the page, for feed readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from assistant.conversations.values import LOCAL_OWNER
from assistant.errors import CitewellError
from assistant.interfaces.as_atom import MEDIA_TYPE, SHOWN_IN_FEED, changes_feed
from assistant.interfaces.page.login import user_of

if TYPE_CHECKING:
    from assistant.assistant import Assistant

ADDRESS = "/watched.atom"


def place_feed(app: FastAPI, assistant: Assistant) -> None:
    """Let the application answer at `ADDRESS` with the changes of whoever is logged in."""

    def feed(request: Request) -> Response:
        owner = user_of(request) or LOCAL_OWNER
        site = assistant.settings.public_url or str(request.base_url).rstrip("/")
        try:
            changes, id = assistant.watches.changes(owner, SHOWN_IN_FEED), assistant.watches.feed_id(owner)
        except CitewellError as error:
            return PlainTextResponse(f"{error}\n", 503)
        return Response(changes_feed(changes, id, site + ADDRESS), media_type=MEDIA_TYPE)

    app.add_route(ADDRESS, feed)
